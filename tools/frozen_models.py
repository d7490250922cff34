"""Models as people made them with one release of scikit-learn; run by the Python of that release.

`tools/frozen.py` calls it in an environment of each release:
`python -m tools.frozen_models OUT`. It trains, pickles, loads the pickle again by Python's own
unpickling, lets that answer, and writes all of it into one zip file.
"""

from __future__ import annotations

import dataclasses
import json
import os
import pickle
import sys
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from sklearn import (
    calibration,
    cluster,
    compose,
    decomposition,
    ensemble,
    feature_extraction,
    gaussian_process,
    impute,
    linear_model,
    naive_bayes,
    neighbors,
    neural_network,
    pipeline,
    preprocessing,
    svm,
    tree,
)

from brinery.model.brought import model_of_brought
from brinery.model.environment import describe

__all__ = ["ENVIRONMENT", "frame", "models"]

ENVIRONMENT = "environment.json"
N_ROWS = 80
_NUMBERS = ["age", "income", "visits"]
_WORDS = ["city", "plan"]


def frame() -> pd.DataFrame:
    """Make a table of numbers and words, some of them blank."""
    rng = np.random.default_rng(4)
    table = pd.DataFrame(
        {
            "age": rng.integers(18, 80, N_ROWS).astype(float),
            "income": np.round(rng.gamma(2.0, 1500.0, N_ROWS), 2),
            "visits": rng.poisson(4, N_ROWS).astype(float),
            "city": rng.choice(["Bern", "Chur", "Genf", "Basel"], N_ROWS),
            "plan": rng.choice(["basic", "gold"], N_ROWS),
            "note": rng.choice(
                ["late again", "paid in time", "asked for more time", "new here, paid"], N_ROWS
            ),
        }
    )
    table.loc[::11, "income"] = np.nan
    table.loc[5::13, "city"] = np.nan
    return table


def models() -> Iterator[tuple[str, Any, pd.DataFrame]]:
    """Give each model under its name, with the table it is fitted on: all, or numbers alone."""
    table = frame()
    numbers = table[_NUMBERS].fillna({"income": 2500.0})
    rng = np.random.default_rng(5)
    score = 0.04 * (numbers["age"] - 50) + (table["plan"] == "gold") - numbers["income"] / 4000
    amount = np.round(100 + 20 * score + rng.normal(0, 3, N_ROWS), 2)
    label = np.where(score + rng.normal(0, 0.5, N_ROWS) > 0, "stays", "leaves")
    counts = rng.poisson(2, N_ROWS)
    for name, estimator, y in _of_the_table(amount, label, counts):
        yield name, estimator.fit(table, y), table
    for name, estimator, y in _of_numbers(amount, label, counts):
        yield name, estimator.fit(numbers, y), numbers


def _prepared(*steps: Any) -> Any:
    numbers = pipeline.make_pipeline(
        impute.SimpleImputer(strategy="median"), preprocessing.StandardScaler()
    )
    words = pipeline.make_pipeline(
        impute.SimpleImputer(strategy="most_frequent"),
        preprocessing.OneHotEncoder(handle_unknown="ignore"),
    )
    columns = compose.ColumnTransformer(
        [("numbers", numbers, _NUMBERS), ("words", words, _WORDS)], sparse_threshold=0
    )
    return pipeline.make_pipeline(columns, *steps)


def _ordinal(*steps: Any) -> Any:
    words = preprocessing.OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    columns = compose.ColumnTransformer(
        [("words", words, _WORDS), ("numbers", "passthrough", _NUMBERS)]
    )
    return pipeline.make_pipeline(columns, *steps)


def _few_trees() -> Any:
    return ensemble.RandomForestClassifier(n_estimators=8, max_depth=4, random_state=0)


