"""What there is to say of how a column's numbers or dates were read, and what to ask."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from brinery.schema import findings as words
from brinery.schema.choices import Choices
from brinery.schema.coerced import CoercedColumn
from brinery.schema.columns import Column
from brinery.schema.dates import DateStyle, day_first, read_dates, turned, written_date
from brinery.schema.distinct import distinct
from brinery.schema.finding import Answer, Finding, Question
from brinery.schema.numbers import NumberStyle, number_style, read_numbers
from brinery.schema.phrases import quoted

__all__ = ["of_style"]


def of_style(
    column: Column, one: CoercedColumn, cells: Any, lines: np.ndarray, choices: Choices
) -> list[Finding]:
    """Say how a column's cells were read, where they could be read in another way.

    Parameters
    ----------
    column : Column
    one : CoercedColumn
    cells : pyarrow.ChunkedArray of string, shape (n_rows,)
    lines : numpy.ndarray of int64, shape (n_rows,)
    choices : Choices
        What a person said of it already.
    """
    if one.coded.null_count == len(one.coded):
        return []
    if isinstance(one.style, NumberStyle):
        return [
            *_of_unit(column, one, one.style, lines),
            *_of_numbers(column, one, one.style, cells, lines, choices),
        ]
    if isinstance(one.style, DateStyle):
        return _of_dates(column, one, one.style, cells, lines, choices)
    return []


def _of_unit(
    column: Column, one: CoercedColumn, style: NumberStyle, lines: np.ndarray
) -> list[Finding]:
    differs = style.unit != column.unit and "%" in (style.unit, column.unit)
    if differs or (style.unit and column.unit and style.unit != column.unit):
        good = np.flatnonzero(one.coded.is_valid())
        return [words.unit_differs(column.name, good, lines[good], column.unit, style.unit)]
    return []


def _of_numbers(
    column: Column,
    one: CoercedColumn,
    style: NumberStyle,
    cells: Any,
    lines: np.ndarray,
    choices: Choices,
) -> list[Finding]:
    told = choices.decimal.get(column.name)
    if style.doubtful:
        other = "," if style.decimal == "." else "."
        rows, row, value = _other_numbers(one, cells, other)
        mine = words.number_words(one.values[row].as_py())
        both = {style.decimal: mine, other: words.number_words(value)}
        answers = (Answer(style.decimal, both[style.decimal]), Answer(other, both[other]))
        cell = _cell(cells, row)
        asked = words.which_of_two(column.name, cell, *both.values())
        question = Question("decimal", asked, answers, style.decimal)
        return [words.two_readings(column.name, rows, lines[rows], cell, question)]
    if told is None and (style.plain or (style.certain and style.decimal == column.decimal)):
        return []
    good = np.flatnonzero(one.values.is_valid())
    marked = pc.match_substring_regex(cells.take(pa.array(good)), "[.,]")
    at = np.flatnonzero(marked.to_numpy(zero_copy_only=False))
    if not len(at):
        return []
    row = int(good[at[0]])
    value = one.values[row].as_py()
    if told is not None:
        read = words.number_words(value)
        last = choices.last_time
        return [words.chosen_reading(column.name, _cell(cells, row), read, last_time=last)]
    why = f"the decimal mark of this column is {quoted(style.decimal)}"
    return [words.read_as(column.name, _cell(cells, row), f"{value:.12g}", why)]


def _other_numbers(one: CoercedColumn, cells: Any, decimal: str) -> tuple[np.ndarray, int, float]:
    """Give the rows that another decimal mark reads otherwise; one to show, and its value then."""
    texts = distinct(cells)
    style = number_style(texts.trimmed, texts.counts, decimal=decimal, settled=True)
    values = read_numbers(texts.trimmed, style)[0][texts.codes]
    mine = one.values.to_numpy(zero_copy_only=False)
    rows = np.flatnonzero((mine != values) & np.isfinite(mine) & np.isfinite(values))
    parted = [row for row in rows[:50] if values[row] != int(values[row]) or mine[row] % 1]
    first = int(parted[0]) if parted else int(rows[0])
    return rows, first, float(values[first])


def _of_dates(
    column: Column,
    one: CoercedColumn,
    style: DateStyle,
    cells: Any,
    lines: np.ndarray,
    choices: Choices,
) -> list[Finding]:
    good = np.flatnonzero(one.values.is_valid())
    row = int(good[0])
    told = choices.day_first.get(column.name)
    first = day_first(style.format)
    other = turned(style.format)
    if style.doubtful and first is not None and other is not None:
        texts = distinct(cells)
        values = read_dates(texts.trimmed, other)[0][texts.codes]
        mine = one.values.to_numpy(zero_copy_only=False)
        rows = np.flatnonzero((mine != values) & np.isfinite(mine) & np.isfinite(values))
        row = int(rows[0])
        answers = (
            Answer(first, words.date_words(_day(mine[row]), first=first)),
            Answer(not first, words.date_words(_day(values[row]), first=not first)),
        )
        cell = _cell(cells, row)
        asked = words.which_of_two(column.name, cell, _day(mine[row]), _day(values[row]))
        question = Question("day_first", asked, answers, first)
        return [words.two_readings(column.name, rows, lines[rows], cell, question)]
    read = _day(one.values[row].as_py())
    if told is not None and first is not None and "%b" not in style.format:
        last = choices.last_time
        return [words.chosen_reading(column.name, _cell(cells, row), read, last_time=last)]
    if why := _why_day_first(style, column):
        return [words.read_as(column.name, _cell(cells, row), read, why)]
    return []


def _why_day_first(style: DateStyle, column: Column) -> str:
    """Say why day and month are read in this order, where training does not tell."""
    trained, here = day_first(column.date_format or ""), day_first(style.format)
    if here is None or trained == here or "%b" in style.format:
        return ""
    if style.certain and trained is not None:
        return f"the {'day' if here else 'month'} comes first in this file"
    return "" if style.certain else "the day is taken to come before the month"


def _day(days: float) -> str:
    return written_date(days, "%d %B %Y").lstrip("0")


def _cell(cells: Any, row: int) -> str:
    return str(cells[row].as_py())
