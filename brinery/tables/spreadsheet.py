"""Workbooks to tables: xlsx, xls, xlsb and ods."""

from __future__ import annotations

import dataclasses
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from brinery.errors import ReadError
from brinery.tables import sheetreader
from brinery.tables.assemble import Assembled, assembled, header_doubt
from brinery.tables.hints import NO_HINTS, Hints
from brinery.tables.layout import key_of
from brinery.tables.single import single_notes
from brinery.tables.table import Table
from brinery.tables.tail import one_line
from brinery.tables.understood import N_FIRST_LINES, Reading, listed
from brinery.tables.workbookscan import SheetFacts, scan, too_much

__all__ = ["outline_workbook", "read_workbook"]

_SAVE_AS_CSV = "Open it, save the sheet as CSV, then choose that file."
_N_HEADER_ROWS = 15
_MAX_MERGED = 100_000


def read_workbook(data: bytes, *, name: str = "", hints: Hints = NO_HINTS) -> Table:
    """Read one sheet: numbers as their shortest text, dates as ISO 8601, lines = sheet rows.

    Parameters
    ----------
    data : bytes
        The whole workbook.
    name : str
        The file's name, for messages.
    hints : Hints
        What is known of it; else the visible sheet that fits best is read, and a note says so
        where there are more.

    Raises
    ------
    ReadError
        The workbook is damaged, too large, protected, hostile, or has no such sheet or no
        rows; a formula of the table was never calculated; the sheet holds a pivot table.
    """
    facts: dict[str, SheetFacts] = {}
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            facts = scan(archive, len(data), name)
    answer = _asked(data, hints, name)
    if "problem" in answer:
        raise _refusal(answer, hints.sheet, name)
    rows: list[list[str]] = answer["rows"]
    own = facts.get(answer["sheet"], SheetFacts({}, (), False, {}))
    if own.pivot:
        raise pivot(answer["sheet"], name)
    outline = _outline(answer)
    left = answer["left"] if rows and len(rows[0]) + answer["left"] > _width(answer) else 0
    merged = _fill_merged(rows, answer["merged"], left)
    _put_as_shown(rows, own, left)
    lines = list(range(1, len(rows) + 1))
    found = assembled(rows, lines, hints=hints, name=name)
    _refuse_uncalculated(own, found, name)
    single: tuple[str, ...] = ()
    if found.cells.num_columns == 1 and found.header_lines:
        single = single_notes(found.cells.column_names, found.cells.column(0))
    return Table(
        cells=found.cells,
        line_numbers=found.line_numbers,
        name=name,
        notes=(
            *_sheet_note(answer, hints.sheet),
            *found.notes,
            *_merged_note(merged, found),
            *_error_note(own, found),
            *_hidden_note(own, found),
            *single,
        ),
        reading=dataclasses.replace(
            outline,
            header_lines=found.header_lines,
            left_out=found.left_out,
            doubts=(
                *(("sheet",) if answer["rivals"] and hints.sheet is None else ()),
                *header_doubt(found, hints),
            ),
        ),
    )


def outline_workbook(data: bytes, *, name: str = "", hints: Hints = NO_HINTS) -> Reading:
    """Give what can be chosen of a workbook whose table can't be read: sheets and lines.

    Raises
    ------
    ReadError
        The workbook can't be opened.
    """
    return _outline(_asked(data, hints, name))


def _outline(answer: dict[str, Any]) -> Reading:
    rows: list[list[str]] = answer.get("rows", [])[:N_FIRST_LINES]
    return Reading(
        header_lines=(),
        sheet=answer.get("sheet", ""),
        sheets=tuple(answer.get("sheets", ())),
        first_lines=tuple(one_line(row) for row in rows),
    )


def _width(answer: dict[str, Any]) -> int:
    return max((len(row) for row in answer["rows"]), default=0)


def _fill_merged(rows: list[list[str]], ranges: Sequence[Any], left: int) -> set[int]:
    """Write a merged cell's text into all cells it covers; give the lines of those.

    A merged title stays one cell: only where other texts stand beside it is it a group.
    """
    lines: set[int] = set()
    for (top, first), (bottom, last) in ranges:
        first, last = first - left, last - left
        inside = 0 <= top < len(rows) and 0 <= first < len(rows[top])
        if not inside or (bottom - top + 1) * (last - first + 1) > _MAX_MERGED:
            continue
        text = rows[top][first]
        wide = last > first
        if not text or (wide and (top > _N_HEADER_ROWS or len({*rows[top]} - {""}) < 2)):
            continue
        for line, row in enumerate(rows[top : bottom + 1], start=top + 1):
            for at in range(first, min(last, len(row) - 1) + 1):
                if not row[at]:
                    row[at] = text
                    lines.add(line)
    return lines


