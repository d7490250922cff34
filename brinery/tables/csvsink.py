"""CSV files written part by part: every row anew, or the rows that came made wider by ours."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from brinery.tables.blocks import Blocks
from brinery.tables.csvstyle import CsvStyle
from brinery.tables.csvtext import (
    MARK,
    bytes_of,
    csv_header,
    csv_lines,
    in_gzip,
    is_ascii,
    is_packed,
    quoted,
)
from brinery.tables.formulas import guard
from brinery.tables.part import Part
from brinery.tables.typed import TimeForm, as_text, holds_values
from brinery.tables.whole import Hidden, failures_told

__all__ = ["CsvSink", "WidenedSink"]

_COPY_BYTES = 2**20


class _File:
    """The hidden file, in gzip where the name of what it becomes asks for that."""

    def __init__(self, hidden: Hidden) -> None:
        self.hidden, self.raw, self.is_packed = hidden, hidden.open(), is_packed(hidden.path)
        self.out = in_gzip(self.raw) if self.is_packed else self.raw

    def write(self, data: bytes | memoryview) -> None:
        self.out.write(data)

    def end(self) -> None:
        """Write nothing more behind what there is."""
        if self.is_packed:
            self.out.close()

    def put_mark_first(self) -> None:
        """Begin the file with a byte order mark: that it needs one shows at its end."""
        self.raw.close()
        rest = self.hidden.at.rename(self.hidden.at.with_suffix(".rest"))
        try:
            self.raw = self.hidden.open()
            self.raw.write(gzip.compress(MARK, mtime=0) if self.is_packed else MARK)
            with rest.open("rb") as source:
                shutil.copyfileobj(source, self.raw, _COPY_BYTES)
        finally:
            rest.unlink()

    def place(self, at: Path | None) -> None:
        self.hidden.place(self.raw, at)

    def drop(self) -> None:
        self.hidden.drop(self.raw)


@dataclass(eq=False)
class _CsvFile:
    """What both kinds have: a file that begins with the first rows."""

    hidden: Hidden
    csv: CsvStyle
    file: _File | None = field(default=None, init=False)

    def again(self) -> None:
        """Drop what was written, and begin anew."""
        self.drop()
        self.file = None

    def drop(self) -> None:
        """Leave nothing behind of a file that was not closed."""
        if self.file is not None:
            self.file.drop()


@dataclass(eq=False)
class CsvSink(_CsvFile):
    """Every row is written anew.

    Attributes
    ----------
    hidden : Hidden
    csv : CsvStyle
    times : mapping of int to TimeForm
        How much of a time is written, for the user's columns that hold times.
    """

    times: Mapping[int, TimeForm]
    ascii: bool = field(default=True, init=False)

    def write(self, part: Part) -> None:
        """Write some rows."""
        delimiter = self.csv.delimiter
        whole = part.as_one()
        with failures_told(self.hidden.path):
            if self.file is None:
                self.file = _File(self.hidden)
                if self.csv.byte_order_mark == "yes":
                    self.file.write(MARK)
                names = pa.array(whole.column_names, pa.string())
                self.ascii = is_ascii(pa.chunked_array([names]))
                self.file.write(csv_header(names, delimiter))
            texts = [
                as_text(one, decimal=self.csv.decimal, form=self.times.get(at))
                for at, one in enumerate(whole.columns)
            ]
            self.ascii &= all(map(is_ascii, texts))
            bare: list[int] = []
            if self.csv.decimal != delimiter and len(texts) > 1:
                bare = [at for at, one in enumerate(whole.columns) if holds_values(one.type)]
            for lines in csv_lines(texts, whole.num_rows, delimiter, bare):
                self.file.write(lines)

    def close(self, at: Path | None = None) -> None:
        """Finish the file, and put it in its place."""
        assert self.file is not None
        with failures_told(self.hidden.path):
            self.file.end()
            if self.csv.byte_order_mark == "auto" and not self.ascii:
                self.file.put_mark_first()
            self.file.place(at)


@dataclass(eq=False)
class WidenedSink(_CsvFile):
    """The rows of a text go out as they stand in it, byte for byte, with ours behind.

    Attributes
    ----------
    hidden : Hidden
    csv : CsvStyle
        Its delimiter is the one of the text.
    came : Blocks
        The text.
    header : bytes
        Its line with the names.
    """

    came: Blocks
    header: bytes

    def write(self, part: Part) -> None:
        """Write some rows, as `part.rows` has them."""
        delimiter = self.csv.delimiter
        with failures_told(self.hidden.path):
            if self.file is None:
                self.file = _File(self.hidden)
                mark = self.csv.byte_order_mark
                if mark == "yes" or (mark == "auto" and self.came.is_marked):
                    self.file.write(MARK)
                names = quoted(part.added_names, delimiter, alone=False).to_pylist()
                self.file.write(delimiter.join([self.header.decode(), *names]).encode())
            cells = [one.combine_chunks() for one in _cells(part.added, self.csv)]
            joined = pc.binary_join_element_wise(part.rows, *cells, delimiter)
            self.file.write(memoryview(bytes_of(joined)))

    def close(self, at: Path | None = None) -> None:
        """Finish the file, and put it in its place; its last line ends as that of the text does."""
        assert self.file is not None
        with failures_told(self.hidden.path):
            if self.came.ends_with_break:
                self.file.write(self.came.line_end)
            self.file.end()
            self.file.place(at)


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
