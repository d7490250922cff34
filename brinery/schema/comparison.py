"""A whole upload beside what training saw: whether it is the population of the model.

Only what the schema keeps of the training table is used: 21 quantiles of a number, the counts
of each level, the share of blanks. A column counts as shifted where the effect is large *and*
chance would hardly give it, so that twenty rows raise no alarm, and a million rows none
over a trifle.

References
----------
N. Siddiqi, Credit Risk Scorecards, Wiley, 2006: the population stability index, with 0.1
and 0.25 as the bounds of a small and a large shift.
B. Yurdakul and J. Naranjo, Statistical properties of the population stability index, Journal
of Risk Model Validation 14(4), 2020: under no shift it is about (B - 1)(1/N + 1/M), so that
few rows give a large index by chance alone.
N. V. Smirnov, 1939, as in `scipy.stats.ks_2samp`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from brinery.schema.columns import QUANTILES, Column, Schema
from brinery.schema.tally import Tally

__all__ = ["Shift", "compare", "ks_distance", "psi"]

What = Literal["values", "levels", "blanks"]

LARGE_PSI = 0.25
LARGE_DISTANCE = 0.2
LARGE_BLANKS = 0.1
RARELY = 0.001
"""How often a file of the training's own kind may be called another, over all columns."""

_LEAST_SHARE = 1e-4  # of a bin that is empty, so that the index stays finite
_LEAST_EXPECTED = 5.0  # rows in a bin, below which chi-squared is no guide (Cochran, 1954)
_MOST = 3


@dataclass(frozen=True)
class Shift:
    """One column that is otherwise than in training.

    Attributes
    ----------
    column : str
    what : {"values", "levels", "blanks"}
        What is otherwise: where the numbers lie, how often each level is met, or how many
        cells are blank.
    before, here : float
        The median of numbers; else the share from 0 to 1 of `level`, or of blanks.
    level : str
        The level whose share changed most; "" for numbers and blanks.
    index : float or None
        The population stability index, where it is used.
    distance : float or None
        The Kolmogorov-Smirnov distance, at least, where it is used.
    chance : float
        The probability of so large a shift if nothing differed, before it is multiplied by
        the number of comparisons.
    """

    column: str
    what: What
    before: float
    here: float
    chance: float
    level: str = ""
    index: float | None = None
    distance: float | None = None


def compare(
    schema: Schema,
    tallies: Mapping[str, Tally],
    median: Callable[[str], float],
    *,
    most: int = _MOST,
) -> tuple[Shift, ...]:
    """Give the columns in which an upload is another population, the most telling first.

    Parameters
    ----------
    schema : Schema
        What training saw.
    tallies : mapping of str to Tally
        For each feature of the upload what was counted in all its rows.
    median : callable
        Gives the median of a feature's numbers; asked only of one that is otherwise.
    most : int
        How many to give at most.
    """
    compared = [one for one in schema.features if one.name in tallies]
    found: list[tuple[float, Shift]] = []
    for column in compared:
        counted = tallies[column.name]
        for shift, strength in (_blanks(column, counted), _values(column, counted, median)):
            if shift is not None and shift.chance * 2 * len(compared) < RARELY:
                found.append((strength, shift))
    found.sort(key=lambda one: -one[0])
    first: dict[str, Shift] = {}
    for _, shift in found:
        first.setdefault(shift.column, shift)
    return tuple(first.values())[:most]


def psi(expected: np.ndarray, found: np.ndarray) -> float:
    """Give the population stability index of two rows of shares, shape (n_bins,), each sum 1."""
    e, f = (np.maximum(np.asarray(one, float), _LEAST_SHARE) for one in (expected, found))
    return float(np.sum((f - e) * np.log(f / e)))


