"""Which rows a model learns from, which it is measured on, and which candidates are compared on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
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
from brinery.schema.columns import Task
from brinery.training.cuts import Way
from brinery.training.usable import MIN_LABEL_ROWS

__all__ = [
    "HOLDOUT_SHARE",
    "MIN_HOLDOUT",
    "digest",
    "folds",
    "holdout",
    "sample",
]

HOLDOUT_SHARE = 0.2
MIN_HOLDOUT = 20


def digest(rows: np.ndarray, target: np.ndarray) -> str:
    """Give the sha256 of rows' numbers, among those with a target, and of what came in each.

    Other features of the same cases leave it as it is, so that two models that were measured
    on the same cases are known as such.
    """
    told = "\n".join(f"{row} {value}" for row, value in zip(rows, target, strict=True))
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


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


def _n_labels(task: Task | None, target: np.ndarray) -> int:
    return 0 if task == "amount" else int(np.unique(target).size)
