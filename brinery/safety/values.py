"""Builders of Python's own values, which pickles make by calls."""

from __future__ import annotations

import collections
import datetime
from collections.abc import Callable
from types import MethodType
from typing import Any

from brinery.safety.builder import Builder, Recipes
from brinery.safety.nodes import Name, Node, Problem, ThingNode
from brinery.safety.table import METHODS

__all__ = ["VALUES", "call_in_waiting", "just"]

_MOST_BYTES = 16


def just(node: ThingNode, *, n_states: int = 0, grows: bool = False) -> tuple[Node, ...]:
    """Give the arguments of a thing that has nothing else than it may have.

    Raises
    ------
    Problem
        It has keywords, another number of states, or things that are appended to it.
    """
    is_more = (node.items or node.pairs) and not grows
    if node.keywords is not None or len(node.states) != n_states or is_more:
        raise Problem(f"{node.name} is made in a way that no honest pickle has.")
    return node.args


def _odd(node: ThingNode) -> Problem:
    return Problem(f"{node.name} is made from something that no honest pickle has.")


def _encode(_builder: Builder, node: ThingNode) -> bytes:
    """Old protocols write bytes as Latin-1 text."""
    args = just(node)
    if len(args) != 2 or type(args[0]) is not str or args[1] not in ("latin1", "latin-1"):
        raise Problem("The file would use a codec to hide text.")
    try:
        return args[0].encode("latin-1")
    except UnicodeEncodeError as error:
        raise _odd(node) from error


def _bytes(builder: Builder, node: ThingNode) -> bytes:
    args = builder.items(just(node))
    if not args:
        return b""
    if len(args) == 1 and isinstance(args[0], list):  # Python 2.7's own way for bytes
        return bytes(args[0])
    if len(args) == 1 and type(args[0]) is bytes:
        return args[0]
    raise _odd(node)


def _byte_array(builder: Builder, node: ThingNode) -> bytearray:
    args = builder.items(just(node))
    if not args:
        return bytearray()
    if type(args[0]) is bytes and len(args) == 1:
        return bytearray(args[0])
    if type(args[0]) is str and args[1:] in (["latin-1"], ["latin1"]):
        return bytearray(args[0], "latin-1")
    raise _odd(node)


def _collection(kind: type) -> Callable[[Builder, ThingNode], object]:
    def recipe(builder: Builder, node: ThingNode) -> object:
        args = builder.items(just(node))
        if len(args) > 1 or (args and type(args[0]) is not list):
            raise _odd(node)
        for item in args[0] if args else ():
            builder.check_key(item)
        return kind(*args)

    return recipe


def _numbers(kind: Callable[..., object], *types: type) -> Callable[[Builder, ThingNode], object]:
    """Make a recipe for a constructor that takes numbers, texts or None and checks them."""

    def recipe(builder: Builder, node: ThingNode) -> object:
        args = builder.items(just(node))
        if any(type(arg) not in types for arg in args):
            raise _odd(node)
        try:
            return kind(*args)
        except (TypeError, ValueError, OverflowError) as error:
            raise _odd(node) from error

    return recipe


def _ordered(builder: Builder, node: ThingNode) -> collections.OrderedDict[Any, Any]:
    """Make an ordered dictionary, whose pairs come after it or, in old pickles, in a list."""
    args = just(node, grows=True)
    made: collections.OrderedDict[Any, Any] = collections.OrderedDict()
    builder.keep(node, made)
    if node.items or len(args) > 1:
        raise _odd(node)
    for pair in builder.build(args[0]) if args else ():
        if type(pair) not in (list, tuple) or len(pair) != 2:
            raise _odd(node)
        builder.check_key(pair[0])
        made[pair[0]] = pair[1]
    _fill(builder, node, made)
    return made


def _defaults(builder: Builder, node: ThingNode) -> collections.defaultdict[Any, Any]:
    args = just(node, grows=True)
    types: dict[str, type] = {"int": int, "float": float, "list": list, "dict": dict, "set": set}
    first = args[0] if args else None
    if len(args) > 1 or node.items or (first is not None and type(first) is not Name):
        raise _odd(node)
    if first is not None and (first.module not in _BUILTINS or first.name not in types):
        raise Problem(f"The file would call {first} whenever a key is missing.")
    made: collections.defaultdict[Any, Any] = collections.defaultdict(
        None if first is None else types[first.name]
    )
    builder.keep(node, made)
    _fill(builder, node, made)
    return made


