"""Rows of text to a table: the same for text files and workbooks."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from brinery.errors import ReadError
from brinery.tables.body import Body, find_body
from brinery.tables.hints import NO_HINTS, Hints
from brinery.tables.layout import Start, find_start
from brinery.tables.shapes import filled, is_dashes
from brinery.tables.tail import one_line
from brinery.tables.understood import Doubt, LeftOut, listed, said

__all__ = [
    "Assembled",
    "above",
    "assembled",
    "column_notes",
    "header_doubt",
    "named",
    "only_a_header",
    "row_of",
]

_GUARDED = re.compile(r'="((?:[^"]|"")*)"')
_N_DASHED = 30
_PIVOT = frozenset(
    (
        *("Row Labels", "Column Labels", "Zeilenbeschriftungen", "Spaltenbeschriftungen"),
        *("Étiquettes de lignes", "Étiquettes de colonnes", "Etiquetas de fila"),
        *("Etiquetas de columna", "Etichette di riga", "Rijlabels", "Rótulos de Linha"),
    )
)


@dataclass(frozen=True, eq=False)
class Assembled:
    """A table, and how it was found among its rows.

    Attributes
    ----------
    cells : pyarrow.Table
        Text.
    line_numbers : numpy.ndarray of int64
    header_lines : tuple of int
        None, one, or several that were put together.
    left_out : tuple of LeftOut
    notes : tuple of str
    open_names : bool
        Whether the line with the names may be a row.
    """

    cells: pa.Table
    line_numbers: np.ndarray
    header_lines: tuple[int, ...]
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]
    open_names: bool = False


def assembled(
    rows: Sequence[list[str]],
    lines: Sequence[int],
    *,
    delimiter: str = "",
    hints: Hints = NO_HINTS,
    name: str = "",
) -> Assembled:
    """Find the table among rows.

    Parameters
    ----------
    rows : sequence of list of str
        All of the file's or the sheet's.
    lines : sequence of int
        The line of each.
    delimiter : str
        Between the cells; "" in a workbook.
    hints : Hints
        The line with the names and the names that the table should have, where known.
    name : str
        The file's name, for messages.

    Raises
    ------
    ReadError
        There is a header and nothing under it, or nothing at all.
    """
    if not any(filled(row) for row in rows):
        raise ReadError(
            "The file holds only blank lines.",
            where=name,
            remedy="Export it again, then choose the new file.",
        )
    _refuse_pivot(rows, name)
    if is_padded(rows, delimiter):
        rows = [[cell.strip(" ") for cell in row] for row in rows]
    header_row = row_of(lines, hints.header_line)
    start = find_start(rows, expected=hints.expected, header_row=header_row, name=name)
    body = find_body(rows, lines, start, delimiter)
    if body.second is not None:  # its rows may have told the width
        alone = find_start(
            rows[: body.second], expected=hints.expected, header_row=header_row, name=name
        )
        if alone.width < start.width:
            start, body = alone, find_body(rows, lines, alone, delimiter)
    if not body.rows:
        raise only_a_header(name)
    columns = list(zip(*body.rows, strict=True))
    guarded = _n_guarded(columns) if delimiter else 0
    if guarded:
        columns = [tuple(map(_bare, column)) for column in columns]
    kept = [
        at
        for at, column in enumerate(columns)
        if start.names[at].strip() or not start.header or any(cell.strip() for cell in column)
    ]
    dropped = len(columns) - len(kept)
    names, notes = named(tuple(start.names[at] for at in kept), header=bool(start.header))
    left_out = (*above(rows, lines, start), *(_columns_first(one, kept) for one in body.left_out))
    return Assembled(
        pa.Table.from_arrays([_column(columns[at]) for at in kept], names=names),
        np.array(body.line_numbers, dtype=np.int64),
        tuple(lines[at] for at in start.header),
        left_out,
        (
            *header_notes(start, lines),
            *notes,
            *(said(one) for one in left_out),
            *body.notes,
            *_dropped_note(dropped, body),
            *_guarded_note(guarded),
        ),
        start.open_names,
    )


def is_padded(rows: Sequence[list[str]], delimiter: str) -> bool:
    """Say whether the cells have spaces around them, as clients of databases write them."""
    return delimiter == "|" and any(is_dashes(row) and filled(row) for row in rows[:_N_DASHED])


def _columns_first(one: LeftOut, kept: Sequence[int]) -> LeftOut:
    """Put the cells of the columns that were kept before the others."""

    def ordered(row: Sequence[str]) -> tuple[str, ...]:
        return tuple(row[at] for at in (*kept, *sorted(set(range(len(row))) - set(kept))))

    return dataclasses.replace(one, rows=tuple(map(ordered, one.rows))) if one.rows else one


def _refuse_pivot(rows: Sequence[list[str]], name: str) -> None:
    texts = {cell.strip() for row in rows[:12] for cell in row[:8]}
    if texts & _PIVOT:
        raise ReadError(
            "This is a pivot table, a summary, not a table with one row for each case.",
            where=name,
            remedy="Choose the sheet or the file with the rows that it was made from.",
        )


def _n_guarded(columns: Sequence[Sequence[str]]) -> int:
    return sum(_GUARDED.fullmatch(cell) is not None for column in columns for cell in column)


def _bare(cell: str) -> str:
    """Give the text of a cell that is written as a formula, so that Excel keeps its zeros."""
    guarded = _GUARDED.fullmatch(cell)
    return guarded.group(1).replace('""', '"') if guarded else cell


def _guarded_note(n_cells: int) -> list[str]:
    if not n_cells:
        return []
    return [f'{n_cells:,} cells are written as a formula (="…"); the text in it was taken.']


def _column(cells: Sequence[str]) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(cells, pa.string())])


def row_of(lines: Sequence[int], header_line: int | None) -> int | None:
    """Give the row that a line number means; -1 says that there is no header."""
    if header_line is None:
        return None
    if header_line == 0:
        return -1
    at_or_before = [at for at, line in enumerate(lines) if line <= header_line]
    return at_or_before[-1] if at_or_before else 0


def above(rows: Sequence[list[str]], lines: Sequence[int], start: Start) -> list[LeftOut]:
    """Give the lines above the header, and those of units and dashes under it."""
    found = []
    first = min(start.header, default=start.first)
    over = [at for at in range(first) if filled(rows[at])]
    place = "the header" if start.header else "the table"
    units = [at for at in start.units if not is_dashes(rows[at])]
    for which, what in (
        (over, f"A line above {place}" if len(over) == 1 else f"Lines above {place}"),
        (units, f"The line{'s' * (len(units) > 1)} of units under the header"),
        ([at for at in start.units if is_dashes(rows[at])], "The line of dashes under the header"),
    ):
        if which:
            texts = tuple(one_line(rows[at]) for at in which[:3])
            found.append(LeftOut(what, tuple(lines[at] for at in which), texts))
    return found


def header_notes(start: Start, lines: Sequence[int]) -> list[str]:
    """Say where the names were taken from, where that is not plain."""
    if not start.header:
        return ["No line with names was found, so the columns are numbered."]
    if len(start.header) > 1:
        where = listed([lines[at] for at in start.header])
        return [f"The names stand on several lines and were put together ({where})."]
    if start.open_names:
        line = f"{lines[start.header[0]]:,}"
        return [f"Line {line} was taken as the names of the columns; it may be a row."]
    return []


def header_doubt(found: Assembled, hints: Hints) -> tuple[Doubt, ...]:
    """Say whether the names may be there though none were found, or be none."""
    is_open = found.open_names or not found.header_lines
    return ("header_line",) if is_open and hints.header_line is None else ()


def column_notes(names: Sequence[str]) -> tuple[str, ...]:
    """Say which names come more than once."""
    twice = [name for name, n in Counter(names).items() if n > 1]
    if not twice:
        return ()
    shown = ", ".join(f"“{name}”" for name in twice[:5])
    return (f"The same name stands over more than one column: {shown}.",)


def named(names: tuple[str, ...], *, header: bool = True) -> tuple[list[str], tuple[str, ...]]:
    """Name the columns that have no name after their place, and say so in a note."""
    full = [text if text.strip() else f"column {n}" for n, text in enumerate(names, start=1)]
    nameless = [str(n) for n, text in enumerate(names, start=1) if not text.strip()]
    if not nameless or not header:
        return full, column_notes(full)
    if len(nameless) == 1:
        note = f"Column {nameless[0]} has no name; it is called “column {nameless[0]}”."
    else:
        places = f"{', '.join(nameless[:-1])} and {nameless[-1]}"
        note = f"Columns {places} have no name; they are called “column {nameless[0]}” etc."
    return full, (note, *column_notes(full))


def only_a_header(name: str) -> ReadError:
    """Make the error for a table without rows."""
    return ReadError(
        "The file has a header but no rows under it.",
        where=name,
        remedy="Fill in at least one row, then choose the file again.",
    )


def _dropped_note(dropped: int, body: Body) -> list[str]:
    if not dropped or any("ends with a separator" in note for note in body.notes):
        return []
    what = "A column" if dropped == 1 else f"{dropped} columns"
    return [
        f"{what} without a name and without a value {'was' if dropped == 1 else 'were'} left out."
    ]
