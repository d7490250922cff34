"""Tables in text form: bytes → encoding → dialect → rows → header → records."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence

from brinery.errors import ReadError
from brinery.tables.aligned import unaligned, undrawn
from brinery.tables.assemble import Assembled, assembled, header_doubt
from brinery.tables.condensed import condensed
from brinery.tables.dialect import Dialect, find_dialect, unwrapped
from brinery.tables.encoding import is_doubtful, to_utf8
from brinery.tables.hints import NO_HINTS, Hints
from brinery.tables.lines import lines_of
from brinery.tables.quick import MIN_BYTES, quickly
from brinery.tables.single import doubled_notes, single_notes
from brinery.tables.table import Table
from brinery.tables.tail import one_line
from brinery.tables.tokens import tokens
from brinery.tables.understood import N_FIRST_LINES, Doubt, Reading

__all__ = ["as_read", "first_lines", "outline_text", "read_text"]


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
    reading = Reading(encoding=codec, first_lines=first_lines(text))
    bare = unwrapped(text)
    if bare is not None:
        text = bare
        notes.append("Every line stood in quotation marks of its own; they were taken off.")
    bare = undrawn(text)
    if bare is not None:
        text = bare
        notes.append("The lines drawn between the cells were taken off.")
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
    return as_read(found, name, dialect, reading, doubts, notes)


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
        encoding=codec, delimiter=delimiter, header_lines=(), first_lines=first_lines(text)
    )


def first_lines(text: bytes) -> tuple[str, ...]:
    """Give the first lines of a text, each on one line, to be shown."""
    return tuple(one_line([line]) for line in itertools.islice(lines_of(text), N_FIRST_LINES))


def as_read(
    found: Assembled,
    name: str,
    dialect: Dialect,
    reading: Reading,
    doubts: tuple[Doubt, ...],
    notes: Sequence[str] = (),
) -> Table:
    """Give what was read as a table, with what is to be said of how."""
    single: tuple[str, ...] = ()
    if found.cells.num_columns == 1:
        names = found.cells.column_names if found.header_lines else ()
        single = single_notes(names, found.cells.column(0), delimiter=dialect.delimiter)
    elif found.header_lines:
        single = doubled_notes(found.cells.column_names, dialect.delimiter)
    return Table(
        cells=found.cells,
        line_numbers=found.line_numbers,
        name=name,
        notes=(*notes, *found.notes, *single),
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
    if hints.delimiter is None:
        rows.refuse_torn(name, dialect.quote)
    notes += rows.notes()
    return assembled(
        rows.rows,
        rows.line_numbers,
        delimiter=dialect.delimiter,
        hints=hints,
        name=name,
    )
