"""The threshold of a yes/no model, chosen on answers for rows that were not learned from."""

from __future__ import annotations

import numpy as np
import pandas as pd

from brinery.evaluation.threshold import Aim, Threshold, chosen
from brinery.model.answers import label_text
from brinery.schema.columns import Schema
from brinery.training import splits
from brinery.training.candidates import Candidate
from brinery.training.cuts import Way
from brinery.training.fitting import fitted

__all__ = ["MAX_ROWS", "threshold_for"]

MAX_ROWS = 10_000
"""Of more training rows so many are drawn: it bounds what the twins cost."""


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
    if aim.kind in ("rows", "probability"):
        return chosen(aim, np.zeros(0, dtype=bool), np.zeros(0), label)
    rows = splits.sample(schema.task, target, MAX_ROWS, seed=seed)
    frame, target = frame.iloc[rows], target[rows]
    parts = splits.folds(
        schema.task, target, seed=seed, once=True, way=way, by=splits.of_rows(by, rows)
    )
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
