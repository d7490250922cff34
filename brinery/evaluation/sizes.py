"""Whether a model of amounts is further off where it predicts much or where it predicts little."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from brinery.evaluation.intervals import range_of_mean
from brinery.evaluation.wording import digits

__all__ = ["BySize", "Off", "by_size"]

_ENDS = (0.25, 0.75)
_LEAST_ROWS = 10
_MOST_DIGITS = 4


@dataclass(frozen=True)
class Off:
    """How far off predictions beyond a mark are on average, with its 95 % range."""

    mark: float
    n_rows: int
    error: float
    low: float
    high: float


@dataclass(frozen=True)
class BySize:
    """The error of small predictions, those below a mark, and of large ones, above another."""

    small: Off
    large: Off

    @staticmethod
    def from_dict(fields: dict[str, Any]) -> BySize:
        """Make what `dataclasses.asdict` described."""
        return BySize(Off(**fields["small"]), Off(**fields["large"]))

    def sentence(self) -> str:
        """Say how far off both are, and whether that may be chance."""
        small, large = self.small, self.large
        is_chance = max(small.low, large.low) <= min(small.high, large.high)
        told = (
            f"Where it predicts more than {_mark(large.mark)} it is off by {_amount(large.error)} "
            f"on average; where less than {_mark(small.mark)}, by {_amount(small.error)}."
        )
        return f"{told} That difference may be chance." if is_chance else told


def by_size(actual: np.ndarray, predicted: np.ndarray) -> BySize | None:
    """Compare the error of about the least quarter of the predictions with that of the greatest.

    Parameters
    ----------
    actual, predicted : numpy.ndarray of float64, shape (n_rows,)

    Returns
    -------
    BySize or None
        None where there are too few predictions, or they are nearly all the same.
    """
    errors = np.abs(actual - predicted)
    ends = np.quantile(predicted, _ENDS)
    for n_digits in range(2, _MOST_DIGITS + 1):  # the roundest marks that part the rows
        low, high = (float(f"{end:.{n_digits}g}") for end in ends)
        small, large = predicted < low, predicted > high
        if low < high and min(small.sum(), large.sum()) >= _LEAST_ROWS:
            return BySize(_off(low, errors[small]), _off(high, errors[large]))
    return None


def _off(mark: float, errors: np.ndarray) -> Off:
    return Off(mark, len(errors), float(errors.mean()), *range_of_mean(errors))


def _mark(value: float) -> str:
    return f"{value:,.10g}"


def _amount(value: float) -> str:
    return f"{value:,.{digits(value)}f}"
