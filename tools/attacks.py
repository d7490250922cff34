"""A second corpus of hostile pickles, from another point of view than `tools/hostile.py`.

What compiled code of scikit-learn, scipy and numpy follows without looking is forged, structure by
structure; honest parameters ask for work, memory or threads without end; streams are two things
at once; orders are used in ways that no writer uses. Each file comes with rows, since some harm
only when they are used.
"""

from __future__ import annotations

import bz2
import copy
import gzip
import io
import lzma
import pickle
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from typing import Any

import joblib
import numpy as np
import scipy.sparse
from sklearn import (
    calibration,
    cluster,
    decomposition,
    ensemble,
    feature_extraction,
    feature_selection,
    gaussian_process,
    impute,
    isotonic,
    kernel_approximation,
    kernel_ridge,
    linear_model,
    manifold,
    multiclass,
    neighbors,
    pipeline,
    preprocessing,
    semi_supervised,
    svm,
)

from tools.hostile import PROTO, TOUCH, call, name, plainly, text, thing

__all__ = ["ROWS", "attacks"]

ROWS = np.abs(np.random.default_rng(1).normal(size=(40, 3))) + 0.1
Y = (ROWS[:, 0] > 0.7).astype(int)
FAR = 10**9


def attacks() -> Iterator[tuple[str, bytes, Any]]:
    """Yield (family: name, bytes, rows)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for family, values in (
            ("forged", _forged()),
            ("endless", _endless()),
            ("calls later", _calls_later()),
            ("array", _arrays()),
            ("generator", _generators()),
        ):
            for what, value, rows in values:
                for protocol in (2, 5):
                    data = _written(value, protocol)
                    if data:
                        yield f"{family}: {what}, protocol {protocol}", data, rows
        for what, data in (*_streams(), *_orders()):
            yield what, data, ROWS


def _written(value: Any, protocol: int) -> bytes:
    """Give a pickle; nothing where Python itself won't write it in this way."""
    try:
        return pickle.dumps(value, protocol)
    except (
        AttributeError,
        IndexError,
        RecursionError,
        TypeError,
        ValueError,
        pickle.PicklingError,
    ):
        return b""


def _with(model: Any, **attributes: Any) -> Any:
    made = copy.copy(model)
    vars(made).update(attributes)
    return made


