"""Parquet and Feather files read a part at a time, with the types that they say."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from brinery.errors import ReadError
from brinery.tables.assemble import named
from brinery.tables.content import typed_content
from brinery.tables.parquet import (
    MAX_UNPACKED_BYTES,
    damage_told,
    refuse_nested,
    require_consistent,
)

__all__ = ["Columnar", "first_rows", "look_at_columnar"]

Content = Literal["parquet", "feather"]

PART_CELLS = 2**19
_PART_TEXT_BYTES = 32 * 2**20
_MAX_CELLS = 4 * 10**9
"""As many as a CSV file of 20 GB has: a file of a few MB can say that it holds more."""
_BUFFER_BYTES = 2**20
_FIRST_ROWS = 10_000


@dataclass(frozen=True, eq=False)
class Columnar:
    """A file whose beginning or end was looked at; its rows can be gone through several times.

    Attributes
    ----------
    source : pathlib.Path or binary file
        The latter can seek.
    content : {"parquet", "feather"}
    name : str
        The file's name, for messages.
    kinds : pyarrow.Schema
        The columns, those without a name named after their place.
    n_rows : int
        How many rows it says that it has.
    notes : tuple of str
        What is to be said of the names.
    texts : tuple of str
        The columns of text, as the file calls them.
    """

    source: Path | BinaryIO
    content: Content
    name: str
    kinds: pa.Schema
    n_rows: int
    notes: tuple[str, ...]
    texts: tuple[str, ...]

    @property
    def part_rows(self) -> int:
        """How many rows are read at a time, at most."""
        return max(1, PART_CELLS // max(len(self.kinds), 1))

    def parts(
        self, positions: list[int] | None = None, *, n_rows: int | None = None
    ) -> Iterator[pa.Table]:
        """Give the rows in parts whose text has room, with the types that the file says.

        Parameters
        ----------
        positions : list of int, optional
            The columns that are read; all without it.
        n_rows : int, optional
            How many rows a part has at most; `part_rows` without it.

        Raises
        ------
        ReadError
            The file is damaged, or a row holds more text than is taken.
        """
        wanted = list(range(len(self.kinds))) if positions is None else positions
        kinds = pa.schema([self.kinds.field(at) for at in wanted])
        opened = _opened(self.source, self.content, self.texts)
        with damage_told(self.content, self.name), opened as file:
            for rows in _parts(file, n_rows or self.part_rows, wanted):
                for part in _of_little_text(rows, self.name):
                    columns = [
                        column if column.type == kind else column.cast(kind)
                        for column, kind in zip(part.columns, kinds.types, strict=True)
                    ]
                    yield pa.Table.from_arrays(columns, names=kinds.names)


def look_at_columnar(source: Path | BinaryIO, name: str) -> Columnar | None:
    """Look at what a Parquet or Feather file says of itself; None where it is anything else.

    Raises
    ------
    ReadError
        The file is damaged, holds lists or records, or says that it is far too large.
    OSError
        It can't be opened.
    """
    content = _content(source)
    if content is None:
        return None
    with damage_told(content, name), _opened(source, content) as file:
        is_parquet = isinstance(file, pq.ParquetFile)
        kinds = file.schema_arrow if is_parquet else file.schema
        refuse_nested(kinds, name)
        if is_parquet:
            footer = file.metadata
            require_consistent(footer, name)
            n_rows = footer.num_rows
            groups = range(footer.num_row_groups)
            largest = max((footer.row_group(at).total_byte_size for at in groups), default=0)
        else:
            n_rows, largest = file.count_rows(), 0
    n_columns = max(len(kinds), 1)
    if n_rows * n_columns > _MAX_CELLS or largest > MAX_UNPACKED_BYTES:
        raise ReadError(
            f"The file has {n_rows:,} rows and {n_columns:,} columns, more than is taken.",
            where=name,
            remedy="Split it into smaller files.",
        )
    texts = tuple(one.name for one in kinds if _is_text(one.type))
    names, notes = named(tuple(kinds.names))
    kinds = pa.schema([pa.field(one, kind) for one, kind in zip(names, kinds.types, strict=True)])
    return Columnar(source, content, name, kinds, n_rows, notes, texts)


def first_rows(file: BinaryIO, name: str) -> tuple[bytes, int] | None:
    """Give the first rows of a large Parquet or Feather file, as a Parquet file.

    Parameters
    ----------
    file : binary file
        That can seek; only what is needed of it is read.
    name : str
        The file's name, for messages.

    Returns
    -------
    data : bytes
    n_rows : int
        How many rows the whole file has.
        None in place of both where it is of another kind.

    Raises
    ------
    ReadError
        As `look_at_columnar`.
    """
    found = look_at_columnar(file, name)
    if found is None:
        return None
    kept = list(islice(found.parts(n_rows=min(_FIRST_ROWS, found.part_rows)), 1))
    out = io.BytesIO()
    pq.write_table(kept[0] if kept else found.kinds.empty_table(), out)
    return out.getvalue(), found.n_rows


def _content(source: Path | BinaryIO) -> Content | None:
    """Say which of the two a file is; of Feather's first version it is neither for our reader."""
    if isinstance(source, Path):
        with source.open("rb") as file:
            return _content(file)
    source.seek(0)
    start = source.read(8)
    content = typed_content(start)
    return None if content == "feather" and not start.startswith(b"ARROW1") else content


