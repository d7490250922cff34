"""Tables to files: CSV, Excel and Parquet."""

from __future__ import annotations

import gzip
import io
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, Literal, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from brinery.errors import CannotWrite
from brinery.tables.csvstyle import CsvStyle
from brinery.tables.typed import as_text, is_plain
from brinery.tables.whole import written_whole
from brinery.tables.workbook import write_workbook

__all__ = [
    "GZIP_LEVEL",
    "Format",
    "bytes_of",
    "csv_header",
    "csv_lines",
    "format_of",
    "is_ascii",
    "is_packed",
    "quoted",
    "to_bytes",
    "write",
]

Format = Literal["csv", "xlsx", "parquet"]

GZIP_LEVEL = 4
"""Twice as fast as gzip's own choice, and hardly larger."""

_CHUNK_ROWS = 2**16
# The other delimiters too, so that whoever reads the file finds one candidate only.
_NEEDS_QUOTES = r'[",;\t|\r\n]|^\s+\z'
# ... but for numbers in a file that is not parted by commas: they come back byte for byte.
_DECIMAL_COMMA = r"^[+\-]?[0-9][0-9.]*,[0-9]+\z"


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
    try:
        with written_whole(path) as file:
            if is_packed(path):
                with gzip.GzipFile("", "wb", GZIP_LEVEL, file, mtime=0) as packed:
                    _write_to(table, form, cast(BinaryIO, packed), csv, dates or {})
            else:
                _write_to(table, form, file, csv, dates or {})
    except OSError as error:
        raise CannotWrite(
            f"The file can't be written ({error.strerror or error}).",
            where=str(path),
            remedy="Check that the folder is there, may be written to, and has room.",
        ) from error


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


def is_packed(path: Path) -> bool:
    """Tell whether the ending asks for a CSV file in gzip."""
    return path.name.lower().endswith(".csv.gz")


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
        file.write(b"\xef\xbb\xbf")
    file.write(csv_header(names, csv.delimiter))
    for lines in csv_lines(texts, table.num_rows, csv.delimiter):
        file.write(lines)


def _is_marked(csv: CsvStyle, names: pa.Array, texts: list[pa.ChunkedArray]) -> bool:
    if csv.byte_order_mark != "auto":
        return csv.byte_order_mark == "yes"
    # Without the mark Excel takes what is not ASCII for the machine's own encoding.
    return not all(is_ascii(cells) for cells in (pa.chunked_array([names]), *texts))


def is_ascii(cells: pa.ChunkedArray) -> bool:
    """Say whether all letters of a column are ASCII."""
    return all(
        memoryview(bytes_of(chunk)).tobytes().isascii() for chunk in cells.chunks if len(chunk)
    )


def csv_header(names: pa.Array, delimiter: str) -> bytes:
    """Give the line with the names."""
    cells = quoted(names, delimiter, alone=len(names) == 1).to_pylist()
    if names[0].as_py()[:4].lower() == "sep=" and not cells[0].startswith('"'):
        cells[0] = f'"{cells[0]}"'
    return (delimiter.join(cells) + "\r\n").encode()


def csv_lines(
    texts: list[pa.ChunkedArray], n_rows: int, delimiter: str, bare: Collection[int] = ()
) -> Iterator[bytes]:
    """Give the lines of a table of text, some thousand at a time; `bare` columns need no quotes."""
    for start in range(0, n_rows, _CHUNK_ROWS):
        part = [column.slice(start, _CHUNK_ROWS).combine_chunks() for column in texts]
        cells = [
            column if at in bare else quoted(column, delimiter, alone=len(part) == 1)
            for at, column in enumerate(part)
        ]
        # An array of text lies in memory as one run of bytes: joined, it is the file.
        joined = pc.binary_join_element_wise(*cells, delimiter)
        yield bytes(bytes_of(pc.binary_join_element_wise(joined, "", "\r\n")))


def quoted(cells: pa.Array, delimiter: str, *, alone: bool) -> pa.Array:
    """Quote the cells that need it; a blank one too where it would be a blank line."""
    needed = pc.match_substring_regex(cells, _NEEDS_QUOTES)
    if alone:
        needed = pc.or_(needed, pc.equal(cells, ""))
    if not pc.any(needed).as_py():
        return cells
    if delimiter != "," and not alone:
        needed = pc.and_not(needed, pc.match_substring_regex(cells, _DECIMAL_COMMA))
    doubled = pc.replace_substring(cells, '"', '""')
    return pc.if_else(needed, pc.binary_join_element_wise('"', doubled, '"', ""), cells)


def bytes_of(texts: pa.Array) -> pa.Buffer | bytes:
    """Give the bytes of an array of text, one cell after the other."""
    if not len(texts):
        return b""
    _, offsets, values = texts.buffers()
    if values is None:
        return b""
    ends = memoryview(offsets).cast("i")
    start, end = ends[texts.offset], ends[texts.offset + len(texts)]
    return values.slice(start, end - start)
