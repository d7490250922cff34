"""Brinery: pickle a model once; let everyone use it.

The verbs below are imported when first used, so that a worker and a shell start fast.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from brinery.registry.save import save
    from brinery.registry.shelf import load
    from brinery.report.card import report
    from brinery.schema.reading import read
    from brinery.scoring.compare import compare
    from brinery.scoring.score import check, score
    from brinery.training.train import train

__version__ = "0.1.0"

__all__ = ["check", "compare", "load", "read", "report", "save", "score", "train"]

_HOMES = {
    "check": "brinery.scoring.score",
    "compare": "brinery.scoring.compare",
    "load": "brinery.registry.shelf",
    "read": "brinery.schema.reading",
    "save": "brinery.registry.save",
    "score": "brinery.scoring.score",
    "train": "brinery.training.train",
}


def __getattr__(name: str) -> Any:
    if name == "report":
        return importlib.import_module("brinery.report")  # the package is the verb: see there
    if name not in _HOMES:
        raise AttributeError(f"module 'brinery' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
