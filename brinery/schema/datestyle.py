"""Which format the dates of a column are in, decided from all its cells."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from brinery.schema.centuries import first_year_of
from brinery.schema.dates import (
    DATE_FORMATS,
    YEAR_FIRST,
    DateStyle,
    day_first,
    matches,
    read_dates,
    read_style,
    turned,
    years_of,
)
from brinery.schema.distinct import probe

__all__ = ["date_style"]

_ENDS = r"^(?:.*\s)?(?P<front>[0-9]{1,2})[-/.][0-9]{1,2}[-/.](?P<end>[0-9]{1,2})(?:[T,\s].*)?$"


def date_style(
    trimmed: Any, counts: np.ndarray, *, trained: str | None = None, first: bool | None = None
) -> DateStyle:
    """Decide one format for a column.

    Parameters
    ----------
    trimmed : pyarrow.Array of string, shape (n_texts,)
        The distinct texts that are not blank.
    counts : numpy.ndarray of int64, shape (n_texts,)
        How many rows have each.
    trained : str, optional
        The format that training saw; it, or else its order of day and month, settles a tie.
    first : bool, optional
        Whether the day comes before the month, where a person said so: no other is tried.
    """
    tried = [
        one
        for one in DATE_FORMATS
        if (first is None or _has_order(one, first)) and one not in YEAR_FIRST
    ]
    order = sorted(
        tried, key=lambda one: (one != trained, not _has_order(one, day_first(trained or "")))
    )
    best, most, certain = order[0], 0, True
    days = np.full(len(trimmed), np.nan)
    probed = trimmed.take(pa.array(probe(counts)))
    for one in [one for one in order if matches(probed, one).any()]:
        read = read_dates(trimmed, one)[0]
        n_rows = int(counts[np.isfinite(read)].sum())
        if n_rows > most:
            best, most, certain, days = one, n_rows, True, read
        elif n_rows == most and n_rows:  # what reads other rows is no other reading
            certain &= not np.isfinite(days - read).any()
    style = DateStyle(best, certain=certain)
    for one in YEAR_FIRST:
        if matches(probed, one).any():
            style = _year_first(one, style, trimmed, counts, days, trained, told=first is not None)
    style = _in_both_orders(style, trimmed, counts)
    style = dataclasses.replace(style, either=style.both_orders and first is None)
    return _with_years(style, trimmed)


def _year_first(
    rival: str,
    style: DateStyle,
    trimmed: Any,
    counts: np.ndarray,
    days: np.ndarray,
    trained: str | None,
    *,
    told: bool,
) -> DateStyle:
    """Let the two digits at the front be the year, where the column proves it.

    It does where more cells can be read so; or where the digits at the end go from the first to
    the last days of a month, and those at the front are few.
    """
    here, there = np.isfinite(days), np.isfinite(read_dates(trimmed, rival)[0])
    more = int(counts[there].sum()) - int(counts[here].sum())
    if more > 0 or (more == 0 and rival == trained and not told):
        return DateStyle(rival)
    if more < 0 or told or style.format == trained:
        return style
    ends = pc.extract_regex(trimmed.filter(pa.array(here & there)), _ENDS)
    front, end = (np.unique(_numbers(ends, part)) for part in ("front", "end"))
    if _are_days(end, front):
        return DateStyle(rival)
    return dataclasses.replace(style, year_open="-" in rival and not _are_days(front, end))


def _are_days(numbers: np.ndarray, others: np.ndarray) -> bool:
    """Say whether of two sets of numbers the first must be the days, the second the years."""
    whole_month = len(numbers) >= 10 and bool(numbers[0] <= 7 and numbers[-1] >= 27)
    return whole_month and len(numbers) >= 3 * len(others)


def _in_both_orders(style: DateStyle, trimmed: Any, counts: np.ndarray) -> DateStyle:
    """See whether more than a few dates can only be read with day and month the other way round."""
    other = turned(style.format)
    if other is None or "%b" in style.format:
        return style
    readable = [read_dates(trimmed, one)[1] for one in (style.format, other)]
    rows = [int(counts[readable[at] & ~readable[1 - at]].sum()) for at in (0, 1)]
    return dataclasses.replace(style, both_orders=min(rows) * 10 > max(rows))


def _with_years(style: DateStyle, trimmed: Any) -> DateStyle:
    if "%y" not in style.format:
        return style
    first_year, other = first_year_of(years_of(read_style(trimmed, style)[0]))
    return dataclasses.replace(style, first_year=first_year, other_first_year=other)


def _has_order(date_format: str, first: bool | None) -> bool:
    own = None if "%b" in date_format else day_first(date_format)
    return None in (own, first) or own == first


def _numbers(found: Any, group: str) -> np.ndarray:
    return np.asarray(pc.cast(pc.struct_field(found, group), pa.int64()))
