"""What matters most: how much worse the model is when a column is shuffled."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from joblib import cpu_count, parallel_config

from brinery.evaluation import metrics
from brinery.evaluation.evaluation import Importance
from brinery.evaluation.metrics import Answers
from brinery.evaluation.threads import quiet_threads

__all__ = ["importances"]

MAX_ROWS = 500
MAX_PREDICTIONS = 100_000
"""Rows predicted in all: it keeps wide tables to seconds."""
_ROWS_A_CALL = 5000


def importances(
    pipeline: Any,
    frame: pd.DataFrame,
    target: np.ndarray,
    *,
    metric: str,
    weights: np.ndarray | None = None,
    seed: int,
) -> tuple[Importance, ...]:
    """Measure the permutation importance of every feature, what matters most first.

    Breiman (2001), Random Forests, doi:10.1023/A:1010933404324, section 10. The columns are
    shuffled as they stand in the table, before the pipeline prepares them. Of two columns
    that say the same, each may seem to matter little.

    scikit-learn's `permutation_importance` asks the pipeline once for every shuffle. A call has
    its price, whatever it asks, so here many shuffles are asked about at once.

    Parameters
    ----------
    pipeline : object
        Fitted.
    frame : pandas.DataFrame, shape (n_rows, n_features)
        Rows that training never saw; at most 500 of them are used.
    target : numpy.ndarray, shape (n_rows,)
        As the pipeline learned it.
    metric : str
        Our name of the metric; how much worse it gets is the importance.
    weights : numpy.ndarray, shape (n_rows,), optional
        How much each row counts.
    seed : int
        The same seed gives the same importances.
    """
    n_used = min(len(frame), MAX_ROWS)
    n_repeats = int(np.clip(MAX_PREDICTIONS // (n_used * frame.shape[1]), 1, 5))
    draw = np.random.default_rng(seed)
    used = np.sort(draw.permutation(len(frame))[:n_used])
    if metric == "roc_auc" and np.unique(target[used]).size < np.unique(target).size:
        used = np.arange(len(frame))  # every label must be there for a ranking
    asked = _Asked(
        pipeline, metric, frame.iloc[used], target[used], None if weights is None else weights[used]
    )
    orders = [draw.permutation(len(used)) for _ in range(n_repeats)]
    pairs = [(column, order) for column in range(frame.shape[1]) for order in orders]
    n_pairs = max(1, _ROWS_A_CALL // len(used))
    with quiet_threads(), ThreadPoolExecutor(cpu_count()) as threads:
        parts = threads.map(
            asked.shuffled, (pairs[at : at + n_pairs] for at in range(0, len(pairs), n_pairs))
        )
        (whole,) = asked.scores(asked.rows)
        worse = np.concatenate([*parts]).reshape(-1, n_repeats)
    sign = 1 if metrics.higher_is_better(metric) else -1
    falls = sign * (whole - worse)
    listed = [
        Importance(str(name), float(fall.mean()), float(fall.std()))
        for name, fall in zip(frame.columns, falls, strict=True)
    ]
    return tuple(sorted(listed, key=lambda one: -one.mean))


@dataclass(frozen=True, eq=False)
class _Asked:
    """A pipeline, what it is asked, and what came."""

    pipeline: Any
    metric: str
    rows: pd.DataFrame
    target: np.ndarray
    weights: np.ndarray | None

    def shuffled(self, pairs: Sequence[tuple[int, np.ndarray]]) -> list[float]:
        """Measure the rows with one column in another order, for each pair of the two."""
        n_rows = len(self.rows)
        every = self.rows.iloc[np.tile(np.arange(n_rows), len(pairs))].reset_index(drop=True)
        for number, (column, order) in enumerate(pairs):
            cells = self.rows.iloc[:, column].array.take(order)
            every.iloc[number * n_rows : (number + 1) * n_rows, column] = cells
        return self.scores(every)

    def scores(self, every: pd.DataFrame) -> list[float]:
        """Measure the answers to the rows, which stand once or many times over in `every`."""
        n_times = len(every) // len(self.rows)
        classes = getattr(self.pipeline, "classes_", None)
        actual = self.target if classes is None else np.searchsorted(classes, self.target)
        wants_chances = metrics.needs_probabilities(self.metric)
        with parallel_config(backend="threading"):  # whose threads do not inherit it
            told = (self.pipeline.predict_proba if wants_chances else self.pipeline.predict)(every)
        if wants_chances:
            several = [
                Answers(actual, one.argmax(axis=1), one, self.weights)
                for one in np.split(told, n_times)
            ]
        else:
            told = told if classes is None else np.searchsorted(classes, told)
            several = [Answers(actual, one, None, self.weights) for one in np.split(told, n_times)]
        return [metrics.values((self.metric,), one)[self.metric] for one in several]
