"""Which regular expressions can't hang: those whose repeats are plain, few and not nested.

A pattern such as `(a+)+b` tries every way to cut a text into parts, which takes time that
doubles with each letter. Python offers no limit on that, so such patterns are not let in.

References
----------
J. Kirrage, A. Rathnayake, H. Thielecke: Static Analysis for Regular Expression
Denial-of-Service Attacks. NSS 2013.
"""

from __future__ import annotations

import re
import warnings
from re import _constants, _parser  # type: ignore[attr-defined]  # Python's own, and not typed
from typing import Any

__all__ = ["is_quick"]

_MOST_LETTERS = 500
_MOST_REPEATS = 2
_MOST_TIMES = 100
_REPEATS = {_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT}
_SINGLE = {
    _constants.ANY,
    _constants.CATEGORY,
    _constants.IN,
    _constants.LITERAL,
    _constants.NOT_LITERAL,
}


def is_quick(pattern: str) -> bool:
    """Tell whether a pattern takes time that grows gently with the text."""
    if len(pattern) > _MOST_LETTERS:
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parsed = _parser.parse(pattern)
            re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return False
    n_repeats = _count(parsed, is_inside=False)
    return n_repeats is not None and n_repeats <= _MOST_REPEATS


def _count(parts: Any, *, is_inside: bool) -> int | None:
    """Count the open repeats that can follow one another; None where one is not plain."""
    total = 0
    for kind, value in parts:
        if kind in _SINGLE or kind is _constants.AT:
            continue
        if kind is _constants.SUBPATTERN:
            found = _count(value[3], is_inside=is_inside)
        elif kind is _constants.BRANCH:
            each = [_count(branch, is_inside=is_inside) for branch in value[1]]
            known = [one for one in each if one is not None]
            found = max(known) if len(known) == len(each) else None
        elif kind in _REPEATS:
            found = _count_repeat(value, is_inside=is_inside)
        else:
            return None
        if found is None:
            return None
        total += found
    return total


def _count_repeat(value: Any, *, is_inside: bool) -> int | None:
    least, most, body = value
    if least > _MOST_TIMES:
        return None
    if most == 1:
        return _count(body, is_inside=is_inside)
    if is_inside:
        return None
    if len(body) == 1 and body[0][0] in _SINGLE:
        return 0 if most <= 8 else 1
    inner = _count(body, is_inside=True)
    return None if inner is None or most > 8 else 1
