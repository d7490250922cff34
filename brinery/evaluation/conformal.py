"""Honest uncertainty: how wide a range has to be to hold the truth, learned from the holdout.

Split-conformal prediction: Vovk, Gammerman and Shafer (2005), doi:10.1007/b106715; Lei et al.
(2018), doi:10.1080/01621459.2017.1307116. What is kept are a few quantiles on the card, not an
estimator around the model: a range then needs no scikit-learn, costs nothing per row, and puts
no class of another package into the pickle.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np

from brinery.evaluation.evaluation import Ranges

__all__ = ["COVERAGE", "calibration_error", "for_amounts", "for_labels", "limits", "possible"]

COVERAGE = 0.9
"""The share of rows whose truth a range should hold, where nobody asks for another."""

_BAND_ROWS = 60
"""A band of predictions with fewer rows than this gets no width of its own."""
_MAX_BANDS = 5
_HALVINGS = 20


def for_amounts(actual: np.ndarray, predicted: np.ndarray, *, coverage: float, seed: int) -> Ranges:
    """Learn how far amounts lie from their predictions, by the size of the prediction.

    Each band of predictions has a width of its own (Mondrian conformal prediction), so that
    small and large amounts are each held as often as asked.

    Parameters
    ----------
    actual, predicted : numpy.ndarray, shape (n_rows,)
        Of rows that training never saw.
    coverage : float, from 0 to 1
        The share of rows whose truth the range is to hold.
    seed : int
        Of the halves on which the coverage is measured.
    """
    floor = 0.0 if actual.min() >= 0 else None

    def learn(rows: np.ndarray) -> Ranges:
        n_bands = int(np.clip(len(rows) // _BAND_ROWS, 1, _MAX_BANDS))
        shares = np.linspace(0, 1, n_bands + 1)[1:-1]
        edges = np.unique(np.quantile(predicted[rows], shares)) if len(shares) else np.array([])
        bands = np.searchsorted(edges, predicted[rows], side="right")
        off = np.abs(actual - predicted)[rows]
        widths = [_quantile(off[bands == band], coverage) for band in range(len(edges) + 1)]
        return Ranges(
            coverage, len(rows), edges=tuple(edges.tolist()), widths=tuple(widths), floor=floor
        )

    def held(ranges: Ranges, rows: np.ndarray) -> np.ndarray:
        low, high = limits(ranges, predicted[rows])
        return np.asarray((low <= actual[rows]) & (actual[rows] <= high))

    return _measured(learn, held, len(actual), seed)


def for_labels(actual: np.ndarray, chances: np.ndarray, *, coverage: float, seed: int) -> Ranges:
    """Learn how small the probability of the true label may be.

    Sadinle, Lei and Wasserman (2019), doi:10.1080/01621459.2017.1395341.

    Parameters
    ----------
    actual : numpy.ndarray of int64, shape (n_rows,)
        Label codes.
    chances : numpy.ndarray, shape (n_rows, n_labels)
    coverage, seed
        As `for_amounts` takes them.
    """
    of_truth = chances[np.arange(len(actual)), actual]

    def learn(rows: np.ndarray) -> Ranges:
        return Ranges(coverage, len(rows), least=1 - _quantile(1 - of_truth[rows], coverage))

    def held(ranges: Ranges, rows: np.ndarray) -> np.ndarray:
        return np.asarray(possible(ranges, chances[rows])[np.arange(len(rows)), actual[rows]])

    return _measured(learn, held, len(actual), seed)


def limits(ranges: Ranges, predicted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the range of each predicted amount: low and high, shape (n_rows,) each."""
    widths = np.array(ranges.widths)[np.searchsorted(ranges.edges, predicted, side="right")]
    low, high = predicted - widths, predicted + widths
    if ranges.floor is not None:
        low = np.maximum(low, np.minimum(ranges.floor, predicted))
    return low, high


def possible(ranges: Ranges, chances: np.ndarray) -> np.ndarray:
    """Tell which labels are possible: bool, shape (n_rows, n_labels); the likeliest always is."""
    kept = chances >= ranges.least
    kept[np.arange(len(chances)), chances.argmax(axis=1)] = True
    return np.asarray(kept)


def calibration_error(actual: np.ndarray, chances: np.ndarray, n_bins: int = 10) -> float:
    """Compute the expected calibration error of the answer that is given.

    Naeini et al. (2015), AAAI; equal-width bins. For two labels, of the probability of the
    second one; for more, of the likeliest.

    Parameters
    ----------
    actual : numpy.ndarray of int64, shape (n_rows,)
    chances : numpy.ndarray, shape (n_rows, n_labels)
    n_bins : int
    """
    if chances.shape[1] == 2:
        said, came = chances[:, 1], actual == 1
    else:
        said, came = chances.max(axis=1), chances.argmax(axis=1) == actual
    bins = np.minimum((said * n_bins).astype(int), n_bins - 1)
    gaps = np.bincount(bins, weights=came - said, minlength=n_bins)
    return float(np.abs(gaps).sum() / len(actual))


def _measured(
    learn: Callable[[np.ndarray], Ranges],
    held: Callable[[Ranges, np.ndarray], np.ndarray],
    n_rows: int,
    seed: int,
) -> Ranges:
    """Learn from all rows, and measure the coverage by learning from halves."""
    random = np.random.default_rng(seed)
    shares = []
    for _ in range(_HALVINGS):
        order = random.permutation(n_rows)
        first, second = order[: n_rows // 2], order[n_rows // 2 :]
        shares.append(held(learn(first), second).mean())
    return dataclasses.replace(learn(np.arange(n_rows)), measured=float(np.mean(shares)))


def _quantile(values: np.ndarray, coverage: float) -> float:
    """Give the value that holds for a further one with this chance; the largest where few are."""
    n_values = len(values)
    rank = min(int(np.ceil((n_values + 1) * coverage - 1e-9)), n_values)
    return float(np.sort(values)[rank - 1])
