"""Whether probabilities should be corrected: told by answers for rows that were not seen.

Platt (1999), Probabilistic Outputs for Support Vector Machines; Zadrozny and Elkan (2002),
doi:10.1145/775047.775151. The blends of `auto` are weighed by the log loss and seldom need it;
weights for rare labels, and forests of large leaves, do.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from brinery.training.trials import Folds

__all__ = ["worth"]

_MIN_GAIN = 0.01
"""The share of the log loss that a correction has to save."""
_MIN_ROWS_FOR_STEPS = 1000
"""With fewer rows the steps of an isotonic regression follow chance."""
_TINY = 1e-6


def worth(folds: Folds, given: Sequence[np.ndarray]) -> str:
    """Find the correction that is worth its cost, on folds that it was not fitted on.

    Parameters
    ----------
    folds : Folds
    given : sequence of numpy.ndarray
        The probabilities for the held rows of each fold.

    Returns
    -------
    {"", "sigmoid", "isotonic"}
        "" where none saves a hundredth of the log loss, and for other than two labels.
    """
    if folds.labels.size != 2:
        return ""
    said = [one[:, 1] for one in given]
    came = [folds.answers(fold, one).actual for fold, one in enumerate(given)]
    ways = ["sigmoid"]
    if sum(map(len, came)) >= _MIN_ROWS_FOR_STEPS:
        ways.append("isotonic")
    plain = np.mean([_loss(p, y) for p, y in zip(said, came, strict=True)])
    losses = {
        way: np.mean([_of_fold(way, said, came, f) for f in range(len(said))]) for way in ways
    }
    best = min(losses, key=lambda way: losses[way])
    return best if losses[best] < (1 - _MIN_GAIN) * plain else ""


def _of_fold(way: str, said: list[np.ndarray], came: list[np.ndarray], fold: int) -> float:
    others = [other for other in range(len(said)) if other != fold]
    known = np.concatenate([said[other] for other in others])
    answers = np.concatenate([came[other] for other in others])
    if way == "isotonic":
        step = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(known, answers)
        return _loss(step.predict(said[fold]), came[fold])
    curve = LogisticRegression(C=1e6).fit(known[:, None], answers)
    return _loss(curve.predict_proba(said[fold][:, None])[:, 1], came[fold])


def _loss(said: np.ndarray, came: np.ndarray) -> float:
    of_truth = np.clip(np.where(came == 1, said, 1 - said), _TINY, 1.0)
    return float(-np.mean(np.log(of_truth)))
