"""How to ask a model in a notebook: code to copy, made for the model's own columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from brinery.model.card import Card
from brinery.schema.centuries import first_year_around
from brinery.schema.columns import Column
from brinery.schema.dates import day_first, trained_years

__all__ = ["notebook"]

_LOST_WORDS = {
    *("#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "1.#IND", "1.#QNAN"),
    *("<NA>", "N/A", "NA", "None", "n/a"),
}
"""Words that `pandas.read_csv` takes for blanks of itself, and that are levels here."""

_BLANKS = ["", "NaN", "nan", "NULL", "null", "#N/A"]


def notebook(card: Card) -> str:
    """Give Python code that predicts the rows of a CSV file with the model's pickle.

    Parameters
    ----------
    card : Card

    Returns
    -------
    str
        The code; it needs pandas and scikit-learn, and leaves the predictions in `answers`.
        Empty for an estimator that was brought, whose own notebook knows its rows.
    """
    if card.training is None or not card.can_predict:
        return ""
    features = card.schema.features
    lost = any(one.storage == "string" and _LOST_WORDS & {*one.level_names} for one in features)
    marked = [one for one in features if one.kind == "number" and (lost or _needs_care(one))]
    dates = [one for one in features if one.kind == "date"]
    as_text = [one for one in features if one.storage == "string"] + marked + dates
    lines = [
        "import pickle",
        "",
        "import pandas as pd",
        "",
        'with open("model.pkl", "rb") as file:',
        "    model = pickle.load(file)",
        "",
        *_read(as_text, lost=lost),
        *_numbers(marked),
        *(["# Dates are days since 1970-01-01."] if dates else []),
        *(f"rows[{one.name!r}] = {_days(one)}" for one in dates),
        *_answers(card),
    ]
    return "\n".join(lines)


def _answers(card: Card) -> list[str]:
    threshold = card.evaluation.threshold if card.evaluation else None
    if threshold is None:
        return ["answers = model.predict(rows)"]
    sought = card.schema.labels.index(threshold.label)
    lines = [f"chances = model.predict_proba(rows)[:, {sought}]"]
    if threshold.n_rows:
        lines += [f"called = (-chances).argsort(kind='stable').argsort() < {threshold.n_rows}"]
    else:
        lines += [f"called = chances >= {threshold.probability!r}"]
    chosen = "called" if sought else "~called"
    return [*lines, f"answers = model.classes_[({chosen}).astype(int)]"]


def _read(as_text: Sequence[Column], *, lost: bool) -> list[str]:
    lines = ["rows = pd.read_csv(", '    "new.csv",']
    if as_text:
        lines += ["    dtype={", *(f"        {one.name!r}: str," for one in as_text), "    },"]
    if lost:
        lines += ["    keep_default_na=False,", f"    na_values={_BLANKS!r},"]
    return [*lines, ")"] if len(lines) > 2 else ['rows = pd.read_csv("new.csv")']


def _numbers(columns: Sequence[Column]) -> list[str]:
    alike: dict[str, list[str]] = {}
    for column in columns:
        alike.setdefault(_without_marks(column), []).append(column.name)
    lines = ["# What is no number counts as blank."] if alike else []
    for expression, names in alike.items():
        lines += ["for name in (", *(f"    {name!r}," for name in names), "):"]
        lines.append(f"    rows[name] = {expression}")
    return lines


def _needs_care(column: Column) -> bool:
    """Tell whether `pandas.read_csv` could give text, or other numbers, for such cells."""
    try:
        float(column.example)
    except ValueError:
        return True
    return bool(column.decimal != "." or column.unit or column.n_blank)


def _without_marks(column: Column) -> str:
    thousands = "[.' ]" if column.decimal == "," else "[,' ]"
    dropped = f"{re.escape(column.unit)}|{thousands}" if column.unit else thousands
    text = f'rows[name].str.replace({dropped!r}, "", regex=True)'
    if column.decimal == ",":
        text += '.str.replace(",", ".")'
    return f'pd.to_numeric({text}, errors="coerce")'


def _days(column: Column) -> str:
    date_format = column.date_format or ""
    written = f'format="{date_format}"'
    if ":" in column.example:  # with the time of day
        written = f'format="mixed", dayfirst={day_first(date_format) is True}'
        written += ", yearfirst=True" if date_format.startswith("%y") else ""
    read = f"pd.to_datetime(rows[{column.name!r}], {written}, utc=True)"
    if "%y" in date_format:
        read += f".map({_of_their_century(column)}, na_action='ignore')"
    return f'({read} - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(days=1)'


def _of_their_century(column: Column) -> str:
    """Put years of two digits where the model has them; pandas has them from 1969 to 2068."""
    first = first_year_around(*(trained_years(column) or (1970, 1970)))
    return f"lambda day: day.replace(year={first} + (day.year - {first}) % 100)"
