"""A file of skops' as the same inert description that a pickle gives, for the same builders.

skops writes a zip: `schema.json`, a tree of plain notes, and beside it the arrays. Here the
notes become nodes; nothing that they name is looked up, and skops itself is not used.

References
----------
skops.io's `_general.py`, `_numpy.py`, `_scipy.py` and `_sklearn.py` say how each is written.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import numpy as np

from brinery.errors import UnsafePickle
from brinery.safety.archive import Archive
from brinery.safety.audit import Audit, audited, judged
from brinery.safety.machine import Reading
from brinery.safety.nodes import DictNode, ListNode, Name, Node, Problem, RawArray, ThingNode
from brinery.safety.nodes import SetNode as NodeOfSet
from brinery.safety.table import NOBODY, House

__all__ = ["audited_any"]

_MOST_SCHEMA_BYTES = 2**26
_MOST_DEPTH = 900
_MOST_NAME = 400
_BROKEN = "Its schema.json is not as skops writes it."
_PLAIN = (type(None), bool, int, float, str)


def audited_any(data: bytes, house: House = NOBODY) -> tuple[Audit, Node]:
    """Read a pickle, or a file of skops', as `audit.audited` does."""
    if not data.startswith(b"PK\x03\x04"):
        return audited(data, house)
    reader = _Reader()
    try:
        reading = Reading(reader.run(Archive(data)), reader.names)
    except Problem as problem:
        reading = Reading(None, reader.names, problem)
    except UnsafePickle as error:
        reading = Reading(None, reader.names, Problem(error.problem, mend="damaged"))
    except (LookupError, ValueError, TypeError, AttributeError, RecursionError, OverflowError):
        reading = Reading(None, reader.names, Problem(_BROKEN, mend="skops"))
    return judged(reading, house)


class _Reader:
    """From skops' notes to nodes; a note that comes again gives the same node."""

    def __init__(self) -> None:
        self.names: dict[tuple[str, str], Name] = {}
        self._made: dict[Any, Node] = {}
        self._depth = 0

    def run(self, archive: Archive) -> Node:
        self._archive = archive
        return self.node(json.loads(archive.read("schema.json", most=_MOST_SCHEMA_BYTES)))

    def node(self, note: Any) -> Node:
        """Give what a note describes."""
        if type(note) is not dict or self._depth > _MOST_DEPTH:
            raise Problem(_BROKEN, mend="skops")
        known = note.get("__id__")
        if known is not None and known in self._made:
            return self._made[known]
        read = _READERS.get(note.get("__loader__", ""))
        if read is None:
            raise Problem(
                f"The skops file holds a {str(note.get('__loader__'))[:60]}, which is not read "
                "here.",
                mend="skops",
            )
        self._depth += 1
        made = read(self, note)
        self._depth -= 1
        if known is not None:
            self._made[known] = made
        return made

    def nodes(self, notes: Any) -> list[Node]:
        if type(notes) is not list:
            raise Problem(_BROKEN, mend="skops")
        return [self.node(one) for one in notes]

    def name(self, module: Any, name: Any) -> Name:
        if type(module) is not str or type(name) is not str or len(module + name) > _MOST_NAME:
            raise Problem(_BROKEN, mend="skops")
        return self.names.setdefault((module, name), Name(module, name))

    def named(self, note: dict[str, Any]) -> Name:
        return self.name(note["__module__"], note["__class__"])

    def thing(self, module: str, name: str, args: tuple[Node, ...], *states: Node) -> ThingNode:
        return ThingNode(self.name(module, name), True, args, states=list(states))

    def dtype(self, dtype: np.dtype) -> ThingNode:
        """Describe a type as numpy's own pickles do."""
        reduced: Any = dtype.__reduce__()
        letters = reduced[1][0]
        _, order, base, names, fields, *sizes = reduced[2]
        inner: Node = None
        if fields is not None:
            inner = DictNode()
            for key in names:
                inner.items += [key, (self.dtype(fields[key][0]), fields[key][1])]
        if base is not None:
            raise Problem("It describes a type of numbers that no array has.")
        described = (3, order, None, names, inner, *sizes[:3])
        if dtype.kind in "mM":
            raise Problem("The skops file holds dates, which are not read here.", mend="skops")
        return self.thing("numpy", "dtype", (letters, False, True), described)

    def file(self, note: dict[str, Any]) -> bytes:
        place = note["file"]
        if type(place) is not str or place not in self._archive.names:
            raise Problem(_BROKEN, mend="skops")
        return self._archive.read(place)

    def saved(self, data: bytes) -> RawArray:
        """Describe an array of numpy's own file format, its bytes where they stand."""
        stream = io.BytesIO(data)
        version = np.lib.format.read_magic(stream)
        reads = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }
        shape, is_fortran, dtype = reads[version](stream)
        if dtype.hasobject:
            raise Problem("The skops file holds an array of objects as bytes.")
        described: dict[str, Node] = {
            "subclass": self.name("numpy", "ndarray"),
            "shape": tuple(int(size) for size in shape),
            "order": "F" if is_fortran else "C",
            "dtype": self.dtype(dtype),
        }
        items = [part for pair in described.items() for part in pair]
        wrapper = self.thing("joblib.numpy_pickle", "NumpyArrayWrapper", (), DictNode(items))
        return RawArray(wrapper, memoryview(data)[stream.tell() :])


