"""Fitted models of many settings: each keeps something that `tools/estimators.py` does not."""

from __future__ import annotations

import datetime
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse
from sklearn import (
    calibration,
    cluster,
    compose,
    covariance,
    ensemble,
    feature_extraction,
    feature_selection,
    gaussian_process,
    impute,
    linear_model,
    metrics,
    model_selection,
    multiclass,
    multioutput,
    neighbors,
    pipeline,
    preprocessing,
    svm,
    tree,
)
from sklearn.frozen import FrozenEstimator
from sklearn.gaussian_process import kernels

from tools.pipelines import frame

__all__ = ["variants"]

N_ROWS = 60


def variants() -> Iterator[tuple[str, Any, Any]]:
    """Yield (name, fitted estimator, X) of models that people really build."""
    rng = np.random.default_rng(3)
    X = np.abs(rng.normal(size=(N_ROWS, 4))) + 0.1
    two = (X[:, 0] + rng.normal(0, 0.3, N_ROWS) > 0.8).astype(int)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, estimator, y in (*_trees(X, two), *_others(X, two), *_wholes(X, two)):
            yield name, estimator.fit(X, y), X
        yield from _texts(two)
        yield from _tables()
        yield from _oddities(X, two)


def _trees(X: np.ndarray, two: np.ndarray) -> Iterator[tuple[str, Any, Any]]:
    three = np.arange(N_ROWS) % 3
    both = np.column_stack([two, three])
    amounts = X.sum(axis=1)
    forest = ensemble.RandomForestClassifier
    boosting = ensemble.GradientBoostingClassifier
    yield "forest of two answers", forest(4, random_state=0), both
    yield "forest with all cores", forest(4, random_state=np.random.RandomState(3), n_jobs=-1), two
    yield "forest with its own score", forest(20, oob_score=True, random_state=0), two
    yield "extra trees of amounts", ensemble.ExtraTreesRegressor(4, random_state=0), X[:, :2]
    yield "pruned tree", tree.DecisionTreeClassifier(ccp_alpha=0.01, random_state=0), three
    yield "tree of best leaves", tree.DecisionTreeRegressor(max_leaf_nodes=7), amounts
    yield "bag of some columns", ensemble.BaggingClassifier(max_features=0.5, random_state=0), two
    yield "bag of lines", ensemble.BaggingRegressor(linear_model.Ridge(), 3), amounts
    yield (
        "isolation of some",
        ensemble.IsolationForest(n_estimators=5, max_features=0.5, random_state=0),
        None,
    )
    yield "boosting three", boosting(n_estimators=3, random_state=0), three
    yield "boosting from nothing", boosting(n_estimators=3, init="zero", random_state=0), two
    first = linear_model.LogisticRegression()
    yield "boosting from a line", boosting(n_estimators=3, init=first, random_state=0), three
    quantile = ensemble.GradientBoostingRegressor(loss="quantile", n_estimators=3)
    yield "boosting a quantile", quantile, amounts
    histogram = ensemble.HistGradientBoostingClassifier
    yield "categories by place", histogram(max_iter=3, categorical_features=[0]), three
    yield "categories by mask", histogram(max_iter=3, categorical_features=[True, False] * 2), two
    yield "early end", histogram(max_iter=9, early_stopping=True, scoring="loss"), two
    yield "monotone", histogram(max_iter=3, monotonic_cst=[1, 0, 0, -1]), two
    yield "adaptive", ensemble.AdaBoostRegressor(n_estimators=3, random_state=0), amounts


