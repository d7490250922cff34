"""Bytes to UTF-8: which encoding a text file is in, and a note where that is a guess."""

from __future__ import annotations

import codecs
import re

import chardet
import numpy as np
import pyarrow as pa

from brinery.errors import ReadError
from brinery.tables.letters import title_of
from brinery.tables.understood import listed

__all__ = ["is_doubtful", "is_utf8", "to_utf8"]

_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Where a detector names one of these, the letters are not Latin and it is mostly right.
_OTHER_SCRIPTS = re.compile(
    r"cp(1251|1253|1255|1256|874|932|949|950|866)|koi8|iso8859-[5-8]$|iso8859-11|mac-(cyr|greek)"
    r"|shift|euc|gb|big5|iso2022|johab|hz|tis|utf"
)
_LATIN = ("cp1252", "mac-roman", "cp850", "cp1250", "iso8859-2", "cp1254", "cp437", "iso8859-15")
_PRIOR = 0.12
_CLOSE = 0.1  # of likeliness: nearer than this, the way of a Latin file is in doubt
_COMMON = frozenset(
    "àáâãäåæçèéêëìíîïñòóôõöøùúûüßœÀÁÂÃÄÅÆÇÈÉÊËÍÎÑÓÔÖØÚÜŒąćęłńśźżčďěňřšťůžőűŁŚŻŹČĎŘŠŤŽŐŰİışŞğĞ"
)
_MARKS = frozenset("€„“”…°£§²³«»·½¼±%©®™µ¡¿ºª\xa0\xb4\xd7\u2013\u2014\u2018\u2019\u201a•†")
_WORDS = frozenset("àáâéèêíóôöøåæúùüÀÁÂÉÈÊÍÓÔÖØÅÆÚÙÜ")  # of one letter
_QUOTES = frozenset("\u201c\u201d„\u2018\u2019\u201a«»")
_CURRENCIES = frozenset("€£¥¢")
_HIGH = re.compile(rb"[^,;\t|\r\n]*[\x80-\xff][^,;\t|\r\n]*")
_SEQUENCE = re.compile(rb"[\xc3-\xf4][\x80-\xbf]{1,3}")
_WRONG = re.compile("[\udc80-\udcff]")
_ODD_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x19\x1c-\x1f\x7f]")