def _forged() -> Iterator[tuple[str, Any, Any]]:
    """Give learnt arrays that are longer, shorter or wider than compiled code takes them to be."""
    wide, narrow = np.ones((2, 9)), np.ones((2, 1))
    shift = cluster.MeanShift(bandwidth=2).fit(ROWS)
    affinity = cluster.AffinityPropagation(random_state=0).fit(ROWS)
    for centers in (wide, narrow, np.ones(3), np.empty((0, 3)), wide.astype(object)):
        yield f"mean shift, centers {centers.shape}", _with(shift, cluster_centers_=centers), ROWS
        yield f"affinity, centers {centers.shape}", _with(affinity, cluster_centers_=centers), ROWS
    for kind in (cluster.KMeans, cluster.MiniBatchKMeans):
        means = kind(2, n_init=1).fit(ROWS)
        for centers in (wide, narrow, np.ones((2, 3), np.float32), np.ones((2, 3), int)):
            yield f"{kind.__name__} {centers.dtype}", _with(means, cluster_centers_=centers), ROWS
        yield f"{kind.__name__} without width", _without(means, "n_features_in_"), ROWS[:, :1]
    near = neighbors.NearestCentroid().fit(ROWS, Y)
    for centers in (wide, narrow, np.ones((9, 3))):
        yield f"centroids {centers.shape}", _with(near, centroids_=centers), ROWS
    for made in (
        neighbors.KNeighborsClassifier(algorithm="brute"),
        neighbors.RadiusNeighborsClassifier(algorithm="brute", radius=9.0),
        neighbors.KNeighborsRegressor(algorithm="brute"),
    ):
        fitted = made.fit(ROWS, Y)
        which = type(made).__name__
        yield f"{which}, wide points", _with(fitted, _fit_X=np.ones((40, 9))), ROWS
        yield f"{which}, narrow points", _with(fitted, _fit_X=np.ones((40, 1))), ROWS
        yield f"{which}, points of objects", _with(fitted, _fit_X=np.full((40, 3), None)), ROWS
        yield (
            f"{which}, sparse points",
            _with(fitted, _fit_X=scipy.sparse.csr_matrix((40, 9))),
            ROWS,
        )
        yield f"{which}, labels of floats", _with(fitted, _y=np.full(40, 1e300)), ROWS
        yield f"{which}, many neighbours", _with(fitted, n_neighbors=FAR), ROWS
        yield f"{which}, without width", _without(fitted, "n_features_in_"), ROWS[:, :1]
    outlier = neighbors.LocalOutlierFactor(novelty=True).fit(ROWS)
    yield "outliers, short densities", _with(outlier, _lrd=np.ones(1)), ROWS
    yield "outliers, short distances", _with(outlier, _distances_fit_X_=np.ones((1, 1))), ROWS
    codes = multiclass.OutputCodeClassifier(linear_model.LogisticRegression(), random_state=0)
    codes = codes.fit(ROWS, Y)
    yield "codes, narrow book", _with(codes, code_book_=np.ones((2, 1))), ROWS
    yield "codes, wide book", _with(codes, code_book_=np.ones((2, 50))), ROWS
    for kind in (decomposition.NMF, decomposition.MiniBatchNMF):
        parts = kind(2, max_iter=9, random_state=0).fit(ROWS)
        for width in (1, 50):
            yield f"{kind.__name__} of {width}", _with(parts, _n_components=width), ROWS
            yield (
                f"{kind.__name__}, {width} parts",
                _with(parts, components_=np.ones((width, 3))),
                ROWS,
            )
        yield f"{kind.__name__}, wide parts", _with(parts, components_=np.ones((2, 50))), ROWS
    topics = decomposition.LatentDirichletAllocation(2, random_state=0).fit(ROWS)
    for shape in ((2, 1), (2, 50), (50, 3), (1, 3)):
        changed = np.ones(shape)
        yield f"topics {shape}", _with(topics, components_=changed), ROWS
        yield f"topics, exp {shape}", _with(topics, exp_dirichlet_component_=changed), ROWS
    for made in (
        decomposition.DictionaryLearning(2, max_iter=2, random_state=0),
        decomposition.MiniBatchDictionaryLearning(2, max_iter=2, random_state=0),
        decomposition.SparsePCA(2, max_iter=2, random_state=0),
    ):
        fitted = made.fit(ROWS)
        for algorithm in ("omp", "lars", "lasso_cd", "lasso_lars", "threshold"):
            other = _with(fitted, transform_algorithm=algorithm, components_=wide)
            yield f"{type(made).__name__} by {algorithm}, wide", other, ROWS
            other = _with(fitted, transform_algorithm=algorithm, transform_n_nonzero_coefs=FAR)
            yield f"{type(made).__name__} by {algorithm}, many", other, ROWS
    curve = preprocessing.SplineTransformer(3).fit(ROWS)
    spline = curve.bsplines_[0]
    for what, changed in {
        "few knots": (np.ones(2), spline.c, 3),
        "few weights": (spline.t, spline.c[:1], 3),
        "many degrees": (spline.t, spline.c, 99),
        "endless degrees": (spline.t, spline.c, FAR),
        "falling knots": (spline.t[::-1], spline.c, 3),
        "no numbers": (spline.t * np.nan, spline.c, 3),
        "weights of texts": (spline.t, np.full(spline.c.shape, "a"), 3),
    }.items():
        forged = _unchecked(spline, *changed)
        yield f"spline, {what}", _with(curve, bsplines_=[forged] * 3), ROWS
        yield f"spline kept, {what}", _with(linear_model.Ridge(), curve_=forged), ROWS
    yield "spline, another number", _with(curve, n_features_out_=FAR), ROWS
    powers = preprocessing.PolynomialFeatures().fit(ROWS)
    for key in ("n_output_features_", "_n_out_full"):
        for number in (0, 3, 99, FAR, -1):
            yield f"powers, {key} {number}", _with(powers, **{key: number}), ROWS
            csr = scipy.sparse.csr_matrix(ROWS)
            yield f"sparse powers, {key} {number}", _with(powers, **{key: number}), csr
    yield "powers, lowest degree", _with(powers, _min_degree=-5), ROWS
    bins = preprocessing.KBinsDiscretizer(3, encode="onehot").fit(ROWS)
    yield "bins without end", _with(bins, n_bins_=np.full(3, FAR)), ROWS
    yield "few edges", _with(bins, bin_edges_=bins.bin_edges_[:1]), ROWS
    yield "no encoder", _with(bins, _encoder=linear_model.Ridge()), ROWS
    words = feature_extraction.DictVectorizer().fit([{"a": 1.0, "b": 2.0}])
    records = [{"a": 1.0, "b": 3.0}] * 5
    for vocabulary in ({"a": FAR, "b": 0}, {"a": -1, "b": 0}, {"a": 0, "b": 0}, {"a": 1.5, "b": 0}):
        yield f"records by {vocabulary}", _with(words, vocabulary_=vocabulary), records
    yield "records, fewer names", _with(words, feature_names_=["a"]), records
    texts = ["salt dill", "jar"] * 3
    counted = feature_extraction.text.TfidfVectorizer().fit(texts)
    for kind in (object, "U5", "V3", [("a", "f8")]):
        yield f"words in {kind}", _with(counted, dtype=np.dtype(kind)), texts
    yield (
        "words, short weights",
        _with(counted, _tfidf=_with(counted._tfidf, idf_=np.ones(1))),
        texts,
    )
    hashes = feature_extraction.text.HashingVectorizer(n_features=8)
    for kind in (object, "U5", "i1", "V3"):
        yield f"hashes in {kind}", _with(hashes, dtype=np.dtype(kind)), texts
    hot = preprocessing.OneHotEncoder(drop="first").fit([["a"], ["b"], ["c"]])
    levels = np.array([["a"], ["b"], ["c"]], object)
    for place in (FAR, -5, 3, 1.5):
        dropped = np.array([place], dtype=object)
        yield (
            f"level {place} dropped",
            _with(hot, drop_idx_=dropped, _drop_idx_after_grouping=dropped),
            levels,
        )
    vectors = svm.SVC(probability=False).fit(ROWS, Y)
    for key, value in {
        "_probA": np.ones(99),
        "_sparse": True,
        "_gamma": float("nan"),
        "kernel": "precomputed",
        "degree": FAR,
        "shape_fit_": (FAR, FAR),
        "class_weight_": np.ones(99),
        "_effective_probability": True,
        "support_vectors_": np.ones((len(vectors.support_), 3), np.float32),
        "_intercept_": np.ones((1, 1)),
        "_n_support": np.array([[1, 1]], np.int32),
        "_dual_coef_": scipy.sparse.csr_matrix(vectors._dual_coef_),
        "support_": vectors.support_[:1],
        "_impl": "nu_svr",
    }.items():
        yield f"vectors, {key}", _with(vectors, **{key: value}), ROWS
    sparse = scipy.sparse.csr_matrix(ROWS)
    thin = svm.SVC().fit(sparse, Y)
    for key, value in {
        "support_vectors_": scipy.sparse.csr_matrix((2, 3)),
        "_dual_coef_": scipy.sparse.csr_matrix((1, 99)),
        "_sparse": False,
        "support_": thin.support_[:1],
    }.items():
        yield f"sparse vectors, {key}", _with(thin, **{key: value}), sparse
    boosted = ensemble.HistGradientBoostingClassifier(
        max_iter=1, min_samples_leaf=3, categorical_features=[0]
    ).fit(np.column_stack([np.arange(40) % 4, ROWS[:, 1:]]), Y)
    for far in (300.0, 1e18, -5.0, float("nan")):
        mapper = copy.copy(boosted._bin_mapper)
        mapper.bin_thresholds_ = [np.array([far, 1.0]), *boosted._bin_mapper.bin_thresholds_[1:]]
        yield f"histogram, category {far}", _with(boosted, _bin_mapper=mapper), ROWS
    mapper = copy.copy(boosted._bin_mapper)
    mapper.bin_thresholds_ = []
    yield "histogram, no thresholds", _with(boosted, _bin_mapper=mapper), ROWS
    yield "histogram, guess of many", _with(boosted, _baseline_prediction=np.ones((1, 99))), ROWS
    yield "histogram, more trees", _with(boosted, n_trees_per_iteration_=99), ROWS
    yield "histogram, fewer trees", _with(boosted, _predictors=[boosted._predictors[0] * 9]), ROWS
    bend = isotonic.IsotonicRegression().fit(ROWS[:, 0], ROWS[:, 1])
    yield "curve, fewer heights", _with(bend, y_thresholds_=np.ones(1)), ROWS[:, 0]
    yield "curve of texts", _with(bend, X_thresholds_=np.full(40, "a")), ROWS[:, 0]
    leaves = cluster.Birch(n_clusters=None).fit(ROWS)
    yield "leaves, wide", _with(leaves, subcluster_centers_=wide), ROWS
    halves = cluster.BisectingKMeans(3, random_state=0).fit(ROWS)
    tree = copy.copy(halves._bisecting_tree)
    tree.left = tree.right = None
    tree.label = FAR
    yield "halves, label far away", _with(halves, _bisecting_tree=tree), ROWS
    tree = copy.copy(halves._bisecting_tree)
    tree.left = None
    yield "halves, one branch", _with(halves, _bisecting_tree=tree), ROWS
    spread = semi_supervised.LabelSpreading(kernel="knn", n_neighbors=3).fit(ROWS, Y)
    yield "labels spread, wide", _with(spread, X_=np.ones((40, 9))), ROWS
    yield "labels spread, short", _with(spread, label_distributions_=np.ones((1, 2))), ROWS
    bag = ensemble.BaggingClassifier(neighbors.KNeighborsClassifier(), 2, random_state=0).fit(
        ROWS, Y
    )
    yield "bag, features far away", _with(bag, estimators_features_=[np.array([FAR])] * 2), ROWS
    drops = impute.KNNImputer().fit(ROWS)
    holes = ROWS.copy()
    holes[0, 0] = np.nan
    yield (
        "imputed, wide",
        _with(drops, _fit_X=np.ones((40, 9)), _mask_fit_X=np.zeros((40, 9), bool)),
        holes,
    )
    sketch = kernel_approximation.PolynomialCountSketch(n_components=4, random_state=0).fit(ROWS)
    yield "sketch far away", _with(sketch, indexHash_=np.full((2, 4), FAR)), ROWS
    paths = manifold.Isomap(n_neighbors=3).fit(ROWS)
    yield "paths, fewer", _with(paths, dist_matrix_=np.ones((1, 1))), ROWS
    forest = ensemble.IsolationForest(n_estimators=3, random_state=0).fit(ROWS)
    yield "isolation, short lengths", _with(forest, _decision_path_lengths=[np.ones(1)] * 3), ROWS
    dense = neighbors.KernelDensity().fit(ROWS)
    yield "density of another tree", _with(dense, tree_=neighbors.BallTree(np.ones((4, 1)))), ROWS
    one = neighbors.BallTree(np.ones((4, 2)), metric="haversine")
    yield "haversine of three", _with(dense, tree_=one), ROWS
    for make in (
        scipy.sparse.csr_matrix,
        scipy.sparse.csc_array,
        scipy.sparse.coo_array,
        scipy.sparse.dia_matrix,
        scipy.sparse.bsr_matrix,
        scipy.sparse.lil_matrix,
        scipy.sparse.dok_matrix,
    ):
        matrix = make(np.eye(3))
        for key in list(vars(matrix)):
            part = vars(matrix)[key]
            if isinstance(part, np.ndarray) and part.dtype.kind in "iu":
                broken = copy.copy(matrix)
                vars(broken)[key] = np.full_like(part, 2**30)
                line = linear_model.Ridge().fit(ROWS, Y)
                yield f"sparse {make.__name__}, {key}", _with(line, coef_=broken), ROWS
        broken = copy.copy(matrix)
        vars(broken)["_shape"] = (1, 1)
        yield f"sparse {make.__name__}, small", _with(line, coef_=broken), ROWS
    broken = scipy.sparse.coo_array(np.eye(3))
    broken.coords = (np.array([0, 1, FAR]), np.array([-4, 1, 2]))
    yield "sparse coo far away", _with(line, coef_=broken), ROWS


