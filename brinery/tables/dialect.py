"""How the cells of a text file are parted and quoted."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import Any

from brinery.errors import ReadError
from brinery.tables.heading import usual_width
from brinery.tables.shapes import shape

__all__ = ["DELIMITERS", "Dialect", "find_dialect", "unwrapped"]

DELIMITERS = ",;\t|"

_OTHERS = ":~^\x1f\x01\u00a6\u00a7# "
_N_LINES = 300
_MAX_COLUMNS = 2**15
_N_CHARACTERS = 1000  # a line; clevercsv takes half a minute for one cell of 200,000
_SEP = re.compile(rb"\s*\"?sep=(.)\"?[,;\t| ]*(\r\n|\n|\r|\Z)", re.I)
_BREAK = re.compile(r"\r\n|\r|\n")
_LINE = re.compile(r"[^\r\n]+")
_QUOTED = re.compile(r'(?:(?<=[,;\t|\r\n])|\A)"(?:[^"]|"")*"')
_QUOTED_BY_SPACES = re.compile(r'(?:(?<=\s)|\A)"[^"\n]*"(?=\s|\Z)')
_BESIDE_QUOTED = re.compile(r'"[^"]*" \S')
_SURE = 0.08  # by how much the best must be ahead before clevercsv is not asked


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
    quote : str
        Around a cell that holds the delimiter: one character.
    backslash : bool
        Whether a mark inside such a cell has a backslash before it; else it is doubled.
    spaced : bool
        Whether a space follows each delimiter.
    """

    delimiter: str
    offset: int = 0
    n_lines_before: int = 0
    quote: str = '"'
    backslash: bool = False
    spaced: bool = False

    @property
    def plain(self) -> bool:
        """Whether the fast reader knows this dialect."""
        return (
            self.quote == '"'
            and not self.backslash
            and not self.spaced
            and (self.delimiter.isascii())
        )

    def options(self) -> dict[str, Any]:
        """Give what `csv.reader` takes."""
        return {
            "delimiter": self.delimiter,
            "quotechar": self.quote,
            "doublequote": not self.backslash,
            "escapechar": "\\" if self.backslash else None,
            "skipinitialspace": self.spaced,
        }


def find_dialect(data: bytes, *, name: str = "", delimiter: str | None = None) -> Dialect:
    """Find how the cells of a text in UTF-8 are parted and quoted.

    A first line `sep=;` decides, if that mark stands in the next one. Else a candidate that
    alone stands outside quotes; else the one that makes the most regular table of cells that
    look like numbers, dates and words; where two are close, clevercsv decides (van den Burg,
    Nazábal and Sutton, 2019, doi:10.1007/s10618-019-00646-y). A file of one column counts as
    parted by commas.

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
        The delimiter that was given is not one plain character, or there are far too many
        columns.
    """
    line = _SEP.match(data[:64])
    offset, n_lines_before = (line.end(), 1) if line else (0, 0)
    lines = _sample(data[offset : offset + _N_LINES * _N_CHARACTERS * 4])
    if delimiter is not None:
        if len(delimiter) != 1 or delimiter in '"\r\n\0':
            raise ReadError(
                f"“{delimiter}” can't part the cells of a file.",
                where=name,
                remedy="Give one character: a comma, a semicolon, a tab or a bar.",
            )
        found = delimiter
    elif line and lines and line.group(1).decode() in lines[0]:
        found = line.group(1).decode()
    else:
        found = _guess(lines)
    _refuse_wide(data, offset, found, name)
    quote = _quote(lines, found)
    return Dialect(
        found, offset, n_lines_before, quote, _is_backslash(lines, found, quote),
        _is_spaced(lines, found),
    )  # fmt: skip


def _refuse_wide(data: bytes, offset: int, delimiter: str, name: str) -> None:
    """Refuse a table of more columns than can be kept in memory, by its first line."""
    end = data.find(b"\n", offset)
    n_columns = data.count(delimiter.encode(), offset, end if end >= 0 else len(data)) + 1
    if n_columns > _MAX_COLUMNS:
        raise ReadError(
            f"The table has {n_columns:,} columns; {_MAX_COLUMNS:,} are the most that are read.",
            where=name,
            remedy="Keep the columns that are needed, or turn the table round if its rows and "
            "columns are swapped.",
        )


def unwrapped(data: bytes) -> bytes | None:
    """Give the text without the quotes around every whole line; None where there are none."""
    if data.lstrip()[:1] != b'"':
        return None
    lines = _sample(data[:65536])[:50]
    wrapped = [row[0] for row in csv.reader(lines, delimiter="\x1f") if len(row) == 1]
    if len(lines) < 2 or len(wrapped) < len(lines):
        return None
    if not any(_is_wrapped(lines, wrapped, candidate) for candidate in DELIMITERS):
        return None
    text = data.decode()
    return "\n".join(
        "" if not row else row[0]
        for row in csv.reader(_BREAK.split(text.removesuffix("\n")), delimiter="\x1f")
    ).encode()


def _is_wrapped(lines: list[str], wrapped: list[str], delimiter: str) -> bool:
    """Say whether each line is one cell that holds a row of several."""
    outside = list(csv.reader(lines, delimiter=delimiter))
    inside = list(csv.reader(wrapped, delimiter=delimiter))
    width = len(inside[0]) if inside else 0
    n_even = sum(len(row) == width for row in inside)
    whole = all(len(row) == 1 for row in outside) and all(cell.strip() for cell in inside[0])
    return width > 1 and whole and n_even >= 0.9 * len(lines)


