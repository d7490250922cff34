"""Rows with more or fewer cells than the table, made to fit where only one way does."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass, field

from brinery.tables.shapes import fits, shape
from brinery.tables.understood import listed

__all__ = ["Mended", "always_blank", "is_broken", "lengthened", "patterns_of", "shortened"]

_ENOUGH_ROWS = 10
_MAX_LETTERS = 1000
_PATTERN = str.maketrans(
    dict.fromkeys(string.digits, "9") | dict.fromkeys(string.ascii_letters, "a")
)
_WITHIN = re.compile(r"[^\W\d_]{2}|\d[\d.,]|[.,]\d|\s.|.\s")
"""Two letters, digits or spaces beside each other, between which no cell begins."""


@dataclass
class Mended:
    """The lines of the rows that were made to fit.

    Attributes
    ----------
    short : list of int
        With fewer cells; blanks were put behind them.
    shifted : list of int
        Those of them of which a cell goes against its column then.
    parted : list of int
        With a separator too few within.
    cut : list of int
        With blank cells too many behind them.
    joined : list of int
        With a separator too many within.
    broken : list of int
        Which go on in the line below.
    """

    short: list[int] = field(default_factory=list)
    shifted: list[int] = field(default_factory=list)
    parted: list[int] = field(default_factory=list)
    cut: list[int] = field(default_factory=list)
    joined: list[int] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)

    def notes(self, n_rows: int, width: int) -> list[str]:
        """Say what was done to how many of `n_rows` records of `width` cells."""
        notes = []
        if self.short:
            notes.append(
                f"{_rows(self.short)} fewer cells than the header has names "
                f"({listed(self.short)}); the missing ones count as blank."
            )
        if self.shifted:
            notes.append(
                "A separator may be missing, and cells stand under the wrong names: look at "
                f"{listed(self.shifted)}."
            )
        if self.parted:
            notes.append(
                f"{_rows(self.parted)} a separator too few ({listed(self.parted)}); a cell was "
                "parted where both parts fit the columns."
            )
        if self.cut and len(self.cut) == n_rows:
            notes.append("Every row ends with a separator; the blank cell behind it was left out.")
        elif self.cut:
            notes.append(
                f"{_rows(self.cut)} blank cells beyond the {width} columns ({listed(self.cut)}); "
                "they were left out."
            )
        if self.joined:
            notes.append(
                f"{_rows(self.joined)} a separator too many ({listed(self.joined)}); the cells "
                "were put together where they fit the columns."
            )
        if self.broken:
            notes.append(
                f"{_rows(self.broken)} a line break in the middle ({listed(self.broken)}); the "
                "two lines were put together."
            )
        return notes


def is_broken(rows: Sequence[list[str]], at: int, end: int, width: int, shapes: list[str]) -> bool:
    """Say whether a short row and the next are one, parted by a line break within a cell."""
    row = rows[at]
    if at + 1 >= end or len(row) >= width or not row or not rows[at + 1]:
        return False
    behind = rows[at + 1]
    whole = [*row[:-1], row[-1] + behind[0], *behind[1:]]
    return len(whole) == width and not fits(whole, shapes) and len(behind) < width


def always_blank(rows: Sequence[list[str]], width: int) -> list[bool | None]:
    """Say of each column whether it is always blank, or never; None where it is now and then."""
    if len(rows) < _ENOUGH_ROWS:
        return [None] * width
    found: list[bool | None] = []
    for at in range(width):
        n_blank = sum(not row[at].strip() for row in rows)
        found.append(None if 0 < n_blank < len(rows) else n_blank > 0)
    return found


def shortened(
    row: list[str], width: int, shapes: list[str], blanks: list[bool | None], delimiter: str
) -> list[str] | None:
    """Make a row as narrow as the others; None where no one way fits the columns."""
    surplus = len(row) - width
    cut = None if any(cell.strip() for cell in row[width:]) else row[:width]
    if cut is not None and _is_sound(cut, shapes, blanks):
        return cut
    dropped: list[list[str]] = []
    merged: list[list[str]] = []
    if surplus <= 3:
        for at in range(width + 1):
            behind = at + surplus
            if not any(cell.strip() for cell in row[at:behind]):
                dropped.append(row[:at] + row[behind:])
            if delimiter and at < width:
                cell = delimiter.join(row[at : behind + 1])
                merged.append([*row[:at], cell, *row[behind + 1 :]])
    for ways in (dropped, merged):
        sound = {tuple(way): way for way in ways if _is_sound(way, shapes, blanks)}
        spaced = [way for way in sound.values() if any(f"{delimiter} " in cell for cell in way)]
        if len(sound) > 1 and len(spaced) == 1:
            return spaced[0]
        if len(sound) == 1:
            return next(iter(sound.values()))
    return cut


def patterns_of(rows: Sequence[Sequence[str]], width: int) -> list[set[str]]:
    """Give how the cells of each column are written, each digit as 9 and each letter as a."""
    return [{row[at].strip().translate(_PATTERN) for row in rows} for at in range(width)]


def lengthened(
    row: list[str],
    shapes: list[str],
    blanks: list[bool | None],
    patterns: list[set[str]],
) -> list[str] | None:
    """Part a cell of a row that is one too short; None where no one way fits the columns.

    The cell is written as none of its column or the next is, and a number or a date in it as
    others are. Within a word or a number it is only parted where there is no other way.
    """
    width = len(shapes)
    if len(row) != width - 1:
        return None
    between: list[list[str]] = []
    within: list[list[str]] = []
    for at, cell in enumerate(row):
        if fits(row[at + 1 :], shapes[at + 2 :]):
            continue
        if not _is_usual(cell, patterns[at : at + 2]) and len(cell) <= _MAX_LETTERS:
            for cut in range(1, len(cell)):
                parts = [_bare(cell[:cut]), _bare(cell[cut:])]
                if _is_written_so(parts, at, shapes, patterns):
                    whole = [*row[:at], *parts, *row[at + 1 :]]
                    inside = _WITHIN.match(cell, cut - 1) is not None
                    (within if inside else between).append(whole)
        if fits(row[at : at + 1], shapes[at : at + 1]):
            break
    for ways in (between, within):
        sound = [way for way in ways if _is_sound(way, shapes, blanks)]
        if sound:
            return sound[0] if len(sound) == 1 else None
    return None


def _bare(part: str) -> str:
    """Take the marks off a part that stands between them."""
    marked = len(part) > 1 and part[0] == part[-1] == '"'
    return part[1:-1].replace('""', '"') if marked else part


def _is_written_so(
    parts: Sequence[str], at: int, shapes: list[str], patterns: list[set[str]]
) -> bool:
    """Say whether one part or both are a number or a date, and written as their columns are."""
    typed = [
        (part, place) for place, part in enumerate(parts, start=at) if shapes[place] in ("n", "d")
    ]
    return bool(typed) and all(
        shape(part) == shapes[place] and _is_usual(part, patterns[place : place + 1])
        for part, place in typed
    )


def _is_usual(cell: str, patterns: Sequence[set[str]]) -> bool:
    pattern = cell.strip().translate(_PATTERN)
    return any(pattern in known for known in patterns)


def _is_sound(row: Sequence[str], shapes: list[str], blanks: list[bool | None]) -> bool:
    """Say whether no cell goes against its column: in what it looks like, or in being blank."""
    blank = (not cell.strip() for cell in row)
    against = any(
        wanted is not None and is_blank != wanted
        for is_blank, wanted in zip(blank, blanks, strict=False)
    )
    return not against and not fits(row, shapes)


def _rows(lines: Sequence[int]) -> str:
    return "1 row has" if len(lines) == 1 else f"{len(lines):,} rows have"
