"""Which of two readings a column has, where its cells allow both; and whether to ask.

Each reading gathers points: for what training saw, for the cells that it alone can read, for
the file's own habits. It is taken where it leads by two; else a person is asked, and until then
the one that leads is taken, or that of training.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow.compute as pc

from brinery.schema.centuries import first_year_around, may_be_otherwise
from brinery.schema.columns import Column
from brinery.schema.dates import (
    DateStyle,
    day_first,
    read_dates,
    read_style,
    trained_years,
    turned,
    years_of,
)
from brinery.schema.numbers import NumberStyle, number_style, read_numbers
from brinery.schema.plain import THOUSANDS, PlainNumbers, thousands

__all__ = ["few", "parts_no_thousands", "settled_century", "settled_date", "settled_number"]

_PROBED = 100
_FEW_ODD = 0.02
_LEAD = 2
_FILE_MARKS = {";": ",", ",": "."}


def settled_number(
    style: NumberStyle, texts: Any, counts: np.ndarray, column: Column, *, delimiter: str = ""
) -> NumberStyle:
    """Settle the decimal mark of a column whose cells allow both, as "1.234" does.

    Parameters
    ----------
    style : NumberStyle
        What `number_style` decided.
    texts : pyarrow.Array of string, shape (n_texts,)
        The distinct texts that are not blank.
    counts : numpy.ndarray of int64, shape (n_texts,)
    column : Column
        What training saw.
    delimiter : str
        What parts the cells of the file: semicolons come with decimal commas.
    """
    if style.plain:
        if not _may_be_thousands(texts, counts):
            return style
    elif not _open(texts.slice(0, _PROBED), counts[:_PROBED]):
        return style
    if not _open(texts, counts):
        return style
    marks = (column.decimal, "," if column.decimal == "." else ".")
    styles = {m: number_style(texts, counts, decimal=m, settled=True) for m in marks}
    read = {mark: read_numbers(texts, one) for mark, one in styles.items()}
    most = max(counts[readable].sum() for _, readable in read.values())
    points = {}
    for mark, (values, readable) in read.items():
        whole = column.whole and bool(np.all(values[readable] == np.floor(values[readable])))
        points[mark] = (
            2 * whole
            + 2 * (mark == column.decimal and not column.whole)
            + (mark == _FILE_MARKS.get(delimiter))
            + _by_range(values, readable, counts, column)
            + (counts[readable].sum() == most)
        )
    best, other = sorted(marks, key=lambda mark: -points[mark])
    if best == style.decimal and style.plain:
        chosen = style
    else:
        chosen = dataclasses.replace(styles[best], certain=False)
    against_training = best != column.decimal and not column.whole
    doubtful = against_training or points[best] - points[other] < _LEAD
    return dataclasses.replace(chosen, doubtful=doubtful)


def parts_no_thousands(found: PlainNumbers, cells: Any) -> bool:
    """Tell of a whole column of plain numbers whether its points are decimal marks beyond doubt.

    They are where more than a few cells are no number if points part thousands, or where no
    cell has a point that could.
    """
    if not found.n_points:
        return True
    n_thousands = thousands(cells)
    n_full = len(found.blank) - int(np.count_nonzero(found.blank))
    return n_thousands == 0 or found.n_points - n_thousands > few(n_full)


def _may_be_thousands(texts: Any, counts: np.ndarray) -> bool:
    """Tell of plain numbers whether all but a few may have points that part thousands."""
    pointed = np.asarray(pc.match_substring(texts, "."))
    parted = np.asarray(pc.match_substring_regex(texts, THOUSANDS))
    others = int(counts[pointed & ~parted].sum())
    return bool(parted.any()) and others <= few(int(counts.sum()))


def few(n_rows: int) -> float:
    """Give how many of so many rows may be odd ones out."""
    return max(1, _FEW_ODD * n_rows)


def settled_date(style: DateStyle, texts: Any, counts: np.ndarray, column: Column) -> DateStyle:
    """Settle the order of day and month where cells allow both, as "03/04/2024" does.

    Parameters
    ----------
    style : DateStyle
        What `date_style` decided.
    texts, counts
        As for `settled_number`.
    column : Column
        What training saw.
    """
    other = turned(style.format)
    if other is None or not len(texts):
        return style
    if style.both_orders:
        return dataclasses.replace(style, order_open=_allow_both(style, texts))
    formats = (style.format, other)
    values, readable = zip(*(read_dates(texts, one) for one in formats), strict=True)
    both = readable[0] & readable[1]
    if not bool(np.any(values[0][both] != values[1][both])):
        return style
    alone = [readable[0] & ~readable[1], readable[1] & ~readable[0]]
    rows = [int(counts[one].sum()) for one in alone]
    trained = day_first(column.date_format or "") if column.order_known else None
    points = [
        (4 if alone[at].sum() > 2 else 2 if alone[at].any() else 0) * (rows[at] > 10 * rows[1 - at])
        + 2 * (trained is not None and day_first(formats[at]) == trained)
        for at in (0, 1)
    ]
    if points[0] == points[1]:
        turn = trained is not None and day_first(formats[1]) == trained
    else:
        turn = points[1] > points[0]
    left_open = abs(points[0] - points[1]) < _LEAD
    certain = style.certain and not turn
    return dataclasses.replace(style, format=formats[turn], certain=certain, order_open=left_open)


def _allow_both(style: DateStyle, texts: Any) -> bool:
    both = read_style(texts, dataclasses.replace(style, either=False))[1]
    return bool((both & ~read_style(texts, style)[1]).any())


def settled_century(
    style: DateStyle, texts: Any, counts: np.ndarray, column: Column, told: int | None = None
) -> DateStyle:
    """Settle of which century years of two digits are: that which is nearest to training.

    Parameters
    ----------
    style, texts, counts, column
        As for `settled_date`.
    told : int, optional
        The year that a person said they are counted from.
    """
    if "%y" not in style.format:
        return style
    if told is not None:
        return dataclasses.replace(style, first_year=told, other_first_year=None)
    trained = trained_years(column)
    if trained is None:
        return style
    low, high = trained
    style = dataclasses.replace(
        style, first_year=first_year_around(low, high), other_first_year=None
    )
    values = read_style(texts, style)[0]
    years = years_of(values)
    both = may_be_otherwise(years, low, high)
    if not both.any():
        return style
    years, rows = years[both], counts[np.isfinite(values)][both]
    late = years > (low + high) / 2
    first_years = (int((years - 100 * late).min()), int((years + 100 * ~late).max()) - 99)
    mostly_late = int(rows[late].sum() > rows[~late].sum())
    return dataclasses.replace(
        style,
        first_year=first_years[mostly_late],
        other_first_year=first_years[1 - mostly_late],
    )


def _open(texts: Any, counts: np.ndarray) -> bool:
    """Tell whether both decimal marks read all but a few cells, and some of them differently."""
    if not len(texts):
        return False
    values, rows = [], []
    for mark in (".", ","):
        style = number_style(texts, counts, decimal=mark, settled=True)
        found, readable = read_numbers(texts, style)
        values.append(np.where(readable, found, np.nan))
        rows.append(int(counts[readable].sum()))
    differ = values[0] != values[1]
    differ &= np.isfinite(values[0]) & np.isfinite(values[1])
    return bool(differ.any()) and abs(rows[0] - rows[1]) <= few(max(rows))


def _by_range(
    values: np.ndarray, readable: np.ndarray, counts: Sequence[int] | np.ndarray, column: Column
) -> int:
    if column.minimum is None or column.maximum is None or not readable.any():
        return 0
    inside = readable & (values >= column.minimum) & (values <= column.maximum)
    share = float(np.asarray(counts)[inside].sum() / np.asarray(counts)[readable].sum())
    return 2 if share >= 0.9 else -2 if share <= 0.1 else 0
