"""Checks of what an estimator learnt, where compiled code would follow it without looking.

Each array is well-formed by itself; here they are held against each other: a label that is
no class, a tree of more features than its forest, a vocabulary that points past its end.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from brinery.safety.ensembles import ENSEMBLES
from brinery.safety.nodes import Problem

__all__ = ["check_fitted"]

_MOST_OUTPUTS = 10_000_000


def check_fitted(made: Any) -> None:
    """Hold the attributes of an object against each other.

    Raises
    ------
    Problem
        They don't fit, and compiled code would read or write outside of its memory.
    """
    check = _CHECKS.get(type(made).__name__)
    if check is None:
        return
    try:
        is_right = check(made, vars(made))
    except (TypeError, ValueError, IndexError, KeyError, AttributeError) as error:
        raise _problem(made) from error
    if not is_right:
        raise _problem(made)


def _problem(made: Any) -> Problem:
    return Problem(
        f"What its {type(made).__name__} learnt does not fit together, and would lead compiled "
        "code out of its memory."
    )


def _is_numbering(values: Sequence[Any]) -> bool:
    """Tell whether values are 0, 1, 2… in any order."""
    if not all(isinstance(value, (int, np.integer)) for value in values):
        return False
    return sorted(int(value) for value in values) == list(range(len(values)))


def _vectorizer(_made: Any, state: dict[str, Any]) -> bool:
    vocabulary = state.get("vocabulary_")
    return vocabulary is None or (
        isinstance(vocabulary, dict) and _is_numbering(list(vocabulary.values()))
    )


def _binarizer(_made: Any, state: dict[str, Any]) -> bool:
    cached = state.get("_cached_dict")
    return cached is None or (
        len(cached) == len(state["classes_"]) and _is_numbering(list(cached.values()))
    )


def _one_hot(_made: Any, state: dict[str, Any]) -> bool:
    if "categories_" not in state:
        return True
    categories, widths = state["categories_"], state["_n_features_outs"]
    n_columns = len(categories)
    nothing = [None] * n_columns
    mappings = state.get("_default_to_infrequent_mappings", nothing)
    rare = state.get("_infrequent_indices", nothing)
    dropped = state.get("_drop_idx_after_grouping")
    dropped = nothing if dropped is None else dropped
    if not len(widths) == len(mappings) == len(rare) == len(dropped) == n_columns:
        return False
    for levels, width, mapping, few, drop in zip(
        categories, widths, mappings, rare, dropped, strict=True
    ):
        room = int(width) + (drop is not None)
        if not isinstance(levels, np.ndarray) or (mapping is None) != (few is None):
            return False
        if mapping is None:
            if len(levels) != room:
                return False
            continue
        if len(mapping) != len(levels) or not _is_inside(mapping, room):
            return False
        if not _is_inside(few, len(levels)):
            return False
    return True


def _is_inside(indices: Any, n_places: int) -> bool:
    """Tell whether all indices are at least 0 and less than `n_places`."""
    if not isinstance(indices, np.ndarray) or indices.dtype.kind not in "iu":
        return False
    return indices.size == 0 or (int(indices.min()) >= 0 and int(indices.max()) < n_places)


def _neighbours(_made: Any, state: dict[str, Any]) -> bool:
    points, tree = state.get("_fit_X"), state.get("_tree")
    if tree is not None and type(tree).__name__[:4] not in ("KDTr", "Ball"):
        return False
    if points is None:
        return tree is None
    n_points = points.shape[0]
    if state.get("n_samples_fit_", n_points) != n_points or points.ndim != 2:
        return False
    if tree is not None and tree.__getstate__()[0].shape != points.shape:
        return False
    if points.shape[1] != state.get("n_features_in_"):
        return False
    labels, classes = state.get("_y"), state.get("classes_")
    if labels is None or classes is None:
        return labels is None or len(labels) == n_points
    if len(labels) != n_points:
        return False
    if isinstance(classes, np.ndarray):
        return _is_inside(labels, len(classes))
    return all(_is_inside(labels[:, place], len(one)) for place, one in enumerate(classes))


def _centers(_made: Any, state: dict[str, Any]) -> bool:
    centers = state.get("cluster_centers_")
    if centers is None:
        return True
    n_features = int(state["n_features_in_"])
    if centers.ndim != 2 or centers.shape[1] != n_features:
        return False
    todo = [state["_bisecting_tree"]] if "_bisecting_tree" in state else []
    while todo:
        node = todo.pop()
        if node.center.shape != (n_features,):
            return False
        todo += [branch for branch in (node.left, node.right) if branch is not None]
    return True


def _birch(_made: Any, state: dict[str, Any]) -> bool:
    centers, lengths = state.get("subcluster_centers_"), state.get("_subcluster_norms")
    if centers is None:
        return True
    labels = state.get("subcluster_labels_")
    return (
        centers.ndim == 2
        and centers.shape[1] == int(state["n_features_in_"])
        and (lengths is None or lengths.shape == centers.shape[:1])
        and (labels is None or len(labels) == len(centers))
    )


def _support_vectors(made: Any, state: dict[str, Any]) -> bool:
    """Check what libsvm gets: as many coefficients, borders and vectors as it will read."""
    if "support_vectors_" not in state:
        return True
    n_vectors = len(state["support_"])
    counts, weights = state["_n_support"], state["_dual_coef_"]
    vectors, shape = state["support_vectors_"], state["shape_fit_"]
    n_classes = len(counts)
    n_pairs = n_classes * (n_classes - 1) // 2
    is_precomputed = made.kernel == "precomputed"
    if not _is_inside(state["support_"], int(shape[0])) or not _is_inside(counts, n_vectors + 1):
        return False
    if not is_precomputed and vectors.shape != (n_vectors, int(shape[1])):
        return False
    if int(state["n_features_in_"]) != int(shape[1]) or n_classes < 2:
        return False
    if type(made).__name__ in ("SVC", "NuSVC") and int(counts.sum()) != n_vectors:
        return False
    if weights.shape != (n_classes - 1, n_vectors) or state["_intercept_"].shape != (n_pairs,):
        return False
    if not isinstance(weights, np.ndarray) and len(weights.data) != weights.shape[0] * n_vectors:
        return False
    return all(len(state.get(key, ())) in (0, n_pairs) for key in ("_probA", "_probB"))


def _powers(made: Any, state: dict[str, Any]) -> bool:
    """Count the products, for which room is made that is not cleared before it is filled."""
    if "n_features_in_" not in state or "_n_out_full" not in state:
        return True
    n_features = int(state["n_features_in_"])
    lowest, highest = int(state["_min_degree"]), int(state["_max_degree"])
    only_different = bool(state["interaction_only"])

    def count(start: int) -> int:
        degrees = range(max(1, start), min(highest, n_features if only_different else highest) + 1)
        draws = math.comb if only_different else lambda n, k: math.comb(n + k - 1, k)
        return sum(draws(n_features, degree) for degree in degrees) + bool(made.include_bias)

    n_all, n_kept = int(state["_n_out_full"]), int(state["n_output_features_"])
    return lowest >= 0 and n_all == count(0) <= _MOST_OUTPUTS and n_kept == count(lowest)


def _splines(made: Any, state: dict[str, Any]) -> bool:
    """Hold the number of columns, for which room is made, against the splines."""
    if "bsplines_" not in state:
        return True
    n_features = int(state["n_features_in_"])
    widths = {spline.c.shape[1] for spline in state["bsplines_"]}
    if len(state["bsplines_"]) != n_features or len(widths) != 1:
        return False
    width = widths.pop() - (not made.include_bias)
    return bool(int(state["n_features_out_"]) == n_features * width)


def _isotonic(made: Any, state: dict[str, Any]) -> bool:
    """Make the curve anew, which is never in the file, as scikit-learn does on loading."""
    if "X_thresholds_" in state and "y_thresholds_" in state:
        made._build_f(state["X_thresholds_"], state["y_thresholds_"])
    return True


_SEVERAL: tuple[tuple[str, Callable[[Any, dict[str, Any]], bool]], ...] = (
    ("CountVectorizer DictVectorizer TfidfVectorizer", _vectorizer),
    ("MultiLabelBinarizer", _binarizer),
    ("OneHotEncoder", _one_hot),
    (
        """KNeighborsClassifier KNeighborsRegressor KNeighborsTransformer LocalOutlierFactor
        NearestNeighbors RadiusNeighborsClassifier RadiusNeighborsRegressor
        RadiusNeighborsTransformer""",
        _neighbours,
    ),
    ("BisectingKMeans KMeans MiniBatchKMeans", _centers),
    ("Birch", _birch),
    ("PolynomialFeatures", _powers),
    ("SplineTransformer", _splines),
    ("NuSVC NuSVR OneClassSVM SVC SVR", _support_vectors),
    ("IsotonicRegression", _isotonic),
)
_CHECKS: dict[str, Callable[[Any, dict[str, Any]], bool]] = {
    name: check for names, check in _SEVERAL for name in names.split()
} | ENSEMBLES
