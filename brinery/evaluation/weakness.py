"""Where a model is weak: the parts of the holdout on which it errs more than elsewhere.

A shallow tree cuts one half of the holdout into such parts; what is told of them is measured on
the other half, which had no say in the choice.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.tree import DecisionTreeRegressor

from brinery.evaluation.intervals import range_of_mean, wilson
from brinery.evaluation.metrics import Answers
from brinery.evaluation.parts import Weakness
from brinery.evaluation.wording import readable
from brinery.schema.check import written_value
from brinery.schema.columns import Column
from brinery.schema.phrases import joined

__all__ = ["weaknesses_of"]

LEAST_ROWS = 200
"""Of a smaller holdout a half says too little."""

_LEAST_SHARE = 0.05
_LEAST_IN_PART = 20
_MOST_ROWS = 20_000
_MOST_LEVELS = 20
_MOST_TOLD = 4
_DEPTH = 3
_Z = 2.58
_Z_OF_CUT = 3.5
"""A cut is the best of many, so chance alone makes it look good."""


@dataclass(frozen=True)
class _Condition:
    """An answer to one question to a column: is it this level, or above this number."""

    column: Column
    mark: float | str | None
    holds: bool = True

    def rows(self, frame: pd.DataFrame) -> np.ndarray:
        """Tell of which rows it is true, shape (n_rows,); no blank is above or at most a number."""
        cells = frame[self.column.name]
        if self.mark is None:
            return np.asarray(cells.isna() == self.holds)
        if isinstance(self.mark, str):
            return np.asarray((cells == self.mark) == self.holds)
        return np.asarray(cells > self.mark if self.holds else cells <= self.mark)

    def implies(self, before: _Condition) -> bool:
        """Say whether an answer given before this one, on the way down, says nothing more."""
        if self.column.name != before.column.name:
            return False
        if isinstance(self.mark, float):
            return before.mark is None or before.holds == self.holds
        return isinstance(self.mark, str) and self.holds

    def words(self) -> str:
        """Say what the column is: "at most 4"."""
        if self.mark is None:
            return "blank" if self.holds else "not blank"
        if isinstance(self.mark, str):
            return f"{'' if self.holds else 'not '}“{self.mark}”"
        told = written_value(self.column, self.mark)
        if self.column.kind == "date":
            return f"{'after' if self.holds else 'not after'} {told}"
        return f"{'above' if self.holds else 'at most'} {told}"


def weaknesses_of(
    answers: Answers, frame: pd.DataFrame, columns: Sequence[Column], *, seed: int
) -> tuple[Weakness, ...]:
    """Find the parts of the holdout on which a model is weakest, none of which share a row.

    Parameters
    ----------
    answers : Answers
        What came and what was predicted, for each row.
    frame : pandas.DataFrame, shape (n_rows, n_features)
        The features of these rows.
    columns : sequence of Column
        What the features are.
    seed : int
        Of the halves.

    Returns
    -------
    tuple of Weakness
        At most four, the worst first; none where the holdout is small, or no part is worse than
        the rows outside by more than chance makes one.

    References
    ----------
    Chung et al. (2019), Slice Finder: Automated Data Slicing for Model Validation,
    doi:10.1109/ICDE.2019.00139.
    """
    n_rows = len(frame)
    if n_rows < LEAST_ROWS:
        return ()
    drawn = np.random.default_rng(seed).permutation(n_rows)[:_MOST_ROWS]
    look, tell = np.array_split(drawn, 2)
    is_amount = answers.actual.dtype.kind == "f"
    wrong = answers.actual - answers.predicted
    errors = np.abs(wrong) if is_amount else (wrong != 0).astype(np.float64)
    least = max(_LEAST_IN_PART, int(_LEAST_SHARE * len(look)))
    shown, told, rest = frame.iloc[tell], errors[tell], np.ones(len(tell), dtype=bool)
    found: list[tuple[str, np.ndarray]] = []
    for path in _worst(frame.iloc[look], errors[look], columns, least, seed):
        if len(found) == _MOST_TOLD:
            break
        there = np.all([one.rows(shown) for one in path], axis=0)
        outside = rest & ~there
        if min(there.sum(), outside.sum()) < _LEAST_IN_PART:
            continue
        if _is_worse(told[there], told[outside], _Z):
            found.append((_in_words(path), told[there]))
            rest = outside
    weak = (
        Weakness(
            where,
            len(inside),
            float(inside.mean()),
            *_range(inside, is_amount=is_amount),
            float(told[rest].mean()),
        )
        for where, inside in found
    )
    return tuple(sorted(weak, key=lambda one: -one.error))


def _in_words(path: Sequence[_Condition]) -> str:
    """Say which rows meet all conditions; of two bounds of a column the lower comes first."""
    by_column: dict[str, list[_Condition]] = {}
    for one in path:
        by_column.setdefault(one.column.name, []).append(one)
    said = []
    for name, conditions in by_column.items():
        ordered = sorted(conditions, key=lambda one: not one.holds)
        said.append(f"“{name}” is {' and '.join(one.words() for one in ordered)}")
    return joined(said)


def _is_worse(errors: np.ndarray, others: np.ndarray, z: float) -> bool:
    """Say whether these are greater by so many times the spread of the difference."""
    spread = np.sqrt(errors.var(ddof=1) / len(errors) + others.var(ddof=1) / len(others))
    return bool(errors.mean() - others.mean() > z * spread)


def _range(errors: np.ndarray, *, is_amount: bool) -> tuple[float, float]:
    """Give the 95 % range of the mean error."""
    return range_of_mean(errors) if is_amount else wilson(int(errors.sum()), len(errors))


def _worst(
    frame: pd.DataFrame, errors: np.ndarray, columns: Sequence[Column], least: int, seed: int
) -> list[list[_Condition]]:
    """Give the ways to the parts with more than the mean error, the worst first."""
    asked = list(_questions(frame, columns, least))
    if not asked:
        return []
    inputs = np.column_stack([values for _, values in asked])
    tree = DecisionTreeRegressor(max_depth=_DEPTH, min_samples_leaf=least, random_state=seed).fit(
        inputs, errors
    )
    parts = _parts(tree.tree_, asked, errors, 0, np.ones(len(errors), dtype=bool), [])
    means = [float(errors[rows].mean()) for _, rows in parts]
    order = sorted(range(len(parts)), key=lambda one: -means[one])
    return [parts[one][0] for one in order if means[one] > errors.mean()]


def _parts(
    tree: Any,
    asked: Sequence[tuple[_Condition, np.ndarray]],
    errors: np.ndarray,
    node: int,
    there: np.ndarray,
    path: list[_Condition],
) -> list[tuple[list[_Condition], np.ndarray]]:
    """Give the parts below a node, each with its way and its rows; a cut must part errors."""
    at = int(tree.feature[node])
    if at < 0:
        return [(path, there)]
    question, values = asked[at]
    if isinstance(question.mark, float):
        mark = readable(float(tree.threshold[node]), question.column)
        question = dataclasses.replace(question, mark=mark)
    above = values > tree.threshold[node]
    found = []
    for child, holds in ((tree.children_left[node], False), (tree.children_right[node], True)):
        now = dataclasses.replace(question, holds=holds)
        below = [*(one for one in path if not now.implies(one)), now]
        found.append(_parts(tree, asked, errors, child, there & (above == holds), below))
    one, other = found
    if len(one) == len(other) == 1:
        sides = sorted((errors[one[0][1]], errors[other[0][1]]), key=np.mean)
        if not _is_worse(sides[1], sides[0], _Z_OF_CUT):
            return [(path, there)]
    return [*one, *other]


def _questions(
    frame: pd.DataFrame, columns: Sequence[Column], least: int
) -> Iterator[tuple[_Condition, np.ndarray]]:
    """Give what the tree may ask: levels and blanks as 0 and 1; numbers, whose mark it finds."""
    for column in columns:
        cells = frame[column.name]
        blank = cells.isna().to_numpy()
        if min(blank.sum(), len(blank) - blank.sum()) >= least:
            yield _Condition(column, None), blank.astype(np.float64)
        if column.storage == "float64":
            if not blank.all():
                yield _Condition(column, 0.0), cells.fillna(cells.median()).to_numpy(np.float64)
        elif column.kind != "text":
            counts = cells.value_counts().head(_MOST_LEVELS)
            for level in counts[counts >= least].index:
                yield _Condition(column, level), (cells == level).to_numpy(np.float64)
