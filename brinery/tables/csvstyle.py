"""How a CSV file is written: its delimiter, its decimal mark and its byte order mark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, cast

import pyarrow as pa
import pyarrow.compute as pc

from brinery.errors import CannotWrite
from brinery.tables.dialect import DELIMITERS
from brinery.tables.table import Table

__all__ = ["CsvStyle", "Decimal", "Mark"]

Decimal = Literal[".", ","]
Mark = Literal["auto", "yes", "no"]

_SOME_ROWS = 5000
# One mark, or marks of both sorts. Three digits behind a single one may be thousands: 1,234.
_SIGNS = r"[+\-(]?\s*(?:\p{Sc}\s?)?"
_BEHIND = r"\s*[%)\-]?\s*(?:\p{Sc}|EUR|USD|GBP|CHF)?\s*$"
_WITH = {
    ",": rf"^{_SIGNS}(?:[0-9]+,(?:[0-9]{{1,2}}|[0-9]{{4,}})|0,[0-9]{{3}}"
    rf"|[0-9]{{1,3}}(?:[. '\x{{2019}}\x{{a0}}\x{{202f}}][0-9]{{3}})+,[0-9]+){_BEHIND}",
    ".": rf"^{_SIGNS}(?:[0-9]+\.(?:[0-9]{{1,2}}|[0-9]{{4,}})(?:[eE][+\-]?[0-9]+)?|0\.[0-9]{{3}}"
    rf"|[0-9]{{1,3}}(?:[, '\x{{2019}}\x{{a0}}\x{{202f}}][0-9]{{3}})+\.[0-9]+){_BEHIND}",
}


@dataclass(frozen=True)
class CsvStyle:
    """How a CSV file is written. It is always UTF-8 with CR LF line ends (RFC 4180).

    Attributes
    ----------
    delimiter : {",", ";", tab, "|"}
        Between the cells.
    decimal : {".", ","}
        The mark in columns of numbers. Cells of text go out as they are.
    byte_order_mark : {"auto", "yes", "no"}
        Whether the file begins with one, by which Excel knows UTF-8; "auto" where some
        character is not ASCII.

    Raises
    ------
    CannotWrite
        The delimiter or the decimal mark is another one.
    """

    delimiter: str = ","
    decimal: Decimal = "."
    byte_order_mark: Mark = "auto"

    def __post_init__(self) -> None:
        if len(self.delimiter) != 1 or self.delimiter not in DELIMITERS:
            raise CannotWrite(
                f"{self.delimiter!r} can't part the cells of a file.",
                remedy="Take a comma, a semicolon, a tab or a bar.",
            )
        if self.decimal not in (".", ","):
            raise CannotWrite(
                f"{self.decimal!r} can't be a decimal mark.", remedy="Take a point or a comma."
            )

    @staticmethod
    def like(table: Table) -> CsvStyle:
        """Give the style in which a table came, so that it opens where it came from.

        What came as something else than text (Excel, Parquet), or with a rare delimiter, gets
        commas and a decimal point. Where no cell tells the decimal mark, it is the comma in
        a file with semicolons: Excel writes those only where the comma is no delimiter.
        """
        delimiter = table.reading.delimiter
        if not delimiter or delimiter not in DELIMITERS:
            return CsvStyle()
        told = table.reading.decimal or _decimal(table.cells)
        return CsvStyle(delimiter, cast(Decimal, told or ("," if delimiter == ";" else ".")))


def _decimal(cells: pa.Table) -> str:
    """Give the decimal mark of most columns that show one; "" where none, or as many, do."""
    votes = {",": 0, ".": 0}
    for column in cells.slice(0, _SOME_ROWS).columns:
        comma, point = (_n_like(column, _WITH[mark]) for mark in (",", "."))
        if comma != point:
            votes["," if comma > point else "."] += 1
    if votes[","] == votes["."]:
        return ""
    return max(votes, key=lambda mark: votes[mark])


def _n_like(column: Any, pattern: str) -> int:
    return int(pc.sum(pc.match_substring_regex(column, pattern)).as_py() or 0)
