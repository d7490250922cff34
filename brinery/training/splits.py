"""Which rows a model learns from and which it is measured on; what can't be learned at all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.model_selection import (
    GroupKFold,
    RepeatedKFold,
    RepeatedStratifiedKFold,
    StratifiedGroupKFold,
    TimeSeriesSplit,
    train_test_split,
)

from brinery.errors import CannotLearn
from brinery.schema.columns import Column, Schema, Task
from brinery.training.cuts import Way

__all__ = [
    "HOLDOUT_SHARE",
    "MAX_RARE_SHARE",
    "MIN_FILLED",
    "MIN_HOLDOUT",
    "MIN_LABEL_ROWS",
    "MIN_ROWS",
    "Usable",
    "digest",
    "folds",
    "holdout",
    "of_rows",
    "sample",
    "usable",
]

HOLDOUT_SHARE = 0.2
MIN_HOLDOUT = 20
MIN_ROWS = 50
"""Fewer rows than this can't both teach a model and measure it."""
MIN_LABEL_ROWS = 10
"""A label in fewer rows than this can be neither learned nor measured."""
MIN_FILLED = 10
"""A feature with fewer filled cells than this is left out."""
MAX_RARE_SHARE = 0.2
"""Where more rows than this have rare labels, the target is hardly a set of labels."""


@dataclass(frozen=True, eq=False)
class Usable:
    """The rows that can be learned from.

    Attributes
    ----------
    task : {"yes/no", "classes", "amount"}
        What the target is.
    rows : numpy.ndarray of int64, shape (n_usable,)
        Row numbers in the table, in its order.
    notes : tuple of str
        Plain sentences on the rows that were left out.
    """

    task: Task
    rows: np.ndarray
    notes: tuple[str, ...]


def usable(schema: Schema, target: np.ndarray, known: np.ndarray) -> Usable:
    """Find the rows that can be learned from.

    Parameters
    ----------
    schema : Schema
        With its target and its task.
    target, known : numpy.ndarray, shape (n_rows,)
        The target's values, and the rows that have one.

    Raises
    ------
    CannotLearn
        There is nothing to learn from these rows, and why; the remedy says what would help.
    """
    column = schema.target
    if column is None:
        raise CannotLearn("No column is named as the target.", remedy="Choose one to predict.")
    name = column.name
    if not column.n_unique:
        raise CannotLearn(
            f"“{name}” is blank in every row.",
            where=name,
            remedy="Choose a column that has values, or fill it in.",
        )
    if column.n_unique == 1:
        raise _one_value(name)
    if schema.task is None:
        raise _no_task(column)
    if not schema.features:
        raise CannotLearn(
            "No column is left to predict from.",
            remedy="Mark at least one column as a feature. Identifiers and columns with one "
            "value can't be used.",
        )
    rows = np.flatnonzero(known)
    notes = []
    if len(rows) < len(known):
        notes.append(f"Left out {_rows(len(known) - len(rows))} where “{name}” has no value.")
    if np.unique(target[rows]).size < 2:
        raise _one_value(name)
    if schema.task != "amount":
        rows, rare = _common(name, target, rows)
        notes += rare
    if len(rows) < MIN_ROWS:
        raise CannotLearn(
            f"There are only {len(rows)} rows to learn from.",
            where=name,
            remedy=f"Bring at least {MIN_ROWS} rows that have a value for “{name}”.",
        )
    return Usable(schema.task, rows, tuple(notes))


def digest(rows: np.ndarray, target: np.ndarray) -> str:
    """Give the sha256 of rows' numbers, among those with a target, and of what came in each.

    Other features of the same cases leave it as it is, so that two models that were measured
    on the same cases are known as such.
    """
    told = "\n".join(f"{row} {value}" for row, value in zip(rows, target, strict=True))
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def of_rows(values: np.ndarray | None, rows: np.ndarray) -> np.ndarray | None:
    """Give the values of some rows; None where there are none at all."""
    return None if values is None else values[rows]


