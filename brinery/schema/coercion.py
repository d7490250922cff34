"""From cells of text to the typed features that a fitted pipeline is given."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from brinery.schema.choices import NO_CHOICES, Choices
from brinery.schema.columns import Column, Schema
from brinery.schema.dates import DateStyle, date_style, read_dates
from brinery.schema.distinct import BLANK_NUMBERS, BLANK_WORDS, Distinct, distinct
from brinery.schema.kinds import LARGEST, is_canonical_number
from brinery.schema.levels import loose_levels, same_level
from brinery.schema.numbers import PLAIN, NumberStyle, number_style, read_numbers
from brinery.schema.plain import PlainNumbers, plain_numbers
from brinery.schema.settling import parts_no_thousands, settled_date, settled_number
from brinery.tables.table import Table

__all__ = [
    "Coerced",
    "CoercedColumn",
    "Style",
    "coerce",
    "coerce_column",
    "holds_numbers",
    "settles_itself",
    "style_of",
    "styles_of",
    "target_values",
]

Style = NumberStyle | DateStyle | None
"""How one column's cells are written; None where there is nothing to decide."""


@dataclass(frozen=True, eq=False)
class CoercedColumn:
    """One feature, typed.

    Attributes
    ----------
    coded : pyarrow.Array of float64 or dictionary of string, shape (n_rows,)
        Null where the cell is blank, can't be read, or is too large.
    blank, unreadable, too_large, unseen, outside, respelled : numpy.ndarray of bool, (n_rows,)
        Nothing in it; not a number, a date or a yes or no; beyond `LARGEST`; a level that
        training never saw; outside the range that training saw; a known level, spelled in
        another way.
    style : NumberStyle, DateStyle or None
        How its cells were read.
    n_points : int or None
        How many cells have a point, where each is empty or a plain number (see `plain`).
    """

    coded: Any
    blank: np.ndarray
    unreadable: np.ndarray
    too_large: np.ndarray
    unseen: np.ndarray
    outside: np.ndarray
    respelled: np.ndarray
    style: Style
    n_points: int | None = None

    @cached_property
    def values(self) -> Any:
        """The same with each text written out: pyarrow.Array of float64 or string."""
        return _written_out(self.coded)


@dataclass(frozen=True, eq=False)
class Coerced:
    """The features of a table, typed.

    Attributes
    ----------
    columns : dict of str to CoercedColumn
        The features that have a position, in the schema's order, each with what was found in it.
    """

    columns: dict[str, CoercedColumn]

    @property
    def features(self) -> pa.Table:
        """The typed columns: float64 or string, null where blank."""
        return pa.table({name: one.values for name, one in self.columns.items()})

    @property
    def coded(self) -> pa.Table:
        """The same, with each text once and the rows by its place."""
        return pa.table({name: one.coded for name, one in self.columns.items()})


def style_of(
    cells: Distinct, column: Column, choices: Choices = NO_CHOICES, *, delimiter: str = ""
) -> Style:
    """Decide how the cells of a whole column are written; ties go to what training saw.

    What was told decides before the cells do. What parts the cells of the file tells of its
    decimal mark.
    """
    if column.kind not in ("number", "date"):
        return None
    full = ~cells.is_blank(BLANK_NUMBERS)
    texts, counts = cells.trimmed.filter(pa.array(full)), cells.counts[full]
    if column.kind == "number":
        told = choices.decimal.get(column.name)
        if told is not None:
            return number_style(texts, counts, decimal=told, settled=True)
        style = number_style(texts, counts, decimal=column.decimal)
        return settled_number(style, texts, counts, column, delimiter=delimiter)
    first = choices.day_first.get(column.name)
    if first is not None:
        return date_style(texts, counts, trained=column.date_format, first=first)
    how = date_style(texts, counts, trained=column.date_format)
    return settled_date(how, texts, counts, column)


def styles_of(
    table: Table, schema: Schema, positions: Mapping[str, int], choices: Choices = NO_CHOICES
) -> dict[str, Style]:
    """Decide the styles of all features from a whole table, so that its chunks share them."""
    styles: dict[str, Style] = {}
    for column in schema.features:
        at = positions.get(column.name)
        if at is None:
            continue
        quick = _quickly(table, at, column, choices, None, decided=False)
        if quick is not None:
            styles[column.name] = quick.style
        else:
            cells = _cells_at(table, at, column, choices)
            styles[column.name] = _style_at(table, at, cells, column, choices)
    return styles


