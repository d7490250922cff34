"""The unfitted pipeline of each recipe, made for a schema."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.compose import TransformedTargetRegressor
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.kernel_approximation import Nystroem
from sklearn.linear_model import LogisticRegressionCV, RidgeCV
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from brinery.schema.columns import Schema
from brinery.training.preprocessing import n_columns, preparation

__all__ = ["Values", "baseline", "boosting", "extra_trees", "forest", "linear", "tree"]

Values = dict[str, Any]
"""The parameters that are fixed, by name; what is not is chosen by the size of the table."""

_LINEAR_LEVELS = 100
"""The most 0/1 columns that a linear model is given of one column."""
_MOST_BUMPS = 300
_BUMP = 0.3
"""How narrow a bump is, for each column: on ten public tables better than 1, 0.1 and 0.03."""


def baseline(schema: Schema, seed: int, given: Values) -> Pipeline:
    """Build what always gives the most common answer, or the median."""
    # The median is the constant with the smallest mean absolute error, so the hardest to beat.
    model = (
        DummyRegressor(strategy="median")
        if schema.task == "amount"
        else DummyClassifier(strategy="prior", random_state=seed)
    )
    return _pipeline(preparation(schema, numbers="filled"), model, given)


def linear(schema: Schema, seed: int, given: Values) -> Pipeline:
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
            **_weights(given),
        )
    shape = given.get("shape", "lines")
    prepare: Any = preparation(
        schema,
        numbers="curved" if shape == "curves" else "scaled",
        levels=given.get("levels", "columns"),
        max_levels=_LINEAR_LEVELS,
        seed=seed,
    )
    if shape == "surfaces":
        prepare = Pipeline([("columns", prepare), ("surfaces", _surfaces(schema, seed))])
    return _pipeline(prepare, model, given)


def _surfaces(schema: Schema, seed: int) -> Nystroem:
    """Place smooth bumps where rows are, so that all columns act together.

    Williams and Seeger (2001), Using the Nyström Method to Speed Up Kernel Machines, NeurIPS 13.
    """
    width = n_columns(schema, max_levels=_LINEAR_LEVELS)
    n_bumps = int(np.clip(_n_rows(schema) // 2, 10, _MOST_BUMPS))
    return Nystroem(gamma=_BUMP / width, n_components=n_bumps, random_state=seed)


def tree(schema: Schema, seed: int, given: Values) -> Pipeline:
    """Build one small tree that can be read. Breiman et al. (1984), doi:10.1201/9781315139470."""
    kind = DecisionTreeRegressor if schema.task == "amount" else DecisionTreeClassifier
    model = kind(
        max_depth=given.get("max_depth", 5),
        min_samples_leaf=given.get("min_samples_leaf", max(5, _n_rows(schema) // 100)),
        random_state=seed,
        **_weights(given),
    )
    return _pipeline(preparation(schema, numbers="filled", max_levels=20), model, given)


def forest(schema: Schema, seed: int, given: Values) -> Pipeline:
    """Build a random forest. Breiman (2001), doi:10.1023/A:1010933404324."""
    return _trees(RandomForestRegressor, RandomForestClassifier, schema, seed, given)


def extra_trees(schema: Schema, seed: int, given: Values) -> Pipeline:
    """Build extremely randomised trees. Geurts et al. (2006), doi:10.1007/s10994-006-6226-1."""
    return _trees(ExtraTreesRegressor, ExtraTreesClassifier, schema, seed, given)


def _trees(for_amounts: Any, for_labels: Any, schema: Schema, seed: int, given: Values) -> Any:
    is_amount = schema.task == "amount"
    # Leaves grow with the table: a forest of single-row leaves fills the memory of a worker.
    model = (for_amounts if is_amount else for_labels)(
        n_estimators=given.get("n_estimators", 300),
        min_samples_leaf=given.get("min_samples_leaf", max(2, _n_rows(schema) // 3000)),
        max_features=given.get("max_features", 0.5 if is_amount else "sqrt"),
        random_state=seed,
        **_weights(given),
    )
    prepare = preparation(
        schema, numbers="filled", levels=given.get("levels", "columns"), seed=seed
    )
    return _pipeline(prepare, model, given)


def boosting(schema: Schema, seed: int, given: Values) -> Pipeline:
    """Build histogram gradient boosting.

    Friedman (2001), doi:10.1214/aos/1013203451; Ke et al. (2017), LightGBM, NeurIPS 30.
    """
    kind = (
        HistGradientBoostingRegressor if schema.task == "amount" else HistGradientBoostingClassifier
    )
    large = _n_rows(schema) >= 3000
    model = kind(
        categorical_features=None,  # see preprocessing.preparation
        learning_rate=given.get("learning_rate", 0.06),
        max_iter=given.get("max_iter", 400 if large else 120),
        max_leaf_nodes=given.get("max_leaf_nodes", 31 if large else 15),
        min_samples_leaf=given.get("min_samples_leaf", 20 if large else 10),
        l2_regularization=given.get("l2_regularization", 1.0),
        max_features=given.get("max_features", 1.0),
        early_stopping=large and "max_iter" not in given,
        n_iter_no_change=15,
        random_state=seed,
        **_weights(given),
    )
    prepare = preparation(schema, numbers="blank", levels=given.get("levels", "columns"), seed=seed)
    return _pipeline(prepare, model, given)


def _pipeline(prepare: object, model: Any, given: Values) -> Pipeline:
    if given.get("scale") == "log":
        model = TransformedTargetRegressor(
            model, func=np.log1p, inverse_func=np.expm1, check_inverse=False
        )
    return Pipeline([("prepare", prepare), ("model", model)])


def _weights(given: Values) -> dict[str, str]:
    return {"class_weight": "balanced"} if given.get("class_weight") == "balanced" else {}


def _n_rows(schema: Schema) -> int:
    return max((column.n_rows for column in schema.columns), default=0)
