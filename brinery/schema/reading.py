"""Files to tables of the kinds that are asked for."""

from __future__ import annotations
from brinery.tables.reading import read
__all__ = ["read"]