def _others(X: np.ndarray, two: np.ndarray) -> Iterator[tuple[str, Any, Any]]:
    amounts = X.sum(axis=1)
    near = neighbors.KNeighborsClassifier
    for metric, more in (
        ("manhattan", {}),
        ("chebyshev", {}),
        ("minkowski", {"p": 3}),
        ("canberra", {}),
        ("braycurtis", {}),
        ("seuclidean", {"metric_params": {"V": X.var(axis=0)}}),
        ("mahalanobis", {"metric_params": {"VI": np.linalg.inv(np.cov(X.T))}}),
        ("minkowski", {"p": 3, "metric_params": {"w": np.ones(4)}}),
    ):
        for algorithm in ("ball_tree", "brute"):
            yield (
                f"near by {metric}, {algorithm}",
                near(metric=metric, algorithm=algorithm, **more),
                two,
            )
    yield "near, weighed", neighbors.KNeighborsRegressor(weights="distance", leaf_size=5), amounts
    yield "near, brute", near(algorithm="brute", metric="cosine"), two
    yield "near, two answers", near(), np.column_stack([two, 1 - two])
    yield "outliers", neighbors.LocalOutlierFactor(novelty=True), None
    yield "density", neighbors.KernelDensity(kernel="tophat"), None
    yield "vectors", svm.SVC(kernel="poly", degree=2, decision_function_shape="ovo"), two
    yield "vectors of three", svm.NuSVC(nu=0.2), np.arange(N_ROWS) % 3
    yield "vectors of amounts", svm.NuSVR(), amounts
    yield "vectors of one", svm.OneClassSVM(), None
    for kernel in (
        kernels.Matern(nu=1.5) + kernels.WhiteKernel(),
        kernels.RationalQuadratic() * 2.0,
        kernels.ExpSineSquared() * 0.1 + kernels.DotProduct() ** 2 + kernels.WhiteKernel(9.0),
        kernels.PairwiseKernel(metric="laplacian"),
    ):
        yield (
            f"process with {type(kernel).__name__}",
            gaussian_process.GaussianProcessRegressor(kernel, optimizer=None, alpha=0.1),
            amounts,
        )
    yield "process of three", gaussian_process.GaussianProcessClassifier(), np.arange(N_ROWS) % 3
    yield "clusters", cluster.KMeans(3, random_state=0), None
    yield "halved clusters", cluster.BisectingKMeans(5, random_state=0), None
    yield "leaves of leaves", cluster.Birch(threshold=0.05, branching_factor=4), None
    yield "robust", covariance.EllipticEnvelope(random_state=0), None
    yield "stochastic", linear_model.SGDClassifier(loss="hinge", average=True, random_state=0), two
    scorer = metrics.make_scorer(metrics.f1_score, average="macro")
    yield "scored", linear_model.LogisticRegressionCV(cv=2, scoring=scorer, Cs=2), two
    yield "chain", multioutput.ClassifierChain(svm.SVC(), order=[1, 0]), np.column_stack([two, two])
    yield (
        "codes",
        multiclass.OutputCodeClassifier(tree.DecisionTreeClassifier(), random_state=0),
        two,
    )


