"""What a model needs of a file: as a table of words, and as a file to fill in."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from typing import Any, Literal

import numpy as np
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from brinery.schema.check import written_value
from brinery.schema.columns import Column, Schema
from brinery.schema.phrases import capitalized, quoted, some

__all__ = ["describe", "template"]

_N_ROWS = 5000
_LONGEST_LIST = 255
_FIRST_DAY_OF_EXCEL = -25508.0  # 1 March 1900; before it, Excel counts a day that never was
_LAST_DAY_OF_EXCEL = 2932896.0  # 31 December 9999
_MOST_LEVELS = 5


def describe(schema: Schema) -> list[dict[str, str]]:
    """Say in words what the model needs, one row a column.

    Returns
    -------
    list of dict
        "column", "what it is", "may it be blank" and "example" of each feature, in the
        schema's order.
    """
    return [
        {
            "column": column.name,
            "what it is": _what(column),
            "may it be blank": "yes" if column.n_blank else "better not",
            "example": column.example,
        }
        for column in schema.features
    ]


def template(schema: Schema, format: Literal["csv", "xlsx"]) -> bytes:
    """Make an empty file with the columns that the model needs.

    The identifiers of the training file come first, since a reader wants to know the rows
    again; then the features. A CSV is its header alone. An Excel workbook also has
    drop-downs for yes or no and for categories, limits for numbers and dates that warn
    and do not forbid, and a second sheet that says what each column means.

    Parameters
    ----------
    schema : Schema
    format : {"csv", "xlsx"}

    Returns
    -------
    bytes
        The file. CSV is UTF-8 with a byte order mark, so that Excel shows umlauts right.
    """
    columns = [column for column in schema.columns if column.use == "id"]
    columns += schema.features
    if format == "csv":
        text = io.StringIO(newline="")
        csv.writer(text).writerow([column.name for column in columns])
        return text.getvalue().encode("utf-8-sig")
    return _workbook(columns)


def _what(column: Column) -> str:
    if column.kind == "number":
        sort = "a whole number" if column.whole else "a number"
        unit = f" in {column.unit}" if column.unit else ""
        return f"{sort}{unit}{_mostly(column)}"
    if column.kind == "date":
        return f"a date{_mostly(column)}"
    if column.kind == "yes/no":
        return " or ".join(quoted(level) for level in sorted(column.level_names))
    if column.kind == "category":
        levels = some([quoted(level) for level in column.level_names], _MOST_LEVELS)
        return f"one of {len(column.levels):,}: {levels}" if len(column.levels) > 1 else levels
    return "a text"


def _mostly(column: Column) -> str:
    if column.minimum is None or column.maximum is None:
        return ""
    low, high = column.quantiles[1], column.quantiles[-2]
    if low == high:
        low, high = column.minimum, column.maximum
    if column.kind == "number" and column.whole:
        low, high = float(np.floor(low)), float(np.ceil(high))
    if low == high:
        return f", always {written_value(column, low)}"
    return f", mostly {written_value(column, low)} to {written_value(column, high)}"


def _workbook(columns: list[Column]) -> bytes:
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True, "strings_to_formulas": False})
    bold = book.add_format({"bold": True, "bottom": 1})
    as_text = book.add_format({"num_format": "@"})
    as_date = book.add_format({"num_format": "yyyy-mm-dd"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet("Data")
    meaning = book.add_worksheet("What each column means")
    lists = book.add_worksheet("Lists")
    lists.hide()
    sheet.freeze_panes(1, 0)
    for at, column in enumerate(columns):
        sheet.write_string(0, at, column.name, bold)
        form = None
        if column.kind == "date":
            form = as_date
        elif column.storage == "string":
            form = as_text
        sheet.set_column(at, at, min(max(len(column.name) + 3, 12), 40), form)
        rule = _rule(column, lists, at)
        if rule:
            sheet.data_validation(1, at, _N_ROWS, at, rule)
    for at, width in enumerate((24, 60, 16, 24)):
        meaning.set_column(at, at, width, wrapped)
    for at, heading in enumerate(("Column", "What it is", "May it be blank", "Example")):
        meaning.write_string(0, at, heading, bold)
    meaning.freeze_panes(1, 0)
    for row, column in enumerate(columns, start=1):
        for at, text in enumerate(_meaning(column)):
            meaning.write_string(row, at, text, wrapped)
    book.close()
    return data.getvalue()


def _meaning(column: Column) -> tuple[str, ...]:
    if column.use == "id":
        return (
            column.name,
            "to know the row again; the model does not use it",
            "yes",
            column.example,
        )
    return tuple(next(iter(describe(Schema((column,))))).values())


def _rule(column: Column, lists: Any, at: int) -> dict[str, Any] | None:
    """Give what Excel should say about the cells; None where anything goes."""
    if column.use == "id":
        return None
    rule = {
        "ignore_blank": True,
        "error_type": "warning",
        "input_title": _cut(column.name, 32),
        "input_message": _cut(_sentence(column), 255),
        "error_title": "Not met in training",
        "error_message": _cut(f"Expected: {_what(column)}. Keep it anyway?", 255),
    }
    if column.kind in ("yes/no", "category"):
        return rule | {"validate": "list", "source": _source(column, lists, at)}
    if column.minimum is None or column.maximum is None:
        return rule | {"validate": "any"}
    low, high = column.minimum, column.maximum
    if column.kind == "date":
        if not _FIRST_DAY_OF_EXCEL <= low <= high <= _LAST_DAY_OF_EXCEL:
            return rule | {"validate": "any"}
        limits: tuple[Any, Any] = (_moment(np.floor(low)), _moment(np.ceil(high)))
    else:
        limits = (int(low), int(high)) if column.whole else (low, high)
    sort = "date" if column.kind == "date" else "integer" if column.whole else "decimal"
    return rule | {
        "validate": sort,
        "criteria": "between",
        "minimum": limits[0],
        "maximum": limits[1],
    }


def _moment(days: float) -> datetime:
    return datetime(1970, 1, 1) + timedelta(days=float(days))


def _sentence(column: Column) -> str:
    what = _what(column)
    blank = "" if column.n_blank else " Better not blank."
    return f"{capitalized(what)}.{blank}"


def _source(column: Column, lists: Any, at: int) -> list[str] | str:
    levels = list(column.level_names)
    plain = not any("," in level or '"' in level or level != level.strip() for level in levels)
    if plain and len(",".join(levels)) <= _LONGEST_LIST:
        return levels
    for row, level in enumerate(levels):
        lists.write_string(row, at, level)
    letter = xl_col_to_name(at, col_abs=True)
    return f"=Lists!{letter}$1:{letter}${len(levels)}"


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
