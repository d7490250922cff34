"""Fitted pipelines as people build them from a table of mixed columns."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from sklearn import (
    compose,
    ensemble,
    feature_extraction,
    gaussian_process,
    impute,
    linear_model,
    model_selection,
    naive_bayes,
    neighbors,
    neural_network,
    pipeline,
    preprocessing,
    svm,
    tree,
)
from sklearn.base import clone
from sklearn.dummy import DummyClassifier, DummyRegressor

__all__ = ["frame", "pipelines"]

N_ROWS = 60


def frame() -> pd.DataFrame:
    """Make a small table with numbers, words and blanks."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "age": rng.integers(18, 80, N_ROWS).astype(float),
            "income": rng.normal(30, 9, N_ROWS),
            "town": rng.choice(["Ulm", "Bonn", "Kiel"], N_ROWS).astype(object),
            "plan": rng.choice(["basic", "whole family"], N_ROWS).astype(object),
        }
    )
    table.loc[::7, "age"] = np.nan
    table.loc[::9, "town"] = np.nan
    return table


def _columns(numbers: list[Any], words: list[Any]) -> Any:
    return compose.ColumnTransformer(
        [
            ("numbers", pipeline.make_pipeline(*numbers), ["age", "income"]),
            ("words", pipeline.make_pipeline(*words), ["town", "plan"]),
        ],
        remainder="drop",
        verbose_feature_names_out=False,
    )


