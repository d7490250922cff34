"""Bytes to UTF-8: which encoding a text file is in, and a note where that is a guess."""

from __future__ import annotations

import codecs
import re

import numpy as np
import pyarrow as pa

from brinery.errors import ReadError
from brinery.tables.codepages import CANDIDATES, likeliness
from brinery.tables.letters import title_of
from brinery.tables.understood import listed

__all__ = ["is_doubtful", "is_plain", "is_utf8", "to_utf8"]

_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
# How much more likely one is before a letter was looked at: what most programs wrote.
_PRIORS = {
    **{"cp1252": 0.2, "cp1251": 0.1, "cp932": 0.1, "gb18030": 0.1, "cp1250": 0.1, "cp1254": 0.05},
    **{"cp437": -0.2, "cp1257": -0.2, "iso8859-5": -0.2, "cp874": -0.1, "cp852": -0.1},
    **{"iso8859-15": -0.05, "iso8859-7": -0.05, "iso8859-2": 0.05, "euc_jp": 0.05},
}
_LOOKED_AT = 20_000  # bytes
_BELIEVED = 0.1  # what a detector's word adds
_CLOSE = 0.7  # of likeliness: nearer than this, the way of a Latin file is in doubt
_LATIN = ("cp1252", "mac-roman", "cp850", "cp1250", "iso8859-2", "cp1254", "cp437", "iso8859-15")
_SEVERAL_BYTES = ("cp932", "euc_jp", "gb18030", "big5", "cp949")
_HIGH = re.compile(rb"[\x80-\xff]")
_LINE_END = re.compile(rb"[\r\n]|\Z")
_SEQUENCE = re.compile(rb"[\xc3-\xf4][\x80-\xbf]{1,3}")
_SHOWN = {
    ord(bytes([byte]).decode("cp1252", errors="ignore") or chr(byte)): byte for byte in range(256)
}
_WORD = re.compile(r"[^\s,;|\"]+")
_WRONG = re.compile("[\udc80-\udcff]")
_ODD_CONTROLS = re.compile(rb"[\x00\x02-\x08\x0e-\x19\x1c-\x1e\x7f]")  # \x01, \x1f part cells
_SHIFTED = re.compile(rb"\x1b\$[@B]")  # to Japanese, as e-mail programs wrote it
_JOINT = re.compile(rb"(?<=[\r\n])\xef\xbb\xbf")


def to_utf8(
    data: bytes, *, name: str = "", encoding: str | None = None
) -> tuple[bytes, tuple[str, ...], str]:
    """Give the file's text as UTF-8 without a byte order mark, what was guessed, and the encoding.

    A byte order mark decides; else strict UTF-8; else UTF-16 by its share of zero bytes;
    else the one in which the letters stand best in their words, with a detector's word added.

    Parameters
    ----------
    data : bytes
        The whole file.
    name : str
        The file's name, for messages.
    encoding : str, optional
        Taken as it is, where the reader of the file knows better.

    Raises
    ------
    ReadError
        The file is not text, or not in the encoding that was given.
    """
    if encoding is not None:
        return _decoded(data, encoding, name).removeprefix("\ufeff").encode(), (), encoding
    if not data.startswith(_WIDE) and _utf16(data) is None:
        bare = data.rstrip(b"\0\x1a")  # what old programs and broken copies write at the end
        if bare and len(bare) < len(data):
            text, notes, codec = to_utf8(bare, name=name)
            return text, (*notes, "Signs behind the end of the text were left out."), codec
    for mark, marked in _BOMS:
        if data.startswith(mark):
            rest = data[len(mark) :]
            if marked != "utf-8":
                rest = _decoded(rest, marked, name).encode()
            elif not is_utf8(rest):
                break
            return *_parted(_text(rest, name)), marked
    wide = _utf16(data)
    if wide is not None:
        return _text(_decoded(data, wide, name).encode(), name), (), wide
    if _SHIFTED.search(data[:_LOOKED_AT]) and data.isascii():
        return _decoded(data, "iso2022_jp", name).encode(), (), "iso2022_jp"
    _text(data, name)
    if is_utf8(data):
        return _converted_twice(data) or (*_parted(data), "utf-8")
    mended = _nearly_utf8(data)
    if mended is not None:
        return mended
    guess = _guess(data)
    note = (
        f"The file does not say how its letters are to be read. {title_of(guess)} was taken; "
        "if letters with accents look wrong, choose another way, or save it as “CSV UTF-8”."
    )
    return data.decode(guess).encode(), (note,), guess


def is_doubtful(data: bytes, guess: str) -> bool:
    """Say whether another encoding makes about as much sense of a file, and other letters.

    Parameters
    ----------
    data : bytes
        The whole file.
    guess : str
        The encoding that `to_utf8` guessed.
    """
    if guess not in _LATIN:
        return False
    lines = _high_lines(data)
    read = {one: lines.decode(one, errors="replace") for one in _LATIN}
    points = {one: likeliness(text) for one, text in read.items()}
    return any(points[one] > points[guess] - _CLOSE and read[one] != read[guess] for one in read)


def is_utf8(data: bytes | memoryview) -> bool:
    """Say whether bytes are a text in UTF-8."""
    if not len(data) or np.frombuffer(data, np.uint8).max() < 0x80:
        return True
    # Arrow looks at the bytes where they lie; `bytes.decode` would copy up to four times as much.
    offsets = pa.py_buffer(np.array([0, len(data)], dtype=np.int64))
    whole = pa.Array.from_buffers(pa.large_binary(), 1, [None, offsets, pa.py_buffer(data)])
    try:
        whole.cast(pa.large_string())
    except pa.ArrowInvalid:
        return False
    return True


