"""The threshold of a yes/no model, chosen on answers for rows that were not learned from."""

from __future__ import annotations

import numpy as np
import pandas as pd

from brinery.evaluation.threshold import Aim, Threshold, chosen
from brinery.model.answers import label_text
from brinery.schema.columns import Schema, Task
from brinery.training import splits
from brinery.training.candidates import Candidate
from brinery.training.cuts import Way
from brinery.training.fitting import fitted

__all__ = ["MAX_ROWS", "n_rows_of_twins", "threshold_for"]

MAX_ROWS = 10_000
"""Of more training rows so many are drawn: it bounds what the twins cost."""


def n_rows_of_twins(
    aim: Aim | None,
    task: Task,
    target: np.ndarray,
    *,
    way: Way = "random",
    by: np.ndarray | None = None,
    seed: int,
) -> int:
    """Say how many rows the twins of `threshold_for` will learn from, all twins added."""
    if aim is None or not _has_twins(aim):
        return 0
    _, parts = _cut(task, target, way, by, seed)
    return sum(len(learn) for learn, _ in parts)


def threshold_for(
    aim: Aim,
    candidate: Candidate,
    schema: Schema,
    frame: pd.DataFrame,
    target: np.ndarray,
    *,
    weights: np.ndarray | None = None,
    way: Way = "random",
    by: np.ndarray | None = None,
    seed: int,
) -> Threshold:
    """Choose the threshold of a candidate by cross-validation on the training rows.

    Parameters
    ----------
    aim : Aim
        What `aim_for` gave.
    candidate : Candidate
    schema : Schema
    frame : pandas.DataFrame, shape (n_train, n_features)
    target : numpy.ndarray, shape (n_train,)
    weights : numpy.ndarray, shape (n_train,), optional
        How much each row counts in learning; each counts once here.
    way, by
        How the folds are cut, as the holdout was.
    seed : int

    Raises
    ------
    CannotLearn
        What is asked can't be had.
    """
    labels, counts = np.unique(target, return_counts=True)
    sought = int(counts.argmin())
    label = label_text(labels[sought])
    if not _has_twins(aim):
        return chosen(aim, np.zeros(0, dtype=bool), np.zeros(0), label)
    rows, parts = _cut(schema.task, target, way, by, seed)
    frame, target = frame.iloc[rows], target[rows]
    weights = splits.of_rows(weights, rows)
    came, said = [], []
    for learn, held in parts:
        twin = fitted(
            candidate,
            schema,
            frame.iloc[learn],
            target[learn],
            weights=splits.of_rows(weights, learn),
            seed=seed,
        )
        came.append(target[held] == labels[sought])
        said.append(twin.predict_proba(frame.iloc[held])[:, sought])
    return chosen(aim, np.concatenate(came), np.concatenate(said), label)


def _has_twins(aim: Aim) -> bool:
    return aim.kind in ("cost", "precision")


def _cut(
    task: Task | None, target: np.ndarray, way: Way, by: np.ndarray | None, seed: int
) -> tuple[np.ndarray, tuple[tuple[np.ndarray, np.ndarray], ...]]:
    """Give the rows that the twins share, and for each twin those that it learns and answers."""
    rows = splits.sample(task, target, MAX_ROWS, seed=seed)
    by = splits.of_rows(by, rows)
    return rows, splits.folds(task, target[rows], seed=seed, once=True, way=way, by=by)
