"""Tables in text form: bytes → encoding → delimiter → header → records."""

from __future__ import annotations

import pyarrow as pa

from brinery.errors import ReadError
from brinery.tables.dialect import find_dialect
from brinery.tables.encoding import to_utf8
from brinery.tables.records import careful, fast, find_header
from brinery.tables.table import Table

__all__ = ["named", "only_a_header", "read_text"]


def read_text(
    data: bytes, *, name: str = "", encoding: str | None = None, delimiter: str | None = None
) -> Table:
    """Read a CSV, TSV or the like, every cell exactly as it stands in the file.

    Parameters
    ----------
    data : bytes
        The whole file.
    name : str
        The file's name, for messages.
    encoding, delimiter : str, optional
        Taken as they are; else found, with a note where the encoding is a guess.

    Raises
    ------
    ReadError
        The file is not text, has no rows, or rows that can't be told apart.
    """
    text, encoding_notes = to_utf8(data, name=name, encoding=encoding)
    dialect = find_dialect(text, name=name, delimiter=delimiter)
    header = find_header(
        text,
        dialect.delimiter,
        offset=dialect.offset,
        n_lines_before=dialect.n_lines_before,
        name=name,
    )
    if header is None:
        raise ReadError(
            "The file holds only blank lines.",
            where=name,
            remedy="Export it again, then choose the new file.",
        )
    records = fast(text, header, dialect.delimiter)
    if records is None:
        records = careful(text, header, dialect.delimiter, name=name)
    if not len(records.line_numbers):
        raise only_a_header(name)
    names, name_notes = named(header.names)
    return Table(
        cells=pa.Table.from_arrays(list(records.columns), names=names),
        line_numbers=records.line_numbers,
        name=name,
        notes=encoding_notes + name_notes + records.notes,
    )


def only_a_header(name: str) -> ReadError:
    """Make the error for a table without rows."""
    return ReadError(
        "The file has a header but no rows under it.",
        where=name,
        remedy="Fill in at least one row, then choose the file again.",
    )


def named(header: tuple[str, ...]) -> tuple[list[str], tuple[str, ...]]:
    """Name the columns that have no name after their place, and say so in a note."""
    names = [text if text.strip() else f"column {n}" for n, text in enumerate(header, start=1)]
    nameless = [str(n) for n, text in enumerate(header, start=1) if not text.strip()]
    if not nameless:
        return names, ()
    if len(nameless) == 1:
        return names, (f"Column {nameless[0]} has no name; it is called “column {nameless[0]}”.",)
    places = f"{', '.join(nameless[:-1])} and {nameless[-1]}"
    return names, (f"Columns {places} have no name; they are called “column {nameless[0]}” etc.",)