def _fill(builder: Builder, node: ThingNode, made: dict[Any, Any]) -> None:
    for key, value in zip(node.pairs[::2], node.pairs[1::2], strict=True):
        made[builder.key(key)] = builder.build(value)


_BUILTINS = {"builtins", "__builtin__"}


def _getattr(builder: Builder, node: ThingNode) -> MethodType:
    """Only the few methods that estimators really keep, of the class's own."""
    args = just(node)
    if len(args) != 2 or type(args[1]) is not str:
        raise _odd(node)
    owner = builder.build(args[0])
    kind, name = type(owner), args[1]
    if (kind.__module__, kind.__qualname__, name) not in METHODS:
        raise Problem(
            f"The file would take the attribute {name[:80]!r} of a {kind.__qualname__}, "
            "which no model needs."
        )
    return MethodType(getattr(kind, name), owner)


def _date(builder: Builder, node: ThingNode) -> object:
    """Make a date or a time from the bytes that Python writes, and a known zone."""
    args = builder.items(just(node))
    raw, *zone = args or [None]
    if type(raw) is str:
        raw = raw.encode("latin-1", "replace")
    if type(raw) is not bytes or len(raw) > _MOST_BYTES or len(zone) > 1:
        raise _odd(node)
    if zone and type(zone[0]) is not datetime.timezone:
        raise _odd(node)
    kind: Any = {"date": datetime.date, "time": datetime.time, "datetime": datetime.datetime}
    try:
        return kind[node.name.name](raw, *zone)
    except (TypeError, ValueError) as error:
        raise _odd(node) from error


def _zone(builder: Builder, node: ThingNode) -> datetime.timezone:
    args = builder.items(just(node))
    if not args or type(args[0]) is not datetime.timedelta:
        raise _odd(node)
    try:
        return datetime.timezone(*args)
    except (TypeError, ValueError) as error:
        raise _odd(node) from error


def call_in_waiting(builder: Builder, node: ThingNode) -> object:
    """Make one of the few calls in waiting that honest models keep.

    `HistGradientBoosting…` with categorical columns holds `partial(check_array, …)`; a
    selection by mutual information is given its seed as `partial(mutual_info_…, …)`.
    """
    from functools import partial

    (func,) = just(node, n_states=1) or (None,)
    state = node.states[0]
    known = _WAITING.get((func.module, func.name)) if type(func) is Name else None
    if type(func) is not Name or known is None:
        raise Problem("The file keeps a call for later (functools.partial).")
    if type(state) is not tuple or len(state) != 4 or state[0] is not func or state[1] != ():
        raise _odd(node)
    keywords = builder.attributes(state[2])
    if not set(keywords) <= known or (state[3] is not None and builder.build(state[3])):
        raise _odd(node)
    return partial(builder.load(func), **keywords)


_OF_INFORMATION = frozenset({"copy", "discrete_features", "n_jobs", "n_neighbors", "random_state"})
_WAITING = {
    ("sklearn.feature_selection._mutual_info", "mutual_info_classif"): _OF_INFORMATION,
    ("sklearn.feature_selection._mutual_info", "mutual_info_regression"): _OF_INFORMATION,
    ("sklearn.utils.validation", "check_array"): frozenset(
        {"dtype", "ensure_all_finite", "force_all_finite", "ensure_2d", "copy", "order"}
    ),
}


VALUES: Recipes = {
    ("_codecs", "encode"): _encode,
    ("builtins", "bytearray"): _byte_array,
    ("builtins", "bytes"): _bytes,
    ("builtins", "complex"): _numbers(complex, float, int),
    ("builtins", "frozenset"): _collection(frozenset),
    ("builtins", "getattr"): _getattr,
    ("builtins", "range"): _numbers(range, int),
    ("builtins", "set"): _collection(set),
    ("builtins", "slice"): _numbers(slice, int, str, type(None)),
    ("collections", "OrderedDict"): _ordered,
    ("collections", "defaultdict"): _defaults,
    ("datetime", "date"): _date,
    ("datetime", "datetime"): _date,
    ("datetime", "time"): _date,
    ("datetime", "timedelta"): _numbers(datetime.timedelta, int),
    ("datetime", "timezone"): _zone,
    ("functools", "partial"): call_in_waiting,
}
"""How Python's own values are made."""
