"""Blending: which candidates to average, and with which weights.

Models are added one at a time, each time the one that helps the average most, with
replacement: Caruana et al. (2004), Ensemble Selection from Libraries of Models,
doi:10.1145/1015330.1015432. What they answered for rows that they did not see decides, by
the log loss or the squared error, which reward honest probabilities too.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from brinery.training.trials import Folds, Trial

__all__ = ["blended", "weights"]

MOST_CONSIDERED = 10
MOST_MEMBERS = 4
_ROUNDS = 12
_TINY = 1e-6


def weights(folds: Folds, trials: Sequence[Trial], which: Sequence[int]) -> np.ndarray:
    """Find the weight of each candidate, from its answers on some folds.

    Parameters
    ----------
    folds : Folds
    trials : sequence of Trial
        Each on every fold.
    which : sequence of int
        The folds that decide.

    Returns
    -------
    numpy.ndarray of int64, shape (n_trials,)
        How often each was added; at most `MOST_MEMBERS` are not 0.
    """
    given = np.stack([np.concatenate([one.given[fold] for fold in which]) for one in trials])
    actual = np.concatenate([folds.answers(fold, trials[0].given[fold]).actual for fold in which])
    counts = np.zeros(len(trials), dtype=np.int64)
    total = np.zeros_like(given[0])
    best = np.inf
    for n_before in range(_ROUNDS):
        losses = np.array([_loss((total + one) / (n_before + 1), actual) for one in given])
        if np.count_nonzero(counts) >= MOST_MEMBERS:
            losses[counts == 0] = np.inf
        added = int(losses.argmin())
        if losses[added] >= best and n_before >= MOST_MEMBERS:
            break
        best = min(best, losses[added])
        counts[added] += 1
        total = total + given[added]
    return counts


def blended(
    folds: Folds, trials: Sequence[Trial]
) -> tuple[tuple[tuple[Trial, int], ...], tuple[np.ndarray, ...], tuple[float, ...]]:
    """Find the best blend, and score it on each fold with weights that the others decided.

    Returns
    -------
    members : tuple of (Trial, weight)
        What to blend, with the weights that all folds decided.
    given : tuple of numpy.ndarray
        What those weights would have answered for the held rows of each fold.
    scores : tuple of float
        On each fold, more is better.
    """
    every = range(len(folds.folds))
    ranked = sorted(trials, key=lambda one: -one.mean)[:MOST_CONSIDERED]
    scores = []
    for fold in every:
        others = [other for other in every if other != fold]
        counts = weights(folds, ranked, others)
        given = np.stack([one.given[fold] for one in ranked])
        scores.append(folds.score(fold, np.average(given, axis=0, weights=counts)))
    counts = weights(folds, ranked, list(every))
    members = tuple((one, int(count)) for one, count in zip(ranked, counts, strict=True) if count)
    whole = tuple(
        np.average(np.stack([one.given[fold] for one in ranked]), axis=0, weights=counts)
        for fold in every
    )
    return members, whole, tuple(scores)


def _loss(given: np.ndarray, actual: np.ndarray) -> float:
    if given.ndim == 1:
        return float(np.mean((given - actual) ** 2))
    chances = given[np.arange(len(actual)), actual]
    return float(-np.mean(np.log(np.clip(chances, _TINY, 1.0))))
