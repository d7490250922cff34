"""Fitted models set up in uncommon ways: every solver, kernel, metric, criterion, loss and scorer.

Another corpus than `tools/variants.py`, made from the parameters' own lists: what scikit-learn
says that a parameter may be (`_parameter_constraints`) is tried, one after the other.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import scipy.sparse
import scipy.special
import scipy.stats
import sklearn
from sklearn import (
    cluster,
    compose,
    decomposition,
    ensemble,
    feature_selection,
    linear_model,
    metrics,
    model_selection,
    multioutput,
    pipeline,
    preprocessing,
)
from sklearn.utils import all_estimators
from sklearn.utils._param_validation import Options, StrOptions

from tools.estimators import _arguments, _inputs, _numbers, _targets
from tools.uncommon_data import N_ROWS, data, forms, frames

__all__ = ["functions", "routed", "searches", "uncommon"]

_SLOW = {"GridSearchCV", "HalvingGridSearchCV", "HalvingRandomSearchCV", "RandomizedSearchCV"}


def uncommon() -> Iterator[tuple[str, Any, Any]]:
    """Yield (name, fitted estimator, X)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield from _every_option()
        yield from searches()
        yield from _scorers()
        yield from functions()
        yield from frames()
        yield from forms()
        yield from routed()


def _every_option() -> Iterator[tuple[str, Any, Any]]:
    """Fit each estimator once for each word that one of its parameters may be."""
    X, y = _numbers()
    for name, kind in all_estimators():
        if name in _SLOW:
            continue
        for parameter, constraints in getattr(kind, "_parameter_constraints", {}).items():
            if not isinstance(constraints, list):
                continue
            words = sorted(
                {
                    str(option)
                    for one in constraints
                    if isinstance(one, StrOptions) or (isinstance(one, Options) and one.type is str)
                    for option in one.options
                }
            )
            for word in words if parameter != "input" else ():
                fitted = _fitted(kind, X, y, {parameter: word})
                if fitted is not None:
                    yield f"{name}, {parameter} {word}", *fitted


def _fitted(kind: type, X: Any, y: Any, more: dict[str, Any]) -> tuple[Any, Any] | None:
    for features in _inputs(kind, X, y):
        for target in [*_targets(kind, y), None]:
            try:
                made = kind(**{**_arguments(kind), **more})
                if kind.__name__ == "FrozenEstimator":
                    made.estimator.fit(features, target)
                return made.fit(features, target), features
            except Exception:  # noqa: BLE001  not with these others, or not on this table
                continue
    return None


def searches() -> Iterator[tuple[str, Any, Any]]:
    """Search by draws, by halves, and with several grids."""
    X, two, amounts = data()
    stats = scipy.stats
    search = model_selection.RandomizedSearchCV
    line = linear_model.LogisticRegression()
    forest = ensemble.RandomForestClassifier(3, random_state=0)
    drawn: dict[str, tuple[Any, dict[str, Any]]] = {
        "loguniform": (line, {"C": stats.loguniform(1e-2, 1e2)}),
        "uniform": (line, {"C": stats.uniform(0.1, 3)}),
        "uniform by names": (line, {"C": stats.uniform(loc=0.1, scale=3)}),
        "expon": (line, {"C": stats.expon(scale=2)}),
        "reciprocal": (line, {"C": stats.reciprocal(0.1, 9)}),
        "lognorm": (line, {"C": stats.lognorm(0.5)}),
        "gamma and beta": (
            linear_model.ElasticNet(),
            {"alpha": stats.gamma(2.0, scale=0.1), "l1_ratio": stats.beta(2, 3)},
        ),
        "halfnorm": (linear_model.Ridge(), {"alpha": stats.halfnorm()}),
        "truncnorm": (linear_model.Ridge(), {"alpha": stats.truncnorm(0, 2, loc=1)}),
        "randint": (forest, {"max_depth": stats.randint(1, 9), "min_samples_leaf": [1, 2]}),
        "poisson": (forest, {"max_depth": stats.poisson(3, loc=1)}),
        "geom": (forest, {"max_depth": stats.geom(0.5)}),
    }
    for name, (estimator, grid) in drawn.items():
        target = two if estimator in (line, forest) else amounts
        made = search(estimator, grid, n_iter=2, cv=2, random_state=0)
        yield f"search drawn by {name}", made.fit(X, target), X
    several = search(
        pipeline.Pipeline([("s", preprocessing.StandardScaler()), ("m", line)]),
        [{"m__C": stats.loguniform(0.1, 1)}, {"s": ["passthrough"], "m__C": [1.0]}],
        n_iter=3,
        cv=model_selection.ShuffleSplit(2, random_state=np.random.RandomState(2)),
        random_state=np.random.RandomState(3),
        return_train_score=True,
        error_score="raise",
    )
    yield "search over several draws", several.fit(X, two), X
    from sklearn.experimental import enable_halving_search_cv  # noqa: F401

    for halving in (model_selection.HalvingGridSearchCV, model_selection.HalvingRandomSearchCV):
        grid = {"max_depth": [1, 2, 3, None], "criterion": ["gini", "entropy"]}
        made = halving(forest, grid, resource="n_estimators", max_resources=9, random_state=0, cv=2)
        yield f"{halving.__name__} of trees", made.fit(X, two), X
    unfitted = model_selection.GridSearchCV(line, {"C": [0.1, 1]}, cv=2, refit=False)
    yield "search without a best", unfitted.fit(X, two), X


