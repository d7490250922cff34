"""Text to records with Arrow, where the rows are as even as they look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from brinery.tables.lines import (
    all_well_quoted,
    count_breaks,
    end_of_text,
    ends_open,
    has_stray_mark,
    is_blank,
    line_starts,
)

__all__ = ["Header", "Records", "bytes_in", "csv_options", "fast"]

_BLOCK_BYTES = 4 * 2**20


@dataclass(frozen=True)
class Header:
    """The header record, and where the rows begin.

    Attributes
    ----------
    names : tuple of str
        As in the file.
    offset : int
        Where the rows begin, in bytes.
    first_line : int
        The line number of the first row.
    """

    names: tuple[str, ...]
    offset: int
    first_line: int


@dataclass(frozen=True, eq=False)
class Records:
    """The rows under a header.

    Attributes
    ----------
    columns : tuple of pyarrow.ChunkedArray
        Text, one for each name of the header.
    line_numbers : numpy.ndarray of int64, shape (n_rows,)
        The line on which each row starts.
    blank_lines : tuple of int
        The blank lines between them.
    """

    columns: tuple[pa.ChunkedArray, ...]
    line_numbers: np.ndarray
    blank_lines: tuple[int, ...] = ()


def fast(data: bytes, header: Header, delimiter: str, *, end: int | None = None) -> Records | None:
    """Read the rows with Arrow, on every core.

    Gives None where a row does not have as many cells as the header, where a quote is left
    open, or where blank lines and line breaks in cells come together. Whatever it gives is
    the same as what the careful way gives; `end` says where the rows end, in bytes.
    """
    start = header.offset
    end = end_of_text(data, end)
    if end <= start or data.startswith(b"\xef\xbb\xbf", start):
        return None  # Arrow takes a mark before the first row for the file's own and drops it
    quoted = data.find(b'"', start, end) >= 0
    if quoted and has_stray_mark(data, start, end, delimiter):
        return None
    names = [f"f{position}" for position in range(len(header.names))]
    try:
        table = pyarrow.csv.read_csv(
            pa.BufferReader(pa.py_buffer(data).slice(start, end - start)),
            **csv_options(
                names,
                delimiter,
                quote='"' if quoted else None,
                block_bytes=_BLOCK_BYTES,
                newlines=quoted,
            ),
        )
    except pa.ArrowInvalid:
        return None
    n_rows, columns = table.num_rows, tuple(table.columns)
    if not n_rows:
        return None
    if not quoted and end - start + 1 == bytes_in(columns) + n_rows * len(columns):
        n_lines = n_rows  # each byte is of a cell or behind one, so no line is blank
    else:
        n_lines = count_breaks(data, start, end) + 1
    breaks = np.zeros(n_rows, np.int64)
    first = np.arange(n_rows, dtype=np.int64)  # the line of each row, counted from the first
    blank_lines: tuple[int, ...] = ()
    if n_lines != n_rows:
        starts = line_starts(data, start, end)
        if quoted:
            breaks = _breaks_in_cells(table)
        if breaks.any():
            first[1:] += np.cumsum(breaks)[:-1]
            if n_rows + int(breaks.sum()) != n_lines:
                return None
            if not all_well_quoted(data, first, breaks, starts, delimiter):
                return None
        else:
            blank = is_blank(data, starts)
            first = np.flatnonzero(~blank)
            if len(first) != n_rows:
                return None
            blank_lines = tuple((np.flatnonzero(blank) + header.first_line).tolist())
    if quoted and ends_open(data, start, end, int(breaks[-1]), delimiter):
        return None
    return Records(columns, first + header.first_line, blank_lines)


def csv_options(
    names: list[str],
    delimiter: str,
    *,
    quote: str | None = '"',
    block_bytes: int,
    newlines: bool,
    threads: bool = True,
) -> dict[str, Any]:
    """Give what Arrow's reader takes so that every cell comes as the text that it is.

    Parameters
    ----------
    names : list of str
        The columns'.
    delimiter : str
    quote : str or None
        None where there is none, which is faster.
    block_bytes : int
        How much is parsed at a time.
    newlines : bool
        Whether cells may hold line breaks; costs time.
    threads : bool
        Whether on every core.

    Notes
    -----
    That the text is UTF-8 is not looked at: who does not know it has the table validated.
    """
    return {
        "read_options": pyarrow.csv.ReadOptions(
            column_names=names, block_size=block_bytes, use_threads=threads
        ),
        "parse_options": pyarrow.csv.ParseOptions(
            delimiter=delimiter, quote_char=quote or False, newlines_in_values=newlines
        ),
        "convert_options": pyarrow.csv.ConvertOptions(
            check_utf8=False,
            column_types=dict.fromkeys(names, pa.string()),
            null_values=[],
            strings_can_be_null=False,
        ),
    }


def bytes_in(columns: tuple[pa.ChunkedArray, ...]) -> int:
    """Count the bytes of all cells, from where each chunk's text begins and ends."""
    total = 0
    for column in columns:
        for chunk in column.chunks:
            starts = np.frombuffer(chunk.buffers()[1], np.int32)
            total += int(starts[chunk.offset + len(chunk)]) - int(starts[chunk.offset])
    return total


def _breaks_in_cells(table: pa.Table) -> np.ndarray:
    total = np.zeros(table.num_rows, np.int64)
    for column in table.columns:
        for pattern, sign in (("\n", 1), ("\r", 1), ("\r\n", -1)):
            total += sign * pc.count_substring(column, pattern).to_numpy()
    return total
