"""The rows that can't be scored as a table of their own, and back into the whole."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from brinery.errors import CannotCorrect
from brinery.schema.briefly import brief, surplus
from brinery.schema.finding import Finding, worst_first
from brinery.schema.names import free_names
from brinery.schema.phrases import capitalized, quoted, some
from brinery.schema.rejoin import with_cells, with_rows
from brinery.tables.table import Table
from brinery.tables.understood import listed

__all__ = ["Correction", "put_back", "to_correct"]

_OURS = ("line", "what to correct")
_WHOLE_NUMBER = re.compile(r"\s*(\d{1,15})(?:[.,]0+)?\s*")
_SHOWN = 3
_AGAIN = "Download the rows to correct once more, change nothing but their cells, and upload that."


@dataclass(frozen=True, eq=False)
class Correction:
    """A table with corrected rows put back.

    Attributes
    ----------
    table : Table
        All rows in the order of their lines.
    n_rows : int
        How many rows were put back.
    n_kept : int
        How many cells were changed where nothing was to correct, and stay as they were.
    notes : tuple of str
        What was done, the first sentence the sum of it.
    """

    table: Table
    n_rows: int
    n_kept: int = 0
    notes: tuple[str, ...] = ()


def to_correct(table: Table, findings: Iterable[Finding]) -> pa.Table:
    """Give the rows that can't be scored, to be corrected and put back.

    Parameters
    ----------
    table : Table
    findings : iterable of Finding
        What the check, or the scoring, found in it.

    Returns
    -------
    pyarrow.Table
        The user's columns unchanged, then the line of each row and what to correct in it, in
        the order of the lines. Lines with more cells than columns are among them, their first
        cells under the columns and the others named beside. Often without rows.
    """
    found = worst_first(findings)
    refused = np.zeros(table.n_rows, dtype=bool)
    notes = np.full(table.n_rows, "", dtype=object)
    for finding in found:
        if finding.severity in ("row", "look") and len(finding.rows):
            title, old = brief(finding).title, notes[finding.rows]
            notes[finding.rows] = np.where(old == "", title, old + f"; {title}")
            refused[finding.rows] |= finding.severity == "row"
    rows = np.flatnonzero(refused)
    unread = table.reading.unread
    width = table.cells.num_columns
    lines = np.concatenate([table.line_numbers[rows], np.array([*unread], dtype=np.int64)])
    todo = [*notes[rows], *(surplus(cells[width:]) for cells in unread.values())]
    order = pa.array(np.argsort(lines, kind="stable"))
    columns = [
        pa.chunked_array(
            [
                *column.take(pa.array(rows)).chunks,
                pa.array([cells[at] for cells in unread.values()], pa.string()),
            ],
            type=pa.string(),
        )
        for at, column in enumerate(table.cells.columns)
    ]
    columns += [pa.chunked_array([lines]), pa.chunked_array([pa.array(todo, pa.string())])]
    names, _ = free_names(table.column_names, _OURS)
    return pa.table(columns, names=[*table.column_names, *names]).take(order)


def put_back(
    table: Table, findings: Iterable[Finding], corrected: Table, *, all_cells: bool = False
) -> Correction:
    """Put corrected rows back where they came from, found by their line.

    Parameters
    ----------
    table : Table
        The whole.
    findings : iterable of Finding
        What was found in it: where something was found, a cell may be corrected.
    corrected : Table
        What `to_correct` gave, corrected. Rows may be left out, and columns moved.
    all_cells : bool
        Whether a change counts where nothing was found, too. A spreadsheet changes such cells
        unasked ("007" becomes "7"), so that they stay as they were without it.

    Returns
    -------
    Correction
        As many rows as before, and those that could not be read before; every other cell
        untouched.

    Raises
    ------
    CannotCorrect
        The corrected file lacks the column of lines, or one of the table's.
    """
    names, _ = free_names(table.column_names, _OURS)
    places, foreign = _places(table.column_names, corrected.column_names, names)
    cells = [corrected.cells.column(at).to_pylist() for at in places]
    given = [tuple(row) for row in zip(*cells, strict=True)]
    chosen, notes = _by_line(given, table.cells.num_columns)
    at_line = dict(zip(table.line_numbers.tolist(), range(table.n_rows), strict=True))
    unread = table.reading.unread
    faults = _faults(findings, [at_line[line] for line in chosen if line in at_line])
    changes: dict[int, dict[int, str]] = {}
    inserted: dict[int, tuple[str, ...]] = {}
    unknown, unchanged, kept = [], [], []
    width = table.cells.num_columns
    for line, (row, todo) in chosen.items():
        if line in at_line:
            at = at_line[line]
            own = [column[at].as_py() for column in table.cells.columns]
            differs = {
                n: new for n, (old, new) in enumerate(zip(own, row, strict=True)) if old != new
            }
            free = all_cells or (at, None) in faults
            taken = {n: new for n, new in differs.items() if free or (at, n) in faults}
            kept += [(line, table.column_names[n]) for n in differs if n not in taken]
            if taken:
                changes[at] = taken
            else:
                unchanged.append(line)
        elif line not in unread:
            unknown.append(line)
        elif row == unread[line][:width] and todo:
            unchanged.append(line)
        else:
            inserted[line] = row
    n_rows = len(changes) + len(inserted)
    said_of = (
        _sum(n_rows),
        *notes,
        *_of_lines(unchanged, unknown),
        *_of_kept(kept),
        *_of_columns(foreign),
    )
    return Correction(with_rows(with_cells(table, changes), inserted), n_rows, len(kept), said_of)


def _places(own: list[str], there: list[str], ours: list[str]) -> tuple[list[int], list[str]]:
    """Give where the own columns, the line and, where it is there, the remark stand."""
    free: dict[str, list[int]] = {}
    for at, name in enumerate(there):
        free.setdefault(name.strip(), []).append(at)
    places, missing = [], []
    for name in [*own, ours[0]]:
        if found := free.get(name.strip()):
            places.append(found.pop(0))
        else:
            missing.append(name)
    if missing:
        many = len(missing) > 1
        raise CannotCorrect(
            f"The corrected rows lack the column{'s' if many else ''} "
            f"{some([quoted(name) for name in missing], 5)}.",
            remedy=_AGAIN,
        )
    places += free.pop(ours[1], [])[:1]
    return places, [there[at] for found in free.values() for at in found]


def _by_line(
    given: list[tuple[str, ...]], width: int
) -> tuple[dict[int, tuple[tuple[str, ...], bool]], list[str]]:
    """Give each row, and whether its remark still stands, by its line; and what is amiss."""
    rows: dict[int, tuple[tuple[str, ...], bool]] = {}
    twice: set[int] = set()
    n_nowhere = 0
    for cells in given:
        number = _WHOLE_NUMBER.fullmatch(cells[width])
        if number is None:
            n_nowhere += 1
            continue
        line = int(number[1])
        row = (cells[:width], any(cell.strip() for cell in cells[width + 1 :]))
        if line in rows and rows[line][0] != row[0]:
            twice.add(line)
        rows[line] = row
    notes = []
    if n_nowhere:
        one = n_nowhere == 1
        notes.append(
            f"{n_nowhere:,} {'row has' if one else 'rows have'} no line number beside "
            f"{'it' if one else 'them'} and {'was' if one else 'were'} not put back. Write the "
            "line in your file there, and upload again."
        )
    if twice:
        stand = "stands" if len(twice) == 1 else "stand"
        notes.append(
            f"{capitalized(listed(sorted(twice)))} {stand} more than once in the corrected rows, "
            "with different cells, and nothing of that was put back. Keep one row for each line, "
            "and upload again."
        )
    return {line: row for line, row in rows.items() if line not in twice}, notes


def _faults(findings: Iterable[Finding], rows: list[int]) -> set[tuple[int, int | None]]:
    """Give the cells in which something was found, among some rows; None is every column."""
    return {
        (int(row), finding.position)
        for finding in findings
        for row in finding.rows[np.isin(finding.rows, rows)]
    }


def _sum(n_rows: int) -> str:
    if not n_rows:
        return "No corrected row was put back."
    if n_rows == 1:
        return "1 corrected row was put back."
    return f"{n_rows:,} corrected rows were put back."


def _of_lines(unchanged: list[int], unknown: list[int]) -> list[str]:
    notes = []
    if unchanged:
        many = len(unchanged) > 1
        notes.append(
            f"{capitalized(listed(sorted(unchanged)))} {'are' if many else 'is'} as before: "
            "nothing was corrected there."
        )
    if unknown:
        many = len(unknown) > 1
        notes.append(
            f"Your file has no {'rows' if many else 'row'} in {listed(sorted(unknown))}, so "
            f"{'they were' if many else 'it was'} not put back. Check the column with the line "
            "numbers, and upload again."
        )
    return notes


def _of_kept(kept: list[tuple[int, str]]) -> list[str]:
    if not kept:
        return []
    shown = some(
        [f"{quoted(name)} in line {line:,}" for line, name in kept[:_SHOWN]], _SHOWN, len(kept)
    )
    one = len(kept) == 1
    return [
        f"{len(kept):,} other {'cell was' if one else 'cells were'} changed, where nothing was to "
        f"correct: {shown}. {'It stays as it is' if one else 'They stay as they are'} in your "
        "file, since spreadsheets change such cells unasked."
    ]


def _of_columns(foreign: list[str]) -> list[str]:
    if not foreign:
        return []
    names = some([quoted(name) for name in foreign], 5)
    was = (
        "is no column of your file and was"
        if len(foreign) == 1
        else "are no columns of your file and were"
    )
    return [f"{names} {was} left out."]
