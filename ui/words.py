"""The words on screen that more than one place uses; counts and dates are in `report.words`."""

from __future__ import annotations

import re

from brinery.schema.columns import Kind, Task
from brinery.schema.findings import Severity

__all__ = [
    "INTRODUCTION",
    "KIND",
    "NAME",
    "NOT_FOR_YOU",
    "OPEN_FROM_HOME",
    "SEVERITY",
    "TASK",
    "incident",
    "plain",
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
TASK: dict[Task, str] = {
    "yes/no": "a yes/no question",
    "classes": "which one of several classes",
    "amount": "an amount",
}
KIND: dict[Kind, str] = {
    "number": "a number",
    "yes/no": "one of two words",
    "category": "one of a list",
    "date": "a date",
    "text": "free text",
    "id": "an identifier",
    "constant": "always the same",
}
SEVERITY: dict[Severity, str] = {
    "stop": "To fix before anything can be predicted",
    "row": "Rows that get no prediction",
    "look": "Predicted, but worth a look",
    "note": "Good to know",
}


def incident(number: str) -> str:
    """Say that something unforeseen happened, with the number under which the log has it."""
    return (
        "Something went wrong that Brinery did not foresee. Try once more; if it happens "
        f"again, tell whoever runs this server: incident {number}."
    )


def plain(text: str) -> str:
    """Give text of a person or a file so that it is shown as it is, and never as Markdown."""
    return re.sub(r"([\\`*_{}\[\]()#+!|~$:<>-])", r"\\\1", text).replace("\n", " ")
