"""The metrics, by the names that the field gives them.

Labels are handled as codes: the position in the classifier's `classes_`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn import metrics

from brinery.schema.columns import Task

__all__ = [
    "Answers",
    "choosing_metric",
    "higher_is_better",
    "main_metric",
    "metric_names",
    "needs_probabilities",
    "values",
    "without_probabilities",
]

MOST_COMMON_SHARE = 0.8
"""Where one label is more common than this, being right says little: ranking is looked at."""

_LOWER = ("log_loss", "mean_absolute_error", "root_mean_squared_error")


@dataclass(frozen=True, eq=False)
class Answers:
    """What came and what was predicted, for the same rows.

    Attributes
    ----------
    actual, predicted : numpy.ndarray, shape (n_rows,)
        Label codes (int64), or amounts (float64).
    probabilities : numpy.ndarray, shape (n_rows, n_labels), or None
        For labels; each row sums to 1.
    weights : numpy.ndarray, shape (n_rows,), or None
        How much each row counts; None where all count alike.
    """

    actual: np.ndarray
    predicted: np.ndarray
    probabilities: np.ndarray | None = None
    weights: np.ndarray | None = None


def main_metric(task: Task, target: np.ndarray) -> str:
    """Name the metric to look at first.

    Accuracy for labels, the area under the ROC curve where one label has more than four
    fifths of the rows; the mean absolute error for amounts.
    """
    if task == "amount":
        return "mean_absolute_error"
    _, counts = np.unique(target, return_counts=True)
    return "roc_auc" if counts.max() > MOST_COMMON_SHARE * counts.sum() else "accuracy"


def choosing_metric(task: Task) -> str:
    """Name the metric to choose recipes by: finer than what is read first.

    The area under the ROC curve for two labels and the log loss for more, which see by how
    much an answer was right or wrong; the root mean squared error for amounts.
    """
    return {"yes/no": "roc_auc", "classes": "log_loss"}.get(task, "root_mean_squared_error")


def metric_names(task: Task, main: str) -> tuple[str, ...]:
    """List the metrics of a task, the main one first."""
    if task == "amount":
        names = ["mean_absolute_error", "root_mean_squared_error", "r2"]
    else:
        names = ["accuracy", "balanced_accuracy", "roc_auc", "f1_macro", "log_loss"]
    return (main, *(name for name in names if name != main))


def needs_probabilities(metric: str) -> bool:
    """Tell whether bare labels do not suffice for a metric."""
    return metric in ("roc_auc", "log_loss")


def without_probabilities(main: str) -> str:
    """Name the metric to look at first where a model gives bare labels."""
    return "balanced_accuracy" if needs_probabilities(main) else main


def higher_is_better(metric: str) -> bool:
    """Say which way the metric is good."""
    return metric not in _LOWER


def values(names: tuple[str, ...], answers: Answers) -> dict[str, float]:
    """Compute the metrics with scikit-learn's own functions."""
    return {name: float(_FUNCTIONS[name](answers)) for name in names}


def _roc_auc(answers: Answers) -> float:
    chances = _chances(answers)
    weights = answers.weights
    if chances.shape[1] == 2:
        return float(metrics.roc_auc_score(answers.actual, chances[:, 1], sample_weight=weights))
    labels = np.arange(chances.shape[1])
    return float(
        metrics.roc_auc_score(
            answers.actual, chances, multi_class="ovr", labels=labels, sample_weight=weights
        )
    )


def _log_loss(answers: Answers) -> float:
    chances = _chances(answers)
    labels = np.arange(chances.shape[1])
    return float(
        metrics.log_loss(answers.actual, chances, labels=labels, sample_weight=answers.weights)
    )


def _f1_macro(answers: Answers) -> float:
    return _of(metrics.f1_score, answers, average="macro", zero_division=0.0)


def _of(metric: Callable[..., Any], answers: Answers, **more: Any) -> float:
    return float(metric(answers.actual, answers.predicted, sample_weight=answers.weights, **more))


def _chances(answers: Answers) -> np.ndarray:
    if answers.probabilities is None:
        raise LookupError("the metric needs the probability of every label")
    return answers.probabilities


_FUNCTIONS: dict[str, Callable[[Answers], float]] = {
    "accuracy": lambda a: _of(metrics.accuracy_score, a),
    "balanced_accuracy": lambda a: _of(metrics.balanced_accuracy_score, a),
    "roc_auc": _roc_auc,
    "f1_macro": _f1_macro,
    "log_loss": _log_loss,
    "mean_absolute_error": lambda a: _of(metrics.mean_absolute_error, a),
    "root_mean_squared_error": lambda a: _of(metrics.root_mean_squared_error, a),
    "r2": lambda a: _of(metrics.r2_score, a),
}
