"""Cells that look like something the model knows, and what was chosen for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from brinery.schema import findings as words
from brinery.schema.choices import Choices
from brinery.schema.coercion import Style
from brinery.schema.columns import Column, Schema
from brinery.schema.finding import Finding, Proposal
from brinery.schema.levels import as_digits, near_levels
from brinery.schema.numbers import NumberStyle, read_numbers
from brinery.tables.table import Table

__all__ = ["lookalikes", "rows_of", "taken_as_told", "unused_choices"]

_MOST = 40


def lookalikes(column: Column, style: Style, cells: Any, rows: np.ndarray) -> tuple[Proposal, ...]:
    """Say for cells that the model can't use what each looks like, the most frequent first.

    Parameters
    ----------
    column : Column
    style : NumberStyle, DateStyle or None
        How the column is read.
    cells : pyarrow.ChunkedArray of string, shape (n_rows,)
    rows : numpy.ndarray of int64, shape (n,)
        The rows of these cells.
    """
    counted = _counts(cells.take(pa.array(rows)))
    texts = sorted(counted, key=lambda text: -counted[text])[:_MOST]
    if column.kind in ("category", "yes/no"):
        near = near_levels(texts, column)
    elif isinstance(style, NumberStyle):
        near = _digits(texts, style)
    else:
        near = {}
    return tuple(Proposal(text, near[text], counted[text]) for text in texts if text in near)


def rows_of(cells: Any, rows: np.ndarray, texts: Sequence[str]) -> np.ndarray:
    """Give those of the rows whose cell is one of the texts."""
    trimmed = pc.utf8_trim_whitespace(cells.take(pa.array(rows)))
    among = pc.is_in(trimmed, value_set=pa.array(texts, pa.string()))
    kept: np.ndarray = rows[np.asarray(among.to_numpy(zero_copy_only=False), dtype=bool)]
    return kept


def taken_as_told(column: Column, cells: Any, choices: Choices) -> list[Finding]:
    """Say which cells were taken for something else, as a person chose."""
    told = choices.levels.get(column.name, {})
    if not told:
        return []
    known = column.level_names if column.kind in ("category", "yes/no") else None
    fitting = {text: meant for text, meant in told.items() if known is None or meant in known}
    trimmed = pc.utf8_trim_whitespace(cells)
    met = trimmed.filter(pc.is_in(trimmed, value_set=pa.array(list(fitting), pa.string())))
    taken = [Proposal(text, fitting[text], n) for text, n in _counts(met).items()]
    if not taken:
        return []
    return [words.chosen_levels(column.name, taken, last_time=choices.last_time)]


def unused_choices(table: Table, schema: Schema, choices: Choices) -> list[Finding]:
    """Say which choices name a column or a level that is not there."""
    features = {column.name: column for column in schema.features}
    found = [
        words.unused_choice(feature, name)
        for feature, name in choices.renames.items()
        if feature not in features or name not in table.column_names
    ]
    for feature, told in choices.levels.items():
        column = features.get(feature)
        levels = column.level_names if column and column.kind in ("category", "yes/no") else None
        found += [
            words.unused_choice(feature, meant)
            for meant in dict.fromkeys(told.values())
            if column is None or (levels is not None and meant not in levels)
        ]
    for feature in (*choices.decimal, *choices.day_first):
        if feature not in features:
            mark = choices.decimal.get(feature, "day and month")
            found.append(words.unused_choice(feature, mark))
    return found


def _counts(cells: Any) -> dict[str, int]:
    counted = pc.value_counts(pc.utf8_trim_whitespace(cells)).to_pylist()
    return {one["values"]: one["counts"] for one in counted}


def _digits(texts: Sequence[str], style: NumberStyle) -> dict[str, str]:
    """Give those that are numbers once their letters O and l are taken as digits."""
    written = {
        text: as_digits(text)
        for text in texts
        if as_digits(text) != text and (len(text) == 1 or any(one.isdigit() for one in text))
    }
    readable = read_numbers(pa.array(list(written.values()), pa.string()), style)[1]
    return {
        text: digits for (text, digits), ok in zip(written.items(), readable, strict=True) if ok
    }
