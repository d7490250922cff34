"""Text to records: a fast way and a careful one, which give the same cells."""

from __future__ import annotations

import csv
import itertools
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from brinery.errors import ReadError
from brinery.tables.lines import (
    END,
    all_well_quoted,
    count_breaks,
    end_of_text,
    ends_open,
    is_blank,
    is_well_quoted,
    line_starts,
    lines_of,
)

__all__ = ["Header", "Records", "careful", "fast", "find_header", "listed"]

# The standard reader's limit of 131,072 characters a cell holds for the whole process.
csv.field_size_limit(sys.maxsize)

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
    notes : tuple of str
        What was left out or filled in.
    """

    columns: tuple[pa.ChunkedArray, ...]
    line_numbers: np.ndarray
    notes: tuple[str, ...] = ()


def listed(line_numbers: Sequence[int], most: int = 5) -> str:
    """Put line numbers in words: "line 4", "lines 4, 9 and 3 more"."""
    shown = [f"{number:,}" for number in line_numbers[:most]]
    if len(line_numbers) == 1:
        return f"line {shown[0]}"
    if len(line_numbers) > most:
        return f"lines {', '.join(shown)} and {len(line_numbers) - most:,} more"
    return f"lines {', '.join(shown[:-1])} and {shown[-1]}"


def find_header(
    data: bytes, delimiter: str, *, offset: int = 0, n_lines_before: int = 0, name: str = ""
) -> Header | None:
    """Take the first record that is not blank as the header; None where there is none.

    Raises
    ------
    ReadError
        A quote in the header is never closed.
    """
    n_bytes = offset

    def counted() -> Iterator[str]:
        nonlocal n_bytes
        for line in lines_of(data, offset):
            n_bytes += len(line.encode())
            yield line
        yield END

    reader = csv.reader(counted(), delimiter=delimiter)
    for record in reader:
        if record == [END]:
            break
        if record and record[-1].endswith(END):
            raise _never_closed(n_lines_before + 1, name)
        if any(cell.strip() for cell in record):
            return Header(tuple(record), n_bytes, n_lines_before + reader.line_num + 1)
    return None


def fast(data: bytes, header: Header, delimiter: str) -> Records | None:
    """Read the rows with Arrow, on every core.

    Gives None where a row does not have as many cells as the header, where a quote is left
    open, or where blank lines and line breaks in cells come together: `careful` knows what
    to say of those. Whatever it gives is the same as what `careful` gives.
    """
    start, end = header.offset, end_of_text(data)
    if end <= start or data.startswith(b"\xef\xbb\xbf", start):
        return None  # Arrow takes a mark before the first row for the file's own and drops it
    quoted = data.find(b'"', start) >= 0
    names = [f"f{position}" for position in range(len(header.names))]
    try:
        table = pyarrow.csv.read_csv(
            pa.BufferReader(pa.py_buffer(data).slice(start)),
            read_options=pyarrow.csv.ReadOptions(column_names=names, block_size=_BLOCK_BYTES),
            parse_options=pyarrow.csv.ParseOptions(delimiter=delimiter, newlines_in_values=quoted),
            convert_options=pyarrow.csv.ConvertOptions(
                check_utf8=False,
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[],
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        return None
    n_rows, n_lines = table.num_rows, count_breaks(data, start, end) + 1
    columns = tuple(table.columns)
    if not n_rows:
        return None
    breaks = np.zeros(n_rows, np.int64)
    first = np.arange(n_rows, dtype=np.int64)  # the line of each row, counted from the first
    notes: tuple[str, ...] = ()
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
            notes = _blank_note((np.flatnonzero(blank) + header.first_line).tolist())
    if quoted and ends_open(data, start, end, int(breaks[-1]), delimiter):
        return None
    return Records(columns, first + header.first_line, notes)


def careful(data: bytes, header: Header, delimiter: str, *, name: str = "") -> Records:
    """Read the rows one by one, so that those of another length can be named.

    Raises
    ------
    ReadError
        Rows have more cells than the header, or a quote is never closed; the message names
        the lines.
    """
    width = len(header.names)
    rows: list[list[str]] = []
    starts: list[int] = []
    short: list[int] = []
    long: list[int] = []
    blank: list[int] = []
    raw: list[str] = []  # the lines of the record at hand
    lines = itertools.chain(lines_of(data, header.offset), (END,))
    quoted = data.find(b'"', header.offset) >= 0
    reader = csv.reader(_noting(lines, raw) if quoted else lines, delimiter=delimiter)
    line, ended = header.first_line, False
    for record in reader:
        if len(raw) > 1 and raw[-1] != END and not is_well_quoted(raw, delimiter):
            raise _never_closed(line, name)
        raw.clear()
        if record == [END]:
            ended = True
            break
        if not record or (width > 1 and len(record) == 1 and not record[0].strip()):
            blank.append(line)
        else:
            if len(record) < width:
                short.append(line)
                record += [""] * (width - len(record))
            elif len(record) > width:
                if any(cell.strip() for cell in record[width:]):
                    long.append(line)
                del record[width:]
            rows.append(record)
            starts.append(line)
        line = header.first_line + reader.line_num
    if not ended:
        raise _never_closed(starts[-1] if starts else header.first_line, name)
    if long:
        raise ReadError(
            f"{_rows(len(long))} more cells than the header has names ({width}): {listed(long)}.",
            where=name,
            remedy="Put cells that hold the separator in quotation marks, "
            "or give every column a name in the header, then choose the file again.",
        )
    columns = (
        pa.chunked_array([pa.array(cells, pa.string())]) for cells in zip(*rows, strict=True)
    )
    notes = []
    if short:
        notes.append(
            f"{_rows(len(short))} fewer cells than the header has names ({listed(short)}); "
            "the missing ones count as blank."
        )
    last = starts[-1] if starts else 0
    return Records(
        tuple(columns),
        np.array(starts, dtype=np.int64),
        (*notes, *_blank_note([number for number in blank if number < last])),
    )


def _noting(lines: Iterable[str], raw: list[str]) -> Iterator[str]:
    for line in lines:
        raw.append(line)
        yield line


def _blank_note(line_numbers: list[int]) -> tuple[str, ...]:
    if not line_numbers:
        return ()
    what = "A blank line was" if len(line_numbers) == 1 else "Blank lines were"
    return (f"{what} left out: {listed(line_numbers)}.",)


def _never_closed(line_number: int, name: str) -> ReadError:
    return ReadError(
        f"A quotation mark opens a cell on line {line_number:,} and is not closed there, so the "
        "lines after it would count as one cell.",
        where=name,
        remedy='Remove the mark, or close it. A mark inside a quoted cell is written twice: "".',
    )


def _rows(count: int) -> str:
    return "1 row has" if count == 1 else f"{count:,} rows have"


def _breaks_in_cells(table: pa.Table) -> np.ndarray:
    total = np.zeros(table.num_rows, np.int64)
    for column in table.columns:
        for pattern, sign in (("\n", 1), ("\r", 1), ("\r\n", -1)):
            total += sign * pc.count_substring(column, pattern).to_numpy()
    return total
