"""The words on screen that more than one place uses."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = [
    "INTRODUCTION",
    "NAME",
    "NOT_FOR_YOU",
    "OPEN_FROM_HOME",
    "STATUS",
    "TASK",
    "incident",
    "listing",
    "number",
    "plural",
    "size",
    "when",
]

NAME = "Brinery"
INTRODUCTION = (
    "Brinery keeps trained models on a shelf, ready for anyone to use. "
    "Pick one by name, upload a table, and download its predictions."
)
NOT_FOR_YOU = (
    "This page is for the people who build models. Ask whoever runs this server for access."
)
OPEN_FROM_HOME = "This page can't be opened by itself. Open the app at its home page."
TASK = {
    "yes/no": "a yes/no question",
    "classes": "one of several classes",
    "amount": "an amount",
    None: "what the estimator was fitted for",
}
KIND = {
    "number": "a number",
    "yes/no": "yes or no",
    "category": "one of a list",
    "date": "a date",
    "text": "free text",
    "id": "an identifier",
    "constant": "always the same",
}
STATUS = {
    "stop": "Must be fixed before anything can be predicted",
    "row": "These rows get no prediction",
    "look": "Predicted, but have a look",
    "note": "Good to know",
}


def incident(number: str) -> str:
    """Say that something unforeseen happened, with the number under which the log has it."""
    return (
        "Something went wrong that Brinery did not foresee. Nothing was saved or sent. "
        f"Try once more; if it happens again, tell whoever runs this server: incident {number}."
    )


def when(time: str) -> str:
    """Make `2026-11-23T10:05:00Z` into `23 November 2026`; anything else stays as it is."""
    months = (
        "January February March April May June July August September October November December"
    ).split()
    year, _, rest = time[:10].partition("-")
    month, _, day = rest.partition("-")
    if not (year.isdecimal() and month.isdecimal() and day.isdecimal() and 0 < int(month) < 13):
        return time
    return f"{int(day)} {months[int(month) - 1]} {year}"


def number(value: float) -> str:
    """Write a number as people do: `1,234` or `0.482`."""
    if float(value).is_integer() and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """Write `1 row` or `3 rows`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def listing(items: Sequence[str], most: int = 5) -> str:
    """Write `a, b and c`, or `a, b and 7 more`."""
    shown = list(items)
    if len(shown) > most:
        shown = [*shown[: most - 1], f"{len(items) - most + 1:,} more"]
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def size(n_bytes: int) -> str:
    """Write `12 kB` or `3.4 MB`."""
    if n_bytes < 1000:
        return plural(n_bytes, "byte")
    return f"{n_bytes / 1e3:,.0f} kB" if n_bytes < 1e6 else f"{n_bytes / 1e6:,.1f} MB"
