"""Builders of scipy's distributions, which a search keeps to draw from.

A distribution's own way of loading runs a text from its state as code, so nothing of that state
is used: the file says which distribution of scipy's it is, and by which numbers it is drawn.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from brinery.safety.builder import Builder, Recipes
from brinery.safety.frames import class_of
from brinery.safety.nodes import DictNode, Node, Problem, ThingNode
from brinery.safety.table_scipy import DISTRIBUTIONS

__all__ = ["DRAWS"]

_BAD = "It describes a distribution in a way that scipy does not."
_MOST_NUMBERS = 10


def _distribution(builder: Builder, node: ThingNode) -> Any:
    """Give scipy's own object of the class, by the name that the file says."""
    import scipy.stats  # here: it takes a second, and only searches need it

    name, state = class_of(node), _parts(node)
    wanted = state.get("name")
    found = getattr(scipy.stats, wanted, None) if type(wanted) is str else None
    if found is None or type(found) is not builder.load(name):
        raise Problem(_BAD)
    return found


def _frozen(builder: Builder, node: ThingNode) -> Any:
    """Fix a distribution to its numbers anew."""
    class_of(node)
    state = _parts(node)
    if not {"args", "kwds", "dist"} <= set(state):
        raise Problem(_BAD)
    dist = builder.build(state["dist"])
    args, keywords = builder.build(state["args"]), builder.attributes(state["kwds"])
    if not hasattr(dist, "freeze") or type(args) is not tuple:
        raise Problem(_BAD)
    numbers = (*args, *keywords.values())
    if len(numbers) > _MOST_NUMBERS or not all(map(_is_number, numbers)):
        raise Problem(_BAD)
    try:
        return dist(*args, **keywords)
    except (TypeError, ValueError, OverflowError) as error:
        raise Problem(_BAD) from error


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float, np.integer, np.floating)) and abs(float(value)) < 2**63


def _parts(node: ThingNode) -> dict[Any, Node]:
    """Give a state as it is described; nothing of it is made."""
    state = node.states[0]
    if type(state) is not DictNode:
        raise Problem(_BAD)
    return dict(zip(state.items[::2], state.items[1::2], strict=True))


def _unread(_builder: Builder, _node: ThingNode) -> Any:
    """Refuse what only the unread state of a discrete distribution may have."""
    raise Problem("The file would call a function for every number (numpy.vectorize).")


_INFRASTRUCTURE = "scipy.stats._distn_infrastructure"
DRAWS: Recipes = {
    **{
        (module, name): _distribution
        for module, names in DISTRIBUTIONS.items()
        for name in names.split()
        if name.endswith("_gen")
    },
    ("numpy", "vectorize"): _unread,
    **{
        (_INFRASTRUCTURE, name): _frozen
        for name in ("rv_continuous_frozen", "rv_discrete_frozen", "rv_frozen")
    },
}
"""How distributions are made."""
