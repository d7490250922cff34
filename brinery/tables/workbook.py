"""Tables to Excel workbooks."""

from __future__ import annotations

import math
import re
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import xlsxwriter

from brinery.errors import CannotWrite
from brinery.tables.typed import as_text

__all__ = ["MAX_CHARACTERS", "MAX_COLUMNS", "MAX_ROWS", "column_too_long", "write_workbook"]

MAX_ROWS = 1_048_575  # under the header
MAX_COLUMNS = 16_384
MAX_CHARACTERS = 32_767  # a cell, in UTF-16 units
_CHUNK_ROWS = 2**13
# Excel keeps 15 digits, and shows 012 as 12: only text that comes back the same is a number.
_CANONICAL = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{0,13}[1-9])?")


class _Exact(float):
    """A number that is written with all its digits; xlsxwriter rounds to 16."""

    def __format__(self, _: str) -> str:
        return repr(float(self))


def write_workbook(table: pa.Table, file: BinaryIO) -> None:
    """Write a table as the one sheet of a workbook, row by row.

    Text that is a plain number comes as a number, so that it can be summed; other text, and
    numbers with leading zeros or more than 15 digits, comes as text. Nothing becomes a
    formula or a link.

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
        sheet = book.add_worksheet("Table")
        sheet.freeze_panes(1, 0)
        bold = book.add_format({"bold": True})
        for position, name in enumerate(table.column_names):
            sheet.write_string(0, position, name, bold)
        row = 1
        for start in range(0, table.num_rows, _CHUNK_ROWS):
            part = table.slice(start, _CHUNK_ROWS)
            for cells in zip(*(_cells(column) for column in part.columns), strict=True):
                for position, cell in enumerate(cells):
                    if isinstance(cell, str):
                        if cell:
                            sheet.write_string(row, position, cell)
                    elif cell is not None:
                        sheet.write_number(row, position, cell)
                row += 1


def _cells(column: pa.ChunkedArray) -> list[str | float | int | None]:
    kind = column.type
    if pa.types.is_floating(kind):
        return [_number(value) for value in column.to_pylist()]
    if pa.types.is_integer(kind):
        return [None if value is None else _number_of(str(value)) for value in column.to_pylist()]
    return [_number_of(text) for text in as_text(column).to_pylist()]


def _number(value: float | None) -> str | float | None:
    if value is None or math.isnan(value):
        return None
    return str(value) if math.isinf(value) else _Exact(value)


def _number_of(text: str) -> str | float | int:
    """Give the number where the text is a canonical one of at most 15 digits; else the text."""
    if not _CANONICAL.fullmatch(text) or text == "-0":
        return text
    if len(text) > 15 and sum(map(str.isdigit, text)) > 15:
        return text
    number = float(text)
    exact = repr(number).removesuffix(".0")
    return _Exact(number) if exact == text else text


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
