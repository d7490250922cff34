"""One column of text as the kind that is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from brinery.schema.dates import (
    DATE_FORMATS,
    DateStyle,
    day_first,
    read_dates,
    read_style,
    written_date,
    years_of,
)
from brinery.schema.datestyle import date_style
from brinery.schema.distinct import BLANK_NUMBERS, Distinct, distinct
from brinery.schema.numbers import number_style, read_numbers
from brinery.tables.understood import listed

__all__ = ["AskedColumn", "AskedKind", "ask", "certain_date_format"]

AskedKind = Literal["text", "number", "percent", "date", "datetime", "id"]

_ERRORS = ("#div/0!", "#value!", "#ref!", "#name?", "#num!", "#null!", "#n/a", "#error!")
_THOUSANDS = r"^[+-]?[1-9][0-9]{0,2}(?:\.[0-9]{3})+$"
_SERIAL = r"^[1-9][0-9]{4}(?:\.[0-9]+)?$"
_ZONE = r"[0-9]{2}:[0-9]{2}(?:[.,][0-9]+)?.{0,8}[+-](?:0?[1-9]|1[0-9]|00:?[1-9])[0-9:]*$"
_DAY_MS = 86_400_000
_EXCEL_EPOCH_DAYS = -25569  # 1899-12-30, counted from 1970-01-01
_CUT_SHORT = r"^[1-9](?:[.,][0-9]+)?[eE]\+[0-9]{2}$"
_DAY_OF_2400 = 157_054


@dataclass(frozen=True, eq=False)
class AskedColumn:
    """A column's values.

    Attributes
    ----------
    values : pyarrow.Array or ChunkedArray
        Text, float64, or timestamps; null where blank or unreadable.
    notes : tuple of str
        What could be read in two ways, or not at all.
    decimal : {".", ","} or None
        The decimal mark, where the cells leave no doubt about it.
    """

    values: Any
    notes: tuple[str, ...] = ()
    decimal: Literal[".", ","] | None = None


def ask(
    column: Any,
    kind: AskedKind,
    name: str,
    line_numbers: np.ndarray,
    *,
    decimal: Literal[".", ","] | None = None,
    date_format: str | None = None,
) -> AskedColumn:
    """Read a column as a kind.

    Parameters
    ----------
    column : pyarrow.ChunkedArray of string
    kind : AskedKind
    name : str
        For the notes.
    line_numbers : numpy.ndarray of int64
        For the notes.
    decimal : {".", ","}, optional
        What settles a column of numbers that can be read in two ways.
    date_format : str, optional
        What settles a column of dates that can be read in two ways.
    """
    if kind == "text":
        return AskedColumn(column)
    if kind == "id":
        trimmed = pc.utf8_trim_whitespace(column)
        return AskedColumn(trimmed, _cut_short(trimmed, name, line_numbers))
    cells = distinct(column)
    blank = cells.is_blank((*BLANK_NUMBERS, *_ERRORS))
    full = ~blank
    texts, counts = cells.trimmed.filter(pa.array(full)), cells.counts[full]
    notes: list[str] = []
    if kind in ("number", "percent"):
        values, certain = _numbers(cells, texts, counts, kind, name, decimal, notes)
        array = _floats(values, blank, cells)
    else:
        values = _dates(cells, texts, counts, name, date_format, notes)
        certain = None
        array = _times(values, blank, cells, whole=kind == "date")
    unreadable = (np.isnan(values) & full)[cells.codes]
    if unreadable.any():
        notes.append(_unreadable(cells, unreadable, name, kind, line_numbers))
    return AskedColumn(array, tuple(notes), certain)


def _numbers(
    cells: Distinct,
    texts: Any,
    counts: np.ndarray,
    kind: AskedKind,
    name: str,
    decimal: Literal[".", ","] | None,
    notes: list[str],
) -> tuple[np.ndarray, Literal[".", ","] | None]:
    thousands = texts.filter(pc.match_substring_regex(texts, _THOUSANDS))
    doubtful = 0 < len(thousands) == _n_with(texts, ".") and not _n_with(texts, ",")
    style = number_style(texts, counts, decimal=decimal or ".")
    if doubtful or not style.certain:
        example = str((thousands if doubtful else texts)[0].as_py())
        taken = f"“{style.decimal}” is taken as the decimal mark"
        if style.thousands:
            taken = f"“{style.thousands}” is taken as the thousands mark"
        notes.append(f"“{example}” in “{name}” can be read in two ways; {taken}.")
    values, _ = read_numbers(cells.trimmed, style)
    if kind == "percent" and len(texts):
        signed = np.asarray(
            pc.match_substring_regex(cells.trimmed, "[%\uff05\u066a]").to_numpy(
                zero_copy_only=False
            ),
            bool,
        )
        values = np.where(
            signed | _are_percents(cells, values, ~signed, name, notes), values / 100, values
        )
    mark: Literal[".", ","] | None = None
    n_marked = _n_with(texts, ".") + _n_with(texts, ",")
    if style.certain and not doubtful and n_marked and len(texts):
        mark = "," if style.decimal == "," else "."
    return values, mark


def _are_percents(
    cells: Distinct, values: np.ndarray, bare: np.ndarray, name: str, notes: list[str]
) -> bool:
    """Say whether numbers without a percent sign are percents too: most are above one."""
    bare = bare & np.isfinite(values)
    sizes = np.repeat(np.abs(values[bare]), cells.counts[bare])
    if not len(sizes) or np.median(sizes) <= 1:
        return False
    example = str(cells.trimmed.filter(pa.array(bare))[0].as_py())
    notes.append(
        f"“{example}” in “{name}” has no percent sign; it was taken as {example} %, and the others "
        "likewise."
    )
    return True


def _cut_short(column: Any, name: str, line_numbers: np.ndarray) -> tuple[str, ...]:
    """Say which ids a spreadsheet has written as powers of ten, so that digits are lost."""
    found = pc.fill_null(pc.match_substring_regex(column, _CUT_SHORT), False)
    rows = np.flatnonzero(np.asarray(found.to_numpy(zero_copy_only=False), bool))
    if not len(rows):
        return ()
    cells = "A cell" if len(rows) == 1 else f"{len(rows):,} cells"
    return (
        f"{cells} of “{name}” lost digits in a spreadsheet ({listed(line_numbers[rows].tolist())}: "
        f"“{column[int(rows[0])].as_py()}”); take the file from where it was first.",
    )


def _n_with(texts: Any, mark: str) -> int:
    return int(pc.sum(pc.match_substring(texts, mark)).as_py() or 0)


def _dates(
    cells: Distinct,
    texts: Any,
    counts: np.ndarray,
    name: str,
    trained: str | None,
    notes: list[str],
) -> np.ndarray:
    if len(texts) and bool(pc.all(pc.match_substring_regex(texts, _SERIAL)).as_py()):
        notes.append(
            f"“{name}” holds numbers; they were read as the days that Excel counts from 1900."
        )
        plain = pc.if_else(pc.match_substring_regex(cells.trimmed, _SERIAL), cells.trimmed, None)
        days = pc.cast(plain, pa.float64()).to_numpy(zero_copy_only=False)
        days = np.round(np.asarray(days, np.float64) * _DAY_MS) / _DAY_MS  # Excel's own precision
        return np.asarray(days + _EXCEL_EPOCH_DAYS, np.float64)
    if len(zoned := texts.filter(pc.match_substring_regex(texts, _ZONE))):
        notes.append(
            f"“{zoned[0].as_py()}” in “{name}” has a time zone; such times were turned into UTC."
        )
    style = date_style(texts, counts, trained=trained)
    values, readable = read_style(cells.trimmed, style)
    if style.other_first_year is not None:
        notes.append(_in_which_century(cells, values, name))
    if not readable.all():
        for other in (one for one in DATE_FORMATS if _agree(one, style)):
            more, sound = read_dates(cells.trimmed, other, first_year=style.first_year)
            values = np.where(readable, values, more)
            readable |= sound
        rest = ~readable & ~cells.is_blank((*BLANK_NUMBERS, *_ERRORS))
        if rest.any() and day_first(style.format) is None:
            texts, counts = cells.trimmed.filter(pa.array(rest)), cells.counts[rest]
            style = date_style(texts, counts, trained=trained)
            more, sound = read_style(cells.trimmed, style)
            values = np.where(readable, values, more)
            readable |= sound
        real = read_dates(cells.trimmed, "%Y-%m-%d")[1]
        notes += _half_turned(cells.trimmed, values, real, readable & ~real, name)
    late = values[np.isfinite(values)] > _DAY_OF_2400
    if late.sum() * 2 > len(late):
        notes.append(
            f"Most dates of “{name}” lie after the year 2400. If its years are Buddhist, take 543 "
            "from them first."
        )
    if style.both_orders:
        notes.append(
            f"“{name}” has dates with the day first and dates with the month first. Each is read "
            "in the only way in which it is a date, and is blank where it could be two days."
        )
    elif style.year_open and len(texts):
        notes.append(
            f"“{texts[0].as_py()}” in “{name}” can be read in two ways; the year is taken to come "
            "last."
        )
    elif not style.certain and day_first(style.format) is not None and len(texts):
        notes.append(
            f"“{texts[0].as_py()}” in “{name}” can be read in two ways; the "
            f"{'day' if day_first(style.format) else 'month'} is taken to come first."
        )
    return np.where(readable, values, np.nan)


def _half_turned(
    texts: Any,
    values: np.ndarray,
    real: np.ndarray,
    written: np.ndarray,
    name: str,
) -> list[str]:
    """Say where day and month are swapped in some dates, as a spreadsheet of another country does.

    It takes 3/4/2024 for a date, in its own order, and leaves 3/25/2024 as text.
    """
    if real.sum() < 2 or written.sum() < 2:
        return []
    early = all(_day_of_month(value) <= 12 for value in values[real])
    if not early or any(_day_of_month(value) <= 12 for value in values[written]):
        return []
    first, other = (str(texts[int(np.flatnonzero(one)[0])].as_py()) for one in (real, written))
    return [
        f"In “{name}” day and month may be swapped in some dates: none like “{first}” is after the "
        f"12th of a month, and all like “{other}” are. Take the file from where it was before a "
        "spreadsheet opened it."
    ]


def _day_of_month(days: float) -> int:
    moment = np.datetime64(int(np.floor(days)), "D")
    return int((moment - moment.astype("datetime64[M]")).astype(int)) + 1


def _in_which_century(cells: Distinct, values: np.ndarray, name: str) -> str:
    """Say of which century years of two digits were taken, by one that is not read so by all."""
    there = np.flatnonzero(np.isfinite(values))
    years = years_of(values) % 100
    differ = np.flatnonzero((years >= 30) & (years <= 68))
    at = int(there[differ[0] if len(differ) else 0])
    return (
        f"“{name}” has years of two digits; “{cells.trimmed[at].as_py()}” was taken as "
        f"{written_date(values[at], '%Y')}."
    )


def _agree(one: str, style: DateStyle) -> bool:
    """Say whether a format can't be mistaken, or has day and month in the same order."""
    first = day_first(one)
    plain = "%b" in one or one.startswith("%Y-") or one.startswith("%Y/")
    same = first is not None and first == day_first(style.format) and "%Y" in one
    return plain or (same and not style.both_orders)