def _unchecked(spline: Any, *parts: Any) -> Any:
    """Give a spline whose knots, weights and degree were never checked."""
    made = copy.copy(spline)
    own = {key.lstrip("_"): key for key in vars(made)}
    for key, value in zip(("t", "c", "k"), parts, strict=True):
        vars(made)[own[key]] = value
    return made


def _without(model: Any, key: str) -> Any:
    made = copy.copy(model)
    vars(made).pop(key, None)
    return made


def _endless() -> Iterator[tuple[str, Any, Any]]:
    """Give honest parameters that ask for work, memory or threads without end."""
    powers = preprocessing.PolynomialFeatures(degree=99).fit(ROWS[:, :1])
    yield (
        "powers of fifty columns",
        _with(powers, n_features_in_=50, _max_degree=99),
        np.ones((2, 50)),
    )
    chi = kernel_approximation.AdditiveChi2Sampler(sample_steps=2).fit(ROWS)
    yield "samples without end", _with(chi, sample_steps=FAR, sample_interval_=0.5), ROWS
    for keywords in ({"n_jobs": FAR}, {"n_jobs": -FAR}, {"metric": print}):
        kernel = gaussian_process.kernels.PairwiseKernel(pairwise_kernels_kwargs=keywords)
        process = gaussian_process.GaussianProcessRegressor(alpha=1.0).fit(ROWS, Y)
        yield f"kernel with {sorted(keywords)}", _with(process, kernel_=kernel), ROWS
        ridge = kernel_ridge.KernelRidge(kernel="rbf").fit(ROWS, Y)
        yield f"ridge with {sorted(keywords)}", _with(ridge, kernel_params=keywords), ROWS
        near = neighbors.KNeighborsClassifier(algorithm="brute").fit(ROWS, Y)
        yield f"near with {sorted(keywords)}", _with(near, metric_params=keywords), ROWS
    deep = gaussian_process.kernels.RBF()
    for _ in range(150):
        deep = gaussian_process.kernels.Sum(deep, gaussian_process.kernels.RBF())
    yield "kernel of kernels", _with(process, kernel_=deep), ROWS
    wide = gaussian_process.kernels.RBF()
    for _ in range(40):
        wide = gaussian_process.kernels.Product(wide, wide)
    yield "kernel that doubles", _with(process, kernel_=wide), ROWS
    line = linear_model.Ridge().fit(ROWS, Y)
    union: Any = preprocessing.StandardScaler().fit(ROWS)
    for _ in range(30):
        union = pipeline.FeatureUnion([("a", union), ("b", union)])
    yield "union that doubles", union, ROWS
    for pattern in (r"(\w+\s?)+$", r"^(([a-z])+.)+[A-Z]([a-z])+$", "(.*?,){30}x", r"(x+x+)+y"):
        counted = feature_extraction.text.CountVectorizer().fit(["salt dill"])
        rows = ["x" * 60 + "!"] * 2
        yield f"pattern {pattern}", _with(counted, token_pattern=pattern), rows
    parts = decomposition.NMF(2, max_iter=9, random_state=0).fit(ROWS)
    yield "rounds without end", _with(parts, max_iter=2**62, tol=0.0), ROWS
    coder = decomposition.SparseCoder(np.eye(3), transform_algorithm="lasso_cd")
    yield "codes without end", _with(coder, transform_max_iter=2**62, transform_alpha=0.0), ROWS
    hashes = feature_extraction.FeatureHasher(2**31 - 1)
    yield "hashes of very many", hashes, [[{"a": 1}]]
    yield "workers in a union", _with(union, n_jobs=FAR), ROWS
    yield "number without end", _with(line, alpha=10**100_000), ROWS


