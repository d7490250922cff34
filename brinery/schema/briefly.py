"""The same findings in few words: as a title, beside a row, and cell by cell in a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from brinery.schema.finding import Finding, Severity
from brinery.schema.phrases import quoted, some

__all__ = ["Brief", "brief", "row_note", "surplus"]


class Brief(NamedTuple):
    """A finding in few words.

    Attributes
    ----------
    title : str
        What is wrong, with the column's name.
    happens : str
        What becomes of the rows, or of the file.
    remedy : str
        What to do.
    """

    title: str
    happens: str
    remedy: str


_HAPPENS: dict[Severity, str] = {
    "stop": "Nothing can be scored until this is put right.",
    "row": "No prediction.",
    "look": "Predicted, but less sure.",
    "note": "Predicted as usual.",
}
_NOTHING = "Nothing to do."
_RIGHT = "Check that it is right."
_SHORT = {
    "as_chosen": ("{} was taken as chosen", "Undo it if it is wrong here."),
    "blank": ("{} is blank", _NOTHING),
    "blank_unexpected": ("{} is blank, which the model never met", "Fill it in if you can."),
    "close_column": ("{} is missing", "Rename the column that is meant, or add it."),
    "close_level": (
        "{} holds what is nearly a word that the model knows",
        "Say what is meant, or correct it.",
    ),
    "empty_row": ("every column that the model needs is blank", "Fill in what you know."),
    "empty_table": ("no rows under the header", "Add at least one row."),
    "extra_column": ("columns that the model does not use", _NOTHING),
    "formula_cell": (
        "{} holds what a spreadsheet would run as a formula",
        "Look at it before you open the file in a spreadsheet.",
    ),
    "level_spelling": ("{} is spelled in another way", _NOTHING),
    "missing_column": ("{} is missing", "Add the column."),
    "no_answer": ("the model takes no blank or new word here", "Fill it in or correct it."),
    "not_a_date": ("{} is not a date", "Write a date."),
    "not_a_number": ("{} is not a number", "Write a number."),
    "not_yes_no": ("{} is neither of its two words", "Write one of the two."),
    "outside_range": ("{} is outside the range that the model has met", _RIGHT),
    "read_as": ("{} could be read in two ways", _RIGHT),
    "renamed_column": ("{} has a slightly different name", _NOTHING),
    "repeated_column": ("{} stands there more than once", "Keep the right one."),
    "taken_name": ("{} was a name of yours already", _NOTHING),
    "too_large": ("{} is too large a number", "Write the right number."),
    "two_readings": ("{} can be read in two ways", "Say which it is."),
    "unit_differs": ("{} has another unit than in training", "Check that both mean the same."),
    "unread_lines": ("more cells than columns", "Put each cell under its column."),
    "unseen_level": (
        "{} holds something that the model never met",
        "Correct it if it is a typing error.",
    ),
    "unused_choice": ("a choice for {} that fits nothing", "Check how both are spelled."),
}


def brief(finding: Finding) -> Brief:
    """Give a finding in few words; its title begins with a small letter or the column's name."""
    title, remedy = _SHORT[finding.code]
    if finding.severity == "note":
        remedy = remedy if finding.code in ("formula_cell", "read_as") else _NOTHING
    happens = _HAPPENS[finding.severity]
    if finding.code == "unread_lines":
        happens = "Not read as a row: no prediction, and not in the download."
    return Brief(title.format(quoted(finding.column)), happens, remedy)


def row_note(finding: Finding) -> str:
    """Give the few words that stand beside each row that the finding touches; often none."""
    if finding.severity not in ("row", "look"):
        return ""
    title = brief(finding).title
    return f"not scored: {title}" if finding.severity == "row" else title


def surplus(cells: Sequence[str]) -> str:
    """Say which cells of a line stand behind its last column, and what to do."""
    shown = some([quoted(cell) for cell in cells], 6)
    one = len(cells) == 1
    return (
        f"{'one cell' if one else f'{len(cells):,} cells'} too many: {shown} "
        f"{'stands' if one else 'stand'} behind the last column. Put each cell under its column, "
        "or empty this cell if all is right as it stands."
    )
