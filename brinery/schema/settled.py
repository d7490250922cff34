"""How the columns of a file are read that comes block by block.

Most numbers are written as programs write them, and then nothing is to be decided. That is
taken for granted, and looked after in each block: where a cell or the whole column leaves it
open, the column is gone through first, and then all begins anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from brinery.schema.choices import Choices
from brinery.schema.coerced import CoercedColumn, Style
from brinery.schema.coercion import settles_itself, style_of
from brinery.schema.columns import Column, Schema
from brinery.schema.distinct import BLANK_NUMBERS, Distinct, distinct
from brinery.schema.numbers import PLAIN, is_plain, may_be_number
from brinery.schema.plain import thousands
from brinery.schema.settling import few

__all__ = ["Unsettled", "Watch", "gone_through", "in_question"]


class Unsettled(Exception):
    """A column has to be gone through as a whole before its cells can be read."""

    def __init__(self, column: str) -> None:
        super().__init__(column)
        self.column = column


def in_question(schema: Schema, positions: Mapping[str, int], choices: Choices) -> tuple[str, ...]:
    """Give the features whose whole column decides from the start how its cells are read."""
    return tuple(
        column.name
        for column in schema.features
        if column.name in positions
        and column.kind in ("number", "date")
        and not settles_itself(column, choices)
    )


def gone_through(
    columns: Iterable[Any], column: Column, choices: Choices, *, delimiter: str
) -> Style:
    """Decide how a column is read that comes in parts.

    Parameters
    ----------
    columns : iterable of pyarrow.ChunkedArray of string
        All its cells.
    column : Column
    choices : Choices
    delimiter : str
        What parts the cells of the file.
    """
    parts = []
    for cells in columns:
        one = distinct(cells)
        parts.append(pa.table({"text": one.texts, "count": one.counts}))
        if len(parts) > 1 and parts[-1].num_rows * 4 > parts[0].num_rows:
            parts = [_counted(parts)]
    whole = _counted(parts)
    texts = whole.column("text").combine_chunks()
    trimmed = pc.utf8_trim_whitespace(texts)
    if told := choices.levels.get(column.name):
        trimmed = pa.array([told.get(text, text) for text in trimmed.to_pylist()], pa.string())
    cells = Distinct(texts, trimmed, np.empty(0, np.int64), whole.column("count").to_numpy())
    return style_of(cells, column, choices, delimiter=delimiter)


def _counted(parts: list[pa.Table]) -> pa.Table:
    """Add up the rows of each text, in the order in which the texts were met first."""
    whole = (
        pa.concat_tables(parts).group_by("text", use_threads=False).aggregate([("count", "sum")])
    )
    return whole.rename_columns({"count_sum": "count"}).select(["text", "count"])


@dataclass(eq=False)
class Watch:
    """Looks after a column that is taken for plain numbers.

    Attributes
    ----------
    column : Column
    most_rows : int
        How many rows the file has at most.
    """

    column: Column
    most_rows: int
    n_full: int = 0
    n_points: int = 0
    n_thousands: int = 0
    _certain: bool = field(default=False, repr=False)

    @property
    def style(self) -> Style:
        """How it is read."""
        return PLAIN

    def add(self, one: CoercedColumn, cells: pa.ChunkedArray) -> None:
        """Look at one block.

        Raises
        ------
        Unsettled
            Some cell may be a number that is written in another way.
        """
        points = one.n_points
        if points is None:
            texts = distinct(cells)
            full = ~texts.is_blank(BLANK_NUMBERS)
            odd = texts.trimmed.filter(pa.array(full & ~is_plain(texts.trimmed)))
            if may_be_number(odd):
                raise Unsettled(self.column.name)
            plain = full & is_plain(texts.trimmed)
            pointed = np.asarray(pc.match_substring(texts.trimmed, "."))
            points = int(texts.counts[plain & pointed].sum())
            self.n_full += int(texts.counts[plain].sum())
        else:
            self.n_full += len(one.blank) - int(np.count_nonzero(one.blank))
        self.n_points += points
        if not self._certain and points:
            self.n_thousands += thousands(cells)
            self._certain = self.n_points - self.n_thousands > few(self.most_rows)

    def end(self) -> None:
        """Say whether the whole column was what it was taken for.

        Raises
        ------
        Unsettled
            Its points may part thousands.
        """
        if self._certain or not self.n_thousands:
            return
        if self.n_points - self.n_thousands <= few(self.n_full):
            raise Unsettled(self.column.name)
