"""Hostile pickles made of honest names only: they act, crash or hang when they are used."""

from __future__ import annotations

import copy
import os
import pickle
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import scipy.sparse
from sklearn import (
    cluster,
    compose,
    ensemble,
    feature_extraction,
    feature_selection,
    kernel_ridge,
    linear_model,
    neighbors,
    pipeline,
    preprocessing,
    svm,
    tree,
)
from sklearn.tree._tree import Tree

from tools.hostile import TOUCH, thing

__all__ = ["trojans"]

X = np.abs(np.random.default_rng(0).normal(size=(40, 3)))
Y = (X[:, 0] > 0.6).astype(int)


def _with(model: Any, **attributes: Any) -> Any:
    made = copy.copy(model)
    vars(made).update(attributes)
    return made


def trojans() -> Iterator[tuple[str, bytes]]:
    """Yield (name, pickle)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, value in (*_parameters(), *_hidden(), *_nodes(), *_learnt(), *_native()):
            for protocol in (0, 4, 5):
                yield f"trojan: {name}, protocol {protocol}", pickle.dumps(value, protocol)


def _parameters() -> Iterator[tuple[str, Any]]:
    line = linear_model.LogisticRegression().fit(X, Y)
    text = feature_extraction.text.CountVectorizer().fit(["salt dill", "jar"])
    act = preprocessing.FunctionTransformer
    yield "function", act(os.system)
    yield "inverse function", act(np.log1p, inverse_func=os.system)
    yield "function that waits", act(partial(os.system, TOUCH))
    yield "function that waits, of numpy's", act(partial(np.mean, axis=0))
    yield "class as function", act(linear_model.LogisticRegression)
    yield "estimator as function", act(line)
    yield "arguments that are models", act(np.mean, kw_args={"out": line})
    yield "differences without end", act(np.diff, kw_args={"n": 10**12})
    yield "names by a function", act(np.log1p, feature_names_out=np.mean)
    for key in ("analyzer", "tokenizer", "preprocessor"):
        yield f"{key} that runs", _with(text, **{key: os.system})
        yield f"{key} of numpy's", _with(text, **{key: np.mean})
        yield f"{key} that is a model", _with(text, **{key: line})
    for source in ("filename", "file"):
        yield f"texts from a {source}", _with(text, input=source)
    yield "own codec", _with(text, encoding="antigravity")
    yield "own error handler", _with(text, decode_error="xmlcharrefreplace")
    for pattern in ("(a+)+b", "(a|a)*b", r"(\w*)*\Z", r"(?:a?){30}a{30}", r"(a)\1+b", "(?=(a+))b"):
        yield f"pattern {pattern}", _with(text, token_pattern=pattern)
    yield "long pattern", _with(text, token_pattern="a?" * 2_000)
    yield "words of nothing", _with(text, stop_words=os.getcwd)
    stack = ensemble.StackingClassifier([("a", line)]).fit(X, Y)
    yield "method of a stack", _with(stack, stack_method_=["fit"])
    yield "hidden method of a stack", _with(stack, stack_method_=["__reduce__"])
    for path in ("__class__.__mro__", "_repr_html_", "coef_.__class__", "a..b", "get_params()"):
        chosen = feature_selection.SelectFromModel(line, importance_getter="auto").fit(X, Y)
        yield f"importance by {path}", _with(chosen, importance_getter=path)
    yield "importance by a function", _with(chosen, importance_getter=os.system)
    hot = preprocessing.OneHotEncoder().fit([["a"], ["b"]])
    yield "names combined", _with(hot, feature_name_combiner=np.mean)
    yield "a memory", pipeline.Pipeline([("a", line)], memory="/tmp/it_ran")
    columns = compose.ColumnTransformer([("a", "passthrough", [0])]).fit(X)
    yield "names by a format", _with(columns, verbose_feature_names_out="{feature_name:>999999999}")
    yield "names by an attribute", _with(columns, verbose_feature_names_out="{0.__class__}")
    selector = compose.make_column_selector(pattern="(a+)+b")
    yield "selector that hangs", selector
    for number in (10**9, -(10**9)):
        yield f"{number} workers", _with(line, n_jobs=number)
    yield "workers by a text", _with(line, n_jobs="all")
    clusters = cluster.KMeans(2).fit(X)
    yield "threads", _with(clusters, _n_threads=10**8)


def _hidden() -> Iterator[tuple[str, Any]]:
    line = linear_model.LogisticRegression().fit(X, Y)
    for key in (
        "predict",
        "fit",
        "get_params",
        "_validate_params",
        "classes",
        "__class__",
        "__reduce__",
        "__dict__",
        "__sklearn_tags__",
        "_repr_html_",
        "a b",
        "",
    ):
        for value in (1, np.mean, line, "x"):
            if key != "classes":
                yield f"{key!r} hidden by {type(value).__name__}", _with(line, **{key: value})
    yield "a constraint", _with(line, _parameter_constraints={})
    yield "a number as attribute", thing(object.__new__, (), {3: 4})
    boosted = ensemble.HistGradientBoostingClassifier(max_iter=1).fit(X, Y)
    loop = _with(boosted)
    loop.scoring = [loop, loop]
    yield "model in itself", loop
    pipe = pipeline.Pipeline([("a", line)])
    pipe.steps.append(("b", pipe))
    yield "pipeline in itself", pipe
    yield "method of another", _with(boosted, _raw_predict=line.predict)
    yield "method that is a function", _with(boosted, _raw_predict=np.mean)


class Forged:
    """A tree with other nodes, values or numbers."""

    def __init__(self, honest: Tree, change: Callable[[dict[str, Any], list[Any]], Any]) -> None:
        kind, args, state = honest.__reduce__()
        state = {key: copy.copy(value) for key, value in state.items()}
        state["nodes"] = state["nodes"].copy()
        given = list(args)
        change(state, given)
        self.parts = kind, tuple(given), state

    def __reduce__(self) -> Any:
        return self.parts


def _nodes() -> Iterator[tuple[str, Any]]:
    model = tree.DecisionTreeClassifier(random_state=0, max_depth=3).fit(X, np.arange(40) % 3)
    forest = ensemble.RandomForestClassifier(2, random_state=0, max_depth=3).fit(X, Y)

    def put(field: str, place: int, value: Any) -> Callable[[dict[str, Any], list[Any]], Any]:
        def change(state: dict[str, Any], _args: list[Any]) -> None:
            state["nodes"][field][place] = value

        return change

    def state(key: str, value: Any) -> Callable[[dict[str, Any], list[Any]], Any]:
        return lambda found, _args: found.__setitem__(key, value)

    def arg(place: int, value: Any) -> Callable[[dict[str, Any], list[Any]], Any]:
        return lambda _state, args: args.__setitem__(place, value)

    changes = {
        "child far away": put("left_child", 0, 10**9),
        "child before": put("right_child", 0, -7),
        "child is itself": put("left_child", 0, 0),
        "circle": put("left_child", 1, 0),
        "two parents": put("right_child", 0, 1),
        "half a leaf": put("right_child", 0, -1),
        "leaf with a child": put("left_child", 0, -1),
        "feature far away": put("feature", 0, 10**9),
        "feature before": put("feature", 0, -9),
        "feature one too far": put("feature", 0, 3),
        "more nodes": state("node_count", 10**6),
        "fewer nodes": state("node_count", 1),
        "negative nodes": state("node_count", -1),
        "no depth": state("max_depth", 0),
        "negative depth": state("max_depth", -5),
        "no nodes": state("nodes", np.empty(0, model.tree_.__getstate__()["nodes"].dtype)),
        "nodes of another kind": state("nodes", np.zeros(7)),
        "nodes that are a list": state("nodes", [1]),
        "values short": state("values", np.zeros((1, 1, 3))),
        "values of objects": state("values", np.array([[[None]]])),
        "more features": arg(0, 10**6),
        "fewer features": arg(0, 1),
        "more outputs": arg(2, 50),
        "no outputs": arg(2, 0),
        "classes without end": arg(1, np.array([2**60])),
        "no classes": arg(1, np.array([0])),
        "classes of two": arg(1, np.array([2, 2])),
    }
    for name, change in changes.items():
        yield f"tree, {name}", _with(model, tree_=Forged(model.tree_, change))
        one = _with(forest.estimators_[1], tree_=Forged(forest.estimators_[1].tree_, change))
        yield f"forest, {name}", _with(forest, estimators_=[forest.estimators_[0], one])
    wide = tree.DecisionTreeClassifier(random_state=0).fit(np.hstack([X] * 9), Y)
    yield "forest with a wider tree", _with(forest, estimators_=[forest.estimators_[0], wide])
    yield "forest of no features", _with(forest, n_features_in_=0)
    fewer = _with(forest)
    del vars(fewer)["n_features_in_"]
    yield "forest of unknown features", fewer
    yield "forest of lines", _with(forest, estimators_=[linear_model.LogisticRegression()])
    yield "tree that is none", _with(model, tree_=3)
    boosted = ensemble.GradientBoostingClassifier(n_estimators=2).fit(X, Y)
    three = ensemble.GradientBoostingClassifier(n_estimators=2).fit(X, np.arange(40) % 3)
    yield "boosting of three, told two", _with(boosted, estimators_=three.estimators_)
    yield "boosting, other first", _with(three, init_=boosted.init_)
    table = boosted.estimators_.copy()
    table[0, 0] = wide
    prior = copy.copy(three.init_)
    prior.class_prior_ = np.ones(1)
    yield "boosting, short first", _with(three, init_=prior)
    hashing = feature_extraction.text.HashingVectorizer(n_features=64)
    yield "hashes by nothing", _with(hashing, n_features=0)
    powers = preprocessing.PolynomialFeatures().fit(X)
    yield "powers without end", _with(powers, _max_degree=10**12)
    yield "boosting with a wider tree", _with(boosted, estimators_=table)
    table = boosted.estimators_.copy()
    table[0, 0] = 3
    yield "boosting of numbers", _with(boosted, estimators_=table)


def _learnt() -> Iterator[tuple[str, Any]]:
    far = 10**9
    near = neighbors.KNeighborsClassifier(algorithm="brute").fit(X, Y)
    yield "labels far away", _with(near, _y=np.full(40, far))
    yield "labels before", _with(near, _y=np.full(40, -far))
    yield "fewer labels", _with(near, _y=np.zeros(3, int))
    yield "more samples", _with(near, n_samples_fit_=far)
    vectors = svm.SVC().fit(X, Y)
    yield "more vectors counted", _with(vectors, _n_support=np.array([far, far], np.int32))
    yield "fewer weights", _with(vectors, _dual_coef_=np.zeros((1, 1)))
    yield "wider vectors", _with(vectors, support_vectors_=np.zeros((len(vectors.support_), 90)))
    yield "more borders", _with(vectors, _intercept_=np.zeros(50))
    yield "more classes", _with(vectors, _n_support=np.ones(99, np.int32))
    yield (
        "supports far away",
        _with(vectors, support_=np.full(len(vectors.support_), far, np.int32)),
    )
    text = feature_extraction.text.TfidfVectorizer().fit(["salt dill", "jar"])
    yield "words far away", _with(text, vocabulary_={"salt": far, "dill": 1, "jar": 0})
    yield "words twice", _with(text, vocabulary_={"salt": 1, "dill": 1, "jar": 0})
    yield "words of texts", _with(text, vocabulary_={"salt": "x"})
    hot = preprocessing.OneHotEncoder().fit([["a"], ["b"], ["c"]])
    yield "levels fewer than said", _with(hot, _n_features_outs=[1])
    few = preprocessing.OneHotEncoder(min_frequency=2).fit([["a"], ["a"], ["b"], ["c"]])
    yield "rare levels far away", _with(few, _default_to_infrequent_mappings=[np.full(3, far)])
    yield "rare levels of none", _with(few, _infrequent_indices=[np.array([far])])
    sets = preprocessing.MultiLabelBinarizer().fit([("a", "b")])
    yield "sets far away", _with(sets, _cached_dict={"a": far, "b": 0})
    middle = cluster.KMeans(2).fit(X)
    yield "wider centers", _with(middle, cluster_centers_=np.zeros((2, 90)))
    birch = cluster.Birch(n_clusters=None).fit(X)
    yield "fewer lengths", _with(birch, _subcluster_norms=np.zeros(1))
    boosted = ensemble.HistGradientBoostingClassifier(max_iter=1, min_samples_leaf=3).fit(X, Y)
    for field, value in (
        ("left", far),
        ("right", 0),
        ("feature_idx", far),
        ("is_categorical", 1),
        ("bitset_idx", far),
        ("is_leaf", 0),
        ("feature_idx", -3),
    ):
        predictor = copy.copy(boosted._predictors[0][0])
        predictor.nodes = predictor.nodes.copy()
        predictor.nodes[field][0] = value
        if field == "is_leaf":
            predictor.nodes[field] = 0
        if field == "bitset_idx":
            predictor.nodes["is_categorical"][0] = 1
        yield f"histogram, {field} {value}", _with(boosted, _predictors=[[predictor]])
    bits = copy.copy(boosted._predictors[0][0])
    bits.raw_left_cat_bitsets = np.zeros((1, 1), np.uint32)
    yield "histogram, few bits", _with(boosted, _predictors=[[bits]])


def _native() -> Iterator[tuple[str, Any]]:
    far = 10**9
    near = neighbors.KNeighborsClassifier(algorithm="kd_tree", leaf_size=3).fit(X, Y)
    module, empty = near._tree.__reduce__()[:2]
    for name, place, value in (
        ("no points", 0, np.empty((0, 3))),
        ("fewer points", 0, np.zeros((3, 3))),
        ("narrow points", 0, np.zeros((40, 1))),
        ("order far away", 1, np.full(40, far)),
        ("order twice", 1, np.zeros(40, int)),
        ("levels without end", 5, 50),
        ("more nodes", 6, far),
        ("negative nodes", 6, -1),
        ("no leaves", 4, 0),
        ("no bounds", 3, np.zeros((2, 1, 3))),
        ("no distance", 11, None),
        ("weights", 12, np.zeros(1)),
    ):
        state = list(near._tree.__getstate__())
        state[place] = value
        yield f"search tree, {name}", _with(near, _tree=thing(module, empty, tuple(state)))
    for field, value in (("idx_start", -far), ("idx_end", far), ("is_leaf", 0)):
        state = list(near._tree.__getstate__())
        state[2] = state[2].copy()
        state[2][field][-1] = value
        yield f"search tree, {field}", _with(near, _tree=thing(module, empty, tuple(state)))
    wide = neighbors.KNeighborsClassifier(
        algorithm="ball_tree", metric="seuclidean", metric_params={"V": np.ones(3)}
    ).fit(X, Y)
    metric = wide._tree.__getstate__()[11]
    make, which = metric.__reduce__()[:2]
    state = list(wide._tree.__getstate__())
    state[11] = thing(make, which, (2.0, np.ones(1), np.ones((1, 1))))
    module, empty = wide._tree.__reduce__()[:2]
    yield "distance, too short", _with(wide, _tree=thing(module, empty, tuple(state)))
    yield "distance of texts", thing(make, which, ("a", "b", "c"))
    matrix = scipy.sparse.csr_matrix(np.eye(3))
    for key, change in (
        ("indices", np.array([0, 1, far], np.int32)),
        ("indices", np.array([0, 1, -5], np.int32)),
        ("indptr", np.array([0, 1, 2, far], np.int32)),
        ("indptr", np.array([0, 3, 1, 3], np.int32)),
        ("indptr", np.array([0], np.int32)),
        ("data", np.ones(1)),
        ("_shape", (3, 1)),
        ("_shape", (far, far)),
        ("data", np.array(["a", "b", "c"])),
    ):
        broken = copy.copy(matrix)
        vars(broken)[key] = change
        line = linear_model.LogisticRegression().fit(X, Y)
        yield f"sparse, {key} {np.shape(change)}", _with(line, coef_=broken)
    generator = np.random.RandomState(0)
    kind, args, state = generator.__reduce__()
    for key, value in (("pos", far), ("pos", -1), ("key", np.zeros(3, np.uint32))):
        odd = copy.deepcopy(state)
        odd["state"][key] = value
        yield f"generator, {key} {np.shape(value)}", thing(kind, args, odd)
    splines = preprocessing.SplineTransformer().fit(X)
    spline = splines.bsplines_[0]
    for key, value in (("_c", np.zeros((1, 1))), ("k", 10**6), ("_t", np.zeros(2)), ("axis", 9)):
        odd = copy.copy(spline)
        if hasattr(odd, "_delegate_to"):  # scipy from 1.18 on: a shell around the one with numbers
            odd._delegate_to = inner = copy.copy(odd._delegate_to)
        else:
            inner = odd
        vars(inner)[key if key in vars(inner) else key.lstrip("_")] = value
        yield f"spline, {key}", _with(splines, bsplines_=[odd] * 3)
    yield "dtype of pointers", np.zeros(1, [("a", "O")])
    kind, args, state = np.dtype("f8").__reduce__()
    for name, odd in (
        ("object flag", (3, "<", None, None, None, 8, 8, 63)),
        ("a base", (3, "|", (np.dtype("O"), (1,)), None, None, 8, 8, 63)),
        ("a size", (3, "<", None, None, None, 2**31, 8, 0)),
        ("short", (3, "<")),
    ):
        forged = np.zeros(1)
        yield f"dtype with {name}", [forged, thing(kind, ("f8", False, True), odd)]
        pointers = thing(
            np._core.multiarray.scalar, (thing(kind, ("f8", False, True), odd), b"A" * 8)
        )
        yield f"number of a dtype with {name}", pointers
    yield "number of objects", thing(np._core.multiarray.scalar, (np.dtype("O"), b"A" * 8))
    yield "text of no letters", np.frombuffer(b"\xff\xff\xff\x7f" * 4, "U4")
    yield "kernel ridge of a function", kernel_ridge.KernelRidge(kernel=os.system)
