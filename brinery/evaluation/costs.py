"""What the mistakes of a yes/no model cost on the holdout, by threshold.

Only counts are kept, so that a cost can be put on them later, and another one after that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from brinery.evaluation.threshold import Threshold

__all__ = ["LIKELIER", "Calls", "calls_of"]

LIKELIER = 0.5
"""From here on a label is the likelier one of two."""
_POINTS = 100
"""Evenly over the rows, and as many again among those of the highest probability."""


@dataclass(frozen=True)
class Calls:
    """How many rows are called from each of many probabilities on, and how many of them rightly.

    Attributes
    ----------
    n_rows, n_sought : int
        Of the holdout; and those of them that are what is sought.
    at : tuple of float
        The probabilities, the highest first. From the last one on every row is called.
    n_called, n_right : tuple of int
        For each of them.
    """

    n_rows: int
    n_sought: int
    at: tuple[float, ...]
    n_called: tuple[int, ...]
    n_right: tuple[int, ...]

    @staticmethod
    def from_dict(fields: dict[str, Any]) -> Calls:
        """Make the counts that `dataclasses.asdict` described."""
        lists = {name: tuple(fields[name]) for name in ("at", "n_called", "n_right")}
        return Calls(**{**fields, **lists})

    def costs(self, wrong: float, missed: float) -> np.ndarray:
        """Give what the mistakes in 1,000 rows cost at each threshold, shape (n_points,).

        Parameters
        ----------
        wrong, missed : float
            What a row costs that is called in vain, and what one costs that is not called though
            it is what is sought.
        """
        called, right = np.array(self.n_called), np.array(self.n_right)
        costs = wrong * (called - right) + missed * (self.n_sought - right)
        return np.asarray(1000 * costs / self.n_rows)

    def never(self, missed: float) -> float:
        """Give what 1,000 rows cost where none is called."""
        return 1000 * missed * self.n_sought / self.n_rows

    def place(self, threshold: Threshold | None) -> int:
        """Give where among `at` a model's own threshold is; the likelier label's without one."""
        if threshold is not None and threshold.n_rows:
            return int(np.abs(np.array(self.n_called) - threshold.n_rows).argmin())
        own = LIKELIER if threshold is None else threshold.probability
        return int(np.abs(np.array(self.at) - own).argmin())


def calls_of(said: np.ndarray, came: np.ndarray, threshold: Threshold | None = None) -> Calls:
    """Count the calls from each of many probabilities on.

    Parameters
    ----------
    said : numpy.ndarray, shape (n_rows,)
        The probability of what is sought.
    came : numpy.ndarray of bool, shape (n_rows,)
        Which rows are what is sought.
    threshold : Threshold, optional
        The model's own: the counts at it are exact, as they are at one half.
    """
    n_rows = len(said)
    falling = -np.sort(-said)
    places = [np.linspace(1, n_rows, _POINTS), np.geomspace(1, n_rows, _POINTS)]
    if threshold is not None and threshold.n_rows:
        places.append(np.array([min(threshold.n_rows, n_rows)]))
    some = falling[np.concatenate(places).round().astype(int) - 1]
    own = [LIKELIER] if threshold is None or threshold.n_rows else [LIKELIER, threshold.probability]
    at = np.unique(np.concatenate([some, own]))[::-1]
    # Both are sorted: rows at or above a probability are those before it.
    n_called = np.searchsorted(-falling, -at, side="right")
    n_right = np.searchsorted(np.sort(-said[came]), -at, side="right")
    return Calls(
        n_rows,
        int(came.sum()),
        tuple(at.tolist()),
        tuple(n_called.tolist()),
        tuple(n_right.tolist()),
    )
