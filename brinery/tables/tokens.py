"""Lines to rows, with stray quotation marks taken for what they are."""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

from brinery.errors import ReadError
from brinery.tables.dialect import DELIMITERS, Dialect
from brinery.tables.heading import usual_width
from brinery.tables.understood import listed

__all__ = ["Tokens", "tokens"]

# The standard reader's limit of 131,072 characters a cell holds for the whole process.
csv.field_size_limit(sys.maxsize)

_HELD = "\ue000"  # stands for a quotation mark that is part of a cell
_MAX_MENDED = 1000
_ENOUGH_ROWS = 20


@dataclass
class Tokens:
    """All rows of a text.

    Attributes
    ----------
    rows : list of list of str
        Blank lines are empty lists.
    line_numbers : list of int
        Where each starts.
    mended : list of int
        The lines on which a stray quotation mark was taken as part of a cell.
    torn : list of int
        The lines on which marks in two cells may belong to one.
    otherwise : list of int
        The lines that another mark parts than the rest.
    cut : int or None
        The last line, where it ends within a quoted cell.
    """

    rows: list[list[str]] = field(default_factory=list)
    line_numbers: list[int] = field(default_factory=list)
    mended: list[int] = field(default_factory=list)
    torn: list[int] = field(default_factory=list)
    otherwise: list[int] = field(default_factory=list)
    cut: int | None = None

    def refuse_torn(self, name: str, quote: str) -> None:
        """Refuse a text where marks stand amid the cells of most lines: another mark parts them.

        Raises
        ------
        ReadError
            They do.
        """
        lines = set(self.torn)
        rows = zip(self.rows, self.line_numbers, strict=True)
        cut = [line for row, line in rows if line in lines and _is_cut(row, quote)]
        if len(cut) > max(2, sum(map(bool, self.rows)) // 2):
            raise ReadError(
                "Quotation marks stand in the middle of the cells of most lines, so what parts "
                f"the cells can't be told (look at {listed(cut)}).",
                where=name,
                remedy="Say which mark stands between the cells, or export the file with "
                "semicolons between them.",
            )

    def notes(self) -> list[str]:
        """Say what was done to stray marks."""
        notes = []
        if self.mended:
            start = "A stray quotation mark was" if len(self.mended) == 1 else "Stray marks were"
            notes.append(f"{start} taken as part of a cell ({listed(self.mended)}).")
        if self.torn:
            notes.append(
                "Quotation marks stand in the middle of cells, so cells may be parted in the "
                f"wrong place: look at {listed(self.torn)}."
            )
        if self.otherwise:
            start = "A line is" if len(self.otherwise) == 1 else "Some lines are"
            notes.append(
                f"{start} parted by another mark than the rest ({listed(self.otherwise)})."
            )
        if self.cut:
            notes.append(f"The file ends in the middle of a cell (line {self.cut:,}).")
        return notes


def tokens(lines: list[str], dialect: Dialect, *, first_line: int = 1, name: str = "") -> Tokens:
    """Part lines into rows.

    A row in which a mark opens a cell and is not closed, or closes one and is not followed
    by the delimiter, is read again with that mark as part of the cell.

    Parameters
    ----------
    lines : list of str
        Each with its end.
    dialect : Dialect
    first_line : int
        The number of the first line.
    name : str
        The file's name, for messages.

    Raises
    ------
    ReadError
        A mark opens a cell, is never closed, and the line can't be read in another way.
    """
    found = Tokens()
    if dialect.backslash:  # before anything but a mark it is a letter like others
        other = re.compile(rf"\\([^{re.escape(dialect.quote)}\\])")
        lines = [other.sub(r"\\\\\1", line) for line in lines]
    at, n_lines = 0, len(lines)
    width = _width(lines, dialect)
    while at < n_lines:
        start = at
        reader = csv.reader(_from(lines, at), strict=True, **dialect.options())
        stop = None
        try:
            for row in reader:
                used = start + reader.line_num
                several = used - at > 1
                odd = len(row) != width and bool(row)
                if odd and several:
                    stop = at
                    break
                if len(row) == 1 and width > 2:
                    parted = _parted_otherwise(lines[at], dialect, width)
                    if parted is not None:
                        row = parted
                        found.otherwise.append(at + first_line)
                if dialect.quote in lines[at] and _is_torn(row, dialect.quote):
                    found.torn.append(at + first_line)
                found.rows.append(row)
                found.line_numbers.append(at + first_line)
                at = used
        except csv.Error:
            stop = at
        if stop is None:
            break
        at = _mend(found, lines, stop, dialect, width, first_line, name)
    return found


def _is_cut(row: list[str], quote: str) -> bool:
    """Say whether a mark opens a text amid a cell and closes it amid or at the end of a later."""
    mark = re.escape(quote)
    opens = [at for at, cell in enumerate(row) if re.search(rf"\s{mark}[^\s{mark}]", cell)]
    closes = [at for at, cell in enumerate(row) if re.search(rf"[^\s{mark}]{mark}(?:\s|$)", cell)]
    return bool(opens) and bool(closes) and opens[0] < closes[-1]


def _is_torn(row: list[str], quote: str) -> bool:
    odd = [cell for cell in row if cell.count(quote) % 2]
    return len(odd) > 1 and any(cell.rstrip().endswith(quote) for cell in odd[1:])


def _parted_otherwise(line: str, dialect: Dialect, width: int) -> list[str] | None:
    """Give the cells of a line that another delimiter parts into as many as the others have."""
    for mark in DELIMITERS:
        if mark == dialect.delimiter or line.count(mark) < width - 1 or f"{mark} " in line:
            continue
        rows = list(csv.reader([line], delimiter=mark, quotechar=dialect.quote))
        if len(rows) == 1 and len(rows[0]) == width:
            return rows[0]
    return None


def _from(lines: list[str], at: int) -> Iterator[str]:
    return (lines[position] for position in range(at, len(lines)))


def _width(lines: list[str], dialect: Dialect) -> int:
    """Give the usual width; line by line where an open mark spoils what comes after it."""
    rows: list[list[str]] = []
    try:
        rows.extend(csv.reader(lines, strict=True, **dialect.options()))
    except csv.Error:
        if sum(map(bool, rows)) < _ENOUGH_ROWS:
            rows = []
    if rows:
        return usual_width(rows)
    rows = [row for line in lines[:2000] for row in csv.reader([line], **dialect.options()) if row]
    return usual_width(rows)


def _mend(
    found: Tokens,
    lines: list[str],
    at: int,
    dialect: Dialect,
    width: int,
    first_line: int,
    name: str,
) -> int:
    """Read one row of which the plain way makes no sense; give where the next starts."""
    line = lines[at]
    mended = _other_way(line, dialect, width) if len(found.mended) < _MAX_MENDED else None
    if mended is None:
        reader = csv.reader(_from(lines, at), strict=True, **dialect.options())
        try:
            row = next(reader)
            n_used = reader.line_num
        except (csv.Error, StopIteration):
            row = next(csv.reader([line], **dialect.options()))
            if _is_open(line, dialect) and at == len(lines) - 1 and row:
                found.cut = at + first_line
            elif _is_open(line, dialect):
                raise _never_closed(at + first_line, name) from None
            n_used = 1
    else:
        row, n_used = mended, 1
        if any(dialect.quote in cell for cell in row):
            found.mended.append(at + first_line)
    found.rows.append(row)
    found.line_numbers.append(at + first_line)
    return at + n_used


def _is_open(line: str, dialect: Dialect) -> bool:
    reader = csv.reader([line, "\0end"], **dialect.options())
    return list(reader)[-1:] != [["\0end"]]


def _other_way(line: str, dialect: Dialect, width: int) -> list[str] | None:
    """Read one line with some mark as part of a cell, so that it is as wide as the others."""
    if len(line) > 100_000 or dialect.quote not in line:
        return None
    mark, edge = re.escape(dialect.quote), re.escape(dialect.delimiter)
    body = line.rstrip("\r\n")
    doubled = re.sub(
        rf"(^|{edge}){mark}{mark}(?=[^{mark}{edge}])", rf"\1{dialect.quote}{_HELD}", body
    )
    inner = re.sub(rf"(?<!^)(?<!{edge}){mark}(?!{edge}|$)", _HELD, body)
    ways = [body, doubled, inner, re.sub(rf"(?<=.)(?<!{edge}){mark}(?!{edge}|$)", _HELD, doubled)]
    starts = [hit.end() - 1 for hit in re.finditer(rf"(?:^|{edge})\s?{mark}", body)]
    for way in ways:
        row = _strictly(way, dialect, width)
        if row is not None:
            return row
    for position in starts[:200]:
        for base in (body, inner):
            row = _strictly(base[:position] + _HELD + base[position + 1 :], dialect, width)
            if row is not None:
                return row
    return _strictly(body.replace(dialect.quote, _HELD), dialect, width)


def _strictly(line: str, dialect: Dialect, width: int) -> list[str] | None:
    try:
        rows = list(csv.reader([line], strict=True, **dialect.options()))
    except csv.Error:
        return None
    if len(rows) != 1 or len(rows[0]) != width:
        return None
    return [cell.replace(_HELD, dialect.quote) for cell in rows[0]]


def _never_closed(line_number: int, name: str) -> ReadError:
    return ReadError(
        f"A quotation mark opens a cell on line {line_number:,} and is not closed there, so the "
        "lines after it would count as one cell.",
        where=name,
        remedy='Remove the mark, or close it. A mark inside a quoted cell is written twice: "".',
    )
