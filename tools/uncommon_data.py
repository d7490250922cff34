"""Fitted models of uncommon data: frames of every type, sparse rows, small numbers, seeds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse
import scipy.special
import scipy.stats
from sklearn import (
    calibration,
    cluster,
    compose,
    decomposition,
    dummy,
    ensemble,
    feature_extraction,
    gaussian_process,
    impute,
    kernel_approximation,
    linear_model,
    multioutput,
    naive_bayes,
    neighbors,
    pipeline,
    preprocessing,
    svm,
    tree,
)
from sklearn.gaussian_process import kernels

from tools.pipelines import frame

__all__ = ["N_ROWS", "data", "forms", "frames"]

N_ROWS = 60


def data() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Make a small table, two answers and amounts."""
    rng = np.random.default_rng(8)
    X = np.abs(rng.normal(size=(N_ROWS, 4))) + 0.1
    return X, (X[:, 0] > 0.7).astype(int), X.sum(axis=1) + 1


def frames() -> Iterator[tuple[str, Any, Any]]:
    """Fit on frames with words, categories, dates, blanks and names of every kind."""
    table = frame()
    amounts = table["income"].to_numpy()
    classes = pd.Series(np.where(amounts > 30, "yes", "no"), name="answer")
    words = ["town", "plan"]
    steps = compose.make_column_transformer(
        (preprocessing.OneHotEncoder(sparse_output=False, handle_unknown="ignore"), words),
        (impute.SimpleImputer(), ["age", "income"]),
        verbose_feature_names_out=True,
        sparse_threshold=0,
    )
    line = pipeline.make_pipeline(steps, ensemble.HistGradientBoostingClassifier(max_iter=2))
    yield "frames all the way", line.set_output(transform="pandas").fit(table, classes), table
    for name, target in {
        "a category": classes.astype("category"),
        "a string": classes.astype("string"),
        "a Boolean": classes == "yes",
        "bytes": classes.str.encode("ascii").to_numpy().astype("S3"),
        "numbers with a point": (classes == "yes").astype("float32"),
        "small numbers": (classes == "yes").to_numpy().astype("int8"),
    }.items():
        made = pipeline.make_pipeline(
            impute.SimpleImputer(), tree.DecisionTreeClassifier(max_depth=2, random_state=0)
        )
        numbers = table[["age", "income"]]
        yield f"answers as {name}", made.fit(numbers, target), numbers
    typed = table.assign(
        town=pd.Categorical(table["town"].fillna("none"), ordered=True),
        plan=table["plan"].astype("string"),
    )
    for name, encoder in {
        "ordinal": preprocessing.OrdinalEncoder(dtype=np.int32),
        "ordinal by lists": preprocessing.OrdinalEncoder(
            categories=[["Bonn", "Kiel", "Ulm", "none"], ["basic", "whole family"]]
        ),
        "one hot by lists": preprocessing.OneHotEncoder(
            categories=[
                np.array(["Bonn", "Kiel", "Ulm", "none"], object),
                ["basic", "whole family"],
            ]
        ),
        "by the target": preprocessing.TargetEncoder(target_type="continuous", random_state=1),
        "rare ones together": preprocessing.OneHotEncoder(min_frequency=0.4, drop="first"),
    }.items():
        yield f"categories, {name}", encoder.fit(typed[words], amounts), typed[words]
    from sklearn.experimental import enable_iterative_imputer  # noqa: F401

    imputer = impute.IterativeImputer(
        ensemble.ExtraTreesRegressor(2, random_state=0),
        max_iter=2,
        random_state=np.random.RandomState(0),
    )
    yield "imputed by trees", imputer.fit(table[["age", "income"]]), table[["age", "income"]]
    for strategy in ("most_frequent", "constant"):
        made = impute.SimpleImputer(strategy=strategy, missing_values=np.nan, add_indicator=True)
        made = made.fit(table[words].astype(object))
        yield f"words imputed by {strategy}", made, table[words].astype(object)
    nullable = table[["age", "income"]].convert_dtypes()
    made = pipeline.make_pipeline(impute.SimpleImputer(), linear_model.Ridge()).fit(
        nullable, amounts
    )
    yield "numbers of pandas' own", made, nullable
    dates = pd.DataFrame({"at": pd.date_range("2026-01-01", periods=N_ROWS, freq="D")})
    ordered = preprocessing.OrdinalEncoder().fit(dates)
    yield "dates as levels", ordered, dates
    renamed = (
        table[["age", "income"]].fillna(0).set_axis(pd.Index(["Größe (m²)", "Einkommen €"]), axis=1)
    )
    yield "names with letters", linear_model.Ridge().fit(renamed, amounts), renamed
    numbered = pd.DataFrame(table[["age", "income"]].fillna(0).to_numpy())
    yield "numbered columns", linear_model.Ridge().fit(numbered, amounts), numbered


