"""Large texts in UTF-8 whose rows look even: found out from their first and last bytes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from io import BytesIO, FileIO
from typing import BinaryIO

from brinery.tables.aligned import unaligned
from brinery.tables.assemble import header_doubt
from brinery.tables.content import content_of, may_be_text
from brinery.tables.dialect import Dialect, find_dialect, unwrapped
from brinery.tables.encoding import is_plain, is_utf8, to_utf8
from brinery.tables.hints import NO_HINTS, Hints
from brinery.tables.lines import end_of_text, ends_open
from brinery.tables.quick import HEAD_BYTES, MIN_BYTES, TAIL_BYTES, Plan, plan
from brinery.tables.records import Records
from brinery.tables.stream import stream
from brinery.tables.table import Table
from brinery.tables.textfile import as_read, first_lines
from brinery.tables.understood import Reading

__all__ = ["Even", "look_at_even", "read_even"]

_START_BYTES = 3 * 2**19


@dataclass(frozen=True, eq=False)
class Even:
    """A large text in UTF-8 whose rows look even: where they are, and how they are parted.

    Attributes
    ----------
    name : str
        The file's name, for messages.
    plan : Plan
        The header, and what stands above and below the rows.
    dialect : Dialect
    start, stop : int
        Where the rows begin and end in the file, in bytes.
    marked : int
        How many bytes of the file come before its text.
    head : bytes
        The first bytes of its text, whole lines.
    codec : str
        As Python names it.
    hints : Hints
        What was known of it.
    """

    name: str
    plan: Plan
    dialect: Dialect
    start: int
    stop: int
    marked: int
    head: bytes
    codec: str
    hints: Hints

    def table(self, records: Records, n_lines: int) -> Table:
        """Give records that take `n_lines` as a table."""
        found = self.plan.assembled(records, n_lines)
        reading = Reading(encoding=self.codec, first_lines=first_lines(self.head))
        doubts = header_doubt(found, self.hints)
        return as_read(found, self.name, self.dialect, reading, doubts)


def read_even(file: FileIO | BytesIO, *, name: str = "", hints: Hints = NO_HINTS) -> Table | None:
    """Read a large text in UTF-8 whose rows are even, a block at a time.

    None where it is something else, or where some row needs a careful look: whoever calls
    then reads it whole. What comes is the same as what `read_text` gives.

    Parameters
    ----------
    file : FileIO or BytesIO
    name : str
        The file's name, for messages.
    hints : Hints
        What is known of the file.
    """
    even = look_at_even(file, name=name, hints=hints)
    if even is None:
        return None
    records = stream(
        file,
        even.start,
        even.stop,
        n_columns=even.plan.start.width,
        delimiter=even.dialect.delimiter,
        first_line=even.plan.first_line,
        headers=even.plan.headers,
    )
    return None if records is None else even.table(records, len(records.line_numbers))


def look_at_even(file: BinaryIO, *, name: str = "", hints: Hints = NO_HINTS) -> Even | None:
    """Find out from its first and last bytes whether a large text may be read by blocks.

    Parameters
    ----------
    file, name, hints
        As in `read_even`.
    """
    n_bytes = file.seek(0, os.SEEK_END)
    if n_bytes < MIN_BYTES or hints.encoding not in (None, "utf-8"):
        return None
    file.seek(0)
    start = file.read(_START_BYTES)
    if not may_be_text(start):
        return None
    content_of(start, name)
    start = start[: start.rfind(b"\n") + 1]
    if b"\0" in start or not is_utf8(start):
        return None
    head, mended, codec = to_utf8(start, name=name, encoding=hints.encoding)
    if mended:
        return None
    marked = len(start) - len(head)
    if unwrapped(head) is not None:
        return None
    if hints.delimiter is None and unaligned(head, name) is not None:
        return None
    file.seek(max(marked, n_bytes - TAIL_BYTES))
    tail = file.read()
    if not is_plain(tail[tail.find(b"\n") + 1 :]):
        return None
    dialect = find_dialect(head, name=name, delimiter=hints.delimiter)
    found = plan(head[: dialect.offset + HEAD_BYTES], tail, n_bytes - marked, dialect, hints)
    if found is None:
        return None
    end = end_of_text(tail, len(tail) + marked + found.stop - n_bytes)
    if ends_open(tail, 0, end, 0, dialect.delimiter):
        return None
    bounds = (marked + found.offset, marked + found.stop)
    return Even(name, found, dialect, *bounds, marked, head, codec, hints)