def _put_as_shown(rows: list[list[str]], facts: SheetFacts, left: int) -> None:
    """Put in the errors, and the leading zeros that a number format shows."""
    for (row, column), error in facts.errors.items():
        at = column - 1 - left
        if row <= len(rows) and 0 <= at < len(rows[row - 1]) and not rows[row - 1][at]:
            rows[row - 1][at] = error
    for (row, column), n_digits in facts.zeros.items():
        at = column - 1 - left
        if row <= len(rows) and 0 <= at < len(rows[row - 1]) and rows[row - 1][at].isdigit():
            rows[row - 1][at] = rows[row - 1][at].zfill(n_digits)


def _refuse_uncalculated(facts: SheetFacts, found: Assembled, name: str) -> None:
    lines = set(found.line_numbers.tolist())
    cells = [row for row, _ in facts.uncalculated if row in lines]
    if cells:
        n_cells = f"{len(cells):,} formulas" if len(cells) > 1 else "A formula"
        raise ReadError(
            f"{n_cells} in this workbook {'have' if len(cells) > 1 else 'has'} never been "
            f"calculated ({listed(sorted(set(cells)))}), so the values are not in the file.",
            where=name,
            remedy="Open it in Excel, save it, and upload it again.",
        )


def pivot(sheet: str, name: str) -> ReadError:
    """Make the error for a sheet with a pivot table."""
    return ReadError(
        f"The sheet “{sheet}” holds a pivot table, a summary, not a table with one row for each "
        "case.",
        where=name,
        remedy="Choose the sheet or the file with the rows that it was made from.",
    )


def _sheet_note(answer: dict[str, Any], sheet: str | None) -> list[str]:
    if not answer["others"] or sheet is not None:
        return []
    others = ", ".join(f"“{other}”" for other in answer["others"])
    return [f"The sheet “{answer['sheet']}” was read. Others have data too: {others}."]


def _merged_note(merged: set[int], found: Assembled) -> list[str]:
    where = sorted(merged & set(found.line_numbers.tolist()))
    if not where:
        return []
    return [f"Merged cells were filled in with the text that covers them ({listed(where)})."]


def _error_note(facts: SheetFacts, found: Assembled) -> list[str]:
    lines = set(found.line_numbers.tolist())
    where = sorted({row for row, _ in facts.errors if row in lines})
    if not where:
        return []
    kinds = ", ".join(sorted({facts.errors[one] for one in facts.errors if one[0] in lines}))
    return [f"Formulas in it failed ({kinds}): {listed(where)}. Those cells have no value."]


def _hidden_note(facts: SheetFacts, found: Assembled) -> list[str]:
    lines = set(found.line_numbers.tolist())
    where = [row for row in facts.hidden if row in lines]
    if not where:
        return []
    if len(where) == 1:
        return [f"A row is hidden in the sheet ({listed(where)}); it was read too."]
    return [f"{len(where):,} rows are hidden in the sheet ({listed(where)}); they were read too."]


def _asked(data: bytes, hints: Hints, name: str) -> dict[str, Any]:
    keys = [key_of(one) for one in hints.expected]
    seconds = sheetreader.SECONDS + sheetreader.SECONDS_PER_MB * len(data) // 2**20
    request = json.dumps(
        {"path": sys.path, "sheet": hints.sheet, "expected": keys, "seconds": seconds}
    )
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(Path(sheetreader.__file__)), request],
            input=data,
            capture_output=True,
            check=False,
            env={},
            timeout=2 * seconds,
        )
    except subprocess.TimeoutExpired as error:
        raise too_much(name) from error
    if done.returncode < 0 or b"MemoryError" in done.stderr:
        raise too_much(name)
    if done.returncode:
        raise ReadError(
            "The workbook can't be read.", where=name, remedy=_SAVE_AS_CSV
        ) from RuntimeError(done.stderr.decode(errors="replace")[-2000:])
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _refusal(answer: dict[str, Any], sheet: str | None, name: str) -> ReadError:
    problem = answer["problem"]
    if problem == "password":
        return ReadError(
            "This workbook is locked with a password.",
            where=name,
            remedy="Open it, take the password away (in Excel under File ▸ Info), save it, and "
            "upload it again.",
        )
    if problem == "no such sheet":
        there = ", ".join(f"“{other}”" for other in answer["sheets"])
        return ReadError(
            f"The workbook has no sheet “{sheet}”.", where=name, remedy=f"It has {there}."
        )
    if problem == "blank":
        return ReadError(
            "The workbook holds no data.",
            where=name,
            remedy="Check that the table is on a visible sheet and that the file was saved.",
        )
    return ReadError(
        "The workbook is damaged or was cut short.",
        where=name,
        remedy="Copy or download it again, or open it and save it anew.",
    )