def _json(_reader: _Reader, note: dict[str, Any]) -> Node:
    value = json.loads(note["content"])
    if type(value) not in _PLAIN:
        raise Problem(_BROKEN, mend="skops")
    return value


def _dict(reader: _Reader, note: dict[str, Any]) -> Node:
    kinds = [one["__class__"] for one in note["key_types"]["content"]]
    texts, name = list(note["content"].items()), reader.named(note)
    if len(kinds) != len(texts):
        raise Problem(_BROKEN, mend="skops")
    items: list[Node] = []
    for kind, (text, value) in zip(kinds, texts, strict=True):
        items += [_KEYS[kind](text), reader.node(value)]
    if name.name == "dict":
        return DictNode(items)
    return ThingNode(name, True, (), pairs=items)


_KEYS: dict[str, Callable[[str], Node]] = {
    "NoneType": lambda _: None,
    "bool": lambda text: {"true": True, "false": False}[text],
    "float": float,
    "float64": float,
    "int": int,
    "int64": int,
    "str": str,
    "str_": str,
}


def _sequence(reader: _Reader, note: dict[str, Any]) -> Node:
    name, items = reader.named(note), reader.nodes(note["content"])
    if name.name == "list":
        return ListNode(items)
    if name.name in ("set", "frozenset"):
        return NodeOfSet(items, name.name == "frozenset")
    if name.name == "tuple":
        return tuple(items)
    return ThingNode(name, False, tuple(items))  # a named tuple


def _array(reader: _Reader, note: dict[str, Any]) -> Node:
    if note["type"] == "json":
        shape = reader.node(note["shape"])
        items = note["content"]
        for _ in shape[1:]:
            items = [one for row in items for one in row["content"]]
        kind = reader.thing("numpy", "dtype", ("O8", False, True))
        made = reader.thing(
            *("numpy._core.multiarray", "_reconstruct"),
            (reader.name("numpy", "ndarray"), (0,), b"b"),
        )
        made.states.append((1, shape, kind, False, ListNode(reader.nodes(items))))
        return made
    found = reader.saved(reader.file(note))
    if note["__class__"] == "ndarray":
        return found
    kind = found.wrapper.states[0].items[7]  # a single number
    return reader.thing("numpy._core.multiarray", "scalar", (kind, bytes(found.data or b"")))


def _reference(reader: _Reader, note: dict[str, Any]) -> Node:
    return reader.named(note)


