"""How good a model is for each group of the holdout, by columns that the modeler names."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from brinery.errors import CannotLearn
from brinery.evaluation import bootstrap
from brinery.evaluation.bootstrap import MAX_RESAMPLES, MIN_RESAMPLES
from brinery.evaluation.evaluation import Score
from brinery.evaluation.metrics import Answers
from brinery.evaluation.parts import ByGroup, Group
from brinery.evaluation.ranking import sought_of
from brinery.evaluation.threshold import Threshold
from brinery.evaluation.wording import readable
from brinery.schema.check import written_value
from brinery.schema.coerced import coerce_column
from brinery.schema.coercion import style_of
from brinery.schema.columns import Column, Schema
from brinery.schema.distinct import distinct
from brinery.schema.inference import require_once
from brinery.schema.kinds import infer_column
from brinery.tables.table import Table

__all__ = ["LEAST_ROWS", "MOST_GROUPS", "Grouping", "by_group", "groupings"]

LEAST_ROWS = 10
"""Of fewer rows nothing is told."""
MOST_GROUPS = 20
"""The values of a column that are told one by one; the others are put together."""

_LEAST_OF_LABEL = 5
_MOST_DRAWN = 8_000_000
"""Rows drawn for the intervals of a column, which bounds its time."""
_MOST_NUMBERS = 10
_MOST_COLUMNS = 10
_CUTS = (0.25, 0.5, 0.75)
_NEEDS_LABELS = ("roc_auc", "balanced_accuracy")


@dataclass(frozen=True, eq=False)
class Grouping:
    """Rows cut by the values of a column.

    Attributes
    ----------
    column : str
    names : tuple of str
        Of the groups.
    codes : numpy.ndarray of int, shape (n_rows,)
        For each row the position of its group's name.
    """

    column: str
    names: tuple[str, ...]
    codes: np.ndarray


def groupings(
    table: Table,
    columns: Sequence[str],
    rows: np.ndarray,
    schema: Schema | None = None,
    *,
    target: str = "",
) -> tuple[Grouping, ...]:
    """Cut rows of a table by each of some columns.

    Parameters
    ----------
    table : Table
    columns : sequence of str
        At most ten, of few values each, of numbers or of dates; features or not.
    rows : numpy.ndarray of int64, shape (n_rows,)
        Their positions in the table.
    schema : Schema, optional
        What the columns are; without it, they are looked at.
    target : str
        What is predicted, which makes no groups; where it is left out, the schema's.

    Returns
    -------
    tuple of Grouping
        One for each column. Values beyond the twenty commonest are one group, blanks another;
        more than ten numbers, or dates, are cut at their quartiles.

    Raises
    ------
    CannotLearn
        The table has no such column, or it makes no groups; the message says why.
    """
    names = list(dict.fromkeys(columns))
    if len(names) > _MOST_COLUMNS:
        raise CannotLearn(
            f"There are {len(names)} columns to measure by.",
            remedy=f"Name at most {_MOST_COLUMNS}.",
        )
    target = target or (schema.target.name if schema and schema.target else "")
    if target in names:
        raise CannotLearn(
            f"“{target}” is what is predicted, so it makes no groups.",
            where=target,
            remedy="Name other columns: how good it is for each answer is shown anyway.",
        )
    return tuple(_grouping(table, name, rows, schema) for name in names)


def _grouping(table: Table, name: str, rows: np.ndarray, schema: Schema | None) -> Grouping:
    require_once(table, name)
    cells = distinct(table.cells.column(table.column_names.index(name)))
    known = schema.columns if schema else ()
    column = next((one for one in known if one.name == name), None) or infer_column(name, cells)
    typed = coerce_column(cells, column, style_of(cells, column)).values
    values = typed.to_numpy(zero_copy_only=False)[rows]
    blank = ~np.asarray(typed.is_valid())[rows]
    different, codes = np.unique(values[~blank], return_inverse=True)
    if column.kind in ("number", "date") and len(different) > _MOST_NUMBERS:
        names, codes = _quarters(values[~blank].astype(np.float64), column)
    else:
        names, codes = _commonest(different, codes, column)
    if blank.any():
        names = (*names, _apart("blank", names))
    if len(names) < 2:
        raise CannotLearn(
            f"The rows to measure on have one value of “{name}”, so it makes no groups.",
            where=name,
            remedy="Name another column, or none.",
        )
    whole = np.full(len(rows), len(names) - 1)
    whole[~blank] = codes
    return Grouping(name, names, whole)


def _quarters(values: np.ndarray, column: Column) -> tuple[tuple[str, ...], np.ndarray]:
    marks = np.unique([readable(one, column) for one in np.quantile(values, _CUTS)])
    marks = marks[(marks >= values.min()) & (marks < values.max())]
    over = "after" if column.kind == "date" else "over"
    told = [written_value(column, float(mark)) for mark in marks]
    names = [f"{over} {low}, up to {high}" for low, high in pairwise(told)]
    names = [f"up to {told[0]}", *names, f"{over} {told[-1]}"] if told else ["all"]
    return tuple(names), np.searchsorted(marks, values, side="left")


def _commonest(
    different: np.ndarray, codes: np.ndarray, column: Column
) -> tuple[tuple[str, ...], np.ndarray]:
    counts = np.bincount(codes, minlength=len(different))
    order = np.argsort(-counts, kind="stable")
    if len(order) <= MOST_GROUPS and different.dtype.kind == "f":
        order = np.arange(len(different))
    n_rest = len(order) - MOST_GROUPS
    if n_rest > 0 and counts[order[:MOST_GROUPS]].sum() < 0.5 * len(codes):
        raise CannotLearn(
            f"“{column.name}” has {len(different):,} different values in the rows to measure on, "
            "too few rows of each to tell.",
            where=column.name,
            remedy="Name a column with few values, such as a region.",
        )
    names = [_named(different[one], column) for one in order[:MOST_GROUPS]]
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.minimum(np.arange(len(order)), MOST_GROUPS)
    if n_rest > 0:
        rest = f"{n_rest:,} other values" if n_rest > 1 else "1 other value"
        names.append(_apart(rest, names))
    return tuple(names), place[codes]


def _apart(name: str, names: Sequence[str]) -> str:
    """Put a name of ours in brackets where a value is called so."""
    while name in names:
        name = f"({name})"
    return name


def _named(value: Any, column: Column) -> str:
    return value if isinstance(value, str) else written_value(column, float(value))


def by_group(
    grouping: Grouping,
    answers: Answers,
    main: Score,
    labels: tuple[str, ...],
    *,
    threshold: Threshold | None = None,
    seed: int,
) -> ByGroup:
    """Measure a model for each group.

    Parameters
    ----------
    grouping : Grouping
    answers : Answers
        For the same rows.
    main : Score
        Of all rows; the same metric is computed for each group.
    labels : tuple of str
        In the order of the label codes; empty for an amount.
    threshold : Threshold, optional
        The model's own; its label is sought, and without it the rarer one.
    seed : int
        Of the resamples.
    """
    sought = sought_of(answers.actual, labels, threshold) if len(labels) == 2 else None
    most = int(np.clip(_MOST_DRAWN // len(answers.actual), MIN_RESAMPLES, MAX_RESAMPLES))
    groups = []
    for at, name in enumerate(grouping.names):
        there = np.flatnonzero(grouping.codes == at)
        if there.size:
            own = _of(answers, there)
            one = _counted(name, own, sought)
            groups.append(_measured(one, own, main.metric, labels, seed, most))
    whole = dataclasses.replace(
        _counted("all rows", answers, sought), value=main.value, low=main.low, high=main.high
    )
    return ByGroup(
        column=grouping.column,
        metric=main.metric,
        higher_is_better=main.higher_is_better,
        label="" if sought is None else labels[sought],
        whole=whole,
        groups=tuple(groups),
    )


def _of(answers: Answers, rows: np.ndarray) -> Answers:
    return Answers(
        answers.actual[rows],
        answers.predicted[rows],
        None if answers.probabilities is None else answers.probabilities[rows],
        None if answers.weights is None else answers.weights[rows],
    )


def _measured(
    one: Group, answers: Answers, metric: str, labels: tuple[str, ...], seed: int, most: int
) -> Group:
    why = _why_not(answers.actual, metric, labels)
    if why:
        return dataclasses.replace(one, why=why)
    low, high = bootstrap.intervals((metric,), answers, seed=seed, most=most)[metric]
    counts = np.ones(one.n_rows) if answers.weights is None else answers.weights
    value = float(bootstrap.weighted(metric, answers, counts[None, :])[0])
    return dataclasses.replace(one, value=value, low=low, high=high)


def _counted(name: str, answers: Answers, sought: int | None) -> Group:
    actual, predicted = answers.actual, answers.predicted
    is_amount = actual.dtype.kind == "f"
    # Of few rows a mean would tell what came in each.
    if len(actual) < LEAST_ROWS or (sought is None and not is_amount):
        return Group(name, len(actual))
    if sought is not None:
        actual, predicted = actual == sought, predicted == sought
    return Group(name, len(actual), came=float(actual.mean()), predicted=float(predicted.mean()))


def _why_not(actual: np.ndarray, metric: str, labels: tuple[str, ...]) -> str:
    """Say why a metric tells nothing for these rows; "" where it does."""
    n_rows = len(actual)
    if n_rows < LEAST_ROWS:
        return f"Only {n_rows} row{'' if n_rows == 1 else 's'}: too few to tell."
    if metric not in _NEEDS_LABELS:
        return ""
    counts = np.bincount(actual, minlength=len(labels))
    fewest = int(counts.argmin())
    if counts.max() == n_rows:
        return f"All {n_rows:,} rows are “{labels[int(counts.argmax())]}”: no score possible."
    if not counts[fewest]:
        return f"No row is “{labels[fewest]}”: no score possible."
    if counts[fewest] < _LEAST_OF_LABEL:
        return f"Only {counts[fewest]} of {n_rows:,} rows are “{labels[fewest]}”: too few to tell."
    return ""
