"""Shares and amounts as an evaluation keeps them, and as its sentences have them."""

from __future__ import annotations

import numpy as np

from brinery.schema.columns import Column

__all__ = [
    "as_chosen",
    "between",
    "digits",
    "in_100",
    "metric_in_words",
    "probability",
    "readable",
    "short",
]

_DIGITS = 3
_METRICS = {"roc_auc": "ROC AUC", "f1_macro": "F1, mean over the labels", "r2": "R²"}


def metric_in_words(metric: str) -> str:
    """Give a metric's name as it is written in a sentence."""
    return _METRICS.get(metric, metric.replace("_", " "))


def between(low: str, high: str) -> str:
    """Give a range in brackets; "" where both ends read alike."""
    return f" (between {low} and {high})" if low != high else ""


def in_100(share: float) -> str:
    """Give a share as so many of 100, which are 0 and 100 only where they are exact."""
    rounded = round(100 * share)
    if rounded == 100 and share < 1:
        return "more than 99"
    if rounded == 0 and share > 0:
        return "fewer than 1"
    return str(rounded)


def digits(value: float) -> int:
    """Give the decimals that leave three significant digits, from 0 to 6."""
    if value <= 0 or not np.isfinite(value):
        return 2
    return int(np.clip(2 - np.floor(np.log10(value)), 0, 6))


def as_chosen(share: float) -> str:
    """Give a share that somebody chose with all that they wrote of it: "80%", "99.5%"."""
    return f"{100 * share:.10g}%"


def probability(value: float) -> str:
    """Give a probability with three significant digits of it, or of what it lacks to 1.

    0 and 1 are given only where they are exact, since a threshold there calls all rows or none.
    """
    less = min(value, 1 - value)
    if less <= 0:
        return f"{value:g}"
    return np.format_float_positional(value, precision=2 - int(np.floor(np.log10(less))), trim="-")


def readable(mark: float, column: Column) -> float:
    """Give a number of a column that reads well: whole where the column is, else of three digits.

    Whole numbers are rounded down: those up to `mark` are those up to what is given.
    """
    if column.kind == "date" or column.whole:
        return float(np.floor(mark))
    return float(f"{mark:.{_DIGITS}g}")


def short(value: float) -> float:
    """Round away digits that differ between machines and that nobody reads."""
    return float(f"{value:.6g}")
