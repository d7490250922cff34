"""One column of text cells as what the schema says it is, with what was found in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from brinery.schema.columns import Column
from brinery.schema.dates import DateStyle, read_style
from brinery.schema.distinct import BLANK_NUMBERS, BLANK_WORDS, Distinct
from brinery.schema.kinds import LARGEST
from brinery.schema.levels import loose_levels, same_level
from brinery.schema.numbers import PLAIN, NumberStyle, read_numbers
from brinery.schema.plain import PlainNumbers

__all__ = ["CoercedColumn", "Style", "coerce_column", "of_plain_numbers"]

Style = NumberStyle | DateStyle | None
"""How one column's cells are written; None where there is nothing to decide."""


@dataclass(frozen=True, eq=False)
class CoercedColumn:
    """One feature, typed.

    Attributes
    ----------
    coded : pyarrow.Array of float64 or dictionary of string, shape (n_rows,)
        Null where the cell is blank, can't be read, or is too large.
    blank, unreadable, too_large, unseen, outside, respelled : numpy.ndarray of bool, (n_rows,)
        Nothing in it; not a number, a date or a yes or no; beyond `LARGEST`; a level that
        training never saw; outside the range that training saw; a known level, spelled in
        another way.
    style : NumberStyle, DateStyle or None
        How its cells were read.
    n_points : int or None
        How many cells have a point, where each is empty or a plain number (see `plain`).
    """

    coded: Any
    blank: np.ndarray
    unreadable: np.ndarray
    too_large: np.ndarray
    unseen: np.ndarray
    outside: np.ndarray
    respelled: np.ndarray
    style: Style
    n_points: int | None = None

    @cached_property
    def values(self) -> Any:
        """The same with each text written out: pyarrow.Array of float64 or string."""
        return _written_out(self.coded)


def coerce_column(
    cells: Distinct, column: Column, style: Style, told: Mapping[str, str] | None = None
) -> CoercedColumn:
    """Turn one column's cells into what the schema says they are.

    Parameters
    ----------
    cells : Distinct
    column : Column
    style : NumberStyle, DateStyle or None
    told : mapping of str to str, optional
        Texts that stand for a level, each with the level.
    """
    n_texts = len(cells.texts)
    nothing = np.zeros(n_texts, dtype=bool)
    too_large, unseen, outside, respelled = nothing, nothing, nothing, nothing
    if isinstance(style, NumberStyle | DateStyle):
        blank = cells.is_blank(BLANK_NUMBERS)
        if isinstance(style, NumberStyle):
            values, readable = read_numbers(cells.trimmed, style)
        else:
            values, readable = read_style(cells.trimmed, style)
        too_large = readable & ~blank & (np.abs(values) > LARGEST)
        values = np.where(blank | too_large, np.nan, values)
        unreadable = ~readable & ~blank
        outside = readable & ~blank & _outside(values, column)
        given: Any = values
    elif column.kind in ("category", "yes/no"):
        given, blank, unreadable, unseen, respelled = _levels(cells, column, told or {})
    else:
        blank = cells.is_blank(BLANK_WORDS)
        unreadable = nothing
        given = np.array(cells.texts.to_pylist(), dtype=object)
        given[blank] = None

    def of_rows(mask: np.ndarray) -> np.ndarray:
        return mask[cells.codes] if mask.any() else np.zeros(len(cells.codes), dtype=bool)

    return CoercedColumn(
        coded=_spread(given, cells.codes, column),
        blank=of_rows(blank),
        unreadable=of_rows(unreadable),
        too_large=of_rows(too_large),
        unseen=of_rows(unseen),
        outside=of_rows(outside),
        respelled=of_rows(respelled),
        style=style,
    )


def of_plain_numbers(found: PlainNumbers, column: Column) -> CoercedColumn:
    """Give what `coerce_column` would give for a column of plain numbers, in fewer passes."""
    nothing = np.zeros(len(found.values), dtype=bool)
    values, some_blank = found.values, bool(found.blank.any())
    ends = np.array([values.min(), values.max()]) if len(values) and not some_blank else None
    if ends is None or (np.abs(ends) > LARGEST).any():
        too_large = np.abs(values) > LARGEST
        values = np.where(too_large, np.nan, values)
        some_blank |= bool(too_large.any())
    else:
        too_large = nothing
    outside = nothing
    if ends is None or _outside(ends, column).any():
        outside = _outside(found.values, column)
    return CoercedColumn(
        coded=pa.array(values, pa.float64(), from_pandas=some_blank),
        blank=found.blank,
        unreadable=nothing,
        too_large=too_large,
        unseen=nothing,
        outside=outside & ~too_large,
        respelled=nothing,
        style=PLAIN,
        n_points=found.n_points,
    )


def _outside(values: np.ndarray, column: Column) -> np.ndarray:
    """Tell what lies beyond the range that training saw; of a date only its day counts."""
    if column.minimum is None or column.maximum is None:
        return np.zeros(len(values), dtype=bool)
    low, high = column.minimum, column.maximum
    if column.kind == "date":
        values, low, high = np.floor(values), np.floor(low), np.floor(high)
    return np.asarray((values < low) | (values > high))


def _levels(
    cells: Distinct, column: Column, told: Mapping[str, str]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    texts, trimmed = cells.texts.to_pylist(), cells.trimmed.to_pylist()
    exact = set(column.level_names)
    loose = loose_levels(column)
    empty = cells.is_blank(BLANK_WORDS)
    n_texts = len(texts)
    level = np.empty(n_texts, dtype=object)
    blank, unreadable, unseen, respelled = (np.zeros(n_texts, dtype=bool) for _ in range(4))
    for at, text in enumerate(texts):
        if trimmed[at] in exact:
            level[at] = trimmed[at]
        elif told.get(trimmed[at]) in exact:
            level[at] = told[trimmed[at]]
        elif empty[at]:
            blank[at] = True
        elif (found := same_level(trimmed[at], column, loose)) is not None:
            level[at], respelled[at] = found, True
        elif column.kind == "yes/no":
            unreadable[at] = True
        else:
            level[at], unseen[at] = text, True
    if column.storage == "string":
        return level, blank, unreadable, unseen, respelled
    words = {"true": "1", "false": "0"}
    plain = [None if one is None else words.get(one.casefold(), one.strip()) for one in level]
    values, readable = read_numbers(pa.array(plain, pa.string()).fill_null(""), PLAIN)
    unreadable |= ~readable & ~blank
    return values, blank, unreadable, unseen & readable, respelled


def _spread(given: Any, codes: np.ndarray, column: Column) -> Any:
    if column.storage == "float64":
        return pa.array(np.asarray(given, dtype=np.float64)[codes], pa.float64(), from_pandas=True)
    words = pa.array(given, pa.string()).dictionary_encode()
    places = pa.array(codes, pa.int32())
    if words.null_count or len(words.dictionary) < len(words):  # two texts stand for one level
        places = pc.take(words.indices, places)
    return pa.DictionaryArray.from_arrays(places, words.dictionary)


def _written_out(values: Any) -> Any:
    return values.cast(pa.string()) if pa.types.is_dictionary(values.type) else values