def ks_distance(quantiles: np.ndarray, up_to: np.ndarray, below: np.ndarray) -> float:
    """Give the least Kolmogorov-Smirnov distance that agrees with the quantiles.

    Parameters
    ----------
    quantiles : numpy.ndarray, shape (21,)
        At the shares `QUANTILES`. Between two of them the distribution is not known, so the
        distance of the samples themselves may be larger, by 0.05 at most.
    up_to, below : numpy.ndarray of float64, shape (n_marks,)
        For each distinct one, the share of the sample's values that are at most as large, and
        of those that are smaller.
    """
    marks = np.unique(quantiles)
    shares = np.asarray(QUANTILES)
    least = shares[np.searchsorted(quantiles, marks, side="right") - 1]
    above = np.append(shares, 1.0)[np.searchsorted(quantiles, marks, side="right")]
    below_most = shares[np.searchsorted(quantiles, marks, side="left")]
    return float(max(0.0, np.max(least - up_to), np.max(up_to - above), np.max(below - below_most)))


def _blanks(column: Column, counted: Tally) -> tuple[Shift | None, float]:
    n, n_blank = counted.n_rows, counted.n_blank
    if not n or not column.n_rows:
        return None, 0.0
    here = n_blank / n
    change = here - column.blank_share
    if abs(change) < LARGE_BLANKS:
        return None, 0.0
    from scipy import stats  # slow to import, and rarely needed

    counts = [[column.n_blank, column.n_rows - column.n_blank], [n_blank, n - n_blank]]
    chance = float(stats.fisher_exact(np.array(counts)).pvalue)
    return Shift(column.name, "blanks", column.blank_share, here, chance), abs(change)


def _values(
    column: Column, counted: Tally, median: Callable[[str], float]
) -> tuple[Shift | None, float]:
    if not counted.n_full:
        return None, 0.0
    if column.levels and column.kind in ("category", "yes/no"):
        return _levels(column, counted) if not column.open_levels else (None, 0.0)
    if len(counted.up_to):
        return _numbers(column, counted, median)
    return None, 0.0


def _numbers(
    column: Column, counted: Tally, median: Callable[[str], float]
) -> tuple[Shift | None, float]:
    marks = np.asarray(column.quantiles)
    distance = ks_distance(marks, counted.up_to / counted.n_full, counted.below / counted.n_full)
    if distance < LARGE_DISTANCE:
        return None, 0.0
    here, before = median(column.name), float(marks[len(marks) // 2])
    if here == before or (column.kind == "date" and here >= before):
        return None, 0.0  # of dates: time goes on
    n, m = counted.n_full, column.n_rows - column.n_blank
    from scipy import special

    # The limit for many rows; for few it is the more careful one.
    chance = float(special.kolmogorov(distance * np.sqrt(n * m / (n + m))))
    shift = Shift(column.name, "values", before, here, chance, distance=distance)
    return shift, distance


def _levels(column: Column, counted: Tally) -> tuple[Shift | None, float]:
    counts = counted.levels
    known = {level: _stored(level, column) for level in column.level_names}
    trained = np.array([n for _, n in column.levels], float)
    found = np.array([counts.get(known[level], 0) for level in column.level_names], float)
    n, m = counted.n_full, trained.sum()
    if not m:
        return None, 0.0
    trained, found = np.append(trained, 0.0), np.append(found, n - found.sum())
    expected = (trained + found) / (n + m) * min(n, m)
    rare = expected < _LEAST_EXPECTED
    e = np.append(trained[~rare], trained[rare].sum())
    f = np.append(found[~rare], found[rare].sum())
    kept = (e + f) > 0
    e, f = e[kept], f[kept]
    if len(e) < 2:
        return None, 0.0
    index = psi(e / m, f / n)
    if index < LARGE_PSI:
        return None, 0.0
    from scipy import stats

    chance = float(stats.chi2_contingency(np.vstack([e, f]), correction=True).pvalue)
    change = found / n - trained / m
    at = int(np.argmax(np.abs(change)))
    level = column.level_names[at] if at < len(column.levels) else ""
    before, here = float(trained[at] / m), float(found[at] / n)
    shift = Shift(column.name, "levels", before, here, chance, level=level, index=index)
    return shift, float(abs(change[at]))


def _stored(level: str, column: Column) -> Any:
    """Give a level as the typed features have it."""
    if column.storage == "string":
        return level
    words = {"true": 1.0, "false": 0.0}
    return words[level.casefold()] if level.casefold() in words else float(level)
