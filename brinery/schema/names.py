"""Column names that are nearly the same."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence

__all__ = [
    "CLOSE",
    "closeness",
    "closest",
    "did_you_mean",
    "free_names",
    "loosely",
    "unaccented",
    "words_of",
]

CLOSE = 0.75
"""From here on one name may be meant by another."""

_STROKED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "\u0131": "i"})
_MISREAD_MARK = "ï»¿"


def loosely(name: str) -> str:
    """Give a name without case, spaces, accents and punctuation, its letters in one spelling.

    Marks stay, but for the accents of Latin letters, since they are the vowels of many scripts;
    so do signs, since “price €” and “price $” are not the same, nor are “growth” and “growth %”.
    What parts two digits stays too: “1.5” is not “15”.
    """
    folded = unaccented(name.removeprefix(_MISREAD_MARK))
    apart = re.sub(r"(?<=\d)[^\w%]+(?=\d)|(?<=\d)_+(?=\d)", "\N{MIDDLE DOT}", folded)
    kept = (
        one for one in apart if unicodedata.category(one)[0] in "LMNS" or one in "%\N{MIDDLE DOT}"
    )
    return "".join(kept) or folded.strip()


def unaccented(text: str) -> str:
    """Give a text in small letters of one spelling (NFKC), its Latin letters without accents."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    if folded.isascii():
        return folded
    kept: list[str] = []
    latin = False
    for one in unicodedata.normalize("NFD", folded):
        if unicodedata.category(one) == "Mn" and latin:
            continue
        latin = unicodedata.name(one, "").startswith("LATIN")
        kept.append(one)
    return unicodedata.normalize("NFC", "".join(kept)).translate(_STROKED)


def words_of(name: str) -> tuple[str, ...]:
    """Give the words that a name is made of: "tenureMonths" and "Tenure (months)" have the same."""
    apart = re.sub(r"(?<=[a-zß-ÿ0-9])(?=[A-ZÀ-Þ])", " ", name)
    return tuple(re.findall(r"[^\W_]+", unaccented(apart)))


def closeness(name: str, other: str) -> float:
    """Tell how alike two names are, from 0 to 1.

    A name that is the other's beginning or end, or whose words are among the other's, is close.
    One shared word makes two names half alike. Those with different signs, such as € and $,
    are not alike at all.
    """
    wanted, candidate = loosely(name), loosely(other)
    signs, others = _signs(wanted), _signs(candidate)
    if signs and others and signs != others:
        return 0.0
    matcher = difflib.SequenceMatcher(None, candidate, wanted)
    ratio = 0.0
    if min(matcher.real_quick_ratio(), matcher.quick_ratio()) >= CLOSE:
        ratio = matcher.ratio()
    short, long = sorted((wanted, candidate), key=len)
    if ratio < CLOSE and len(short) >= 3 and (long.startswith(short) or long.endswith(short)):
        ratio = CLOSE
    if ratio < CLOSE:
        one, two = ({word for word in words_of(text) if len(word) > 2} for text in (name, other))
        if one and two and (one <= two or two <= one):
            ratio = CLOSE
        elif one & two:
            ratio = max(ratio, 0.5)
    return ratio


def _signs(name: str) -> set[str]:
    return {one for one in name if one == "%" or unicodedata.category(one)[0] == "S"}


def closest(name: str, among: Iterable[str], *, n: int = 3) -> list[str]:
    """Give the names that are spelled most like `name`, the closest first; often none."""
    scored = [(-closeness(name, other), other) for other in dict.fromkeys(among)]
    return [other for ratio, other in sorted(scored)[:n] if -ratio >= CLOSE]


def did_you_mean(name: str, among: Iterable[str]) -> str:
    """Ask for the closest name, "Did you mean “Age”?", or give "" where none is close."""
    found = closest(name, among, n=1)
    return f"Did you mean “{found[0]}”?" if found else ""


def free_names(
    taken: Iterable[str], ours: Sequence[str]
) -> tuple[list[str], list[tuple[str, str]]]:
    """Give names for columns of ours beside those that are there; and which had to change."""
    used = {name.strip().casefold() for name in taken}
    names: list[str] = []
    renamed = []
    for name in ours:
        free, n = name, 1
        while free.casefold() in used or free in names:
            n += 1
            free = f"{name} ({n})"
        names.append(free)
        if n > 1:
            renamed.append((name, free))
    return names, renamed