def _scorers() -> Iterator[tuple[str, Any, Any]]:
    X, two, amounts = data()
    for name in metrics.get_scorer_names():
        for estimator, target in (
            (linear_model.LogisticRegression(), two),
            (linear_model.LinearRegression(), amounts),
            (cluster.KMeans(2, n_init=1, random_state=0), two),
        ):
            made = model_selection.GridSearchCV(estimator, {}, scoring=name, cv=2, error_score=0)
            try:
                yield f"scored by {name}", made.fit(X, target), X
            except ValueError:
                continue
            break
    for name, scorer in {
        "fbeta": metrics.make_scorer(metrics.fbeta_score, beta=2),
        "kappa": metrics.make_scorer(metrics.cohen_kappa_score, weights="quadratic"),
        "hamming": metrics.make_scorer(metrics.hamming_loss, greater_is_better=False),
        "zero one": metrics.make_scorer(metrics.zero_one_loss, greater_is_better=False),
        "log loss": metrics.make_scorer(
            metrics.log_loss, response_method="predict_proba", greater_is_better=False
        ),
        "brier": metrics.make_scorer(
            metrics.brier_score_loss, response_method="predict_proba", pos_label=1
        ),
    }.items():
        made = model_selection.GridSearchCV(
            linear_model.LogisticRegression(), {"C": [1.0]}, scoring={"a": scorer}, refit="a", cv=2
        )
        yield f"scored by own {name}", made.fit(X, two), X
    pinball = metrics.make_scorer(metrics.mean_pinball_loss, alpha=0.9, greater_is_better=False)
    tweedie = metrics.make_scorer(metrics.mean_tweedie_deviance, power=1.5, greater_is_better=False)
    for scorer in (pinball, tweedie, metrics.make_scorer(metrics.d2_tweedie_score, power=1)):
        made = model_selection.GridSearchCV(linear_model.Ridge(), {}, scoring=scorer, cv=2)
        yield f"scored by own {scorer._score_func.__name__}", made.fit(X, amounts), X


