"""What a pickle says, as inert values: the machine makes them, and the builders read them.

Numbers, texts, bytes, None and tuples stand for themselves. The rest are the nodes below.
Nothing here imports, calls or holds the thing that it describes. The machine adds to a
node as long as it reads; afterwards no one changes it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "ATOMS",
    "ByteArrayNode",
    "DictNode",
    "ListNode",
    "Name",
    "Node",
    "Problem",
    "RawArray",
    "SetNode",
    "ThingNode",
    "parts",
]

Node = Any
"""An atom, a tuple of nodes, or one of the classes below."""

ATOMS: frozenset[type] = frozenset({type(None), bool, int, float, str, bytes, memoryview})
"""The types of values that stand for themselves; a memoryview is a long piece of bytes."""


class Problem(Exception):
    """Why a pickle is refused: one plain sentence, and which remedy of `refusal.py` it has."""

    def __init__(self, words: str, *, mend: str = "forged") -> None:
        super().__init__(words)
        self.mend = mend


@dataclass(slots=True, eq=False)
class Name:
    """A class or function that the pickle names, as it has it; it is not looked up."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


@dataclass(slots=True, eq=False)
class ListNode:
    """A list."""

    items: list[Node] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class DictNode:
    """A dictionary: key, value, key, value."""

    items: list[Node] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class SetNode:
    """A set, or a frozen one."""

    items: list[Node]
    is_frozen: bool = False


@dataclass(slots=True, eq=False)
class ByteArrayNode:
    """Bytes that can change."""

    data: memoryview


@dataclass(slots=True, eq=False)
class ThingNode:
    """A thing of a named class, or what a named function would give.

    Attributes
    ----------
    name : Name
        What is to be made or called.
    is_call : bool
        True: `name(*args)`. False: an empty object of the class `name`.
    args, keywords : tuple, DictNode or None
        The arguments.
    states : list
        What it is then filled with, in order; nearly always none or one.
    items, pairs : list
        What is then appended to it, and what is set by key (key, value, key, value).
    """

    name: Name
    is_call: bool
    args: tuple[Node, ...]
    keywords: Node = None
    states: list[Node] = field(default_factory=list)
    items: list[Node] = field(default_factory=list)
    pairs: list[Node] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class RawArray:
    """An array of joblib's, whose bytes stand between the orders of the pickle.

    Attributes
    ----------
    wrapper : ThingNode
        joblib's description of it.
    data : memoryview or None
        The numbers; None for an array of objects, which is a pickle of its own: `nested`.
    nested : node
        What that pickle says.
    """

    wrapper: ThingNode
    data: memoryview | None
    nested: Node = None


def parts(node: Node) -> list[Node]:
    """Give what a node holds, whichever kind it is."""
    kind = type(node)
    if kind is tuple:
        return list(node)
    if kind is ThingNode:
        return [node.args, node.keywords, *node.states, *node.items, *node.pairs]
    if kind is ListNode or kind is DictNode or kind is SetNode:
        found: list[Node] = node.items
        return found
    if kind is RawArray:
        return [node.wrapper, node.nested]
    return []
