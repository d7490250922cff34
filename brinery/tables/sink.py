"""Tables to files part by part, so that memory does not grow with the file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from brinery.tables.blocks import Blocks
from brinery.tables.csvsink import CsvSink, WidenedSink
from brinery.tables.csvstyle import CsvStyle
from brinery.tables.parquetsink import ParquetSink
from brinery.tables.part import Part
from brinery.tables.typed import TimeForm
from brinery.tables.whole import hidden_beside
from brinery.tables.workbooksink import Facts, WorkbookSink
from brinery.tables.writing import format_of

__all__ = ["Sink", "open_sink"]


class Sink(Protocol):
    """Where the parts of a table go, in order; the file appears when it is closed."""

    def write(self, part: Part) -> None:
        """Write some rows."""

    def again(self) -> None:
        """Drop what was written, and begin anew."""

    def close(self, at: Path | None = None) -> None:
        """Finish the file, and put it in its place.

        Parameters
        ----------
        at : pathlib.Path, optional
            Another place, for a file that has only some of the rows.

        Raises
        ------
        CannotWrite
            The folder can't be written to, or has no room; or the rows don't fit the format.
        """

    def drop(self) -> None:
        """Leave nothing behind of a file that was not closed."""


def open_sink(
    path: str | Path,
    *,
    csv: CsvStyle,
    dates: Mapping[int, str],
    times: Mapping[int, TimeForm] | None = None,
    came: Blocks | None = None,
    facts: Facts = tuple,
) -> Sink:
    """Open a file to be written; its ending chooses csv, csv.gz, parquet or xlsx.

    Parameters
    ----------
    path : str or pathlib.Path
        A file that is there is replaced when all is written.
    csv : CsvStyle
        How a CSV file is written.
    dates : mapping of int to str
        As for `brinery.tables.writing.write`; looked at when the file is closed.
    times : mapping of int to TimeForm, optional
        How much of a time is written in a CSV file, for the user's columns that hold times.
    came : Blocks, optional
        The text from which the rows are, where they may go out byte for byte. They do so where
        the file is parted as the text is, and the text has its names in one line.
    facts : callable
        Gives names and values for a sheet of their own in a workbook; called when the file is
        closed.

    Raises
    ------
    CannotWrite
        The ending is another one.
    """
    hidden = hidden_beside(Path(path))
    form = format_of(path)
    if form == "parquet":
        return ParquetSink(hidden)
    if form == "xlsx":
        return WorkbookSink(hidden, csv.decimal, dates, facts)
    if came is not None and came.delimiter == csv.delimiter and (header := came.header) is not None:
        return WidenedSink(hidden, csv, came, header)
    return CsvSink(hidden, csv, times or {})
