"""Columns of numbers and dates as people write them, each with its true values."""

from __future__ import annotations

import datetime

from tests.tables.messy import Case, lined, sample

__all__ = ["numbers_and_dates"]


def _day(text):
    return datetime.datetime.fromisoformat(text)


def numbers_and_dates(seed=0):
    """Give a file of two columns, an id and a value, for each way of writing."""
    table = sample(seed + 700, 20)
    days = [row[5] for row in table.rows]
    ids = [row[0] for row in table.rows]
    amounts = [float(row[3]) * 37 for row in table.rows]

    def case(name, kind, texts, values, delimiter=";", noted=False):
        rows = [list(row) for row in zip(ids, texts, strict=True)]
        data = lined(["id", "value"], rows, delimiter).encode()
        return Case(name, "typed", data, ["id", "value"], rows, noted=noted,
                    kinds={"id": "id", "value": kind},
                    values={"id": ids, "value": values})  # fmt: skip

    def written(thousands, decimal):
        return [
            f"{amount:,.2f}".replace(",", "\0").replace(".", decimal).replace("\0", thousands)
            for amount in amounts
        ]

    rounded = [round(amount, 2) for amount in amounts]
    for thousands, decimal in ((",", "."), (".", ","), (" ", ","), ("\xa0", ","), ("'", "."),
                               ("\u202f", ","), ("", ",")):  # fmt: skip
        yield case(f"{thousands!r} {decimal!r}", "number", written(thousands, decimal), rounded)
    yield case("currency", "number", [f"{t} €" for t in written(".", ",")], rounded)
    yield case("dollars", "number", [f"${t}" for t in written(",", ".")], rounded)
    yield case("parentheses", "number", [f"({t})" for t in written(",", ".")],
               [-value for value in rounded])  # fmt: skip
    yield case("minus behind", "number", [f"{t}-" for t in written(",", ".")],
               [-value for value in rounded])  # fmt: skip
    yield case("real minus", "number", [f"\u2212{t}" for t in written(",", ".")],
               [-value for value in rounded])  # fmt: skip
    yield case("blanks", "number", [t if n % 4 else ("-", "n/a", "NULL", "#N/A", "?")[n // 4]
                                    for n, t in enumerate(written("", "."))],
               [value if n % 4 else None for n, value in enumerate(rounded)])  # fmt: skip
    yield case("percent", "percent", [f"{n},5 %" for n in range(20)],
               [(n + 0.5) / 100 for n in range(20)])  # fmt: skip
    yield case("full width digits", "number",
               [t.translate({48 + n: 0xFF10 + n for n in range(10)}) for t in written("", ".")],
               rounded)  # fmt: skip
    for form in ("%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y-%m-%d", "%Y/%m/%d", "%d-%b-%Y", "%d %B %Y",
                 "%Y%m%d", "%d.%m.%y", "%b %d, %Y"):  # fmt: skip
        texts = [_day(day).strftime(form) for day in days]
        yield case(form, "date", texts, [_day(day) for day in days])
    texts = [_day(day).strftime("%d.%m.%Y 14:%M:05") for day in days]
    yield case("datetime", "datetime", texts,
               [_day(day) + datetime.timedelta(hours=14, seconds=5) for day in days])  # fmt: skip
    texts = [str((_day(day) - datetime.datetime(1899, 12, 30)).days) for day in days]
    yield case("serial dates", "date", texts, [_day(day) for day in days])
    yield case("German months", "date", [f"{n + 1}. März 2024" for n in range(20)],
               [datetime.datetime(2024, 3, n + 1) for n in range(20)])  # fmt: skip
