"""Dates written by people: one format for the whole column, decided from all its cells.

A date becomes days since 1970-01-01, its time the fraction of a day; a time zone is brought
to UTC. Any date may be followed by a time. Two-digit years follow POSIX: 69 is 1969, 68 is 2068.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from brinery.schema.distinct import probe

__all__ = [
    "DATE_FORMATS",
    "DateStyle",
    "date_style",
    "day_first",
    "read_dates",
    "turned",
    "written_date",
]

DATE_FORMATS = (
    *("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y"),
    *("%d-%m-%Y", "%m-%d-%Y", "%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%d-%m-%y", "%m-%d-%y"),
    *("%d %b %Y", "%d-%b-%Y", "%d/%b/%Y", "%d-%b-%y", "%d %b %y", "%d. %b %Y", "%d%b%Y"),
    *("%b %d, %Y", "%b %d %Y", "%d de %b de %Y", "%Y年%m月%d日", "%Y. %m. %d.", "%Y%m%d"),
)
"""The formats that are tried; %b is a month, short or whole, in one of several languages. A day
of the week may stand before each. The first that reads the most rows wins, so that the day comes
before the month where the column allows both."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_PIECES = {
    "%Y": "(?P<Y>[0-9]{4})",
    "%y": "(?P<y>[0-9]{2})",
    "%m": "(?P<m>[0-9]{1,2})",
    "%d": "(?P<d>[0-9]{1,2})",
    "%b": "(?P<b>\\p{L}{3,10})\\.?",
    ".": "\\.",
    " ": "\\s+",
}
_TIME = (
    r"(?:(?:T|,?\s+)(?P<H>[0-9]{1,2}):(?P<M>[0-9]{2})(?::(?P<S>[0-9]{2})(?:[.,](?P<f>[0-9]{1,9}))?)?"
    r"\s*(?:Uhr|(?P<p>[AaPp][Mm]))?\s*(?P<z>Z|UTC|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_WEEKDAY = (
    r"(?:(?i:mon(?:day|tag)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?"
    r"|sat(?:urday)?|sun(?:day)?|mo|di(?:enstag)?|mi(?:ttwoch)?|do(?:nnerstag)?|fr(?:eitag)?"
    r"|sa(?:mstag)?|sonnabend|so(?:nntag)?|lun(?:di|es|edì)?|mar(?:di|tes|tedì)?"
    r"|mer(?:credi|coledì)?|mié(?:rcoles)?|jeu(?:di)?|jue(?:ves)?|gio(?:vedì)?|ven(?:dredi|erdì)?"
    r"|vie(?:rnes)?|sam(?:edi)?|sáb(?:ado)?|sab(?:ato)?|dim(?:anche)?|dom(?:ingo|enica)?)"
    r"\.?,?\s+)?"
)
_MONTH_NAMES = (
    "january januar jänner jän janvier janv enero ene gennaio gen januari janeiro sty",
    "february februar feber février févr fév febrero febbraio februari fevereiro fev lut",
    "march märz mär mrz mars marzo maart mrt março",
    "april avril avr abril abr aprile kwi",
    "mai mayo maggio mag mei maio maj",
    "june juni juin junio giugno giu junho cze",
    "july juli juillet juil julio luglio lug julho lip",
    "august août aoû agosto ago augustus augusti sie",
    "september sept septembre septiembre settembre set setembro wrz",
    "october oktober okt octobre octubre ottobre ott outubro out",
    "november novembre noviembre novembro",
    "december dezember dez décembre déc diciembre dic dicembre desember des dezembro",
)
_MONTH_OF = {
    **{
        name: number for number, names in enumerate(_MONTH_NAMES, start=1) for name in names.split()
    },
    **{name: number for number, name in enumerate(_MONTHS, start=1)},
}


@dataclass(frozen=True)
class DateStyle:
    """How the dates of one column are written.

    Attributes
    ----------
    format : str
        One of `DATE_FORMATS`.
    certain : bool
        Whether no other format reads as many rows; False for "03/04/2024" alone.
    doubtful : bool
        Whether neither the cells nor what training saw settle the order of day and month.
    """

    format: str
    certain: bool = True
    doubtful: bool = False


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
    tried = [one for one in DATE_FORMATS if first is None or _has_order(one, first)]
    order = sorted(
        tried, key=lambda one: (one != trained, not _has_order(one, day_first(trained or "")))
    )
    best, most, certain = order[0], 0, True
    days = np.full(len(trimmed), np.nan)
    probed = trimmed.take(pa.array(probe(counts)))
    for one in [one for one in order if _matches(probed, one).any()]:
        read = read_dates(trimmed, one)[0]
        n_rows = int(counts[np.isfinite(read)].sum())
        if n_rows > most:
            best, most, certain, days = one, n_rows, True, read
        elif n_rows == most and n_rows:  # what reads other rows is no other reading
            certain &= not np.isfinite(days - read).any()
    return DateStyle(best, certain=certain)


def day_first(date_format: str) -> bool | None:
    """Tell whether the day comes before the month; None where a year or a name begins."""
    if date_format.startswith("%d"):
        return True
    return False if date_format.startswith("%m") else None


