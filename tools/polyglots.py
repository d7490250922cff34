"""Streams that are two things at once, and orders in places where no writer puts them."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import pickle
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import joblib
import numpy as np
from sklearn import (
    linear_model,
)

from tools.forged import ROWS, Y
from tools.hostile import PROTO, TOUCH, call, name, plainly, text, thing

__all__ = ["orders", "streams"]


def streams() -> Iterator[tuple[str, bytes]]:
    """Give streams that are two things at once, or lie about their length."""
    evil = pickle.dumps(thing(eval, ("open('it_ran', 'w')",)), 4)
    good = pickle.dumps(linear_model.Ridge().fit(ROWS, Y), 4)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("model.pkl", evil)
        file.writestr("archive/data.pkl", evil)
    zipped = archive.getvalue()
    yield "stream: pickle, then a zip", good + zipped
    yield "stream: zip, then a pickle", zipped + good
    yield "stream: zip of torch", zipped
    for kind, head in {
        "png": b"\x89PNG\r\n\x1a\n",
        "pdf": b"%PDF-1.7\n",
        "elf": b"\x7fELF",
        "tar": b"model.pkl".ljust(512, b"\0"),
        "7z": b"7z\xbc\xaf\x27\x1c",
        "rar": b"Rar!\x1a\x07",
        "byte order mark": b"\xef\xbb\xbf",
        "spaces": b"   ",
        "zstd frame to skip": b"\x50\x2a\x4d\x18\x04\0\0\0aaaa",
        "old joblib": b"ZF0x00000001",
        "nulls": bytes(64),
        "shell": b"#!/bin/sh\n",
    }.items():
        yield f"stream: {kind}, then evil", head + evil
    for kind, pack in {
        "gzip with a name": lambda data: _named_gzip(data),
        "gzip of three": lambda data: gzip.compress(data[:9]) + gzip.compress(data[9:]),
        "bz2 of two": lambda data: bz2.compress(data[:9]) + bz2.compress(data[9:]),
        "xz of two": lambda data: lzma.compress(data[:9]) + lzma.compress(data[9:]),
        "xz, padded": lambda data: lzma.compress(data) + bytes(8),
        "raw deflate": lambda data: zlib.compress(data)[2:-4],
        "zlib, wrong sum": lambda data: zlib.compress(data)[:-4] + b"aaaa",
        "gzip, wrong length": lambda data: gzip.compress(data)[:-4] + b"\0\0\0\0",
        "zlib in gzip in xz": lambda data: lzma.compress(gzip.compress(zlib.compress(data))),
        "lzma of unknown length": lambda data: b"\x5d\x00\x00\x80\x00" + b"\xff" * 8 + data,
        "xz of a large dictionary": lambda data: lzma.compress(
            data, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 2**29}]
        ),
    }.items():
        yield f"stream: evil in {kind}", pack(evil)
    for factor in (1, 99, 101, 1000):
        yield f"stream: bomb of {factor}", zlib.compress(good + bytes(2**25 * min(factor, 3)))
    nested = evil
    for _ in range(30):
        holder = np.empty(1, dtype=object)
        holder[0] = nested
        file_ = io.BytesIO()
        joblib.dump(holder, file_)
        nested = file_.getvalue()
    yield "stream: thirty pickles in each other", nested
    deep: Any = thing(eval, ("1",))
    for _ in range(25):
        holder = np.empty(1, dtype=object)
        holder[0] = deep
        deep = holder
    file_ = io.BytesIO()
    joblib.dump(deep, file_)
    yield "stream: arrays in each other", file_.getvalue()
    file_ = io.BytesIO()
    joblib.dump({"a": np.arange(5.0), "b": thing(eval, ("1",))}, file_)
    yield "stream: call after raw bytes", file_.getvalue()
    file_ = io.BytesIO()
    joblib.dump(np.arange(50.0), file_)
    raw = file_.getvalue()
    for place in range(len(raw) - 420, len(raw), 23):
        yield f"stream: raw array cut at {place}", raw[:place]


def _named_gzip(data: bytes) -> bytes:
    file = io.BytesIO()
    with gzip.GzipFile("../../it_ran", "wb", fileobj=file) as stream:
        stream.write(data)
    return file.getvalue()


def orders() -> Iterator[tuple[str, bytes]]:
    """Give orders in places where no writer puts them."""
    ridge = name("sklearn.linear_model._ridge", "Ridge")
    run = call("os", "system", (TOUCH,))
    state = plainly({"alpha": 1.0})
    made = ridge + b")\x81"
    shared = b"\x94" + state + b"b"
    for what, data in {
        "two states": made + state + b"b" + plainly({"predict": 1}) + b"b.",
        "state in two parts": made + b"N" + state + b"\x86b.",
        "state of slots": made + state + state + b"\x86b.",
        "state that is a list": made + b"]b.",
        "state with a key twice": made + b"}(" + (text("alpha") + b"K\x01") * 2 + b"ub.",
        "state with a key of bytes": made + b"}C\x07predictK\x01sb.",
        "state with itself": made + b"\x94}" + text("alpha") + b"h\x00sb.",
        "state with a call": made + b"}" + text("alpha") + run + b"sb.",
        "state of a shared class": ridge
        + b"\x94"
        + b"}"
        + text("predict")
        + run
        + b"sb0h\x00)\x81.",
        "state by setstate": made + b"}" + text("__setstate__") + name("os", "system") + b"sb.",
        "state by reduce": made + b"}" + text("__reduce_ex__") + name("os", "system") + b"sb.",
        "class in a state": made + b"}" + text("__class__") + name("os", "system") + b"sb.",
        "items to an estimator": made + b"(K\x01K\x02u.",
        "parts to an estimator": made + b"(K\x01e.",
        "parts to an array": name("numpy", "ndarray") + b")\x81(K\x01e.",
        "parts to a tuple": b")(K\x01e.",
        "items to a list": b"](K\x01K\x02u.",
        "parts to a frozen set": b"(\x91(K\x01\x90.",
        "items to a bunch": name("sklearn.utils._bunch", "Bunch")
        + b")\x81("
        + text("keys")
        + b"K\x01u.",
        "new by keywords": ridge + b")}" + text("alpha") + run + b"s\x92.",
        "new of a tuple": ridge + b"\x85)\x81.",
        "new of new": made + b")\x81.",
        "a mark at the end": b"N(.",
        "a mark never used": b"(((N.",
        "nothing": b".",
        "two things": b"NN.",
        "get of nothing": b"h\x07.",
        "memory written twice": text("os")
        + b"q\x000"
        + text("sklearn.pipeline")
        + b"q\x000h\x00"
        + text("system")
        + b"\x93.",
        "name after a name": name("os", "system") + text("x") + b"\x93.",
        "negative length": b"T" + struct.pack("<i", -1) + b".",
        "negative long": b"\x8b" + struct.pack("<i", -1) + b".",
        "long of no digits": b"L\n.",
        "number of words": b"Ieval\n.",
        "truth of two": b"I02\n.",
        "float of words": b"Fopen\n.",
        "float without end": b"F" + b"9" * 5000 + b"\n.",
        "escaped text": b"V\\u0000\\uffff\\U0010ffff\n.",
        "bad escapes": b"S'\\x0'\n.",
        "text with no end": b"S'abc\n.",
        "surrogates": b"\x8c\x03\xed\xa0\x80.",
        "no letters": b"\x8c\x02\xff\xfe.",
        "huge frame": b"\x95" + struct.pack("<Q", 2**62) + b"N.",
        "frame in a frame": b"\x95"
        + struct.pack("<Q", 40)
        + b"\x95"
        + struct.pack("<Q", 2)
        + b"N."
        + b"N" * 40
        + b".",
        "protocol again and again": b"\x80\x04" * 1000 + b"N.",
        "byte array": b"\x96" + struct.pack("<Q", 2**40) + b"a.",
        "many pops": b"N" + b"20" * 100_000 + b".",
        "many memories": b"N" + b"\x94" * 2_000_000 + b".",
        "persistent text": b"P__import__('os').system('x')\n.",
        "inst": b"(K\x01ios\nsystem\n.",
        "inst of a model": b"(K\x01isklearn.linear_model._ridge\nRidge\n.",
        "copyreg": call("copyreg", "__newobj__", (1,)) + b".",
        "reconstructor of a model": name("copyreg", "_reconstructor") + ridge + ridge + b"N\x87R.",
        "newobj_ex": call("copyreg", "__newobj_ex__", (1, (), {})) + b".",
        "weak reference": call("weakref", "ref", ()) + b".",
        "proxy": call("weakref", "proxy", ()) + b".",
        "mapping": call("types", "MappingProxyType", ({},)) + b".",
        "namespace": call("types", "SimpleNamespace", ()) + b".",
        "module": call("types", "ModuleType", ("x",)) + b".",
        "enum": call("enum", "Enum", ("x", ["a"])) + b".",
        "named tuple": call("collections", "namedtuple", ("x", "a")) + b".",
        "chain of maps": call("collections", "ChainMap", ()) + b".",
        "user dict": call("collections", "UserDict", ()) + b".",
        "cached": call("functools", "lru_cache", (None,)) + b".",
        "counter": call("itertools", "count", ()) + b".",
        "repeat": call("itertools", "repeat", (1, 2**40)) + b".",
        "product": call("itertools", "product", (range(9),)) + b".",
        "bytes of a count": call("builtins", "bytes", ([1] * 9, "x")) + b".",
        "range without end": call("builtins", "range", (0, 2**100)) + b".",
        "slice of calls": name("builtins", "slice") + run + b"NN\x87R.",
        "complex of texts": call("builtins", "complex", ("1e999",)) + b".",
        "memory view": call("builtins", "memoryview", (b"a",)) + b".",
        "super": call("builtins", "super", ()) + b".",
        "property": call("builtins", "property", ()) + b".",
        "class method": call("builtins", "classmethod", (1,)) + b".",
        "object": call("builtins", "object", ()) + b".",
        "print": call("builtins", "print", ("x",)) + b".",
        "sorted": call("builtins", "sorted", ([2, 1],)) + b".",
        "shared after check": made + shared + b"0h\x00" + plainly({"fit": 1}) + b"b.",
    }.items():
        yield f"order: {what}", PROTO + data
