"""Builders of k-d trees, ball trees and their distances, each node followed first."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from brinery.safety.builder import Builder, Recipes
from brinery.safety.nodes import Name, Problem, ThingNode
from brinery.safety.values import just

__all__ = ["SEARCH_TREES"]

_BAD_SEARCH = "It holds a search tree (k-d or ball) whose nodes lead out of it."
_BAD_METRIC = "It holds a distance that does not fit its numbers."
_MOST_LEVELS = 60


def _metric(builder: Builder, node: ThingNode) -> Any:
    args = just(node, n_states=1)
    state = builder.build(node.states[0])
    if len(args) != 1 or type(args[0]) is not Name or type(state) is not tuple or len(state) != 3:
        raise Problem(_BAD_METRIC)
    power, vector, matrix = state
    is_right = (
        type(power) is float
        and isinstance(vector, np.ndarray)
        and isinstance(matrix, np.ndarray)
        and vector.dtype == matrix.dtype == np.float64
        and vector.ndim == 1
        and matrix.ndim == 2
        and matrix.shape[0] == matrix.shape[1]
    )
    if not is_right or args[0].module != node.name.module:
        raise Problem(_BAD_METRIC)
    kind = builder.load(args[0])
    made = kind.__new__(kind)
    made.__setstate__(state)
    return made


def _fits(metric: Any, n_features: int) -> bool:
    """Tell whether a distance's own numbers suffice for points of so many features."""
    name = type(metric).__name__.rstrip("0123456789")
    _, vector, matrix = metric.__getstate__()
    if name == "HaversineDistance":
        return n_features == 2
    if name == "SEuclideanDistance":
        return bool(len(vector) == n_features)
    if name == "MahalanobisDistance":
        return bool(len(matrix) == n_features)
    if name == "MinkowskiDistance":
        return len(vector) in (0, n_features)
    return True


def _search_tree(builder: Builder, node: ThingNode) -> Any:
    """Make a k-d tree or a ball tree after following each of its nodes."""
    args = just(node, n_states=1)
    state = builder.build(node.states[0])
    if len(args) != 1 or type(args[0]) is not Name or type(state) is not tuple or len(state) != 13:
        raise Problem(_BAD_SEARCH)
    if args[0].module != node.name.module:
        raise Problem(_BAD_SEARCH)
    points, order, nodes, bounds, leaf_size, n_levels, n_nodes = state[:7]
    metric, weights = state[11:]
    dtype = np.float32 if args[0].name.endswith("32") else np.float64
    if any(not isinstance(part, np.ndarray) for part in (points, order, nodes, bounds)):
        raise Problem(_BAD_SEARCH)
    if any(type(number) is not int or not 0 <= number < 2**31 for number in state[4:11]):
        raise Problem(_BAD_SEARCH)
    if points.ndim != 2 or points.dtype != dtype or bounds.dtype != dtype or not points.size:
        raise Problem(_BAD_SEARCH)
    n_points, n_features = points.shape
    n_bounds = 2 if args[0].name.startswith("KD") else 1
    if not 1 <= n_levels < _MOST_LEVELS or n_nodes != 2**n_levels - 1 or leaf_size < 1:
        raise Problem(_BAD_SEARCH)
    if bounds.shape != (n_bounds, n_nodes, n_features) or nodes.shape != (n_nodes,):
        raise Problem(_BAD_SEARCH)
    if order.dtype != np.intp or not np.array_equal(np.sort(order), np.arange(n_points)):
        raise Problem(_BAD_SEARCH)
    if nodes.dtype.names != ("idx_start", "idx_end", "is_leaf", "radius"):
        raise Problem(_BAD_SEARCH)
    _check_ranges(nodes, n_points, n_nodes)
    if not type(metric).__module__ == _METRICS or not type(metric).__name__.endswith(
        "32" if dtype is np.float32 else "64"
    ):
        raise Problem(_BAD_METRIC)
    if not _fits(metric, n_features):
        raise Problem(_BAD_METRIC)
    if weights is not None and (
        not isinstance(weights, np.ndarray)
        or weights.shape != (n_points,)
        or weights.dtype != dtype
    ):
        raise Problem(_BAD_SEARCH)
    kind = builder.load(args[0])
    made = kind.__new__(kind)
    made.__setstate__(state)
    return made


_METRICS = "sklearn.metrics._dist_metrics"


def _check_ranges(nodes: np.ndarray, n_points: int, n_nodes: int) -> None:
    """Check that each node's points lie in its parent's, and that the last level are leaves."""
    start, end = nodes["idx_start"], nodes["idx_end"]
    if start[0] != 0 or end[0] != n_points or (nodes["is_leaf"] > 1).any():
        raise Problem(_BAD_SEARCH)
    n_inner = (n_nodes - 1) // 2
    if (nodes["is_leaf"][n_inner:] != 1).any():
        raise Problem(_BAD_SEARCH)
    used = np.ones(n_nodes, dtype=bool)
    for first in (2**level - 1 for level in range(int(math.log2(n_nodes + 1)) - 1)):
        parents = np.arange(first, 2 * first + 1)
        parents = parents[used[parents]]
        split = nodes["is_leaf"][parents] == 0
        used[2 * parents[~split] + 1] = used[2 * parents[~split] + 2] = False
        parents = parents[split]
        one, two = 2 * parents + 1, 2 * parents + 2
        if (start[one] != start[parents]).any() or (end[one] != start[two]).any():
            raise Problem(_BAD_SEARCH)
        if (end[two] != end[parents]).any():
            raise Problem(_BAD_SEARCH)
    if (start[used] >= end[used]).any() or (start[used] < 0).any():
        raise Problem(_BAD_SEARCH)


SEARCH_TREES: Recipes = {
    (_METRICS, "newObj"): _metric,
    ("sklearn.neighbors._ball_tree", "newObj"): _search_tree,
    ("sklearn.neighbors._kd_tree", "newObj"): _search_tree,
}
"""How search trees and their distances are made."""
