"""Tables to files: CSV, Excel and Parquet."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from brinery.errors import CannotWrite
from brinery.tables.csvstyle import CsvStyle
from brinery.tables.csvtext import MARK, csv_header, csv_lines, in_gzip, is_ascii, is_packed
from brinery.tables.typed import as_text, is_plain
from brinery.tables.whole import failures_told, written_whole
from brinery.tables.workbook import write_workbook

__all__ = ["Format", "format_of", "to_bytes", "write"]

Format = Literal["csv", "xlsx", "parquet"]

_AS_EVER = CsvStyle()


def write(
    table: pa.Table,
    path: str | Path,
    *,
    csv: CsvStyle = _AS_EVER,
    dates: Mapping[int, str] | None = None,
) -> None:
    """Write a table to a file whose ending chooses the format; whole or not at all.

    Parameters
    ----------
    table : pyarrow.Table
        Text goes out exactly as it is; numbers as their shortest exact text.
    path : str or pathlib.Path
        Ends in .csv, .csv.gz, .xlsx or .parquet. A file that is there is replaced.
    csv, dates
        As in `to_bytes`.

    Raises
    ------
    CannotWrite
        The ending is another one, the folder can't be written to, or the table does not
        fit in an Excel sheet.
    """
    path = Path(path)
    form = format_of(path)
    with failures_told(path), written_whole(path) as file:
        if is_packed(path):
            with in_gzip(file) as inside:
                _write_to(table, form, inside, csv, dates or {})
        else:
            _write_to(table, form, file, csv, dates or {})


def format_of(path: str | Path) -> Format:
    """Tell the format from a path's ending, so that a refusal can come before the work.

    Raises
    ------
    CannotWrite
        The ending is none of .csv, .csv.gz, .xlsx and .parquet.
    """
    formats: dict[str, Format] = {".csv": "csv", ".xlsx": "xlsx", ".parquet": "parquet"}
    path = Path(path)
    form = "csv" if is_packed(path) else formats.get(path.suffix.lower())
    if form is None:
        raise CannotWrite(
            f"A file that ends in “{path.suffix}” can't be written.",
            where=str(path),
            remedy="End its name in .csv, .csv.gz, .xlsx or .parquet.",
        )
    return form


def to_bytes(
    table: pa.Table,
    format: Format,
    *,
    csv: CsvStyle = _AS_EVER,
    dates: Mapping[int, str] | None = None,
) -> bytes:
    """Give the file's content.

    Parameters
    ----------
    table : pyarrow.Table
        As in `write`.
    format : {"csv", "xlsx", "parquet"}
        The kind of file.
    csv : CsvStyle, optional
        How a CSV file is written. A workbook takes from it the decimal mark in cells of
        text, so that they become numbers.
    dates : mapping of int to str, optional
        For columns of text that hold dates, by position, their `strptime` format: in a
        workbook they become dates.

    Raises
    ------
    CannotWrite
        The table does not fit in the format; the message says why and what does.
    """
    file = io.BytesIO()
    _write_to(table, format, file, csv, dates or {})
    return file.getvalue()


def _write_to(
    table: pa.Table, form: Format, file: BinaryIO, csv: CsvStyle, dates: Mapping[int, str]
) -> None:
    if not table.num_columns:
        raise CannotWrite("The table has no columns.", remedy="Give it at least one.")
    if form == "parquet":
        pq.write_table(table, file, compression="zstd")
        return
    for column in table.schema:
        if not is_plain(column.type):
            raise CannotWrite(
                f"The column “{column.name}” holds lists or records.",
                remedy="Write Parquet, or leave the column out.",
            )
    if form == "xlsx":
        write_workbook(table, file, decimal=csv.decimal, dates=dates)
        return
    texts = [as_text(column, decimal=csv.decimal) for column in table.columns]
    names = pa.array(table.column_names, pa.string())
    if _is_marked(csv, names, texts):
        file.write(MARK)
    file.write(csv_header(names, csv.delimiter))
    for lines in csv_lines(texts, table.num_rows, csv.delimiter):
        file.write(lines)


def _is_marked(csv: CsvStyle, names: pa.Array, texts: list[pa.ChunkedArray]) -> bool:
    if csv.byte_order_mark != "auto":
        return csv.byte_order_mark == "yes"
    # Without the mark Excel takes what is not ASCII for the machine's own encoding.
    return not all(is_ascii(cells) for cells in (pa.chunked_array([names]), *texts))
