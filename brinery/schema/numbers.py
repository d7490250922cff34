"""Numbers written by people: one style for the whole column, decided from all its cells.

A sign of currency or per cent is a unit: it is dropped, and "12 %" is 12. A column has one
unit: a cell with another one can't be read, and where most cells bear a per cent sign, a cell
without it can't either ("0.12" among "12 %" could mean either). A minus may stand before or
after the number, and parentheses mean minus, as bookkeepers write it.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

__all__ = [
    "PLAIN",
    "NumberStyle",
    "is_plain",
    "may_be_number",
    "number_style",
    "read_numbers",
]

_PLAIN = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?$"
_UNIT = (
    r"(?:US|R|A|C|AU|CA|NZ|HK|NT|S)?\$|\p{Sc}|USD|EUR|GBP|CHF|JPY|CNY|RMB|INR|SEK|NOK|DKK|PLN|CZK|HUF"
    r"|RON|BGN|RUB|UAH|TRY|ILS|AED|SAR|KRW|THB|SGD|HKD|TWD|CAD|AUD|NZD|BRL|MXN|ZAR|ISK"
    r"|kr\.?|zł|Fr\.|Rs\.?|TL|Kč|Ft|lei|руб\.?|р\.|грн\.?|лв\.?|元|円|원"  # noqa: RUF001
)
_WRITTEN = (
    r"^'?(?P<open>\()?\s*(?P<sign>[+-])?\s*(?P<before>%|" + _UNIT + r")?\s*(?P<inner>[+-])?\s*"
    r"(?P<core>[0-9.,](?:[0-9.,' ]*[0-9.,])?)(?P<power>[eE][+-]?[0-9]{1,3})?(?P<middle>-)?"
    r"\s*(?P<after>%|" + _UNIT + r")?\s*(?P<behind>-)?\s*(?P<close>\))?$"
)
_OTHER_SCRIPTS = r"[^\P{Nd}0-9]|[\x{066a}-\x{066c}\x{ff0c}\x{ff0e}]"
_ARABIC_MARKS = "[\u066b\u066c]"  # one is for decimals, the other for thousands, beyond doubt
_CANDIDATES = ((".", ","), (".", " "), (".", "'"), (",", "."), (",", " "), (",", "'"))


@dataclass(frozen=True)
class NumberStyle:
    """How the numbers of one column are written.

    Attributes
    ----------
    decimal, thousands : str
        The marks; "1.234,5" has "," and ".". Without thousands marks it is "".
    unit : str
        The sign that the cells bear, or "".
    all_units : bool
        Whether a cell without the unit can't be read.
    certain : bool
        Whether the cells allow no other reading with the same right.
    plain : bool
        Whether every cell is a number as programs write it.
    doubtful : bool
        Whether neither the cells nor what training saw settle the decimal mark.
    """

    decimal: str = "."
    thousands: str = ""
    unit: str = ""
    all_units: bool = False
    certain: bool = True
    plain: bool = False
    doubtful: bool = False


PLAIN = NumberStyle(plain=True)
"""Numbers as programs write them: "-1234.5", "1e-7"."""


def number_style(
    trimmed: Any, counts: np.ndarray, *, decimal: str = ".", settled: bool = False
) -> NumberStyle:
    """Decide one style for a column.

    The style that reads the most rows wins. Where two read as many ("1,234" alone),
    `decimal` decides: the mark that training saw. Where it is `settled`, no other is tried.

    Parameters
    ----------
    trimmed : pyarrow.Array of string, shape (n_texts,)
        The distinct texts that are not blank.
    counts : numpy.ndarray of int64, shape (n_texts,)
        How many rows have each.
    decimal : {".", ","}
        The mark that settles a tie.
    settled : bool
        Whether `decimal` is what a person said of these cells.

    Returns
    -------
    NumberStyle
        The first candidate where nothing can be read at all.
    """
    if decimal == "." and len(trimmed) == int(
        pc.sum(pc.match_substring_regex(trimmed, _PLAIN)).as_py() or 0
    ):
        return PLAIN
    if bool(pc.any(pc.match_substring_regex(trimmed, _ARABIC_MARKS)).as_py()):
        decimal, settled = ".", True
    parts = _parts(trimmed)
    tried = [one for one in _CANDIDATES if one[0] == decimal or not settled]
    order = sorted(tried, key=lambda one: one[0] != decimal)
    readable = {one: _readable(parts, *one) for one in order}
    rows = {one: int(counts[readable[one]].sum()) for one in order}
    best = max(order, key=lambda one: rows[one])
    used = np.asarray(pc.match_substring(parts["core"], best[1]).to_numpy(zero_copy_only=False))
    thousands = best[1] if bool(np.any(used & readable[best])) else ""
    rivals = [one for one in order if one[0] != best[0] and rows[one] == rows[best] > 0]
    certain = not rivals or bool(
        np.array_equal(
            _values(parts, best[0], best[1])[readable[best]],
            _values(parts, *rivals[0])[readable[best]],
            equal_nan=True,
        )
    )
    unit, all_units = _unit_of(parts["unit"], np.where(readable[best], counts, 0))
    return NumberStyle(best[0], thousands, unit, all_units, certain)


def is_plain(trimmed: Any) -> np.ndarray:
    """Tell which texts are numbers as programs write them, shape (n_texts,)."""
    found = pc.match_substring_regex(trimmed, _PLAIN)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)


def may_be_number(trimmed: Any) -> bool:
    """Tell whether some text is a number in some style."""
    return len(trimmed) > 0 and bool(np.any(_parts(trimmed)["sound"]))


def read_numbers(trimmed: Any, style: NumberStyle) -> tuple[np.ndarray, np.ndarray]:
    """Turn texts into numbers.

    Parameters
    ----------
    trimmed : pyarrow.Array of string, shape (n_texts,)
    style : NumberStyle
        As `number_style` gave it for the whole column.

    Returns
    -------
    values : numpy.ndarray of float64, shape (n_texts,)
        NaN where the text can't be read.
    readable : numpy.ndarray of bool, shape (n_texts,)
    """
    if style.plain:
        plain = is_plain(trimmed)
        values = _cast(pc.if_else(pa.array(plain), trimmed, pa.scalar(None, pa.string())))
        if plain.all():
            readable = np.isfinite(values)
            return np.where(readable, values, np.nan), readable
    parts = _parts(trimmed)
    readable = _readable(parts, style.decimal, style.thousands)
    values = np.where(readable, _values(parts, style.decimal, style.thousands), np.nan)
    bears = parts["unit"] != ""
    readable &= ~bears | (parts["unit"] == style.unit)
    if style.all_units:
        readable &= bears | (values == 0)
    readable &= np.isfinite(values)
    return np.where(readable, values, np.nan), readable


def _parts(trimmed: Any) -> dict[str, Any]:
    texts = _plain_digits(trimmed)
    texts = pc.replace_substring_regex(texts, "[\u2212\u2013\ufe63\uff0d]", "-")
    texts = pc.replace_substring_regex(texts, "[\uff05\u066a]", "%")
    # A dash behind the decimal mark stands for its decimals: "12,-" and "12.-" are prices.
    texts = pc.replace_substring_regex(texts, "([0-9][.,])[-\u2014]{1,2}(\\s|$)", r"\100\2")
    texts = pc.replace_substring_regex(texts, "[\u00a0\u202f\u2009\u2007\u2002\u2003]", " ")
    texts = pc.replace_substring_regex(texts, "[\u2019\u02bc\u00b4`]", "'")
    found = pc.extract_regex(texts, _WRITTEN)
    matched = found.is_valid().to_numpy(zero_copy_only=False)
    part = {name: pc.fill_null(pc.struct_field(found, name), "") for name in _group_names()}
    has = {name: _objects(column) != "" for name, column in part.items() if name != "core"}
    minus = (_objects(part["sign"]) == "-") | (_objects(part["inner"]) == "-")
    minus = minus | has["middle"] | has["behind"]
    n_signs = sum(has[name].astype(int) for name in ("open", "sign", "inner", "middle", "behind"))
    return {
        "core": part["core"],
        "power": part["power"],
        "negative": minus | has["open"],
        "unit": np.where(has["before"], _objects(part["before"]), _objects(part["after"])),
        "sound": matched
        & (has["open"] == has["close"])
        & (n_signs <= 1)
        & ~(has["before"] & has["after"]),
    }


def _plain_digits(texts: Any) -> Any:
    """Write the digits of other scripts, and marks of full width, as ASCII has them."""
    if not bool(pc.any(pc.match_substring_regex(texts, _OTHER_SCRIPTS)).as_py()):
        return texts
    return pa.array([_ascii_digits(text) for text in texts.to_pylist()], pa.string())


def _ascii_digits(text: str) -> str:
    return "".join(
        str(unicodedata.decimal(letter))
        if not letter.isascii() and unicodedata.decimal(letter, None) is not None
        else {"\uff0c": ",", "\uff0e": ".", "\u066a": "%", "\u066b": ".", "\u066c": ","}.get(
            letter, letter
        )
        for letter in text
    )


def _group_names() -> tuple[str, ...]:
    names = "open sign before inner core power middle after behind close"
    return tuple(names.split())


def _objects(column: Any) -> np.ndarray:
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=object)


def _fits(cores: Any, decimal: str, thousands: str) -> np.ndarray:
    d = "\\" + decimal
    whole = "[0-9]+"
    if thousands == ",":  # also the Indian way, 12,34,567
        whole += "|[1-9][0-9]{0,2}(?:,[0-9]{2,3})*,[0-9]{3}"
    elif thousands:
        whole += "|[1-9][0-9]{0,2}(?:[" + thousands + "][0-9]{3})+"
    pattern = f"^(?:(?:{whole})(?:{d}[0-9]*)?|{d}[0-9]+)$"
    return np.asarray(
        pc.match_substring_regex(cores, pattern).to_numpy(zero_copy_only=False), dtype=bool
    )


def _readable(parts: dict[str, Any], decimal: str, thousands: str) -> np.ndarray:
    """Say which cells are numbers in a style; "1,234E+05" has no thousands mark."""
    fits = _fits(parts["core"], decimal, thousands) & parts["sound"]
    powers = _objects(parts["power"]) != ""
    if thousands and powers.any():
        fits &= ~powers | _fits(parts["core"], decimal, "")
    return np.asarray(fits, bool)


def _values(parts: dict[str, Any], decimal: str, thousands: str) -> np.ndarray:
    cores = parts["core"]
    fits = _readable(parts, decimal, thousands)
    if thousands:
        cores = pc.replace_substring(cores, thousands, "")
    if decimal != ".":
        cores = pc.replace_substring(cores, decimal, ".")
    texts = pc.binary_join_element_wise(cores, parts["power"], "")
    values = _cast(pc.if_else(pa.array(fits), texts, pa.scalar(None, pa.string())))
    return np.where(parts["negative"], -values, values)


def _cast(texts: Any) -> np.ndarray:
    bare = pc.replace_substring_regex(texts, r"^\+", "")
    values = pc.fill_null(pc.cast(bare, pa.float64()), float("nan"))
    return np.array(values.to_numpy(zero_copy_only=False), dtype=np.float64)


def _unit_of(units: np.ndarray, counts: np.ndarray) -> tuple[str, bool]:
    names, inverse = np.unique(units.astype(str), return_inverse=True)
    rows = np.bincount(inverse, weights=counts, minlength=len(names))
    by_name = {str(name): float(n) for name, n in zip(names, rows, strict=True) if name and n}
    if not by_name:
        return "", False
    unit = max(by_name, key=lambda name: by_name[name])
    if unit != "%":
        return unit, False
    # A few per cent signs among bare numbers are the odd ones out, not the rule.
    return ("%", True) if by_name[unit] * 2 >= float(counts.sum()) else ("", False)