def holdout(
    task: Task | None, target: np.ndarray, *, seed: int, way: Way = "random", by: Any = None
) -> tuple[np.ndarray, np.ndarray]:
    """Split rows into those to learn from and those to measure on.

    A fifth of the rows is held out, at least `MIN_HOLDOUT`: by chance, stratified by label; whole
    groups; or the latest rows, all those of one time on the same side.

    Parameters
    ----------
    task, target
        What is asked, and its values.
    seed : int
    way : {"random", "group", "time"}
    by : numpy.ndarray, shape (n_rows,), optional
        The group or the time of each row.

    Returns
    -------
    learn, held : numpy.ndarray of int64
        Positions in `target`, each ascending.

    Raises
    ------
    CannotLearn
        A side would lack a label, or there are too few groups or times; split by chance instead.
    """
    n_held = max(MIN_HOLDOUT, round(HOLDOUT_SHARE * len(target)), _n_labels(task, target))
    if way == "random":
        learn, held = train_test_split(
            np.arange(len(target)),
            test_size=n_held,
            random_state=seed,
            stratify=None if task == "amount" else target,
        )
    elif way == "group":
        learn, held = next(_group_folds(task, target, by, round(1 / HOLDOUT_SHARE), seed=seed))
    else:
        learn, held = _latest(by, n_held)
    if task != "amount" and {*target[learn]} != {*target[held]}:
        raise CannotLearn(
            f"Split by {way}, one side would lack one of the labels.",
            remedy="Split by chance, or bring more rows of each label.",
        )
    return np.sort(learn), np.sort(held)


def _latest(by: np.ndarray, n_held: int) -> tuple[np.ndarray, np.ndarray]:
    """Part the rows between two times, so that about `n_held` are later."""
    order = np.argsort(by, kind="stable")
    starts = np.flatnonzero(np.diff(by[order])) + 1
    starts = starts[(starts >= len(by) / 2) & (starts <= len(by) - MIN_HOLDOUT)]
    if not len(starts):
        raise CannotLearn(
            "Too many rows have one and the same time to tell the later ones from enough others.",
            remedy="Split by chance, or by a column that tells the time more finely.",
        )
    start = starts[np.argmin(np.abs(len(by) - n_held - starts))]
    return order[:start], order[start:]


