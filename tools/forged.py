"""Models whose learnt arrays are longer, shorter or wider than compiled code takes them to be."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import numpy as np
import scipy.sparse
from sklearn import (
    cluster,
    decomposition,
    ensemble,
    feature_extraction,
    impute,
    isotonic,
    kernel_approximation,
    linear_model,
    manifold,
    multiclass,
    neighbors,
    preprocessing,
    semi_supervised,
    svm,
)

__all__ = ["FAR", "ROWS", "Y", "altered", "forged"]

ROWS = np.abs(np.random.default_rng(1).normal(size=(40, 3))) + 0.1
Y = (ROWS[:, 0] > 0.7).astype(int)
FAR = 10**9


def altered(model: Any, **attributes: Any) -> Any:
    """Give a model with other attributes."""
    made = copy.copy(model)
    vars(made).update(attributes)
    return made


def forged() -> Iterator[tuple[str, Any, Any]]:
    """Give learnt arrays that are longer, shorter or wider than compiled code takes them to be."""
    wide, narrow = np.ones((2, 9)), np.ones((2, 1))
    shift = cluster.MeanShift(bandwidth=2).fit(ROWS)
    affinity = cluster.AffinityPropagation(random_state=0).fit(ROWS)
    for centers in (wide, narrow, np.ones(3), np.empty((0, 3)), wide.astype(object)):
        yield f"mean shift, centers {centers.shape}", altered(shift, cluster_centers_=centers), ROWS
        yield (
            f"affinity, centers {centers.shape}",
            altered(affinity, cluster_centers_=centers),
            ROWS,
        )
    for kind in (cluster.KMeans, cluster.MiniBatchKMeans):
        means = kind(2, n_init=1).fit(ROWS)
        for centers in (wide, narrow, np.ones((2, 3), np.float32), np.ones((2, 3), int)):
            yield f"{kind.__name__} {centers.dtype}", altered(means, cluster_centers_=centers), ROWS
        yield f"{kind.__name__} without width", _without(means, "n_features_in_"), ROWS[:, :1]
    near = neighbors.NearestCentroid().fit(ROWS, Y)
    for centers in (wide, narrow, np.ones((9, 3))):
        yield f"centroids {centers.shape}", altered(near, centroids_=centers), ROWS
    for made in (
        neighbors.KNeighborsClassifier(algorithm="brute"),
        neighbors.RadiusNeighborsClassifier(algorithm="brute", radius=9.0),
        neighbors.KNeighborsRegressor(algorithm="brute"),
    ):
        fitted = made.fit(ROWS, Y)
        which = type(made).__name__
        yield f"{which}, wide points", altered(fitted, _fit_X=np.ones((40, 9))), ROWS
        yield f"{which}, narrow points", altered(fitted, _fit_X=np.ones((40, 1))), ROWS
        yield f"{which}, points of objects", altered(fitted, _fit_X=np.full((40, 3), None)), ROWS
        yield (
            f"{which}, sparse points",
            altered(fitted, _fit_X=scipy.sparse.csr_matrix((40, 9))),
            ROWS,
        )
        yield f"{which}, labels of floats", altered(fitted, _y=np.full(40, 1e300)), ROWS
        yield f"{which}, many neighbours", altered(fitted, n_neighbors=FAR), ROWS
        yield f"{which}, without width", _without(fitted, "n_features_in_"), ROWS[:, :1]
    outlier = neighbors.LocalOutlierFactor(novelty=True).fit(ROWS)
    yield "outliers, short densities", altered(outlier, _lrd=np.ones(1)), ROWS
    yield "outliers, short distances", altered(outlier, _distances_fit_X_=np.ones((1, 1))), ROWS
    codes = multiclass.OutputCodeClassifier(linear_model.LogisticRegression(), random_state=0)
    codes = codes.fit(ROWS, Y)
    yield "codes, narrow book", altered(codes, code_book_=np.ones((2, 1))), ROWS
    yield "codes, wide book", altered(codes, code_book_=np.ones((2, 50))), ROWS
    for kind in (decomposition.NMF, decomposition.MiniBatchNMF):
        parts = kind(2, max_iter=9, random_state=0).fit(ROWS)
        for width in (1, 50):
            yield f"{kind.__name__} of {width}", altered(parts, _n_components=width), ROWS
            yield (
                f"{kind.__name__}, {width} parts",
                altered(parts, components_=np.ones((width, 3))),
                ROWS,
            )
        yield f"{kind.__name__}, wide parts", altered(parts, components_=np.ones((2, 50))), ROWS
    topics = decomposition.LatentDirichletAllocation(2, random_state=0).fit(ROWS)
    for shape in ((2, 1), (2, 50), (50, 3), (1, 3)):
        changed = np.ones(shape)
        yield f"topics {shape}", altered(topics, components_=changed), ROWS
        yield f"topics, exp {shape}", altered(topics, exp_dirichlet_component_=changed), ROWS
    for made in (
        decomposition.DictionaryLearning(2, max_iter=2, random_state=0),
        decomposition.MiniBatchDictionaryLearning(2, max_iter=2, random_state=0),
        decomposition.SparsePCA(2, max_iter=2, random_state=0),
    ):
        fitted = made.fit(ROWS)
        for algorithm in ("omp", "lars", "lasso_cd", "lasso_lars", "threshold"):
            other = altered(fitted, transform_algorithm=algorithm, components_=wide)
            yield f"{type(made).__name__} by {algorithm}, wide", other, ROWS
            other = altered(fitted, transform_algorithm=algorithm, transform_n_nonzero_coefs=FAR)
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
        yield f"spline, {what}", altered(curve, bsplines_=[forged] * 3), ROWS
        yield f"spline kept, {what}", altered(linear_model.Ridge(), curve_=forged), ROWS
    yield "spline, another number", altered(curve, n_features_out_=FAR), ROWS
    powers = preprocessing.PolynomialFeatures().fit(ROWS)
    for key in ("n_output_features_", "_n_out_full"):
        for number in (0, 3, 99, FAR, -1):
            yield f"powers, {key} {number}", altered(powers, **{key: number}), ROWS
            csr = scipy.sparse.csr_matrix(ROWS)
            yield f"sparse powers, {key} {number}", altered(powers, **{key: number}), csr
    yield "powers, lowest degree", altered(powers, _min_degree=-5), ROWS
    bins = preprocessing.KBinsDiscretizer(3, encode="onehot").fit(ROWS)
    yield "bins without end", altered(bins, n_bins_=np.full(3, FAR)), ROWS
    yield "few edges", altered(bins, bin_edges_=bins.bin_edges_[:1]), ROWS
    yield "no encoder", altered(bins, _encoder=linear_model.Ridge()), ROWS
    words = feature_extraction.DictVectorizer().fit([{"a": 1.0, "b": 2.0}])
    records = [{"a": 1.0, "b": 3.0}] * 5
    for vocabulary in ({"a": FAR, "b": 0}, {"a": -1, "b": 0}, {"a": 0, "b": 0}, {"a": 1.5, "b": 0}):
        yield f"records by {vocabulary}", altered(words, vocabulary_=vocabulary), records
    yield "records, fewer names", altered(words, feature_names_=["a"]), records
    texts = ["salt dill", "jar"] * 3
    counted = feature_extraction.text.TfidfVectorizer().fit(texts)
    for kind in (object, "U5", "V3", [("a", "f8")]):
        yield f"words in {kind}", altered(counted, dtype=np.dtype(kind)), texts
    yield (
        "words, short weights",
        altered(counted, _tfidf=altered(counted._tfidf, idf_=np.ones(1))),
        texts,
    )
    hashes = feature_extraction.text.HashingVectorizer(n_features=8)
    for kind in (object, "U5", "i1", "V3"):
        yield f"hashes in {kind}", altered(hashes, dtype=np.dtype(kind)), texts
    hot = preprocessing.OneHotEncoder(drop="first").fit([["a"], ["b"], ["c"]])
    levels = np.array([["a"], ["b"], ["c"]], object)
    for place in (FAR, -5, 3, 1.5):
        dropped = np.array([place], dtype=object)
        yield (
            f"level {place} dropped",
            altered(hot, drop_idx_=dropped, _drop_idx_after_grouping=dropped),
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
        yield f"vectors, {key}", altered(vectors, **{key: value}), ROWS
    sparse = scipy.sparse.csr_matrix(ROWS)
    thin = svm.SVC().fit(sparse, Y)
    for key, value in {
        "support_vectors_": scipy.sparse.csr_matrix((2, 3)),
        "_dual_coef_": scipy.sparse.csr_matrix((1, 99)),
        "_sparse": False,
        "support_": thin.support_[:1],
    }.items():
        yield f"sparse vectors, {key}", altered(thin, **{key: value}), sparse
    boosted = ensemble.HistGradientBoostingClassifier(
        max_iter=1, min_samples_leaf=3, categorical_features=[0]
    ).fit(np.column_stack([np.arange(40) % 4, ROWS[:, 1:]]), Y)
    for far in (300.0, 1e18, -5.0, float("nan")):
        mapper = copy.copy(boosted._bin_mapper)
        mapper.bin_thresholds_ = [np.array([far, 1.0]), *boosted._bin_mapper.bin_thresholds_[1:]]
        yield f"histogram, category {far}", altered(boosted, _bin_mapper=mapper), ROWS
    mapper = copy.copy(boosted._bin_mapper)
    mapper.bin_thresholds_ = []
    yield "histogram, no thresholds", altered(boosted, _bin_mapper=mapper), ROWS
    yield "histogram, guess of many", altered(boosted, _baseline_prediction=np.ones((1, 99))), ROWS
    yield "histogram, more trees", altered(boosted, n_trees_per_iteration_=99), ROWS
    yield "histogram, fewer trees", altered(boosted, _predictors=[boosted._predictors[0] * 9]), ROWS
    bend = isotonic.IsotonicRegression().fit(ROWS[:, 0], ROWS[:, 1])
    yield "curve, fewer heights", altered(bend, y_thresholds_=np.ones(1)), ROWS[:, 0]
    yield "curve of texts", altered(bend, X_thresholds_=np.full(40, "a")), ROWS[:, 0]
    leaves = cluster.Birch(n_clusters=None).fit(ROWS)
    yield "leaves, wide", altered(leaves, subcluster_centers_=wide), ROWS
    halves = cluster.BisectingKMeans(3, random_state=0).fit(ROWS)
    tree = copy.copy(halves._bisecting_tree)
    tree.left = tree.right = None
    tree.label = FAR
    yield "halves, label far away", altered(halves, _bisecting_tree=tree), ROWS
    tree = copy.copy(halves._bisecting_tree)
    tree.left = None
    yield "halves, one branch", altered(halves, _bisecting_tree=tree), ROWS
    spread = semi_supervised.LabelSpreading(kernel="knn", n_neighbors=3).fit(ROWS, Y)
    yield "labels spread, wide", altered(spread, X_=np.ones((40, 9))), ROWS
    yield "labels spread, short", altered(spread, label_distributions_=np.ones((1, 2))), ROWS
    bag = ensemble.BaggingClassifier(neighbors.KNeighborsClassifier(), 2, random_state=0).fit(
        ROWS, Y
    )
    yield "bag, features far away", altered(bag, estimators_features_=[np.array([FAR])] * 2), ROWS
    drops = impute.KNNImputer().fit(ROWS)
    holes = ROWS.copy()
    holes[0, 0] = np.nan
    yield (
        "imputed, wide",
        altered(drops, _fit_X=np.ones((40, 9)), _mask_fit_X=np.zeros((40, 9), bool)),
        holes,
    )
    sketch = kernel_approximation.PolynomialCountSketch(n_components=4, random_state=0).fit(ROWS)
    yield "sketch far away", altered(sketch, indexHash_=np.full((2, 4), FAR)), ROWS
    paths = manifold.Isomap(n_neighbors=3).fit(ROWS)
    yield "paths, fewer", altered(paths, dist_matrix_=np.ones((1, 1))), ROWS
    forest = ensemble.IsolationForest(n_estimators=3, random_state=0).fit(ROWS)
    yield "isolation, short lengths", altered(forest, _decision_path_lengths=[np.ones(1)] * 3), ROWS
    dense = neighbors.KernelDensity().fit(ROWS)
    yield "density of another tree", altered(dense, tree_=neighbors.BallTree(np.ones((4, 1)))), ROWS
    one = neighbors.BallTree(np.ones((4, 2)), metric="haversine")
    yield "haversine of three", altered(dense, tree_=one), ROWS
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
                yield f"sparse {make.__name__}, {key}", altered(line, coef_=broken), ROWS
        broken = copy.copy(matrix)
        vars(broken)["_shape"] = (1, 1)
        yield f"sparse {make.__name__}, small", altered(line, coef_=broken), ROWS
    broken = scipy.sparse.coo_array(np.eye(3))
    broken.coords = (np.array([0, 1, FAR]), np.array([-4, 1, 2]))
    yield "sparse coo far away", altered(line, coef_=broken), ROWS


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
