"""The lines of a text in UTF-8, and whether the quotes in them close."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator

import numpy as np

__all__ = [
    "END",
    "all_well_quoted",
    "count_breaks",
    "end_of_text",
    "ends_open",
    "has_stray_mark",
    "is_blank",
    "is_well_quoted",
    "line_starts",
    "lines_of",
    "stray_marks",
]

# Fed after the last line: it comes back as a record of its own unless a quote is still open.
# A text never holds a NUL, so no cell can be equal to it.
END = "\0end"

_BLOCK_BYTES = 4 * 2**20
_PARTING, _MARK, _BEFORE = 1, 2, 4


def lines_of(data: bytes, offset: int = 0) -> Iterator[str]:
    """Give the lines from `offset` on, each with its own end (LF, CR LF or CR)."""
    stream = io.BytesIO(data)
    stream.seek(offset)
    return iter(io.TextIOWrapper(stream, "utf-8", newline=""))


def end_of_text(data: bytes, end: int | None = None) -> int:
    """Give the end of the text, or of its first `end` bytes, without the line ends after it."""
    end = len(data) if end is None else end
    while end and data[end - 1] in b"\r\n":
        end -= 1
    return end


def count_breaks(data: bytes, start: int, end: int) -> int:
    """Count the line ends between two places."""
    body = np.frombuffer(data, np.uint8)[start:end]
    n_breaks = int(np.count_nonzero(body == 10))
    if data.find(b"\r", start, end) < 0:  # to look for one is many times faster than to count
        return n_breaks
    return n_breaks + data.count(b"\r", start, end) - data.count(b"\r\n", start, end)


def line_starts(data: bytes, start: int, end: int) -> np.ndarray:
    """Give where each line between two places starts, and at last where the text ends."""
    body = np.frombuffer(data, np.uint8)[start:end]
    ends = np.flatnonzero((body == 10) | (body == 13))
    # Of CR LF only the LF ends the line; `end` never stands after a line end.
    ends = ends[(body[ends] == 10) | (body[ends + 1] != 10)]
    return np.concatenate(([0], ends + 1, [len(body)])) + start


def is_blank(data: bytes, starts: np.ndarray) -> np.ndarray:
    """Say of each line whether there is nothing on it."""
    first = np.frombuffer(data, np.uint8)[starts[:-1]]
    return np.isin(first, (10, 13))


def is_well_quoted(lines: list[str], delimiter: str) -> bool:
    """Say whether each quote that closes a cell stands at the cell's end.

    Where a record runs over lines and has text behind such a quote, a stray one has
    swallowed the lines up to the next.
    """
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return False
    return True


def all_well_quoted(
    data: bytes, first: np.ndarray, breaks: np.ndarray, starts: np.ndarray, delimiter: str
) -> bool:
    """Say whether every record of several lines is well quoted.

    Parameters
    ----------
    data : bytes
        The text.
    first, breaks : numpy.ndarray of int64, shape (n_rows,)
        The place in `starts` of each record's first line, and how many line ends it holds.
    starts : numpy.ndarray of int64
        As `line_starts` gives it.
    delimiter : str
        Between the cells.
    """
    several = np.flatnonzero(breaks)
    begins, ends = starts[first[several]], starts[first[several] + breaks[several] + 1]
    return all(
        is_well_quoted(list(lines_of(data[begin:end])), delimiter)
        for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)
    )


def ends_open(data: bytes, start: int, end: int, n_breaks: int, delimiter: str) -> bool:
    """Say whether the last record, of `n_breaks` + 1 lines, leaves a quote open."""
    begin = end
    for _ in range(n_breaks + 1):
        if begin > start and data[begin - 1 : begin + 1] == b"\r\n":
            begin -= 1
        begin = max(data.rfind(b"\n", start, begin), data.rfind(b"\r", start, begin), start - 1)
    lines = itertools.chain(lines_of(data[begin + 1 : end]), (END,))
    *_, last = csv.reader(lines, delimiter=delimiter)
    return last != [END]


def stray_marks(body: np.ndarray, delimiter: str, quote: str = '"') -> np.ndarray:
    """Give the quotation marks that may open or close nothing, which Arrow drops without a word.

    That is one with neither the delimiter, a line's end nor another mark beside it, or an
    empty pair with something else right behind it.

    Parameters
    ----------
    body : numpy.ndarray of uint8
        Text. What stands at its very borders is only looked at as a neighbour.
    delimiter, quote : str
        One ASCII character each.

    Returns
    -------
    numpy.ndarray of int64
        Their places.
    """
    kinds = np.zeros(256, np.uint8)
    kinds[[ord(delimiter), ord("\r"), ord("\n")]] = _PARTING
    kinds[ord(quote)] = _MARK
    marks = np.flatnonzero(body == ord(quote))
    if len(marks) and marks[0] == 0:
        marks = marks[1:]
    if len(marks) and marks[-1] == len(body) - 1:
        marks = marks[:-1]
    beside = kinds[body[marks - 1]] * _BEFORE + kinds[body[marks + 1]]
    pairs = marks[beside == _PARTING * _BEFORE + _MARK]
    pairs = pairs[pairs < len(body) - 2]
    return np.concatenate((marks[beside == 0], pairs[kinds[body[pairs + 2]] == 0]))


def has_stray_mark(data: bytes, start: int, end: int, delimiter: str) -> bool:
    """Say whether a part of a text has a stray mark, looked at block by block."""
    body = np.frombuffer(data, np.uint8)[start:end]
    return any(
        len(stray_marks(body[max(0, at - 3) : at + _BLOCK_BYTES], delimiter))
        for at in range(0, len(body), _BLOCK_BYTES)
    )
