"""What in a large text needs a careful look: lines that part oddly, rows that are no records."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from brinery.tables.dialect import Dialect
from brinery.tables.lines import stray_marks

__all__ = ["Texts", "odd_among", "odd_lines", "odd_rows", "texts_of"]

_BLOCK_BYTES = 4 * 2**20
_SPANNED = 100
"""So many lines between two open quotation marks may be those of one cell."""

_DRAWN = np.zeros(256, bool)
_DRAWN[list(b"-=_*+|~#")] = True
_GOES_ON = _DRAWN.copy()
_GOES_ON[[*b".: \t\r\n", *range(0x80, 0x100)]] = True
_SPACES = np.zeros(256, bool)
_SPACES[[*range(ord(" ") + 1), *b"\xc2\xe1\xe2\xe3"]] = True
"""The bytes with which a space begins, in ASCII and beyond."""
_WIDE_SPACE = 0xC2

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
            stray = stray_marks(
                body[begin : bounds[-1] + 2],
                marks + (bounds[0] - begin),
                dialect.delimiter,
                dialect.quote,
            )
            odd[np.searchsorted(starts, stray + begin, side="right") - 1] = True
        odd[here] |= n_parted != width - 1
        first = last
    opened = np.flatnonzero(is_open & ~odd)
    for one, other in itertools.pairwise(opened):
        if other - one <= _SPANNED:
            odd[one:other] = True
    return odd | is_open


@dataclass(frozen=True, eq=False)
class Texts:
    """The cells of a column as they lie in memory.

    Attributes
    ----------
    column : pyarrow.Array of string, shape (n_rows,)
    offsets : numpy.ndarray of int32, shape (n_rows + 1,)
        Where each begins in the letters, and at last where they end.
    letters : numpy.ndarray of uint8
        The bytes of all of them.
    least, most : int
        The least and the greatest byte; those of a digit where there is none.
    """

    column: pa.Array
    offsets: np.ndarray
    letters: np.ndarray
    least: int
    most: int

    @cached_property
    def firsts(self) -> np.ndarray:
        """The first byte of each; where there is none, that of whatever comes behind."""
        return self.letters.take(self.offsets[:-1], mode="clip")

    @property
    def only_digits(self) -> bool:
        """Whether there is nothing in them but digits, points and slashes."""
        return self.least >= ord(".") and self.most <= ord("9")

    def may_be(self, text: str) -> bool:
        """Whether one of them may be this text: it is of their letters."""
        return all(self.least <= letter <= self.most for letter in text.encode())


def texts_of(column: pa.Array) -> Texts:
    """Give the cells of a column of text as they lie in memory."""
    _, starts, data = column.buffers()
    offsets = np.frombuffer(starts, np.int32)[column.offset : column.offset + len(column) + 1]
    letters = np.frombuffer(data or b"", np.uint8)[offsets[0] : offsets[-1]]
    if not len(letters):
        return Texts(column, offsets - offsets[0], letters, ord("0"), ord("0"))
    offsets = offsets - offsets[0] if offsets[0] else offsets
    return Texts(column, offsets, letters, int(letters.min()), int(letters.max()))


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
    table = pa.Table.from_arrays(list(columns), names=[str(at) for at in range(len(columns))])
    found, n_before = [np.zeros(0, np.int64)], 0
    for batch in table.to_batches():
        odd = odd_among([texts_of(column) for column in batch.columns], headers)
        found.append(np.flatnonzero(odd) + n_before)
        n_before += batch.num_rows
    return np.concatenate(found)


def odd_among(columns: Sequence[Texts], headers: Sequence[Sequence[str]]) -> np.ndarray:
    """Say of each row whether it may be none, as `odd_rows` does.

    Returns
    -------
    numpy.ndarray of bool, shape (n_rows,)
    """
    first = columns[0]
    odd = np.zeros(len(first.column), bool)
    for at, name in _first_names(headers):
        if columns[at].may_be(name):
            same = pc.equal(columns[at].column, name)
            odd |= same.to_numpy(zero_copy_only=False)
    if not first.only_digits:
        odd |= _drawn(first)
    n_blank = np.zeros(len(odd), np.int32)
    for column in columns:
        blank = _blank(column)
        if blank.any():
            n_blank += blank
    if len(columns) > 1 and n_blank.any():
        # A heading of a group has one text alone.
        odd |= n_blank >= len(columns) - (len(columns) > 3)
        odd[_called_totals(columns, np.flatnonzero((n_blank > 0) & ~odd))] = True
    return odd


def _first_names(headers: Sequence[Sequence[str]]) -> set[tuple[int, str]]:
    """Give the first name of each row with names, and where it stands."""
    return {
        (at, name)
        for row in headers
        for at, cell in itertools.islice(((n, one) for n, one in enumerate(row) if one.strip()), 1)
        for name in (cell, cell.strip())
    }


def _blank(texts: Texts) -> np.ndarray:
    """Say which texts are blank, or only spaces of some kind."""
    blank: np.ndarray = texts.offsets[1:] == texts.offsets[:-1]
    if texts.least <= ord(" ") or texts.most >= _WIDE_SPACE:
        spaced = _SPACES.take(texts.firsts)
        if spaced.any():
            spaced &= ~blank
            trimmed = pc.utf8_trim_whitespace(texts.column.filter(pa.array(spaced)))
            blank[spaced] = pc.binary_length(trimmed).to_numpy() == 0
    return blank


def _drawn(texts: Texts) -> np.ndarray:
    """Say which texts may be a line drawn with dashes or the like: by their first two letters."""
    drawn = _DRAWN.take(texts.firsts)
    if drawn.any():
        drawn &= np.diff(texts.offsets) > 1
        drawn[drawn] = _GOES_ON[texts.letters[texts.offsets[:-1][drawn] + 1]]
    return drawn


def _called_totals(columns: Sequence[Texts], rows: np.ndarray) -> np.ndarray:
    """Of rows with a blank cell, give those whose first text calls them a total or a remark."""
    found = []
    for at, column in enumerate(columns):
        if not len(rows):
            break
        texts = texts_of(column.column.take(pa.array(rows)))
        if at or not column.only_digits:
            called = pc.match_substring_regex(texts.column, _TOTALS)
            found.append(rows[called.to_numpy(zero_copy_only=False)])
        rows = rows[_blank(texts)]
    return np.concatenate(found) if found else rows
