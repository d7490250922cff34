"""The words on screen that more than one place uses; counts and dates are in `report.words`."""

from __future__ import annotations

import re

from brinery.schema.columns import Kind, Task
from brinery.schema.findings import Severity
from brinery.settings import Role

__all__ = [
    "INTRODUCTION",
    "KIND",
    "NAME",
    "OPEN_FROM_HOME",
    "STOPPED",
    "TASK",
    "closed",
    "incident",
    "label",
    "numbered",
    "plain",
]

NAME = "Brinery"
INTRODUCTION = (
    "Brinery keeps trained models on a shelf, ready for anyone to use. "
    "Pick one by name, upload a table, and download its predictions."
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
STOPPED: dict[Severity, str] = {
    "stop": "To fix before anything can be scored",
    "row": "Once that is fixed: rows that can't be scored",
    "look": "Once that is fixed: worth a look",
    "note": "Good to know",
}
"""The same where nothing was predicted, because something stops it."""

_PAIRED = "`*~$"
_ACTS = re.compile(
    r"\\(?=[!-/:-@\[-`{-~])|(?<!\w)_|_(?!\w)|:(?=[\w/-]+[:\[])|\[(?=[^\]]*\]\()"
    r"|<(?=[A-Za-z/!?])|&(?=#?\w+;)|[`*~$]"
)


def closed(title: str, role: Role) -> str:
    """Say that a page is not open here, and from which role on it would be."""
    return (
        f"The page “{title}” is not open to the people who use this server. If you need it, ask "
        f"whoever runs the server: it opens with the setting `BRINERY_ROLE={role}`."
    )


def numbered(version: int, live: int) -> str:
    """Give a version's number in a list to choose from, and say which one is in use."""
    return f"{version} (in use)" if version == live else str(version)


def incident(number: str) -> str:
    """Say that something unforeseen happened, with the number under which the log has it."""
    return (
        "Something went wrong that Brinery did not foresee. Try once more; if it happens "
        f"again, tell whoever runs this server: incident {number}."
    )


def plain(text: str) -> str:
    """Give text of a person or a file so that it is shown as it is, and never as Markdown."""
    return re.sub(r"([\\`*_{}\[\]()#+!|~$:<>-])", r"\\\1", text).replace("\n", " ")


def label(text: str) -> str:
    r"""Give text of a person or a file as a widget's label, with as few escapes as it takes.

    What a screen reader says is the label as it is written, backslashes and all. So only that
    is escaped which Markdown would act on: in "fee_eur [net]" nothing, in "*fee*" both stars.
    """
    text = text.replace("\n", " ")

    def escaped(found: re.Match[str]) -> str:
        alone = found[0] in _PAIRED and text.count(found[0]) == 1
        return found[0] if alone else f"\\{found[0]}"

    return _ACTS.sub(escaped, text)
