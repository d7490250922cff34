"""Trying a candidate on folds: what it answers for rows that it did not see, and what it costs."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from joblib import cpu_count, parallel_config
from joblib import hash as digest
from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline
from sklearn.utils.parallel import Parallel, delayed
from threadpoolctl import threadpool_limits

from brinery.evaluation import metrics
from brinery.evaluation.metrics import Answers
from brinery.evaluation.threads import quiet_threads
from brinery.model.sealing import pickle_of
from brinery.schema.columns import Schema
from brinery.training.candidates import Candidate
from brinery.training.preprocessing import directions
from brinery.training.recipes import recipe_named
from brinery.training.rows import Rows

__all__ = ["Folds", "Stopped", "Trial", "built", "direct", "try_on"]

Fold = tuple[np.ndarray, np.ndarray]
_STOP_AFTER = 20
_MOST_ROUNDS = 1500


@dataclass(frozen=True, eq=False)
class Folds:
    """The rows that candidates are compared on, and how they are cut.

    Attributes
    ----------
    schema : Schema
        Whose features the rows have.
    rows : Rows
    folds : tuple of (learn, held)
        Row numbers on each side.
    metric : str
        What candidates are compared by.
    seed : int
    labels : numpy.ndarray
        The labels, sorted; empty for an amount.
    on_cluster : bool
        Whether the folds are fitted by joblib's Dask backend, which is the active one then.
    """

    schema: Schema
    rows: Rows
    folds: tuple[Fold, ...]
    metric: str
    seed: int
    labels: np.ndarray
    on_cluster: bool = False
    prepared: dict[tuple[str, int], tuple[Any, Any]] = field(default_factory=dict, repr=False)

    def answers(self, fold: int, given: np.ndarray) -> Answers:
        """Give what came and what was predicted for the held rows of a fold."""
        held = self.folds[fold][1]
        actual, weights = self.rows.target[held], self.rows.weights_of(held)
        if not self.labels.size:
            return Answers(actual.astype(np.float64), given, weights=weights)
        codes = np.searchsorted(self.labels, actual)
        return Answers(codes, given.argmax(axis=1), given, weights)

    def score(self, fold: int, given: np.ndarray) -> float:
        """Compute the metric on one fold; more is better, whatever the metric."""
        value = metrics.values((self.metric,), self.answers(fold, given))[self.metric]
        return value if metrics.higher_is_better(self.metric) else -value


@dataclass(frozen=True, eq=False)
class Trial:
    """A candidate as it did on some folds.

    Attributes
    ----------
    candidate : Candidate
        With the number of trees that boosting stopped at.
    scores : tuple of float
        The metric on each fold, more is better.
    given : tuple of numpy.ndarray
        What it answered for the held rows of each fold: probabilities or amounts.
    fit_seconds : float
        Of one fold, on the cores that it had.
    answer_seconds : float
        For a thousand rows.
    n_bytes : int
        Of the pickle.
    """

    candidate: Candidate
    scores: tuple[float, ...]
    given: tuple[np.ndarray, ...]
    fit_seconds: float
    answer_seconds: float
    n_bytes: int

    @property
    def mean(self) -> float:
        """The mean score over the folds."""
        return float(np.mean(self.scores))

    @property
    def spread(self) -> float:
        """The standard deviation over the folds."""
        return float(np.std(self.scores))

    @property
    def error(self) -> float:
        """The standard error of the mean over the folds."""
        return self.spread / float(np.sqrt(len(self.scores)))

    def and_more(self, other: Trial) -> Trial:
        """Give both as one: the same candidate, on further folds."""
        return dataclasses.replace(
            self, scores=self.scores + other.scores, given=self.given + other.given
        )


class Stopped(Exception):
    """Somebody asked for the search to end while a candidate was being tried."""


def try_on(
    folds: Folds,
    candidate: Candidate,
    which: Sequence[int],
    is_stopped: Callable[[], bool] = lambda: False,
) -> Trial:
    """Fit a candidate on some folds, side by side, and keep what it answered for the rest.

    Raises
    ------
    Stopped
        `is_stopped` said so before one of the folds.
    """
    if folds.on_cluster:
        if is_stopped():
            raise Stopped
        done = Parallel(n_jobs=len(which))(
            delayed(_on_fold_there)(folds, candidate, fold, weigh=fold == which[0])
            for fold in which
        )
    else:
        n_side = min(len(which), cpu_count())
        n_jobs = max(1, cpu_count() // n_side)
        with parallel_config(backend="threading"), quiet_threads():
            done = Parallel(n_jobs=n_side)(
                delayed(_on_fold)(
                    folds, candidate, fold, n_jobs, is_stopped, weigh=fold == which[0]
                )
                for fold in which
            )
    if None in done:  # raised here: Parallel would leave the fits of other threads running
        raise Stopped
    n_bytes, given, fit_seconds, answer_seconds, rounds = zip(*done, strict=True)
    if all(rounds):
        fixed = candidate.parameters | {"max_iter": max(10, round(float(np.mean(rounds))))}
        candidate = Candidate(candidate.recipe, fixed)
    return Trial(
        candidate=candidate,
        scores=tuple(folds.score(f, one) for f, one in zip(which, given, strict=True)),
        given=given,
        fit_seconds=float(np.mean(fit_seconds)),
        answer_seconds=float(np.mean(answer_seconds)),
        n_bytes=n_bytes[0],
    )


def _on_fold(
    folds: Folds,
    candidate: Candidate,
    fold: int,
    n_jobs: int,
    is_stopped: Callable[[], bool],
    *,
    weigh: bool,
) -> tuple[int, np.ndarray, float, float, int] | None:
    if is_stopped():
        return None
    learn, held = folds.folds[fold]
    pipeline = built(candidate, folds.schema, folds.seed)
    started = time.perf_counter()
    known, unknown = _prepared(folds, pipeline[0], fold)
    with parallel_config(backend="threading", n_jobs=n_jobs):  # which a thread does not inherit
        model = direct(pipeline[-1], folds.schema, known.shape[1])
        learned, aside = (
            (prepared, folds.rows.target[side], folds.rows.weights_of(side))
            for prepared, side in ((known, learn), (unknown, held))
        )
        model, rounds = _fit(model, candidate, learned, aside)
    fitted = time.perf_counter()
    given = model.predict_proba(unknown) if folds.labels.size else model.predict(unknown)
    answered = time.perf_counter()
    each = 1000 * (answered - fitted) / max(1, len(held))
    n_bytes = len(pickle_of(model)) if weigh else 0
    return n_bytes, given, fitted - started, each, rounds


def _on_fold_there(
    folds: Folds, candidate: Candidate, fold: int, *, weigh: bool
) -> tuple[int, np.ndarray, float, float, int] | None:
    """Fit on one thread of a Dask worker; who might stop the search can't be asked from there."""
    with threadpool_limits(1), quiet_threads():
        return _on_fold(folds, candidate, fold, 1, lambda: False, weigh=weigh)


