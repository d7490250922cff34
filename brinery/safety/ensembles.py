"""Checks of forests and boosting: their compiled code trusts every tree to fit the whole."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

__all__ = ["ENSEMBLES"]


def _is_tree(estimator: Any, n_features: int) -> bool:
    state = vars(estimator)
    tree = state.get("tree_")
    return (
        type(tree).__name__ == "Tree"
        and tree.n_features == n_features
        and state.get("n_features_in_") == n_features
    )


def _single(made: Any, state: dict[str, Any]) -> bool:
    return "tree_" not in state or _is_tree(made, int(state["n_features_in_"]))


def _forest(made: Any, state: dict[str, Any]) -> bool:
    """Check that each tree has its forest's features, or as many as were drawn for it."""
    if "estimators_" not in state:
        return True
    n_features = int(state["n_features_in_"])
    drawn = state.get("estimators_features_")
    is_bag = type(made).__name__.startswith("Bagging")
    if type(state["estimators_"]) is not list:
        return False
    for place, estimator in enumerate(state["estimators_"]):
        n_own = n_features
        if drawn is not None and drawn[place] is not None:
            chosen = np.asarray(drawn[place])
            if chosen.dtype.kind not in "iu" or (chosen < 0).any() or (chosen >= n_features).any():
                return False
            n_own = len(chosen)
        if is_bag and "tree_" not in vars(estimator):
            continue
        if not _is_tree(estimator, n_own):
            return False
    return True


def _boosting(_made: Any, state: dict[str, Any]) -> bool:
    """Check the table of trees, and that the first guess has a column for each of its columns."""
    if "estimators_" not in state:
        return True
    n_features = int(state["n_features_in_"])
    table = state["estimators_"]
    if not isinstance(table, np.ndarray) or table.ndim != 2 or table.dtype != object:
        return False
    for estimator in table.ravel():
        if type(estimator).__name__ != "DecisionTreeRegressor":
            return False
        if not _is_tree(estimator, n_features) or estimator.tree_.value.shape[1:] != (1, 1):
            return False
    n_columns = table.shape[1]
    if state.get("n_trees_per_iteration_", n_columns) != n_columns:
        return False
    loss: Any = state["_loss"]
    first: Any = state.get("init_")
    is_multiclass = bool(getattr(loss, "is_multiclass", False))
    if (n_columns > 1) != is_multiclass:
        return False
    if not is_multiclass:
        return True
    if isinstance(first, str):
        return bool(first == "zero")
    return bool(_n_guessed(first, n_features) == n_columns)


def _n_guessed(first: Any, n_features: int) -> int:
    """Count the columns of the first guess, which compiled code writes to unchecked."""
    if type(first).__name__ == "DummyClassifier":
        state = vars(first)
        is_usual = state["strategy"] == "prior" and state["n_outputs_"] == 1
        return len(state["class_prior_"]) if is_usual else 0
    return int(first.predict_proba(np.zeros((1, n_features), dtype=np.float32)).shape[1])


def _histogram(_made: Any, state: dict[str, Any]) -> bool:
    """Check that no predictor asks for a feature, or for categories, that there are not."""
    if "_predictors" not in state:
        return True
    n_features = int(state["n_features_in_"])
    is_category = np.asarray(state["_bin_mapper"].is_categorical_)
    if is_category.shape != (n_features,):
        return False
    for predictor in (one for several in state["_predictors"] for one in several):
        nodes = predictor.nodes[predictor.nodes["is_leaf"] == 0]
        features = nodes["feature_idx"]
        if len(features) and not 0 <= int(features.min()) <= int(features.max()) < n_features:
            return False
        if not is_category[features[nodes["is_categorical"] == 1]].all():
            return False
    before = state.get("_preprocessor")
    return before is None or _keeps_all_columns(before, n_features)


def _keeps_all_columns(before: Any, n_features: int) -> bool:
    """Check the preprocessor that histogram boosting makes for categorical columns."""
    if type(before).__name__ != "ColumnTransformer":
        return False
    (first, encoder, one), (second, checker, other), *rest = before.transformers_
    one, other = np.asarray(one), np.asarray(other)
    return (
        (first, second) == ("encoder", "numerical")
        and all(isinstance(step, str) and step == "drop" for _, step, _ in rest)
        and type(encoder).__name__ == "OrdinalEncoder"
        and type(checker).__name__ == "FunctionTransformer"
        and isinstance(checker.func, partial)
        and one.dtype == other.dtype == bool
        and one.shape == other.shape == (n_features,)
        and bool((one != other).all())
    )


_SEVERAL: tuple[tuple[str, Callable[[Any, dict[str, Any]], bool]], ...] = (
    (
        """DecisionTreeClassifier DecisionTreeRegressor ExtraTreeClassifier
        ExtraTreeRegressor""",
        _single,
    ),
    (
        """BaggingClassifier BaggingRegressor ExtraTreesClassifier ExtraTreesRegressor
        IsolationForest RandomForestClassifier RandomForestRegressor RandomTreesEmbedding""",
        _forest,
    ),
    ("GradientBoostingClassifier GradientBoostingRegressor", _boosting),
    ("HistGradientBoostingClassifier HistGradientBoostingRegressor", _histogram),
)
ENSEMBLES: dict[str, Callable[[Any, dict[str, Any]], bool]] = {
    name: check for names, check in _SEVERAL for name in names.split()
}
"""The check of each class: whether what it learnt fits together."""
