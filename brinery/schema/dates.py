"""Dates written by people: one format for the whole column, decided from all its cells.

A date becomes days since 1970-01-01, its time the fraction of a day; a time zone is brought
to UTC. Any date may be followed by a time. Of years of two digits the whole column tells the
century, see `centuries`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from brinery.schema.centuries import USUAL_FIRST_YEAR
from brinery.schema.columns import Column

__all__ = [
    "DATE_FORMATS",
    "YEAR_FIRST",
    "DateStyle",
    "day_first",
    "matches",
    "read_dates",
    "read_style",
    "trained_years",
    "turned",
    "written_date",
    "years_of",
]

YEAR_FIRST = ("%y-%m-%d", "%y/%m/%d", "%y.%m.%d")
"""Formats that need a proof, since what they read can nearly always be read with the year last."""

DATE_FORMATS = (
    *("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y"),
    *("%d-%m-%Y", "%m-%d-%Y", "%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%d-%m-%y", "%m-%d-%y"),
    *("%d %b %Y", "%d-%b-%Y", "%d/%b/%Y", "%d-%b-%y", "%d %b %y", "%d. %b %Y", "%d%b%Y"),
    *YEAR_FIRST,
    *("%b %d, %Y", "%b %d %Y", "%d de %b de %Y", "%Y年%m月%d日", "%Y. %m. %d.", "%Y%m%d"),
    *("%Y-%b-%d", "%Y. %b %d.", "%Y년 %m월 %d일"),
)
"""The formats that are tried; %b is a month, short or whole, in one of several languages. A day
of the week may stand before each. The first that reads the most rows wins, so that the day comes
before the month where the column allows both. A year of two digits comes first only where the
column proves it."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_PIECES = {
    "%Y": "(?P<Y>[0-9]{4})",
    "%y": "(?P<y>[0-9]{2})",
    "%m": "(?P<m>[0-9]{1,2})",
    "%d": "(?P<d>[0-9]{1,2})",
    # Letters, and all that is not ASCII: to compile \p{L} takes twenty times as long, and only what
    # is the name of a month is read in the end.
    "%b": "(?P<b>[^\\x00-@\\[-`{-\\x7f]{3,12})\\.?",
    ".": "\\.\\s?",
    " ": "\\s+",
}
_SPACE = r"[\s\x{a0}\x{2009}\x{202f}]"
_REST_OF_TIME = (
    rf"{_SPACE}*(?:Uhr|(?P<p>[AaPp])\.?{_SPACE}?[Mm]\.?)?\s*"
    r"(?P<z>Z|UTC|GMT|(?:UTC|GMT)?[+-][0-9]{1,2}(?::?[0-9]{2})?)?)?"
)
_TIME = (
    rf"(?:(?:T|,?{_SPACE}+|\s+/\s+|\s+at\s+)(?P<H>[0-9]{{1,2}})[:.h時](?P<M>[0-9]{{2}})"
    rf"(?:[:.分](?P<S>[0-9]{{2}})(?:[.,](?P<f>[0-9]{{1,9}}))?)?[分秒]?{_REST_OF_TIME}"
)
_TIME_OF_DIGITS = (
    r"(?:[T\s]?(?P<H>[0-9]{2}):?(?P<M>[0-9]{2}):?(?:(?P<S>[0-9]{2})(?:[.,](?P<f>[0-9]{1,9}))?)?"
    rf"{_REST_OF_TIME}"
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
    "january januar jänner jän janvier janv enero ene gennaio gen januari janeiro sty"
    " stycznia января ocak ledna január tammikuuta ιανουαρίου",
    "february februar feber février févr fév febrero febbraio februari fevereiro fev lut"
    " lutego февраля şubat února február helmikuuta φεβρουαρίου",
    "march märz mär mrz mars marzo maart mrt março"
    " marca марта mart března március maaliskuuta μαρτίου marts",
    "april avril avr abril abr aprile kwi kwietnia апреля nisan dubna április huhtikuuta απριλίου",
    "mai mayo maggio mag mei maio maj maja мая mayıs května május toukokuuta μαΐου",  # noqa: RUF001
    "june juni juin junio giugno giu junho cze"
    " czerwca июня haziran června június kesäkuuta ιουνίου",
    "july juli juillet juil julio luglio lug julho lip"
    " lipca июля temmuz července július heinäkuuta ιουλίου",
    "august août aoû agosto ago augustus augusti sie"
    " sierpnia августа ağustos srpna augusztus elokuuta αυγούστου",
    "september sept septembre septiembre settembre set setembro wrz"
    " września сентября eylül září szeptember syyskuuta σεπτεμβρίου",
    "october oktober okt octobre octubre ottobre ott outubro out"
    " października октября ekim října október lokakuuta οκτωβρίου",
    "november novembre noviembre novembro ноября kasım listopadu marraskuuta νοεμβρίου",  # noqa: RUF001
    "december dezember dez décembre déc diciembre dic dicembre desember des dezembro"
    " grudnia декабря aralık prosince joulukuuta δεκεμβρίου",  # noqa: RUF001
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
    order_open : bool
        Whether neither the cells nor what training saw settle the order of day and month.
    first_year : int
        Years of two digits are the hundred from this one on.
    other_first_year : int or None
        The first year where they could as well be those of another century.
    year_open : bool
        Whether the two digits at the front could be the year as well as those at the end.
    both_orders : bool
        Whether day and month stand in either order: what can be read one way is read so.
    either : bool
        Whether in such a column what can be read both ways is left unread.
    """

    format: str
    certain: bool = True
    order_open: bool = False
    first_year: int = USUAL_FIRST_YEAR
    other_first_year: int | None = None
    year_open: bool = False
    both_orders: bool = False
    either: bool = False

    @property
    def doubtful(self) -> bool:
        """Whether a person has to be asked."""
        return self.order_open or self.other_first_year is not None

    @property
    def is_settled(self) -> bool:
        """Whether the cells alone leave nothing open about day, month and year."""
        return self.certain and not self.both_orders and not self.year_open

    @property
    def exact_format(self) -> str | None:
        """The format, where `strptime` reads every cell with it as it is read here; else None."""
        return None if self.both_orders or "%y" in self.format else self.format


def years_of(days: np.ndarray) -> np.ndarray:
    """Give the years of those days since 1970-01-01 that are there, shape (n_days,)."""
    there = np.floor(days[np.isfinite(days)]).astype("datetime64[D]")
    return np.asarray(there.astype("datetime64[Y]").astype(np.int64) + 1970)


def trained_years(column: Column) -> tuple[int, int] | None:
    """Give the first and the last year that training saw in a column; None where it saw none."""
    if column.minimum is None or column.maximum is None:
        return None
    low, high = years_of(np.array([column.minimum, column.maximum])).tolist()
    return low, high


def day_first(date_format: str) -> bool | None:
    """Tell whether the day comes before the month; None where a year or a name begins."""
    if date_format.startswith("%d"):
        return True
    return False if date_format.startswith("%m") else None


def turned(date_format: str) -> str | None:
    """Give the format with day and month the other way round; None where there is none."""
    other = date_format.replace("%d", "%?").replace("%m", "%d").replace("%?", "%m")
    return other if day_first(date_format) is not None and other in DATE_FORMATS else None


def read_style(trimmed: Any, style: DateStyle) -> tuple[np.ndarray, np.ndarray]:
    """Turn texts into days since 1970-01-01 as a column's style says; see `read_dates`."""
    values, readable = read_dates(trimmed, style.format, first_year=style.first_year)
    other = turned(style.format)
    if not style.both_orders or other is None:
        return values, readable
    more, sound = read_dates(trimmed, other, first_year=style.first_year)
    if style.either:
        both = readable & sound & (values != more)
        values, readable, sound = np.where(both, np.nan, values), readable & ~both, sound & ~both
    return np.where(readable, values, np.where(sound, more, np.nan)), readable | sound


def read_dates(
    trimmed: Any, date_format: str, *, first_year: int = USUAL_FIRST_YEAR
) -> tuple[np.ndarray, np.ndarray]:
    """Turn texts into days since 1970-01-01.

    Parameters
    ----------
    trimmed : pyarrow.Array of string, shape (n_texts,)
    date_format : str
        One of `DATE_FORMATS`.
    first_year : int
        Years of two digits are the hundred from this one on.

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
        year = first_year + (year - first_year) % 100
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
            pieces.append("(?:st|nd|rd|th|er)?")
        position += step
    date, time = "".join(pieces), _TIME
    if date_format == "%Y%m%d":  # nothing but their places parts the digits
        date, time = date.replace("{1,2}", "{2}"), _TIME_OF_DIGITS
    return "^" + _WEEKDAY + date + time + "$"


def matches(trimmed: Any, date_format: str) -> np.ndarray:
    """Tell which texts have the shape of a format, shape (n_texts,)."""
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
    hour = np.where(half == "", hour, hour % 12 + np.where(half == "p", 12, 0))
    digits = pc.utf8_rpad(_text(found, "f"), 9, "0")
    nanosecond = np.array(pc.cast(digits, pa.int64()).to_numpy(zero_copy_only=False))
    seconds = hour * 3600 + minute * 60 + second + nanosecond / 1e9
    zone = _text(found, "z")
    if int(pc.sum(pc.not_equal(zone, "")).as_py() or 0):
        offset = pc.replace_substring_regex(zone, "^(?:UTC|GMT)|:", "")
        offset = pc.replace_substring_regex(offset, "^([+-])([0-9])$", r"\10\2")
        offset = pc.replace_substring_regex(offset, "^([+-][0-9]{2})$", r"\100")
        plain = pc.match_substring_regex(offset, "^[+-]")
        offset = pc.if_else(plain, offset, pa.scalar("+0000"))
        texts = np.asarray(offset.to_numpy(zero_copy_only=False)).astype("U5")
        hours = np.array([int(one[1:3]) * 3600 + int(one[3:5]) * 60 for one in texts])
        seconds = seconds - np.where(np.char.startswith(texts, "-"), -hours, hours)
    return seconds / 86400, sound