@contextmanager
def _opened(source: Path | BinaryIO, content: str, texts: tuple[str, ...] = ()) -> Iterator[Any]:
    """Open a file; in a Parquet file `texts` come by their place in a list, and so take little."""
    if content == "feather":
        # Mapped, so that of a piece of many rows only those are in memory that are looked at.
        whole = isinstance(source, Path)
        raw = pa.memory_map(str(source)) if whole else pa.PythonFile(source, mode="r")
        with pa.ipc.open_file(raw) as file:
            yield file
        return
    if not isinstance(source, Path):
        source.seek(0)
    with pq.ParquetFile(
        source, read_dictionary=list(texts), pre_buffer=False, buffer_size=_BUFFER_BYTES
    ) as file:
        yield file


def _parts(file: Any, n_rows: int, positions: list[int]) -> Iterator[pa.Table]:
    if isinstance(file, pq.ParquetFile):
        names = file.schema_arrow.names
        chosen = [names[at] for at in positions]
        # By its name a column is found alone where no other is called so.
        alone = len(positions) < len(names) and all(names.count(one) == 1 for one in chosen)
        for batch in file.iter_batches(n_rows, columns=chosen if alone else None):
            rows = pa.Table.from_batches([batch])
            yield rows if alone else rows.select(positions)
        return
    for at in range(file.num_record_batches):
        batch = file.get_batch(at)
        batch.validate(full=True)
        rows = pa.Table.from_batches([batch]).select(positions)
        for start in range(0, rows.num_rows, n_rows):
            yield rows.slice(start, n_rows)


def _of_little_text(rows: pa.Table, name: str) -> Iterator[pa.Table]:
    """Part rows until their text has room: a text that stands in many rows may be long."""
    if not rows.num_rows:
        return
    if sum(map(_text_bytes, rows.columns)) <= _PART_TEXT_BYTES:
        yield rows
        return
    if rows.num_rows == 1:
        raise ReadError(
            f"A row holds more text than is taken ({_PART_TEXT_BYTES / 2**20:,.0f} MB).",
            where=name,
            remedy="Leave out the column with the long texts.",
        )
    half = rows.num_rows // 2
    yield from _of_little_text(rows.slice(0, half), name)
    yield from _of_little_text(rows.slice(half), name)


def _text_bytes(column: pa.ChunkedArray) -> int:
    return sum(map(_text_bytes_of, column.chunks))


def _text_bytes_of(chunk: pa.Array) -> int:
    if pa.types.is_dictionary(chunk.type):
        if not _is_text(chunk.type.value_type):
            return 0
        chunk = pc.binary_length(chunk.dictionary).take(chunk.indices)
    elif _is_text(chunk.type):
        chunk = pc.binary_length(chunk)
    else:
        return 0
    return int(pc.sum(chunk.cast(pa.int64())).as_py() or 0)


def _is_text(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
    )
