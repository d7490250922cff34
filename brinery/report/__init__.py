"""Cards, checks and results as words.

The package is also the verb: `brinery.report("churn")` gives a model's card as Markdown.
"""

from __future__ import annotations

import sys
import types
from typing import Any


class _Verb(types.ModuleType):
    """A module that can be called: Python gives the package and the verb one name."""

    def __call__(self, *arguments: Any, **options: Any) -> str:
        from brinery.report.card import report

        return report(*arguments, **options)


sys.modules[__name__].__class__ = _Verb