def is_plain(data: bytes) -> bool:
    """Say whether bytes are UTF-8 with no zero byte, and no mark with which a file begins."""
    marked = not data.isascii() and codecs.BOM_UTF8 in data
    return b"\0" not in data and not marked and is_utf8(data)


def _text(data: bytes, name: str) -> bytes:
    start = data[: 2**16]
    if b"\0" in data or len(_ODD_CONTROLS.findall(start)) > 8 + len(start) // 20:
        raise ReadError(
            "The file is not text; it holds bytes that no table in text form has.",
            where=name,
            remedy="Open it in the program that made it and save the table as CSV or Excel.",
        )
    return data


def _parted(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Take off the marks with which files begin that were put one behind the other."""
    if data.isascii() or codecs.BOM_UTF8 not in data:
        return data, ()
    data = data.removeprefix(codecs.BOM_UTF8)
    bare, n_marks = _JOINT.subn(b"", data)
    if not n_marks:
        return data, ()
    files = "A file begins" if n_marks == 1 else f"{n_marks:,} files begin"
    return bare, (f"{files} in the middle of this one; all were read as one.",)


def _converted_twice(data: bytes) -> tuple[bytes, tuple[str, ...], str] | None:
    """Give a text whose UTF-8 was taken for Windows-1252 and written as UTF-8 again, put right."""
    if data.isascii():
        return None
    lines = _high_lines(data).decode("utf-8", errors="ignore")
    before = _as_bytes(lines)
    if before is None or before.isascii():
        return None
    sample = before.decode("utf-8", errors="ignore")
    whole = _as_bytes(data.decode()) if likeliness(sample) > likeliness(lines) else None
    if whole is None or not is_utf8(whole):
        return None
    wrong = next(word for word in _WORD.findall(lines) if not word.isascii())
    right = (_as_bytes(wrong) or b"").decode("utf-8", errors="ignore")
    note = f"Letters had been converted twice and were put right: “{wrong}” is “{right}”."
    return whole, (note,), "utf-8"


def _as_bytes(text: str) -> bytes | None:
    """Give the bytes that Windows-1252 shows as a text; None where it shows none so."""
    try:
        return codecs.charmap_encode(text, "strict", _SHOWN)[0]
    except UnicodeEncodeError:
        return None


def _nearly_utf8(data: bytes) -> tuple[bytes, tuple[str, ...], str] | None:
    """Give a text in UTF-8 with a few bytes of Windows-1252 put right; else None."""
    n_sound = len(_SEQUENCE.findall(data))
    text = data.decode("utf-8", errors="surrogateescape")
    wrong = [hit.start() for hit in _WRONG.finditer(text)]
    if len(wrong) * 2 > n_sound:
        return None
    lines = _high_lines(data)
    if likeliness(lines.decode("utf-8", errors="ignore")) < _weight(lines, _guess(data), ""):
        return None  # pairs of letters in another encoding may look like one of UTF-8
    where = sorted({text.count("\n", 0, at) + 1 for at in wrong[:20]})
    mended = _WRONG.sub(
        lambda hit: bytes([ord(hit.group()) - 0xDC00]).decode("cp1252", errors="replace"), text
    )
    note = (
        f"A few letters are not in UTF-8 like the rest ({listed(where)}); they were read as "
        "Windows-1252."
    )
    return mended.encode(), (note,), "utf-8"


def _utf16(data: bytes) -> str | None:
    start = np.frombuffer(data[: 2**16 // 2 * 2], dtype=np.uint8)
    if len(data) % 2 or len(start) < 4:
        return None
    even, odd = float((start[0::2] == 0).mean()), float((start[1::2] == 0).mean())
    if odd > 0.3 and even < 0.02:
        return "utf-16-le"
    if even > 0.3 and odd < 0.02:
        return "utf-16-be"
    return None


def _guess(data: bytes) -> str:
    lines = _high_lines(data)
    detected = _detected(lines)
    weights = {one: _weight(lines, one, detected) for one in CANDIDATES}
    for candidate in sorted(CANDIDATES, key=lambda one: weights[one], reverse=True):
        try:
            data.decode(candidate)
        except UnicodeDecodeError:
            continue
        return candidate
    return "latin-1"


def _detected(lines: bytes) -> str:
    import chardet  # only few files need it, and a worker of older versions may lack it

    found = chardet.detect(lines)["encoding"]
    try:
        return codecs.lookup(found or "cp1252").name
    except LookupError:
        return "cp1252"


def _high_lines(data: bytes) -> bytes:
    """Give the first lines with other than ASCII."""
    found: list[bytes] = []
    at, n_bytes = 0, 0
    while len(found) < 300 and n_bytes < _LOOKED_AT and (hit := _HIGH.search(data, at)):
        first = max(data.rfind(end, at, hit.start()) for end in (b"\n", b"\r")) + 1 or at
        end = _LINE_END.search(data, hit.end())
        at = len(data) if end is None else end.start()
        found.append(data[first:at][:2000])
        n_bytes += len(found[-1]) + 1
    return b"\n".join(found)[:_LOOKED_AT]


def _weight(lines: bytes, encoding: str, detected: str) -> float:
    believed = _BELIEVED * (2 if encoding in _SEVERAL_BYTES else 1) * (encoding == detected)
    sense = likeliness(lines.decode(encoding, errors="replace"))
    return sense + _PRIORS.get(encoding, 0.0) + believed * (sense > 0)


def _decoded(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise ReadError(
            f"The letters of the file can't be read as “{encoding}”.",
            where=name,
            remedy="Save it as “CSV UTF-8”, or choose another way to read its letters.",
        ) from error
