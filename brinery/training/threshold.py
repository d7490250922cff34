"""The threshold of a yes/no model, chosen on answers for rows that were not learned from."""

from __future__ import annotations

import numpy as np

from brinery.evaluation.threshold import Aim, Threshold, chosen
from brinery.model.answers import label_text
from brinery.schema.columns import Schema, Task
from brinery.training import splits
from brinery.training.candidates import Candidate
from brinery.training.fitting import fitted
from brinery.training.rows import Rows

__all__ = ["MAX_ROWS", "n_rows_of_twins", "threshold_for"]

MAX_ROWS = 10_000
"""Of more training rows so many are drawn: it bounds what the twins cost."""


def n_rows_of_twins(aim: Aim | None, task: Task, rows: Rows, *, seed: int) -> int:
    """Say how many rows the twins of `threshold_for` will learn from, all twins added."""
    if aim is None or not _has_twins(aim):
        return 0
    _, parts = _cut(task, rows, seed)
    return sum(len(learn) for learn, _ in parts)


def threshold_for(
    aim: Aim,
    candidate: Candidate,
    schema: Schema,
    rows: Rows,
    *,
    seed: int,
) -> Threshold:
    """Choose the threshold of a candidate by cross-validation on the training rows.

    Parameters
    ----------
    aim : Aim
        What `aim_for` gave.
    candidate : Candidate
    schema : Schema
    rows : Rows
        The training rows. Their weights are for learning: here each counts once. The folds are
        cut as the holdout was.
    seed : int

    Raises
    ------
    CannotLearn
        What is asked can't be had.
    """
    labels, counts = np.unique(rows.target, return_counts=True)
    sought = int(counts.argmin())
    label = label_text(labels[sought])
    if not _has_twins(aim):
        return chosen(aim, np.zeros(0, dtype=bool), np.zeros(0), label)
    rows, parts = _cut(schema.task, rows, seed)
    came, said = [], []
    for learn, held in parts:
        twin = fitted(candidate, schema, rows.take(learn), seed=seed)
        aside = rows.take(held)
        came.append(aside.target == labels[sought])
        said.append(twin.predict_proba(aside.frame)[:, sought])
    return chosen(aim, np.concatenate(came), np.concatenate(said), label)


def _has_twins(aim: Aim) -> bool:
    return aim.kind in ("cost", "precision")


def _cut(
    task: Task | None, rows: Rows, seed: int
) -> tuple[Rows, tuple[tuple[np.ndarray, np.ndarray], ...]]:
    """Give the rows that the twins share, and for each twin those that it learns and answers."""
    some = rows.take(splits.sample(task, rows.target, MAX_ROWS, seed=seed))
    return some, splits.folds(task, some.target, seed=seed, once=True, way=some.way, by=some.by)
