"""The encodings of text, in words and as they would make a file look."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["Way", "title_of", "ways"]

_TITLES = {
    "utf-8": "Unicode (UTF-8)",
    "utf-16": "Unicode (UTF-16)",
    "utf-16-le": "Unicode (UTF-16)",
    "utf-16-be": "Unicode (UTF-16)",
    "utf-32-le": "Unicode (UTF-32)",
    "utf-32-be": "Unicode (UTF-32)",
    "cp1252": "Western European (Windows-1252)",
    "iso8859-1": "Western European (ISO 8859-1)",
    "iso8859-15": "Western European (ISO 8859-15)",
    "mac-roman": "Western European (Mac)",
    "cp850": "Western European (DOS 850)",
    "cp437": "Western European (DOS 437)",
    "cp1250": "Central European (Windows-1250)",
    "iso8859-2": "Central European (ISO 8859-2)",
    "cp852": "Central European (DOS 852)",
    "cp1257": "Baltic (Windows-1257)",
    "cp1254": "Turkish (Windows-1254)",
    "cp1253": "Greek (Windows-1253)",
    "iso8859-7": "Greek (ISO 8859-7)",
    "cp1251": "Cyrillic (Windows-1251)",
    "koi8-r": "Cyrillic (KOI8-R)",
    "cp866": "Cyrillic (DOS 866)",
    "mac-cyrillic": "Cyrillic (Mac)",
    "iso8859-5": "Cyrillic (ISO 8859-5)",
    "cp1255": "Hebrew (Windows-1255)",
    "cp1256": "Arabic (Windows-1256)",
    "cp874": "Thai (Windows-874)",
    "cp932": "Japanese (Shift JIS)",
    "euc-jp": "Japanese (EUC)",
    "iso2022_jp": "Japanese (ISO 2022)",
    "gb18030": "Chinese, simplified (GB 18030)",
    "big5": "Chinese, traditional (Big5)",
    "cp949": "Korean (Windows-949)",
}
_OFFERED = tuple(name for name in _TITLES if not name.startswith(("utf-16", "utf-32")))
_ASCII = bytes(range(128))
_EDGE = re.compile(rb"[,;\t\r\n]")
_REACH = 300
_MOST_CELLS = 4
_MOST_LETTERS = 30
_NO_LETTERS = ("Cc", "Cn", "Co", "Cs")


@dataclass(frozen=True)
class Way:
    """One way to read a file's letters.

    Attributes
    ----------
    encoding : str
        As Python names it.
    title : str
        In words.
    sample : str
        Some cells of the file, read so.
    """

    encoding: str
    title: str
    sample: str


def title_of(encoding: str) -> str:
    """Name an encoding in words."""
    try:
        return _TITLES.get(codecs.lookup(encoding).name, encoding)
    except LookupError:
        return encoding


def ways(data: bytes, found: str) -> tuple[Way, ...]:
    """Give the ways in which a file's letters can be read, each with what comes of it.

    Ways that make the same of the whole file are one. There is none to choose where all of
    its letters are plain (ASCII), or the file itself says how they are read (UTF-16).

    Parameters
    ----------
    data : bytes
        The text file, unpacked.
    found : str
        The encoding that was found; it comes first.
    """
    cells = [] if found.startswith(("utf-16", "utf-32")) else _cells(data)
    read: dict[str, tuple[str, ...]] = {}
    for encoding in dict.fromkeys((found, *_OFFERED)):
        texts = _texts(cells, encoding, errors="replace" if encoding == found else "strict")
        if texts and texts not in read.values():
            read[encoding] = texts
    shown = _telling([*read.values()])
    return tuple(
        Way(encoding, title_of(encoding), ", ".join(_short(texts[at]) for at in shown))
        for encoding, texts in read.items()
    )


def _cells(data: bytes) -> list[bytes]:
    """Give cells in which each byte that is no plain letter occurs at least once."""
    places = sorted(data.find(bytes([byte])) for byte in set(data.translate(None, _ASCII)))
    cells: dict[bytes, None] = {}
    for at in places:
        start = max(0, at - _REACH)
        before, after = _EDGE.split(data[start:at])[-1], _EDGE.split(data[at : at + _REACH])[0]
        cells[before + after] = None
    return [*cells]


def _texts(cells: Sequence[bytes], encoding: str, errors: str) -> tuple[str, ...] | None:
    try:
        texts = tuple(cell.decode(encoding, errors) for cell in cells)
    except UnicodeDecodeError:
        return None
    odd = any(unicodedata.category(one) in _NO_LETTERS for text in texts for one in text)
    return texts if errors == "replace" or not odd else None


def _telling(read: Sequence[Sequence[str]]) -> Iterable[int]:
    """Give the cells by which the ways are told apart: as few as it takes, the first ones."""
    shown: list[int] = []
    n_told = 0
    for at in range(len(read[0]) if read else 0):
        n = len({tuple(texts[one] for one in (*shown, at)) for texts in read})
        if n > n_told and len(shown) < _MOST_CELLS:
            shown, n_told = [*shown, at], n
    return shown


def _short(text: str) -> str:
    text = text.strip().strip('"')
    return text if len(text) <= _MOST_LETTERS else text[: _MOST_LETTERS - 1] + "…"