def _sample(data: bytes) -> list[str]:
    """Give the first lines that are not blank, each cut short."""
    start = data.decode(errors="ignore")
    lines = (match.group() for match in _LINE.finditer(start))
    return [line[:_N_CHARACTERS] for line, _ in zip(lines, range(_N_LINES), strict=False)]


def _guess(lines: list[str]) -> str:
    sample = "\n".join(lines)
    quoted = '"' in sample
    bare = _QUOTED.sub('""', sample) if quoted else sample
    there = [candidate for candidate in DELIMITERS if candidate in bare]
    outside = _QUOTED_BY_SPACES.sub('""', sample) if there and quoted else sample
    if there and not any(one in outside for one in there) and _is_even(lines, " "):
        return " "
    if not there:
        return _other(lines, bare)
    if len(there) == 1 and _is_even(lines, there[0]):
        return there[0]
    if len(there) == 1 and _is_within_texts(lines, there[0]):
        return next(one for one in DELIMITERS if one not in bare)
    scores = {candidate: _score(lines, candidate) for candidate in there}
    ranked = sorted(there, key=lambda one: scores[one], reverse=True)
    if scores[ranked[0]] < 0.5:
        other = _other(lines, bare)
        if other != "," and _score(lines, other) > scores[ranked[0]] + 0.2:
            return other
    if len(ranked) == 1 or scores[ranked[0]] - scores[ranked[1]] > _SURE:
        return ranked[0]
    import clevercsv  # only few files need it, and a worker of older versions may lack it

    found = clevercsv.Detector().detect(sample, delimiters=list(DELIMITERS))
    if found is not None and found.delimiter in ranked[:2]:
        return str(found.delimiter)
    return ranked[0]


def _is_within_texts(lines: list[str], mark: str) -> bool:
    """Say whether a mark stands in some cells of one column only, a space behind each."""
    there = [mark in line for line in lines]
    below = there[there.index(True) :] if True in there else []
    alone = not there[0] and below.count(False) * 4 >= len(below) > 0
    return alone and not any(re.search(rf"{re.escape(mark)}(?!\s)", line) for line in lines)


def _other(lines: list[str], bare: str) -> str:
    """Give a delimiter that is rarely one, where it makes a table that is all but even."""
    there = [
        candidate
        for candidate in _OTHERS
        if candidate in bare and (candidate not in " :" or all(candidate in one for one in lines))
    ]
    if lines and (signs := [one for one in there if ord(one) < 32 and one in lines[0]]):
        return signs[0]  # what nobody writes but to part cells
    if len(lines) > 2 and all(map(_BESIDE_QUOTED.match, lines)):
        return " "  # as R writes tables
    scores = {candidate: _score(lines, candidate) for candidate in there}
    best = max(there, key=lambda one: scores[one], default=",")
    return best if len(lines) > 2 and scores.get(best, 0.0) > 0.75 else ","


def _score(lines: list[str], delimiter: str) -> float:
    """Say from 0 to 1 how regular a table the lines make, and how like cells its cells are."""
    rows = [row for row in csv.reader(lines, delimiter=delimiter) if row]
    width = usual_width(rows)
    if width < 2:
        return 0.0
    even = [row for row in rows if len(row) == width or (len(row) == width + 1 and not row[-1])]
    n_lines = len(even)
    cells = [cell for row in even[:80] for cell in row]
    others = [one for one in DELIMITERS if one != delimiter]
    sound = sum(
        1.0 if shape(cell) in ("n", "d", "") else 0.7 * (not any(one in cell for one in others))
        for cell in cells
    )
    swallowed = len(lines) - len(rows)  # by quotes that run on
    return (n_lines / (len(rows) + swallowed)) * (sound / max(1, len(cells)))


def _is_even(lines: list[str], delimiter: str) -> bool:
    widths = {len(row) for row in csv.reader(lines, delimiter=delimiter) if row}
    return len(widths) == 1 and widths != {1}


def _quote(lines: list[str], delimiter: str) -> str:
    mark = re.escape(delimiter)
    sample = "\n".join(lines)
    if "'" not in sample or re.search(rf'(?:^|{mark})\s?"', sample, re.M):
        return '"'
    whole = re.findall(rf"(?:^|{mark})\s?'(?:[^'\n]|'')*'(?={mark}|$)", sample, re.M)
    opened = re.findall(rf"(?:^|{mark})\s?'", sample, re.M)
    return "'" if len(whole) >= max(2, 0.8 * len(opened)) else '"'


def _is_backslash(lines: list[str], delimiter: str, quote: str) -> bool:
    if not any(f"\\{quote}" in line for line in lines):
        return False
    counts = []
    for backslash in (False, True):
        options = Dialect(delimiter, quote=quote, backslash=backslash).options()
        rows = list(csv.reader(lines, **options))
        width = usual_width(rows)
        counts.append(sum(len(row) == width for row in rows))
    inside = rf"[^{re.escape(delimiter)}\s]\\{quote}[^{re.escape(delimiter)}\n]"
    sample = "\n".join(lines)
    if len(re.findall(rf"(?<=\w){quote}(?=\w)", sample)) > len(re.findall(inside, sample)):
        return False  # apostrophes
    return counts[1] > counts[0] or (
        counts[1] == counts[0] and re.search(inside, sample) is not None
    )


def _is_spaced(lines: list[str], delimiter: str) -> bool:
    if delimiter == " ":
        return False
    n_all = n_spaced = 0
    for line in lines:
        parts = line.split(delimiter)
        if len(parts) > 1 and delimiter + " " not in line:
            return False
        bare = _QUOTED.sub('""', line).split(delimiter)[1:]
        n_all += len(bare)
        n_spaced += sum(part.startswith(" ") or not part for part in bare)
    return n_all > 0 and n_spaced >= 0.9 * n_all
