"""A Parquet file whose footer does not tell the truth."""

import io

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

N = 600_000


def varint(number):
    """Write a number as the footer does: Thrift's compact protocol."""
    twice, out = 2 * number, bytearray()
    while twice > 127:
        out.append(twice & 127 | 128)
        twice >>= 7
    return bytes([*out, twice])


def lying(n_told, which):
    """Give a file of one column whose footer tells other numbers of rows than it has."""
    file = io.BytesIO()
    pq.write_table(pa.table({"a": pa.array(np.arange(N) % 7)}), file)
    data = file.getvalue()
    start = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
    footer, true = bytearray(data[start:]), varint(N)
    places = [at for at in range(len(footer)) if footer[at:].startswith(true)]
    for place in places if which == "all" else [places[which]]:
        footer[place : place + len(true)] = varint(n_told)
    return data[:start] + bytes(footer)
