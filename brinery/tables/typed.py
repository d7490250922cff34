"""Typed columns as text: the one way in which numbers, dates and the like are written."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["as_text", "is_plain"]


def is_plain(kind: pa.DataType) -> bool:
    """Say whether a column of this type has one value a cell (no lists, no records)."""
    return not pa.types.is_nested(kind)


def as_text(column: pa.ChunkedArray, *, decimal: str = ".") -> pa.ChunkedArray:
    """Write each value as its shortest exact text; a missing one as "".

    Whole numbers come without ".0", booleans as "True" and "False", dates as ISO 8601 (the
    time of day only where some value of the column has one), not-a-number as "".

    Parameters
    ----------
    column : pyarrow.ChunkedArray
        Of any type but lists and records.
    decimal : {".", ","}
        The decimal mark of numbers; text stays as it is.

    Returns
    -------
    pyarrow.ChunkedArray of string, without nulls
    """
    kind = column.type
    if pa.types.is_dictionary(kind):
        return as_text(column.cast(kind.value_type), decimal=decimal)
    if pa.types.is_string(kind):
        texts = column
    elif pa.types.is_floating(kind):
        texts = _floats(column)
    elif pa.types.is_boolean(kind):
        texts = pc.if_else(column, "True", "False")
    elif pa.types.is_timestamp(kind):
        texts = _times(column)
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


def _times(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if column.type.tz is None and _all_multiples(column, 24 * 60 * 60):
        return column.cast(pa.date32()).cast(pa.string())
    whole_seconds = _all_multiples(column, 1)
    if whole_seconds:
        column = column.cast(pa.timestamp("s", column.type.tz))
    form = "%Y-%m-%dT%H:%M:%S" + ("" if column.type.tz is None else "%z")
    return pc.strftime(column, format=form)


def _all_multiples(column: pa.ChunkedArray, seconds: int) -> bool:
    per_second = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[column.type.unit]
    ticks = column.cast(pa.int64())
    step = per_second * seconds
    rest = pc.subtract(ticks, pc.multiply(pc.divide(ticks, step), step))
    return bool(pc.all(pc.equal(rest, 0)).as_py() in (True, None))
