"""What a file holds, told from its description alone: nothing is built, nothing imported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from brinery.safety.nodes import ATOMS, DictNode, ListNode, Node, RawArray, ThingNode, parts
from brinery.safety.table import NOBODY, House
from brinery.safety.unfold import class_of

__all__ = ["Contents", "contents"]

_TREES = ("DecisionTree", "ExtraTreeClassifier", "ExtraTreeRegressor")
_MOST_PARTS = 1_000


@dataclass(frozen=True)
class Contents:
    """The estimators of a file.

    Attributes
    ----------
    parts : tuple of (class, n_trees, times)
        Each class as it comes first, with how many trees each has (0 for what has none), and
        how often it comes.
    versions : tuple of str
        The releases of scikit-learn that saved them, as they say themselves.
    """

    parts: tuple[tuple[str, int, int], ...]
    versions: tuple[str, ...]


def contents(root: Node, house: House = NOBODY) -> Contents:
    """List the estimators that a description holds, in its order.

    An estimator is what scikit-learn marks with its version when it saves it, and each class
    of the house's own. The trees of a forest are counted, not listed.
    """
    tally: dict[tuple[str, int], int] = {}
    versions: dict[str, None] = {}
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if type(node) in ATOMS or id(node) in seen:
            continue
        seen.add(id(node))
        inner = parts(node)
        if type(node) is ThingNode:
            name, state = class_of(node), _state(node)
            version = state.get("_sklearn_version")
            if type(version) is str:
                versions[version[:40]] = None
            if type(version) is str or (name.module, name.name) in house:
                n_trees, trees = _trees(state)
                key = (name.name[:80], n_trees)
                if key in tally or len(tally) < _MOST_PARTS:
                    tally[key] = tally.get(key, 0) + 1
                seen.update(map(id, (*trees, *_drafts(state))))
        waiting += reversed(inner)
    return Contents(tuple((name, n, times) for (name, n), times in tally.items()), tuple(versions))


def _state(node: ThingNode) -> dict[str, Any]:
    if len(node.states) != 1 or type(node.states[0]) is not DictNode:
        return {}
    items = node.states[0].items
    pairs = zip(items[::2], items[1::2], strict=True)
    return {key: value for key, value in pairs if type(key) is str}


def _drafts(state: dict[str, Any]) -> list[Node]:
    """Give the unfitted estimators that stand beside the fitted ones made from them."""
    return [
        draft
        for name, fitted in _FITTED.items()
        if type(draft := state.get(name)) not in ATOMS
        and any(one in state and state[one] is not draft for one in fitted)
    ]


_FITTED = {
    "estimator": ("estimator_", "estimators_", "best_estimator_", "calibrated_classifiers_"),
    "estimators": ("estimators_",),
    "final_estimator": ("final_estimator_",),
    "regressor": ("regressor_",),
    "transformer": ("transformer_",),
    "transformers": ("transformers_",),
}


def _trees(state: dict[str, Any]) -> tuple[int, list[Node]]:
    """Count the trees of a forest or of boosting; give what stands for them, to be passed over."""
    if "_predictors" in state:
        rounds = _items(state["_predictors"])
        return sum(len(_items(one)) for one in rounds), [state["_predictors"]]
    found = _items(state.get("estimators_"))
    things = [one for one in found if type(one) is ThingNode]
    if not things or not all(class_of(one).name.startswith(_TREES) for one in things):
        return 0, []
    return len(things), [state["estimators_"], state.get("estimator_")]


def _items(node: Node) -> list[Node]:
    """Give what a list, or an array of objects, holds."""
    if type(node) is ListNode:
        return node.items
    if type(node) is RawArray:
        return _items(node.nested)
    if type(node) is ThingNode and len(node.states) == 1 and type(node.states[0]) is tuple:
        return _items(node.states[0][-1])
    return []
