"""Builders of scikit-learn's compiled structures, which follow their own indices blindly.

A child that lies outside of a tree ends the process; a circle of nodes never ends. So each
structure is checked as a whole before compiled code sees it.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from brinery.safety.arrays import array
from brinery.safety.builder import Builder, Recipe, Recipes
from brinery.safety.frames import state_of
from brinery.safety.nodes import DictNode, Name, Node, Problem, ThingNode
from brinery.safety.values import just

__all__ = ["NATIVE"]

_BAD_TREE = "It holds a decision tree whose branches lead nowhere or in a circle."
_BAD_LOSS = "It holds a loss with a parameter that none has."
_MOST_CLASSES = 10_000_000
_LEAF = -1


def _check_branches(left: np.ndarray, right: np.ndarray, is_leaf: np.ndarray, deepest: int) -> None:
    """Check that nodes form one tree, each after its parent, and none below `deepest`.

    Raises
    ------
    Problem
        They don't.
    """
    n_nodes = len(is_leaf)
    inner = np.flatnonzero(~is_leaf)
    if n_nodes == 0 or 2 * len(inner) != n_nodes - 1:
        raise Problem(_BAD_TREE)
    if len(inner) == 0:
        return
    left, right = left[inner], right[inner]
    if (left <= inner).any() or (right <= inner).any():
        raise Problem(_BAD_TREE)
    if int(left.max()) >= n_nodes or int(right.max()) >= n_nodes:
        raise Problem(_BAD_TREE)
    is_child = np.zeros(n_nodes, dtype=bool)
    is_child[left] = is_child[right] = True
    if not is_child[1:].all():  # as many children as places: none is missing, so none comes twice
        raise Problem(_BAD_TREE)
    places = np.zeros(n_nodes, dtype=np.intp)
    places[inner] = np.arange(len(inner))
    level = np.zeros(1, dtype=np.intp)
    for _ in range(min(deepest, len(inner)) + 1):
        level = places[level[~is_leaf[level]]]
        if len(level) == 0:
            return
        level = np.concatenate([left[level], right[level]])
    raise Problem(_BAD_TREE)


def _tree(builder: Builder, node: ThingNode) -> Any:
    args = just(node, n_states=1)
    if len(args) != 3 or type(node.states[0]) is not DictNode:
        raise Problem(_BAD_TREE)
    n_features, class_node, n_outputs = args
    n_classes = array(builder, class_node)
    items = node.states[0].items
    state = dict(zip(items[::2], items[1::2], strict=True))
    if set(state) != {"max_depth", "node_count", "nodes", "values"}:
        raise Problem(_BAD_TREE)
    nodes, values = array(builder, state["nodes"]), array(builder, state["values"])
    depth, n_nodes = state["max_depth"], state["node_count"]
    numbers = (n_features, n_outputs, depth, n_nodes)
    if any(type(number) is not int or not 0 <= number < 2**31 for number in numbers):
        raise Problem(_BAD_TREE)
    if n_classes.shape != (n_outputs,) or n_classes.dtype.kind != "i" or n_outputs < 1:
        raise Problem(_BAD_TREE)
    if int(n_classes.min()) < 1 or int(n_classes.max()) > _MOST_CLASSES:
        raise Problem(_BAD_TREE)
    if nodes.shape != (n_nodes,) or not {"left_child", "right_child", "feature"} <= set(
        nodes.dtype.names or ()
    ):
        raise Problem(_BAD_TREE)
    if values.shape != (n_nodes, n_outputs, int(n_classes.max())):
        raise Problem(_BAD_TREE)
    left, right = nodes["left_child"], nodes["right_child"]
    is_leaf = left == _LEAF
    if left.dtype.kind != "i" or ((right == _LEAF) != is_leaf).any():
        raise Problem(_BAD_TREE)
    _check_branches(left, right, is_leaf, depth)
    features = nodes["feature"][~is_leaf]
    if len(features) and not 0 <= int(features.min()) <= int(features.max()) < n_features:
        raise Problem("It holds a decision tree that asks for a feature that it was not given.")
    made = builder.load(node.name)(n_features, n_classes.astype(np.intp), n_outputs)
    try:
        made.__setstate__(
            {"max_depth": depth, "node_count": n_nodes, "nodes": nodes, "values": values}
        )
    except (ValueError, TypeError) as error:
        raise Problem(
            "It holds a decision tree of another version of scikit-learn, which the installed "
            "one does not read.",
            mend="versions",
        ) from error
    return made


def _predictor(builder: Builder, node: ThingNode) -> Any:
    """Make one tree of histogram boosting; its features are checked with its model."""
    from sklearn.ensemble._hist_gradient_boosting.common import PREDICTOR_RECORD_DTYPE

    name, state = state_of(builder, node)
    if set(state) != {"nodes", "binned_left_cat_bitsets", "raw_left_cat_bitsets"}:
        raise Problem(_BAD_TREE)
    nodes = state["nodes"]
    if not isinstance(nodes, np.ndarray) or nodes.ndim != 1:
        raise Problem(_BAD_TREE)
    if nodes.dtype != PREDICTOR_RECORD_DTYPE:
        try:
            nodes = state["nodes"] = nodes.astype(PREDICTOR_RECORD_DTYPE, casting="same_kind")
        except TypeError as error:
            raise Problem(_BAD_TREE) from error
    is_leaf = nodes["is_leaf"]
    if int(is_leaf.max(initial=0)) > 1 or int(nodes["is_categorical"].max(initial=0)) > 1:
        raise Problem(_BAD_TREE)
    inner = nodes[is_leaf == 0]
    _check_branches(
        nodes["left"].astype(np.int64), nodes["right"].astype(np.int64), is_leaf == 1, len(nodes)
    )
    for key in ("binned_left_cat_bitsets", "raw_left_cat_bitsets"):
        bits = state[key]
        if not isinstance(bits, np.ndarray) or bits.dtype != np.uint32 or bits.shape[1:] != (8,):
            raise Problem(_BAD_TREE)
        if (inner["bitset_idx"][inner["is_categorical"] == 1] >= len(bits)).any():
            raise Problem(_BAD_TREE)
    made = object.__new__(builder.load(name))
    made.__dict__.update(state)
    return made


def _loss(builder: Builder, node: ThingNode) -> Any:
    """Make a loss from its numbers, at most three of them."""
    args = just(node, n_states=len(node.states[:1]))
    if node.states and node.states[0] not in (None, ()):
        raise Problem(_BAD_LOSS)
    return _with_numbers(builder, node.name, args)


def _cython_loss(builder: Builder, node: ThingNode) -> Any:
    """Make a loss that Cython pickled itself: its class, a number of Cython's, and its own."""
    args: tuple[Node, ...] = just(node, n_states=len(node.states[:1]))
    named = args[0] if args else None
    wanted = node.name.name.removeprefix("__pyx_unpickle_")
    if type(named) is not Name or named.name != wanted or len(args) != 3:
        raise Problem(_BAD_LOSS)
    # Up to scikit-learn 1.5 the numbers are there; later ones call the class itself with them.
    given = [one for one in (args[2], *node.states[:1]) if one not in (None, ())]
    if len(given) > 1 or any(type(one) is not tuple for one in given):
        raise Problem(_BAD_LOSS)
    return _with_numbers(builder, named, given[0] if given else ())


