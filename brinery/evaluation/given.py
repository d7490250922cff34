"""Measuring a brought model on the table that came with it: honest about what that is worth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from brinery.evaluation import bootstrap, metrics, sentences
from brinery.evaluation.evaluation import Evaluation, Importance, Score
from brinery.evaluation.importance import importances
from brinery.evaluation.measure import confusion, residual_bands
from brinery.evaluation.metrics import Answers
from brinery.schema.columns import Task

__all__ = ["LEAST_ROWS", "MOST_ROWS", "measure_given"]

LEAST_ROWS = 20
"""With fewer rows nothing is measured: the figures would say nothing."""
MOST_ROWS = 20_000
"""Of more rows, so many are drawn."""

_NEED_CHANCES = ("roc_auc", "log_loss")


def measure_given(
    estimator: Any,
    rows: Any,
    actual: np.ndarray,
    *,
    task: Task,
    seed: int = 0,
) -> Evaluation:
    """Measure a fitted estimator on rows that it may have been trained on.

    Parameters
    ----------
    estimator : object
        Fitted.
    rows : DataFrame or numpy.ndarray, shape (n_rows, n_features)
        In the form in which it takes them.
    actual : numpy.ndarray, shape (n_rows,)
        What came: positions in the estimator's `classes_`, each of which must come, or amounts.
    task : {"yes/no", "classes", "amount"}
        What is asked.
    seed : int
        Of the resamples and the shuffles.

    Returns
    -------
    Evaluation
        Its `source` is "given". The baseline always gives the most frequent label, or the
        middle amount, of these very rows.
    """
    classes = None if task == "amount" else estimator.classes_
    found, simple = _answers(estimator, rows, actual, classes)
    main = metrics.main_metric(task, actual)
    if found.probabilities is None and main == "roc_auc":
        main = "balanced_accuracy"
    wanted = metrics.metric_names(task, main)
    if found.probabilities is None:
        wanted = tuple(name for name in wanted if name not in _NEED_CHANCES)
    values, bases = metrics.values(wanted, found), metrics.values(wanted, simple)
    ranges = bootstrap.intervals(wanted, found, seed=seed)
    labels = () if classes is None else tuple(str(label) for label in classes)
    measured = Evaluation(
        n_train=0,
        n_holdout=len(actual),
        main_metric=main,
        scores=tuple(
            Score(name, values[name], *ranges[name], bases[name], metrics.higher_is_better(name))
            for name in wanted
        ),
        confusion=confusion(found, labels) if labels else None,
        residuals=() if labels else residual_bands(found),
        importances=_importances(estimator, rows, actual, classes, seed),
        source="given",
    )
    return sentences.told(measured, found, simple, (sentences.TOO_GOOD,))


def _importances(
    estimator: Any, rows: Any, actual: np.ndarray, classes: np.ndarray | None, seed: int
) -> tuple[Importance, ...]:
    if not isinstance(rows, pd.DataFrame):  # columns without names can't be shuffled by name
        return ()
    target = actual if classes is None else classes[actual]
    scorer = "neg_mean_absolute_error" if classes is None else "accuracy"
    return importances(estimator, rows, target, scorer=scorer, seed=seed)


def _answers(
    estimator: Any, rows: Any, actual: np.ndarray, classes: np.ndarray | None
) -> tuple[Answers, Answers]:
    if classes is None:
        predicted = np.asarray(estimator.predict(rows), dtype=np.float64)
        middle = np.full(len(actual), float(np.median(actual)))
        return Answers(actual.astype(np.float64), predicted), Answers(actual, middle)
    codes = {label: at for at, label in enumerate(classes.tolist())}
    predicted = np.array([codes[label] for label in np.asarray(estimator.predict(rows)).tolist()])
    counts = np.bincount(actual, minlength=len(classes))
    most = np.full(len(actual), int(counts.argmax()))
    shares = np.tile(counts / counts.sum(), (len(actual), 1))
    chances = estimator.predict_proba(rows) if hasattr(estimator, "predict_proba") else None
    return Answers(actual, predicted, chances), Answers(actual, most, shares)