def _calls_later() -> Iterator[tuple[str, Any, Any]]:
    """Give callables where an honest model has a word."""
    import os
    import subprocess

    line = linear_model.Ridge().fit(ROWS, Y)
    near = neighbors.KNeighborsClassifier().fit(ROWS, Y)
    for what, act in {"a command": os.system, "a process": subprocess.Popen, "eval": eval}.items():
        for model, key in (
            (near, "weights"),
            (near, "metric"),
            (near, "effective_metric_"),
            (cluster.FeatureAgglomeration(2).fit(ROWS), "pooling_func"),
            (svm.SVC().fit(ROWS, Y), "kernel"),
            (kernel_approximation.Nystroem(n_components=3).fit(ROWS), "kernel"),
            (decomposition.KernelPCA(2).fit(ROWS), "kernel"),
            (decomposition.FastICA(2, random_state=0).fit(ROWS), "fun"),
            (impute.SimpleImputer().fit(ROWS), "strategy"),
            (feature_selection.SelectKBest(k=1).fit(ROWS, Y), "score_func"),
            (line, "predict_proba"),
            (line, "get_feature_names_out"),
            (line, "__call__"),
            (line, "feature_names_in_"),
        ):
            made = _with(model, **{key: act})
            yield f"{what} as {key} of {type(model).__name__}", made, ROWS
    yield "a call that waits as weights", _with(near, weights=partial(os.system, TOUCH)), ROWS
    yield "a call in a list", _with(line, notes_=[partial(os.system, TOUCH)]), ROWS
    yield "a scorer that acts", _with(line, scorer_=thing(os.system, (TOUCH,))), ROWS
    both = calibration.CalibratedClassifierCV(linear_model.LogisticRegression(), cv=2).fit(ROWS, Y)
    inner = copy.copy(both.calibrated_classifiers_[0])
    inner.calibrators = [partial(os.system, TOUCH)]
    yield "a calibrator that acts", _with(both, calibrated_classifiers_=[inner]), ROWS
    for call_ in (np.add.reduce, np.frompyfunc(os.system, 1, 1), np.vectorize(os.system), "a".join):
        try:
            pickle.dumps(call_)
        except (TypeError, AttributeError, pickle.PicklingError):
            continue
        act = preprocessing.FunctionTransformer(call_)
        yield f"function {type(call_).__name__} {getattr(call_, '__name__', '')}", act, ROWS
    for keywords in ({"out": ROWS}, {"dtype": object}, {"where": line}, {"signature": "OO"}):
        act = preprocessing.FunctionTransformer(np.log1p, kw_args=keywords)
        yield f"function told {sorted(keywords)}", act, ROWS


