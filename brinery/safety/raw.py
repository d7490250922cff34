"""Arrays as they stand in a file: their types from letters, and joblib's raw bytes.

A type of numpy's is made from its letters only, never from a state that a file has put
together: such a state could say that plain bytes are pointers to objects.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import numpy as np

from brinery.safety.nodes import DictNode, Name, Node, Problem, RawArray, ThingNode

if TYPE_CHECKING:
    from brinery.safety.machine import Machine

__all__ = ["array", "dtype_of", "is_dtype", "is_wrapper", "layout", "shape_of"]

_WRAPPER = ("joblib.numpy_pickle", "NumpyArrayWrapper")
_OLD_WRAPPERS = {"NDArrayWrapper", "ZNDArrayWrapper"}
_LETTERS = re.compile(r"(b1|[iu][1248]|f(2|4|8|16)|c(8|16|32)|[mM]8|[SUV]\d{1,7}|O8?|\?)\Z")
_UNITS = {"Y", "M", "W", "D", "h", "m", "s", "ms", "us", "ns", "ps", "fs", "as", "generic"}
_BAD_TYPE = "It describes a type of numbers that no array has."
_BAD_ARRAY = "It describes an array that does not fit its bytes."
_MOST_DIMENSIONS = 32
_MOST_FIELDS = 64
_MOST_NESTED_FIELDS = 3


def is_wrapper(node: ThingNode) -> bool:
    """Tell whether raw bytes of joblib's follow after this node was filled."""
    return node.name.module.startswith("joblib.") and (
        (node.name.module, node.name.name) == _WRAPPER or node.name.name in _OLD_WRAPPERS
    )


def array(machine: Machine, wrapper: ThingNode) -> RawArray:
    """Slice the bytes of one array out of the stream, or read the pickle that stands there.

    Raises
    ------
    Problem
        The description is not joblib's, or the bytes are too few.
    """
    if wrapper.name.name in _OLD_WRAPPERS:
        raise Problem(
            "It is of joblib's form of before 2016, whose arrays are in other files.", mend="form"
        )
    shape, dtype, _, padding = layout(wrapper)
    if dtype.hasobject:
        return RawArray(wrapper, None, machine.run_nested())
    if padding:
        machine.take(machine.take(1)[0])
    return RawArray(wrapper, machine.take(math.prod(shape) * dtype.itemsize))


def layout(wrapper: ThingNode) -> tuple[tuple[int, ...], np.dtype, str, bool]:
    """Give the shape, the type, the order, and whether padding comes first."""
    state = wrapper.states[0] if len(wrapper.states) == 1 else None
    if type(state) is not DictNode or wrapper.items or wrapper.pairs:
        raise Problem(_BAD_ARRAY)
    given = dict(zip(state.items[::2], state.items[1::2], strict=True))
    known = {"subclass", "shape", "order", "dtype", "allow_mmap", "numpy_array_alignment_bytes"}
    kind = given.get("subclass")
    if not known >= set(given) or type(kind) is not Name or str(kind) not in _SUBCLASSES:
        raise Problem(_BAD_ARRAY)
    order, alignment = given.get("order"), given.get("numpy_array_alignment_bytes")
    if order not in ("C", "F") or alignment not in (None, 16):
        raise Problem(_BAD_ARRAY)
    return shape_of(given.get("shape")), dtype_of(given.get("dtype")), order, bool(alignment)


_SUBCLASSES = {"numpy.ndarray"}


def shape_of(node: Node) -> tuple[int, ...]:
    """Check a shape: a few whole numbers, none below 0."""
    shape = (node,) if type(node) is int else node
    if type(shape) is not tuple or len(shape) > _MOST_DIMENSIONS:
        raise Problem(_BAD_ARRAY)
    if any(type(size) is not int or size < 0 for size in shape):
        raise Problem(_BAD_ARRAY)
    return shape


def is_dtype(node: Node) -> bool:
    """Tell whether a node describes a type of numpy's."""
    return type(node) is ThingNode and node.name.module == "numpy" and node.name.name == "dtype"


def dtype_of(node: Node, depth: int = 0) -> np.dtype:
    """Make numpy's type that a node describes, from its letters.

    Raises
    ------
    Problem
        It is described in a way that numpy's own pickles are not.
    """
    if not is_dtype(node) or not node.args or type(node.args[0]) is not str:
        raise Problem(_BAD_TYPE)
    letters = node.args[0]
    if not _LETTERS.match(letters) or len(node.states) > 1 or depth > _MOST_NESTED_FIELDS:
        raise Problem(_BAD_TYPE)
    if not node.states:
        return np.dtype(letters)
    state = node.states[0]
    if type(state) is not tuple or not 8 <= len(state) <= 9 or state[1] not in ("<", ">", "|", "="):
        raise Problem(_BAD_TYPE)
    _, order, base, names, fields, size, _, _ = state[:8]
    if base is not None:
        raise Problem(_BAD_TYPE)
    if names is not None or fields is not None:
        return _structured(letters, names, fields, size, depth)
    plain = np.dtype(letters)
    if letters[0] in "mM" and len(state) == 9:
        plain = np.dtype(f"{letters}[{_unit(state[8])}]")
    return plain.newbyteorder(order) if order != "|" else plain


def _unit(metadata: Node) -> str:
    try:
        _, (unit, number, divisor, _) = metadata
    except (TypeError, ValueError) as error:
        raise Problem(_BAD_TYPE) from error
    if type(unit) is ThingNode and str(unit.name) == "_codecs.encode":  # old protocols' bytes
        unit = unit.args[0] if unit.args else None
    unit = unit.decode("latin-1") if type(unit) is bytes else unit
    if type(unit) is not str or unit not in _UNITS:
        raise Problem(_BAD_TYPE)
    if divisor != 1 or type(number) is not int or not 1 <= number < 1_000_000:
        raise Problem(_BAD_TYPE)
    return unit if number == 1 else f"{number}{unit}"


def _structured(letters: str, names: Node, fields: Node, size: Node, depth: int) -> np.dtype:
    """Make a type of named fields, whose places numpy checks itself; none may hold objects."""
    if letters[0] != "V" or type(names) is not tuple or type(fields) is not DictNode:
        raise Problem(_BAD_TYPE)
    given = dict(zip(fields.items[::2], fields.items[1::2], strict=True))
    if len(names) > _MOST_FIELDS or set(given) != set(names) or type(size) is not int:
        raise Problem(_BAD_TYPE)
    formats, offsets = [], []
    for name in names:
        if type(name) is not str or type(given[name]) is not tuple or len(given[name]) != 2:
            raise Problem(_BAD_TYPE)
        inner, offset = given[name]
        if type(offset) is not int or offset < 0:
            raise Problem(_BAD_TYPE)
        formats.append(dtype_of(inner, depth + 1))
        offsets.append(offset)
    try:
        found = np.dtype(
            {"names": list(names), "formats": formats, "offsets": offsets, "itemsize": size}
        )
    except (ValueError, TypeError) as error:
        raise Problem(_BAD_TYPE) from error
    if found.hasobject:
        raise Problem(_BAD_TYPE)
    return found
