"""A large text as a sequence of blocks, so that memory does not grow with the file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

import numpy as np
import pyarrow as pa

from brinery.tables.dialect import DELIMITERS
from brinery.tables.encoding import is_plain
from brinery.tables.even import Even, look_at_even
from brinery.tables.hints import NO_HINTS, Hints
from brinery.tables.lines import count_breaks, end_of_text, line_starts, lines_of
from brinery.tables.oddities import odd_rows
from brinery.tables.records import Header, Records, fast
from brinery.tables.table import Table
from brinery.tables.typed import TimeForm

__all__ = ["Block", "Blocks", "Uneven", "open_blocks"]

BLOCK_BYTES = 4 * 2**20
_MORE_BYTES = 2**16
_MOST_TRIES = 16


class Uneven(Exception):
    """A row somewhere in the file needs a careful look: the file has to be read whole."""


@dataclass(frozen=True, eq=False)
class Block:
    """Some rows of a file.

    Attributes
    ----------
    table : Table
        The rows, and their lines in the file.
    rows : pyarrow.Array of string, shape (n_rows,), or None
        Each row as it stands in the file, behind the line end that parts it from the row above;
        None where the file is no text.
    """

    table: Table
    rows: pa.Array | None


@dataclass(eq=False)
class Blocks:
    """The blocks of one file; they can be gone through several times.

    Attributes
    ----------
    path : Path
    even : Even
        Where its rows are.
    line_end : bytes
        What ends the line of the header.
    block_bytes : int
        How much is read at a time.
    whole : Table or None
        Once all blocks were read: no rows, but what is to be said of the file.
    ends_with_break : bool
        Once all blocks were read: whether the last row ends with a line end.
    """

    path: Path
    even: Even
    line_end: bytes
    block_bytes: int
    whole: Table | None = None
    ends_with_break: bool = True
    times = MappingProxyType[int, TimeForm]({})  # it holds text alone
    _blank_lines: list[int] = field(default_factory=list, repr=False)

    @property
    def n_bytes(self) -> int:
        """How many bytes the rows take."""
        return self.even.stop - self.even.start

    @property
    def most_rows(self) -> int:
        """At most how many rows there are: each has as many delimiters and line ends as cells."""
        return self.n_bytes // self.even.plan.start.width + 1

    def count_rows(self) -> int | None:
        """Count the rows by their lines; None where a cell may hold a line end."""
        n_rows = 0
        with self.path.open("rb", buffering=0) as file:
            file.seek(self.even.start)
            left = self.n_bytes
            while left:
                data = _exactly(file, min(left, self.block_bytes))
                if b'"' in data:
                    return None
                n_rows += data.count(b"\n")
                left -= len(data)
        return n_rows

    def cells(self, position: int) -> Iterator[pa.ChunkedArray]:
        """Give the cells of one column, block by block.

        Raises
        ------
        Uneven
            As when the blocks are read.
        """
        for block in self:
            yield block.table.cells.column(position)

    @property
    def is_marked(self) -> bool:
        """Whether the file begins with a byte order mark."""
        return self.even.marked > 0

    @property
    def delimiter(self) -> str:
        """What parts the cells."""
        return self.even.dialect.delimiter

    @property
    def header(self) -> bytes | None:
        """The line with the names as it stands in the file; None where it is not one line."""
        at = self.even.plan.start.header
        if len(at) != 1 or self.delimiter not in DELIMITERS:
            return None
        number = self.even.plan.head.line_numbers[at[0]]
        lines = list(lines_of(self.even.head, self.even.dialect.offset))
        line = lines[number - self.even.dialect.n_lines_before - 1].encode()
        text = line.rstrip(b"\r\n")
        return text if text.count(b'"') % 2 == 0 else None

    def __iter__(self) -> Iterator[Block]:
        """Read block after block.

        Raises
        ------
        Uneven
            A row can't be read this way; read the file whole.
        """
        line, self._blank_lines, n_lines = self.even.plan.first_line, [], 0
        with self.path.open("rb", buffering=0) as file:
            file.seek(self.even.start)
            left, text = self.n_bytes, self.line_end
            while left or text != self.line_end:
                text, left = self._until_line_end(file, text, left)
                records, text, left = self._records(file, text, left, line)
                if len(odd_rows(records.columns, self.even.plan.headers)):
                    raise Uneven
                table = self.even.table(records, len(records.line_numbers))
                yield Block(table, _rows_as_they_stand(text, records, line, self.line_end))
                self._blank_lines += records.blank_lines
                self.ends_with_break = text[-1:] in (b"\n", b"\r")
                here = count_breaks(text, len(self.line_end), len(text))
                n_lines, line, text = n_lines + here, line + here, self.line_end
        self.whole = self._whole(n_lines + (not self.ends_with_break))

    def _until_line_end(self, file: BinaryIO, text: bytes, left: int) -> tuple[bytes, int]:
        """Read up to a line end behind which no blank line follows.

        The text begins with the line end that parts its first row from the one above.
        """
        wanted = self.block_bytes
        while left and (
            len(text) == len(self.line_end)
            or not text.endswith(b"\n")
            or text.endswith((b"\n\n", b"\n\r\n"))
        ):
            more = _exactly(file, min(wanted, left))
            end = more.rfind(b"\n") + 1
            if not end and len(more) < left:
                raise Uneven  # a line of many MB, or line ends of an old kind
            if len(more) == left:
                end = len(more)
            file.seek(end - len(more), os.SEEK_CUR)
            text, left, wanted = b"".join((text, memoryview(more)[:end])), left - end, _MORE_BYTES
        return text, left

    def _records(
        self, file: BinaryIO, text: bytes, left: int, line: int
    ) -> tuple[Records, bytes, int]:
        header = Header(self.even.plan.start.names, len(self.line_end), line)
        for _ in range(_MOST_TRIES):
            if not is_plain(text):
                raise Uneven
            records = fast(text, header, self.delimiter)
            if records is not None:
                return records, text, left
            if not left or b'"' not in text:
                break
            # Perhaps the block ends within a cell of several lines.
            more, left = self._until_line_end(file, self.line_end, left)
            text += more.removeprefix(self.line_end)
        raise Uneven

    def _whole(self, n_lines: int) -> Table:
        width = self.even.plan.start.width
        nothing = tuple(pa.chunked_array([], pa.string()) for _ in range(width))
        records = Records(nothing, np.empty(0, np.int64), tuple(self._blank_lines))
        return self.even.table(records, n_lines)


def open_blocks(path: str | Path, hints: Hints = NO_HINTS) -> Blocks | None:
    """Open a large text whose rows look even; None where the file is anything else.

    Raises
    ------
    ReadError
        There is no table in it.
    OSError
        It can't be opened.
    """
    path = Path(path)
    with path.open("rb", buffering=0) as file:
        even = look_at_even(file, name=path.name, hints=hints)
        if even is None:
            return None
        file.seek(max(0, even.start - 2))
        above = file.read(min(2, even.start))
    line_end = b"\r\n" if above == b"\r\n" or not above.endswith(b"\n") else b"\n"
    return Blocks(path, even, line_end, BLOCK_BYTES)


def _exactly(file: BinaryIO, n_bytes: int) -> bytes:
    parts = []
    while n_bytes:
        part = file.read(n_bytes)
        if not part:
            raise Uneven  # the file became shorter
        parts.append(part)
        n_bytes -= len(part)
    return b"".join(parts)


def _rows_as_they_stand(text: bytes, records: Records, line: int, line_end: bytes) -> pa.Array:
    """Give the text of each row behind a line end; the bytes stay where they are if they can."""
    n_rows, before = len(records.line_numbers), len(line_end)
    body = np.frombuffer(text, np.uint8)
    ends = np.flatnonzero(body == ord("\n"))[1:]
    if not text.endswith(b"\n"):
        ends = np.append(ends, len(text) + before - 1)
    if line_end == b"\r\n":
        same_ends = text.count(b"\r") == text.count(b"\r\n")
        same_ends &= bool(np.all(body[ends[ends < len(text)] - 1] == ord("\r")))
    else:
        same_ends = b"\r" not in text
    if same_ends and len(ends) == n_rows:
        offsets = np.concatenate(([0], ends - before + 1)).astype(np.int32)
        buffers = [None, pa.py_buffer(offsets), pa.py_buffer(text)]
        return pa.Array.from_buffers(pa.string(), n_rows, buffers)
    starts = line_starts(text, before, end_of_text(text))
    first = records.line_numbers - line
    after = first + 1 if records.blank_lines else np.append(first[1:], len(starts) - 1)
    rows = [
        line_end + _without_break(text[starts[one] : starts[two]])
        for one, two in zip(first.tolist(), after.tolist(), strict=True)
    ]
    return pa.array(rows, pa.binary()).cast(pa.string())


def _without_break(row: bytes) -> bytes:
    for end in (b"\r\n", b"\n", b"\r"):
        if row.endswith(end):
            return row[: -len(end)]
    return row