def _arrays() -> Iterator[tuple[str, Any, Any]]:
    """Give arrays that are other than they say."""
    line = linear_model.Ridge().fit(ROWS, Y)
    made = np._core.multiarray._reconstruct
    for base in (np.memmap, np.matrix, np.recarray, np.ma.MaskedArray, np.char.chararray):
        forged = thing(made, (base, (0,), b"b"), (1, (3,), np.dtype("f8"), False, b"A" * 24))
        yield f"array that is a {base.__name__}", _with(line, coef_=forged), ROWS
    for what, state in {
        "short": (1, (9,), np.dtype("f8"), False, b"A" * 24),
        "long": (1, (1,), np.dtype("f8"), False, b"A" * 24),
        "negative": (1, (-3,), np.dtype("f8"), False, b"A" * 24),
        "wide": (1, (2**31, 2**31), np.dtype("V0"), False, b""),
        "many dimensions": (1, (1,) * 99, np.dtype("f8"), False, b"A" * 8),
        "objects of bytes": (1, (3,), np.dtype("O"), False, b"A" * 24),
        "objects that are fewer": (1, (3,), np.dtype("O"), False, [1]),
        "another version": (99, (3,), np.dtype("f8"), False, b"A" * 24),
        "a shape of floats": (1, (3.0,), np.dtype("f8"), False, b"A" * 24),
        "a type that is a text": (1, (3,), "O", False, b"A" * 24),
        "long texts": (1, (1,), np.dtype("U1"), False, b"\xff\xff\xff\xff"),
    }.items():
        forged = thing(made, (np.ndarray, (0,), b"b"), state)
        yield f"array, {what}", _with(line, coef_=forged), ROWS
    for what, fields in {
        "past the end": {"names": ["a"], "formats": ["f8"], "offsets": [2], "itemsize": 10},
        "in a union": {
            "names": ["a", "b"],
            "formats": ["i8", "f8"],
            "offsets": [0, 4],
            "itemsize": 12,
        },
        "of objects": [("a", "O")],
        "of a shape": [("a", "f8", (2**20, 2**3))],
        "with a title": [(("t", "a"), "f8")],
    }.items():
        kind = np.dtype(fields)
        yield f"fields {what}", _with(line, coef_=thing(np.dtype, (kind.str,), None)), ROWS
        held = np.zeros(1, kind) if kind.itemsize < 2**20 else kind
        yield f"array with fields {what}", _with(line, coef_=held, intercept_=kind), ROWS
    yield "times without end", _with(line, coef_=np.array(["2026"], f"M8[{2**31 - 1}Y]")), ROWS
    yield "a text as key", {np.str_("predict"): 1}, ROWS
    yield "weak", _with(line, coef_=thing(np.ndarray, ((3,), "O"))), ROWS
    inner = io.BytesIO()
    joblib.dump(np.array([thing(eval, ("1",))], dtype=object), inner)
    yield "pickle as an attribute", _with(line, notes_=inner.getvalue()), ROWS


