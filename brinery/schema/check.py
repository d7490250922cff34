"""The check of an upload against what the model knows: everything at once, in words."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from brinery.schema import findings as words
from brinery.schema.choices import NO_CHOICES, Choices
from brinery.schema.coercion import CoercedColumn, coerce
from brinery.schema.columns import Column, Schema
from brinery.schema.comparison import Shift, compare
from brinery.schema.dates import DateStyle, written_date
from brinery.schema.finding import SEVERITIES, Proposal
from brinery.schema.findings import Finding, Report
from brinery.schema.matching import match
from brinery.schema.numbers import NumberStyle
from brinery.schema.phrases import quoted
from brinery.schema.proposing import lookalikes, rows_of, taken_as_told, unused_choices
from brinery.schema.readings import of_style
from brinery.tables.table import Table

__all__ = ["check", "written_value"]

_SHOWN_LEVELS = 3


def check(table: Table, schema: Schema, choices: Choices = NO_CHOICES) -> Report:
    """Check a table against a schema; bad data raises nothing.

    Parameters
    ----------
    table : Table
        The whole upload, so that one style is found for each column.
    schema : Schema
    choices : Choices
        What a person told about the file.

    Returns
    -------
    Report
        Every finding at once; the typed features too, where nothing stops the scoring.
    """
    matched = match(table, schema, choices)
    coerced = coerce(table, schema, matched.positions, choices=choices)
    found: list[Finding] = []
    if table.n_rows == 0:
        found.append(words.empty_table())
    empty = _empty_rows(coerced.columns, table.n_rows)
    for column in schema.features:
        of_column = []
        if column.name in matched.findings:
            of_column.append(matched.findings[column.name])
        if column.name in coerced.columns:
            at = matched.positions[column.name]
            cells = table.cells.column(at)
            one = coerced.columns[column.name]
            of_column += _of_cells(column, one, cells, table.line_numbers, empty)
            of_column += of_style(column, one, cells, table.line_numbers, choices)
            of_column += taken_as_told(column, cells, choices)
            of_column = [dataclasses.replace(one, position=at) for one in of_column]
        found += sorted(of_column, key=lambda finding: SEVERITIES.index(finding.severity))
    if empty.any():
        rows = np.flatnonzero(empty)
        found.append(words.empty_rows(rows, table.line_numbers[rows]))
    if unread := table.reading.unread:
        found.append(words.unread_lines(np.array(sorted(unread), dtype=np.int64)))
    found += unused_choices(table, schema, choices)
    if matched.extra:
        found.append(words.extra_columns(matched.extra))
    stopped = any(finding.severity == "stop" for finding in found)
    shifts = () if stopped else compare(schema, coerced.features)
    found += [_of_shift(one, schema) for one in shifts]
    dates = {
        matched.positions[name]: one.style.format
        for name, one in coerced.columns.items()
        if isinstance(one.style, DateStyle)
    }
    features = None if stopped else coerced.features
    return Report(tuple(found), table.n_rows, features, dates, shifts)


def written_value(column: Column, value: float) -> str:
    """Write a number or a date of a column as its reader would."""
    if column.kind == "date":
        return written_date(value, column.date_format)
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}" if abs(value) >= 10_000 else str(int(value))
    return (
        f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}" if value < 1e15 else f"{value:g}"
    )


def _of_shift(shift: Shift, schema: Schema) -> Finding:
    if shift.what == "blanks":
        return words.blanks_differ(shift.column, shift.before, shift.here)
    if shift.what == "levels":
        return words.levels_differ(shift.column, shift.level, shift.before, shift.here)
    column = next(one for one in schema.features if one.name == shift.column)
    before, here = (written_value(column, value) for value in (shift.before, shift.here))
    lower = shift.here < shift.before
    return words.values_differ(shift.column, before, here, lower=lower, dates=column.kind == "date")


def _empty_rows(columns: Mapping[str, CoercedColumn], n_rows: int) -> np.ndarray:
    if not columns:
        return np.zeros(n_rows, dtype=bool)
    return np.asarray(np.all([one.blank for one in columns.values()], axis=0), dtype=bool)


def _of_cells(
    column: Column, one: CoercedColumn, cells: Any, lines: np.ndarray, empty: np.ndarray
) -> list[Finding]:
    found = []
    rows = np.flatnonzero(one.unreadable)
    if len(rows):
        near = lookalikes(column, one.style, cells, rows)
        found.append(_unreadable(column, one, rows, lines[rows], _cell(cells, rows[0]), near))
    rows = np.flatnonzero(one.too_large)
    if len(rows):
        found.append(words.too_large(column.name, rows, lines[rows], _cell(cells, rows[0])))
    rows = np.flatnonzero(one.unseen)
    if len(rows):
        found += _unseen(column, rows, lines, cells)
    rows = np.flatnonzero(one.outside)
    if len(rows):
        found.append(_outside(column, one, rows, lines[rows]))
    rows = np.flatnonzero(one.blank & ~empty)
    if len(rows):
        met = column.n_blank > 0
        found.append(words.blank_cells(column.name, rows, lines[rows], met=met))
    rows = np.flatnonzero(one.respelled)
    if len(rows):
        known = _known_level(column, one, int(rows[0]))
        cell = _cell(cells, rows[0])
        found.append(words.level_spelling(column.name, rows, lines[rows], cell, known))
    return found


def _unreadable(
    column: Column,
    one: CoercedColumn,
    rows: np.ndarray,
    lines: np.ndarray,
    cell: str,
    near: tuple[Proposal, ...],
) -> Finding:
    hint = ""
    if isinstance(one.style, DateStyle):
        code, what = "not_a_date", "a date"
        if any(letter.isdigit() for letter in cell):
            hint = f"Here, 31 January 2024 is written {written_date(19753.0, one.style.format)}."
    elif column.kind == "yes/no":
        code, what = "not_yes_no", " or ".join(quoted(name) for name in column.level_names)
    else:
        code, what = "not_a_number", "a number"
        if isinstance(one.style, NumberStyle) and any(letter.isdigit() for letter in cell):
            if one.style.all_units:
                hint = f"Here, numbers bear the sign {one.style.unit}."
            else:
                hint = f"Here, the decimal mark is {quoted(one.style.decimal)}."
    return words.unreadable(code, column.name, what, rows, lines, cell, hint, near)


def _unseen(column: Column, rows: np.ndarray, lines: np.ndarray, cells: Any) -> list[Finding]:
    found: list[Finding] = []
    near = lookalikes(column, None, cells, rows)
    if near:
        close = rows_of(cells, rows, [one.found for one in near])
        found.append(words.close_levels(column.name, close, lines[close], near))
        rows = np.setdiff1d(rows, close)
    if not len(rows):
        return found
    taken = pc.utf8_trim_whitespace(cells.take(pa.array(rows))).dictionary_encode()
    encoded = taken.combine_chunks()
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    names = encoded.dictionary.to_pylist()
    order = np.argsort(-np.bincount(codes), kind="stable")[:_SHOWN_LEVELS]
    shown = [(names[at], lines[rows[codes == at]]) for at in order]
    known = column.level_names
    found.append(words.unseen_levels(column.name, rows, lines[rows], shown, len(names), known))
    return found


def _outside(column: Column, one: CoercedColumn, rows: np.ndarray, lines: np.ndarray) -> Finding:
    values = one.values.take(pa.array(rows)).to_numpy(zero_copy_only=False)
    low, high = (
        written_value(column, float(value)) for value in (column.minimum or 0, column.maximum or 0)
    )
    least, most = (written_value(column, float(value)) for value in (values.min(), values.max()))
    found = least if least == most else f"{least} to {most}"
    return words.outside_range(column.name, rows, lines, low, high, found)


def _known_level(column: Column, one: CoercedColumn, row: int) -> str:
    value = one.values[row].as_py()
    if isinstance(value, str):
        return value
    if column.kind == "yes/no":
        truths = {"true": 1.0, "1": 1.0, "1.0": 1.0, "false": 0.0, "0": 0.0, "0.0": 0.0}
        levels = [level for level in column.level_names if truths.get(level.casefold()) == value]
        return levels[0] if levels else f"{value:g}"
    return f"{value:.15g}"


def _cell(cells: Any, row: int | np.integer[Any]) -> str:
    return str(cells[int(row)].as_py())
