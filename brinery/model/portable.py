"""What keeps an estimator from being loaded elsewhere, and where in it that is held.

A pickle holds no code: of a function or a class it keeps the module's name and its own. What
was written in a notebook or a script has none that another process could import.
"""

from __future__ import annotations

import pickle  # writes only; reading a pickle is the door's alone
from collections.abc import Iterator
from functools import partial
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from brinery.errors import CannotPickle

__all__ = ["CANNOT", "require_portable", "unpicklable"]

CANNOT = (pickle.PicklingError, TypeError, AttributeError, RecursionError)
"""What Python raises for what no pickle can hold."""

_Held = tuple[tuple[str, ...], Any]
"""The names on the way to something, and the thing."""

_OF_THE_NOTEBOOK = ("__main__", "__mp_main__")
_NAMELESS = frozenset({"steps", "transformers", "transformer_list", "estimators"})
"""The lists of (name, estimator) pairs: the pair's own name says where it is."""
_DEEPEST = 30
_MOST_SHOWN = 200
_FUNCTIONS = (FunctionType, BuiltinFunctionType, MethodType)
_LEAVES = (str, bytes, int, float, np.generic, ModuleType, type, FunctionType, BuiltinFunctionType)

_INSTALLED = (
    "a package that is installed on the server, and have its operator allow it by name "
    "(BRINERY_ALLOW)."
)
_OF_FUNCTIONS = (
    "Put a function of numpy's or one of scikit-learn's own steps in its place, such as "
    "FunctionTransformer(np.log1p), and fit again. Or write it as a class with fit and transform "
    f"in {_INSTALLED}"
)
_OF_CLASSES = (
    "Put one of scikit-learn's own steps in its place and fit again. Or move the class to "
    f"{_INSTALLED}"
)


def require_portable(estimator: Any) -> None:
    """Refuse an estimator that would not load in another process.

    Raises
    ------
    CannotPickle
        It holds a lambda, or a function or a class of the notebook or script itself; the
        message says where, and what to put in its place.
    """
    for path, held in _walk(estimator):
        named = held if isinstance(held, (*_FUNCTIONS, type)) else type(held)
        if not _is_found_elsewhere(named):
            raise _of_the_notebook(estimator, path, held)


def unpicklable(estimator: Any, error: Exception) -> CannotPickle:
    """Say which part of an estimator made its pickling fail with this error."""
    path: tuple[str, ...] = ()
    held = estimator
    while len(path) < _DEEPEST:
        failing = next((one for one in _children(held) if not _can_be_pickled(one[1])), None)
        if failing is None:
            break
        path, held = path + failing[0], failing[1]
    if not _is_found_elsewhere(held if isinstance(held, (*_FUNCTIONS, type)) else type(held)):
        return _of_the_notebook(estimator, path, held)
    return CannotPickle(
        f"It holds {_what(held)}{_at(path)}, which no pickle can hold "
        f"({str(error)[:_MOST_SHOWN]}).",
        where=type(estimator).__name__,
        remedy="Only what answers need can be kept: take it out, as by setting it to None.",
    )


def _of_the_notebook(estimator: Any, path: tuple[str, ...], held: Any) -> CannotPickle:
    return CannotPickle(
        f"It holds {_what(held)}{_at(path)}, written in the notebook or script itself. A pickle "
        "keeps no code, so nothing else could load it.",
        where=type(estimator).__name__,
        remedy=_OF_FUNCTIONS if isinstance(held, _FUNCTIONS) else _OF_CLASSES,
    )


def _is_found_elsewhere(named: Any) -> bool:
    """Tell whether another process could import a function or a class by its names."""
    whole = getattr(named, "__qualname__", "")
    is_local = "<locals>" in whole or "<lambda>" in whole
    return not is_local and getattr(named, "__module__", None) not in _OF_THE_NOTEBOOK


def _can_be_pickled(value: Any) -> bool:
    try:
        pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    except CANNOT:
        return False
    return True


def _walk(estimator: Any) -> Iterator[_Held]:
    """Give all that an estimator holds, each once, what is further out first."""
    seen = {id(estimator): estimator}  # kept, so that no id is given to another meanwhile
    level: list[_Held] = [((), estimator)]
    for _ in range(_DEEPEST):
        yield from level
        found = []
        for path, value in level:
            for names, child in _children(value):
                if id(child) not in seen:
                    seen[id(child)] = child
                    found.append((path + names, child))
        level = found


def _children(value: Any) -> list[_Held]:
    if isinstance(value, _LEAVES):
        return []
    if isinstance(value, dict):
        return [((f"“{key}”",), child) for key, child in value.items()]
    if isinstance(value, list | tuple | set | frozenset):
        return [_named(child) for child in value]
    if isinstance(value, np.ndarray):
        return [((), child) for child in value.flat] if value.dtype.kind == "O" else []
    if isinstance(value, partial):
        return [(("func",), value.func), ((), value.args), ((), value.keywords)]
    if isinstance(value, MethodType):
        return [((), value.__self__)]
    own = getattr(value, "__dict__", {})
    return [(() if name in _NAMELESS else (name,), child) for name, child in own.items()]


def _named(child: Any) -> _Held:
    """Give a pipeline's (name, step) pair as the name and the rest, and all else as it is."""
    if isinstance(child, tuple) and 2 <= len(child) <= 3 and isinstance(child[0], str):
        return (f"“{child[0]}”",), child[1] if len(child) == 2 else list(child[1:])
    return (), child


def _at(path: tuple[str, ...]) -> str:
    return f" (in {', '.join(path)})" if path else ""


def _what(held: Any) -> str:
    if isinstance(held, _FUNCTIONS):
        return "a lambda" if held.__name__ == "<lambda>" else f"the function {held.__name__}"
    if isinstance(held, type):
        return f"the class {held.__name__}"
    kind = type(held)
    where = "" if not _is_found_elsewhere(kind) else f"{kind.__module__}."
    return f"an object of the class {where}{kind.__name__}"
