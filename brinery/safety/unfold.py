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
    open_ids: set[int] = set()
    todo: list[tuple[Node, bool]] = [(root, False)]
    while todo:
        node, is_done = todo.pop()
        if type(node) in ATOMS:
            continue
        key = id(node)
        if is_done:
            open_ids.discard(key)
            sizes[key] = 1 + sum(
                1 if type(part) in ATOMS else sizes.get(id(part), 1) for part in parts(node)
            )
            continue
        if key in sizes:
            continue
        if key in open_ids:
            if type(node) is not ThingNode or class_of(node).name not in _IN_CIRCLES:
                raise Problem("It holds something that holds itself, which no honest model needs.")
            continue
        open_ids.add(key)
        if len(open_ids) > _MOST_DEPTH:
            raise Problem("It is nested far deeper than any model.")
        todo.append((node, True))
        todo += [(part, False) for part in parts(node) if type(part) not in ATOMS]
    size = 1 if type(root) in ATOMS else sizes[id(root)]
    if size > _FREE_SIZE + _MOST_GROWTH * len(sizes):
        raise Problem("It is small in the file and without end when it is walked.")
    return size
