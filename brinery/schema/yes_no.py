"""The pairs of words that mean yes and no."""

from __future__ import annotations

from collections.abc import Collection

__all__ = ["PAIRS", "meaning_of", "pair_of"]

PAIRS = (
    *(("no", "yes"), ("n", "y"), ("false", "true"), ("f", "t"), ("0", "1"), ("0.0", "1.0")),
    *(("off", "on"), ("nein", "ja"), ("n", "j"), ("non", "oui"), ("n", "o"), ("no", "si")),
    *(("no", "sí"), ("não", "sim"), ("nee", "ja"), ("nej", "ja"), ("nie", "tak")),
    *(("nao", "sim"), ("ei", "kyllä"), ("ne", "ano"), ("ne", "da"), ("nem", "igen")),
    *(("hay\u0131r", "evet"), ("нет", "да"), ("否", "是"), ("✗", "✓"), ("✘", "✔"), ("☐", "☑")),
    *(("falsch", "wahr"), ("faux", "vrai"), ("without", "with"), ("inactive", "active")),
)
"""Each pair is (no, yes), in small letters."""


def pair_of(words: Collection[str]) -> tuple[str, str] | None:
    """Give the pair that two words, in small letters, make up; None where they make none."""
    return next((pair for pair in PAIRS if set(pair) == set(words)), None)


def meaning_of(word: str) -> bool | None:
    """Tell whether a word in small letters means yes or no in any pair; None where in neither.

    A word that means both, in different languages, gives None too.
    """
    yes = any(word == pair[1] for pair in PAIRS)
    no = any(word == pair[0] for pair in PAIRS)
    return yes if yes != no else None
