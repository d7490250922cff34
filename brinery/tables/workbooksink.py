"""A workbook gathered part by part and written at the end: its columns are looked at as a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from brinery.errors import CannotWrite
from brinery.tables.part import Part
from brinery.tables.whole import Hidden, failures_told
from brinery.tables.workbook import MAX_ROWS, write_workbook

__all__ = ["Facts", "WorkbookSink"]

Facts = Callable[[], Sequence[tuple[str, str]]]
"""Gives names and values."""


@dataclass(eq=False)
class WorkbookSink:
    """A sheet takes a million rows at most, which are held until then.

    Attributes
    ----------
    hidden : Hidden
    decimal : {".", ","}
    dates : mapping of int to str
        As for `write_workbook`, looked at when the file is closed.
    facts : Facts
        For the second sheet, asked for when the file is closed.
    """

    hidden: Hidden
    decimal: str
    dates: Mapping[int, str]
    facts: Facts
    parts: list[pa.Table] = field(default_factory=list)
    n_rows: int = 0

    def write(self, part: Part) -> None:
        """Take some rows.

        Raises
        ------
        CannotWrite
            There are more than a sheet takes.
        """
        self.parts.append(part.as_one())
        self.n_rows += part.own.num_rows
        if self.n_rows > MAX_ROWS:
            raise CannotWrite(
                f"An Excel sheet takes {MAX_ROWS:,} rows under its header; this table has more.",
                remedy="Write CSV or Parquet instead.",
            )

    def again(self) -> None:
        """Drop what was taken, and begin anew."""
        self.parts, self.n_rows = [], 0

    def close(self, at: Path | None = None) -> None:
        """Write the file, and put it in its place."""
        table = pa.concat_tables(self.parts, promote_options="permissive")
        facts = self.facts()
        with failures_told(self.hidden.path):
            file = self.hidden.open()
            write_workbook(table, file, decimal=self.decimal, dates=self.dates, facts=facts)
            self.hidden.place(file, at)

    def drop(self) -> None:
        """Leave nothing behind of a file that was not closed."""
        self.hidden.drop()
