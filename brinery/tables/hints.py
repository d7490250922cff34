"""What somebody knows of a file, so that it need not be found."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["NO_HINTS", "Hints"]


@dataclass(frozen=True)
class Hints:
    """What is known of a file before it is read; what is None is found.

    Attributes
    ----------
    encoding : str or None
        Of a text file, as Python names it.
    delimiter : str or None
        What parts the cells of a text file: one character.
    header_line : int or None
        The line of the file, or the row of the sheet, with the names; 0 where there is none.
    sheet : str or None
        The workbook's sheet.
    member : str or None
        The file in a packed one (zip), by its whole name there.
    expected : tuple of str
        Names that the table should have (a model's): the surest way to find the header and
        the sheet.
    """

    encoding: str | None = None
    delimiter: str | None = None
    header_line: int | None = None
    sheet: str | None = None
    member: str | None = None
    expected: tuple[str, ...] = ()


NO_HINTS = Hints()
"""Nothing is known: all is found."""
