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
    up_to, before : numpy.ndarray of int64, shape (n_marks + 1,)
        How many numbers lie between the distinct quantiles of training, each of which belongs
        to what is below it, and to what is above; empty where there are none.
    levels : collections.Counter
        How many rows have each level, as the typed features have it.
    """

    n_rows: int = 0
    n_blank: int = 0
    up_to: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    before: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
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
            self.before + other.before,
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
        up_to, before = (_counts(marks, values, side) for side in ("left", "right"))
        return Tally(len(cells), cells.null_count, up_to, before)
    return counted


def _counts(marks: np.ndarray, values: np.ndarray, side: Any) -> np.ndarray:
    places = np.searchsorted(marks, values, side=side)
    return np.bincount(places, minlength=len(marks) + 1).astype(np.int64)