def certain_date_format(column: Any) -> str | None:
    """Give the format of a column of dates that leave no doubt about it."""
    cells = distinct(column)
    full = ~cells.is_blank((*BLANK_NUMBERS, *_ERRORS))
    style = date_style(cells.trimmed.filter(pa.array(full)), cells.counts[full])
    return style.format if style.is_settled and day_first(style.format) is not None else None


def _floats(values: np.ndarray, blank: np.ndarray, cells: Distinct) -> pa.Array:
    spread = np.where(blank, np.nan, values)[cells.codes]
    return pa.array(spread, pa.float64(), from_pandas=True)


def _times(values: np.ndarray, blank: np.ndarray, cells: Distinct, *, whole: bool) -> pa.Array:
    days = np.where(blank, np.nan, values)[cells.codes]
    if whole:
        days = np.floor(days)
    ticks = np.where(np.isnan(days), 0, np.round(days * 86_400_000_000)).astype(np.int64)
    return pa.array(ticks, pa.int64(), mask=np.isnan(days)).cast(pa.timestamp("us"))


def _unreadable(
    cells: Distinct,
    unreadable: np.ndarray,
    name: str,
    kind: AskedKind,
    line_numbers: Sequence[int] | np.ndarray,
) -> str:
    rows = np.flatnonzero(unreadable)
    example = str(cells.trimmed[int(cells.codes[rows[0]])].as_py())[:40]
    what = {"date": "a date", "datetime": "a date and time"}.get(kind, "a number")
    where = listed(np.asarray(line_numbers)[rows].tolist())
    if len(rows) == 1:
        return f"A cell of “{name}” can't be read as {what} ({where}: “{example}”); it is blank."
    return (
        f"{len(rows):,} cells of “{name}” can't be read as {what} ({where}; the first is "
        f"“{example}”); they are blank."
    )
