"""The recipes: which pipelines Brinery trains, each under one name."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LogisticRegressionCV, RidgeCV
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from brinery.errors import CannotLearn
from brinery.schema.columns import Schema, Task
from brinery.training import preprocessing

__all__ = ["COMPARED", "RECIPES", "Recipe", "recipe_named"]

_TASKS: tuple[Task, ...] = ("yes/no", "classes", "amount")


@dataclass(frozen=True)
class Recipe:
    """One way to make a model.

    Attributes
    ----------
    name, title, sentence : str
        The word for code and shell, the words on screen, and what it is good for.
    tasks : tuple of {"yes/no", "classes", "amount"}
        What it can learn.
    build : callable or None
        Makes the unfitted pipeline from the schema and the seed. None for `auto`, which
        is no pipeline but the choice among the others.
    """

    name: str
    title: str
    sentence: str
    tasks: tuple[Task, ...]
    build: Callable[[Schema, int], Pipeline] | None


def recipe_named(name: str) -> Recipe:
    """Give the recipe of that name.

    Raises
    ------
    CannotLearn
        There is none; the remedy lists the names.
    """
    names = [recipe.name for recipe in RECIPES]
    if name not in names:
        close = difflib.get_close_matches(name, names, n=1)
        meant = f"Did you mean {close[0]}? " if close else ""
        raise CannotLearn(
            f"There is no recipe {name!r}.", remedy=f"{meant}Take one of {', '.join(names)}."
        )
    return RECIPES[names.index(name)]


def _baseline(schema: Schema, seed: int) -> Pipeline:
    # The median is the constant with the smallest mean absolute error, so the hardest to beat.
    model = (
        DummyRegressor(strategy="median")
        if schema.task == "amount"
        else DummyClassifier(strategy="prior", random_state=seed)
    )
    return _pipeline(preprocessing.imputed(schema), model)


def _linear(schema: Schema, seed: int) -> Pipeline:
    """Build a ridge or logistic regression whose strength is found by cross-validation.

    Hoerl and Kennard (1970), doi:10.1080/00401706.1970.10488634; Cox (1958),
    doi:10.1111/j.2517-6161.1958.tb00292.x.
    """
    if schema.task == "amount":
        model = RidgeCV(alphas=tuple(np.logspace(-2, 4, 13).tolist()))
    else:
        model = LogisticRegressionCV(
            Cs=(0.01, 0.1, 1.0, 10.0),
            l1_ratios=(0.0,),
            cv=StratifiedKFold(3, shuffle=True, random_state=seed),
            scoring="neg_log_loss",
            max_iter=5000,
            use_legacy_attributes=False,
            random_state=seed,
        )
    return _pipeline(preprocessing.standardised(schema), model)


def _tree(schema: Schema, seed: int) -> Pipeline:
    """Build one small tree that can be read. Breiman et al. (1984), doi:10.1201/9781315139470."""
    kind = DecisionTreeRegressor if schema.task == "amount" else DecisionTreeClassifier
    model = kind(max_depth=5, min_samples_leaf=max(5, _n_rows(schema) // 100), random_state=seed)
    return _pipeline(preprocessing.imputed(schema, max_levels=20), model)


def _forest(schema: Schema, seed: int) -> Pipeline:
    """Build a random forest. Breiman (2001), doi:10.1023/A:1010933404324."""
    # Leaves grow with the table: a forest of single-row leaves fills the memory of a worker.
    leaf = max(2, _n_rows(schema) // 1000)
    if schema.task == "amount":
        model = RandomForestRegressor(
            n_estimators=200, min_samples_leaf=leaf, max_features=0.5, random_state=seed
        )
    else:
        model = RandomForestClassifier(
            n_estimators=200, min_samples_leaf=leaf, max_features="sqrt", random_state=seed
        )
    return _pipeline(preprocessing.imputed(schema), model)


def _boosting(schema: Schema, seed: int) -> Pipeline:
    """Build histogram gradient boosting.

    Friedman (2001), doi:10.1214/aos/1013203451; Ke et al. (2017), LightGBM, NeurIPS 30.
    """
    kind = (
        HistGradientBoostingRegressor if schema.task == "amount" else HistGradientBoostingClassifier
    )
    large = _n_rows(schema) >= 3000
    model = kind(
        categorical_features=None,  # see preprocessing.unfilled
        learning_rate=0.06,
        max_iter=400 if large else 120,
        max_leaf_nodes=31 if large else 15,
        min_samples_leaf=20 if large else 10,
        l2_regularization=1.0,
        early_stopping=large,
        n_iter_no_change=15,
        random_state=seed,
    )
    return _pipeline(preprocessing.unfilled(schema), model)


def _pipeline(preparation: object, model: object) -> Pipeline:
    return Pipeline([("prepare", preparation), ("model", model)])


def _n_rows(schema: Schema) -> int:
    return max((column.n_rows for column in schema.columns), default=0)


COMPARED: tuple[Recipe, ...] = (
    Recipe(
        "baseline",
        "Baseline",
        "Always gives the most common answer. Any useful model must beat it.",
        _TASKS,
        _baseline,
    ),
    Recipe(
        "tree",
        "Decision tree",
        "A short list of questions that anyone can read and follow.",
        _TASKS,
        _tree,
    ),
    Recipe(
        "linear",
        "Linear model",
        "Adds up what each column contributes. Steady, small and fast.",
        _TASKS,
        _linear,
    ),
    Recipe(
        "forest",
        "Random forest",
        "Hundreds of trees that vote. Good without any tuning.",
        _TASKS,
        _forest,
    ),
    Recipe(
        "boosting",
        "Gradient boosting",
        "Trees that each mend the errors of those before. Often the most accurate.",
        _TASKS,
        _boosting,
    ),
)
"""The recipes that `auto` compares, the simplest first: on a tie the simpler one is kept."""

RECIPES: tuple[Recipe, ...] = (
    Recipe(
        "auto",
        "Find the best",
        "Tries every recipe on parts of your rows and keeps the best.",
        _TASKS,
        None,
    ),
    *COMPARED,
)
"""Every recipe, as a page lists them."""