def coerce(
    table: Table,
    schema: Schema,
    positions: Mapping[str, int],
    *,
    styles: Mapping[str, Style] | None = None,
    choices: Choices = NO_CHOICES,
) -> Coerced:
    """Turn a table's cells into what the schema says they are.

    Parameters
    ----------
    table : Table
        The cells, or a chunk of them.
    schema : Schema
    positions : mapping of str to int
        For each feature the position of its column; a feature without one is left out.
    styles : mapping, optional
        What `styles_of` gave for the whole table. Give it with every chunk: decided from
        one chunk alone, "03/04/2024" may be read in another way than in the next.
    choices : Choices
        What was told of levels, decimal marks, and the order of day and month.

    Returns
    -------
    Coerced
    """
    columns = {}
    for column in schema.features:
        if column.name not in positions:
            continue
        at = positions[column.name]
        told = choices.levels.get(column.name, {})
        style = None if styles is None else styles[column.name]
        if quick := _quickly(table, at, column, choices, style, decided=styles is not None):
            columns[column.name] = quick
            continue
        cells = _cells_at(table, at, column, choices)
        if styles is None:
            style = _style_at(table, at, cells, column, choices)
        columns[column.name] = coerce_column(cells, column, style, told)
    return Coerced(columns)


def coerce_column(
    cells: Distinct, column: Column, style: Style, told: Mapping[str, str] | None = None
) -> CoercedColumn:
    """Turn one column's cells into what the schema says they are.

    Parameters
    ----------
    cells : Distinct
    column : Column
    style : NumberStyle, DateStyle or None
    told : mapping of str to str, optional
        Texts that stand for a level, each with the level.
    """
    n_texts = len(cells.texts)
    nothing = np.zeros(n_texts, dtype=bool)
    too_large, unseen, outside, respelled = nothing, nothing, nothing, nothing
    if isinstance(style, NumberStyle | DateStyle):
        blank = cells.is_blank(BLANK_NUMBERS)
        if isinstance(style, NumberStyle):
            values, readable = read_numbers(cells.trimmed, style)
        else:
            values, readable = read_dates(cells.trimmed, style.format)
        too_large = readable & ~blank & (np.abs(values) > LARGEST)
        values = np.where(blank | too_large, np.nan, values)
        unreadable = ~readable & ~blank
        outside = readable & ~blank & _outside(values, column)
        given: Any = values
    elif column.kind in ("category", "yes/no"):
        given, blank, unreadable, unseen, respelled = _levels(cells, column, told or {})
    else:
        blank = cells.is_blank(BLANK_WORDS)
        unreadable = nothing
        given = np.array(cells.texts.to_pylist(), dtype=object)
        given[blank] = None

    def of_rows(mask: np.ndarray) -> np.ndarray:
        return mask[cells.codes] if mask.any() else np.zeros(len(cells.codes), dtype=bool)

    return CoercedColumn(
        coded=_spread(given, cells.codes, column),
        blank=of_rows(blank),
        unreadable=of_rows(unreadable),
        too_large=of_rows(too_large),
        unseen=of_rows(unseen),
        outside=of_rows(outside),
        respelled=of_rows(respelled),
        style=style,
    )


def settles_itself(column: Column, choices: Choices) -> bool:
    """Tell whether plain numbers need no look at the whole column to be read as what they are."""
    return (
        column.kind == "number"
        and column.storage == "float64"
        and column.decimal == "."
        and column.name not in choices.decimal
        and column.name not in choices.levels
    )


def _quickly(
    table: Table, position: int, column: Column, choices: Choices, style: Style, *, decided: bool
) -> CoercedColumn | None:
    """Turn a column of plain numbers into floats; None where it is anything else.

    What comes is what the careful way gives, many times faster: no text is looked at twice.
    """
    if not settles_itself(column, choices):
        return None
    if decided and not (isinstance(style, NumberStyle) and style.plain):
        return None
    cells = table.cells.column(position)
    found = plain_numbers(cells)
    if found is None or (not decided and not parts_no_thousands(found, cells)):
        return None
    return _of_numbers(found, column)


def _of_numbers(found: PlainNumbers, column: Column) -> CoercedColumn:
    nothing = np.zeros(len(found.values), dtype=bool)
    values, some_blank = found.values, bool(found.blank.any())
    ends = np.array([values.min(), values.max()]) if len(values) and not some_blank else None
    if ends is None or (np.abs(ends) > LARGEST).any():
        too_large = np.abs(values) > LARGEST
        values = np.where(too_large, np.nan, values)
        some_blank |= bool(too_large.any())
    else:
        too_large = nothing
    outside = nothing
    if ends is None or _outside(ends, column).any():
        outside = _outside(found.values, column)
    return CoercedColumn(
        coded=pa.array(values, pa.float64(), from_pandas=some_blank),
        blank=found.blank,
        unreadable=nothing,
        too_large=too_large,
        unseen=nothing,
        outside=outside & ~too_large,
        respelled=nothing,
        style=PLAIN,
        n_points=found.n_points,
    )


