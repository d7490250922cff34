"""Which character parts the cells of a text file."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass

import clevercsv

from brinery.errors import ReadError

__all__ = ["DELIMITERS", "Dialect", "find_dialect"]

DELIMITERS = ",;\t|"

_N_LINES = 300
_N_CHARACTERS = 1000  # a line; clevercsv takes half a minute for one cell of 200,000
_SEP = re.compile(rb"\s*\"?sep=(.)\"?[,;\t| ]*(\r\n|\n|\r|\Z)", re.I)
_LINE = re.compile(r"[^\r\n]+")
_QUOTED = re.compile(r'(?:(?<=[,;\t|\r\n])|\A)"(?:[^"]|"")*"')


@dataclass(frozen=True)
class Dialect:
    """How the cells of a text file are parted.

    Attributes
    ----------
    delimiter : str
        One character.
    offset : int
        Where the table begins, in bytes: after a line `sep=;`, else 0.
    n_lines_before : int
        How many lines stand before it.
    """

    delimiter: str
    offset: int = 0
    n_lines_before: int = 0


def find_dialect(data: bytes, *, name: str = "", delimiter: str | None = None) -> Dialect:
    """Find the delimiter of a text in UTF-8.

    A first line `sep=;` decides. Else a candidate that alone stands outside quotes; else
    clevercsv (van den Burg, Nazábal and Sutton, 2019, doi:10.1007/s10618-019-00646-y) on
    the first lines, each cut short. A file of one column counts as parted by commas.

    Parameters
    ----------
    data : bytes
        The text, UTF-8, without a byte order mark.
    name : str
        The file's name, for the message.
    delimiter : str, optional
        Taken as it is.

    Raises
    ------
    ReadError
        The delimiter that was given is not one plain character.
    """
    line = _SEP.match(data[:64])
    offset, n_lines_before = (line.end(), 1) if line else (0, 0)
    if delimiter is not None:
        if len(delimiter) != 1 or not delimiter.isascii() or delimiter in '"\r\n\0':
            raise ReadError(
                f"{delimiter!r} can't part the cells of a file.",
                where=name,
                remedy="Give one character: a comma, a semicolon, a tab or a bar.",
            )
        return Dialect(delimiter, offset, n_lines_before)
    if line:
        return Dialect(line.group(1).decode(), offset, n_lines_before)
    return Dialect(_guess(_sample(data)))


def _sample(data: bytes) -> str:
    """Give the first lines, each cut short, from no more than the first bytes."""
    start = data[: _N_LINES * _N_CHARACTERS * 4].decode(errors="ignore")
    lines = (match.group() for match in _LINE.finditer(start))
    return "\n".join(line[:_N_CHARACTERS] for line, _ in zip(lines, range(_N_LINES), strict=False))


def _guess(sample: str) -> str:
    bare = _QUOTED.sub('""', sample)
    there = [candidate for candidate in DELIMITERS if candidate in bare]
    if not there:
        return ","
    if len(there) == 1:
        return there[0]
    header = bare.split("\n", 1)[0]
    even = [candidate for candidate in there if candidate in header and _is_even(sample, candidate)]
    if len(even) == 1:
        return even[0]
    found = clevercsv.Detector().detect(sample, delimiters=list(DELIMITERS))
    if found is not None and found.delimiter in there:
        return str(found.delimiter)
    in_header = [candidate for candidate in there if candidate in header]
    return max(in_header or there, key=(header if in_header else bare).count)


def _is_even(sample: str, delimiter: str) -> bool:
    widths = {len(row) for row in csv.reader(sample.split("\n"), delimiter=delimiter) if row}
    return len(widths) == 1 and widths != {1}
