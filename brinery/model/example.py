"""An example file to try a model with, made from the rows of its proof."""

from __future__ import annotations

import pyarrow as pa

from brinery.errors import ExampleMissing
from brinery.model.proof import rows_of
from brinery.schema.columns import Column, Schema
from brinery.schema.dates import written_date

__all__ = ["EXAMPLE_ROWS", "example"]

EXAMPLE_ROWS = 20
"""How many rows make an example file."""


def example(proof: bytes, schema: Schema) -> pa.Table:
    """Give the first rows of a proof as the cells that a user would type.

    Parameters
    ----------
    proof : bytes
        What `make` gave.
    schema : Schema
        The model's.

    Returns
    -------
    pyarrow.Table
        Columns of text: the features, and for each column of ids invented ones ("A0001"),
        in the schema's order; up to `EXAMPLE_ROWS` rows, a blank is "".

    Raises
    ------
    ExampleMissing
        The proof has no rows of features: ask the modeler for a file to try.
    """
    rows = rows_of(proof).slice(0, EXAMPLE_ROWS)
    if not rows.num_rows or not {one.name for one in schema.features} <= set(rows.column_names):
        raise ExampleMissing(
            "The model was saved without example rows.",
            remedy="Ask its owner for a file to try.",
        )
    cells = {
        column.name: [f"A{n + 1:04d}" for n in range(rows.num_rows)]
        if column.use == "id"
        else [_typed(value, column) for value in rows.column(column.name).to_pylist()]
        for column in schema.columns
        if column.use in ("id", "feature")
    }
    return pa.table({name: pa.array(texts, pa.string()) for name, texts in cells.items()})


def _typed(value: float | str | None, column: Column) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    if column.kind == "date":
        return written_date(value, column.date_format) + _time_of_day(value)
    if column.kind in ("yes/no", "category"):
        return next((one for one in column.level_names if _as_number(one) == value), f"{value:g}")
    text = str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    text = text.replace(".", column.decimal)
    # Without its sign, a share may mean something else; a sum in euros is a sum in euros.
    return f"{text} %" if column.unit == "%" else text


def _time_of_day(days: float) -> str:
    seconds = round((days % 1) * 86_400)
    clock = f" {seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return clock if 0 < seconds < 86_400 else ""


def _as_number(level: str) -> float:
    words = {"true": 1.0, "false": 0.0}
    return words[level.casefold()] if level.casefold() in words else float(level)
