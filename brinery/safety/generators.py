"""Builders of numpy's random generators, whose compiled code trusts its own positions."""

from __future__ import annotations

from typing import Any

import numpy as np

from brinery.safety.builder import Builder, Recipes
from brinery.safety.nodes import Name, Node, Problem, ThingNode
from brinery.safety.values import just

__all__ = ["GENERATORS"]

_BAD = "It describes a random generator in a state that none can have."
_KINDS = {"MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64"}
_CONSTRUCTOR = "__bit_generator_ctor"
_MOST_POOL = 64
_MOST_PARTS = 1_000

# The whole numbers of a state, and the largest that each may be.
_MOST = {
    "pos": 624,
    "buffer_pos": 4,
    "has_uint32": 1,
    "has_gauss": 1,
    "uinteger": 2**32 - 1,
    "inc": 2**128 - 1,
}
# The arrays of a state: their type and their number.
_ARRAYS: dict[str, dict[str, tuple[type, int]]] = {
    "MT19937": {"key": (np.uint32, 624)},
    "Philox": {"key": (np.uint64, 2), "counter": (np.uint64, 4), "buffer": (np.uint64, 4)},
    "SFC64": {"state": (np.uint64, 4)},
}


def _checked(state: Any, kind: str) -> dict[str, Any]:
    """Check a state, as deep as it goes."""
    if type(state) is not dict or state.get("bit_generator", kind) != kind:
        raise Problem(_BAD)
    for key, value in state.items():
        if type(value) is dict:
            _checked(value, kind)
        elif isinstance(value, np.ndarray):
            dtype, size = _ARRAYS.get(kind, {}).get(key, (None, 0))
            if dtype is None or value.dtype != dtype or value.shape != (size,):
                raise Problem(_BAD)
        elif key == "state" and type(value) is int:
            if not 0 <= value < 2**128:
                raise Problem(_BAD)
        elif key in _MOST:
            if not isinstance(value, (int, np.integer)) or not 0 <= value <= _MOST[key]:
                raise Problem(_BAD)
        elif key not in {"bit_generator", "gauss"} or not isinstance(value, (str, float)):
            raise Problem(_BAD)
    return state


def _bit_generator(builder: Builder, node: ThingNode) -> Any:
    (which,) = just(node, n_states=1)[:1] or ("MT19937",)
    kind = which.name if type(which) is Name else which
    if kind not in _KINDS:
        raise Problem(_BAD)
    if type(which) is Name:
        builder.load(which)
    state = builder.build(node.states[0])
    seeds = None
    if type(state) is tuple and len(state) == 2:
        state, seeds = state
    if seeds is not None and not isinstance(seeds, np.random.SeedSequence):
        raise Problem(_BAD)
    made = getattr(np.random, kind)(0 if seeds is None else seeds)
    try:
        made.state = _checked(state, kind)
    except (TypeError, ValueError, KeyError, OverflowError) as error:
        raise Problem(_BAD) from error
    return made


def _inner(builder: Builder, node: ThingNode) -> Any:
    """Give the bit generator that a generator is made of; old pickles also say its name."""
    found = [arg for arg in node.args if type(arg) is ThingNode]
    if len(found) == 1 and found[0].name.name == _CONSTRUCTOR:
        return builder.build(found[0])
    if found or len(node.args) > 2 or any(type(arg) is not str for arg in node.args[:1]):
        raise Problem(_BAD)
    kind = node.args[0] if node.args else "MT19937"
    if kind not in _KINDS:
        raise Problem(_BAD)
    return getattr(np.random, kind)(0)


def _random_state(builder: Builder, node: ThingNode) -> np.random.RandomState:
    just(node, n_states=len(node.states[:1]))
    made = np.random.RandomState(_inner(builder, node))
    if node.states:
        state = builder.build(node.states[0])
        kind = state.get("bit_generator") if type(state) is dict else None
        if kind not in _KINDS:
            raise Problem(_BAD)
        try:
            made.set_state(_checked(state, kind))
        except (TypeError, ValueError, KeyError, OverflowError) as error:
            raise Problem(_BAD) from error
    return made


def _generator(builder: Builder, node: ThingNode) -> np.random.Generator:
    just(node, n_states=len(node.states[:1]))
    made = np.random.Generator(_inner(builder, node))
    if node.states and node.states[0] is not None:
        state = builder.build(node.states[0])
        kind = type(made.bit_generator).__name__
        try:
            made.bit_generator.state = _checked(state, kind)
        except (TypeError, ValueError, KeyError, OverflowError) as error:
            raise Problem(_BAD) from error
    return made


def _seeds(builder: Builder, node: ThingNode) -> np.random.SeedSequence:
    """Make a seed sequence anew from what it was made of; its pool follows from that."""
    just(node, n_states=len(node.states[:1]))
    state: Node = node.states[0] if node.states else node.args[2] if len(node.args) > 2 else None
    values = builder.build(state)
    if type(values) is not tuple or len(values) < 5:
        raise Problem(_BAD)
    entropy, n_spawned, _, pool_size, spawn_key = values[:5]
    if type(pool_size) is not int or not 4 <= pool_size <= _MOST_POOL:
        raise Problem(_BAD)
    if type(n_spawned) is not int or not 0 <= n_spawned < 2**32:
        raise Problem(_BAD)
    if type(spawn_key) is not tuple or len(spawn_key) > _MOST_PARTS:
        raise Problem(_BAD)
    try:
        return np.random.SeedSequence(
            entropy, spawn_key=spawn_key, pool_size=pool_size, n_children_spawned=n_spawned
        )
    except (TypeError, ValueError, OverflowError) as error:
        raise Problem(_BAD) from error


GENERATORS: Recipes = {
    ("numpy.random._pickle", "__bit_generator_ctor"): _bit_generator,
    ("numpy.random._pickle", "__generator_ctor"): _generator,
    ("numpy.random._pickle", "__randomstate_ctor"): _random_state,
    ("numpy.random.bit_generator", "__pyx_unpickle_SeedSequence"): _seeds,
}
"""How random generators are made."""
