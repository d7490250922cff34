"""A large Parquet or Feather file as a sequence of blocks, so that memory does not grow with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa

from brinery.tables.blocks import Block
from brinery.tables.columnar import Columnar, look_at_columnar
from brinery.tables.parquet import damage_told, require_rows
from brinery.tables.table import Table
from brinery.tables.typed import TimeForm, as_text, holds_times, time_form

__all__ = ["TypedBlocks", "open_typed_blocks"]


@dataclass(eq=False)
class TypedBlocks:
    """The blocks of one file; they can be gone through several times.

    Attributes
    ----------
    file : Columnar
    whole : Table or None
        Once all blocks were read: no rows, but what is to be said of the file.
    """

    file: Columnar
    whole: Table | None = field(default=None, repr=False)

    # Nothing of it can go out byte for byte, and nothing parts its cells.
    header = None
    delimiter = ""
    is_marked = False
    line_end = b"\r\n"
    ends_with_break = True

    @property
    def n_rows(self) -> int:
        """How many rows the file says that it has."""
        return self.file.n_rows

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
            for at, kind in enumerate(self.file.kinds.types)
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
        with damage_told(self.file.content, self.file.name):
            for column in self._columns(position):
                yield as_text(column, form=form)

    def __iter__(self) -> Iterator[Block]:
        """Read block after block.

        Raises
        ------
        ReadError
            The file is damaged, or a row holds more text than is taken.
        """
        file, times, line = self.file, self.times, 2
        names = file.kinds.names
        with damage_told(file.content, file.name):
            for rows in file.parts():
                texts = [as_text(one, form=times.get(at)) for at, one in enumerate(rows.columns)]
                cells = pa.Table.from_arrays(texts, names=names)
                lines = np.arange(line, line + rows.num_rows, dtype=np.int64)
                yield Block(Table(cells, lines, file.name, file.notes, typed=rows), None)
                line += rows.num_rows
        require_rows(file.n_rows, line - 2, file.name)
        cells = pa.schema([(one, pa.string()) for one in names]).empty_table()
        lines = np.empty(0, np.int64)
        typed = file.kinds.empty_table()
        self.whole = Table(cells, lines, file.name, file.notes, typed=typed)

    def _columns(self, position: int) -> Iterator[pa.ChunkedArray]:
        """Give one column part by part, as the file holds it."""
        for rows in self.file.parts([position]):
            yield rows.column(0)


def open_typed_blocks(path: Path) -> TypedBlocks | None:
    """Open a Parquet or Feather file of more than one block; None where it is anything else.

    Raises
    ------
    ReadError
        The file is damaged, holds lists or records, or says that it is far too large.
    OSError
        It can't be opened.
    """
    file = look_at_columnar(path, path.name)
    if file is None:
        return None
    # Of what is kept in views nobody tells how long the texts are before they are there.
    in_views = any(pa.types.is_string_view(one) for one in file.kinds.types)
    return TypedBlocks(file) if file.n_rows > file.part_rows and not in_views else None