def to_utf8(
    data: bytes, *, name: str = "", encoding: str | None = None
) -> tuple[bytes, tuple[str, ...], str]:
    """Give the file's text as UTF-8 without a byte order mark, what was guessed, and the encoding.

    A byte order mark decides; else strict UTF-8; else UTF-16 by its share of zero bytes;
    else chardet on the cells that hold other than ASCII, Windows-1252 preferred where it
    makes sense, since no detector is safe among the Latin encodings.

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
    for mark, marked in _BOMS:
        if data.startswith(mark):
            rest = data[len(mark) :]
            if marked != "utf-8":
                rest = _decoded(rest, marked, name).encode()
            elif not is_utf8(rest):
                break
            return _text(rest, name), (), marked
    wide = _utf16(data)
    if wide is not None:
        return _text(_decoded(data, wide, name).encode(), name), (), wide
    _text(data, name)
    if is_utf8(data):
        return data, (), "utf-8"
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
    cells = _high_cells(data)
    detected = _detected(cells)
    read = {one: cells.decode(one, errors="replace") for one in (guess, detected, *_LATIN)}
    if read[detected] == read[guess]:
        return False
    points = {one: _likeliness(cells, one) - _PRIOR * (one == "cp1252") for one in _LATIN}
    return any(points[one] > points[guess] - _CLOSE and read[one] != read[guess] for one in points)


def is_utf8(data: bytes) -> bool:
    """Say whether bytes are a text in UTF-8."""
    if data.isascii():
        return True
    # Arrow looks at the bytes where they lie; `bytes.decode` would copy up to four times as much.
    offsets = pa.py_buffer(np.array([0, len(data)], dtype=np.int64))
    whole = pa.Array.from_buffers(pa.large_binary(), 1, [None, offsets, pa.py_buffer(data)])
    try:
        whole.cast(pa.large_string())
    except pa.ArrowInvalid:
        return False
    return True


def _text(data: bytes, name: str) -> bytes:
    start = data[: 2**16]
    if b"\0" in data or len(_ODD_CONTROLS.findall(start)) > 8 + len(start) // 20:
        raise ReadError(
            "The file is not text; it holds bytes that no table in text form has.",
            where=name,
            remedy="Open it in the program that made it and save the table as CSV or Excel.",
        )
    return data


def _nearly_utf8(data: bytes) -> tuple[bytes, tuple[str, ...], str] | None:
    """Give a text in UTF-8 with a few bytes of Windows-1252 put right; else None."""
    n_sound = len(_SEQUENCE.findall(data))
    text = data.decode("utf-8", errors="surrogateescape")
    wrong = [at for at, letter in enumerate(text) if "\udc80" <= letter <= "\udcff"]
    if len(wrong) * 2 > n_sound:
        return None
    lines = sorted({text.count("\n", 0, at) + 1 for at in wrong[:20]})
    mended = _WRONG.sub(
        lambda hit: bytes([ord(hit.group()) - 0xDC00]).decode("cp1252", errors="replace"), text
    )
    note = (
        f"A few letters are not in UTF-8 like the rest ({listed(lines)}); they were read as "
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
    cells = _high_cells(data)
    guess = _detected(cells)
    ranked = [guess, "cp1252"]
    if not _OTHER_SCRIPTS.match(guess) or _stands_alone(cells, guess):
        ranked = sorted(
            dict.fromkeys((*_LATIN, guess)),
            key=lambda one: _likeliness(cells, one) + _PRIOR * (one == guess),
            reverse=True,
        )
    for candidate in ranked:
        try:
            data.decode(candidate)
        except UnicodeDecodeError:
            continue
        if not candidate.startswith("utf"):
            return candidate
    return "latin-1"


def _stands_alone(cells: bytes, encoding: str) -> bool:
    """Say whether few letters of a script other than Latin have one of theirs beside them."""
    try:
        text = cells[:20_000].decode(encoding, errors="strict")
    except UnicodeDecodeError:
        return True
    letters = {at for at, letter in enumerate(text) if not letter.isascii()}
    if any(text[at] >= "\u2e80" for at in letters):  # one letter may be a whole word
        return False
    beside = [at for at in letters if at + 1 in letters or at - 1 in letters]
    return len(beside) < len(letters) / 2


def _detected(cells: bytes) -> str:
    found = chardet.detect(cells)["encoding"]
    try:
        return codecs.lookup(found or "cp1252").name
    except LookupError:
        return "cp1252"


def _high_cells(data: bytes) -> bytes:
    """Give the first cells that hold other than ASCII, a line each."""
    found = zip(_HIGH.finditer(data), range(5000), strict=False)
    return b"\n".join(match.group() for match, _ in found)


def _likeliness(cells: bytes, encoding: str) -> float:
    """Say how well the letters outside ASCII stand in their words, up to 1 each."""
    try:
        text = cells[:20_000].decode(encoding, errors="strict")
    except UnicodeDecodeError:
        return -9.0
    places = [at for at, letter in enumerate(text) if not letter.isascii()]
    points = sum(
        _points(text[max(0, at - 1) : at], text[at], text[at + 1 : at + 3]) for at in places
    )
    return points / max(1, len(places)) + _PRIOR * (encoding == "cp1252")


def _points(before: str, letter: str, behind: str) -> float:
    """Say how well one letter outside ASCII stands between its neighbours."""
    after = behind[:1]
    inside = before.isalpha() and after.isalpha()
    alone = not before.isalpha() and not after.isalpha()
    counted = before.isdigit() or after.isdigit()
    if letter in _CURRENCIES and (counted or before == "(" or after == ")"):
        return 1.0
    if letter in _MARKS:
        if letter in _QUOTES and before.isalpha() + after.isalpha() == 1:
            return 0.9
        return 0.6 if not inside or letter in "\u2019\xb4" else -0.5
    if not letter.isalpha():
        return -1.5 if inside else -0.5
    if letter.isupper():
        odd = before.islower() or (after.isupper() and behind[1:].islower())
    else:
        odd = after.isupper()
    if odd or (alone and counted):
        return -1.0
    if alone:
        return 1.0 if letter in _WORDS and not (before + after).strip() else 0.0
    return 1.0 if letter in _COMMON else 0.4


def _decoded(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise ReadError(
            f"The text can't be read as {encoding}.",
            where=name,
            remedy="Save it as “CSV UTF-8”, or choose another way to read its letters.",
        ) from error