def _of_the_table(amount: Any, label: Any, counts: Any) -> Iterator[tuple[str, Any, Any]]:
    line = linear_model.LogisticRegression()
    boosting = ensemble.GradientBoostingClassifier(n_estimators=12, random_state=0)
    by_category = ensemble.HistGradientBoostingClassifier(
        categorical_features=[0, 1], max_iter=12, random_state=0
    )
    of_counts = ensemble.HistGradientBoostingRegressor(loss="poisson", max_iter=12, random_state=0)
    calibrated = calibration.CalibratedClassifierCV(_few_trees(), cv=3, method="isotonic")
    stacked = ensemble.StackingClassifier([("trees", _few_trees()), ("line", line)], cv=3)
    encoded = compose.ColumnTransformer(
        [("plan", preprocessing.TargetEncoder(random_state=0), ["plan"])]
    )
    texts = compose.ColumnTransformer(
        [("note", feature_extraction.text.TfidfVectorizer(ngram_range=(1, 2)), "note")]
    )
    yield "linear regression", _prepared(linear_model.LinearRegression()), amount
    yield "logistic regression", _prepared(line), label
    yield "ridge classifier", _prepared(linear_model.RidgeClassifier()), label
    yield "gradient boosting", _prepared(boosting), label
    yield "histogram boosting with categories", _ordinal(by_category), label
    yield "histogram boosting of counts", _ordinal(of_counts), counts
    yield "decision tree", _ordinal(tree.DecisionTreeClassifier(max_depth=5, random_state=0)), label
    yield "random forest", _prepared(_few_trees()), label
    yield "calibrated", _prepared(calibrated), label
    yield "stacking", _prepared(stacked), label
    yield "target encoding", pipeline.make_pipeline(encoded, linear_model.Ridge()), amount
    yield "texts", pipeline.make_pipeline(texts, svm.LinearSVC(random_state=0)), label


def _of_numbers(amount: Any, label: Any, counts: Any) -> Iterator[tuple[str, Any, Any]]:
    line, near = linear_model.Ridge(), neighbors.KNeighborsRegressor()
    of_quantile = ensemble.GradientBoostingRegressor(
        loss="quantile", alpha=0.8, n_estimators=12, random_state=0
    )
    trees = ensemble.ExtraTreesRegressor(n_estimators=8, max_depth=4, random_state=0)
    network = neural_network.MLPClassifier((8,), max_iter=60, random_state=0)
    process = gaussian_process.GaussianProcessRegressor(normalize_y=True, alpha=0.1)

    def scaled(step: Any, scale: Any = None) -> Any:
        return pipeline.make_pipeline(scale or preprocessing.StandardScaler(), step)

    yield "quantile regression", linear_model.QuantileRegressor(quantile=0.9, alpha=0.01), amount
    splines = preprocessing.SplineTransformer()
    yield "splines", scaled(linear_model.PoissonRegressor(), splines), counts
    yield "gradient boosting of a quantile", of_quantile, amount
    yield "extra trees", trees, amount
    yield "support vectors", scaled(svm.SVC(), preprocessing.MaxAbsScaler()), label
    yield "nearest neighbours", scaled(neighbors.KNeighborsClassifier()), label
    yield "naive bayes", naive_bayes.GaussianNB(), label
    yield "neural network", scaled(network), label
    yield "voting", scaled(ensemble.VotingRegressor([("line", line), ("near", near)])), amount
    clusters = pipeline.make_pipeline(
        decomposition.PCA(2), cluster.KMeans(3, n_init=2, random_state=0)
    )
    yield "principal components and clusters", scaled(clusters), None
    yield "isolation forest", ensemble.IsolationForest(n_estimators=5, random_state=0), None
    yield "gaussian process", scaled(process, preprocessing.RobustScaler()), amount


def main() -> None:
    """Write the zip file."""
    warnings.simplefilter("ignore")
    with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for name, estimator, sample in models():
            pickled = pickle.dumps(estimator, protocol=5)
            loaded = pickle.loads(pickled)  # noqa: S301, TID251  made in the line above
            model = model_of_brought(loaded, sample)
            described = {
                "schema": model.schema.to_dict(),
                "answers_by": model.answers_by,
                "answer_names": model.answer_names,
                "estimator": model.estimator,
            }
            file.writestr(f"{name}.pkl", pickled)
            file.writestr(f"{name}.parquet", model.proof)
            file.writestr(f"{name}.json", json.dumps(described))
        file.writestr(ENVIRONMENT, json.dumps(dataclasses.asdict(describe())))
    sys.stdout.flush()
    os._exit(0)  # some releases of pyarrow abort while Python ends


if __name__ == "__main__":
    main()
