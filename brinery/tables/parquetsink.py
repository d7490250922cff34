"""A Parquet file written part by part, in groups of as many rows whatever the parts were."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from brinery.tables.part import Part
from brinery.tables.whole import Hidden, failures_told

__all__ = ["ParquetSink"]

_GROUP_ROWS = 2**17


@dataclass(eq=False)
class ParquetSink:
    """Columns keep their types; what the first part holds decides them.

    Attributes
    ----------
    hidden : Hidden
    """

    hidden: Hidden
    file: BinaryIO | None = None
    writer: Any = None
    waiting: list[pa.Table] = field(default_factory=list)

    def write(self, part: Part) -> None:
        """Write some rows."""
        self.waiting.append(part.as_one())
        if sum(one.num_rows for one in self.waiting) >= _GROUP_ROWS:
            self._write(_GROUP_ROWS)

    def again(self) -> None:
        """Drop what was written, and begin anew."""
        self.drop()
        self.file, self.writer, self.waiting = None, None, []

    def close(self, at: Path | None = None) -> None:
        """Finish the file, and put it in its place."""
        self._write(1)
        assert self.file is not None
        with failures_told(self.hidden.path):
            self.writer.close()
            self.hidden.place(self.file, at)

    def drop(self) -> None:
        """Leave nothing behind of a file that was not closed."""
        if self.writer is not None:
            with contextlib.suppress(OSError):  # its last words find no room either
                self.writer.close()
        self.hidden.drop(self.file)

    def _write(self, least: int) -> None:
        """Write groups of always as many rows, and the rest where it is no fewer than `least`."""
        rows = pa.concat_tables(self.waiting, promote_options="permissive")
        with failures_told(self.hidden.path):
            if self.writer is None:
                self.file = self.hidden.open()
                self.writer = pq.ParquetWriter(self.file, rows.schema, compression="zstd")
            while rows.num_rows >= least and rows.num_rows:
                group = rows.slice(0, _GROUP_ROWS).cast(self.writer.schema)
                self.writer.write_table(group, row_group_size=_GROUP_ROWS)
                rows = rows.slice(_GROUP_ROWS)
        self.waiting = [rows]
