"""Bootstrap intervals of the metrics: how far they would move with other rows.

The percentile interval of Efron and Tibshirani (1993), An Introduction to the Bootstrap,
doi:10.1201/9780429246593, chapter 13. Drawing rows with replacement is giving them whole
weights, and each metric is computed for many weightings at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from brinery.evaluation import metrics
from brinery.evaluation.metrics import Answers

__all__ = ["intervals", "middle", "resampled", "weighted"]

MAX_RESAMPLES = 1000
MIN_RESAMPLES = 200
_MAX_CELLS = 2_000_000
"""Weights held at once, and the work that more rows than a few thousand are bounded to."""


def intervals(
    names: tuple[str, ...],
    answers: Answers,
    *,
    seed: int,
    level: float = 0.95,
    most: int = MAX_RESAMPLES,
) -> dict[str, tuple[float, float]]:
    """Compute a percentile interval for each metric.

    Parameters
    ----------
    names : tuple of str
        The metrics.
    answers : Answers
        Of n_rows rows. A thousand resamples are drawn, fewer from 2,000 rows on.
    seed : int
        The same seed gives the same intervals.
    level : float, from 0 to 1
        How much of the resamples lie inside.
    most : int
        No more resamples are drawn, for many intervals at once.

    Returns
    -------
    dict of str to (float, float)
        Where every answer is right, or every one wrong, all resamples agree and would feign
        certainty; the accuracy then has the exact interval of Clopper and Pearson (1934),
        doi:10.1093/biomet/26.4.404. A metric that no resample allows is its own interval.
    """
    n_rows = len(answers.actual)
    n_resamples = int(np.clip(_MAX_CELLS // n_rows, MIN_RESAMPLES, most))
    found: dict[str, list[np.ndarray]] = {name: [] for name in names}
    for weights in _weights(n_rows, n_resamples, seed):
        if answers.weights is not None:
            weights *= answers.weights
        for name in names:
            found[name].append(weighted(name, answers, weights))
    tail = (1 - level) / 2
    result = {}
    for name in names:
        drawn = np.concatenate(found[name])
        drawn = drawn[np.isfinite(drawn)]
        if not len(drawn):
            drawn = np.array([metrics.values((name,), answers)[name]])
        low, high = middle(drawn, level)
        if name == "accuracy" and low == high == 1:
            low = tail ** (1 / n_rows)
        elif name == "accuracy" and low == high == 0:
            high = 1 - tail ** (1 / n_rows)
        result[name] = (low, high)
    return result


def resampled(name: str, several: Sequence[Answers], *, seed: int) -> np.ndarray:
    """Compute one metric of several models on the same resamples of the same rows.

    Returns
    -------
    numpy.ndarray of float64, shape (n_models, n_resamples)
        So that the differences of two models are paired. Resamples that do not allow the metric
        are left out; where none is left, the one column is of the rows themselves.
    """
    n_rows = len(several[0].actual)
    drawn = []
    for weights in _weights(n_rows, MIN_RESAMPLES, seed):
        if several[0].weights is not None:
            weights *= several[0].weights
        drawn.append(np.array([weighted(name, answers, weights) for answers in several]))
    found = np.concatenate(drawn, axis=1)
    kept = found[:, np.isfinite(found).all(axis=0)]
    if kept.size:
        return kept
    return np.array([[metrics.values((name,), answers)[name]] for answers in several])


def middle(drawn: np.ndarray, level: float = 0.95) -> tuple[float, float]:
    """Give the ends between which this share of the resamples lie."""
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def weighted(name: str, answers: Answers, weights: np.ndarray) -> np.ndarray:
    """Compute one metric for many weightings of the rows.

    Parameters
    ----------
    name : str
        The metric.
    answers : Answers
        Of n_rows rows.
    weights : numpy.ndarray of float64, shape (n_weightings, n_rows)
        Not negative.

    Returns
    -------
    numpy.ndarray of float64, shape (n_weightings,)
        NaN where a weighting leaves nothing to compute it from, as with a label that has
        no row.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return _WEIGHTED[name](answers, weights)


