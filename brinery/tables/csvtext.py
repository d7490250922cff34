"""The bytes of a CSV file: its mark, its names, its lines, and how they are packed."""

from __future__ import annotations

import gzip
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow as pa
import pyarrow.compute as pc

__all__ = [
    "MARK",
    "bytes_of",
    "csv_header",
    "csv_lines",
    "in_gzip",
    "is_ascii",
    "is_packed",
    "quoted",
]

MARK = b"\xef\xbb\xbf"
"""The byte order mark, by which Excel knows UTF-8."""

_GZIP_LEVEL = 4  # twice as fast as gzip's own choice, and hardly larger
_CHUNK_ROWS = 2**16
# The other delimiters too, so that whoever reads the file finds one candidate only.
_NEEDS_QUOTES = r'[",;\t|\r\n]|^\s+\z'
# ... but for numbers in a file that is not parted by commas: they come back byte for byte.
_DECIMAL_COMMA = r"^[+\-]?[0-9][0-9.]*,[0-9]+\z"


def is_packed(path: Path) -> bool:
    """Tell whether the ending asks for a CSV file in gzip."""
    return path.name.lower().endswith(".csv.gz")


def in_gzip(file: BinaryIO) -> BinaryIO:
    """Put gzip around a file: the same bytes in give the same bytes out."""
    return cast(BinaryIO, gzip.GzipFile("", "wb", _GZIP_LEVEL, file, mtime=0))


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
