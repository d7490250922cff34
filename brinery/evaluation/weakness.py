"""Where a model is weak: the rows of the holdout on which it errs more than elsewhere.

A shallow tree looks for such rows in one half of the holdout; what is told is measured on the
other half, which had no say in the choice.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.tree import DecisionTreeRegressor

from brinery.evaluation.evaluation import Weakness
from brinery.evaluation.metrics import Answers
from brinery.evaluation.ranking import wilson
from brinery.schema.check import written_value
from brinery.schema.columns import Column
from brinery.schema.phrases import joined

__all__ = ["weakness_of"]

LEAST_ROWS = 200
"""Of a smaller holdout a half says too little."""

_LEAST_SHARE = 0.05
_LEAST_IN_PART = 20
_MOST_ROWS = 20_000
_MOST_LEVELS = 20
_DEPTH = 2
_DIGITS = 3
_Z = 2.58


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
        name = f"“{self.column.name}”"
        if self.mark is None:
            return f"{name} is {'' if self.holds else 'not '}blank"
        if isinstance(self.mark, str):
            return f"{name} is {'' if self.holds else 'not '}“{self.mark}”"
        told = written_value(self.column, self.mark)
        if self.column.kind == "date":
            return f"{name} is {'after' if self.holds else 'not after'} {told}"
        return f"{name} is {'above' if self.holds else 'at most'} {told}"


def weakness_of(
    answers: Answers, frame: pd.DataFrame, columns: Sequence[Column], *, seed: int
) -> Weakness | None:
    """Find the part of the holdout on which a model is weakest.

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
    Weakness or None
        None where the holdout is small, or no part is worse by more than chance makes one.

    References
    ----------
    Chung et al. (2019), Slice Finder: Automated Data Slicing for Model Validation,
    doi:10.1109/ICDE.2019.00139.
    """
    n_rows = len(frame)
    if n_rows < LEAST_ROWS:
        return None
    drawn = np.random.default_rng(seed).permutation(n_rows)[:_MOST_ROWS]
    look, tell = np.array_split(drawn, 2)
    is_amount = answers.actual.dtype.kind == "f"
    wrong = answers.actual - answers.predicted
    errors = np.abs(wrong) if is_amount else (wrong != 0).astype(np.float64)
    least = max(_LEAST_IN_PART, int(_LEAST_SHARE * len(look)))
    path = _worst(frame.iloc[look], errors[look], columns, least, seed)
    if not path:
        return None
    there = np.all([one.rows(frame.iloc[tell]) for one in path], axis=0)
    inside, outside = errors[tell][there], errors[tell][~there]
    if len(inside) < _LEAST_IN_PART or len(outside) < _LEAST_IN_PART:
        return None
    if not _is_worse(inside, outside):
        return None
    low, high = _range(inside, is_amount=is_amount)
    elsewhere = float(outside.mean())
    where = joined([one.words() for one in path])
    return Weakness(where, len(inside), float(inside.mean()), low, high, elsewhere)


def _is_worse(errors: np.ndarray, others: np.ndarray) -> bool:
    """Say whether these are greater by more than chance makes them in one of 200 cases."""
    spread = np.sqrt(errors.var(ddof=1) / len(errors) + others.var(ddof=1) / len(others))
    return bool(errors.mean() - others.mean() > _Z * spread)


def _range(errors: np.ndarray, *, is_amount: bool) -> tuple[float, float]:
    """Give the 95 % range of the mean error."""
    if not is_amount:
        return wilson(int(errors.sum()), len(errors))
    half = 1.96 * float(errors.std(ddof=1)) / np.sqrt(len(errors))
    return max(0.0, float(errors.mean() - half)), float(errors.mean() + half)


def _worst(
    frame: pd.DataFrame, errors: np.ndarray, columns: Sequence[Column], least: int, seed: int
) -> list[_Condition]:
    """Give the way to the leaf with the greatest mean error; empty where nothing parts them."""
    asked = list(_questions(frame, columns, least))
    if not asked:
        return []
    inputs = np.column_stack([values for _, values in asked])
    tree = DecisionTreeRegressor(max_depth=_DEPTH, min_samples_leaf=least, random_state=seed).fit(
        inputs, errors
    )
    leaves = tree.apply(inputs)
    ids = np.unique(leaves)
    means = [errors[leaves == one].mean() for one in ids]
    worst = int(np.argmax(means))
    if len(ids) < 2 or means[worst] <= errors.mean():
        return []
    row = int(np.flatnonzero(leaves == ids[worst])[0])
    path: list[_Condition] = []
    nodes, there = tree.tree_, np.ones(len(errors), dtype=bool)
    for node in tree.decision_path(inputs[row : row + 1]).indices:
        at = int(nodes.feature[node])
        if at < 0:
            break
        question, values = asked[at]
        holds = bool(values[row] > nodes.threshold[node])
        if isinstance(question.mark, float):
            mark = _rounded(float(nodes.threshold[node]), question.column)
            question = dataclasses.replace(question, mark=mark)
        left = there & ((values > nodes.threshold[node]) == holds)
        # A question that parts nothing is left out.
        if _is_worse(errors[left], errors[there & ~left]):
            now = dataclasses.replace(question, holds=holds)
            path = [*(one for one in path if not now.implies(one)), now]
        there = left
    return path


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


def _rounded(threshold: float, column: Column) -> float:
    """Give a number that reads well: whole where the column is, else of three digits."""
    if column.kind == "date" or column.whole:
        return float(np.floor(threshold))
    return float(f"{threshold:.{_DIGITS}g}")