def turned(date_format: str) -> str | None:
    """Give the format with day and month the other way round; None where there is none."""
    other = date_format.replace("%d", "%?").replace("%m", "%d").replace("%?", "%m")
    return other if day_first(date_format) is not None and other in DATE_FORMATS else None


def _has_order(date_format: str, first: bool | None) -> bool:
    own = None if "%b" in date_format else day_first(date_format)
    return None in (own, first) or own == first


def read_dates(trimmed: Any, date_format: str) -> tuple[np.ndarray, np.ndarray]:
    """Turn texts into days since 1970-01-01.

    Parameters
    ----------
    trimmed : pyarrow.Array of string, shape (n_texts,)
    date_format : str
        One of `DATE_FORMATS`.

    Returns
    -------
    values : numpy.ndarray of float64, shape (n_texts,)
        NaN where the text can't be read.
    readable : numpy.ndarray of bool, shape (n_texts,)
    """
    found = pc.extract_regex(trimmed, _pattern(date_format))
    readable = np.array(found.is_valid().to_numpy(zero_copy_only=False), dtype=bool)
    if not readable.any():
        return np.full(len(trimmed), np.nan), readable
    if "%Y" in date_format:
        year = _whole(found, "Y")
    else:
        year = _whole(found, "y")
        year = year + np.where(year < 69, 2000, 1900)
    month = _month(found) if "%b" in date_format else _whole(found, "m")
    day = _whole(found, "d")
    readable &= (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1)
    months = (
        (np.where(readable, year, 1970) - 1970) * 12 + np.where(readable, month, 1) - 1
    ).astype("datetime64[M]")
    days = months.astype("datetime64[D]").astype(np.int64)
    length = (months + np.timedelta64(1, "M")).astype("datetime64[D]").astype(np.int64) - days
    readable &= day <= length
    fraction, sound = _time(found)
    readable &= sound
    values = np.where(readable, (days + day - 1) + fraction, np.nan)
    return values, readable


def written_date(days: float, date_format: str | None) -> str:
    """Write days since 1970-01-01 as a date in `date_format`, or in ISO 8601 where it is None.

    A day outside the years 1 to 9999 is written as its number.
    """
    try:
        moment = np.datetime64(int(np.floor(days)), "D").item()
        return str(moment.strftime(date_format or "%Y-%m-%d"))
    except (AttributeError, OverflowError, ValueError):
        return str(days)


def _pattern(date_format: str) -> str:
    pieces = []
    position = 0
    while position < len(date_format):
        step = 2 if date_format[position] == "%" else 1
        piece = date_format[position : position + step]
        pieces.append(_PIECES.get(piece, piece))
        if piece == "%d" and "%b" in date_format:
            pieces.append("(?:st|nd|rd|th)?")
        position += step
    return "^" + _WEEKDAY + "".join(pieces) + _TIME + "$"


def _matches(trimmed: Any, date_format: str) -> np.ndarray:
    found = pc.match_substring_regex(trimmed, _pattern(date_format))
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)


def _text(found: Any, group: str) -> Any:
    return pc.fill_null(pc.struct_field(found, group), "")


def _whole(found: Any, group: str) -> np.ndarray:
    texts = _text(found, group)
    texts = pc.if_else(pc.equal(texts, ""), pa.scalar("0"), texts)
    return np.array(pc.cast(texts, pa.int64()).to_numpy(zero_copy_only=False))


def _month(found: Any) -> np.ndarray:
    lowered = pc.utf8_lower(_text(found, "b"))
    index = pc.index_in(lowered, value_set=pa.array(list(_MONTH_OF), pa.string()))
    numbers = np.array([*_MONTH_OF.values(), 0])
    months: np.ndarray = numbers[pc.fill_null(index, -1).to_numpy(zero_copy_only=False)]
    return months


def _time(found: Any) -> tuple[np.ndarray, np.ndarray]:
    hour, minute, second = (_whole(found, group) for group in ("H", "M", "S"))
    half = np.asarray(pc.utf8_lower(_text(found, "p")).to_numpy(zero_copy_only=False), object)
    sound = (hour <= 23) & (minute <= 59) & (second <= 59)
    sound &= (half == "") | ((hour >= 1) & (hour <= 12))
    hour = np.where(half == "", hour, hour % 12 + np.where(half == "pm", 12, 0))
    digits = pc.utf8_rpad(_text(found, "f"), 9, "0")
    nanosecond = np.array(pc.cast(digits, pa.int64()).to_numpy(zero_copy_only=False))
    seconds = hour * 3600 + minute * 60 + second + nanosecond / 1e9
    zone = _text(found, "z")
    if int(pc.sum(pc.not_equal(zone, "")).as_py() or 0):
        offset = pc.replace_substring(zone, ":", "")
        plain = pc.match_substring_regex(offset, "^[+-]")
        offset = pc.if_else(plain, offset, pa.scalar("+0000"))
        texts = np.asarray(offset.to_numpy(zero_copy_only=False)).astype("U5")
        hours = np.array([int(one[1:3]) * 3600 + int(one[3:5]) * 60 for one in texts])
        seconds = seconds - np.where(np.char.startswith(texts, "-"), -hours, hours)
    return seconds / 86400, sound
