"""Tables as bytes, on their way to a worker and back."""

from __future__ import annotations

import pyarrow as pa

__all__ = ["packed", "unpacked"]


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