def _prepared(folds: Folds, preparation: BaseEstimator, fold: int) -> tuple[Any, Any]:
    """Prepare the rows of a fold once for all candidates that prepare alike."""
    key = (digest(preparation), fold)
    if key not in folds.prepared:
        learn, held = folds.folds[fold]
        rows = folds.rows
        known = preparation.fit_transform(rows.frame.iloc[learn], rows.target[learn])
        folds.prepared[key] = (known, preparation.transform(rows.frame.iloc[held]))
    return folds.prepared[key]


def _fit(
    model: Any, candidate: Candidate, rows: tuple[Any, ...], held: tuple[Any, ...]
) -> tuple[Any, int]:
    """Fit a model; boosting whose number of trees is open stops when the held rows say so."""
    known, target, weights = rows
    is_open = candidate.recipe == "boosting" and candidate.parameters
    if not is_open or "max_iter" in candidate.parameters:
        return _weighted(model, known, target, weights), 0
    boosting = getattr(model, "regressor", model)
    boosting.set_params(
        max_iter=_MOST_ROUNDS, early_stopping=True, n_iter_no_change=_STOP_AFTER, tol=0.0
    )
    unknown, actual, of_held = held
    more = {} if weights is None else {"sample_weight": weights, "sample_weight_val": of_held}
    if boosting is model:
        model.fit(known, target, X_val=unknown, y_val=actual, **more)
        return model, int(model.n_iter_)
    boosting.fit(known, model.func(target), X_val=unknown, y_val=model.func(actual), **more)
    rounds = int(boosting.n_iter_)
    boosting.set_params(max_iter=rounds, early_stopping=False)
    return _weighted(model, known, target, weights), rounds


def _weighted(model: Any, known: Any, target: Any, weights: np.ndarray | None) -> Any:
    if weights is None:
        return model.fit(known, target)
    return model.fit(known, target, sample_weight=weights)


def direct(model: Any, schema: Schema, n_columns: int) -> Any:
    """Hold a model to the directions of a schema's numbers, where any is fixed."""
    ways = directions(schema, n_columns)
    inner = getattr(model, "regressor", model)
    if ways and "monotonic_cst" in inner.get_params():
        inner.set_params(monotonic_cst=ways)
    return model


def built(candidate: Candidate, schema: Schema, seed: int) -> Pipeline:
    """Make the unfitted pipeline of a candidate."""
    build = recipe_named(candidate.recipe).build
    if build is None:
        raise LookupError(f"{candidate.recipe} is made of other recipes")
    return build(schema, seed, candidate.parameters)
