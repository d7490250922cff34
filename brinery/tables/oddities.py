"""What in a large text needs a careful look: lines that part oddly, rows that are no records."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from brinery.tables.dialect import Dialect
from brinery.tables.lines import stray_marks

__all__ = ["odd_lines", "odd_rows"]

_BLOCK_BYTES = 4 * 2**20
_SPANNED = 100
"""So many lines between two open quotation marks may be those of one cell."""

_DRAWN = np.zeros(256, bool)
_DRAWN[list(b"-=_*+|~#")] = True
_GOES_ON = _DRAWN.copy()
_GOES_ON[[*b".: \t\r\n", *range(0x80, 0x100)]] = True
_WIDE_SPACE = 0xC2
"""The least byte with which a space beyond ASCII begins."""

_TOTALS = r"(?i)^\s*(?:#|//)|total|totaal|summe|gesamt|ergebnis|итого"


def odd_lines(data: bytes, starts: np.ndarray, dialect: Dialect, width: int) -> np.ndarray:
    """Say of each line whether it may be other than one row of `width` cells.

    Parameters
    ----------
    data : bytes
        The text, in UTF-8.
    starts : numpy.ndarray of int64, shape (n_lines + 1,)
        Where each line starts, and at last where the text ends.
    dialect : Dialect
        Its marks are ASCII.
    width : int

    Returns
    -------
    numpy.ndarray of bool, shape (n_lines,)
        True where a line is blank, has more or fewer cells, leaves a quotation mark open or
        has one that opens or closes nothing, and for lines that may stand within a cell.
    """
    n_lines = len(starts) - 1
    odd = np.zeros(n_lines, bool)
    is_open = np.zeros(n_lines, bool)
    body = np.frombuffer(data, np.uint8)
    first = 0
    while first < n_lines:
        last = int(np.searchsorted(starts, starts[first] + _BLOCK_BYTES))
        last = min(max(last, first + 1), n_lines)
        here = slice(first, last)
        bounds = starts[first : last + 1]
        block = body[bounds[0] : bounds[-1]]
        parted = np.flatnonzero(block == ord(dialect.delimiter))
        marks = np.flatnonzero(block == ord(dialect.quote))
        edges = bounds - bounds[0]
        n_parted = np.diff(np.searchsorted(parted, edges))
        if len(marks):
            at_edges = np.searchsorted(marks, edges)
            is_open[here] = np.diff(at_edges) % 2 == 1
            line_of = np.repeat(np.arange(last - first), n_parted)
            outside = (np.searchsorted(marks, parted) - at_edges[line_of]) % 2 == 0
            n_parted = np.bincount(line_of[outside], minlength=last - first)
            begin = max(0, int(bounds[0]) - 1)
            stray = (
                stray_marks(body[begin : bounds[-1] + 2], dialect.delimiter, dialect.quote) + begin
            )
            odd[np.searchsorted(starts, stray, side="right") - 1] = True
        odd[here] |= n_parted != width - 1
        first = last
    opened = np.flatnonzero(is_open & ~odd)
    for one, other in itertools.pairwise(opened):
        if other - one <= _SPANNED:
            odd[one:other] = True
    return odd | is_open


def odd_rows(columns: Sequence[pa.ChunkedArray], headers: Sequence[Sequence[str]]) -> np.ndarray:
    """Give the rows that may be none: a repeated header, a line, a total, a remark, blank cells.

    Parameters
    ----------
    columns : sequence of pyarrow.ChunkedArray
        Text; all parted into the same chunks.
    headers : sequence of sequences of str
        The rows with the names.

    Returns
    -------
    numpy.ndarray of int64
        Their places, in order. What the careful way takes for no record is among them.
    """
    firsts = {
        (at, name)
        for row in headers
        for at, cell in itertools.islice(((n, one) for n, one in enumerate(row) if one.strip()), 1)
        for name in (cell, cell.strip())
    }
    table = pa.Table.from_arrays(list(columns), names=[str(at) for at in range(len(columns))])
    found, n_before = [np.zeros(0, np.int64)], 0
    for batch in table.to_batches():
        found.append(np.flatnonzero(_odd(batch.columns, firsts)) + n_before)
        n_before += batch.num_rows
    return np.concatenate(found)


def _odd(columns: Sequence[pa.Array], firsts: Iterable[tuple[int, str]]) -> np.ndarray:
    odd = np.zeros(len(columns[0]), bool)
    for at, name in firsts:
        same = pc.equal(columns[at], name)
        if pc.any(same).as_py():
            odd |= same.to_numpy(zero_copy_only=False)
    offsets, letters = _buffers(columns[0])
    only_digits = not len(letters) or (letters.min() >= ord(".") and letters.max() <= ord("9"))
    if not only_digits:
        odd |= _drawn(offsets, letters)
    n_blank = np.zeros(len(odd), np.int32)
    for column in columns:
        blank = _blank(column)
        if blank.any():
            n_blank += blank
    if len(columns) > 1 and n_blank.any():
        # A heading of a group has one text alone.
        odd |= n_blank >= len(columns) - (len(columns) > 3)
        odd[_called_totals(columns, np.flatnonzero((n_blank > 0) & ~odd), only_digits)] = True
    return odd


def _buffers(column: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Give where each text begins, and at last where they end; and the letters of all of them."""
    _, starts, letters = column.buffers()
    offsets = np.frombuffer(starts, np.int32)[column.offset : column.offset + len(column) + 1]
    if letters is None:
        return offsets, np.zeros(0, np.uint8)
    return offsets - offsets[0], np.frombuffer(letters, np.uint8)[offsets[0] : offsets[-1]]


def _blank(column: pa.Array) -> np.ndarray:
    """Say which texts are blank, or only spaces of some kind."""
    offsets, letters = _buffers(column)
    blank: np.ndarray = np.diff(offsets) == 0
    if len(letters) and (letters.min() <= ord(" ") or letters.max() >= _WIDE_SPACE):
        first = letters.take(offsets[:-1], mode="clip")
        spaced = ((first <= ord(" ")) | (first >= _WIDE_SPACE)) & ~blank
        if spaced.any():
            texts = pc.utf8_trim_whitespace(column.filter(pa.array(spaced)))
            blank[spaced] = pc.binary_length(texts).to_numpy() == 0
    return blank


def _drawn(offsets: np.ndarray, letters: np.ndarray) -> np.ndarray:
    """Say which texts may be a line drawn with dashes or the like: by their first two letters."""
    drawn = np.diff(offsets) > 1
    at = offsets[:-1][drawn]
    drawn[drawn] = _DRAWN[letters[at]] & _GOES_ON[letters[at + 1]]
    return drawn


def _called_totals(columns: Sequence[pa.Array], rows: np.ndarray, only_digits: bool) -> np.ndarray:
    """Of rows with a blank cell, give those whose first text calls them a total or a remark."""
    found = []
    for at, column in enumerate(columns):
        if not len(rows):
            break
        texts = column.take(pa.array(rows))
        blank = _blank(texts)
        if at or not only_digits:
            called = pc.match_substring_regex(texts, _TOTALS).to_numpy(zero_copy_only=False)
            found.append(rows[called])
        rows = rows[blank]
    return np.concatenate(found) if found else rows
