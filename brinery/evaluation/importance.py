"""What matters most: how much worse the model is when a column is shuffled."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from joblib import parallel_config
from sklearn.inspection import permutation_importance

from brinery.evaluation.evaluation import Importance
from brinery.evaluation.threads import quiet_threads

__all__ = ["importances"]

MAX_ROWS = 500
MAX_PREDICTIONS = 100_000
"""Rows predicted in all: it keeps wide tables to seconds."""


def importances(
    pipeline: Any,
    frame: pd.DataFrame,
    target: np.ndarray,
    *,
    scorer: str,
    weights: np.ndarray | None = None,
    seed: int,
) -> tuple[Importance, ...]:
    """Measure the permutation importance of every feature, what matters most first.

    Breiman (2001), Random Forests, doi:10.1023/A:1010933404324, section 10. The columns are
    shuffled as they stand in the table, before the pipeline prepares them. Of two columns
    that say the same, each may seem to matter little.

    Parameters
    ----------
    pipeline : object
        Fitted.
    frame : pandas.DataFrame, shape (n_rows, n_features)
        Rows that training never saw; at most 500 of them are used.
    target : numpy.ndarray, shape (n_rows,)
        As the pipeline learned it.
    scorer : str
        scikit-learn's name of the metric; its fall is the importance.
    weights : numpy.ndarray, shape (n_rows,), optional
        How much each row counts.
    seed : int
        The same seed gives the same importances.
    """
    n_used = min(len(frame), MAX_ROWS)
    n_repeats = int(np.clip(MAX_PREDICTIONS // (n_used * frame.shape[1]), 1, 5))
    used = np.sort(np.random.default_rng(seed).permutation(len(frame))[:n_used])
    if scorer.startswith("roc_auc") and np.unique(target[used]).size < np.unique(target).size:
        used = np.arange(len(frame))  # every label must be there for a ranking
    with parallel_config(backend="threading"), quiet_threads():
        found = permutation_importance(
            pipeline,
            frame.iloc[used],
            target[used],
            scoring=scorer,
            n_repeats=n_repeats,
            random_state=seed,
            n_jobs=-1,
            sample_weight=None if weights is None else weights[used],
        )
    listed = [
        Importance(str(name), float(mean), float(spread))
        for name, mean, spread in zip(
            frame.columns, found.importances_mean, found.importances_std, strict=True
        )
    ]
    return tuple(sorted(listed, key=lambda one: -one.mean))
