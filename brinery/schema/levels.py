"""Known levels in another spelling: other capitals, spaces, hyphens, accents; 1.0 for 1."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence

from brinery.schema.columns import Column
from brinery.schema.names import unaccented
from brinery.schema.yes_no import meaning_of

__all__ = ["as_digits", "loose_levels", "near_levels", "same_level"]

_NEAR = 0.8
_LETTERS_FOR_DIGITS = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1"})


def loose_levels(column: Column) -> dict[str, str | None]:
    """Give a column's levels by their loose spellings; None for a spelling that two share."""
    loose: dict[str, str | None] = {}
    if column.open_levels:
        return loose
    for level in column.level_names:
        key = _word_key(level)
        loose[key] = None if key in loose else level
    if column.storage == "float64":
        for level in column.level_names:
            loose.setdefault(_number_key(level), level)
    return loose


def same_level(text: str, column: Column, loose: dict[str, str | None]) -> str | None:
    """Give the level that a text spells in another way, or means; None where it is none.

    Parameters
    ----------
    text : str
    column : Column
        A category, or a yes/no.
    loose : dict
        What `loose_levels` gave for the column.
    """
    key = _word_key(text)
    found = loose.get(key)
    if found is None and column.storage == "float64":
        found = loose.get(_number_key(key))
    if found is None and column.kind == "yes/no":
        meaning = meaning_of(_number_key(_folded(text)))
        same = [one for one in column.level_names if meaning is not None and _means(one) is meaning]
        found = same[0] if len(same) == 1 else None
    return found


def near_levels(texts: Sequence[str], column: Column) -> dict[str, str]:
    """Give for texts that are no level the one that each is nearly spelled like.

    Only where one level alone is so near, and no digit differs but for the zeros that a
    spreadsheet takes from the front of a code: “1067” may be “01067”. “Model 1” is not “Model 2”,
    and “female” no slip of the pen for “male”. A cross among yes and no may mean yes.

    Parameters
    ----------
    texts : sequence of str
        Each costs up to a millisecond.
    column : Column
        A category, or a yes/no.
    """
    near: dict[str, str] = {}
    if column.open_levels:
        return near
    by_key = {_word_key(level): level for level in column.level_names}
    for text in texts:
        if column.kind == "yes/no" and text.strip().casefold() == "x":
            level = next((one for one in column.level_names if _means(one)), None)
        elif column.storage == "float64":
            level = by_key.get(as_digits(text.strip()))
        else:
            level = _with_zeros(text.strip(), column.level_names) or by_key.get(
                _nearest(_word_key(text), list(by_key))
            )
        if level is not None:
            near[text] = level
    return near


def as_digits(text: str) -> str:
    """Give a text with digits where it has the letters that look like them: "1O0" is "100"."""
    return text.translate(_LETTERS_FOR_DIGITS)


def _with_zeros(text: str, levels: Sequence[str]) -> str | None:
    """Give the one level that has the same digits behind the zeros in front of it."""
    bare = text.lstrip("0")
    if not re.fullmatch(r"[0-9]+", text):
        return None
    same = [one for one in levels if one.lstrip("0") == bare]
    return same[0] if len(same) == 1 else None


def _nearest(key: str, keys: Sequence[str]) -> str:
    """Give the key that is most like another, or "" where two are alike or none is."""
    found = difflib.get_close_matches(key, keys, n=2, cutoff=_NEAR)
    if not found or (len(found) > 1 and _ratio(key, found[0]) - _ratio(key, found[1]) < 0.05):
        return ""
    best = found[0]
    short, long = sorted((key, best), key=len)
    whole_word_more = short in long and len(long) - len(short) > 1
    if whole_word_more or re.findall(r"\d", key) != re.findall(r"\d", best):
        return ""
    return best


def _ratio(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other).ratio()


def _means(level: str) -> bool | None:
    return meaning_of(_number_key(_folded(level)))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold().strip()


def _word_key(text: str) -> str:
    """Give a text without capitals, accents, and what parts words; signs and numbers stay.

    “Month-to-month” is “month to month”, but “A-” is not “A”, nor “5-10” “510”.
    """
    folded = " ".join(unaccented(text).split())
    parted = re.sub(r"(?<=[^\W\d_])(?:\s*[-_/.\u2010-\u2015\u2212]\s*)(?=[^\W\d_])", " ", folded)
    bare = re.sub(r"[\"'\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb`\u00b4]", "", parted)
    return bare.removesuffix(".") or folded


def _number_key(text: str) -> str:
    try:
        value = float(text.replace("_", "no number"))  # Python would read 1_0 as 10
    except ValueError:
        return text
    return repr(value).removesuffix(".0")
