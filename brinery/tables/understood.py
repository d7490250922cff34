"""How a file was understood: what the page shows and the user may change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from brinery.tables.letters import title_of

__all__ = ["BETWEEN", "N_FIRST_LINES", "Doubt", "LeftOut", "Reading", "listed", "said", "summary"]

Doubt = Literal["encoding", "sheet", "header_line"]
"""What of a reading could well be otherwise; the names are those of the hints."""

N_FIRST_LINES = 50
"""How many lines a reading keeps, for somebody to find the header among them."""

BETWEEN = {
    ",": "commas",
    ";": "semicolons",
    "\t": "tabs",
    "|": "bars ( | )",
    " ": "spaces",
    ":": "colons",
    "~": "tildes ( ~ )",
    "^": "carets ( ^ )",
    "#": "number signs ( # )",
}
"""What may part the cells of a text file, in words."""


@dataclass(frozen=True)
class LeftOut:
    """Lines of the file that are not in the table.

    Attributes
    ----------
    what : str
        Why, as the beginning of a sentence: "Blank lines", "A total at the end".
    line_numbers : tuple of int
        Their lines.
    texts : tuple of str
        The first of them as they stood, cut short.
    rows : tuple of tuple of str
        Their cells, where they are rows with more cells than there are columns: those of the
        table's columns first, then the others. Empty for what is no row.
    """

    what: str
    line_numbers: tuple[int, ...]
    texts: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Reading:
    """How a file was understood.

    Attributes
    ----------
    encoding : str
        Of a text file, as Python names it; "" for others.
    delimiter, quote : str
        Between the cells, and around them; "" where there are none.
    header_lines : tuple of int
        The line with the names, or several that were put together; none where there is no
        header.
    decimal : {"", ".", ","}
        The decimal mark, where a column's kind was told; else "".
    sheet : str
        The workbook's sheet.
    sheets : tuple of str
        All sheets that it could have been: the visible ones.
    member : str
        The file that was read in a packed one, by its whole name there.
    members : tuple of str
        All files in a packed one.
    left_out : tuple of LeftOut
        What is not in the table.
    first_lines : tuple of str
        The first lines of the text, or rows of the sheet, line 1 first, each cut short.
    doubts : tuple of str
        What was found and could well be otherwise, most telling first; never what was given.
    """

    encoding: str = ""
    delimiter: str = ""
    quote: str = ""
    header_lines: tuple[int, ...] = (1,)
    decimal: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    member: str = ""
    members: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    first_lines: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()

    @property
    def header_line(self) -> int | None:
        """The line with the names (the last one, of several); None where there is no header."""
        return self.header_lines[-1] if self.header_lines else None

    @property
    def unread(self) -> dict[int, tuple[str, ...]]:
        """The cells of each line that has more of them than there are columns."""
        return {
            line: cells
            for one in self.left_out
            for line, cells in zip(one.line_numbers, one.rows, strict=False)
        }


def listed(line_numbers: Sequence[int], most: int = 5) -> str:
    """Put line numbers in words: "line 4", "lines 4 to 9", "lines 4, 9 and 3 more"."""
    first, n = line_numbers[0], len(line_numbers)
    if n == 1:
        return f"line {first:,}"
    if n > 2 and list(line_numbers) == list(range(first, first + n)):
        return f"lines {first:,} to {line_numbers[-1]:,}"
    shown = [f"{number:,}" for number in line_numbers[:most]]
    if n > most:
        return f"lines {', '.join(shown)} and {n - most:,} more"
    return f"lines {', '.join(shown[:-1])} and {shown[-1]}"


def said(left_out: LeftOut) -> str:
    """Say in one sentence what was left out."""
    verb = "was" if len(left_out.line_numbers) == 1 else "were"
    text = f": “{left_out.texts[0]}”" if len(left_out.line_numbers) == 1 and left_out.texts else ""
    return f"{left_out.what} {verb} left out ({listed(left_out.line_numbers)}{text})."


def summary(reading: Reading) -> str:
    """Say in one line how a file was understood, and what of it was left out."""
    how = []
    if reading.member:
        how.append(f"“{reading.member}” in the packed file")
    if reading.sheet:
        how.append(f"sheet “{reading.sheet}”")
    if reading.encoding:
        how.append(f"letters: {title_of(reading.encoding)}")
    if reading.delimiter:
        marks = BETWEEN.get(reading.delimiter, f"“{reading.delimiter}”")
        how.append(f"{marks} between the cells")
    if reading.decimal:
        how.append(f"decimal {'comma' if reading.decimal == ',' else 'point'}")
    if not reading.header_lines:
        how.append("no column names")
    elif reading.encoding or reading.sheet:
        how.append(f"column names on {listed(reading.header_lines)}")
    line = ", ".join(how) or "column names and kinds as the file holds them"
    if reading.left_out:
        line += f". Left out: {', '.join(_counted(one) for one in reading.left_out)}"
    return line[0].upper() + line[1:] + "."


def _counted(left_out: LeftOut) -> str:
    what = left_out.what[0].lower() + left_out.what[1:]
    n = len(left_out.line_numbers)
    return what if n == 1 else f"{n:,} {what}"
