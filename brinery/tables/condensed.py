"""The careful way for large texts: it reads what is odd, and Arrow the even rows between.

Of a text with a few odd lines, the careful way gets the first lines, the last ones, and each
odd one with its neighbours. What it makes of them is what it would make of the whole, since
nothing that it asks of a row lies further off: the lines between are rows like their neighbours.
"""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from brinery.errors import ReadError
from brinery.tables.assemble import Assembled, assembled, is_padded, row_of
from brinery.tables.dialect import Dialect
from brinery.tables.heading import usual_width
from brinery.tables.hints import NO_HINTS, Hints
from brinery.tables.layout import Start, find_start
from brinery.tables.lines import end_of_text, line_starts, lines_of
from brinery.tables.oddities import odd_lines, odd_rows
from brinery.tables.records import csv_options
from brinery.tables.shapes import column_shapes
from brinery.tables.summaries import summed_up
from brinery.tables.tail import may_be_sum
from brinery.tables.tokens import Tokens, tokens

__all__ = ["condensed"]

_HEAD_LINES = 600
_TAIL_LINES = 210
_NEIGHBOURS = 5
_MOST_LINES = 250_000
_BLOCK_BYTES = 4 * 2**20


class _Runs(io.RawIOBase):
    """The bytes of some lines of a text, one run of lines after another."""

    def __init__(self, data: bytes, runs: Iterable[tuple[int, int]]) -> None:
        super().__init__()
        self._data, self._runs = memoryview(data), iter(runs)
        self._at = self._end = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        parts: list[memoryview] = []
        while size > 0:
            if self._at == self._end:
                self._at, self._end = next(self._runs, (0, 0))
                if not self._end:
                    break
            parts.append(self._data[self._at : min(self._end, self._at + size)])
            self._at += len(parts[-1])
            size -= len(parts[-1])
        return b"".join(parts)


def condensed(
    text: bytes, dialect: Dialect, *, name: str = "", hints: Hints = NO_HINTS
) -> tuple[Assembled, list[str]] | None:
    """Read a large text with a few odd lines; None where it needs the careful way as a whole.

    Parameters
    ----------
    text : bytes
        UTF-8.
    dialect : Dialect
    name : str
        The file's name, for messages.
    hints : Hints
        What is known of the file.

    Returns
    -------
    tuple of Assembled and list of str, or None
        The table, and what was done to stray marks.
    """
    if dialect.backslash or not dialect.delimiter.isascii() or b'="' in text:
        return None
    starts = line_starts(text, dialect.offset, end_of_text(text))
    head = _head(text, starts, dialect, hints)
    if head is None:
        return None
    start, rows = head
    n_before = dialect.n_lines_before + 1
    odd = odd_lines(text, starts, dialect, start.width)
    odd[: rows.line_numbers[start.first] - n_before] = True
    even = np.flatnonzero(~odd)
    if len(odd) - len(even) > _MOST_LINES:
        return None
    padded = is_padded(rows.rows, dialect.delimiter)
    table = _even_rows(text, starts, even, dialect, start.width, padded=padded)
    if table is None:
        return None
    odd[even[odd_rows(table.columns, start.headers(rows.rows))]] = True
    chosen = _with_neighbours(odd)
    if len(chosen) > min(_MOST_LINES, 0.7 * len(odd)):
        return None
    lines = [text[starts[at] : starts[at + 1]].decode() for at in chosen.tolist()]
    try:
        rows = _numbered(tokens(lines, dialect), chosen + n_before)
        found = assembled(
            rows.rows, rows.line_numbers, delimiter=dialect.delimiter, hints=hints, name=name
        )
    except ReadError:
        return None  # it may name another line than the one that is wrong
    last = [cell.as_py() for (cell,) in found.cells.slice(found.cells.num_rows - 1).columns]
    if may_be_sum(last, column_shapes(rows.rows[:_HEAD_LINES], start.width)):
        return None
    if summed_up(rows.rows):
        return None
    table = _like(table, found.cells, start)
    whole = None if table is None else _whole(found, table, even, chosen, n_before)
    return None if whole is None else (whole, rows.notes())


def _head(
    text: bytes, starts: np.ndarray, dialect: Dialect, hints: Hints
) -> tuple[Start, Tokens] | None:
    """Give where the table begins, told from the first lines; None where it is not plain."""
    end = int(starts[min(_HEAD_LINES, len(starts) - 1)])
    lines = list(lines_of(text[:end], dialect.offset))
    if hints.header_line is not None and hints.header_line > len(lines) // 2:
        return None
    try:
        head = tokens(lines, dialect, first_line=dialect.n_lines_before + 1)
        header_row = row_of(head.line_numbers, hints.header_line)
        start = find_start(head.rows, expected=hints.expected, header_row=header_row)
    except ReadError:
        return None
    plain = start.width == usual_width(head.rows) > 1
    return (start, head) if plain and start.first < len(head.rows) // 2 else None


