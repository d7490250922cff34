"""Tables to Excel workbooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import xlsxwriter

from brinery.errors import CannotWrite
from brinery.tables.sheetcells import Dated, valued
from brinery.tables.typed import as_text

__all__ = [
    "FACTS",
    "MAX_CHARACTERS",
    "MAX_COLUMNS",
    "MAX_ROWS",
    "column_too_long",
    "write_workbook",
]

MAX_ROWS = 1_048_575  # under the header
MAX_COLUMNS = 16_384
MAX_CHARACTERS = 32_767  # a cell, in UTF-16 units
_CHUNK_ROWS = 2**13
_CREATED = datetime(2000, 1, 1)  # the same table gives the same bytes
_WIDTH_ROWS = 200
_LEAST_WIDTH, _MOST_WIDTH, _FACT_WIDTH = 8, 40, 28  # in characters


FACTS = "Receipt"
"""The sheet that says how the first one was made."""


def write_workbook(
    table: pa.Table,
    file: BinaryIO,
    *,
    decimal: str = ".",
    dates: Mapping[int, str] | None = None,
    facts: Sequence[tuple[str, str]] = (),
) -> None:
    """Write a table as the first sheet of a workbook, row by row, its header frozen.

    Text that is a plain number comes as a number, so that it can be summed, where no cell of
    its column is a number that would change (007, 1.50, more than 15 digits); else the whole
    column comes as text. Nothing becomes a formula or a link.

    Parameters
    ----------
    table : pyarrow.Table
    file : binary file
    decimal : {".", ","}
        The decimal mark in cells of text.
    dates : mapping of int to str, optional
        For columns of text that hold dates, by position, their `strptime` format: what is
        written so comes as a date that looks the same.
    facts : sequence of (str, str)
        Names and values for a second sheet, “Receipt”; without any there is none.

    Raises
    ------
    CannotWrite
        More rows, columns, or characters in a cell than Excel takes.
    """
    _refuse_large(table)
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "nan_inf_to_errors": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"created": _CREATED})
        sheet = book.add_worksheet("Table")
        sheet.freeze_panes(1, 0)
        forms = _Forms(book)
        bold = book.add_format({"bold": True})
        writers = []
        for position, (name, column) in enumerate(
            zip(table.column_names, table.columns, strict=True)
        ):
            sheet.write_string(0, position, name, bold)
            sheet.set_column(position, position, _width(name, column, decimal))
            writers.append(valued(column, decimal, (dates or {}).get(position)))
        row = 1
        for start in range(0, table.num_rows, _CHUNK_ROWS):
            part = table.slice(start, _CHUNK_ROWS)
            columns = [values(column) for values, column in zip(writers, part.columns, strict=True)]
            for cells in zip(*columns, strict=True):
                for position, cell in enumerate(cells):
                    if isinstance(cell, str):
                        if cell:
                            sheet.write_string(row, position, cell)
                    elif isinstance(cell, Dated):
                        sheet.write_number(row, position, cell.days, forms(cell.form))
                    elif isinstance(cell, bool):
                        sheet.write_boolean(row, position, cell)
                    elif cell is not None:
                        sheet.write_number(row, position, cell)
                row += 1
        if facts:
            _add_facts(book, facts, bold)


def _add_facts(book: Any, facts: Sequence[tuple[str, str]], bold: Any) -> None:
    sheet = book.add_worksheet(FACTS)
    sheet.set_column(0, 0, _FACT_WIDTH)
    sheet.set_column(1, 1, _MOST_WIDTH * 2)
    for row, (name, value) in enumerate(facts):
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, value[:MAX_CHARACTERS])


class _Forms:
    """The workbook's formats of dates, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[str, Any] = {}

    def __call__(self, form: str) -> Any:
        if form not in self._made:
            self._made[form] = self._book.add_format({"num_format": form})
        return self._made[form]


def _width(name: str, column: pa.ChunkedArray, decimal: str) -> float:
    """Give the width that shows the name and nearly all of the first cells."""
    texts = as_text(column.slice(0, _WIDTH_ROWS), decimal=decimal).to_pylist()
    lengths = sorted(len(text) for text in texts)
    usual = lengths[int(0.95 * (len(lengths) - 1))] if lengths else 0
    return min(max(_LEAST_WIDTH, len(name) + 2, usual + 2), _MOST_WIDTH)


def _refuse_large(table: pa.Table) -> None:
    if table.num_rows > MAX_ROWS:
        raise CannotWrite(
            f"An Excel sheet takes {MAX_ROWS:,} rows under its header; this table has "
            f"{table.num_rows:,}.",
            remedy="Write CSV or Parquet instead.",
        )
    if table.num_columns > MAX_COLUMNS:
        raise CannotWrite(
            f"An Excel sheet takes {MAX_COLUMNS:,} columns; this table has {table.num_columns:,}.",
            remedy="Write CSV or Parquet instead.",
        )
    if (name := column_too_long(table)) is not None:
        raise CannotWrite(
            f"A cell of the column “{name}” has more than {MAX_CHARACTERS:,} "
            "characters, the most that Excel takes.",
            remedy="Write CSV or Parquet instead.",
        )


def column_too_long(table: pa.Table) -> str | None:
    """Give the first column with a cell of more than `MAX_CHARACTERS`, counted as Excel does."""
    for name, column in zip(table.column_names, table.columns, strict=True):
        if not pa.types.is_string(column.type) and not pa.types.is_large_string(column.type):
            continue
        # Excel counts in UTF-16, where a character takes one unit or two.
        long = column.filter(pc.greater(pc.utf8_length(column), MAX_CHARACTERS // 2))
        if any(len(text.encode("utf-16-le")) // 2 > MAX_CHARACTERS for text in long.to_pylist()):
            return str(name)
    return None
