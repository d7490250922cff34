"""What a column is, told from all its cells."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from brinery.schema.columns import QUANTILES, Column, Kind, Storage, Use
from brinery.schema.dates import DateStyle, read_style, years_of
from brinery.schema.datestyle import date_style
from brinery.schema.distinct import BLANK_NUMBERS, BLANK_WORDS, Distinct, probe
from brinery.schema.numbers import number_style, read_numbers
from brinery.schema.yes_no import pair_of

__all__ = [
    "LARGEST",
    "MAX_LEVELS",
    "default_use",
    "describe_as",
    "infer_column",
    "is_canonical_number",
    "is_key_name",
]

LARGEST = float(np.finfo(np.float32).max)
"""The largest number that a model is given, about 3.4e38: trees hold theirs in four bytes."""

MAX_LEVELS = 1000
"""The most levels that a category may have when it is told from its cells."""

_READABLE = 0.95
_FEW_LEVELS = 50
_KEYS = {"id", "ids", "uuid", "guid", "key", "pk"}
_KEYS_AT_END = {"no", "nr", "num", "number", "code", "index", "idx", "nummer"}
_BOTH_ORDERS = (
    "The day comes first in some of its dates and the month in others, so that many could be two "
    "days. It is kept, but nothing is learned from it."
)
_CANONICAL = re.compile(r"^-?(0|[1-9][0-9]{0,14})(\.[0-9]*[1-9])?$")


def is_canonical_number(text: str) -> bool:
    """Tell whether a text is a number that comes back the same: "3", "-2.5", not "03" or "2.50"."""
    return _CANONICAL.match(text) is not None and text != "-0"


def is_key_name(name: str) -> bool:
    """Tell whether a column is named like a key: "id", "order no", "customerKey"."""
    tokens = _tokens(name)
    if re.fullmatch(r"Unnamed: [0-9]+", name):  # pandas' row labels, once to a file and back
        return True
    return bool(tokens) and (bool(_KEYS & set(tokens)) or tokens[-1] in _KEYS_AT_END)


def default_use(kind: Kind) -> Use:
    """Give what a column of this kind is for, where nobody says otherwise."""
    if kind == "id":
        return "id"
    return "ignored" if kind in ("text", "constant") else "feature"


def infer_column(name: str, cells: Distinct) -> Column:
    """Tell what a column is and note what it holds.

    Parameters
    ----------
    name : str
        The column's name, which tells keys and dates written as digits.
    cells : Distinct
        All of its cells.
    """
    kind, reason = _kind_of(name, cells)
    return describe_as(name, cells, kind, reason)


def describe_as(name: str, cells: Distinct, kind: Kind, reason: str) -> Column:
    """Note what a column holds, read as the given kind."""
    blank = cells.is_blank(BLANK_NUMBERS if kind in ("number", "date") else BLANK_WORDS)
    full = ~blank
    texts, counts = cells.trimmed.filter(pa.array(full)), cells.counts[full]
    column = Column(
        name=name,
        kind=kind,
        use=default_use(kind),
        storage="string",
        n_rows=len(cells.codes),
        n_blank=cells.n_rows_where(blank),
        n_unique=len(pc.unique(texts)),
        example=_example(cells, full, kind),
        reason=reason,
    )
    if kind == "number":
        style = number_style(texts, counts)
        values, readable = read_numbers(texts, style)
        if not style.certain:
            reason += f" “{style.thousands}” is taken as the thousands mark."
        column = dataclasses.replace(column, reason=reason, decimal=style.decimal, unit=style.unit)
        held = readable & (np.abs(values) <= LARGEST)
        return _with_range(column, values[held], counts[held])
    if kind == "date":
        how = date_style(texts, counts)
        values, readable = read_style(texts, how)
        column = dataclasses.replace(
            column,
            date_format=how.format,
            order_known=how.is_settled,
            reason=reason + _of_years(how, values),
        )
        return _with_range(column, values[readable], counts[readable])
    if kind in ("category", "yes/no"):
        levels = _levels(cells, full, merge_spellings=kind == "yes/no")
        return dataclasses.replace(column, levels=levels, storage=_storage(kind, levels))
    return column


def _kind_of(name: str, cells: Distinct) -> tuple[Kind, str]:
    full = ~cells.is_blank(BLANK_WORDS)
    n_full = cells.n_rows_where(full)
    texts = cells.trimmed.filter(pa.array(full))
    if n_full == 0:
        return "constant", "Every cell is blank."
    different = pc.unique(texts)
    if len(different) == 1:
        if n_full == len(cells.codes):
            return "constant", "Every cell holds the same."
        return "category", "Its cells hold one word or are blank."
    if len(different) <= 8:
        words = set(pc.unique(pc.utf8_lower(different)).to_pylist())
        if pair_of(words):
            first, second = (f"“{word}”" for word in sorted(words))
            return "yes/no", f"Its cells hold {first} or {second}."
    number = _as_number(name, cells)
    if number:
        return number
    date = _as_date(name, cells)
    if date:
        return date
    return _as_words(different, n_full)


def _as_number(name: str, cells: Distinct) -> tuple[Kind, str] | None:
    full = ~cells.is_blank(BLANK_NUMBERS)
    texts, counts = cells.trimmed.filter(pa.array(full)), cells.counts[full]
    n_full = int(counts.sum())
    if n_full == 0 or _looks_like_codes(texts, counts):
        return None
    if "date" in _tokens(name) and _share_read(DateStyle("%Y%m%d"), texts, counts) == 1:
        return None
    probed = probe(counts)
    some, rows = texts.take(pa.array(probed)), counts[probed]
    if rows[read_numbers(some, number_style(some, rows))[1]].sum() < rows.sum() / 2:
        return None
    style = number_style(texts, counts)
    values, readable = read_numbers(texts, style)
    share = int(counts[readable].sum()) / n_full
    if share < _READABLE:
        return None
    if share < 1:
        odd = texts.filter(pa.array(~readable))[0].as_py()
        n_odd = int(counts[~readable].sum())
        return "number", f"All cells but {n_odd:,} are numbers; “{odd[:40]}” is not."
    whole = bool(np.all(values == np.floor(values)))
    unique = n_full == len(texts) == len(np.unique(values))
    if whole and unique and n_full >= 3:
        if is_key_name(name):
            return "id", "A whole number, different in every row, and named like a key."
        in_rows = values[np.cumsum(full)[cells.codes[full[cells.codes]]] - 1]
        if n_full >= 10 and bool(np.all(np.diff(in_rows) == 1)):
            return "id", "It counts the rows."
    return "number", "Every cell is a whole number." if whole else "Every cell is a number."


def _as_date(name: str, cells: Distinct) -> tuple[Kind, str] | None:
    full = ~cells.is_blank(BLANK_NUMBERS)
    texts, counts = cells.trimmed.filter(pa.array(full)), cells.counts[full]
    if not counts.sum():
        return None
    style = date_style(texts, counts)
    if style.format == "%Y%m%d" and "date" not in _tokens(name):
        return None
    share = _share_read(style, texts, counts)
    if share < _READABLE:
        whole = _share_read(dataclasses.replace(style, either=False), texts, counts)
        return ("text", _BOTH_ORDERS) if style.both_orders and whole >= _READABLE else None
    reason = "Every cell is a date." if share == 1 else "Nearly every cell is a date."
    day_or_month = style.format.startswith(("%d/%m", "%d-%m", "%m/%d", "%m-%d", "%d.%m"))
    if style.year_open:
        reason += " Day, month and year can't be told apart; the year is taken to come last."
    elif style.both_orders:
        reason += " The day comes first in some of them, the month in others."
    elif day_or_month and not style.certain:
        reason += " Day and month can't be told apart; the day is taken to come first."
    elif day_or_month:
        first = "day" if style.format.startswith("%d") else "month"
        reason += f" The {first} comes first."
    elif style.format.startswith("%y"):
        reason += " The year comes first."
    return "date", reason


def _of_years(style: DateStyle, days: np.ndarray) -> str:
    """Say of which century years of two digits were taken."""
    years = years_of(days)
    if "%y" not in style.format or not len(years):
        return ""
    low, high = int(years.min()), int(years.max())
    span = f"{low} to {high}" if low < high else str(low)
    return f" Its years have two digits; they are taken as {span}."


def _as_words(different: Any, n_full: int) -> tuple[Kind, str]:
    n_unique = len(different)
    n_words = pc.sum(pc.count_substring_regex(different, r"\S+")).as_py() or 0
    if n_unique == n_full and n_words <= 2 * n_unique:
        return "id", "Its text is different in every row."
    limit = max(_FEW_LEVELS, min(int(0.05 * n_full), MAX_LEVELS))
    if n_unique <= limit and n_unique <= 0.5 * n_full:
        return "category", f"It holds {n_unique:,} different words or names."
    return "text", (
        f"It holds {n_unique:,} different texts in {n_full:,} rows. "
        "It is kept, but nothing is learned from it."
    )


def _looks_like_codes(texts: Any, counts: np.ndarray) -> bool:
    """Tell postal codes, phone and card numbers from amounts: read as floats, they'd change."""

    def fit(pattern: str) -> np.ndarray:
        found = pc.match_substring_regex(texts, pattern)
        return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)

    if fit(r"^0[0-9]+$").any():
        return bool(fit(r"^[0-9]+$").all())
    n_long = counts[fit(r"^(?:[0-9]{16,}|\+[0-9]{8,})$")].sum()
    return bool(n_long > 0.05 * counts.sum())


