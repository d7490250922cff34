"""Typed columns as text: the one way in which numbers, dates and the like are written."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["TimeForm", "as_text", "holds_times", "holds_values", "is_plain", "time_form"]


class TimeForm(IntEnum):
    """How much of a time is written, in a column that holds times."""

    DAY = 0
    SECONDS = 1
    FRACTIONS = 2


def is_plain(kind: pa.DataType) -> bool:
    """Say whether a column of this type has one value a cell (no lists, no records)."""
    return not pa.types.is_nested(kind)


def holds_values(kind: pa.DataType) -> bool:
    """Say whether a column of this type holds numbers, times or yes and no, and surely no text."""
    of_numbers = (
        pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    )
    return bool(of_numbers or pa.types.is_boolean(kind) or pa.types.is_temporal(kind))


def holds_times(kind: pa.DataType) -> bool:
    """Say whether a column of this type holds moments, some of which may be at midnight."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_timestamp(kind))


def time_form(columns: Iterable[pa.ChunkedArray]) -> TimeForm:
    """Say how much of a time some value of a column has; the column may come in parts."""
    needed = TimeForm.DAY
    for column in columns:
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        if needed < TimeForm.SECONDS and not (
            column.type.tz is None and _all_multiples(column, 24 * 60 * 60)
        ):
            needed = TimeForm.SECONDS
        if needed == TimeForm.SECONDS and not _all_multiples(column, 1):
            return TimeForm.FRACTIONS
    return needed


def as_text(
    column: pa.ChunkedArray, *, decimal: str = ".", form: TimeForm | None = None
) -> pa.ChunkedArray:
    """Write each value as its shortest exact text; a missing one as "".

    Whole numbers come without ".0", booleans as "True" and "False", dates as ISO 8601 (the
    time of day only where some value of the column has one), not-a-number as "".

    Parameters
    ----------
    column : pyarrow.ChunkedArray
        Of any type but lists and records.
    decimal : {".", ","}
        The decimal mark of numbers; text stays as it is.
    form : TimeForm, optional
        Of a part of a column: how much of a time is written in all of it.

    Returns
    -------
    pyarrow.ChunkedArray of string, without nulls
    """
    kind = column.type
    if pa.types.is_dictionary(kind):
        return as_text(column.cast(kind.value_type), decimal=decimal, form=form)
    if pa.types.is_string(kind):
        texts = column
    elif pa.types.is_floating(kind):
        texts = _floats(column)
    elif pa.types.is_boolean(kind):
        texts = pc.if_else(column, "True", "False")
    elif pa.types.is_timestamp(kind):
        texts = _times(column, time_form([column]) if form is None else form)
    elif pa.types.is_null(kind):
        texts = pa.chunked_array([pa.nulls(len(column), pa.string())])
    else:
        texts = column.cast(pa.string())
    if decimal != "." and (pa.types.is_floating(kind) or pa.types.is_decimal(kind)):
        texts = pc.replace_substring(texts, ".", decimal)
    return texts.fill_null("") if texts.null_count else texts


def _floats(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_float16(column.type):
        column = column.cast(pa.float32())
    texts = column.cast(pa.string())
    # Arrow writes 1e15 as "1e+15"; a number of an account or an invoice is read more easily whole.
    long_whole = pc.and_(
        pc.and_(pc.greater_equal(pc.abs(column), 1e10), pc.less(pc.abs(column), 2.0**53)),
        pc.equal(pc.floor(column), column),
    )
    if pc.any(long_whole).as_py():
        whole = pc.if_else(long_whole, column, pa.scalar(0, column.type)).cast(pa.int64())
        texts = pc.if_else(long_whole, whole.cast(pa.string()), texts)
    return pc.if_else(pc.is_nan(column), "", texts)


def _times(column: pa.ChunkedArray, form: TimeForm) -> pa.ChunkedArray:
    if form == TimeForm.DAY:
        return column.cast(pa.date32()).cast(pa.string())
    if form == TimeForm.SECONDS:
        column = column.cast(pa.timestamp("s", column.type.tz))
    layout = "%Y-%m-%dT%H:%M:%S" + ("" if column.type.tz is None else "%z")
    return pc.strftime(column, format=layout)


def _all_multiples(column: pa.ChunkedArray, seconds: int) -> bool:
    per_second = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[column.type.unit]
    ticks = column.cast(pa.int64())
    step = per_second * seconds
    rest = pc.subtract(ticks, pc.multiply(pc.divide(ticks, step), step))
    return bool(pc.all(pc.equal(rest, 0)).as_py() in (True, None))
