"""Cells and rows put into a table, all else in it untouched."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from brinery.tables.table import Table
from brinery.tables.tail import one_line
from brinery.tables.understood import LeftOut, listed, said

__all__ = ["with_cells", "with_rows"]


def with_cells(table: Table, changes: Mapping[int, Mapping[int, str]]) -> Table:
    """Put cells in their place; columns in which nothing changes stay the same objects."""
    cells, typed = table.cells, table.typed
    for at in sorted({n for row in changes.values() for n in row}):
        rows = [row for row, new in changes.items() if at in new]
        texts = [changes[row][at] for row in rows]
        name = cells.field(at)
        cells = cells.set_column(at, name, _replaced(cells.column(at), rows, texts))
        if typed is not None:
            typed = _retyped(typed, at, rows, texts, cells)
    return dataclasses.replace(table, cells=cells, typed=typed, values=None)


def _retyped(
    typed: pa.Table, at: int, rows: list[int], texts: list[str], cells: pa.Table
) -> pa.Table:
    """Put cells into a column of the file's own type; as text, where they are none of it."""
    column = typed.column(at)
    try:
        new = pa.array([text or None for text in texts], pa.string()).cast(column.type)
        replaced = _replaced(column, rows, new)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        replaced = cells.column(at)
    return typed.set_column(at, typed.field(at).name, replaced)


def _replaced(column: pa.ChunkedArray, rows: list[int], new: Sequence[str] | pa.Array) -> Any:
    places = np.arange(len(column))
    places[rows] = len(column) + np.arange(len(rows))
    new = new if isinstance(new, pa.Array) else pa.array(new, column.type)
    return pa.chunked_array([*column.chunks, new], type=column.type).take(pa.array(places))


def with_rows(table: Table, new: Mapping[int, tuple[str, ...]]) -> Table:
    """Put rows that could not be read before between the others, by their lines."""
    if not new:
        return table
    lines = np.concatenate([table.line_numbers, np.array([*new], dtype=np.int64)])
    order = np.argsort(lines, kind="stable")
    columns = [
        pa.chunked_array(
            [*column.chunks, pa.array([row[at] for row in new.values()], pa.string())],
            type=column.type,
        ).take(pa.array(order))
        for at, column in enumerate(table.cells.columns)
    ]
    back = f"Corrected, and put back into the table: {listed(sorted(new))}."
    left = [(one, _without(one, new)) for one in table.reading.left_out]
    sentences = {said(one): said(still) if still else "" for one, still in left}
    return dataclasses.replace(
        table,
        cells=pa.Table.from_arrays(columns, names=table.column_names),
        line_numbers=lines[order],
        notes=(*filter(None, (sentences.get(note, note) for note in table.notes)), back),
        reading=dataclasses.replace(
            table.reading, left_out=tuple(still for _, still in left if still is not None)
        ),
    )


def _without(one: LeftOut, lines: Mapping[int, Any]) -> LeftOut | None:
    """Give what is still left out of the table."""
    if not one.rows:
        return one
    pairs = zip(one.line_numbers, one.rows, strict=True)
    still = [(line, cells) for line, cells in pairs if line not in lines]
    if not still:
        return None
    rest, rows = zip(*still, strict=True)
    return LeftOut(one.what, rest, tuple(map(one_line, rows[:3])), rows)
