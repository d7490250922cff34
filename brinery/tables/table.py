"""A table as it came: every cell text, every row with its line in the file."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa

from brinery.tables.typed import as_text, is_plain
from brinery.tables.understood import Reading

__all__ = ["Table"]


@dataclass(frozen=True, eq=False)
class Table:
    """A table of text, read from a file or made from a frame.

    Attributes
    ----------
    cells : pyarrow.Table
        The cells, every column of type string and without nulls; a blank cell is "".
        Column names are as in the file, so two may be the same: go by position.
    line_numbers : numpy.ndarray of int64, shape (n_rows,)
        The line of the file on which each row starts; the header is line 1.
    name : str
        The file's name, for messages.
    notes : tuple of str
        Plain sentences on what was guessed or left out while reading; empty where nothing was.
    typed : pyarrow.Table or None
        The columns as the file held them, where it held types (Parquet); else None.
    values : pyarrow.Table or None
        The columns as the kinds that were asked for; None where none were.
    reading : Reading
        How the file was understood.
    """

    cells: pa.Table
    line_numbers: np.ndarray
    name: str = ""
    notes: tuple[str, ...] = ()
    typed: pa.Table | None = None
    values: pa.Table | None = None
    reading: Reading = field(default_factory=Reading)

    @property
    def n_rows(self) -> int:
        """How many rows there are, the header not counted."""
        return int(self.cells.num_rows)

    @property
    def column_names(self) -> list[str]:
        """The column names in the file's order, repeated ones included."""
        return list(self.cells.column_names)

    def to_pandas(self) -> pd.DataFrame:
        """Give a frame, one row a record: of values where kinds were asked for, else of text.

        The columns of a file without a header are numbered from 0.
        """
        frame: pd.DataFrame = (self.cells if self.values is None else self.values).to_pandas()
        if self.reading.header_line is None and self.values is None:
            frame.columns = pd.RangeIndex(frame.shape[1])
        return frame

    def texts(self, position: int) -> pd.Series:
        """Give the column at `position` as text, shape (n_rows,)."""
        texts: pd.Series = self.cells.column(position).to_pandas()
        return texts

    @staticmethod
    def from_pandas(frame: pd.DataFrame, name: str = "") -> Table:
        """Make a table of text from a typed frame.

        Missing values become blanks, floats their shortest exact text (2.0 is "2"), dates ISO 8601.
        Rows are numbered as if the frame had been saved as CSV, its header on line 1.
        """
        columns = [_texts(frame.iloc[:, position]) for position in range(frame.shape[1])]
        return Table(
            cells=pa.Table.from_arrays(columns, names=[str(column) for column in frame.columns]),
            line_numbers=np.arange(2, len(frame) + 2, dtype=np.int64),
            name=name,
        )


def _texts(column: pd.Series) -> pa.ChunkedArray:
    try:
        array = _chunked(pa.array(column, from_pandas=True))
        if is_plain(array.type):
            return as_text(array)
    except pa.ArrowException:
        pass  # values of several types in one column, or of one that Arrow does not know
    return pa.chunked_array([pa.array(column.map(_text).tolist(), type=pa.string())])


def _chunked(array: pa.Array | pa.ChunkedArray) -> pa.ChunkedArray:
    return array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])


def _text(value: object) -> str:
    if value is None or value is pd.NaT or value is pd.NA:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float | np.floating):
        return str(as_text(pa.chunked_array([[float(value)]]))[0])
    if isinstance(value, pd.Timestamp):
        midnight = value == value.normalize() and value.tz is None
        return value.date().isoformat() if midnight else value.isoformat()
    return str(value)
