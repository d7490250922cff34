"""Comparing the recipes by cross-validation, and fitting one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pandas as pd
from joblib import parallel_config
from sklearn.metrics import get_scorer
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from brinery.evaluation import metrics
from brinery.schema.columns import Schema
from brinery.training import splits
from brinery.training.recipes import COMPARED, Recipe
from brinery.worker.inside import all_cores

__all__ = ["MAX_COMPARED_ROWS", "MIN_THREADED_ROWS", "compare", "fitted"]

MAX_COMPARED_ROWS = 10_000
"""More rows than this say little more about which recipe is best, and take long."""

MIN_THREADED_ROWS = 100_000
"""From so many rows on, BLAS and OpenMP get every core too."""


def compare(
    schema: Schema,
    frame: pd.DataFrame,
    target: np.ndarray,
    *,
    main_metric: str,
    seed: int,
    tell: Callable[[str], None],
) -> tuple[tuple[Recipe, float, float], ...]:
    """Cross-validate every recipe on the same folds of the training rows.

    Stone (1974), doi:10.1111/j.2517-6161.1974.tb00994.x.

    Parameters
    ----------
    schema : Schema
        Whose features `frame` has.
    frame : pandas.DataFrame, shape (n_train, n_features)
        The training rows; at most 10,000 of them are used.
    target : numpy.ndarray, shape (n_train,)
        Their target.
    main_metric : str
        What is compared.
    seed : int
        Of the folds and the recipes.
    tell : callable
        Given a sentence before each recipe.

    Returns
    -------
    tuple of (Recipe, mean, spread)
        The best first; on a tie the simpler recipe. Mean and standard deviation over the
        folds, in the metric's own sign.
    """
    rows = splits.sample(schema.task, target, MAX_COMPARED_ROWS, seed=seed)
    frame, target = frame.iloc[rows], target[rows]
    folds = splits.folds(schema.task, target, seed=seed)
    n_labels = 0 if schema.task == "amount" else np.unique(target).size
    sign = 1 if metrics.higher_is_better(main_metric) else -1
    scorer = get_scorer(metrics.scorer_name(main_metric, n_labels))
    found = []
    for recipe in COMPARED:
        tell(f"Comparing recipes: {recipe.title.lower()}")
        scores = np.array(
            [
                scorer(
                    fitted(recipe, schema, frame.iloc[learn], target[learn], seed=seed),
                    frame.iloc[held],
                    target[held],
                )
                for learn, held in folds.split(frame, target)
            ]
        )
        found.append((recipe, sign * float(scores.mean()), float(scores.std())))
    return tuple(sorted(found, key=lambda one: -sign * one[1]))


def fitted(
    recipe: Recipe, schema: Schema, frame: pd.DataFrame, target: np.ndarray, *, seed: int
) -> Pipeline:
    """Fit one recipe on every core; what comes out answers on one, the same on any machine."""
    with _cores(len(target)):
        pipeline = _with_jobs(_built(recipe, schema, seed), -1).fit(frame, target)
    return _with_jobs(pipeline, None)


@contextmanager
def _cores(n_rows: int) -> Iterator[None]:
    # The threads of OpenMP wait for each other by spinning: on a busy machine they make
    # boosting fifteen times slower, and on an idle one they save little on small tables.
    # The trees of a forest are threads of joblib's and take every core in any case.
    threads = all_cores() if n_rows >= MIN_THREADED_ROWS else threadpool_limits(1)
    with threads, parallel_config(backend="threading"):
        yield


def _built(recipe: Recipe, schema: Schema, seed: int) -> Pipeline:
    if recipe.build is None:
        raise LookupError(f"{recipe.name} is a choice among recipes, not one to fit")
    return recipe.build(schema, seed)


def _with_jobs(pipeline: Pipeline, n_jobs: int | None) -> Pipeline:
    model = pipeline.steps[-1][1]
    if "n_jobs" in model.get_params():
        model.set_params(n_jobs=n_jobs)
    return pipeline
