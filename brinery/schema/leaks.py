"""Columns that alone give the target away."""

from __future__ import annotations

import dataclasses

import numpy as np

from brinery.schema.coercion import coerce, target_values
from brinery.schema.columns import Schema
from brinery.tables.table import Table

__all__ = ["leak_suspects"]

_MOST_ROWS = 50_000
_FEWEST_ROWS = 20
_SURE = 0.99
_COMMON = 0.95
_EXACT = 0.999


def leak_suspects(table: Table, schema: Schema) -> frozenset[str]:
    """Name the features that alone predict the target almost perfectly.

    Its levels, or its different numbers, each get their most frequent label, or their mean,
    on one half of a sample of at most 50,000 rows. This is tried on the other half, where a
    number that was not met is taken as the nearest one that was.
    A suspect is right for 99 % of those rows where the most frequent label is right for less
    than 95 %; or, for an amount, explains 99.9 % of its variance, so or in a straight line.

    Parameters
    ----------
    table : Table
    schema : Schema
        With a target; without one there are no suspects.
    """
    if schema.task is None:
        return frozenset()
    target, known = target_values(table, schema)
    rows = np.flatnonzero(known)
    rows = np.random.default_rng(0).permutation(rows)[:_MOST_ROWS]
    if len(rows) < _FEWEST_ROWS:
        return frozenset()
    names = table.column_names
    positions = {column.name: names.index(column.name) for column in schema.features}
    sample = dataclasses.replace(
        table, cells=table.cells.take(rows), line_numbers=table.line_numbers[rows], typed=None
    )
    features = coerce(sample, schema, positions).features
    first = np.arange(len(rows)) % 2 == 0
    amount = schema.task == "amount"
    y = target[rows] if amount else np.unique(target[rows], return_inverse=True)[1]
    if (amount and np.ptp(y) == 0) or (not amount and np.bincount(y).max() / len(y) >= _COMMON):
        return frozenset()
    judge = _gives_amount if amount else _gives_label
    suspects = set()
    for column in schema.features:
        values = features.column(column.name).to_pandas().to_numpy()
        if judge(values, column.storage == "float64", y, first):
            suspects.add(column.name)
    return frozenset(suspects)


def _groups(values: np.ndarray, numeric: bool, first: np.ndarray) -> np.ndarray:
    """Group rows by level, or by the nearest value of the first half; blanks are one group."""
    if not numeric:
        texts = np.array([one if isinstance(one, str) else "\0" for one in values], dtype=object)
        return np.asarray(np.unique(texts.astype(str), return_inverse=True)[1])
    values = values.astype(np.float64)
    there = np.isfinite(values)
    met = np.unique(values[there & first])
    if len(met) < 2:
        return np.asarray(there, dtype=np.int64)
    middles = (met[:-1] + met[1:]) / 2
    nearest = np.searchsorted(middles, values) + 1
    return np.asarray(np.where(there, nearest, 0))


def _gives_label(values: np.ndarray, numeric: bool, y: np.ndarray, first: np.ndarray) -> bool:
    groups = _groups(values, numeric, first)
    n_labels = int(y.max()) + 1
    seen = np.bincount(
        groups[first] * n_labels + y[first], minlength=(int(groups.max()) + 1) * n_labels
    ).reshape(-1, n_labels)
    seen[seen.sum(axis=1) == 0] = np.bincount(y[first], minlength=n_labels)
    said = seen.argmax(axis=1)[groups[~first]]
    return bool(np.mean(said == y[~first]) >= _SURE)


def _gives_amount(values: np.ndarray, numeric: bool, y: np.ndarray, first: np.ndarray) -> bool:
    if numeric:
        x = values.astype(np.float64)
        there = np.isfinite(x)
        if there.mean() >= _COMMON and np.ptp(x[there]) > 0:
            with np.errstate(all="ignore"):
                straight = abs(float(np.corrcoef(x[there], y[there])[0, 1]))
            if straight >= _EXACT:
                return True
    groups = _groups(values, numeric, first)
    n_groups = int(groups.max()) + 1
    n_rows = np.bincount(groups[first], minlength=n_groups)
    sums = np.bincount(groups[first], weights=y[first], minlength=n_groups)
    overall = float(y[first].mean())
    means = np.where(n_rows > 0, sums / np.maximum(n_rows, 1), overall)
    rest = y[~first]
    spread = float(np.sum((rest - rest.mean()) ** 2))
    missed = float(np.sum((rest - means[groups[~first]]) ** 2))
    return spread > 0 and 1 - missed / spread >= _EXACT