def _with_numbers(builder: Builder, name: Name, numbers: Any) -> Any:
    if len(numbers) > 3 or any(
        type(one) not in (float, int) or not math.isfinite(one) for one in numbers
    ):
        raise Problem(_BAD_LOSS)
    try:
        return builder.load(name)(*numbers)
    except (TypeError, ValueError) as error:
        raise Problem(_BAD_LOSS) from error


_FORMULAS = (
    "AbsoluteError ExponentialLoss HalfBinomialLoss HalfGammaLoss HalfMultinomialLoss "
    "HalfPoissonLoss HalfSquaredError HalfTweedieLoss HalfTweedieLossIdentity HuberLoss "
    "PinballLoss"
)
_SGD = (
    "EpsilonInsensitive Hinge Huber Log ModifiedHuber SquaredEpsilonInsensitive SquaredHinge "
    "SquaredLoss"
)


def _all(module: str, prefix: str, names: str, recipe: Recipe) -> Recipes:
    return {(module, prefix + name): recipe for name in names.split()}


_COMPILED = "sklearn._loss._loss"
NATIVE: Recipes = {
    **_all(_COMPILED, "Cy", _FORMULAS, _loss),
    **_all(_COMPILED, "__pyx_unpickle_Cy", _FORMULAS, _cython_loss),
    **_all("sklearn.linear_model._sgd_fast", "", _SGD, _loss),
    ("sklearn.ensemble._hist_gradient_boosting.predictor", "TreePredictor"): _predictor,
    ("sklearn.tree._tree", "Tree"): _tree,
}
"""How compiled structures are made."""