def _generators() -> Iterator[tuple[str, Any, Any]]:
    """Give random generators in states that none can have."""
    line = linear_model.Ridge().fit(ROWS, Y)
    for kind in ("MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64"):
        bits = getattr(np.random, kind)(0)
        state = copy.deepcopy(bits.state)
        for key, value in _leaves(state):
            for changed in (FAR, -1, 2**200, "a", None, np.zeros(1)):
                if isinstance(value, np.ndarray) and changed is None:
                    continue
                forged = copy.deepcopy(bits.state)
                holder = forged
                for part in key[:-1]:
                    holder = holder[part]
                holder[key[-1]] = changed
                made = thing(np.random._pickle.__bit_generator_ctor, (type(bits),), (forged, None))
                held = thing(np.random._pickle.__generator_ctor, (made,))
                yield (
                    f"{kind} {'.'.join(key)} {str(changed)[:9]}",
                    _with(line, random_state=held),
                    ROWS,
                )
    for name_ in ("os", "RandomState", "default_rng", "../x", ""):
        made = thing(np.random._pickle.__bit_generator_ctor, (name_,), ({}, None))
        yield f"bits by {name_!r}", _with(line, random_state=made), ROWS


def _leaves(state: dict[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[Any, Any]]:
    for key, value in state.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*above, key))
        else:
            yield (*above, key), value


