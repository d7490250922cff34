"""Known levels in another spelling: other capitals, other spaces, 1.0 for 1, yes for true."""

from __future__ import annotations

import unicodedata

from brinery.schema.columns import Column
from brinery.schema.yes_no import meaning_of

__all__ = ["loose_levels", "same_level"]


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
        meaning = meaning_of(_number_key(key))
        same = [one for one in column.level_names if meaning is not None and _means(one) is meaning]
        found = same[0] if len(same) == 1 else None
    return found


def _means(level: str) -> bool | None:
    return meaning_of(_number_key(level.casefold()))


def _word_key(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _number_key(text: str) -> str:
    try:
        value = float(text.replace("_", "no number"))  # Python would read 1_0 as 10
    except ValueError:
        return text
    return repr(value).removesuffix(".0")
