"""Every estimator of scikit-learn that can be fitted on a small table, and our own pipelines.

The door's list is made from them, and the tests save, prove and load each.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn import (
    ensemble,
    linear_model,
    preprocessing,
    tree,
)
from sklearn.datasets import make_blobs
from sklearn.utils import all_estimators

from tools.pipelines import pipelines

__all__ = ["METHODS", "fitted"]

METHODS = ("predict", "predict_proba", "transform", "decision_function", "score_samples")
"""How an estimator may be asked."""

N_ROWS = 60


def _numbers() -> tuple[np.ndarray, np.ndarray]:
    """Make three kinds of points that no two estimators disagree about by rounding."""
    X, y = make_blobs(N_ROWS, n_features=4, centers=3, random_state=0)
    return np.abs(X) + 0.1, y


def _arguments(kind: type) -> dict[str, Any]:
    """Give the arguments without which an estimator can't be made or fitted."""
    forest = ensemble.RandomForestClassifier(n_estimators=5, random_state=0)
    line = linear_model.LogisticRegression()
    both = [("tree", tree.DecisionTreeClassifier(random_state=0)), ("line", line)]
    regressors = [("tree", tree.DecisionTreeRegressor(random_state=0)), ("r", linear_model.Ridge())]
    given: dict[str, dict[str, Any]] = {
        "ClassifierChain": {"estimator": line},
        "ColumnTransformer": {"transformers": [("s", preprocessing.StandardScaler(), [0, 1])]},
        "FeatureUnion": {"transformer_list": [("s", preprocessing.StandardScaler())]},
        "FixedThresholdClassifier": {"estimator": line},
        "FrozenEstimator": {"estimator": line},
        "GridSearchCV": {"estimator": line, "param_grid": {"C": [0.1, 1.0]}},
        "HalvingGridSearchCV": {"estimator": line, "param_grid": {"C": [0.1, 1.0]}},
        "HalvingRandomSearchCV": {
            "estimator": line,
            "param_distributions": {"C": [0.1, 1.0, 2.0]},
            "random_state": 0,
        },
        "MultiOutputClassifier": {"estimator": line},
        "MultiOutputRegressor": {"estimator": linear_model.Ridge()},
        "OneVsOneClassifier": {"estimator": line},
        "OneVsRestClassifier": {"estimator": line},
        "PatchExtractor": {"patch_size": (2, 2)},
        "OutputCodeClassifier": {"estimator": line, "random_state": 0},
        "Pipeline": {"steps": [("s", preprocessing.StandardScaler()), ("f", forest)]},
        "RFE": {"estimator": line},
        "RFECV": {"estimator": line},
        "RandomizedSearchCV": {
            "estimator": line,
            "param_distributions": {"C": [0.1, 1.0, 2.0]},
            "n_iter": 2,
            "random_state": 0,
        },
        "RegressorChain": {"estimator": linear_model.Ridge()},
        "SelfTrainingClassifier": {"estimator": line},
        "SelectFromModel": {"estimator": forest},
        "SequentialFeatureSelector": {"estimator": line},
        "SparseCoder": {"dictionary": np.eye(4)},
        "StackingClassifier": {"estimators": both},
        "StackingRegressor": {"estimators": regressors},
        "TunedThresholdClassifierCV": {"estimator": line},
        "VotingClassifier": {"estimators": both, "voting": "soft"},
        "VotingRegressor": {"estimators": regressors},
        "RadiusNeighborsClassifier": {"radius": 20.0},
        "RadiusNeighborsRegressor": {"radius": 20.0},
        "RadiusNeighborsTransformer": {"radius": 20.0},
        "MiniBatchSparsePCA": {"max_iter": 5},
        "GaussianRandomProjection": {"n_components": 2},
        "SparseRandomProjection": {"n_components": 2},
    }
    arguments = given.get(kind.__name__, {})
    names = kind._get_param_names()
    small = {"n_estimators": 5, "random_state": 0} | (
        {"max_iter": 20} if "NeuralNetwork" in kind.__module__ or "MLP" in kind.__name__ else {}
    )
    return {key: value for key, value in small.items() if key in names} | arguments


def _targets(kind: type, y: np.ndarray) -> list[Any]:
    """Give the targets to try, the likeliest first."""
    name = kind.__name__
    two = (y > 0).astype(int)
    if name in {"MultiOutputClassifier", "ClassifierChain"}:
        return [np.column_stack([two, y == 1]).astype(int)]
    if name.startswith(("MultiTask", "MultiOutputR", "RegressorChain", "CCA", "PLS")):
        return [np.column_stack([y, y**2]).astype(float)]
    if name == "LabelBinarizer" or name == "LabelEncoder" or name == "MultiLabelBinarizer":
        return []
    return [y, two, y + 1.0]


def _inputs(kind: type, X: np.ndarray, y: np.ndarray) -> list[Any]:
    """Give the features to try, the likeliest first."""
    name = kind.__name__
    texts = np.array(["salt and vinegar", "dill and salt", "sugar"] * (N_ROWS // 3), dtype=object)
    if name in {"CountVectorizer", "TfidfVectorizer", "HashingVectorizer"}:
        return [texts]
    if name == "PatchExtractor":
        return [np.arange(128.0).reshape(2, 8, 8)]
    if name == "DictVectorizer":
        return [[{"town": "Ulm", "age": 3.0}, {"town": "Kiel"}] * 5]
    if name == "FeatureHasher":
        return [[{"town": 1, "age": 3}, {"plan": 2}] * 5]
    if name == "LabelBinarizer" or name == "LabelEncoder":
        return [y]
    if name == "MultiLabelBinarizer":
        return [[("a", "b"), ("b",)] * 5]
    if name == "IsotonicRegression":
        return [X[:, 0]]
    if name == "KernelCenterer":
        return [X @ X.T]
    return [X]


def fitted() -> Iterator[tuple[str, Any, Any]]:
    """Yield (name, fitted estimator, X) for each that can be fitted on a small table.

    `X` is what its `predict` or `transform` takes. First every estimator that
    scikit-learn lists, then `pipelines()`. Those that can't be fitted are left out.
    """
    from sklearn.experimental import enable_halving_search_cv, enable_iterative_imputer  # noqa: F401

    X, y = _numbers()
    for name, kind in all_estimators():
        done = _fit(kind, X, y)
        if done is not None:
            yield name, *done
    yield from pipelines()


def _fit(kind: type, X: np.ndarray, y: np.ndarray) -> tuple[Any, Any] | None:
    for features in _inputs(kind, X, y):
        for target in [*_targets(kind, y), None]:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    estimator = kind(**_arguments(kind))
                    if kind.__name__ == "FrozenEstimator":
                        estimator.estimator.fit(features, target)
                    if target is None:
                        return estimator.fit(features), features
                    return estimator.fit(features, target), features
                except (ValueError, TypeError, AttributeError):
                    continue
    return None
