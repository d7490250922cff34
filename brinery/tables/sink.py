"""Tables to files part by part, so that memory does not grow with the file."""

from __future__ import annotations

import contextlib
import gzip
import os
import secrets
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from brinery.errors import CannotWrite
from brinery.tables.csvstyle import CsvStyle
from brinery.tables.formulas import guard
from brinery.tables.typed import TimeForm, as_text, holds_values
from brinery.tables.workbook import MAX_ROWS, write_workbook
from brinery.tables.writing import (
    GZIP_LEVEL,
    bytes_of,
    csv_header,
    csv_lines,
    is_ascii,
    is_packed,
    quoted,
)

__all__ = ["Facts", "Part", "Sink", "open_sink"]

Facts = Callable[[], Sequence[tuple[str, str]]]
"""Gives names and values."""

_MARK = b"\xef\xbb\xbf"
_COPY_BYTES = 2**20
_GROUP_ROWS = 2**17


@dataclass(frozen=True, eq=False)
class Part:
    """Some rows to be written.

    Attributes
    ----------
    own : pyarrow.Table
        The user's columns, harmless for spreadsheets where that was asked for.
    added : pyarrow.Table
        Ours, under the names that they bear beside the user's.
    rows : pyarrow.Array of string or None
        The user's rows as they stand in the file, each behind a line end; None where they
        have to be written anew.
    """

    own: pa.Table
    added: pa.Table
    rows: pa.Array | None = None


class Sink(Protocol):
    """Where the parts of a table go, in order; the file appears when it is closed."""

    def write(self, part: Part) -> None:
        """Write some rows."""

    def again(self) -> None:
        """Drop what was written, and begin anew."""

    def close(
        self, *, ends_with_break: bool = True, at: Path | None = None, facts: Facts = tuple
    ) -> None:
        """Finish the file, and put it in its place.

        Parameters
        ----------
        ends_with_break : bool
            Whether the user's last row ends with a line end.
        at : pathlib.Path, optional
            Another place, for a file that has only some of the rows.
        facts : callable
            Gives names and values, for a sheet of their own in a workbook.

        Raises
        ------
        CannotWrite
            The folder can't be written to, or has no room; or the rows don't fit the format.
        """

    def drop(self) -> None:
        """Leave nothing behind of a file that was not closed."""


def open_sink(
    path: str | Path,
    *,
    csv: CsvStyle,
    dates: Mapping[int, str],
    times: Mapping[int, TimeForm] | None = None,
    header: bytes | None = None,
    marked: bool = False,
    line_end: bytes = b"\r\n",
) -> Sink:
    """Open a file to be written; its ending chooses csv, csv.gz, parquet or xlsx.

    Parameters
    ----------
    path : str or pathlib.Path
        A file that is there is replaced when all is written.
    csv : CsvStyle
        How a CSV file is written.
    dates : mapping of int to str
        As for `brinery.tables.writing.write`; looked at when the file is closed.
    times : mapping of int to TimeForm, optional
        How much of a time is written in a CSV file, for the user's columns that hold times.
    header : bytes, optional
        The user's line of names as it stands in the file; then the rows come so too.
    marked : bool
        Whether the user's file begins with a byte order mark.
    line_end : bytes
        What ends the user's lines.
    """
    file = _Beside(Path(path))
    name = file.path.name.lower()
    if name.endswith(".parquet"):
        return _ParquetSink(file)
    if name.endswith(".xlsx"):
        return _WorkbookSink(file, csv, dates)
    return _CsvSink(file, csv, times or {}, header, marked, line_end, packed=is_packed(file.path))


@dataclass(eq=False)
class _Beside:
    """A hidden file beside the one that is to be there in the end."""

    path: Path
    hidden: Path = field(init=False)

    def __post_init__(self) -> None:
        self.hidden = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}")

    def open(self) -> BinaryIO:
        with _told(self.path):
            return self.hidden.open("wb")

    def place(self, file: BinaryIO, at: Path | None) -> None:
        with _told(self.path):
            file.flush()
            os.fsync(file.fileno())
            file.close()
            self.hidden.replace(at or self.path)

    def drop(self, file: BinaryIO | None = None) -> None:
        if file is not None:
            with contextlib.suppress(OSError):  # what it still holds finds no room either
                file.close()
        self.hidden.unlink(missing_ok=True)


