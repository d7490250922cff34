"""Builders of sparse matrices, splines, and the column names of pandas: rebuilt from data."""

from __future__ import annotations

from typing import Any

import numpy as np

from brinery.safety.builder import Builder, Recipes
from brinery.safety.nodes import Name, Node, Problem, ThingNode
from brinery.safety.values import just

__all__ = ["FRAMES", "class_of", "state_of"]

_BAD_SPARSE = "It describes a sparse matrix whose indices lead out of it."
_BAD_SPLINE = "It describes a spline that can't be."
_BAD_NAMES = "It describes names of columns in a way that pandas does not."
_MOST_DEGREE = 100
_SPARSE_KEYS = {
    "csr": {"data", "indices", "indptr"},
    "csc": {"data", "indices", "indptr"},
    "coo": {"data", "coords"},
    "dia": {"data", "offsets"},
}


def state_of(builder: Builder, node: ThingNode) -> tuple[Name, dict[str, Any]]:
    """Give the class and the attributes of an object that is made empty and then filled."""
    return class_of(node), builder.attributes(node.states[0])


def class_of(node: ThingNode) -> Name:
    """Give the class of an object that is made empty and then filled."""
    args = just(node, n_states=1)
    if node.is_call:  # protocols 0 and 1
        if len(args) != 3 or type(args[0]) is not Name or args[2] is not None:
            raise Problem("The file would build an object in a hidden way.")
        return args[0]
    if args:
        raise Problem(f"{node.name} is made in a way that no honest pickle has.")
    return node.name


def _sparse(builder: Builder, node: ThingNode) -> Any:
    name, state = state_of(builder, node)
    form = name.name[:3]
    shape = state.get("_shape")
    if "row" in state and "col" in state:  # scipy before 1.13
        state["coords"] = (state.pop("row"), state.pop("col"))
    keys = _SPARSE_KEYS[form]
    if type(shape) is not tuple or not keys <= set(state):
        raise Problem(_BAD_SPARSE)
    arrays = {key: state[key] for key in keys}
    flat = [part for value in arrays.values() for part in _pair(value)]
    if any(not isinstance(part, np.ndarray) or part.dtype.kind not in "biufc" for part in flat):
        raise Problem(_BAD_SPARSE)
    kind = builder.load(name)
    try:
        if form in ("csr", "csc"):
            given: Any = (arrays["data"], arrays["indices"], arrays["indptr"])
        elif form == "coo":
            given = (arrays["data"], arrays["coords"])
        else:
            given = (arrays["data"], arrays["offsets"])
        made = kind(given, shape=shape)
        if form in ("csr", "csc"):
            made.check_format(full_check=True)
        return made
    except (ValueError, TypeError, IndexError, OverflowError) as error:
        raise Problem(_BAD_SPARSE) from error


def _pair(value: Any) -> tuple[Any, ...]:
    return value if type(value) is tuple else (value,)


def _spline(builder: Builder, node: ThingNode) -> Any:
    """Make a spline; from scipy 1.18 on it is a shell around the one that holds the numbers."""
    if len(node.states) == 1 and type(node.states[0]) is tuple:
        return _shell(builder, node)
    name, state = state_of(builder, node)
    knots = state.get("_t", state.get("t"))
    weights = state.get("_c", state.get("c"))
    degree, axis, beyond = state.get("k"), state.get("axis", 0), state.get("extrapolate", True)
    if not isinstance(knots, np.ndarray) or not isinstance(weights, np.ndarray):
        raise Problem(_BAD_SPLINE)
    if knots.dtype.kind != "f" or weights.dtype.kind not in "fc" or beyond not in _BEYOND:
        raise Problem(_BAD_SPLINE)
    if type(degree) is not int or not 0 <= degree <= _MOST_DEGREE or type(axis) is not int:
        raise Problem(_BAD_SPLINE)
    try:
        made = builder.load(name)(knots, weights, degree, extrapolate=beyond, axis=0)
    except (ValueError, TypeError) as error:
        raise Problem(_BAD_SPLINE) from error
    if not 0 <= axis < weights.ndim:
        raise Problem(_BAD_SPLINE)
    made.axis = axis
    return made


_BEYOND = (True, False, None, "periodic")


def _shell(builder: Builder, node: ThingNode) -> Any:
    name = class_of(node)
    parts = builder.items(node.states[0])
    if name.name != "BSpline" or len(parts) != 2 or type(parts[0]).__name__ != "_BSpline":
        raise Problem(_BAD_SPLINE)
    held: Any = parts[0]
    made = builder.load(name)(held.t, held.c, held.k, extrapolate=held.extrapolate, axis=0)
    made._delegate_to.axis = held.axis
    return made