def pipelines() -> Iterator[tuple[str, Any, Any]]:
    """Yield (name, fitted pipeline, X) for what people build from a table of mixed columns."""
    table = frame()
    rng = np.random.default_rng(1)
    classes = np.where(table["income"] + rng.normal(0, 5, N_ROWS) > 30, "yes", "no").astype(object)
    amounts = (table["income"] * 2 + rng.normal(0, 1, N_ROWS)).to_numpy()
    whole = preprocessing.StandardScaler(with_mean=False, with_std=False)
    scaled = _columns(
        [
            impute.SimpleImputer(strategy="median", add_indicator=True),
            preprocessing.StandardScaler(),
        ],
        [
            impute.SimpleImputer(strategy="constant", fill_value="(blank)"),
            preprocessing.OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=2),
        ],
    )
    ordered = _columns(
        [whole],
        [
            preprocessing.OrdinalEncoder(
                handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=np.nan
            )
        ],
    )
    targeted = _columns(
        [impute.KNNImputer(), preprocessing.PolynomialFeatures()],
        [preprocessing.TargetEncoder(random_state=0)],
    )
    logged = _columns(
        [impute.SimpleImputer(), preprocessing.FunctionTransformer(np.log1p)],
        [preprocessing.OneHotEncoder(handle_unknown="ignore", sparse_output=False)],
    ).set_output(transform="pandas")
    selected = compose.make_column_transformer(
        (
            pipeline.make_pipeline(
                impute.SimpleImputer(), preprocessing.KBinsDiscretizer(encode="onehot-dense")
            ),
            compose.make_column_selector(dtype_include=float),
        ),
        remainder="drop",
    )
    by_index = compose.ColumnTransformer(
        [
            ("n", impute.SimpleImputer(), table.columns[:2]),
            ("w", preprocessing.OneHotEncoder(), table.columns[2:]),
        ]
    )
    text = compose.ColumnTransformer([("t", feature_extraction.text.TfidfVectorizer(), "plan")])
    forest = ensemble.RandomForestClassifier
    boosting = ensemble.HistGradientBoostingClassifier
    for name, before, last, target in (
        ("dummy yes/no", scaled, DummyClassifier(), classes),
        ("dummy amount", scaled, DummyRegressor(), amounts),
        ("tree yes/no", scaled, tree.DecisionTreeClassifier(random_state=0), classes),
        ("tree amount", ordered, tree.DecisionTreeRegressor(random_state=0), amounts),
        ("logistic", scaled, linear_model.LogisticRegression(), classes),
        (
            "logistic cv",
            scaled,
            linear_model.LogisticRegressionCV(cv=3, scoring="accuracy"),
            classes,
        ),
        ("ridge", scaled, linear_model.RidgeCV(), amounts),
        ("linear", targeted, linear_model.LinearRegression(), amounts),
        ("forest yes/no", ordered, forest(5, random_state=0), classes),
        ("forest amount", ordered, ensemble.RandomForestRegressor(5, random_state=0), amounts),
        ("boosting yes/no", ordered, boosting(max_iter=5, random_state=0), classes),
        (
            "boosting by frame",
            compose.ColumnTransformer([("n", whole, ["age", "income"])], remainder="drop"),
            boosting(max_iter=5, early_stopping=True, scoring="roc_auc", random_state=0),
            classes,
        ),
        (
            "boosting amount",
            ordered,
            ensemble.HistGradientBoostingRegressor(max_iter=5, random_state=0),
            amounts,
        ),
        (
            "boosting gamma",
            ordered,
            ensemble.HistGradientBoostingRegressor(loss="gamma", max_iter=5, random_state=0),
            np.abs(amounts) + 1,
        ),
        (
            "boosting poisson",
            ordered,
            ensemble.HistGradientBoostingRegressor(loss="poisson", max_iter=5, random_state=0),
            np.abs(amounts),
        ),
        (
            "boosting quantile",
            ordered,
            ensemble.HistGradientBoostingRegressor(
                loss="quantile", quantile=0.9, max_iter=5, random_state=0
            ),
            amounts,
        ),
        (
            "boosting absolute",
            ordered,
            ensemble.HistGradientBoostingRegressor(
                loss="absolute_error", max_iter=5, random_state=0
            ),
            amounts,
        ),
        ("boosting three", ordered, boosting(max_iter=3, random_state=0), np.arange(N_ROWS) % 3),
        (
            "gradient boosting",
            scaled,
            ensemble.GradientBoostingClassifier(n_estimators=3, random_state=0),
            np.arange(N_ROWS) % 3,
        ),
        (
            "gradient huber",
            scaled,
            ensemble.GradientBoostingRegressor(loss="huber", n_estimators=3, random_state=0),
            amounts,
        ),
        ("columns by an index", by_index, linear_model.Ridge(), amounts),
        ("logged", logged, linear_model.Ridge(), amounts),
        ("selected", selected, naive_bayes.GaussianNB(), classes),
        ("text", text, linear_model.SGDClassifier(random_state=0), classes),
        ("sgd log", scaled, linear_model.SGDClassifier(loss="log_loss", random_state=0), classes),
        (
            "sgd huber",
            scaled,
            linear_model.SGDClassifier(loss="modified_huber", random_state=0),
            classes,
        ),
        ("sgd amount", scaled, linear_model.SGDRegressor(loss="huber", random_state=0), amounts),
        ("svc", scaled, svm.SVC(kernel="rbf"), classes),
        ("neighbours", scaled, neighbors.KNeighborsClassifier(algorithm="ball_tree"), classes),
        ("kd tree", logged, neighbors.KNeighborsRegressor(algorithm="kd_tree"), amounts),
        (
            "network",
            scaled,
            neural_network.MLPClassifier((4,), max_iter=5, random_state=0),
            classes,
        ),
        (
            "process",
            selected,
            gaussian_process.GaussianProcessRegressor(
                gaussian_process.kernels.ConstantKernel() * gaussian_process.kernels.RBF()
                + gaussian_process.kernels.WhiteKernel(),
                random_state=0,
            ),
            amounts,
        ),
        (
            "target on a log scale",
            scaled,
            compose.TransformedTargetRegressor(
                linear_model.Ridge(), func=np.log1p, inverse_func=np.expm1
            ),
            np.abs(amounts),
        ),
        (
            "search",
            ordered,
            model_selection.GridSearchCV(
                tree.DecisionTreeClassifier(random_state=0), {"max_depth": [2, None]}, cv=3
            ),
            classes,
        ),
        (
            "search with folds",
            ordered,
            model_selection.GridSearchCV(
                forest(3, random_state=0),
                {"max_depth": [2, None]},
                cv=model_selection.StratifiedKFold(3, shuffle=True, random_state=0),
                scoring=["accuracy", "f1_macro"],
                refit="accuracy",
            ),
            classes,
        ),
    ):
        whole_line = pipeline.Pipeline([("before", clone(before)), ("model", last)])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield name, whole_line.fit(table, target), table
    yield from _searches(table, classes, scaled)


def _searches(
    table: pd.DataFrame, classes: np.ndarray, scaled: Any
) -> Iterator[tuple[str, Any, Any]]:
    line = pipeline.Pipeline(
        [("before", clone(scaled)), ("model", linear_model.LogisticRegression())]
    )
    grid = {"model__C": [0.1, 1.0], "model": [linear_model.LogisticRegression()]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        search = model_selection.GridSearchCV(line, grid, cv=3).fit(table, classes)
        yield "search over a pipeline", search, table
        drawn = model_selection.RandomizedSearchCV(
            line, {"model__C": np.logspace(-1, 1, 5)}, n_iter=2, cv=3, random_state=0
        )
        yield "random search over a pipeline", drawn.fit(table, classes), table
