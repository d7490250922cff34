"""Builders of numpy's arrays, numbers and types: from letters, shapes and bytes only."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from brinery.safety.builder import Builder, Recipes
from brinery.safety.nodes import (
    ByteArrayNode,
    ListNode,
    Name,
    Node,
    Problem,
    RawArray,
    ThingNode,
)
from brinery.safety.raw import dtype_of, is_dtype, layout, shape_of
from brinery.safety.values import just

__all__ = ["ARRAYS", "array"]

_BAD_ARRAY = "It describes an array that does not fit its bytes."
_LAST_CHARACTER = 0x10FFFF
_MOST_EMPTY = 10_000_000


def array(builder: Builder, node: Node) -> np.ndarray:
    """Make a plain array; a large one still shares its bytes with the file, so copy it.

    Raises
    ------
    Problem
        It is not one, or its shape, type and bytes don't fit together.
    """
    if type(node) is RawArray and node.data is not None:
        shape, dtype, order, _ = layout(node.wrapper)
        return _from_bytes(node.data, shape, dtype, order)
    if type(node) is RawArray:
        return array(builder, node.nested)
    name = (node.name.module, node.name.name) if type(node) is ThingNode else ("", "")
    if name[1] == "_frombuffer" and name[0] in _NUMERIC:
        return _of_buffer(builder, node)
    if name[1] == "_reconstruct" and name[0] in _MULTIARRAY:
        return _reconstruct(builder, node)
    raise Problem("Something stands where an array should be.")


_NUMERIC = {"numpy._core.numeric", "numpy.core.numeric"}
_MULTIARRAY = {"numpy._core.multiarray", "numpy.core.multiarray"}
_NDARRAY = {"numpy.ndarray", "numpy._core.multiarray.ndarray"}


def _own(builder: Builder, node: Node) -> np.ndarray:
    """Make an array with memory of its own, as numpy's own loading does."""
    found = array(builder, node)
    return found if found.dtype.hasobject else found.copy(order="K")


def _from_bytes(
    data: bytes | memoryview, shape: tuple[int, ...], dtype: np.dtype, order: str
) -> np.ndarray:
    n_items = math.prod(shape)
    if dtype.hasobject or dtype.itemsize * n_items != len(data):
        raise Problem(_BAD_ARRAY)
    if n_items == 0:
        if any(size > _MOST_EMPTY for size in shape):
            raise Problem(_BAD_ARRAY)
        return np.empty(shape, dtype)
    if dtype.itemsize == 0:
        raise Problem(_BAD_ARRAY)
    found = np.frombuffer(data, dtype)
    if dtype.kind == "U":
        points = np.frombuffer(data, np.uint32)
        if int((points if dtype.isnative else points.byteswap()).max()) > _LAST_CHARACTER:
            raise Problem("It holds a text with letters that no language has.")
    elif dtype.kind == "b" and int(np.frombuffer(data, np.uint8).max()) > 1:
        raise Problem(_BAD_ARRAY)
    return found.reshape(shape, order="F" if order == "F" else "C")


def _data(builder: Builder, node: Node) -> bytes | memoryview:
    if type(node) is memoryview:
        return node
    if type(node) is ByteArrayNode:
        return node.data
    found = builder.build(node)
    if type(found) is str:  # bytes of Python 2
        try:
            return found.encode("latin-1")
        except UnicodeEncodeError as error:
            raise Problem(_BAD_ARRAY) from error
    if type(found) not in (bytes, bytearray):
        raise Problem(_BAD_ARRAY)
    return bytes(found)


def _dtype(builder: Builder, node: Node) -> np.dtype:
    """Make a type; many arrays share one."""
    found = builder.build(node) if is_dtype(node) else None
    if not isinstance(found, np.dtype):
        raise Problem(_BAD_ARRAY)
    return found