def _group_folds(
    task: Task | None, target: np.ndarray, by: np.ndarray, n_folds: int, *, seed: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    n_groups = np.unique(by).size
    if n_groups < n_folds:
        raise CannotLearn(
            f"There are only {n_groups} groups.",
            remedy=f"Split by chance, or by a column with at least {n_folds} different values.",
        )
    kind = GroupKFold if task == "amount" else StratifiedGroupKFold
    cut = kind(n_folds, shuffle=True, random_state=seed).split(target, target, by)
    return ((np.asarray(learn), np.asarray(held)) for learn, held in cut)


def sample(task: Task | None, target: np.ndarray, n_rows: int, *, seed: int) -> np.ndarray:
    """Draw about `n_rows` positions, stratified by label, ascending.

    Up to a fifth more are all taken: both sides of a stratified draw need every label. Of a
    rare label, at least as many rows stay as every fold needs to hold some.
    """
    if len(target) <= 1.2 * n_rows:
        return np.arange(len(target))
    drawn, _ = train_test_split(
        np.arange(len(target)),
        train_size=n_rows,
        random_state=seed,
        stratify=None if task == "amount" else target,
    )
    if task == "amount":
        return np.sort(drawn)
    generator = np.random.default_rng(seed)
    parts = [drawn]
    for label in np.unique(target):
        if np.count_nonzero(target[drawn] == label) < MIN_LABEL_ROWS:
            of_label = np.flatnonzero(target == label)
            parts.append(generator.permutation(of_label)[:MIN_LABEL_ROWS])
    return np.unique(np.concatenate(parts))


def folds(
    task: Task | None,
    target: np.ndarray,
    *,
    seed: int,
    once: bool = False,
    way: Way = "random",
    by: Any = None,
) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    """Cut the training rows into folds to compare on, in the way that the holdout was cut.

    By chance: five, three from 3,000 rows on; on few rows chance decides much, so tables of
    fewer than 500 rows are cut three times, and those of fewer than 1,500 twice, unless `once`
    is set. By group: five. By time: each part is measured by what came before it, where that is
    a tenth of the rows at least.

    Returns
    -------
    tuple of (learn, held)
        Positions in `target`. Folds one of whose sides lacks a label are left out; where fewer
        than two are left, chance decides.
    """
    cut: list[tuple[np.ndarray, np.ndarray]] = []
    if way == "group" and np.unique(by).size >= 5:
        cut = [*_group_folds(task, target, by, 5, seed=seed)]
    elif way == "time":
        order = np.argsort(by, kind="stable")
        when = by[order]
        for _, held in TimeSeriesSplit(4).split(order):
            n_before = int(np.searchsorted(when, when[held[0]]))
            if n_before >= len(order) // 10:
                cut.append((order[:n_before], order[held]))
    if task != "amount":
        labels = {*target}
        cut = [one for one in cut if all({*target[side]} == labels for side in one)]
    if len(cut) >= 2:
        return tuple(cut)
    n_folds = 5 if len(target) < 3000 else 3
    n_repeats = 3 if len(target) < 500 else 2 if len(target) < 1500 else 1
    kind = RepeatedKFold if task == "amount" else RepeatedStratifiedKFold
    repeated = kind(n_splits=n_folds, n_repeats=1 if once else n_repeats, random_state=seed)
    return tuple(repeated.split(target, target))


def _common(name: str, target: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, list[str]]:
    labels, code, counts = np.unique(target[rows], return_inverse=True, return_counts=True)
    if len(rows) < MIN_ROWS:
        return rows, []
    rare = counts < MIN_LABEL_ROWS
    n_rare = int(counts[rare].sum())
    if np.count_nonzero(~rare) < 2:
        fewest = labels[counts.argmin()]
        raise CannotLearn(
            f"“{name}” has too few rows of “{fewest}”: {counts.min()}.",
            where=name,
            remedy=f"Bring at least {MIN_LABEL_ROWS} rows of each of at least two labels.",
        )
    if n_rare > MAX_RARE_SHARE * len(rows):
        raise _too_many(name, labels.size)
    if not n_rare:
        return rows, []
    shown = [f"“{label}”" for label in labels[rare][:3]]
    more = f" and {rare.sum() - 3} more" if rare.sum() > 3 else ""
    note = (
        f"Left out {_rows(n_rare)} with labels that come in fewer than {MIN_LABEL_ROWS} rows: "
        f"{', '.join(shown)}{more}. The model never answers these."
    )
    return rows[~rare[code]], [note]


def _no_task(column: Column) -> CannotLearn:
    name = column.name
    if column.kind == "category":
        return _too_many(name, column.n_unique)
    if column.kind == "date":
        return CannotLearn(
            f"“{name}” holds dates, and dates can't be predicted.",
            where=name,
            remedy="Choose a column with labels or amounts, such as the days until that date.",
        )
    kind = "an identifier" if column.kind == "id" else "free text"
    return CannotLearn(
        f"“{name}” is {kind}: {column.n_unique:,} different values in {_rows(column.n_rows)}.",
        where=name,
        remedy="Choose a column with a few labels, or with amounts. If these are labels or "
        "amounts, correct the column's kind.",
    )


def _too_many(name: str, n_labels: int) -> CannotLearn:
    return CannotLearn(
        f"“{name}” has {n_labels:,} different labels, too many for so few rows of each.",
        where=name,
        remedy=f"Choose a column whose labels come in at least {MIN_LABEL_ROWS} rows each, "
        "or put rare labels together.",
    )


def _one_value(name: str) -> CannotLearn:
    return CannotLearn(
        f"“{name}” has the same value in every row, so there is nothing to learn.",
        where=name,
        remedy="Bring rows with different answers, or choose another column.",
    )


def _n_labels(task: Task | None, target: np.ndarray) -> int:
    return 0 if task == "amount" else int(np.unique(target).size)


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
