"""Tables in text form: bytes → encoding → dialect → rows → header → records."""

from __future__ import annotations

import dataclasses
import itertools
import os
from collections.abc import Sequence
from typing import BinaryIO

from brinery.errors import ReadError
from brinery.tables.aligned import unaligned
from brinery.tables.assemble import Assembled, assembled, header_doubt
from brinery.tables.condensed import condensed
from brinery.tables.content import content_of, may_be_text
from brinery.tables.dialect import Dialect, find_dialect, unwrapped
from brinery.tables.encoding import is_doubtful, is_utf8, to_utf8
from brinery.tables.hints import NO_HINTS, Hints
from brinery.tables.lines import end_of_text, ends_open, lines_of
from brinery.tables.quick import HEAD_BYTES, MIN_BYTES, TAIL_BYTES, plan, quickly
from brinery.tables.stream import stream
from brinery.tables.table import Table
from brinery.tables.tail import one_line
from brinery.tables.tokens import tokens
from brinery.tables.understood import N_FIRST_LINES, Doubt, Reading

__all__ = ["outline_text", "read_even", "read_text"]

_START_BYTES = 3 * 2**19


def read_even(file: BinaryIO, *, name: str = "", hints: Hints = NO_HINTS) -> Table | None:
    """Read a large text in UTF-8 whose rows are even, a block at a time.

    None where it is something else, or where some row needs a careful look: whoever calls
    then reads it whole. What comes is the same as what `read_text` gives.

    Parameters
    ----------
    file : binary file
        That can seek.
    name : str
        The file's name, for messages.
    hints : Hints
        What is known of the file.
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
    dialect = find_dialect(head, name=name, delimiter=hints.delimiter)
    found = plan(head[: dialect.offset + HEAD_BYTES], tail, n_bytes - marked, dialect, hints)
    if found is None:
        return None
    end = end_of_text(tail, len(tail) + marked + found.stop - n_bytes)
    if ends_open(tail, 0, end, 0, dialect.delimiter):
        return None
    records = stream(
        file,
        marked + found.offset,
        marked + found.stop,
        n_columns=found.start.width,
        delimiter=dialect.delimiter,
        first_line=found.first_line,
    )
    if records is None:
        return None
    table = found.assembled(records, len(records.line_numbers))
    if table is None:
        return None
    reading = Reading(encoding=codec, first_lines=_first_lines(head))
    return _as_table(table, name, dialect, reading, header_doubt(table, hints))


def read_text(data: bytes, *, name: str = "", hints: Hints = NO_HINTS) -> Table:
    """Read a CSV, TSV or the like, every cell as it stands in the file.

    Parameters
    ----------
    data : bytes
        The whole file.
    name : str
        The file's name, for messages.
    hints : Hints
        What is known of the file; the rest is found, with a note where the encoding is a guess.

    Raises
    ------
    ReadError
        The file is not text, has no rows, or rows that can't be told apart.
    """
    text, guessed, codec = to_utf8(data, name=name, encoding=hints.encoding)
    notes = list(guessed)
    is_guess = bool(guessed) and codec != "utf-8"
    reading = Reading(encoding=codec, first_lines=_first_lines(text))
    bare = unwrapped(text)
    if bare is not None:
        text = bare
        notes.append("Every line stood in quotation marks of its own; they were taken off.")
    bare = unaligned(text, name) if hints.delimiter is None else None
    if bare is not None:
        text = bare
        notes.append("The columns were aligned with spaces, and were told apart by those.")
    dialect = find_dialect(text, name=name, delimiter=hints.delimiter)
    found: Assembled | None = None
    if len(text) >= MIN_BYTES:
        found = quickly(text, dialect, hints)
        if found is None:
            few = condensed(text, dialect, name=name, hints=hints)
            found, mended = few or (None, [])
            notes += mended
    if found is None:
        found = _carefully(text, dialect, name, notes, hints)
    doubts: tuple[Doubt, ...] = header_doubt(found, hints)
    if is_guess and is_doubtful(data, codec):
        doubts = ("encoding", *doubts)
    return _as_table(found, name, dialect, reading, doubts, notes)


def outline_text(data: bytes, *, name: str = "", hints: Hints = NO_HINTS) -> Reading:
    """Give what can be chosen of a text file whose table can't be read.

    Raises
    ------
    ReadError
        The file is not text.
    """
    try:
        text, _, codec = to_utf8(data, name=name, encoding=hints.encoding)
    except ReadError:
        text, _, codec = to_utf8(data, name=name)
    delimiter = hints.delimiter or find_dialect(text, name=name).delimiter
    return Reading(
        encoding=codec, delimiter=delimiter, header_lines=(), first_lines=_first_lines(text)
    )


def _first_lines(text: bytes) -> tuple[str, ...]:
    return tuple(one_line([line]) for line in itertools.islice(lines_of(text), N_FIRST_LINES))


def _as_table(
    found: Assembled,
    name: str,
    dialect: Dialect,
    reading: Reading,
    doubts: tuple[Doubt, ...],
    notes: Sequence[str] = (),
) -> Table:
    return Table(
        cells=found.cells,
        line_numbers=found.line_numbers,
        name=name,
        notes=(*notes, *found.notes),
        reading=dataclasses.replace(
            reading,
            delimiter=dialect.delimiter,
            quote=dialect.quote,
            header_lines=found.header_lines,
            left_out=found.left_out,
            doubts=doubts,
        ),
    )


def _carefully(
    text: bytes, dialect: Dialect, name: str, notes: list[str], hints: Hints
) -> Assembled:
    rows = tokens(
        list(lines_of(text, dialect.offset)),
        dialect,
        first_line=dialect.n_lines_before + 1,
        name=name,
    )
    notes += rows.notes()
    return assembled(
        rows.rows,
        rows.line_numbers,
        delimiter=dialect.delimiter,
        hints=hints,
        name=name,
    )