def _index(builder: Builder, node: ThingNode) -> Any:
    """Make the names of columns from their values."""
    args = just(node)
    if len(args) != 2 or type(args[0]) is not Name:
        raise Problem(_BAD_NAMES)
    given = builder.attributes(args[1])
    kind = builder.load(args[0])
    name = given.pop("name", None)
    if type(name) not in (type(None), str, int):
        raise Problem(_BAD_NAMES)
    allowed = {"Index": {"data"}, "RangeIndex": {"start", "stop", "step"}}[args[0].name]
    if not set(given) <= allowed:
        raise Problem(_BAD_NAMES)
    if any(type(value) is not int for value in given.values()) and "data" not in given:
        raise Problem(_BAD_NAMES)
    try:
        return kind(**given, name=name, **_dtype(given.get("data")))
    except (TypeError, ValueError) as error:
        raise Problem(_BAD_NAMES) from error


def _dtype(data: Any) -> dict[str, Any]:
    return {} if data is None else {"dtype": data.dtype}


def _string_type(builder: Builder, node: ThingNode) -> Any:
    args = builder.items(just(node))
    allowed = all(arg in ("pyarrow", "python") or _is_missing(arg) for arg in args)
    if not allowed or len(args) > 2:
        raise Problem(_BAD_NAMES)
    import pandas as pd

    return pd.StringDtype(*args[:1], **({"na_value": args[1]} if len(args) > 1 else {}))


def _is_missing(value: object) -> bool:
    return isinstance(value, float) and value != value


def _strings(builder: Builder, node: ThingNode) -> Any:
    """Make an array of texts anew from its texts."""
    _, state = state_of(builder, node)
    import pandas as pd

    dtype: Any = state.get("_dtype")
    texts: Any = state.get("_pa_array")
    if not isinstance(dtype, pd.StringDtype) or not hasattr(texts, "to_pylist"):
        raise Problem(_BAD_NAMES)
    return pd.array(texts.to_pylist(), dtype=dtype)


def _arrow(builder: Builder, node: ThingNode) -> Any:
    """Make Arrow's array of texts; one whose offsets point outside itself is refused."""
    import pyarrow as pa

    args = just(node)
    parts: Node = args[0] if len(args) == 1 else None
    if type(parts) is not tuple or len(parts) != 7:
        raise Problem(_BAD_NAMES)
    kind, length, n_missing, offset, buffers, children, dictionary = builder.items(parts)
    if kind not in (pa.string(), pa.large_string()) or children or dictionary is not None:
        raise Problem(_BAD_NAMES)
    if any(type(number) is not int or number < -1 for number in (length, n_missing, offset)):
        raise Problem(_BAD_NAMES)
    try:
        made = pa.Array.from_buffers(kind, length, buffers, -1, offset)
        made.validate(full=True)
    except (pa.ArrowInvalid, ValueError, TypeError, OverflowError) as error:
        raise Problem(_BAD_NAMES) from error
    return made


def _arrow_buffer(builder: Builder, node: ThingNode) -> Any:
    import pyarrow as pa

    args = builder.items(just(node))
    if len(args) != 1 or type(args[0]) not in (bytes, bytearray):
        raise Problem(_BAD_NAMES)
    return pa.py_buffer(bytes(args[0]))


def _arrow_type(_builder: Builder, node: ThingNode) -> Any:
    import pyarrow as pa

    (name,) = just(node) or (None,)
    known = {"string": pa.string(), "large_string": pa.large_string()}
    if name not in known:
        raise Problem(_BAD_NAMES)
    return known[name]


_SPARSE_NAMES = [
    (f"scipy.sparse._{form}", f"{form}_{kind}")
    for form in ("coo", "csc", "csr", "dia")
    for kind in ("array", "matrix")
]
FRAMES: Recipes = {
    **dict.fromkeys(_SPARSE_NAMES, _sparse),
    ("pandas", "StringDtype"): _string_type,
    ("pandas.arrays", "ArrowStringArray"): _strings,
    ("pandas.core.arrays.string_", "StringDtype"): _string_type,
    ("pandas.core.arrays.string_arrow", "ArrowStringArray"): _strings,
    ("pandas.core.indexes.base", "_new_Index"): _index,
    ("pyarrow.lib", "_restore_array"): _arrow,
    ("pyarrow.lib", "py_buffer"): _arrow_buffer,
    ("pyarrow.lib", "type_for_alias"): _arrow_type,
    ("scipy.interpolate._bsplines", "BSpline"): _spline,
    ("scipy.interpolate._bsplines", "_BSpline"): _spline,
}
"""How sparse matrices, splines and names of columns are made."""
