"""Of which century years of two digits are: told by the whole column, or by what training saw.

The conventions differ: POSIX puts 00 to 68 after 2000, spreadsheets 00 to 29 (Excel) or 00 to 49
(RFC 5280, section 4.1.2.5.1), and each parts some column in two: days of birth by the first,
maturities by the second. So a column's years are taken as close together as they can lie, and
as near to 2000.
"""

from __future__ import annotations

import numpy as np

__all__ = ["USUAL_FIRST_YEAR", "first_year_around", "first_year_of", "may_be_otherwise"]

USUAL_FIRST_YEAR = 1930
"""Where nothing else tells, years of two digits are those from 1930 to 2029, as in Excel."""

_WIDE = 5


def first_year_of(years: np.ndarray) -> tuple[int, int | None]:
    """Give from which year on a column's years of two digits are counted.

    Parameters
    ----------
    years : numpy.ndarray of int64, shape (n_texts,)
        The years, of whatever century.

    Returns
    -------
    first_year : int
    other : int or None
        What it could be as well: where the years leave no gap, or are such that the conventions
        differ about them, from 30 to 68.
    """
    found = np.unique(years % 100)
    if not len(found):
        return USUAL_FIRST_YEAR, None
    gaps = np.diff(np.append(found, found[0] + 100))
    if gaps.max() < _WIDE:
        return USUAL_FIRST_YEAR, USUAL_FIRST_YEAR + 20
    spans = [
        (century + int(start), century + int(start) + 100 - int(gap))
        for start, gap in zip(np.roll(found, -1), gaps, strict=True)
        if gap == gaps.max()
        for century in (1900, 2000)
    ]
    low, high = min(spans, key=lambda span: (abs(sum(span) / 2 - 2000), span))
    first = first_year_around(low, high)
    differ = bool(((found >= 30) & (found <= 68)).any())
    return first, (first + 100 if low < 2000 else first - 100) if differ else None


def first_year_around(low: int, high: int) -> int:
    """Give the hundred years, by its first, in whose middle lie the years `low` to `high`."""
    return (low + high + 1) // 2 - 50


def may_be_otherwise(years: np.ndarray, low: int, high: int) -> np.ndarray:
    """Tell which years could as well lie a century before or after, by those that training saw.

    Parameters
    ----------
    years : numpy.ndarray of int64, shape (n_texts,)
    low, high : int
        The years that training saw.

    Returns
    -------
    numpy.ndarray of bool, shape (n_texts,)
        True where another century is nearly as near to them, or equally among them.
    """

    def away(of: np.ndarray) -> np.ndarray:
        return np.asarray(np.maximum(np.maximum(low - of, of - high), 0))

    other = np.minimum(away(years - 100), away(years + 100))
    return np.asarray(2 * away(years) >= other)
