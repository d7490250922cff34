"""Files to tables whose columns have the kinds that are asked for."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, Literal

import pyarrow as pa

from brinery.errors import ReadError
from brinery.schema.asked import AskedColumn, AskedKind, ask, certain_date_format
from brinery.tables.hints import Hints
from brinery.tables.layout import key_of
from brinery.tables.reading import read as read_text_table
from brinery.tables.table import Table

__all__ = ["read", "with_kinds"]

_KINDS = ("text", "number", "percent", "date", "datetime", "id")


def read(
    source: str | Path | BinaryIO | bytes,
    *,
    kinds: Mapping[str, AskedKind] | None = None,
    expected: Sequence[str] = (),
    decimal: Literal[".", ","] | None = None,
    name: str = "",
    sheet: str | None = None,
    max_bytes: int | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    header_line: int | None = None,
    member: str | None = None,
) -> Table:
    """Read a CSV, a workbook, a Parquet or Feather file, packed or not.

    What the file is, is told by its content, not by its ending. Without `kinds` every cell
    is text, as it stands in the file. Its `notes` say what was guessed, left out or mended;
    there are none where nothing was.

    Parameters
    ----------
    source : str, pathlib.Path, binary file or bytes
        The path, the open file, or the content.
    kinds : mapping of str to str, optional
        What columns hold: "text", "number", "percent" (12.5 % is 0.125), "date", "datetime"
        or "id" (text that keeps its leading zeros). The table then has typed `values`; a cell
        that can't be read so is blank there, and a note names its line.
    expected : sequence of str
        Names that the table should have; by default those of `kinds`. The surest way to find
        the header and the sheet.
    decimal : {".", ","}, optional
        The decimal mark, where the cells of a column leave it open.
    name : str, optional
        The file's name for messages; else taken from the path.
    sheet : str, optional
        The workbook's sheet; else the one that fits, and a note where there are more.
    max_bytes : int, optional
        The largest file to take.
    encoding, delimiter : str, optional
        Of a text file; else found.
    header_line : int, optional
        The line of the names, 0 where there is none; else found.
    member : str, optional
        The file in a packed one (zip) that holds several.

    Returns
    -------
    Table

    Raises
    ------
    ReadError
        There is no table in it, or it can't be read whole; the message says what it is and
        what to do. Or a kind is none of the six.
    """
    unknown = [kind for kind in (kinds or {}).values() if kind not in _KINDS]
    if unknown:
        raise ReadError(
            f"{unknown[0]!r} is no kind of column.", remedy=f"Take one of {', '.join(_KINDS)}."
        )
    table = read_text_table(
        source,
        name=name,
        max_bytes=max_bytes,
        hints=Hints(
            encoding=encoding,
            delimiter=delimiter,
            header_line=header_line,
            sheet=sheet,
            member=member,
            expected=tuple(expected or kinds or ()),
        ),
    )
    return with_kinds(table, kinds, decimal=decimal) if kinds else table


def with_kinds(
    table: Table, kinds: Mapping[str, AskedKind], *, decimal: Literal[".", ","] | None = None
) -> Table:
    """Give a table with typed values, and notes on what can't be read so.

    Parameters
    ----------
    table : Table
    kinds : mapping of str to str
        For names of columns what they hold; the others stay text.
    decimal : {".", ","}, optional
        The decimal mark, where the cells of a column leave it open.
    """
    names, notes = _names(table, list(kinds))
    asked = {
        at: kinds[name] for at, name in enumerate(names) if name in kinds and kinds[name] != "text"
    }
    mark = decimal or _file_decimal(table, asked)
    date_format = _file_date_format(table, asked)
    columns: list[AskedColumn] = []
    for at, name in enumerate(names):
        kind = asked.get(at, "text")
        cells, lines = table.cells.column(at), table.line_numbers
        columns.append(ask(cells, kind, name, lines, decimal=mark, date_format=date_format))
        notes += columns[-1].notes
    return dataclasses.replace(
        table,
        cells=table.cells.rename_columns(names),
        values=pa.Table.from_arrays([column.values for column in columns], names=names),
        notes=(*table.notes, *notes),
        reading=dataclasses.replace(table.reading, decimal=mark or ""),
    )


def _file_decimal(table: Table, asked: Mapping[int, AskedKind]) -> Literal[".", ","] | None:
    """Give the decimal mark of the columns that leave no doubt, where they agree."""
    marks: set[Literal[".", ","]] = set()
    for at, kind in asked.items():
        if kind in ("number", "percent"):
            column = ask(table.cells.column(at), kind, "", table.line_numbers)
            if column.decimal:
                marks.add(column.decimal)
    if len(marks) == 1:
        return marks.pop()
    # Programs part cells by semicolons where the comma is the decimal mark.
    return "," if not marks and table.reading.delimiter == ";" else None


def _file_date_format(table: Table, asked: Mapping[int, AskedKind]) -> str | None:
    """Give the date format of the columns that leave no doubt, where they agree."""
    formats = {
        certain_date_format(table.cells.column(at))
        for at, kind in asked.items()
        if kind in ("date", "datetime")
    } - {None}
    return formats.pop() if len(formats) == 1 else None


def _names(table: Table, wanted: list[str]) -> tuple[list[str], list[str]]:
    """Give the columns the names that are asked for, where theirs differ only in looks."""
    names, notes = list(table.column_names), []
    if table.reading.header_line is None and len(wanted) == len(names):
        return wanted, ["The columns were taken in the order in which their kinds were given."]
    for name in wanted:
        if name in names:
            continue
        same = [at for at, other in enumerate(names) if key_of(other) == key_of(name)]
        if len(same) == 1:
            names[same[0]] = name
        else:
            notes.append(f"There is no column “{name}”.")
    return names, notes