def forms() -> Iterator[tuple[str, Any, Any]]:
    """Fit on rows of every form, with every kind of seed, kernel and text."""
    X, two, amounts = data()
    both = np.column_stack([two, 1 - two])
    for name, rows in {
        "float32": X.astype(np.float32),
        "Fortran": np.asfortranarray(X),
        "integers": (X * 10).astype(np.int64),
        "small integers": (X * 10).astype(np.uint8),
        "Booleans": X > 0.7,
        "csr": scipy.sparse.csr_array(np.where(X > 0.5, X, 0)),
        "csc": scipy.sparse.csc_matrix(np.where(X > 0.5, X, 0)),
        "coo": scipy.sparse.coo_matrix(np.where(X > 0.5, X, 0)),
        "lists": X.tolist(),
    }.items():
        for estimator, target in (
            (linear_model.LogisticRegression(), two),
            (linear_model.SGDRegressor(random_state=np.random.RandomState(4)), amounts),
            (linear_model.Lasso(), amounts),
            (svm.SVR(kernel="sigmoid"), amounts),
            (svm.LinearSVC(), two),
            (ensemble.ExtraTreesClassifier(2, random_state=0), both),
            (neighbors.KNeighborsRegressor(2), np.column_stack([amounts, amounts])),
            (naive_bayes.BernoulliNB(), two),
            (cluster.MiniBatchKMeans(2, random_state=0, n_init=1), None),
            (decomposition.TruncatedSVD(2, random_state=0), None),
            (decomposition.NMF(2, max_iter=9, random_state=0), None),
            (preprocessing.MaxAbsScaler(), None),
            (dummy.DummyClassifier(strategy="stratified", random_state=0), both),
        ):
            try:
                made = estimator.fit(rows, target) if target is not None else estimator.fit(rows)
            except (TypeError, ValueError):
                continue
            yield f"{type(estimator).__name__} of {name}", made, rows
    for seed in (
        np.random.RandomState(5),
        np.random.RandomState(np.random.PCG64(5)),
        np.random.RandomState(np.random.MT19937(np.random.SeedSequence(5))),
    ):
        made = ensemble.BaggingRegressor(n_estimators=2, random_state=seed).fit(X, amounts)
        yield f"seeded by {seed}", made, X
    trial = linear_model.Ridge().fit(X, amounts)
    trial.generators_ = [
        np.random.Generator(kind(1)) for kind in (np.random.PCG64DXSM, np.random.SFC64)
    ]
    yield "generators kept", trial, X
    for kernel in (
        kernels.RBF([1.0, 2.0, 3.0, 4.0]),
        kernels.Matern([1.0] * 4, nu=np.inf),
        kernels.Exponentiation(kernels.RationalQuadratic(), 2),
        kernels.ConstantKernel(2.0, "fixed") * kernels.DotProduct(sigma_0_bounds="fixed"),
        *(
            kernels.PairwiseKernel(metric=one)
            for one in ("rbf", "linear", "poly", "cosine", "sigmoid")
        ),
    ):
        try:
            made = gaussian_process.GaussianProcessRegressor(kernel, alpha=0.5, optimizer=None)
            yield f"process by {kernel}"[:80], made.fit(X, amounts), X
        except ValueError:
            continue
    for kernel in ("additive_chi2", "chi2", "laplacian", "cosine", "polynomial", "sigmoid"):
        made = kernel_approximation.Nystroem(kernel, n_components=3, random_state=0)
        yield f"Nystroem by {kernel}", made.fit(X), X
    frozen = calibration.CalibratedClassifierCV(
        linear_model.RidgeClassifier(), cv=2, ensemble=False
    )
    yield "calibrated as one", frozen.fit(X, two), X
    chain = multioutput.ClassifierChain(
        linear_model.LogisticRegression(),
        order="random",
        cv=2,
        random_state=np.random.RandomState(0),
    )
    yield "chain in any order", chain.fit(X, both), X
    multi = multioutput.MultiOutputClassifier(ensemble.HistGradientBoostingClassifier(max_iter=2))
    yield "boosting of two answers", multi.fit(X, both), X
    texts = ["salt dill", "jar jar", "vinegar and salt"] * 20
    for more in (
        {"analyzer": "char", "ngram_range": (1, 3), "max_features": 9},
        {"binary": True, "use_idf": False, "norm": None, "lowercase": False},
        {"min_df": 2, "max_df": 0.9, "dtype": np.float32, "strip_accents": "ascii"},
        {"vocabulary": {"salt": 0, "jar": 1}, "smooth_idf": False},
        {"stop_words": ["and"], "token_pattern": r"(?u)\b\w\w+\b"},
    ):
        made = pipeline.make_pipeline(
            feature_extraction.text.TfidfVectorizer(**more), naive_bayes.ComplementNB()
        )
        yield f"texts, {sorted(more)}", made.fit(texts, two), texts
    hashed = feature_extraction.FeatureHasher(8, input_type="pair")
    pairs = [[("a", 1), ("b", 2)], [("c", 3)]]
    yield "hashed pairs", hashed.fit(pairs), pairs
