"""From cells of text to the typed features that a fitted pipeline is given."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from brinery.schema.choices import NO_CHOICES, Choices
from brinery.schema.coerced import CoercedColumn, Style, coerce_column, of_plain_numbers
from brinery.schema.columns import Column, Schema
from brinery.schema.datestyle import date_style
from brinery.schema.distinct import BLANK_NUMBERS, Distinct, distinct
from brinery.schema.kinds import is_canonical_number
from brinery.schema.numbers import PLAIN, NumberStyle, number_style
from brinery.schema.plain import plain_numbers
from brinery.schema.settling import (
    parts_no_thousands,
    settled_century,
    settled_date,
    settled_number,
)
from brinery.tables.table import Table

__all__ = [
    "Coerced",
    "coerce",
    "holds_numbers",
    "settles_itself",
    "style_of",
    "styles_of",
    "target_values",
]


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
    if column.name in choices.day_first:
        first = choices.day_first[column.name]
        how = date_style(texts, counts, trained=column.date_format, first=first)
    else:
        how = settled_date(
            date_style(texts, counts, trained=column.date_format), texts, counts, column
        )
    return settled_century(how, texts, counts, column, choices.first_year.get(column.name))


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
    return of_plain_numbers(found, column)


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