def _wholes(X: np.ndarray, two: np.ndarray) -> Iterator[tuple[str, Any, Any]]:
    line = linear_model.LogisticRegression()
    forest = ensemble.RandomForestClassifier(3, random_state=0)
    for method in ("sigmoid", "isotonic"):
        yield (
            f"calibrated, {method}",
            calibration.CalibratedClassifierCV(forest, method=method, cv=3),
            two,
        )
    frozen = FrozenEstimator(linear_model.LogisticRegression().fit(X, two))
    yield "calibrated, frozen", calibration.CalibratedClassifierCV(frozen), two
    parts = [("f", forest), ("h", ensemble.HistGradientBoostingClassifier(max_iter=2)), ("l", line)]
    yield "stack", ensemble.StackingClassifier(parts, passthrough=True, cv=2), two
    yield "vote", ensemble.VotingClassifier(parts, voting="soft", weights=[1, 2, 3]), two
    for name, cv in (
        ("folds", model_selection.KFold(3, shuffle=True, random_state=0)),
        ("repeats", model_selection.RepeatedStratifiedKFold(n_splits=2, n_repeats=2)),
        ("times", model_selection.TimeSeriesSplit(2)),
    ):
        grid = [{"C": [0.1, 1.0]}, {"solver": ["liblinear"], "C": [0.5]}]
        yield f"search in {name}", model_selection.GridSearchCV(line, grid, cv=cv), two
    drawn = model_selection.RandomizedSearchCV(
        forest, {"max_depth": [2, 3, None]}, n_iter=2, cv=2, random_state=np.random.RandomState(1)
    )
    yield "drawn search", drawn, two
    chosen = feature_selection.SelectKBest
    for name, step in (
        ("chi", chosen(feature_selection.chi2, k=2)),
        ("information", chosen(feature_selection.mutual_info_classif, k=2)),
        ("importance", feature_selection.SelectFromModel(forest, threshold="mean")),
        ("elimination", feature_selection.RFECV(line, cv=2)),
        ("quantiles", preprocessing.QuantileTransformer(n_quantiles=9)),
        ("power", preprocessing.PowerTransformer("box-cox")),
        ("splines", preprocessing.SplineTransformer(3, extrapolation="linear")),
        ("sparse splines", preprocessing.SplineTransformer(3, sparse_output=True)),
        ("bins", preprocessing.KBinsDiscretizer(3, encode="onehot")),
        ("products", preprocessing.PolynomialFeatures(3, interaction_only=True)),
        ("embedding", ensemble.RandomTreesEmbedding(3, random_state=0)),
        ("imputed", impute.KNNImputer(n_neighbors=2)),
        ("clipped", preprocessing.FunctionTransformer(np.clip, kw_args={"min": 0, "max": 1})),
        ("rooted", preprocessing.FunctionTransformer(np.sqrt, feature_names_out="one-to-one")),
    ):
        yield f"with {name}", pipeline.make_pipeline(step, linear_model.LogisticRegression()), two
    target = compose.TransformedTargetRegressor(
        linear_model.Ridge(), transformer=preprocessing.QuantileTransformer(n_quantiles=9)
    )
    yield "target by quantiles", target, X.sum(axis=1)


def _texts(two: np.ndarray) -> Iterator[tuple[str, Any, Any]]:
    words = ["salt", "dill", "vinegar", "jar", "cold", "brine", "Gärung", "2 weeks"]
    rng = np.random.default_rng(0)
    texts = [" ".join(rng.choice(words, 6)) for _ in range(N_ROWS)]
    text = feature_extraction.text
    for name, vectorizer in (
        ("pairs of words", text.TfidfVectorizer(ngram_range=(1, 2), stop_words="english")),
        ("letters", text.CountVectorizer(analyzer="char_wb", ngram_range=(2, 4))),
        ("own words", text.TfidfVectorizer(stop_words=["jar"], token_pattern=r"[A-Za-z]+")),
        ("own pattern", text.CountVectorizer(token_pattern=r"\b\w+(?:'\w)?\b", dtype=np.float32)),
        ("plain letters", text.TfidfVectorizer(strip_accents="unicode", sublinear_tf=True)),
        ("known words", text.CountVectorizer(vocabulary=words[:4])),
        ("hashes", text.HashingVectorizer(n_features=64)),
    ):
        line = pipeline.make_pipeline(vectorizer, linear_model.LogisticRegression())
        yield f"text by {name}", line.fit(texts, two), texts
    both = pipeline.FeatureUnion([("w", text.TfidfVectorizer()), ("n", text.CountVectorizer())])
    yield "text twice", both.fit(texts), texts
    records = [{"town": str(text_[:4]), "n": float(place)} for place, text_ in enumerate(texts)]
    yield "records", feature_extraction.DictVectorizer().fit(records), records
    sets = [{"a", "b"}, {"c"}, set()]
    several = preprocessing.MultiLabelBinarizer(sparse_output=True).fit(sets)
    several.transform(sets)
    yield "sets", several, sets


