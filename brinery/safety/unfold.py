"""How large a described thing is when it is walked: shared parts count each time.

A list of two times a list of two times a list… takes little room in a file and in memory,
but whoever prints, copies or displays it walks every way through it.
"""

from __future__ import annotations

from brinery.safety.nodes import ATOMS, Name, Node, Problem, ThingNode, parts

__all__ = ["class_of", "measure"]

_MOST_DEPTH = 1_000
_FREE_SIZE, _MOST_GROWTH = 2_000_000, 20

# Classes whose honest objects lead back to themselves: a boosting model keeps its own method,
# and the leaves of Birch know their neighbours.
_IN_CIRCLES = {
    "_CFNode",
    "HistGradientBoostingClassifier",
    "HistGradientBoostingRegressor",
}
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
    path: list[tuple[int, list[Node], list[int]]] = []
    open_ids: set[int] = set()

    def enter(node: Node) -> None:
        if len(path) > _MOST_DEPTH:
            raise Problem("It is nested far deeper than any model.")
        all_parts = parts(node)
        inner = [part for part in all_parts if type(part) not in ATOMS]
        path.append((id(node), inner, [1 + len(all_parts) - len(inner)]))
        open_ids.add(id(node))

    if type(root) not in ATOMS:
        enter(root)
    while path:
        key, inner, size = path[-1]
        while inner:
            part = inner[-1]
            known = sizes.get(id(part))
            if known is None:
                if id(part) not in open_ids:
                    enter(part)
                    break
                _check_circle(part)
                known = 1
            size[0] += known
            inner.pop()
        else:
            path.pop()
            open_ids.discard(key)
            sizes[key] = size[0]
    total = 1 if type(root) in ATOMS else sizes[id(root)]
    if total > _FREE_SIZE + _MOST_GROWTH * len(sizes):
        raise Problem("It is small in the file and without end when it is walked.")
    return total


def _check_circle(node: Node) -> None:
    if type(node) is not ThingNode or class_of(node).name not in _IN_CIRCLES:
        raise Problem("It holds something that holds itself, which no honest model needs.")
