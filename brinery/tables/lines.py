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


def stray_marks(
    body: np.ndarray, marks: np.ndarray, delimiter: str, quote: str = '"'
) -> np.ndarray:
    """Give the quotation marks that may open or close nothing, which Arrow drops without a word.

    Of marks in a row, two stand for one. Stray are those with a letter behind them that are even
    in number where a cell begins, or odd where one goes on.

    Parameters
    ----------
    body : numpy.ndarray of uint8
        Text. What stands at its very borders is only looked at as a neighbour, but for more than
        two marks in a row.
    marks : numpy.ndarray of int64
        Where the quotation marks stand in it.
    delimiter, quote : str
        One ASCII character each.

    Returns
    -------
    numpy.ndarray of int64
        The places of the first of them.
    """
    parting = np.zeros(256, bool)
    parting[[ord(delimiter), ord("\r"), ord("\n")]] = True
    before, behind = body.take(marks - 1, mode="wrap"), body.take(marks + 1, mode="wrap")
    if len(marks) and marks[0] == 0:
        before[0] = ord("\n")
    if len(marks) and marks[-1] == len(body) - 1:
        behind[-1] = ord("\n")
    begins, ends = before != ord(quote), behind != ord(quote)
    if ends.all():  # none stands beside another
        alone: np.ndarray = marks[~(parting.take(before) | parting.take(behind))]
        return alone
    first, last = marks[begins], marks[ends]
    is_even = (last - first) % 2 == 1
    stray = (parting.take(before[begins]) == is_even) & ~parting.take(behind[ends])
    stray |= ((first == 0) | (last == len(body) - 1)) & (last > first + 1)
    places: np.ndarray = first[stray]
    return places


def has_stray_mark(data: bytes, start: int, end: int, delimiter: str) -> bool:
    """Say whether a part of a text has a stray mark, looked at block by block."""
    body = np.frombuffer(data, np.uint8)[max(0, start - 1) : end + 1]
    blocks = (body[max(0, at - 3) : at + _BLOCK_BYTES] for at in range(0, len(body), _BLOCK_BYTES))
    return any(
        len(stray_marks(block, np.flatnonzero(block == ord('"')), delimiter)) for block in blocks
    )
