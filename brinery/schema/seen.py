"""What was seen in a column, block by block; kept small, so that a file may have any length."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from brinery.schema.coerced import CoercedColumn
from brinery.schema.columns import Column
from brinery.schema.levels import near_levels
from brinery.schema.tally import Tally, tally

__all__ = ["Mark", "Marked", "Seen", "Words"]

Mark = Literal["unreadable", "too_large", "unseen", "outside", "blank", "respelled", "valid"]

_MOST_LOOKED_AT = 200
"""Of so many different words, the first to come, it is asked what they look like."""


@dataclass(eq=False)
class Marked:
    """Some of a table's rows, one bit each."""

    parts: list[tuple[int, np.ndarray, int]] = field(default_factory=list, repr=False)

    def add(self, where: np.ndarray, before: int = 0) -> None:
        """Mark rows of a block, shape (n_rows,), before which so many rows came."""
        self.parts.append((before, np.packbits(where), len(where)))

    def extend(self, other: Marked, before: int) -> None:
        """Mark those of a later block too."""
        self.parts += [(before + start, bits, n) for start, bits, n in other.parts]

    def rows(self) -> np.ndarray:
        """Give the rows, in order."""
        found = [
            np.flatnonzero(np.unpackbits(bits, count=n)) + start for start, bits, n in self.parts
        ]
        return np.concatenate(found) if found else np.empty(0, np.int64)


@dataclass(eq=False)
class Words:
    """Cells of a column that the model can't use as they are.

    Attributes
    ----------
    counts : collections.Counter
        How many rows have each text, without the space around it; in the order of appearance.
    cells : list of pyarrow.Array
        The cells themselves, one for each of their rows.
    """

    counts: Counter[str] = field(default_factory=Counter)
    cells: list[Any] = field(default_factory=list)

    def extend(self, other: Words) -> None:
        """Count those of a later block too."""
        self.counts += other.counts
        self.cells += other.cells

    def add(self, cells: Any) -> None:
        """Count some more."""
        if not len(cells):
            return
        for one in pc.value_counts(pc.utf8_trim_whitespace(cells)).to_pylist():
            self.counts[one["values"]] += one["counts"]
        encoded = cells.dictionary_encode()
        self.cells += encoded.chunks if isinstance(encoded, pa.ChunkedArray) else [encoded]

    @property
    def trimmed(self) -> Any:
        """The cells without the space around them, shape (n_rows,)."""
        return pc.utf8_trim_whitespace(pa.chunked_array(self.cells).cast(pa.string()))


@dataclass(eq=False)
class Seen:
    """What was seen in one column so far.

    Attributes
    ----------
    column : Column
        What training saw.
    unreadable, unseen : Words
        The cells that are not what the column holds; the levels that training never saw.
    near : dict of str to str
        For unseen words the level that each is nearly spelled like.
    first : dict of Mark to str
        The first cell of each kind.
    first_level : object
        What the first respelled cell was taken for.
    least, most : float
        The range of the numbers outside of what training saw.
    told : collections.Counter
        How often each text was met for which a person said what it stands for.
    tally : Tally
        For the comparison with the training data: of the cells that are blank or can be used, in
        rows that have any feature.
    """

    column: Column
    unreadable: Words = field(default_factory=Words)
    unseen: Words = field(default_factory=Words)
    near: dict[str, str] = field(default_factory=dict)
    first: dict[Mark, str] = field(default_factory=dict)
    first_level: Any = None
    least: float = float("inf")
    most: float = float("-inf")
    told: Counter[str] = field(default_factory=Counter)
    tally: Tally = field(default_factory=Tally)
    _marked: dict[Mark, Marked] = field(default_factory=dict, repr=False)
    _n_looked_at: int = 0

    def add(
        self,
        one: CoercedColumn,
        cells: pa.ChunkedArray,
        *,
        empty: np.ndarray,
        told: tuple[str, ...] = (),
    ) -> None:
        """Look at a block.

        Parameters
        ----------
        one : CoercedColumn
            The block's cells, typed.
        cells : pyarrow.ChunkedArray of string, shape (n_rows,)
            The same as they came.
        empty : numpy.ndarray of bool, shape (n_rows,)
            The rows without any feature, whose blanks count for nothing.
        told : tuple of str
            The texts for which a person said what they stand for.
        """
        left_out = one.unreadable | one.too_large | empty
        compared = one.coded.filter(pa.array(~left_out)) if left_out.any() else one.coded
        self.tally += tally(self.column, compared)
        marks: tuple[tuple[Mark, np.ndarray], ...] = (
            ("unreadable", one.unreadable),
            ("too_large", one.too_large),
            ("unseen", one.unseen),
            ("outside", one.outside),
            ("blank", one.blank & ~empty),
            ("respelled", one.respelled),
        )
        for mark, where in marks:
            if where.any():
                self._mark(mark, where, one, cells)
        if told:
            trimmed = pc.utf8_trim_whitespace(cells)
            met = trimmed.filter(pc.is_in(trimmed, value_set=pa.array(told, pa.string())))
            for two in pc.value_counts(met).to_pylist():
                self.told[two["values"]] += two["counts"]

    def extend(self, other: Seen, before: int) -> None:
        """Take over what was seen in a later block, before which so many rows came."""
        self.tally += other.tally
        for mark, marked in other._marked.items():
            self._marked.setdefault(mark, Marked()).extend(marked, before)
            if mark in other.first and mark not in self.first:
                self.first[mark] = other.first[mark]
                if mark == "respelled":
                    self.first_level = other.first_level
        self.unreadable.extend(other.unreadable)
        self.unseen.extend(other.unseen)
        self.least, self.most = min(self.least, other.least), max(self.most, other.most)
        self.told += other.told
        self.look_for_near()

    def mark_valid(self, one: CoercedColumn) -> None:
        """Remember the rows that have a value, where something is to be said of them all."""
        self._keep("valid", np.asarray(one.coded.is_valid()))

    def rows(self, mark: Mark) -> np.ndarray:
        """Give the rows of one kind, in order."""
        return self._marked.get(mark, Marked()).rows()

    def _mark(self, mark: Mark, where: np.ndarray, one: CoercedColumn, cells: Any) -> None:
        rows = np.flatnonzero(where)
        if mark not in self.first:
            self.first[mark] = str(cells[int(rows[0])].as_py())
            if mark == "respelled":
                self.first_level = one.coded[int(rows[0])].as_py()
        self._keep(mark, where)
        if mark == "unreadable":
            self.unreadable.add(cells.take(pa.array(rows)))
        elif mark == "unseen":
            self.unseen.add(cells.take(pa.array(rows)))
        elif mark == "outside":
            values = one.coded.take(pa.array(rows)).to_numpy(zero_copy_only=False)
            self.least = min(self.least, float(values.min()))
            self.most = max(self.most, float(values.max()))

    def _keep(self, mark: Mark, where: np.ndarray) -> None:
        self._marked.setdefault(mark, Marked()).add(where)

    def look_for_near(self) -> None:
        """Ask of each new word once; which are asked of depends on their order alone."""
        new = list(self.unseen.counts)[self._n_looked_at : _MOST_LOOKED_AT]
        self._n_looked_at += len(new)
        self.near |= near_levels(new, self.column)
