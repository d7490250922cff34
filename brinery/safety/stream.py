"""From a file's bytes to the bytes of one pickle: sizes are capped, one compression is undone."""

from __future__ import annotations

import bz2
import lzma
import zlib
from typing import Protocol

from brinery.safety.nodes import Problem

__all__ = ["MAX_INFLATED_BYTES", "MAX_PICKLE_BYTES", "plain"]

MAX_PICKLE_BYTES = 2**31
MAX_INFLATED_BYTES = 2**31

# A model rarely shrinks to a tenth. What grows more than a hundredfold is made to fill memory.
_MOST_GROWTH = 100
_ALWAYS_BYTES = 2**25
_CHUNK_BYTES = 2**20
_LZMA_MEMORY_BYTES = 2**28  # what the format's own strongest setting needs is 65 MiB

_OTHERS = {
    b"\x04\x22\x4d\x18": "LZ4",
    b"\x28\xb5\x2f\xfd": "Zstandard",
    b"PK\x03\x04": "ZIP (a skops file or a folder of files?)",
    b"ZF0x": "joblib's form of before 2016",
    b"\x93NUMPY": "NumPy's own array file",
    b"\x89HDF": "HDF5",
    b"\x1f\x9d": "compress",
}
_NO_MODELS = {
    b"PAR1": "a Parquet table",
    b"ARROW1": "a Feather table",
    b"\xd0\xcf\x11\xe0": "an old Office file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"%PDF-": "a PDF",
    b"\xff\xfe": "a text file",
    b"\xef\xbb\xbf": "a text file",
}
_TEXT = "a text file, such as a table or Python"
_LOOKED_AT_BYTES = 4096
_CONTROL = bytes(sorted({*range(32), 127} - {*b"\t\n\r\f"}))


class _Inflater(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def plain(data: bytes) -> bytes:
    """Give the pickle's own bytes, inflated where they were compressed.

    gzip, bz2, xz, lzma and zlib are known; joblib and pandas write these.

    Raises
    ------
    Problem
        It is empty, or plainly something else; it is too large, grows too much, is compressed in
        another or a broken way, or more bytes follow after the compressed ones.
    """
    if not data:
        raise Problem("The file is empty.", mend="damaged")
    if len(data) > MAX_PICKLE_BYTES:
        raise Problem(f"It is larger than {MAX_PICKLE_BYTES >> 20} MiB.", mend="large")
    for prefix, kind in _OTHERS.items():
        if data.startswith(prefix):
            raise Problem(f"It is no pickle but {kind}, which is not read here.", mend="form")
    for prefix, kind in _NO_MODELS.items():
        if data.startswith(prefix):
            raise Problem(f"It is no model but {kind}.", mend="no model")
    if _is_text(data):
        raise Problem(f"It is no model but {_TEXT}.", mend="no model")
    inflater = _inflater(data)
    return data if inflater is None else _inflated(inflater, data)


def _is_text(data: bytes) -> bool:
    """Tell text from pickles; the oldest are text too, and end with a full stop."""
    if data.startswith(b"\x80") or data.endswith(b"."):
        return False
    start = data[:_LOOKED_AT_BYTES]
    return start.translate(None, _CONTROL) == start


def _inflater(data: bytes) -> _Inflater | None:
    if data.startswith(b"\x1f\x8b"):
        return _Zlib(zlib.decompressobj(wbits=16 + zlib.MAX_WBITS))
    if data.startswith(b"BZh"):
        return bz2.BZ2Decompressor()
    if data.startswith(b"\xfd7zXZ"):
        return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_LZMA_MEMORY_BYTES)
    if data.startswith(b"\x5d\x00"):
        return lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=_LZMA_MEMORY_BYTES)
    if data[:1] == b"\x78" and len(data) > 1 and int.from_bytes(data[:2], "big") % 31 == 0:
        return _Zlib(zlib.decompressobj())
    return None


class _Zlib:
    """zlib's inflater with the manners of the other two."""

    def __init__(self, inflater: zlib._Decompress) -> None:
        self._inflater = inflater

    @property
    def eof(self) -> bool:
        return self._inflater.eof

    @property
    def unused_data(self) -> bytes:
        return self._inflater.unused_data

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        return self._inflater.decompress(self._inflater.unconsumed_tail + data, max_length)


def _inflated(inflater: _Inflater, data: bytes) -> bytes:
    most = min(MAX_INFLATED_BYTES, max(_ALWAYS_BYTES, _MOST_GROWTH * len(data)))
    found = bytearray()
    start = 0
    try:
        while not inflater.eof:
            chunk = data[start : start + _CHUNK_BYTES]
            start += len(chunk)
            part = inflater.decompress(chunk, _CHUNK_BYTES)
            found += part
            if len(found) > most:
                raise Problem(
                    f"It is a small file that grows to more than {most >> 20} MiB: made to fill "
                    "the memory."
                )
            if not chunk and not part and not inflater.eof:
                raise Problem("Its compressed bytes were cut short.", mend="damaged")
    except (zlib.error, lzma.LZMAError, OSError, ValueError, EOFError) as error:
        raise Problem("Its compressed bytes are damaged.", mend="damaged") from error
    if inflater.unused_data or start < len(data):
        raise Problem("More bytes follow after its compressed ones.")
    return bytes(found)
