"""The check of an upload against what the model knows: everything at once, in words."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from brinery.schema import findings as words
from brinery.schema.choices import NO_CHOICES, Choices
from brinery.schema.coerced import Style
from brinery.schema.coercion import coerce
from brinery.schema.columns import Column, Schema
from brinery.schema.comparison import Shift, compare
from brinery.schema.dates import DateStyle, written_date
from brinery.schema.finding import SEVERITIES, Proposal
from brinery.schema.findings import Finding, Report
from brinery.schema.gathered import Gathered, gather
from brinery.schema.matching import Matched, match
from brinery.schema.numbers import NumberStyle
from brinery.schema.phrases import quoted
from brinery.schema.proposing import lookalikes, taken_as_told, unused_choices
from brinery.schema.seen import Seen
from brinery.tables.table import Table

__all__ = ["check", "findings_of", "written_value"]

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
    gathered = gather(table, schema, matched, coerced, choices)

    def median(name: str) -> float:
        return float(np.median(coerced.features.column(name).drop_null().to_numpy()))

    found, shifts = findings_of(
        gathered, schema, matched, choices, table.column_names, table.reading.unread, median
    )
    stopped = any(finding.severity == "stop" for finding in found)
    dates = {matched.positions[name]: form for name, form in gathered.dates.items()}
    features = None if stopped else coerced.features
    return Report(tuple(found), table.n_rows, features, dates, shifts)


def findings_of(
    gathered: Gathered,
    schema: Schema,
    matched: Matched,
    choices: Choices,
    names: Sequence[str],
    unread: Collection[int],
    median: Callable[[str], float],
) -> tuple[list[Finding], tuple[Shift, ...]]:
    """Say what was gathered of a table.

    Parameters
    ----------
    gathered : Gathered
        Of all rows.
    schema, matched, choices
        What they were gathered with.
    names : sequence of str
        The names of the file's columns.
    unread : collection of int
        The lines that are no rows, and should be.
    median : callable
        Gives the median of a feature's numbers.

    Returns
    -------
    list of Finding, tuple of Shift
    """
    found: list[Finding] = []
    if gathered.n_rows == 0:
        found.append(words.empty_table())
    for column in schema.features:
        of_column = []
        if column.name in matched.findings:
            of_column.append(matched.findings[column.name])
        if column.name in gathered.seen:
            of_column += _of_cells(gathered, column, choices)
            at = matched.positions[column.name]
            of_column = [dataclasses.replace(one, position=at) for one in of_column]
        found += sorted(of_column, key=lambda finding: SEVERITIES.index(finding.severity))
    empty = gathered.empty
    if len(empty):
        found.append(words.empty_rows(empty, gathered.lines(empty)))
    if unread:
        found.append(words.unread_lines(np.array(sorted(unread), dtype=np.int64)))
    found += unused_choices(names, schema, choices)
    if matched.extra:
        found.append(words.extra_columns(matched.extra))
    if any(finding.severity == "stop" for finding in found):
        return found, ()
    shifts = compare(schema, {name: one.tally for name, one in gathered.seen.items()}, median)
    return found + [_of_shift(one, schema) for one in shifts], shifts


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


def _of_cells(gathered: Gathered, column: Column, choices: Choices) -> list[Finding]:
    """Say what was gathered of a feature's cells, in no order of gravity."""
    seen, style = gathered.seen[column.name], gathered.styles[column.name]
    name = column.name
    found = []
    asked = gathered.about_style[name].get("two_readings")
    rows, cell = seen.rows("unreadable"), seen.first.get("unreadable", "")
    if asked is not None and asked.severity == "row":
        left = np.flatnonzero(~np.isin(rows, asked.rows))
        rows = rows[left]
        cell = str(seen.unreadable.trimmed[int(left[0])].as_py()) if len(left) else ""
    if len(rows):
        near = lookalikes(column, style, seen.unreadable.counts)
        found.append(_unreadable(column, style, rows, gathered.lines(rows), cell, near))
    if len(rows := seen.rows("too_large")):
        found.append(words.too_large(name, rows, gathered.lines(rows), seen.first["too_large"]))
    if len(rows := seen.rows("unseen")):
        found += _unseen(column, rows, gathered.lines(rows), seen)
    if len(rows := seen.rows("outside")):
        found.append(_outside(column, seen, rows, gathered.lines(rows)))
    if len(rows := seen.rows("blank")):
        met = column.n_blank > 0
        found.append(words.blank_cells(name, rows, gathered.lines(rows), met=met))
    if len(rows := seen.rows("respelled")):
        known, cell = _known_level(column, seen.first_level), seen.first["respelled"]
        found.append(words.level_spelling(name, rows, gathered.lines(rows), cell, known))
    for code, about in gathered.about_style[name].items():
        if code == "unit_differs" and isinstance(style, NumberStyle):
            rows = seen.rows("valid")
            lines = gathered.lines(rows)
            found.append(words.unit_differs(name, rows, lines, column.unit, style.unit))
        else:
            found.append(about)
    return found + taken_as_told(column, seen.told, choices)


