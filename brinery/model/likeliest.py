"""Classifiers whose prediction is the likeliest label: one pass over the rows gives both.

`predict` and `predict_proba` each prepare the rows and walk all trees. For the classes below
scikit-learn takes the prediction from the very numbers that become the probabilities, so that
one walk is enough. Where the two likeliest labels lie so close that rounding might have made
them equal, the estimator itself is asked.
"""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["likeliest"]

_BY_PROBABILITY = frozenset(
    {"CalibratedClassifierCV", "ExtraTreesClassifier", "RandomForestClassifier"}
)
"""`predict` is the first of the highest `predict_proba`, by definition."""

_BY_SCORE = frozenset(
    {
        "DecisionTreeClassifier",
        "ExtraTreeClassifier",
        "GradientBoostingClassifier",
        "HistGradientBoostingClassifier",
        "LogisticRegression",
        "LogisticRegressionCV",
    }
)
"""`predict` is the highest of the scores that `predict_proba` makes probabilities of."""

_CLOSE = 1e-9


def likeliest(estimator: Any, rows: Any) -> tuple[np.ndarray, np.ndarray] | None:
    """Give what `predict` and `predict_proba` give, by one pass over the rows.

    Parameters
    ----------
    estimator : object
        A fitted estimator, or a pipeline that ends in one.
    rows : array-like, shape (n_rows, n_features)
        What `predict` would be given.

    Returns
    -------
    (labels, shares) or None
        Shapes (n_rows,) and (n_rows, n_labels); None where the class is none of those
        whose prediction is known to be the likeliest label.
    """
    before, last = _parted(estimator)
    name = type(last).__name__
    ours = type(last).__module__.startswith("sklearn.")
    if not ours or name not in _BY_PROBABILITY | _BY_SCORE:
        return None
    labels = getattr(last, "classes_", None)
    if not isinstance(labels, np.ndarray) or labels.ndim != 1:
        return None  # several targets
    for step in before:
        rows = step.transform(rows)
    shares = last.predict_proba(rows)
    if name in _BY_SCORE and _any_close(shares):
        return last.predict(rows), shares
    return labels.take(np.argmax(shares, axis=1)), shares


def _parted(estimator: Any) -> tuple[list[Any], Any]:
    """Give the steps that prepare, and the estimator behind them."""
    if type(estimator).__name__ in ("GridSearchCV", "RandomizedSearchCV"):
        return _parted(estimator.best_estimator_)
    if type(estimator).__name__ != "Pipeline":
        return [], estimator
    if getattr(estimator, "transform_input", None) is not None:
        return [], None
    steps = [step for _, step in estimator.steps]
    before, last = _parted(steps[-1])
    return [one for one in steps[:-1] if one not in (None, "passthrough")] + before, last


def _any_close(shares: np.ndarray) -> bool:
    if shares.shape[1] < 2:
        return False
    highest = np.partition(shares, -2, axis=1)[:, -2:]
    return not bool(np.all(highest[:, 1] - highest[:, 0] > _CLOSE))
