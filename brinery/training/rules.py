"""What a modeler asks of a training beside its recipe: how much rows count, and directions."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np

from brinery.errors import CannotLearn
from brinery.schema.coerced import coerce_column
from brinery.schema.coercion import style_of
from brinery.schema.columns import Direction, Schema
from brinery.schema.distinct import distinct
from brinery.schema.kinds import describe_as
from brinery.tables.table import Table

__all__ = ["directed", "of_schema", "row_weights", "without_weights"]

_WAYS = ("up", "down")


def without_weights(schema: Schema, column: str) -> Schema:
    """Give the schema in which the column with the weights is never a feature.

    Raises
    ------
    CannotLearn
        It is the target; name another.
    """
    if schema.target is not None and schema.target.name == column:
        raise CannotLearn(
            f"“{column}” is what is predicted, so it can't be the weight of its row.",
            where=column,
            remedy="Name another column, or none.",
        )
    return dataclasses.replace(
        schema,
        columns=tuple(
            dataclasses.replace(one, use="ignored", reason="It says how much each row counts.")
            if one.name == column
            else one
            for one in schema.columns
        ),
    )


def row_weights(table: Table, column: str, rows: np.ndarray) -> np.ndarray:
    """Read how much each row counts.

    Parameters
    ----------
    table : Table
    column : str
        One of its columns.
    rows : numpy.ndarray of int64, shape (n_rows,)
        Those that are learned from or measured on.

    Returns
    -------
    numpy.ndarray of float64, shape (n_rows,)
        Their mean is 1.

    Raises
    ------
    CannotLearn
        A cell is no number above 0; fill it in, or leave the row out.
    """
    cells = distinct(table.cells.column(table.column_names.index(column)))
    described = describe_as(column, cells, "number", "It says how much each row counts.")
    read = coerce_column(cells, described, style_of(cells, described)).values
    weights = np.array(read.to_numpy(zero_copy_only=False), dtype=np.float64)[rows]
    bad = np.flatnonzero(~(weights > 0))
    if bad.size:
        line = table.line_numbers[rows[bad[0]]]
        raise CannotLearn(
            f"In {bad.size:,} rows “{column}” holds no number above 0, the first in line {line}: "
            "such a row has no weight.",
            where=column,
            remedy="Fill in how much each row counts, or take those rows out of the table.",
        )
    return np.asarray(weights / weights.mean())


def directed(schema: Schema, ways: Mapping[str, str]) -> Schema:
    """Give the schema whose numbers have these directions.

    Parameters
    ----------
    schema : Schema
    ways : mapping of str to {"up", "down"}
        By column: which way the prediction may move where the number grows.

    Raises
    ------
    CannotLearn
        A column is no number that the model is given, or the answer is one of several labels.
    """
    by_name = {column.name: column for column in schema.features}
    for name, way in ways.items():
        if way not in _WAYS:
            raise CannotLearn(
                f"The prediction can't go {way!r} with “{name}”.", remedy="Take up or down."
            )
        if name not in by_name:
            numbers = [one.name for one in schema.features if one.kind == "number"]
            raise CannotLearn(
                f"“{name}” is no column that the model learns from.",
                where=name,
                remedy=f"Take one of: {', '.join(numbers) or 'there is no number'}.",
            )
        if by_name[name].kind != "number":
            raise CannotLearn(
                f"“{name}” holds no numbers, so it has no direction.",
                where=name,
                remedy="Fix directions for columns with numbers alone.",
            )
    if ways and schema.task == "classes":
        raise CannotLearn(
            "Where the answer is one of several labels, there is no up and no down.",
            remedy="Leave the directions out, or predict yes or no, or an amount.",
        )
    found: dict[str, Direction] = {n: "up" if way == "up" else "down" for n, way in ways.items()}
    return dataclasses.replace(
        schema,
        columns=tuple(
            dataclasses.replace(one, direction=found[one.name]) if one.name in found else one
            for one in schema.columns
        ),
    )


def of_schema(schema: Schema) -> dict[str, str]:
    """Give the directions that a schema has, as `directed` takes them."""
    return {column.name: column.direction for column in schema.columns if column.direction}
