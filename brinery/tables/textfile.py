"""Tables in text form: bytes → encoding → dialect → rows → header → records."""

from __future__ import annotations

from collections.abc import Sequence

from brinery.tables.assemble import Assembled, assembled
from brinery.tables.dialect import Dialect, find_dialect, unaligned, unwrapped
from brinery.tables.encoding import to_utf8
from brinery.tables.lines import lines_of
from brinery.tables.quick import MIN_BYTES, quickly
from brinery.tables.table import Table
from brinery.tables.tokens import tokens
from brinery.tables.understood import Reading

__all__ = ["read_text"]


def read_text(
    data: bytes,
    *,
    name: str = "",
    encoding: str | None = None,
    delimiter: str | None = None,
    header_line: int | None = None,
    expected: Sequence[str] = (),
) -> Table:
    """Read a CSV, TSV or the like, every cell as it stands in the file.

    Parameters
    ----------
    data : bytes
        The whole file.
    name : str
        The file's name, for messages.
    encoding, delimiter : str, optional
        Taken as they are; else found, with a note where the encoding is a guess.
    header_line : int, optional
        The line with the names, 0 for none; else found.
    expected : sequence of str
        Names that the table should have, which tell the header.

    Raises
    ------
    ReadError
        The file is not text, has no rows, or rows that can't be told apart.
    """
    text, guessed, codec = to_utf8(data, name=name, encoding=encoding)
    notes = list(guessed)
    bare = unwrapped(text)
    if bare is not None:
        text = bare
        notes.append("Every line stood in quotation marks of its own; they were taken off.")
    bare = unaligned(text, name) if delimiter is None else None
    if bare is not None:
        text = bare
        notes.append("The columns were aligned with spaces; each run of spaces parts two cells.")
    dialect = find_dialect(text, name=name, delimiter=delimiter)
    found: Assembled | None = None
    if len(text) >= MIN_BYTES and dialect.plain:
        found = quickly(text, dialect, expected=expected, header_line=header_line)
    if found is None:
        found = _carefully(text, dialect, name, notes, header_line, expected)
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
    text: bytes,
    dialect: Dialect,
    name: str,
    notes: list[str],
    header_line: int | None,
    expected: Sequence[str],
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
        expected=expected,
        header_line=header_line,
        name=name,
    )