def _streams() -> Iterator[tuple[str, bytes]]:
    """Give streams that are two things at once, or lie about their length."""
    evil = pickle.dumps(thing(eval, ("open('it_ran', 'w')",)), 4)
    good = pickle.dumps(linear_model.Ridge().fit(ROWS, Y), 4)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("model.pkl", evil)
        file.writestr("archive/data.pkl", evil)
    zipped = archive.getvalue()
    yield "stream: pickle, then a zip", good + zipped
    yield "stream: zip, then a pickle", zipped + good
    yield "stream: zip of torch", zipped
    for kind, head in {
        "png": b"\x89PNG\r\n\x1a\n",
        "pdf": b"%PDF-1.7\n",
        "elf": b"\x7fELF",
        "tar": b"model.pkl".ljust(512, b"\0"),
        "7z": b"7z\xbc\xaf\x27\x1c",
        "rar": b"Rar!\x1a\x07",
        "byte order mark": b"\xef\xbb\xbf",
        "spaces": b"   ",
        "zstd frame to skip": b"\x50\x2a\x4d\x18\x04\0\0\0aaaa",
        "old joblib": b"ZF0x00000001",
        "nulls": bytes(64),
        "shell": b"#!/bin/sh\n",
    }.items():
        yield f"stream: {kind}, then evil", head + evil
    for kind, pack in {
        "gzip with a name": lambda data: _named_gzip(data),
        "gzip of three": lambda data: gzip.compress(data[:9]) + gzip.compress(data[9:]),
        "bz2 of two": lambda data: bz2.compress(data[:9]) + bz2.compress(data[9:]),
        "xz of two": lambda data: lzma.compress(data[:9]) + lzma.compress(data[9:]),
        "xz, padded": lambda data: lzma.compress(data) + bytes(8),
        "raw deflate": lambda data: zlib.compress(data)[2:-4],
        "zlib, wrong sum": lambda data: zlib.compress(data)[:-4] + b"aaaa",
        "gzip, wrong length": lambda data: gzip.compress(data)[:-4] + b"\0\0\0\0",
        "zlib in gzip in xz": lambda data: lzma.compress(gzip.compress(zlib.compress(data))),
        "lzma of unknown length": lambda data: b"\x5d\x00\x00\x80\x00" + b"\xff" * 8 + data,
        "xz of a large dictionary": lambda data: lzma.compress(
            data, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 2**29}]
        ),
    }.items():
        yield f"stream: evil in {kind}", pack(evil)
    for factor in (1, 99, 101, 1000):
        yield f"stream: bomb of {factor}", zlib.compress(good + bytes(2**25 * min(factor, 3)))
    nested = evil
    for _ in range(30):
        holder = np.empty(1, dtype=object)
        holder[0] = nested
        file_ = io.BytesIO()
        joblib.dump(holder, file_)
        nested = file_.getvalue()
    yield "stream: thirty pickles in each other", nested
    deep: Any = thing(eval, ("1",))
    for _ in range(25):
        holder = np.empty(1, dtype=object)
        holder[0] = deep
        deep = holder
    file_ = io.BytesIO()
    joblib.dump(deep, file_)
    yield "stream: arrays in each other", file_.getvalue()
    file_ = io.BytesIO()
    joblib.dump({"a": np.arange(5.0), "b": thing(eval, ("1",))}, file_)
    yield "stream: call after raw bytes", file_.getvalue()
    file_ = io.BytesIO()
    joblib.dump(np.arange(50.0), file_)
    raw = file_.getvalue()
    for place in range(len(raw) - 420, len(raw), 23):
        yield f"stream: raw array cut at {place}", raw[:place]


def _named_gzip(data: bytes) -> bytes:
    file = io.BytesIO()
    with gzip.GzipFile("../../it_ran", "wb", fileobj=file) as stream:
        stream.write(data)
    return file.getvalue()