def _object(reader: _Reader, note: dict[str, Any]) -> Node:
    made = ThingNode(reader.named(note), False, ())
    if note.get("__id__") is not None:
        reader._made[note["__id__"]] = made
    if note.get("content") is not None:
        state = reader.node(note["content"])
        if state is not None:
            made.states.append(state)
    return made


def _reduced(reader: _Reader, note: dict[str, Any]) -> Node:
    made = ThingNode(reader.named(note), True, reader.node(note["__reduce__"]["args"]))
    state = reader.node(note["content"])
    if type(state) is DictNode and state.items:
        made.states.append(state)
    return made


def _partial(reader: _Reader, note: dict[str, Any]) -> Node:
    content = note["content"]
    func, args = reader.node(content["func"]), reader.node(content["args"])
    state = (func, args, reader.node(content["kwds"]), None)
    return reader.thing("functools", "partial", (func,), state)


def _slice(reader: _Reader, note: dict[str, Any]) -> Node:
    ends = tuple(note["content"][key] for key in ("start", "stop", "step"))
    if any(type(end) not in (type(None), int) for end in ends):
        raise Problem(_BROKEN, mend="skops")
    return reader.thing("builtins", "slice", ends)


def _sparse(reader: _Reader, note: dict[str, Any]) -> Node:
    inner = Archive(reader.file(note))
    given: dict[str, Node] = {}
    for name in inner.names:
        key = name.removesuffix(".npy")
        if key in ("data", "indices", "indptr", "row", "col", "offsets"):
            given[key] = reader.saved(inner.read(name))
        elif key == "shape":
            given["_shape"] = tuple(np.frombuffer(_bytes_of(reader, inner, name), "<i8").tolist())
    items = [part for pair in given.items() for part in pair]
    return ThingNode(reader.named(note), False, (), states=[DictNode(items)])


def _bytes_of(reader: _Reader, archive: Archive, name: str) -> bytes:
    return bytes(reader.saved(archive.read(name)).data or b"")


def _masked(reader: _Reader, note: dict[str, Any]) -> Node:
    data, mask = (reader.node(note["content"][key]) for key in ("data", "mask"))
    if type(data) is not RawArray or type(mask) is not RawArray:
        raise Problem("The skops file holds a MaskedArray of objects.", mend="skops")
    state = dict(zip(*[iter(data.wrapper.states[0].items)] * 2, strict=True))
    kind, shape, order = state["dtype"], state["shape"], state["order"]
    args = (reader.name("numpy.ma", "MaskedArray"), reader.name("numpy", "ndarray"), (0,), b"b")
    parts = (1, shape, kind, order == "F", bytes(data.data or b""), bytes(mask.data or b""), None)
    return reader.thing("numpy.ma.core", "_mareconstruct", args, parts)


def _random_state(reader: _Reader, note: dict[str, Any]) -> Node:
    state = reader.node(note["content"])
    kind = dict(zip(state.items[::2], state.items[1::2], strict=True)).get("bit_generator")
    return reader.thing("numpy.random._pickle", "__randomstate_ctor", (kind,), state)


def _dtype(reader: _Reader, note: dict[str, Any]) -> Node:
    found = _array(reader, note["content"])
    if type(found) is not RawArray:
        return found.states[0][2]
    return found.wrapper.states[0].items[7]


_READERS: dict[str, Callable[[_Reader, dict[str, Any]], Node]] = {
    "BytesNode": lambda reader, note: reader.file(note),
    "DTypeNode": _dtype,
    "DictNode": _dict,
    "FunctionNode": _reference,
    "JsonNode": _json,
    "ListNode": _sequence,
    "LossNode": _reduced,
    "MaskedArrayNode": _masked,
    "NdArrayNode": _array,
    "ObjectNode": _object,
    "PartialNode": _partial,
    "RandomStateNode": _random_state,
    "SetNode": _sequence,
    "SliceNode": _slice,
    "SparseMatrixNode": _sparse,
    "TreeNode": _reduced,
    "TupleNode": _sequence,
    "TypeNode": _reference,
}
