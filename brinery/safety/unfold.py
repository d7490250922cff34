"""How large a described thing is when it is walked: shared parts count each time.

A list of two times a list of two times a list… takes little room in a file and in memory,
but whoever prints, copies or displays it walks every way through it.
"""

from __future__ import annotations

from brinery.safety.nodes import ATOMS, DictNode, Name, Node, Problem, ThingNode, parts

__all__ = ["class_of", "measure"]

_MOST_DEPTH = 1_000
_FREE_SIZE, _MOST_GROWTH = 2_000_000, 20

# What honestly leads back to itself: a boosting model keeps its own method (a getattr of
# itself, which only this class may have), the leaves of Birch know their neighbours, and what
# an estimator requests of metadata knows whose request it is.
_IN_CIRCLES = "_CFNode"
_OWNED, _OWNER = {"MetadataRequest", "MethodMetadataRequest"}, "owner"
_BY_METHOD, _METHOD = "getattr", "_raw_predict"
_UNREAD = "numpy.vectorize"  # never made, see draws.py
_BY_FIRST_ARGUMENT = {"_reconstructor", "newObj"}


def class_of(node: ThingNode) -> Name:
    """Give the class of a thing, also where a function makes the empty object."""
    first = node.args[0] if node.args else None
    if node.name.name in _BY_FIRST_ARGUMENT and type(first) is Name:
        return first
    return node.name


def measure(root: Node) -> int:
    """Count the parts of a description, each as often as it is reached.

    Raises
    ------
    Problem
        It is nested too deep, leads back to itself where no model does, or is far larger
        when walked than it is in the file.
    """
    sizes: dict[int, int] = {}
    # What is open: each node, its parts that are no atoms and not yet seen, its size so far.
    path: list[tuple[Node, list[Node], list[int]]] = []
    open_ids: set[int] = set()

    def enter(node: Node) -> None:
        if len(path) > _MOST_DEPTH:
            raise Problem("It is nested far deeper than any model.")
        is_unread = type(node) is ThingNode and str(class_of(node)) == _UNREAD
        all_parts = [] if is_unread else parts(node)
        inner = [part for part in all_parts if type(part) not in ATOMS]
        for part in inner:
            if type(part) is ThingNode and part.name.name == _BY_METHOD:
                _check_method(part, node, path[-1][0] if path else None)
        path.append((node, inner, [1 + len(all_parts) - len(inner)]))
        open_ids.add(id(node))

    if type(root) not in ATOMS:
        enter(root)
    while path:
        node, inner, size = path[-1]
        while inner:
            part = inner[-1]
            known = sizes.get(id(part))
            if known is None:
                if id(part) not in open_ids:
                    enter(part)
                    break
                _check_circle(part, node, path[-2][0] if len(path) > 1 else None)
                known = 1
            size[0] += known
            inner.pop()
        else:
            path.pop()
            open_ids.discard(id(node))
            sizes[id(node)] = size[0]
    total = 1 if type(root) in ATOMS else sizes[id(root)]
    if total > _FREE_SIZE + _MOST_GROWTH * len(sizes):
        raise Problem("It is small in the file and without end when it is walked.")
    return total


def _check_circle(node: Node, within: Node, holder: Node) -> None:
    """Let through only the known circles; the node stands in `within`, and that in `holder`."""
    is_neighbour = type(node) is ThingNode and class_of(node).name == _IN_CIRCLES
    is_method = type(holder) is ThingNode and holder.name.name == _BY_METHOD
    is_owner = type(holder) is ThingNode and class_of(holder).name in _OWNED
    if is_owner and type(within) is DictNode:
        items = within.items
        is_owner = all(items[at - 1] == _OWNER for at, item in enumerate(items) if item is node)
    if not is_neighbour and not is_method and not is_owner:
        raise Problem("It holds something that holds itself, which no honest model needs.")


def _check_method(method: Node, state: Node, owner: Node) -> None:
    """Let a method be kept only as the attribute of its own object that hides it."""
    is_state = type(owner) is ThingNode and any(one is state for one in owner.states)
    items = state.items if is_state and type(state) is DictNode else []
    places = [place for place, item in enumerate(items) if item is method]
    if not places or any(not place % 2 or items[place - 1] != _METHOD for place in places):
        raise Problem("It keeps a method of an object where no model does.")
