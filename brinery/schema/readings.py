"""What there is to say of how a column's numbers or dates were read, and what to ask."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from brinery.schema import findings as words
from brinery.schema.choices import Choices
from brinery.schema.coerced import CoercedColumn
from brinery.schema.columns import Column
from brinery.schema.dates import (
    DateStyle,
    day_first,
    read_style,
    trained_years,
    turned,
    written_date,
)
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
    if isinstance(one.style, DateStyle) and one.style.both_orders:
        found = _of_either(column, one.style, cells, lines, choices)
        if found or one.coded.null_count == len(one.coded):
            return found
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
    told = column.name in choices.day_first or column.name in choices.first_year
    first = day_first(style.format)
    other = turned(style.format)
    if style.order_open and first is not None and other is not None:
        return [_which_order(column, one, style, cells, lines)]
    if style.other_first_year is not None:
        return _which_century(column, style, cells, lines, style.other_first_year)
    read = _day(one.values[row].as_py())
    if told and (first is not None or "%y" in style.format) and "%b" not in style.format:
        last = choices.last_time
        return [words.chosen_reading(column.name, _cell(cells, row), read, last_time=last)]
    if why := _why_order(style, column):
        return [words.read_as(column.name, _cell(cells, row), read, why)]
    return _of_years(column, one, style, cells)


def _which_order(
    column: Column, one: CoercedColumn, style: DateStyle, cells: Any, lines: np.ndarray
) -> Finding:
    """Ask whether the day or the month comes first."""
    first, mine = bool(day_first(style.format)), one.values.to_numpy(zero_copy_only=False)
    turn = dataclasses.replace(style, format=turned(style.format) or style.format)
    values = _values(cells, turn)
    rows = np.flatnonzero((mine != values) & np.isfinite(mine) & np.isfinite(values))
    row = int(rows[0])
    answers = (
        Answer(first, words.date_words(_day(mine[row]), first=first)),
        Answer(not first, words.date_words(_day(values[row]), first=not first)),
    )
    cell = _cell(cells, row)
    asked = words.which_of_two(column.name, cell, _day(mine[row]), _day(values[row]))
    question = Question("day_first", asked, answers, first)
    return words.two_readings(column.name, rows, lines[rows], cell, question)


def _of_either(
    column: Column, style: DateStyle, cells: Any, lines: np.ndarray, choices: Choices
) -> list[Finding]:
    """Say of dates in both orders what becomes of those that could be two days; ask for them."""
    days, months = (
        _values(cells, dataclasses.replace(style, format=form, both_orders=False))
        for form in sorted((style.format, turned(style.format) or style.format))
    )
    rows = np.flatnonzero((days != months) & np.isfinite(days) & np.isfinite(months))
    if not len(rows):
        return [words.both_orders(column.name)]
    row = int(rows[0])
    cell, day, month = _cell(cells, row), _day(days[row]), _day(months[row])
    if column.name in choices.day_first:
        told = choices.day_first[column.name]
        read = {True: day, False: month, None: "left out, since it could be two days"}[told]
        return [words.chosen_reading(column.name, cell, read, last_time=choices.last_time)]
    question = Question(
        "day_first",
        words.which_of_two(column.name, cell, day, month),
        (
            Answer(None, words.neither_words()),
            Answer(True, words.date_words(day, first=True)),
            Answer(False, words.date_words(month, first=False)),
        ),
        None,
    )
    return [words.two_orders(column.name, rows, lines[rows], cell, day, month, question)]


def _which_century(
    column: Column, style: DateStyle, cells: Any, lines: np.ndarray, other: int
) -> list[Finding]:
    """Ask of which century years of two digits are, where any of them could be of another."""
    mine = _values(cells, style)
    values = _values(cells, dataclasses.replace(style, first_year=other))
    rows = np.flatnonzero((mine != values) & np.isfinite(mine) & np.isfinite(values))
    if not len(rows):
        return []
    row = int(rows[0])
    cell, day, otherwise = _cell(cells, row), _day(mine[row]), _day(values[row])
    asked = words.which_of_two(column.name, cell, day, otherwise)
    answers = (Answer(style.first_year, day), Answer(other, otherwise))
    question = Question("first_year", asked, answers, style.first_year)
    return [words.two_readings(column.name, rows, lines[rows], cell, question)]


def _of_years(column: Column, one: CoercedColumn, style: DateStyle, cells: Any) -> list[Finding]:
    """Say how years of two digits were read, where they are new to the model."""
    if "%y" not in style.format:
        return []
    rows = np.flatnonzero(one.values.is_valid())
    if "%y" in (column.date_format or ""):
        rows = rows[one.outside[rows]]
    trained = trained_years(column)
    if not len(rows) or trained is None:
        return []
    low, high = trained
    why = f"the years have two digits, and those of training are {low} to {high}"
    row = int(rows[0])
    return [words.read_as(column.name, _cell(cells, row), _day(one.values[row].as_py()), why)]


def _why_order(style: DateStyle, column: Column) -> str:
    """Say why day, month and year are read in this order, where training does not tell."""
    trained, here = day_first(column.date_format or ""), day_first(style.format)
    if style.year_open:
        return "the year is taken to come last"
    if style.format.startswith("%y") and not (column.date_format or "").lower().startswith("%y"):
        return "the year comes first in this file"
    if here is None or trained == here or "%b" in style.format:
        return ""
    if style.certain and trained is not None:
        return f"the {'day' if here else 'month'} comes first in this file"
    return "" if style.certain else "the day is taken to come before the month"


def _values(cells: Any, style: DateStyle) -> np.ndarray:
    texts = distinct(cells)
    return np.asarray(read_style(texts.trimmed, style)[0][texts.codes])


def _day(days: float) -> str:
    return written_date(days, "%d %B %Y").lstrip("0")


def _cell(cells: Any, row: int) -> str:
    return str(cells[row].as_py())
