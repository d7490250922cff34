"""Why to look at what changes: who is right where the truth is known, and what the rows share."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from brinery.scoring.comparison import Comparison

__all__ = ["Right", "Shared", "right", "shared"]

RARELY = 0.001
"""How often chance may give what is said to be shared, over everything that was tried."""

_LEAST_ROWS = 5
_FARTHEST = 0.1
_MOST_LEVELS = 200


@dataclass(frozen=True)
class Right:
    """How often each version is right among the rows that change and whose truth is known.

    Attributes
    ----------
    n_rows : int
        Such rows.
    n_old, n_new : int
        Where the old and where the new version is right; for amounts, where it is closer.
    far_old, far_new : float
        For amounts how far off each is on average; else NaN.
    chance : float
        The probability of so uneven a count if both were right equally often: the sign test
        of the rows in which only one is right (McNemar's, exact).

    References
    ----------
    Q. McNemar, Psychometrika 12, 1947, doi:10.1007/BF02295996.
    """

    n_rows: int
    n_old: int
    n_new: int
    far_old: float
    far_new: float
    chance: float


@dataclass(frozen=True)
class Shared:
    """What the rows that change have in common, more than chance would have it.

    Attributes
    ----------
    column : str
        A feature.
    level : str or None
        Its value in these rows; None where it is a number.
    low, high : float
        For a number, the range.
    n_of, n_changed : int
        How many of the rows that change are so, and how many change in all.
    n_all, n_rows : int
        How many of all rows are so, and how many rows there are.
    """

    column: str
    level: str | None
    low: float
    high: float
    n_of: int
    n_changed: int
    n_all: int
    n_rows: int


def right(comparison: Comparison) -> Right | None:
    """Count who is right where the answers change; None where the file tells no truth of them."""
    rows = comparison.changed & comparison.both & np.asarray(comparison.truth.is_valid())
    if not rows.any():
        return None
    old, new, truth = (
        column.to_numpy(zero_copy_only=False)[rows]
        for column in (comparison.old, comparison.new, comparison.truth)
    )
    far = (np.nan, np.nan)
    if comparison.is_amount:
        off_old, off_new = np.abs(old - truth), np.abs(new - truth)
        far = (float(off_old.mean()), float(off_new.mean()))
        n_old, n_new = int((off_old < off_new).sum()), int((off_new < off_old).sum())
    else:
        n_old, n_new = int((old == truth).sum()), int((new == truth).sum())
    from scipy.stats import binomtest

    n = n_old + n_new
    chance = float(binomtest(n_old, n).pvalue) if n else 1.0
    return Right(int(rows.sum()), n_old, n_new, *far, chance)


def shared(comparison: Comparison) -> Shared | None:
    """Find the value, or the range of a number, that tells the rows that change best.

    Of amounts, where nearly all rows change, the tenth that moves farthest is looked at.

    Returns
    -------
    Shared or None
        None where nothing is shared by more than chance would have it: a hypergeometric
        test, times the number of values and ranges that were tried.
    """
    changed = _looked_at(comparison)
    n_changed, n_rows = int(changed.sum()), comparison.n_rows
    if n_changed < _LEAST_ROWS or n_changed == n_rows:
        return None
    from scipy.stats import hypergeom

    best: tuple[float, Shared] | None = None
    n_tried = 0
    for column, level, low, high, inside in _parts(comparison.features):
        n_tried += 1
        n_all, n_of = int(inside.sum()), int((inside & changed).sum())
        if n_of < _LEAST_ROWS or n_of * n_rows <= 1.5 * n_all * n_changed:
            continue
        chance = float(hypergeom.sf(n_of - 1, n_rows, n_all, n_changed))
        if best is None or chance < best[0]:
            one = Shared(column, level, low, high, n_of, n_changed, n_all, n_rows)
            best = (chance, one)
    return best[1] if best is not None and best[0] * n_tried < RARELY else None


def _looked_at(comparison: Comparison) -> np.ndarray:
    changed = comparison.changed
    if not comparison.is_amount:
        return changed
    far = np.where(changed & comparison.both, np.abs(comparison.moved), 0.0)
    bound = float(np.quantile(far, 1 - _FARTHEST)) if len(far) else 0.0
    farthest: np.ndarray = far > bound
    return farthest


def _parts(
    features: pa.Table,
) -> Iterator[tuple[str, str | None, float, float, np.ndarray]]:
    """Give each level of each column of words, and each quarter of each column of numbers."""
    for name, column in zip(features.column_names, features.columns, strict=True):
        if pa.types.is_floating(column.type):
            yield from _quarters(name, np.asarray(column.to_numpy(), dtype=np.float64))
            continue
        levels = pc.unique(column).drop_null().to_pylist()
        if len(levels) <= _MOST_LEVELS:
            for level in levels:
                inside = np.asarray(pc.fill_null(pc.equal(column, level), False))
                yield name, level, np.nan, np.nan, inside


def _quarters(
    name: str, values: np.ndarray
) -> Iterator[tuple[str, str | None, float, float, np.ndarray]]:
    known = values[np.isfinite(values)]
    if not len(known):
        return
    edges = np.unique(np.quantile(known, [0, 0.25, 0.5, 0.75, 1]))
    for low, high in itertools.pairwise(edges):
        inside = (values >= low) & (values <= high)
        yield name, None, float(low), float(high), inside
