"""Measuring a fitted pipeline on rows that training never saw, beside the baseline."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from brinery.evaluation import bootstrap, conformal, metrics, sentences
from brinery.evaluation.dependence import effects_of
from brinery.evaluation.evaluation import Confusion, Evaluation, ResidualBand, Score
from brinery.evaluation.groups import Grouping, by_group
from brinery.evaluation.importance import importances
from brinery.evaluation.intervals import range_of_mean
from brinery.evaluation.metrics import Answers
from brinery.evaluation.ranking import ranking_of, sought_of
from brinery.evaluation.sizes import by_size
from brinery.evaluation.threshold import Threshold, called, told
from brinery.evaluation.weakness import weaknesses_of
from brinery.schema.columns import Column, Task

__all__ = ["answers_of", "confusion", "measure", "residual_bands"]

MAX_BANDS = 10
MIN_BAND_ROWS = 10


def measure(
    pipeline: Any,
    baseline: Any,
    frame: pd.DataFrame,
    target: np.ndarray,
    *,
    task: Task,
    main_metric: str,
    n_train: int,
    coverage: float = conformal.COVERAGE,
    notes: Sequence[str] = (),
    source: Literal["holdout", "given"] = "holdout",
    weights: np.ndarray | None = None,
    threshold: Threshold | None = None,
    labels: tuple[str, ...] = (),
    columns: Sequence[Column] = (),
    groups: Sequence[Grouping] = (),
    seed: int,
) -> Evaluation:
    """Measure a pipeline and the baseline on the holdout.

    Parameters
    ----------
    pipeline, baseline : object
        Fitted on the same rows, for the same target.
    frame : pandas.DataFrame, shape (n_holdout, n_features)
        Rows that neither saw.
    target : numpy.ndarray, shape (n_holdout,)
        What came. For labels, each of them must be one that the pipeline knows.
    task : {"yes/no", "classes", "amount"}
        What the target is.
    main_metric : str
        What `metrics.main_metric` said.
    n_train : int
        How many rows the pipeline learned from.
    coverage : float, from 0 to 1
        The share of rows whose truth the range of a prediction is to hold.
    notes : sequence of str
        Sentences that the reader should see too; they follow those of the measurement.
    source : {"holdout", "given"}
        What the card says of where the rows came from. On rows that it may have learned from,
        nothing is said of how sure its answers are.
    weights : numpy.ndarray, shape (n_holdout,), optional
        How much each row counts in the metrics and the importances. Ranges, and what is counted,
        are of rows.
    threshold : Threshold, optional
        When a row is called the label that is sought: what is measured are the labels that it
        gives.
    labels : tuple of str
        What the pipeline's classes are called, in its order; by default as they are.
    columns : sequence of Column
        What the features are; without them nothing is said of how they act, or of where the
        pipeline is weak.
    groups : sequence of Grouping
        Into which these rows are cut, to be measured one by one.
    seed : int
        Of the resamples, the shuffles, the rows on which features are changed, and the halves in
        one of which a weakness is looked for.
    """
    found, simple = (
        dataclasses.replace(answers_of(one, frame, target), weights=weights)
        for one in (pipeline, baseline)
    )
    labels = labels or tuple(str(label) for label in getattr(pipeline, "classes_", ()))
    why: list[str] = []
    if threshold is not None and found.probabilities is not None:
        sought = labels.index(threshold.label)
        said = found.probabilities[:, sought]
        why = told(threshold, found.actual == sought, said)
        predicted = np.where(called(threshold, said), sought, 1 - sought)
        found = dataclasses.replace(found, predicted=predicted)
    if found.probabilities is None:
        main_metric = metrics.without_probabilities(main_metric)
    names = metrics.metric_names(task, main_metric)
    if task != "amount" and found.probabilities is None:
        names = tuple(name for name in names if not metrics.needs_probabilities(name))
    values = metrics.values(names, found)
    bases = metrics.values(names, simple)
    ranges = bootstrap.intervals(names, found, seed=seed)
    scores = tuple(
        Score(name, values[name], *ranges[name], bases[name], metrics.higher_is_better(name))
        for name in names
    )
    matters = importances(pipeline, frame, target, metric=main_metric, weights=weights, seed=seed)
    measured = Evaluation(
        n_train=n_train,
        n_holdout=len(target),
        main_metric=main_metric,
        scores=scores,
        confusion=confusion(found, labels) if labels else None,
        residuals=() if labels else residual_bands(found),
        by_size=None if labels else by_size(found.actual, found.predicted),
        importances=matters,
        effects=effects_of(
            pipeline,
            frame,
            columns,
            matters,
            labels=labels,
            sought=sought_of(found.actual, labels, threshold) if len(labels) == 2 else None,
            weights=weights,
            seed=seed,
        ),
        threshold=threshold,
        weaknesses=weaknesses_of(found, frame, columns, seed=seed) if columns else (),
        groups=tuple(
            by_group(one, found, scores[0], labels, threshold=threshold, seed=seed)
            for one in groups
        ),
        source=source,
    )
    if source == "holdout":
        measured = dataclasses.replace(
            measured, **_how_sure(found, labels, coverage, threshold, seed)
        )
    return sentences.told(measured, found, simple, notes, why)


def _how_sure(
    found: Answers,
    labels: tuple[str, ...],
    coverage: float,
    threshold: Threshold | None,
    seed: int,
) -> dict[str, Any]:
    """Measure the ranges of answers and how true probabilities are; of bare labels neither."""
    actual, chances = found.actual, found.probabilities
    if not labels:
        ranges = conformal.for_amounts(actual, found.predicted, coverage=coverage, seed=seed)
        return {"ranges": ranges}
    if chances is None:
        return {}
    return {
        "ranges": conformal.for_labels(actual, chances, coverage=coverage, seed=seed),
        "ranking": ranking_of(actual, chances, labels, threshold) if len(labels) == 2 else None,
        "calibration_error": conformal.calibration_error(actual, chances),
    }


def answers_of(pipeline: Any, frame: pd.DataFrame, target: np.ndarray) -> Answers:
    """Ask a fitted pipeline; labels become codes in the order of its `classes_`."""
    classes = getattr(pipeline, "classes_", None)
    if classes is None:
        return Answers(target.astype(np.float64), pipeline.predict(frame))
    return Answers(
        np.searchsorted(classes, target),
        np.searchsorted(classes, pipeline.predict(frame)),
        pipeline.predict_proba(frame) if hasattr(pipeline, "predict_proba") else None,
    )


def confusion(answers: Answers, labels: tuple[str, ...]) -> Confusion:
    """Count how often each label was predicted as each."""
    n_labels = len(labels)
    pairs = answers.actual * n_labels + answers.predicted
    counts = np.bincount(pairs, minlength=n_labels**2).reshape(n_labels, n_labels)
    return Confusion(labels, tuple(tuple(row) for row in counts.tolist()))


def residual_bands(answers: Answers) -> tuple[ResidualBand, ...]:
    """Cut the rows, sorted by prediction, into at most ten bands of ten rows or more."""
    order = np.argsort(answers.predicted, kind="stable")
    n_bands = int(np.clip(len(order) // MIN_BAND_ROWS, 1, MAX_BANDS))
    bands = []
    for rows in np.array_split(order, n_bands):
        errors = np.abs(answers.actual[rows] - answers.predicted[rows])
        error_low, error_high = range_of_mean(errors)
        low, median, high = np.quantile(answers.actual[rows], [0.1, 0.5, 0.9])
        bands.append(
            ResidualBand(
                n_rows=len(rows),
                predicted=float(answers.predicted[rows].mean()),
                actual_low=float(low),
                actual_median=float(median),
                actual_high=float(high),
                error=float(errors.mean()),
                error_low=error_low,
                error_high=error_high,
            )
        )
    return tuple(bands)
