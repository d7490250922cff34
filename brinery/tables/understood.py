"""How a file was understood: what the page shows and the user may change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["LeftOut", "Reading", "listed", "said"]


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
    header_line : int or None
        The line with the names (the last one, of several); None where there is no header.
    decimal : {"", ".", ","}
        The decimal mark, where a column's kind was told; else "".
    sheet : str
        The workbook's sheet.
    member : str
        The file that was read in a packed one.
    left_out : tuple of LeftOut
        What is not in the table.
    """

    encoding: str = ""
    delimiter: str = ""
    quote: str = ""
    header_line: int | None = 1
    decimal: str = ""
    sheet: str = ""
    member: str = ""
    left_out: tuple[LeftOut, ...] = ()


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