def functions() -> Iterator[tuple[str, Any, Any]]:
    """Transform by every function that people take, alone, joined and on the target."""
    X, two, amounts = data()
    act = preprocessing.FunctionTransformer
    for func, inverse in (
        (np.log1p, np.expm1),
        (np.log, np.exp),
        (np.log2, np.exp2),
        (np.sqrt, np.square),
        (np.cbrt, None),
        (np.sin, np.arcsin),
        (np.arctan, np.tan),
        (np.arcsinh, np.sinh),
        (np.degrees, np.radians),
        (np.reciprocal, np.reciprocal),
        (np.isnan, None),
        (np.isfinite, None),
        (np.asarray, None),
        (np.array, None),
        (np.fabs, None),
        (np.trunc, None),
        (np.nan_to_num, None),
        (np.float64, None),
        (np.transpose, None),
        (scipy.special.expit, scipy.special.logit),
        (scipy.special.log1p, scipy.special.expm1),
    ):
        if func is not np.transpose:
            made = act(func, inverse, check_inverse=False).fit(X)
            yield f"function {func.__name__}", made, X
    for func, keywords in (
        (np.clip, {"a_min": 0.2, "a_max": 1}),
        (np.round, {"decimals": 1}),
        (np.power, {"x2": 2}),
        (np.nan_to_num, {"nan": -1.0}),
        (np.astype if hasattr(np, "astype") else np.asarray, {"dtype": np.float32}),
    ):
        try:
            made = act(func, kw_args=keywords).fit(X)
            made.transform(X)
        except TypeError:
            continue
        yield f"function {func.__name__} with keywords", made, X
    yield "nothing done", act().fit(X), X
    for func, inverse in ((np.log1p, np.expm1), (scipy.special.logit, scipy.special.expit)):
        share = (amounts - amounts.min() + 0.1) / (np.ptp(amounts) + 1)
        for regressor in (linear_model.Ridge(), ensemble.RandomForestRegressor(3, random_state=0)):
            made = compose.TransformedTargetRegressor(
                regressor, func=func, inverse_func=inverse, check_inverse=False
            )
            yield f"target by {func.__name__} of {regressor}", made.fit(X, share), X
    both = compose.TransformedTargetRegressor(
        multioutput.MultiOutputRegressor(linear_model.Ridge()),
        transformer=preprocessing.MinMaxScaler(),
    )
    yield "two targets scaled", both.fit(X, np.column_stack([amounts, amounts**2])), X
    nested = pipeline.FeatureUnion(
        [
            ("a", pipeline.FeatureUnion([("b", decomposition.PCA(2)), ("c", act(np.sqrt))])),
            ("d", pipeline.make_pipeline(preprocessing.MaxAbsScaler(), "passthrough")),
            ("e", "drop"),
            ("f", "passthrough"),
        ],
        transformer_weights={"a": 2.0},
        n_jobs=2,
    )
    yield "union of unions", pipeline.make_pipeline(nested, linear_model.Ridge()).fit(X, amounts), X
    for pooling in (np.mean, np.median, np.max, np.min):
        made = cluster.FeatureAgglomeration(2, pooling_func=pooling)
        yield f"pooled by {pooling.__name__}", made.fit(X), X
    partial = functools.partial(feature_selection.mutual_info_classif, random_state=0)
    made = feature_selection.SelectKBest(partial, k=2).fit(X, two)
    yield "chosen by a score with a seed", made, X
    for scored in ("f_regression", "r_regression", "mutual_info_regression"):
        made = feature_selection.SelectKBest(getattr(feature_selection, scored), k=2)
        yield f"chosen by {scored}", made.fit(X, amounts), X
    for mode in ("percentile", "k_best", "fpr", "fdr", "fwe"):
        made = feature_selection.GenericUnivariateSelect(
            feature_selection.f_classif, mode=mode, param=1 if mode == "k_best" else 0.5
        )
        yield f"chosen in the way {mode}", made.fit(X, two), X


def routed() -> Iterator[tuple[str, Any, Any]]:
    """Fit with metadata that is routed."""
    X, two, amounts = data()
    with sklearn.config_context(enable_metadata_routing=True):
        weighed = linear_model.LogisticRegression().set_fit_request(sample_weight=True)
        weighed = weighed.set_score_request(sample_weight=False)
        scaler = preprocessing.StandardScaler().set_fit_request(sample_weight="other")
        line = pipeline.make_pipeline(scaler, weighed)
        line.fit(X, two, sample_weight=np.ones(N_ROWS), other=np.ones(N_ROWS))
        yield "routed pipeline", line, X
        scorer = metrics.make_scorer(metrics.accuracy_score).set_score_request(sample_weight=True)
        search = model_selection.GridSearchCV(weighed, {"C": [0.1, 1]}, scoring=scorer, cv=2)
        yield "routed search", search.fit(X, two, sample_weight=np.ones(N_ROWS)), X
        groups = model_selection.GroupKFold(2)
        grouped = linear_model.RidgeCV(cv=groups.set_split_request(groups=True))
        try:
            made = grouped.fit(X, amounts, groups=np.arange(N_ROWS) % 4)
        except (TypeError, ValueError):
            return
        yield "routed groups", made, X
