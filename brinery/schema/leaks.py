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
_N_BINS = 256


def leak_suspects(table: Table, schema: Schema) -> frozenset[str]:
    """Name the features that alone predict the target almost perfectly.

    Each feature is cut into bins (its levels, or quantiles); the bins' most frequent label,
    or mean, is learned on one half of a sample of at most 50,000 rows and tried on the other.
    A suspect is right for 99 % of those rows where the most frequent label is right for less
    than 95 %; or, for an amount, explains 99.9 % of its variance, binned or in a straight line.

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


def _bins(values: np.ndarray, numeric: bool) -> np.ndarray:
    if not numeric:
        texts = np.array(["\0" if not isinstance(one, str) else one for one in values], object)
        return np.asarray(np.unique(texts.astype(str), return_inverse=True)[1])
    values = values.astype(np.float64)
    there = np.isfinite(values)
    if not there.any():
        return np.zeros(len(values), dtype=np.int64)
    different = np.unique(values[there])
    edges = different
    if len(different) > _N_BINS:
        edges = np.unique(np.quantile(values[there], np.linspace(0, 1, _N_BINS + 1)))
    bins = np.searchsorted(edges, np.where(there, values, edges[0]), side="right")
    return np.where(there, bins, 0)


def _gives_label(values: np.ndarray, numeric: bool, y: np.ndarray, first: np.ndarray) -> bool:
    bins = _bins(values, numeric)
    n_labels = int(y.max()) + 1
    seen = np.bincount(
        bins[first] * n_labels + y[first], minlength=(int(bins.max()) + 1) * n_labels
    ).reshape(-1, n_labels)
    seen[seen.sum(axis=1) == 0] = np.bincount(y[first], minlength=n_labels)
    said = seen.argmax(axis=1)[bins[~first]]
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
    bins = _bins(values, numeric)
    n_bins = int(bins.max()) + 1
    n_rows = np.bincount(bins[first], minlength=n_bins)
    sums = np.bincount(bins[first], weights=y[first], minlength=n_bins)
    overall = float(y[first].mean())
    means = np.where(n_rows > 0, sums / np.maximum(n_rows, 1), overall)
    rest = y[~first]
    spread = float(np.sum((rest - rest.mean()) ** 2))
    missed = float(np.sum((rest - means[bins[~first]]) ** 2))
    return spread > 0 and 1 - missed / spread >= _EXACT