def _unreadable(
    column: Column,
    style: Style,
    rows: np.ndarray,
    lines: np.ndarray,
    cell: str,
    near: tuple[Proposal, ...],
) -> Finding:
    hint = ""
    has_digit = any(letter.isdigit() for letter in cell)
    if isinstance(style, DateStyle):
        code, what = "not_a_date", "a date"
        if style.either:
            hint = "Here, a date that could be two days is not read: write 31 January 2024."
        elif has_digit:
            hint = f"Here, 31 January 2024 is written {written_date(19753.0, style.format)}."
    elif column.kind == "yes/no":
        code, what = "not_yes_no", " or ".join(quoted(name) for name in column.level_names)
    else:
        code, what = "not_a_number", "a number"
        if isinstance(style, NumberStyle) and has_digit:
            if style.all_units:
                hint = f"Here, numbers bear the sign {style.unit}."
            else:
                hint = f"Here, the decimal mark is {quoted(style.decimal)}."
    return words.unreadable(code, column.name, what, rows, lines, cell, hint, near)


def _unseen(column: Column, rows: np.ndarray, lines: np.ndarray, seen: Seen) -> list[Finding]:
    found: list[Finding] = []
    counts, texts = seen.unseen.counts, seen.unseen.trimmed
    by_count = sorted(counts, key=lambda text: -counts[text])
    near = [Proposal(text, seen.near[text], counts[text]) for text in by_count if text in seen.near]
    if near:
        close = _among(texts, [one.found for one in near])
        found.append(words.close_levels(column.name, rows[close], lines[close], near))
        rows, lines, texts = rows[~close], lines[~close], texts.filter(pa.array(~close))
    if not len(rows):
        return found
    others = [text for text in by_count if text not in seen.near]
    shown = [(text, lines[_among(texts, [text])]) for text in others[:_SHOWN_LEVELS]]
    known = column.level_names
    found.append(words.unseen_levels(column.name, rows, lines, shown, len(others), known))
    return found


def _among(texts: Any, some: Sequence[str]) -> np.ndarray:
    return np.asarray(pc.is_in(texts, value_set=pa.array(some, pa.string())), dtype=bool)


def _outside(column: Column, seen: Seen, rows: np.ndarray, lines: np.ndarray) -> Finding:
    low, high = (
        written_value(column, float(value)) for value in (column.minimum or 0, column.maximum or 0)
    )
    least, most = (written_value(column, value) for value in (seen.least, seen.most))
    found = least if least == most else f"{least} to {most}"
    return words.outside_range(column.name, rows, lines, low, high, found)


def _known_level(column: Column, value: Any) -> str:
    if isinstance(value, str):
        return value
    if column.kind == "yes/no":
        truths = {"true": 1.0, "1": 1.0, "1.0": 1.0, "false": 0.0, "0": 0.0, "0.0": 0.0}
        levels = [level for level in column.level_names if truths.get(level.casefold()) == value]
        return levels[0] if levels else f"{value:g}"
    return f"{value:.15g}"
