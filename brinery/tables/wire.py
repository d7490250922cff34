"""Tables as bytes, on their way to a worker and back."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from brinery.tables.table import Table

__all__ = ["from_parts", "packed", "to_parts", "unpacked"]


def packed(table: pa.Table) -> bytes:
    """Give a table as one Arrow IPC stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return sink.getvalue().to_pybytes()  # type: ignore[no-any-return]


def unpacked(data: bytes) -> pa.Table:
    """Give the table of an Arrow IPC stream."""
    with pa.ipc.open_stream(data) as stream:
        return stream.read_all()


def to_parts(table: Table) -> tuple[bytes, bytes]:
    """Give a table as its cells, an Arrow IPC stream, and its line numbers, as bytes of int64."""
    return packed(table.cells), np.asarray(table.line_numbers, np.int64).tobytes()


def from_parts(name: str, cells: bytes, lines: bytes) -> Table:
    """Give the table whose parts `to_parts` gave."""
    return Table(unpacked(cells), np.frombuffer(lines, dtype=np.int64), name)
