"""Rows to learn from, or to measure on: what is known of each goes with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from brinery.training.cuts import Way

__all__ = ["Rows"]


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows to learn from, or to measure on.

    Attributes
    ----------
    frame : pandas.DataFrame, shape (n_rows, n_features)
    target : numpy.ndarray, shape (n_rows,)
    weights : numpy.ndarray, shape (n_rows,), or None
        How much each row counts; None where all count alike.
    by : numpy.ndarray, shape (n_rows,), or None
        The group or the time of each row.
    way : {"random", "group", "time"}
        How they are parted where some are set aside.
    """

    frame: pd.DataFrame
    target: np.ndarray
    weights: np.ndarray | None = None
    by: np.ndarray | None = None
    way: Way = "random"

    def __len__(self) -> int:
        return len(self.target)

    def take(self, positions: np.ndarray) -> Rows:
        """Give some of them."""
        by = None if self.by is None else self.by[positions]
        weights = self.weights_of(positions)
        return Rows(self.frame.iloc[positions], self.target[positions], weights, by, self.way)

    def weights_of(self, positions: np.ndarray) -> np.ndarray | None:
        """Give how much some of them count; None where all count alike."""
        return None if self.weights is None else self.weights[positions]
