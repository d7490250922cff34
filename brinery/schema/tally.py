"""What the comparison with the training data needs of a column, counted part by part."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow.compute as pc

from brinery.schema.columns import QUANTILES, Column

__all__ = ["Tally", "tally"]


@dataclass(frozen=True, eq=False)
class Tally:
    """The counts of one typed column, or of a part of it; those of two parts can be added.

    Attributes
    ----------
    n_rows, n_blank : int
    up_to, below : numpy.ndarray of int64, shape (n_marks,)
        For each distinct quantile of training how many numbers are at most as large, and how
        many are smaller; empty where there are none.
    levels : collections.Counter
        How many rows have each level, as the typed features have it.
    """

    n_rows: int = 0
    n_blank: int = 0
    up_to: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    below: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    levels: Counter[Any] = field(default_factory=Counter)

    @property
    def n_full(self) -> int:
        """How many cells are not blank."""
        return self.n_rows - self.n_blank

    def __add__(self, other: Tally) -> Tally:
        """Count both parts together."""
        if not self.n_rows:
            return other
        return Tally(
            self.n_rows + other.n_rows,
            self.n_blank + other.n_blank,
            self.up_to + other.up_to,
            self.below + other.below,
            self.levels + other.levels,
        )


def tally(column: Column, cells: Any) -> Tally:
    """Count a typed column.

    Parameters
    ----------
    column : Column
        What training saw.
    cells : pyarrow.Array or ChunkedArray of float64 or string, shape (n_rows,)
        Null where blank.
    """
    counted = Tally(len(cells), cells.null_count)
    if column.levels and column.kind in ("category", "yes/no"):
        if column.open_levels:
            return counted
        met = pc.value_counts(cells.drop_null()).to_pylist()
        levels = Counter({one["values"]: one["counts"] for one in met})
        return Tally(len(cells), cells.null_count, levels=levels)
    if column.kind in ("number", "date") and len(column.quantiles) == len(QUANTILES):
        values = cells.drop_null().to_numpy()
        marks = np.unique(np.asarray(column.quantiles))
        # Some twenty comparisons of a block are faster than a search for the place of each.
        up_to = np.array([np.count_nonzero(values <= mark) for mark in marks])
        below = np.array([np.count_nonzero(values < mark) for mark in marks])
        return Tally(len(cells), cells.null_count, up_to, below)
    return counted
