"""From a description to objects: each by a builder of ours, or not at all."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from typing import Any

from brinery.safety.nodes import (
    ATOMS,
    ByteArrayNode,
    DictNode,
    ListNode,
    Name,
    Node,
    Problem,
    RawArray,
    SetNode,
    ThingNode,
)
from brinery.safety.table import ALLOWED, NOBODY, House, present

__all__ = ["Builder", "Recipe", "Recipes", "resolve"]

Recipe = Callable[["Builder", ThingNode], object]
"""Makes the object of one thing, or raises `Problem`."""

Recipes = dict[tuple[str, str], Recipe]

_MOST_DEPTH = 1_100
_MOST_KEY = 2**61 - 2
_KEYS = frozenset({type(None), bool, int, float, str, bytes})
_BAD_KEY = "It has a key that no dictionary of a model has."


def resolve(name: Name, house: House = NOBODY) -> tuple[str, str]:
    """Give the pair that the list, or the house's own, knows a name by.

    Raises
    ------
    Problem
        It is not on the list.
    """
    # As Python's own unpickling does, so that a process may forbid it altogether.
    sys.audit("pickle.find_class", name.module, name.name)
    pair = present(name.module, name.name)
    if (name.module, name.name) in house:
        return name.module, name.name
    if pair not in ALLOWED:
        raise Problem(
            f"The file would use {name}, which is not on the list of what a model may use."
        )
    return pair


class Builder:
    """Makes each described thing once, by the recipe of its name.

    Parameters
    ----------
    recipes : dict of (module, name): recipe
        For the things that take arguments, or another state than plain attributes.
    plain : recipe
        For all other classes on the list: an empty object and its attributes.
    references : set of (module, name)
        What may be kept without being made: functions, and a few types.
    house : set of (module, name)
        The classes of the house's own that the operator lets in.
    """

    def __init__(
        self,
        recipes: Recipes,
        plain: Recipe,
        references: frozenset[tuple[str, str]],
        house: House = NOBODY,
    ):
        self.house = house
        self._recipes = recipes
        self._plain = plain
        self._references = references
        self._made: dict[int, object] = {}
        self._depth = 0

    def build(self, node: Node) -> Any:
        """Make what a node describes; the same node gives the same object.

        Raises
        ------
        Problem
            Something in it is not as any honest model has it.
        """
        if type(node) in ATOMS:
            return bytes(node) if type(node) is memoryview else node
        key = id(node)
        if key in self._made:
            return self._made[key]
        if self._depth > _MOST_DEPTH:
            raise Problem("It is nested far deeper than any model.")
        self._depth += 1
        made = _KINDS[type(node)](self, node)
        self._depth -= 1
        self._made[key] = made
        return made

    def keep(self, node: Node, made: object) -> None:
        """Remember an object before it is filled, since its parts may lead back to it."""
        self._made[id(node)] = made

    def load(self, name: Name) -> Any:
        """Import what a name on the list stands for."""
        module, attribute = resolve(name, self.house)
        try:
            return getattr(_module(module), attribute)
        except (ImportError, AttributeError) as error:
            raise Problem(
                "The file needs something that the installed libraries do not have: "
                f"{module}.{attribute}.",
                mend="versions",
            ) from error

    def thing(self, node: ThingNode) -> object:
        """Make a thing by its recipe."""
        pair = resolve(node.name, self.house)
        is_empty = pair == _EMPTY and type(node.args[0] if node.args else None) is Name
        recipe = self._recipes.get(resolve(node.args[0], self.house) if is_empty else pair)
        if recipe is not None:
            return recipe(self, node)
        if node.is_call and not is_empty:
            raise Problem(f"The file would call {node.name}, which a model only refers to.")
        return self._plain(self, node)

    def reference(self, name: Name) -> object:
        """Give a function or a type that is only kept."""
        if resolve(name, self.house) not in self._references:
            raise Problem(f"The file keeps {name} itself, where a model has objects of it.")
        return self.load(name)

    def items(self, nodes: list[Node] | tuple[Node, ...]) -> list[Any]:
        """Make several."""
        return [self.build(node) for node in nodes]

    def key(self, node: Node) -> Any:
        """Make something that a dictionary or a set may hold, and that hashes quickly."""
        made = self.build(node)
        self.check_key(made)
        return made

    def check_key(self, made: object) -> None:
        """Refuse what may not be a key, and what is made to be slow as one."""
        if type(made) is tuple:
            for item in made:
                self.check_key(item)
        elif type(made) is int:
            if not -_MOST_KEY <= made <= _MOST_KEY:
                raise Problem(_BAD_KEY)
        elif type(made) not in _KEYS and type(made).__module__ not in _PLAIN_KEYS:
            raise Problem(_BAD_KEY)

    def attributes(self, node: Node) -> dict[str, Any]:
        """Make a state of plain attributes: a dictionary with texts as keys."""
        if type(node) is not DictNode:
            raise Problem("It fills an object with something else than its attributes.")
        found = {}
        for key, value in zip(node.items[::2], node.items[1::2], strict=True):
            if type(key) is not str or key in found:
                raise Problem("It fills an object with something else than its attributes.")
            found[sys.intern(key)] = self.build(value)
        return found

    def _list(self, node: ListNode) -> list[Any]:
        made: list[Any] = []
        self.keep(node, made)
        made += self.items(node.items)
        return made

    def _dict(self, node: DictNode) -> dict[Any, Any]:
        made: dict[Any, Any] = {}
        self.keep(node, made)
        build = self.build
        for key, value in zip(node.items[::2], node.items[1::2], strict=True):
            made[key if type(key) is str else self.key(key)] = build(value)
        return made

    def _set(self, node: SetNode) -> set[Any] | frozenset[Any]:
        made = {self.key(item) for item in node.items}
        return frozenset(made) if node.is_frozen else made

    def _tuple(self, node: tuple[Node, ...]) -> tuple[Any, ...]:
        return tuple(self.items(node))

    def _byte_array(self, node: ByteArrayNode) -> bytearray:
        return bytearray(node.data)

    def _raw_array(self, node: RawArray) -> object:
        recipe = self._recipes["joblib.numpy_pickle", "NumpyArrayWrapper"]
        return self.build(node.nested) if node.data is None else recipe(self, node)  # type: ignore[arg-type]


_EMPTY = ("copyreg", "_reconstructor")  # how protocols 0 and 1 make an empty object
_PLAIN_KEYS = frozenset({"numpy", "datetime", "builtins", "pandas._libs.tslibs.timestamps"})
_KINDS: dict[type, Callable[[Builder, Any], Any]] = {
    ByteArrayNode: Builder._byte_array,
    DictNode: Builder._dict,
    ListNode: Builder._list,
    Name: Builder.reference,
    RawArray: Builder._raw_array,
    SetNode: Builder._set,
    ThingNode: Builder.thing,
    tuple: Builder._tuple,
}


def _module(name: str) -> Any:
    if name.startswith("numpy._core."):
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError:  # numpy 1 calls it so
            return importlib.import_module(name.replace("numpy._core.", "numpy.core."))
    return importlib.import_module(name)