class _told:  # noqa: N801  used like a function
    """Say in words why a file can't be written."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            raise CannotWrite(
                f"The file can't be written ({error.strerror or error}).",
                where=str(self.path),
                remedy="Check that the folder is there, may be written to, and has room.",
            ) from error


@dataclass(eq=False)
class _CsvSink:
    beside: _Beside
    csv: CsvStyle
    times: Mapping[int, TimeForm]
    header: bytes | None
    marked: bool
    line_end: bytes
    packed: bool
    file: BinaryIO | None = None
    out: Any = None
    ascii: bool = True

    def again(self) -> None:
        self.drop()
        self.file, self.out, self.ascii = None, None, True

    def write(self, part: Part) -> None:
        delimiter = self.csv.delimiter
        with _told(self.beside.path):
            if self.file is None:
                self._begin(part)
            if part.rows is None or self.header is None:
                whole = _whole(part)
                texts = [
                    as_text(one, decimal=self.csv.decimal, form=self.times.get(at))
                    for at, one in enumerate(whole.columns)
                ]
                self.ascii &= all(map(is_ascii, texts))
                bare: list[int] = []
                if self.csv.decimal != delimiter and len(texts) > 1:
                    bare = [at for at, one in enumerate(whole.columns) if holds_values(one.type)]
                for lines in csv_lines(texts, whole.num_rows, delimiter, bare):
                    self.out.write(lines)
            else:
                added = _cells(part.added, self.csv)
                cells = [one.combine_chunks() for one in added]
                joined = pc.binary_join_element_wise(part.rows, *cells, delimiter)
                self.out.write(memoryview(bytes_of(joined)))

    def close(
        self,
        *,
        ends_with_break: bool = True,
        at: Path | None = None,
        facts: Facts = tuple,  # noqa: ARG002  text has no second sheet
    ) -> None:
        with _told(self.beside.path):
            assert self.file is not None
            if self.header is not None and ends_with_break:
                self.out.write(self.line_end)
            if self.packed:
                self.out.close()
            if self.header is None and self.csv.byte_order_mark == "auto" and not self.ascii:
                self._put_mark_first()
            self.beside.place(self.file, at)

    def drop(self) -> None:
        self.beside.drop(self.file)

    def _begin(self, part: Part) -> None:
        self.file = self.beside.open()
        self.out = self.file
        if self.packed:
            self.out = gzip.GzipFile("", "wb", GZIP_LEVEL, self.file, mtime=0)
        as_it_came = self.csv.byte_order_mark == "auto" and self.header is not None
        self.marked = self.csv.byte_order_mark == "yes" or (as_it_came and self.marked)
        if self.marked:
            self.out.write(_MARK)
        names = guard(pa.array(part.added.column_names, pa.string()))
        if self.header is None:
            own = pa.array(part.own.column_names, pa.string())
            names = pa.concat_arrays([own, names])
            self.ascii = is_ascii(pa.chunked_array([names]))
            self.out.write(csv_header(names, self.csv.delimiter))
            return
        mark = self.csv.delimiter
        line = mark.join([self.header.decode(), *quoted(names, mark, alone=False).to_pylist()])
        self.out.write(line.encode())

    def _put_mark_first(self) -> None:
        """Begin the file with a byte order mark: that it needs one shows at its end."""
        assert self.file is not None
        self.file.close()
        rest = self.beside.hidden.rename(self.beside.hidden.with_suffix(".rest"))
        try:
            self.file = self.beside.open()
            self.file.write(gzip.compress(_MARK, mtime=0) if self.packed else _MARK)
            with rest.open("rb") as source:
                shutil.copyfileobj(source, self.file, _COPY_BYTES)
        finally:
            rest.unlink()


def _cells(added: pa.Table, csv: CsvStyle) -> list[pa.ChunkedArray]:
    """Give our columns as the texts that stand in a CSV file."""
    cells = []
    for column in added.columns:
        if pa.types.is_string(column.type):
            # Few texts on many rows: each is looked at once.
            encoded = column.fill_null("").combine_chunks().dictionary_encode()
            texts = quoted(guard(encoded.dictionary), csv.delimiter, alone=False)
            cells.append(pa.chunked_array([texts.take(encoded.indices)], pa.string()))
            continue
        texts = as_text(column, decimal=csv.decimal)
        if csv.decimal == csv.delimiter:
            texts = pa.chunked_array(
                [quoted(one, csv.delimiter, alone=False) for one in texts.chunks], pa.string()
            )
        cells.append(texts)
    return cells


def _whole(part: Part) -> pa.Table:
    """Give our columns beside the user's, ours harmless for a spreadsheet."""
    names = guard(pa.array(part.added.column_names, pa.string())).to_pylist()
    added = [guard(one) if pa.types.is_string(one.type) else one for one in part.added.columns]
    return pa.table([*part.own.columns, *added], names=[*part.own.column_names, *names])


