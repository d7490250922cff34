"""The learning curve: the chosen candidate fitted on a half, a quarter … of the training rows."""

from __future__ import annotations

import dataclasses
import time
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from brinery.evaluation import bootstrap, metrics
from brinery.evaluation.evaluation import Evaluation
from brinery.evaluation.learning import NO_TIME, STOPPED, Learned, LearningCurve
from brinery.evaluation.metrics import Answers
from brinery.evaluation.wording import short
from brinery.schema.columns import Schema, Task
from brinery.training import splits
from brinery.training.candidates import Candidate
from brinery.training.fitting import fitted
from brinery.training.race import Clock
from brinery.training.rows import Rows
from brinery.training.usable import MIN_LABEL_ROWS

__all__ = ["with_curve"]

LEAST_ROWS = 200
"""Of fewer rows everybody knows that more would help, and chance decides what is measured."""

_LEAST_FIT = 50
_MOST_FITS = 3
_UNEVEN = 1.2
"""Whole groups may make so many times the rows that were asked for."""
_FASTER = 0.6
"""The share of the time that half of the rows take, with something to spare."""
_METRICS: dict[Task, str] = {
    "yes/no": "roc_auc",
    "classes": "log_loss",
    "amount": "mean_absolute_error",
}


def with_curve(
    evaluation: Evaluation,
    pipeline: Any,
    candidate: Candidate,
    schema: Schema,
    learned: Rows,
    held: Rows,
    *,
    fit_seconds: float,
    clock: Clock,
    seed: int,
) -> Evaluation:
    """Give the evaluation with a learning curve, and whether more rows would help.

    Parameters
    ----------
    evaluation : Evaluation
        Of `pipeline`.
    pipeline : object
        What the candidate became of all of `learned`.
    candidate : Candidate
    schema : Schema
    learned, held : Rows
        The training rows and the holdout. Fewer rows are taken as the holdout was set aside: by
        chance, stratified by label; whole groups; or the latest ones.
    fit_seconds : float
        How long it took to fit `pipeline`.
    clock : Clock
        When the curve has to be there; asked before each fit. The half comes first, so that an
        answer is there where time is short; what there is no time for is left out.
    seed : int
        Of the rows that are drawn, the fits and the resamples.

    Returns
    -------
    Evaluation
        As it was, where there are too few rows or they can't be parted; with the word that there
        was no time, or that the training was stopped, where there is no curve for that.
    """
    sizes = _sizes(schema.task, learned.target)
    if not sizes:
        return evaluation
    told = [(len(learned), _answers(pipeline, held))]
    has_time = True
    for size in sizes:
        fit_seconds *= _FASTER
        has_time = clock.has(fit_seconds)
        if not has_time:
            continue
        rows = _some(size, schema.task, learned, seed)
        if len(rows) > _UNEVEN * size or not _has_labels(schema.task, learned.target, rows):
            break
        started = time.monotonic()
        smaller = fitted(candidate, schema, learned.take(rows), seed=seed)
        told.append((len(rows), _answers(smaller, held)))
        fit_seconds = time.monotonic() - started
    if len(told) == 1:
        why = () if has_time else (STOPPED if clock.is_stopped() else NO_TIME,)
        return dataclasses.replace(evaluation, sentences=(*evaluation.sentences, *why))
    curve = _curve(_METRICS[schema.task or "amount"], told[::-1], seed)
    said = (*evaluation.sentences, curve.sentence())
    return dataclasses.replace(evaluation, learning=curve, sentences=said)


def _sizes(task: Task | None, target: np.ndarray) -> list[int]:
    """Halve the rows, the most first, while every label keeps enough of them."""
    if len(target) < LEAST_ROWS:
        return []
    share = _LEAST_FIT / len(target)
    if task != "amount":
        fewest = np.unique(target, return_counts=True)[1].min()
        share = max(share, MIN_LABEL_ROWS / fewest)
    halves = [0.5**n for n in range(1, _MOST_FITS + 1)]
    return [round(one * len(target)) for one in halves if one >= share]


def _some(size: int, task: Task | None, learned: Rows, seed: int) -> np.ndarray:
    """Draw about so many of the training rows, as the holdout was drawn; positions, ascending."""
    if learned.by is not None and learned.way == "time":
        return np.sort(np.argsort(learned.by, kind="stable")[-size:])
    if learned.by is not None:
        _, groups = np.unique(learned.by, return_inverse=True)
        order = np.random.default_rng(seed).permutation(groups.max() + 1)
        before = np.cumsum(np.bincount(groups)[order])
        return np.flatnonzero(np.isin(groups, order[: 1 + np.searchsorted(before, size)]))
    return splits.sample(task, learned.target, size, seed=seed)


def _has_labels(task: Task | None, target: np.ndarray, rows: np.ndarray) -> bool:
    """Say whether these rows have enough of every label: groups and times part them by chance."""
    if task == "amount":
        return True
    labels, counts = np.unique(target[rows], return_counts=True)
    return len(labels) == np.unique(target).size and counts.min() >= MIN_LABEL_ROWS


def _answers(pipeline: Any, held: Rows) -> Answers:
    """Ask once: what is compared needs probabilities, and no label."""
    classes = getattr(pipeline, "classes_", None)
    with threadpool_limits(1):
        if classes is None:
            return Answers(held.target, pipeline.predict(held.frame), weights=held.weights)
        chances = pipeline.predict_proba(held.frame)
    actual = np.searchsorted(classes, held.target)
    return Answers(actual, chances.argmax(axis=1), chances, held.weights)


def _curve(metric: str, told: list[tuple[int, Answers]], seed: int) -> LearningCurve:
    """Measure each on the same rows and the same resamples of them; the last learned from all."""
    answers = [one for _, one in told]
    scores = [metrics.values((metric,), one)[metric] for one in answers]
    drawn = bootstrap.resampled(metric, answers, seed=seed)
    sign = 1 if metrics.higher_is_better(metric) else -1
    points = [
        Learned(n_rows, *map(short, (score, *bootstrap.middle(values))))
        for (n_rows, _), score, values in zip(told, scores, drawn, strict=True)
    ]
    gain = sign * (scores[-1] - scores[-2])
    ends = bootstrap.middle(sign * (drawn[-1] - drawn[-2]))
    return LearningCurve(metric, tuple(points), *map(short, (gain, *ends)))
