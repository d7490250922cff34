"""Text to records: a fast way and a careful one, which give the same cells."""

from __future__ import annotations

import csv
import io
import itertools
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from brinery.errors import ReadError

__all__ = ["Header", "Records", "careful", "fast", "find_header", "listed"]

# The standard reader's limit of 131,072 characters a cell holds for the whole process.
csv.field_size_limit(sys.maxsize)

_BLOCK_BYTES = 4 * 2**20
# Fed after the last line: it comes back as a record of its own unless a quote is still open.
# A text never holds a NUL, so no cell can be equal to it.
_END = "\0end"


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
        for line in _lines(data, offset):
            n_bytes += len(line.encode())
            yield line
        yield _END

    reader = csv.reader(counted(), delimiter=delimiter)
    for record in reader:
        if record == [_END]:
            break
        if record and record[-1].endswith(_END):
            raise _never_closed(n_lines_before + 1, name)
        if any(cell.strip() for cell in record):
            return Header(tuple(record), n_bytes, n_lines_before + reader.line_num + 1)
    return None


def fast(data: bytes, header: Header, delimiter: str) -> Records | None:
    """Read the rows with Arrow, on every core.

    Gives None where a row does not have as many cells as the header, where lines are blank,
    or where a quote is left open: `careful` knows what to say of those.
    """
    start, end = header.offset, _end(data)
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
    n_rows = table.num_rows
    line_numbers = np.arange(n_rows, dtype=np.int64) + header.first_line
    n_lines = _n_breaks(data, start, end) + 1
    last_breaks = 0
    if n_lines != n_rows:
        breaks = _breaks_in_cells(table) if quoted else np.zeros(n_rows, np.int64)
        if not n_rows or n_rows + int(breaks.sum()) != n_lines:
            return None
        line_numbers[1:] += np.cumsum(breaks)[:-1]
        if not _all_well_quoted(data, header, line_numbers, breaks, delimiter):
            return None
        last_breaks = int(breaks[-1])
    if quoted and _ends_open(data, start, end, last_breaks, delimiter):
        return None
    return Records(tuple(table.columns), line_numbers)


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

    def kept() -> Iterator[str]:
        for text in itertools.chain(_lines(data, header.offset), (_END,)):
            raw.append(text)
            yield text

    reader = csv.reader(kept(), delimiter=delimiter)
    line, ended = header.first_line, False
    for record in reader:
        if len(raw) > 1 and raw[-1] != _END and not _is_well_quoted(raw, delimiter):
            raise _never_closed(line, name)
        raw.clear()
        if record == [_END]:
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
    between = [number for number in blank if number < last]
    if between:
        notes.append(
            "A blank line was left out: " if len(between) == 1 else "Blank lines were left out: "
        )
        notes[-1] += f"{listed(between)}."
    return Records(tuple(columns), np.array(starts, dtype=np.int64), tuple(notes))


def _never_closed(line_number: int, name: str) -> ReadError:
    return ReadError(
        f"A quotation mark opens a cell on line {line_number:,} and is not closed there, so the "
        "lines after it would count as one cell.",
        where=name,
        remedy='Remove the mark, or close it. A mark inside a quoted cell is written twice: "".',
    )


def _rows(count: int) -> str:
    return "1 row has" if count == 1 else f"{count:,} rows have"


def _lines(data: bytes, offset: int) -> Iterator[str]:
    stream = io.BytesIO(data)
    stream.seek(offset)
    return iter(io.TextIOWrapper(stream, "utf-8", newline=""))


def _end(data: bytes) -> int:
    """Give the end of the text without the line ends after it."""
    end = len(data)
    while end and data[end - 1] in b"\r\n":
        end -= 1
    return end


def _is_well_quoted(lines: list[str], delimiter: str) -> bool:
    """Say whether each quote that closes a cell stands at its end.

    Where a record runs over lines and has text behind such a quote, a stray one has
    swallowed the lines up to the next.
    """
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return False
    return True


def _all_well_quoted(
    data: bytes, header: Header, line_numbers: np.ndarray, breaks: np.ndarray, delimiter: str
) -> bool:
    """Say whether every record of several lines is well quoted."""
    body = np.frombuffer(data, np.uint8)[header.offset :]
    ends = np.flatnonzero((body == 10) | (body == 13))
    # Of CR LF only the LF ends the line.
    ends = ends[(body[ends] == 10) | (body[np.minimum(ends + 1, len(body) - 1)] != 10)]
    starts = np.concatenate(([0], ends + 1, [len(body)])) + header.offset
    several = np.flatnonzero(breaks)
    first = line_numbers[several] - header.first_line
    return all(
        _is_well_quoted(list(_lines(data[begin:end], 0)), delimiter)
        for begin, end in zip(
            starts[first].tolist(), starts[first + breaks[several] + 1].tolist(), strict=True
        )
    )


def _n_breaks(data: bytes, start: int, end: int) -> int:
    n_returns = data.count(b"\r", start, end)
    both = data.count(b"\r\n", start, end) if n_returns else 0
    return data.count(b"\n", start, end) + n_returns - both


def _breaks_in_cells(table: pa.Table) -> np.ndarray:
    total = np.zeros(table.num_rows, np.int64)
    for column in table.columns:
        for pattern, sign in (("\n", 1), ("\r", 1), ("\r\n", -1)):
            total += sign * pc.count_substring(column, pattern).to_numpy()
    return total


def _ends_open(data: bytes, start: int, end: int, n_breaks: int, delimiter: str) -> bool:
    """Say whether the last record, of `n_breaks` + 1 lines, leaves a quote open."""
    begin = end
    for _ in range(n_breaks + 1):
        if begin > start and data[begin - 1 : begin + 1] == b"\r\n":
            begin -= 1
        begin = max(data.rfind(b"\n", start, begin), data.rfind(b"\r", start, begin), start - 1)
    lines = _lines(data[begin + 1 : end], 0)
    *_, last = csv.reader(itertools.chain(lines, (_END,)), delimiter=delimiter)
    return last != [_END]
