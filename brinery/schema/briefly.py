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
    column : str
        The column that it is about; "" where it is about none, or about several.
    what : str
        What is wrong there: "not a number".
    happens : str
        What becomes of the rows, or of the file.
    remedy : str
        What to do.
    """

    column: str
    what: str
    happens: str
    remedy: str

    @property
    def title(self) -> str:
        """The column and what is wrong there: "“age”: not a number"."""
        return f"{quoted(self.column)}: {self.what}" if self.column else self.what


_HAPPENS: dict[Severity, str] = {
    "stop": "Nothing can be scored until this is put right.",
    "row": "No prediction.",
    "look": "Predicted, but less sure.",
    "note": "Predicted as usual.",
}
_NOTHING = "Nothing to do."
_RIGHT = "Check that it is right."
_SHORT = {
    "as_chosen": ("taken as chosen", "Undo it if it is wrong here."),
    "blank": ("blank", _NOTHING),
    "blank_unexpected": ("blank", "Fill it in if you can."),
    "close_column": ("missing", "Rename the column that is meant, or add it."),
    "close_level": ("new word, perhaps a typing error", "Say what is meant, or correct it."),
    "empty_row": ("everything that the model needs is blank", "Fill in what you know."),
    "empty_table": ("no rows under the header", "Add at least one row."),
    "extra_column": ("columns that the model does not use", _NOTHING),
    "formula_cell": (
        "looks like a formula",
        "Look at it before you open the file in a spreadsheet.",
    ),
    "level_spelling": ("spelled in another way", _NOTHING),
    "missing_column": ("missing", "Add the column."),
    "no_answer": ("a blank or a new word", "Fill it in or correct it."),
    "not_a_date": ("not a date", "Write a date."),
    "not_a_number": ("not a number", "Write a number."),
    "not_yes_no": ("neither of its two words", "Write one of the two."),
    "outside_range": ("outside the known range", _RIGHT),
    "population_differs": ("differs from the training data", "Check that it is the right file."),
    "read_as": ("how it was read", _RIGHT),
    "renamed_column": ("slightly different name", _NOTHING),
    "repeated_column": ("there more than once", "Keep the right one."),
    "taken_name": ("a name that your file has already", _NOTHING),
    "too_large": ("number too large", "Write the right number."),
    "two_readings": ("can be read in two ways", "Say which it is."),
    "unit_differs": ("other unit than in training", "Check that both mean the same."),
    "unread_lines": ("more cells than columns", "Put each cell under its column."),
    "unseen_level": ("new word", "Correct it if it is a typing error."),
    "unused_choice": ("a choice that fits nothing", "Check how both are spelled."),
}


def brief(finding: Finding) -> Brief:
    """Give a finding in few words; its title begins with a small letter or the column's name."""
    what, remedy = _SHORT[finding.code]
    if finding.severity == "note":
        remedy = remedy if finding.code in ("formula_cell", "read_as") else _NOTHING
    happens = _HAPPENS[finding.severity]
    if finding.code == "unread_lines":
        happens = "Not read as a row: no prediction, and not in the download."
    return Brief(finding.column, what, happens, remedy)


def row_note(finding: Finding) -> str:
    """Give the few words that stand beside each row that the finding touches; often none."""
    if finding.severity not in ("row", "look"):
        return ""
    words = brief(finding)
    # In ASCII: a file without a byte order mark must not need one for our sake.
    title = f"'{' '.join(words.column.split())}': {words.what}" if words.column else words.what
    return f"{title}, so not scored" if finding.severity == "row" else title


def surplus(cells: Sequence[str]) -> str:
    """Say which cells of a line stand behind its last column, and what to do."""
    shown = some([quoted(cell) for cell in cells], 6)
    one = len(cells) == 1
    return (
        f"{'one cell' if one else f'{len(cells):,} cells'} too many: {shown} "
        f"{'stands' if one else 'stand'} behind the last column. Put each cell under its column, "
        "or empty this cell if all is right as it stands."
    )
