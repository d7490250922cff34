"""Tables in text form: bytes → encoding → dialect → rows → header → records."""

from __future__ import annotations

from brinery.tables.assemble import Assembled, assembled
from brinery.tables.dialect import Dialect, find_dialect, unaligned, unwrapped
from brinery.tables.encoding import to_utf8
from brinery.tables.hints import NO_HINTS, Hints
from brinery.tables.lines import lines_of
from brinery.tables.quick import MIN_BYTES, quickly
from brinery.tables.table import Table
from brinery.tables.tokens import tokens
from brinery.tables.understood import Reading

__all__ = ["read_text"]


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
    bare = unwrapped(text)
    if bare is not None:
        text = bare
        notes.append("Every line stood in quotation marks of its own; they were taken off.")
    bare = unaligned(text, name) if hints.delimiter is None else None
    if bare is not None:
        text = bare
        notes.append("The columns were aligned with spaces; each run of spaces parts two cells.")
    dialect = find_dialect(text, name=name, delimiter=hints.delimiter)
    found: Assembled | None = None
    if len(text) >= MIN_BYTES and dialect.plain:
        found = quickly(text, dialect, hints)
    if found is None:
        found = _carefully(text, dialect, name, notes, hints)
    return Table(
        cells=found.cells,
        line_numbers=found.line_numbers,
        name=name,
        notes=(*notes, *found.notes),
        reading=Reading(
            encoding=codec,
            delimiter=dialect.delimiter,
            quote=dialect.quote,
            header_line=found.header_line,
            left_out=found.left_out,
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
