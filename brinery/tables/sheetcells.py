"""What a cell becomes in a workbook: a number, a date, a truth, or text."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache, partial
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from brinery.tables.typed import as_text

__all__ = ["Cell", "Dated", "valued"]

# Excel keeps 15 digits, and shows 012 as 12: only text that comes back the same is a number.
_CANONICAL = r"^-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{0,13}[1-9])?$"
_NUMBER = r"^[+\-]?[0-9]*[.,]?[0-9]+(?:[eE][+\-]?[0-9]+)?\z"
# Excel counts 29 February 1900, a day that never was: before March its dates are a day off.
_FIRST_DATE = datetime(1900, 3, 1)
_DAY_ZERO = datetime(1899, 12, 30)
_DIRECTIVES = {"%d": "dd", "%m": "mm", "%Y": "yyyy"}


class Dated(NamedTuple):
    """A date as Excel counts it, and Excel's format in which it is shown."""

    days: float
    form: str


Cell = str | float | int | bool | Dated | None


class _Exact(float):
    """A number that is written with all its digits; xlsxwriter rounds to 16."""

    def __format__(self, _: str) -> str:
        return repr(float(self))


def valued(
    column: pa.ChunkedArray, decimal: str, date_format: str | None
) -> Callable[[pa.ChunkedArray], list[Cell]]:
    """Decide for a whole column what its cells become; give the function that a chunk goes through.

    Parameters
    ----------
    column : pyarrow.ChunkedArray
        The whole of it, so that one column has one type.
    decimal : {".", ","}
        The decimal mark in text.
    date_format : str or None
        The `strptime` format of a column of text that holds dates.
    """
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        inner = valued(column, decimal, date_format)
        return lambda chunk: inner(chunk.cast(kind.value_type))
    if pa.types.is_floating(kind):
        return lambda chunk: [_number(value) for value in chunk.to_pylist()]
    if pa.types.is_boolean(kind):
        return lambda chunk: list(chunk.to_pylist())
    if pa.types.is_date(kind) or (pa.types.is_timestamp(kind) and kind.tz is None):
        return _dates
    if date_format is not None and (form := _form_of(date_format)):
        of_text = lru_cache(maxsize=2**16)(partial(_date_of, date_format=date_format, form=form))
        return lambda chunk: [of_text(text) for text in as_text(chunk).to_pylist()]
    is_text = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    if is_text and not _all_come_back(column, decimal):
        return lambda chunk: list(as_text(chunk).to_pylist())
    return lambda chunk: [_number_of(text, decimal) for text in as_text(chunk).to_pylist()]


def _all_come_back(column: pa.ChunkedArray, decimal: str) -> bool:
    """Say whether each cell that is a number would be shown as it stands."""
    numbers = column.filter(pc.match_substring_regex(column, _NUMBER))
    if decimal != ".":
        # A point in it parts thousands, which this file's numbers are not told apart by.
        if pc.any(pc.match_substring(numbers, ".")).as_py():
            return False
        numbers = pc.replace_substring(numbers, decimal, ".")
    canonical = pc.match_substring_regex(numbers, _CANONICAL)
    return pc.all(pc.fill_null(canonical, True)).as_py() is not False


def _number_of(text: str, decimal: str) -> Cell:
    """Give the number where the text is a canonical one of at most 15 digits; else the text."""
    plain = text if decimal == "." else text.replace(decimal, ".")
    if not re.fullmatch(_CANONICAL, plain) or plain == "-0":
        return text
    if len(plain) > 15 and sum(map(str.isdigit, plain)) > 15:
        return text
    number = float(plain)
    return _Exact(number) if repr(number).removesuffix(".0") == plain else text


def _number(value: float | None) -> Cell:
    if value is None or math.isnan(value):
        return None
    return str(value) if math.isinf(value) else _Exact(value)


def _dates(chunk: pa.ChunkedArray) -> list[Cell]:
    texts = as_text(chunk).to_pylist()
    return [_stamp(text) for text in texts]


@lru_cache(maxsize=2**16)
def _stamp(text: str) -> Cell:
    """Give the date that ISO 8601 text is; the text where Excel has no such date."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:  # finer than a microsecond, or a year beyond 9999
        return text
    if moment < _FIRST_DATE or moment.microsecond:
        return text
    return Dated(_days(moment), "yyyy-mm-dd" if len(text) == 10 else "yyyy-mm-dd hh:mm:ss")


def _form_of(date_format: str) -> str:
    """Give Excel's format for `strptime`'s; "" for one with words or without a century."""
    form = re.sub(r"%.", lambda found: _DIRECTIVES.get(found.group(), "%"), date_format)
    return "" if "%" in form else re.sub(r"[./ ]", r"\\\g<0>", form)


def _date_of(text: str, *, date_format: str, form: str) -> Cell:
    """Give the date where it would be shown as the text stands; else the text."""
    try:
        moment = datetime.strptime(text, date_format)
    except ValueError:
        return text
    if moment < _FIRST_DATE:
        return text
    if moment.strftime(date_format) == text:
        return Dated(_days(moment), form)
    short = form.replace("dd", "d").replace("mm", "m")
    bare = re.sub(r"\b0(?=\d\b)", "", moment.strftime(date_format))
    return Dated(_days(moment), short) if bare == text else text


def _days(moment: datetime) -> float:
    return (moment - _DAY_ZERO).total_seconds() / 86_400