def target_values(table: Table, schema: Schema) -> tuple[np.ndarray, np.ndarray]:
    """Give the target as scikit-learn takes it.

    Returns
    -------
    y : numpy.ndarray, shape (n_rows,)
        float64 for an amount; int64 where every label is a whole number; else the labels
        as str objects. What stands where `known` is False means nothing.
    known : numpy.ndarray of bool, shape (n_rows,)
        The rows whose target is there and can be read.

    Raises
    ------
    LookupError
        The schema has no target, or the table has no column of its name; give a schema
        that was inferred from this table for a target.
    """
    target = schema.target
    if target is None or target.name not in table.column_names:
        raise LookupError("there is no target column")
    cells = distinct(table.cells.column(table.column_names.index(target.name)))
    if schema.task == "amount":
        number = coerce_column(cells, target, style_of(cells, target))
        amounts = number.values.to_numpy(zero_copy_only=False)
        return np.array(amounts, dtype=np.float64), np.asarray(number.values.is_valid())
    index = pc.index_in(cells.trimmed, value_set=pa.array(schema.labels, pa.string()))
    found = np.asarray(pc.fill_null(index, -1).to_numpy(zero_copy_only=False))
    if target.kind == "yes/no":
        lowered = {label.casefold(): at for at, label in enumerate(schema.labels)}
        folded = [lowered.get(text.casefold(), -1) for text in cells.trimmed.to_pylist()]
        found = np.where(found >= 0, found, np.array(folded, dtype=found.dtype))
    whole = all(is_canonical_number(one) and "." not in one for one in schema.labels)
    names: np.ndarray
    if whole:
        names = np.array([*map(int, schema.labels), 0], dtype=np.int64)
    else:
        names = np.array([*schema.labels, ""], dtype=object)
    return names[found][cells.codes], (found >= 0)[cells.codes]


def _cells_at(table: Table, position: int, column: Column, choices: Choices) -> Distinct:
    """Give a column's distinct cells; of a number or a date, as a person said they are meant."""
    cells = distinct(table.cells.column(position))
    told = choices.levels.get(column.name)
    if not told or column.kind not in ("number", "date"):
        return cells
    meant = [told.get(text, text) for text in cells.trimmed.to_pylist()]
    return dataclasses.replace(cells, trimmed=pa.array(meant, pa.string()))


def _style_at(
    table: Table, position: int, cells: Distinct, column: Column, choices: Choices
) -> Style:
    """Decide a style; numbers that the file held as numbers leave nothing to decide."""
    if column.kind == "number" and holds_numbers(table, position):
        return PLAIN
    return style_of(cells, column, choices, delimiter=table.reading.delimiter)


def holds_numbers(table: Table, position: int) -> bool:
    """Tell whether the file held a column as numbers, which leave nothing to decide."""
    if table.typed is None:
        return False
    held = table.typed.schema.field(position).type
    held = held.value_type if pa.types.is_dictionary(held) else held
    return bool(
        pa.types.is_integer(held) or pa.types.is_floating(held) or pa.types.is_decimal(held)
    )


def _outside(values: np.ndarray, column: Column) -> np.ndarray:
    """Tell what lies beyond the range that training saw; of a date only its day counts."""
    if column.minimum is None or column.maximum is None:
        return np.zeros(len(values), dtype=bool)
    low, high = column.minimum, column.maximum
    if column.kind == "date":
        values, low, high = np.floor(values), np.floor(low), np.floor(high)
    return np.asarray((values < low) | (values > high))


def _levels(
    cells: Distinct, column: Column, told: Mapping[str, str]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    texts, trimmed = cells.texts.to_pylist(), cells.trimmed.to_pylist()
    exact = set(column.level_names)
    loose = loose_levels(column)
    empty = cells.is_blank(BLANK_WORDS)
    n_texts = len(texts)
    level = np.empty(n_texts, dtype=object)
    blank, unreadable, unseen, respelled = (np.zeros(n_texts, dtype=bool) for _ in range(4))
    for at, text in enumerate(texts):
        if trimmed[at] in exact:
            level[at] = trimmed[at]
        elif told.get(trimmed[at]) in exact:
            level[at] = told[trimmed[at]]
        elif empty[at]:
            blank[at] = True
        elif (found := same_level(trimmed[at], column, loose)) is not None:
            level[at], respelled[at] = found, True
        elif column.kind == "yes/no":
            unreadable[at] = True
        else:
            level[at], unseen[at] = text, True
    if column.storage == "string":
        return level, blank, unreadable, unseen, respelled
    words = {"true": "1", "false": "0"}
    plain = [None if one is None else words.get(one.casefold(), one.strip()) for one in level]
    values, readable = read_numbers(pa.array(plain, pa.string()).fill_null(""), PLAIN)
    unreadable |= ~readable & ~blank
    return values, blank, unreadable, unseen & readable, respelled


def _spread(given: Any, codes: np.ndarray, column: Column) -> Any:
    if column.storage == "float64":
        return pa.array(np.asarray(given, dtype=np.float64)[codes], pa.float64(), from_pandas=True)
    words = pa.array(given, pa.string()).dictionary_encode()
    places = pa.array(codes, pa.int32())
    if words.null_count or len(words.dictionary) < len(words):  # two texts stand for one level
        places = pc.take(words.indices, places)
    return pa.DictionaryArray.from_arrays(places, words.dictionary)


def _written_out(values: Any) -> Any:
    return values.cast(pa.string()) if pa.types.is_dictionary(values.type) else values