def _of_buffer(builder: Builder, node: ThingNode) -> np.ndarray:
    args = just(node)
    if len(args) == 5 and args[3] == "K":  # axes in another order than the bytes
        axes = args[4]
        found = _of_buffer(builder, ThingNode(node.name, True, (*args[:3], "C")))
        if type(axes) is not tuple or sorted(axes, key=repr) != sorted(range(found.ndim), key=repr):
            raise Problem(_BAD_ARRAY)
        return found.transpose(axes)
    if len(args) != 4 or args[3] not in ("C", "F"):
        raise Problem(_BAD_ARRAY)
    data, dtype, shape, order = args
    return _from_bytes(_data(builder, data), shape_of(shape), _dtype(builder, dtype), order)


def _reconstruct(builder: Builder, node: ThingNode) -> np.ndarray:
    args = just(node, n_states=1)
    state = node.states[0]
    if len(args) != 3 or type(args[0]) is not Name or type(state) is not tuple:
        raise Problem(_BAD_ARRAY)
    if str(args[0]) not in _NDARRAY:
        raise Problem(f"It describes an array of the kind {args[0]}, which no model needs.")
    if len(state) != 5:
        raise Problem(_BAD_ARRAY)
    return _filled(builder, node, state)


def _filled(builder: Builder, node: ThingNode, state: tuple[Node, ...]) -> np.ndarray:
    _, shape_node, dtype_node, is_fortran, content = state
    shape, dtype = shape_of(shape_node), _dtype(builder, dtype_node)
    order = "F" if is_fortran else "C"
    if not dtype.hasobject:
        return _from_bytes(_data(builder, content), shape, dtype, order)
    if type(content) is not ListNode or len(content.items) != math.prod(shape):
        raise Problem(_BAD_ARRAY)
    if any(size > _MOST_EMPTY for size in shape):
        raise Problem(_BAD_ARRAY)
    flat = np.empty(len(content.items), dtype=object)
    made = flat.reshape(shape, order="F" if order == "F" else "C")
    builder.keep(node, made)
    for place, item in enumerate(content.items):
        flat[place] = builder.build(item)
    return made


def _scalar(builder: Builder, node: ThingNode) -> object:
    args = just(node)
    if len(args) != 2:
        raise Problem(_BAD_ARRAY)
    dtype = _dtype(builder, args[0])
    if dtype.hasobject or dtype.names or dtype.kind == "V":
        raise Problem("It describes a single number of a type that no model has.")
    return _from_bytes(_data(builder, args[1]), (1,), dtype, "C")[0]


def _masked(builder: Builder, node: ThingNode) -> np.ma.MaskedArray[Any, Any]:
    """Make a masked array from its numbers and its mask, as a search keeps its results."""
    just(node, n_states=1)
    state = node.states[0]
    kinds = [str(arg) for arg in node.args[:2]]
    if len(node.args) != 4 or kinds[0] not in _MASKED or kinds[1] not in _NDARRAY:
        raise Problem(_BAD_ARRAY)
    if type(state) is not tuple or len(state) != 7:
        raise Problem(_BAD_ARRAY)
    data = _filled(builder, ThingNode(node.name, False, ()), state[:5])
    order = "F" if state[3] else "C"
    mask = _from_bytes(_data(builder, state[5]), data.shape, np.dtype(bool), order)
    made = np.ma.MaskedArray(data.copy(order="K"), mask=mask.copy(order="K"))
    fill = builder.build(state[6])
    if fill is not None:
        if not isinstance(fill, np.ndarray) or fill.shape != ():
            raise Problem(_BAD_ARRAY)
        made.fill_value = fill[()]  # type: ignore[assignment]  # any value is right here
    return made


_MASKED = {"numpy.ma.MaskedArray", "numpy.ma.core.MaskedArray"}

ARRAYS: Recipes = {
    ("joblib.numpy_pickle", "NumpyArrayWrapper"): _own,
    ("numpy", "dtype"): lambda _, node: dtype_of(node),
    ("numpy._core.multiarray", "_reconstruct"): _own,
    ("numpy._core.multiarray", "scalar"): _scalar,
    ("numpy._core.numeric", "_frombuffer"): _own,
    ("numpy.ma.core", "_mareconstruct"): _masked,
}
"""How numpy's values are made."""