def _weights(n_rows: int, n_resamples: int, seed: int) -> Iterator[np.ndarray]:
    generator = np.random.default_rng(seed)
    left = n_resamples
    while left:
        now = min(left, max(1, _MAX_CELLS // n_rows))
        drawn = generator.integers(n_rows, size=(now, n_rows))
        drawn += n_rows * np.arange(now)[:, None]
        counts = np.bincount(drawn.ravel(), minlength=now * n_rows)
        yield counts.reshape(now, n_rows).astype(np.float64)
        left -= now


def _mean(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return np.asarray(weights @ values.astype(np.float64) / weights.sum(axis=1))


def _accuracy(answers: Answers, weights: np.ndarray) -> np.ndarray:
    return _mean(answers.actual == answers.predicted, weights)


def _shares(answers: Answers, weights: np.ndarray) -> tuple[np.ndarray, ...]:
    # Weighted rows that are, that are called, and that are rightly called each label.
    codes = np.union1d(answers.actual, answers.predicted)
    actual = (answers.actual[:, None] == codes).astype(np.float64)
    called = (answers.predicted[:, None] == codes).astype(np.float64)
    return weights @ actual, weights @ called, weights @ (actual * called)


def _balanced_accuracy(answers: Answers, weights: np.ndarray) -> np.ndarray:
    actual, _, right = _shares(answers, weights)
    there = actual > 0
    recalls = np.divide(right, actual, out=np.zeros_like(right), where=there)
    return np.asarray(recalls.sum(axis=1) / there.sum(axis=1))


def _f1_macro(answers: Answers, weights: np.ndarray) -> np.ndarray:
    actual, called, right = _shares(answers, weights)
    both = actual + called
    scores = np.divide(2 * right, both, out=np.zeros_like(right), where=both > 0)
    return np.asarray(scores.sum(axis=1) / (both > 0).sum(axis=1))


def _log_loss(answers: Answers, weights: np.ndarray) -> np.ndarray:
    chances = _chances(answers)
    tiny = np.finfo(chances.dtype).eps
    own = np.clip(chances[np.arange(len(chances)), answers.actual], tiny, 1 - tiny)
    return _mean(-np.log(own), weights)


def _roc_auc(answers: Answers, weights: np.ndarray) -> np.ndarray:
    chances = _chances(answers)
    codes = [1] if chances.shape[1] == 2 else list(range(chances.shape[1]))
    areas = [_area(answers.actual == code, chances[:, code], weights) for code in codes]
    return np.asarray(np.mean(areas, axis=0))


def _area(positive: np.ndarray, score: np.ndarray, weights: np.ndarray) -> np.ndarray:
    # The chance that a positive row scores above a negative one, ties counting half:
    # Hanley and McNeil (1982), doi:10.1148/radiology.143.1.7063747.
    order = np.argsort(score, kind="stable")
    starts = np.flatnonzero(np.diff(score[order], prepend=-np.inf))
    ordered = weights[:, order]
    ups = np.add.reduceat(ordered * positive[order], starts, axis=1)
    downs = np.add.reduceat(ordered * ~positive[order], starts, axis=1)
    below = np.cumsum(downs, axis=1) - downs / 2
    return np.asarray((ups * below).sum(axis=1) / (ups.sum(axis=1) * downs.sum(axis=1)))


def _chances(answers: Answers) -> np.ndarray:
    if answers.probabilities is None:
        raise LookupError("the metric needs the probability of every label")
    return answers.probabilities


def _mean_absolute_error(answers: Answers, weights: np.ndarray) -> np.ndarray:
    return _mean(np.abs(answers.actual - answers.predicted), weights)


def _mean_squared_error(answers: Answers, weights: np.ndarray) -> np.ndarray:
    return _mean((answers.actual - answers.predicted) ** 2, weights)


def _root_mean_squared_error(answers: Answers, weights: np.ndarray) -> np.ndarray:
    return np.asarray(np.sqrt(_mean_squared_error(answers, weights)))


def _r2(answers: Answers, weights: np.ndarray) -> np.ndarray:
    # Centred first, so that large amounts that differ little lose no digits. Rows that are
    # all alike have no spread but that of rounding, and no R² either.
    centred = answers.actual - answers.actual.mean()
    square = _mean(centred**2, weights)
    spread = square - _mean(centred, weights) ** 2
    spread = np.where(spread > 1e-9 * square, spread, np.nan)
    return np.asarray(1 - _mean_squared_error(answers, weights) / spread)


_WEIGHTED: dict[str, Callable[[Answers, np.ndarray], np.ndarray]] = {
    "accuracy": _accuracy,
    "balanced_accuracy": _balanced_accuracy,
    "roc_auc": _roc_auc,
    "f1_macro": _f1_macro,
    "log_loss": _log_loss,
    "mean_absolute_error": _mean_absolute_error,
    "root_mean_squared_error": _root_mean_squared_error,
    "r2": _r2,
}