def _orders() -> Iterator[tuple[str, bytes]]:
    """Give orders in places where no writer puts them."""
    ridge = name("sklearn.linear_model._ridge", "Ridge")
    run = call("os", "system", (TOUCH,))
    state = plainly({"alpha": 1.0})
    made = ridge + b")\x81"
    shared = b"\x94" + state + b"b"
    for what, data in {
        "two states": made + state + b"b" + plainly({"predict": 1}) + b"b.",
        "state in two parts": made + b"N" + state + b"\x86b.",
        "state of slots": made + state + state + b"\x86b.",
        "state that is a list": made + b"]b.",
        "state with a key twice": made + b"}(" + (text("alpha") + b"K\x01") * 2 + b"ub.",
        "state with a key of bytes": made + b"}C\x07predictK\x01sb.",
        "state with itself": made + b"\x94}" + text("alpha") + b"h\x00sb.",
        "state with a call": made + b"}" + text("alpha") + run + b"sb.",
        "state of a shared class": ridge
        + b"\x94"
        + b"}"
        + text("predict")
        + run
        + b"sb0h\x00)\x81.",
        "state by setstate": made + b"}" + text("__setstate__") + name("os", "system") + b"sb.",
        "state by reduce": made + b"}" + text("__reduce_ex__") + name("os", "system") + b"sb.",
        "class in a state": made + b"}" + text("__class__") + name("os", "system") + b"sb.",
        "items to an estimator": made + b"(K\x01K\x02u.",
        "parts to an estimator": made + b"(K\x01e.",
        "parts to an array": name("numpy", "ndarray") + b")\x81(K\x01e.",
        "parts to a tuple": b")(K\x01e.",
        "items to a list": b"](K\x01K\x02u.",
        "parts to a frozen set": b"(\x91(K\x01\x90.",
        "items to a bunch": name("sklearn.utils._bunch", "Bunch")
        + b")\x81("
        + text("keys")
        + b"K\x01u.",
        "new by keywords": ridge + b")}" + text("alpha") + run + b"s\x92.",
        "new of a tuple": ridge + b"\x85)\x81.",
        "new of new": made + b")\x81.",
        "a mark at the end": b"N(.",
        "a mark never used": b"(((N.",
        "nothing": b".",
        "two things": b"NN.",
        "get of nothing": b"h\x07.",
        "memory written twice": text("os")
        + b"q\x000"
        + text("sklearn.pipeline")
        + b"q\x000h\x00"
        + text("system")
        + b"\x93.",
        "name after a name": name("os", "system") + text("x") + b"\x93.",
        "negative length": b"T" + struct.pack("<i", -1) + b".",
        "negative long": b"\x8b" + struct.pack("<i", -1) + b".",
        "long of no digits": b"L\n.",
        "number of words": b"Ieval\n.",
        "truth of two": b"I02\n.",
        "float of words": b"Fopen\n.",
        "float without end": b"F" + b"9" * 5000 + b"\n.",
        "escaped text": b"V\\u0000\\uffff\\U0010ffff\n.",
        "bad escapes": b"S'\\x0'\n.",
        "text with no end": b"S'abc\n.",
        "surrogates": b"\x8c\x03\xed\xa0\x80.",
        "no letters": b"\x8c\x02\xff\xfe.",
        "huge frame": b"\x95" + struct.pack("<Q", 2**62) + b"N.",
        "frame in a frame": b"\x95"
        + struct.pack("<Q", 40)
        + b"\x95"
        + struct.pack("<Q", 2)
        + b"N."
        + b"N" * 40
        + b".",
        "protocol again and again": b"\x80\x04" * 1000 + b"N.",
        "byte array": b"\x96" + struct.pack("<Q", 2**40) + b"a.",
        "many pops": b"N" + b"20" * 100_000 + b".",
        "many memories": b"N" + b"\x94" * 2_000_000 + b".",
        "persistent text": b"P__import__('os').system('x')\n.",
        "inst": b"(K\x01ios\nsystem\n.",
        "inst of a model": b"(K\x01isklearn.linear_model._ridge\nRidge\n.",
        "copyreg": call("copyreg", "__newobj__", (1,)) + b".",
        "reconstructor of a model": name("copyreg", "_reconstructor") + ridge + ridge + b"N\x87R.",
        "newobj_ex": call("copyreg", "__newobj_ex__", (1, (), {})) + b".",
        "weak reference": call("weakref", "ref", ()) + b".",
        "proxy": call("weakref", "proxy", ()) + b".",
        "mapping": call("types", "MappingProxyType", ({},)) + b".",
        "namespace": call("types", "SimpleNamespace", ()) + b".",
        "module": call("types", "ModuleType", ("x",)) + b".",
        "enum": call("enum", "Enum", ("x", ["a"])) + b".",
        "named tuple": call("collections", "namedtuple", ("x", "a")) + b".",
        "chain of maps": call("collections", "ChainMap", ()) + b".",
        "user dict": call("collections", "UserDict", ()) + b".",
        "cached": call("functools", "lru_cache", (None,)) + b".",
        "counter": call("itertools", "count", ()) + b".",
        "repeat": call("itertools", "repeat", (1, 2**40)) + b".",
        "product": call("itertools", "product", (range(9),)) + b".",
        "bytes of a count": call("builtins", "bytes", ([1] * 9, "x")) + b".",
        "range without end": call("builtins", "range", (0, 2**100)) + b".",
        "slice of calls": name("builtins", "slice") + run + b"NN\x87R.",
        "complex of texts": call("builtins", "complex", ("1e999",)) + b".",
        "memory view": call("builtins", "memoryview", (b"a",)) + b".",
        "super": call("builtins", "super", ()) + b".",
        "property": call("builtins", "property", ()) + b".",
        "class method": call("builtins", "classmethod", (1,)) + b".",
        "object": call("builtins", "object", ()) + b".",
        "print": call("builtins", "print", ("x",)) + b".",
        "sorted": call("builtins", "sorted", ([2, 1],)) + b".",
        "shared after check": made + shared + b"0h\x00" + plainly({"fit": 1}) + b"b.",
    }.items():
        yield f"order: {what}", PROTO + data
