"""A large Parquet or Feather file as a sequence of blocks, so that memory does not grow with it."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from brinery.errors import ReadError
from brinery.tables.assemble import named
from brinery.tables.blocks import Block
from brinery.tables.content import typed_content
from brinery.tables.parquet import (
    MAX_UNPACKED_BYTES,
    damaged,
    refuse_nested,
    require_consistent,
    require_rows,
)
from brinery.tables.table import Table
from brinery.tables.typed import TimeForm, as_text, holds_times, time_form

__all__ = ["TypedBlocks", "first_rows", "open_typed_blocks"]

BLOCK_CELLS = 2**19
_BLOCK_TEXT_BYTES = 32 * 2**20
_MAX_CELLS = 4 * 10**9
"""As many as a CSV file of 20 GB has: a file of a few MB can say that it holds more."""
_BUFFER_BYTES = 2**20
_FIRST_ROWS = 10_000


@dataclass(eq=False)
class TypedBlocks:
    """The blocks of one file; they can be gone through several times.

    Attributes
    ----------
    source : pathlib.Path or binary file
    content : {"parquet", "feather"}
    name : str
        The file's name, for messages.
    kinds : pyarrow.Schema
        The columns, those without a name named after their place.
    n_rows : int
    notes : tuple of str
        What is to be said of the names.
    texts : tuple of str
        The columns of text, as the file calls them.
    block_rows : int
        How many rows are read at a time, at most.
    whole : Table or None
        Once all blocks were read: no rows, but what is to be said of the file.
    """

    source: Path | BinaryIO
    content: Literal["parquet", "feather"]
    name: str
    kinds: pa.Schema
    n_rows: int
    notes: tuple[str, ...]
    texts: tuple[str, ...]
    block_rows: int
    whole: Table | None = field(default=None, repr=False)

    # Nothing of it can go out byte for byte, and nothing parts its cells.
    header = None
    delimiter = ""
    is_marked = False
    line_end = b"\r\n"
    ends_with_break = True

    @property
    def most_rows(self) -> int:
        """How many rows there are."""
        return self.n_rows

    def count_rows(self) -> int:
        """Give how many rows there are."""
        return self.n_rows

    @cached_property
    def times(self) -> Mapping[int, TimeForm]:
        """How much of a time is written, for each column that holds times, by position.

        Raises
        ------
        ReadError
            The file is damaged.
        """
        return {
            at: time_form(self._columns(at))
            for at, kind in enumerate(self.kinds.types)
            if holds_times(kind)
        }

    def cells(self, position: int) -> Iterator[pa.ChunkedArray]:
        """Give the cells of one column as text, part by part.

        Raises
        ------
        ReadError
            The file is damaged.
        """
        form = self.times.get(position)
        with _told(self.content, self.name):
            for column in self._columns(position):
                yield as_text(column, form=form)

    def __iter__(self) -> Iterator[Block]:
        """Read block after block.

        Raises
        ------
        ReadError
            The file is damaged, or a row holds more text than is taken.
        """
        line, times = 2, self.times
        with _told(self.content, self.name):
            for rows in self._fitting():
                texts = [as_text(one, form=times.get(at)) for at, one in enumerate(rows.columns)]
                cells = pa.Table.from_arrays(texts, names=self.kinds.names)
                lines = np.arange(line, line + rows.num_rows, dtype=np.int64)
                yield Block(Table(cells, lines, self.name, self.notes, typed=rows), None)
                line += rows.num_rows
        require_rows(self.n_rows, line - 2, self.name)
        nothing = pa.schema([(name, pa.string()) for name in self.kinds.names]).empty_table()
        self.whole = Table(
            nothing,
            np.empty(0, np.int64),
            self.name,
            self.notes,
            typed=self.kinds.empty_table(),
        )

    def _columns(self, position: int) -> Iterator[pa.ChunkedArray]:
        """Give one column part by part, as the file holds it."""
        for rows in self._fitting([position]):
            yield rows.column(0)

    def _fitting(self, positions: list[int] | None = None) -> Iterator[pa.Table]:
        """Give the rows in parts whose text has room, with the types that the file says."""
        wanted = list(range(len(self.kinds))) if positions is None else positions
        kinds = pa.schema([self.kinds.field(at) for at in wanted])
        with _told(self.content, self.name), _opened(self.source, self.content, self.texts) as file:
            for rows in _parts(file, self.block_rows, wanted):
                for part in _of_little_text(rows, self.name):
                    columns = [
                        column if column.type == kind else column.cast(kind)
                        for column, kind in zip(part.columns, kinds.types, strict=True)
                    ]
                    yield pa.Table.from_arrays(columns, names=kinds.names)


def open_typed_blocks(path: Path) -> TypedBlocks | None:
    """Open a Parquet or Feather file of more than one block; None where it is anything else.

    Raises
    ------
    ReadError
        The file is damaged, holds lists or records, or says that it is far too large.
    OSError
        It can't be opened.
    """
    with path.open("rb") as file:
        content = _content(file)
    if content is None:
        return None
    found = _looked_at(path, content, path.name)
    # Of what is kept in views nobody tells how long the texts are before they are there.
    in_views = any(pa.types.is_string_view(one) for one in found.kinds.types)
    return found if found.n_rows > found.block_rows and not in_views else None


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
        As `open_typed_blocks`.
    """
    content = _content(file)
    if content is None:
        return None
    blocks = _looked_at(file, content, name)
    blocks.block_rows = min(blocks.block_rows, _FIRST_ROWS)
    kept = list(islice(blocks._fitting(), 1))
    out = io.BytesIO()
    pq.write_table(kept[0] if kept else blocks.kinds.empty_table(), out)
    return out.getvalue(), blocks.n_rows


def _content(file: BinaryIO) -> Literal["parquet", "feather"] | None:
    """Say which of the two a file is; of Feather's first version it is neither for our reader."""
    file.seek(0)
    start = file.read(8)
    content = typed_content(start)
    return None if content == "feather" and not start.startswith(b"ARROW1") else content


def _looked_at(
    source: Path | BinaryIO, content: Literal["parquet", "feather"], name: str
) -> TypedBlocks:
    with _told(content, name), _opened(source, content) as file:
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
    block_rows = max(1, BLOCK_CELLS // n_columns)
    return TypedBlocks(source, content, name, kinds, n_rows, notes, texts, block_rows)


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
    if sum(map(_text_bytes, rows.columns)) <= _BLOCK_TEXT_BYTES:
        yield rows
        return
    if rows.num_rows == 1:
        raise ReadError(
            f"A row holds more text than is taken ({_BLOCK_TEXT_BYTES / 2**20:,.0f} MB).",
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


@contextmanager
def _told(content: str, name: str) -> Iterator[None]:
    try:
        yield
    except ReadError:
        raise
    except (pa.ArrowException, OSError, ValueError) as error:
        raise damaged(content.capitalize(), name) from error