def _share_read(style: DateStyle, texts: Any, counts: np.ndarray) -> float:
    return int(counts[read_style(texts, style)[1]].sum()) / int(counts.sum())


def _tokens(name: str) -> list[str]:
    apart = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name)
    return [token for token in re.split(r"[\W_]+", apart.lower()) if token]


def _example(cells: Distinct, full: np.ndarray, kind: Kind) -> str:
    """Give the most frequent cell; of what may name a person, only its shape, or nothing."""
    if not full.any() or kind == "text":
        return ""
    commonest = int(np.argmax(np.where(full, cells.counts, -1)))
    cell = str(cells.trimmed[commonest].as_py())[:80]
    if kind != "id":
        return cell
    return re.sub(r"[^\W\d_]", "X", re.sub(r"\d", "0", cell))


def _with_range(column: Column, values: np.ndarray, counts: np.ndarray) -> Column:
    if not len(values):
        return dataclasses.replace(column, storage="float64")
    rows = np.repeat(values, counts)
    marks = np.quantile(rows, QUANTILES)
    return dataclasses.replace(
        column,
        storage="float64",
        whole=bool(np.all(values == np.floor(values))),
        minimum=float(values.min()),
        maximum=float(values.max()),
        quantiles=tuple(float(mark) for mark in marks),
    )


def _levels(
    cells: Distinct, full: np.ndarray, *, merge_spellings: bool
) -> tuple[tuple[str, int], ...]:
    counts: dict[str, int] = {}
    for text, n in zip(
        cells.trimmed.filter(pa.array(full)).to_pylist(), cells.counts[full].tolist(), strict=True
    ):
        counts[text] = counts.get(text, 0) + n
    ranked = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    if not merge_spellings:
        return tuple(ranked)
    merged: dict[str, tuple[str, int]] = {}
    for text, n in ranked:
        spelling, before = merged.get(text.casefold(), (text, 0))
        merged[text.casefold()] = (spelling, before + n)
    return tuple(sorted(merged.values(), key=lambda one: (-one[1], one[0])))


def _storage(kind: Kind, levels: tuple[tuple[str, int], ...]) -> Storage:
    words = {level.casefold() for level, _ in levels}
    numbers = {"0", "1", "0.0", "1.0", "true", "false"}
    if kind == "yes/no":
        return "float64" if words and words <= numbers else "string"
    return "float64" if words and all(map(is_canonical_number, words)) else "string"
