"""Column names that are nearly the same."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Sequence

__all__ = ["closest", "did_you_mean", "free_names", "loosely"]

_CLOSE = 0.75


def loosely(name: str) -> str:
    """Give a name without case, spaces and punctuation, its letters in one spelling (NFKC).

    Marks stay, since they are the vowels of many scripts; so do signs, since “price €” and
    “price $” are not the same, nor are “growth” and “growth %”.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    kept = (one for one in folded if unicodedata.category(one)[0] in "LMNS" or one == "%")
    return "".join(kept) or folded.strip()


def closest(name: str, among: Iterable[str], *, n: int = 3) -> list[str]:
    """Give the names that are spelled most like `name`, the closest first; often none."""
    wanted = loosely(name)
    scored = []
    for other in dict.fromkeys(among):
        candidate = loosely(other)
        ratio = difflib.SequenceMatcher(None, wanted, candidate).ratio()
        short, long = sorted((wanted, candidate), key=len)
        if len(short) >= 3 and (long.startswith(short) or long.endswith(short)):
            ratio = max(ratio, _CLOSE)
        if ratio >= _CLOSE:
            scored.append((-ratio, other))
    return [other for _, other in sorted(scored)[:n]]


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