def _even_rows(
    text: bytes, starts: np.ndarray, even: np.ndarray, dialect: Dialect, width: int, *, padded: bool
) -> pa.Table | None:
    """Read some lines with Arrow; None where one is no row after all."""
    if not len(even):
        return None
    ends = np.flatnonzero(np.diff(even) > 1)
    firsts, lasts = even[np.r_[0, ends + 1]], even[np.r_[ends, len(even) - 1]]
    runs = zip(starts[firsts].tolist(), starts[lasts + 1].tolist(), strict=True)
    names = [str(at) for at in range(width)]
    options = csv_options(
        names,
        dialect.delimiter,
        quote=dialect.quote,
        block_bytes=_BLOCK_BYTES,
        newlines=False,
    )
    try:
        table = pyarrow.csv.read_csv(pa.PythonFile(_Runs(text, runs), mode="r"), **options)
    except pa.ArrowInvalid:
        return None
    if padded or dialect.spaced:
        trim = pc.utf8_trim if padded else pc.utf8_ltrim
        columns = [trim(column, characters=" ") for column in table.columns]
        table = pa.Table.from_arrays(columns, names=names)
    return table if table.num_rows == len(even) else None


def _with_neighbours(odd: np.ndarray) -> np.ndarray:
    """Give the odd lines with those around them, the first ones and the last ones."""
    chosen = odd.copy()
    for by in range(1, _NEIGHBOURS + 1):
        chosen[by:] |= odd[:-by]
        chosen[:-by] |= odd[by:]
    chosen[:_HEAD_LINES] = chosen[-_TAIL_LINES:] = True
    return np.flatnonzero(chosen)


def _numbered(rows: Tokens, lines: np.ndarray) -> Tokens:
    """Give each row the number of its line in the file."""

    def real(places: list[int]) -> list[int]:
        return [int(lines[place - 1]) for place in places]

    return dataclasses.replace(
        rows,
        line_numbers=real(rows.line_numbers),
        mended=real(rows.mended),
        torn=real(rows.torn),
        otherwise=real(rows.otherwise),
        cut=None if rows.cut is None else int(lines[rows.cut - 1]),
    )


def _like(table: pa.Table, cells: pa.Table, start: Start) -> pa.Table | None:
    """Give even rows the columns of others: those without a name, where they are blank, go.

    None where a column without a name is blank in some rows alone.
    """
    kept = list(range(start.width))
    if cells.num_columns < start.width:
        nameless = [at for at, name in enumerate(start.names) if not name.strip()]
        kept = [at for at in kept if at not in nameless]
        if any(pc.max(pc.binary_length(table.column(at))).as_py() for at in nameless):
            return None
    if len(kept) != cells.num_columns:
        return None
    return table.select(kept).rename_columns(cells.column_names)


def _whole(
    found: Assembled, table: pa.Table, even: np.ndarray, chosen: np.ndarray, n_before: int
) -> Assembled | None:
    """Put the even rows between those that were read carefully.

    None where the two disagree about a line that both read, or where what stands next to the
    lines between is no record, so that they may be none.
    """
    records = found.line_numbers - n_before
    shared = records[np.isin(records, even)]
    ours = found.cells.take(pa.array(np.searchsorted(records, shared)))
    theirs = table.take(pa.array(np.searchsorted(even, shared)))
    seams = np.flatnonzero(np.diff(chosen) > 1)
    borders = np.concatenate((chosen[seams], chosen[seams + 1]))
    if not ours.equals(theirs) or not np.isin(borders, shared).all():
        return None
    parts, lines, done = [], [], 0
    for before, after in zip(chosen[seams].tolist(), chosen[seams + 1].tolist(), strict=True):
        n_done = int(np.searchsorted(records, before, side="right"))
        at = int(np.searchsorted(even, before + 1))
        parts += [found.cells.slice(done, n_done - done), table.slice(at, after - before - 1)]
        lines += [found.line_numbers[done:n_done], np.arange(before + 1, after) + n_before]
        done = n_done
    return dataclasses.replace(
        found,
        cells=pa.concat_tables([*parts, found.cells.slice(done)]),
        line_numbers=np.concatenate([*lines, found.line_numbers[done:]]),
    )
