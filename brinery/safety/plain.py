"""Builder of estimators: an empty object of the class, and plain attributes."""

from __future__ import annotations

import math
from functools import cache
from types import MethodType
from typing import Any

from brinery.safety.builder import Builder, Recipes
from brinery.safety.fitted import check_fitted
from brinery.safety.frames import state_of
from brinery.safety.house import check_class, check_hidden
from brinery.safety.nodes import Name, Problem, ThingNode
from brinery.safety.rules import check_parameters
from brinery.safety.values import just

__all__ = ["HIDING", "PLAIN", "plain"]

HIDING: frozenset[tuple[str, str]] = frozenset(
    {
        ("HistGradientBoostingClassifier", "_raw_predict"),  # kept as the method itself
        ("HistGradientBoostingRegressor", "_raw_predict"),
        ("LassoLars", "positive"),  # a parameter with a default on the class
        ("LassoLarsCV", "positive"),
        ("LassoLarsIC", "positive"),
    }
)
"""The attributes (class, name) that honest objects set though their class has them too."""


def plain(builder: Builder, node: ThingNode) -> Any:
    """Make an empty object of a class on the list and give it its attributes.

    Raises
    ------
    Problem
        An attribute would take the place of a method, would act later, or does not fit
        the others.
    """
    name = node.args[0] if node.is_call and node.args else node.name
    if type(name) is not Name:
        raise Problem("The file would build an object in a hidden way.")
    kind = builder.load(name)
    of_house = (name.module, name.name) in builder.house
    if of_house:
        check_class(kind, name)
    if not isinstance(kind, type):
        raise Problem(f"The file would fill {name}, which a model only refers to.")
    try:
        made: Any = object.__new__(kind)
    except TypeError as error:
        raise Problem(f"{name} is made in a way that no honest pickle has.") from error
    builder.keep(node, made)
    if not node.states:  # nothing was learnt, and nothing was set
        if just(node) not in ((), (name, *node.args[1:])) or (node.is_call and len(node.args) != 3):
            raise Problem("The file would build an object in a hidden way.")
        state: dict[str, Any] = {}
    else:
        _, state = state_of(builder, node)
        state.pop("_sklearn_version", None)  # as scikit-learn's own loading does
    check_keys(kind, state, of_house=of_house)
    check_parameters(kind.__name__, state)
    made.__dict__.update(state)
    check_fitted(made)
    return made


@cache
def _own_names(kind: type) -> frozenset[str]:
    return frozenset(name for base in kind.__mro__ for name in base.__dict__)


def check_keys(kind: type, state: dict[str, Any], *, of_house: bool = False) -> None:
    """Refuse attributes that hide what the class itself says or does."""
    own = _own_names(kind)
    for key, value in state.items():
        if key.startswith("__") or not key.isidentifier():
            raise Problem(f"It gives a {kind.__name__} the attribute {key[:60]!r}.")
        if key in own and of_house:
            check_hidden(kind, key, value)
        elif key in own:
            if (kind.__name__, key) not in HIDING:
                raise Problem(
                    f"It would put something else in the place of {kind.__name__}.{key[:60]}."
                )
            is_own = isinstance(value, MethodType) and value.__func__ is getattr(kind, key)
            if is_own != (key == "_raw_predict") or callable(value) != is_own:
                raise Problem(f"It would put something else in the place of {key[:60]}.")


def _bunch(builder: Builder, node: ThingNode) -> Any:
    """Make scikit-learn's dictionary with attributes."""
    kind = builder.load(node.args[0] if node.is_call else node.name)
    made = kind()
    builder.keep(node, made)
    if node.is_call:  # protocols 0 and 1: the class, dict, and a dictionary
        found = builder.build(node.args[2]) if len(node.args) == 3 else None
        if type(found) is not dict:
            raise Problem("The file would build an object in a hidden way.")
    else:
        found = {}
        if node.args or node.items:
            raise Problem("The file would build an object in a hidden way.")
    for key, value in zip(node.pairs[::2], node.pairs[1::2], strict=True):
        found[builder.key(key)] = builder.build(value)
    if any(type(key) is not str or key.startswith("__") for key in found):
        raise Problem("It names a part of a model in a way that no model does.")
    builder.items(node.states)  # looked at, and left out, as scikit-learn does itself
    made.update(found)
    return made


def _named_tuple(builder: Builder, node: ThingNode) -> Any:
    name, args = node.name, node.args
    if node.is_call:  # protocols 0 and 1: the class, tuple, and a tuple
        if len(args) != 3 or type(args[0]) is not Name or type(args[2]) is not tuple:
            raise Problem("The file would build an object in a hidden way.")
        name, args = args[0], args[2]
    kind: Any = builder.load(name)
    values = builder.items(args)
    if len(values) != len(kind._fields) or node.states or node.pairs or node.items:
        raise Problem("The file would build an object in a hidden way.")
    return tuple.__new__(kind, values)


def _interval(builder: Builder, node: ThingNode) -> Any:
    """Make a range of numbers; it checks itself."""
    name, state = state_of(builder, node)
    if any(type(value) not in (int, float, bool) or math.isnan(value) for value in state.values()):
        raise Problem("It holds a range of numbers that has no numbers.")
    try:
        return builder.load(name)(**state)
    except (TypeError, ValueError) as error:
        raise Problem("It holds a range of numbers that none is.") from error


PLAIN: Recipes = {
    ("sklearn._loss.link", "Interval"): _interval,
    ("sklearn.gaussian_process.kernels", "Hyperparameter"): _named_tuple,
    ("sklearn.impute._iterative", "_ImputerTriplet"): _named_tuple,
    ("sklearn.utils._bunch", "Bunch"): _bunch,
}
"""How the few classes are made whose objects are not plain."""