@dataclass(eq=False)
class _ParquetSink:
    beside: _Beside
    file: BinaryIO | None = None
    writer: Any = None
    waiting: list[pa.Table] = field(default_factory=list)

    def again(self) -> None:
        self.drop()
        self.file, self.writer, self.waiting = None, None, []

    def write(self, part: Part) -> None:
        self.waiting.append(_whole(part))
        if sum(one.num_rows for one in self.waiting) >= _GROUP_ROWS:
            self._write(_GROUP_ROWS)

    def close(
        self,
        *,
        ends_with_break: bool = True,  # noqa: ARG002  it is no text
        at: Path | None = None,
        facts: Facts = tuple,  # noqa: ARG002  nor is it a workbook
    ) -> None:
        self._write(1)
        with _told(self.beside.path):
            self.writer.close()
            self.beside.place(cast(BinaryIO, self.file), at)

    def drop(self) -> None:
        if self.writer is not None:
            with contextlib.suppress(OSError):  # its last words find no room either
                self.writer.close()
        self.beside.drop(self.file)

    def _write(self, least: int) -> None:
        """Write groups of always as many rows, whatever the parts were."""
        rows = pa.concat_tables(self.waiting, promote_options="permissive")
        with _told(self.beside.path):
            if self.writer is None:
                self.file = self.beside.open()
                self.writer = pq.ParquetWriter(self.file, rows.schema, compression="zstd")
            while rows.num_rows >= least and rows.num_rows:
                group = rows.slice(0, _GROUP_ROWS).cast(self.writer.schema)
                self.writer.write_table(group, row_group_size=_GROUP_ROWS)
                rows = rows.slice(_GROUP_ROWS)
        self.waiting = [rows]


@dataclass(eq=False)
class _WorkbookSink:
    """A workbook's columns are looked at as a whole; a sheet takes a million rows at most."""

    beside: _Beside
    csv: CsvStyle
    dates: Mapping[int, str]
    parts: list[pa.Table] = field(default_factory=list)
    n_rows: int = 0

    def again(self) -> None:
        self.parts, self.n_rows = [], 0

    def write(self, part: Part) -> None:
        self.parts.append(_whole(part))
        self.n_rows += part.own.num_rows
        if self.n_rows > MAX_ROWS:
            raise CannotWrite(
                f"An Excel sheet takes {MAX_ROWS:,} rows under its header; this table has more.",
                remedy="Write CSV or Parquet instead.",
            )

    def close(
        self,
        *,
        ends_with_break: bool = True,  # noqa: ARG002  it is no text
        at: Path | None = None,
        facts: Facts = tuple,
    ) -> None:
        table = pa.concat_tables(self.parts, promote_options="permissive")
        file = self.beside.open()
        with _told(self.beside.path):
            write_workbook(table, file, decimal=self.csv.decimal, dates=self.dates, facts=facts())
            self.beside.place(file, at)

    def drop(self) -> None:
        self.beside.drop()