def _tables() -> Iterator[tuple[str, Any, Any]]:
    table = frame()
    rng = np.random.default_rng(1)
    classes = rng.choice(["yes", "no"], len(table))
    number = pipeline.make_pipeline(impute.SimpleImputer(), preprocessing.StandardScaler())
    one_hot = preprocessing.OneHotEncoder
    words, numbers = ["town", "plan"], ["age", "income"]
    for name, encoder in (
        ("first left out", one_hot(drop="first", handle_unknown="ignore")),
        ("two as one", one_hot(drop="if_binary", min_frequency=25, handle_unknown="ignore")),
        ("few at most", one_hot(max_categories=2, handle_unknown="infrequent_if_exist")),
        ("as numbers", preprocessing.OrdinalEncoder(encoded_missing_value=-1, max_categories=3)),
        ("as texts", one_hot(dtype=np.float32, sparse_output=False)),
    ):
        whole = pipeline.make_pipeline(
            compose.ColumnTransformer([("n", number, numbers), ("w", encoder, words)]),
            linear_model.LogisticRegression(),
        )
        yield f"levels, {name}", whole.fit(table, classes), table
    rest = compose.make_column_transformer(
        (number, [True, True, False, False]),
        (one_hot(sparse_output=False), slice(2, 3)),
        remainder="drop",
        verbose_feature_names_out="{transformer_name}__{feature_name}",
    ).set_output(transform="pandas")
    yield "columns by mask and slice", rest.fit(table), table
    kept = compose.make_column_transformer(
        (number, compose.make_column_selector(pattern="a|i", dtype_include=float)),
        remainder=one_hot(),
    )
    yield "columns by selector", kept.fit(table), table
    left = compose.make_column_transformer((one_hot(), words), remainder="passthrough")
    yield "the rest passes", left.fit(table), table
    levels = table.assign(
        town=table["town"].astype("category"), plan=table["plan"].astype("category")
    )
    by_type = ensemble.HistGradientBoostingClassifier(max_iter=4, categorical_features="from_dtype")
    yield "categories by type", by_type.fit(levels, classes), levels
    strings = pd.DataFrame({"town": pd.array(["Ulm", "Bonn"] * 30, dtype="string")})
    yield "string columns", one_hot().fit(strings), strings


def _oddities(X: np.ndarray, two: np.ndarray) -> Iterator[tuple[str, Any, Any]]:
    sparse = scipy.sparse.csr_matrix(np.where(X > 1, X, 0))
    yield "vectors of sparse rows", svm.SVC().fit(sparse, two), sparse
    yield "forest of sparse rows", ensemble.RandomForestClassifier(3).fit(sparse, two), sparse
    yield "neighbours of sparse rows", neighbors.KNeighborsClassifier().fit(sparse, two), sparse
    line = linear_model.LogisticRegression(C=0.01, l1_ratio=1.0, solver="liblinear")
    yield "sparse line", line.fit(X, two).sparsify(), X
    yield "vectors, own kernel", svm.SVC(kernel="precomputed").fit(X @ X.T, two), X @ X.T
    noted = linear_model.LogisticRegression(class_weight={0: 1.0, 1: 2.0}).fit(X, two)
    noted.trained_at_ = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
    noted.notes_ = {"auc": np.float64(0.9), "by": "Ada", "columns": pd.Index(["a", "b"]), 3: {1, 2}}
    noted.levels_ = frozenset({"a"}), 2**70, 1j, b"\xff", range(3), np.datetime64("2026-01-01")
    noted.masked_ = np.ma.MaskedArray([1.0, 2.0], mask=[True, False])
    noted.seeds_ = np.random.default_rng(5), np.random.Generator(np.random.Philox(3))
    noted.order_ = np.asfortranarray(X), X[:, ::2], X.astype(">f4"), np.array(["a", "Ü"]), X > 1
    yield "with notes", noted, X
    many = [(f"s{place}", preprocessing.StandardScaler()) for place in range(40)]
    yield "long", pipeline.Pipeline(many).fit(X), X
