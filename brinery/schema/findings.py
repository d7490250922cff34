"""The words for what the check found: the only ones there are.

Each function makes one `Finding`, and gives it its code, its severity and its sentence.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from brinery.schema.about_columns import (
    both_orders,
    extra_columns,
    missing_column,
    read_as,
    renamed_column,
    repeated_column,
    unit_differs,
)
from brinery.schema.asking import (
    chosen_column,
    chosen_levels,
    chosen_reading,
    close_levels,
    date_words,
    neither_words,
    number_words,
    two_orders,
    two_readings,
    unused_choice,
    which_of_two,
)
from brinery.schema.finding import Finding, Proposal, Report, Severity
from brinery.schema.phrases import capitalized, in_lines, joined, quoted, some

__all__ = [
    "Finding",
    "Report",
    "Severity",
    "blank_cells",
    "blanks_differ",
    "both_orders",
    "chosen_column",
    "chosen_levels",
    "chosen_reading",
    "close_levels",
    "date_words",
    "empty_rows",
    "empty_table",
    "extra_columns",
    "formula_cell",
    "level_spelling",
    "levels_differ",
    "missing_column",
    "neither_words",
    "no_answer",
    "number_words",
    "outside_range",
    "read_as",
    "renamed_column",
    "repeated_column",
    "taken_name",
    "too_large",
    "two_orders",
    "two_readings",
    "unit_differs",
    "unread_lines",
    "unreadable",
    "unseen_levels",
    "unused_choice",
    "values_differ",
    "which_of_two",
]


def empty_table() -> Finding:
    """Tell that there is not one row."""
    return Finding(
        "empty_table",
        "stop",
        "",
        "The file has no rows under its header. Add at least one, and upload again.",
    )


def unread_lines(lines: np.ndarray) -> Finding:
    """Tell of lines that have more cells than there are columns, and so are no rows."""
    if len(lines) == 1:
        became = "it was not read as a row and is not in the download. Put each cell"
    else:
        became = "they were not read as rows and are not in the download. Put each cell there"
    sentence = (
        f"There are more cells than columns {in_lines(lines)}, so {became} under its column, "
        "and upload again."
    )
    return Finding("unread_lines", "row", "", sentence, len(lines), line_numbers=lines)


def unreadable(
    code: str,
    column: str,
    what: str,
    rows: np.ndarray,
    lines: np.ndarray,
    cell: str,
    hint: str = "",
    near: Sequence[Proposal] = (),
) -> Finding:
    """Tell of cells that are not what the column must hold.

    Parameters
    ----------
    code : {"not_a_number", "not_a_date", "not_yes_no"}
    column, what : str
        The column, and what its cells should be: "a number".
    rows, lines : numpy.ndarray of int64, shape (n,)
    cell : str
        The first of the cells.
    hint : str, optional
        A sentence on how the column is read.
    near : sequence of Proposal, optional
        What some of the cells look like.
    """
    if near:
        hint = f"{quoted(near[0].found)} looks like {quoted(near[0].meant)}."
    more = f" {hint}" if hint else ""
    if len(rows) == 1:
        sentence = (
            f"{quoted(column)} holds {quoted(cell)} {in_lines(lines)}, which is not {what}.{more} "
            "This line gets no prediction. Correct it and upload again."
        )
    else:
        sentence = (
            f"{quoted(column)} is not {what} {in_lines(lines)}; the first is {quoted(cell)}.{more} "
            "These lines get no prediction. Correct them and upload again."
        )
    return Finding(code, "row", column, sentence, len(rows), rows, lines, proposals=tuple(near))


def too_large(column: str, rows: np.ndarray, lines: np.ndarray, cell: str) -> Finding:
    """Tell of numbers beyond the largest that a model can hold; `cell` is the first."""
    if len(rows) == 1:
        sentence = (
            f"{quoted(column)} holds {quoted(cell)} {in_lines(lines)}, a number too large for any "
            "model. This line gets no prediction. Correct it and upload again."
        )
    else:
        sentence = (
            f"{quoted(column)} holds numbers too large for any model {in_lines(lines)}; the first "
            f"is {quoted(cell)}. These lines get no prediction. Correct them and upload again."
        )
    return Finding("too_large", "row", column, sentence, len(rows), rows, lines)


def blank_cells(column: str, rows: np.ndarray, lines: np.ndarray, *, met: bool) -> Finding:
    """Tell of blank cells, which the model has `met` in training or not."""
    start = f"{quoted(column)} is blank {in_lines(lines)}."
    if met:
        sentence = f"{start} The model has met blanks here and knows what to do."
        return Finding("blank", "note", column, sentence, len(rows), rows, lines)
    sentence = (
        f"{start} The model never met a blank here, so {_its(rows)} is less sure. "
        f"Fill {_it(rows)} in if you can, and upload again."
    )
    return Finding("blank_unexpected", "look", column, sentence, len(rows), rows, lines)


def unseen_levels(
    column: str,
    rows: np.ndarray,
    lines: np.ndarray,
    unseen: Sequence[tuple[str, np.ndarray]],
    n_unseen: int,
    known: Sequence[str],
) -> Finding:
    """Tell of levels that training never saw.

    Parameters
    ----------
    column : str
    rows, lines : numpy.ndarray of int64, shape (n,)
    unseen : sequence of (str, numpy.ndarray)
        Some of these levels, each with its lines.
    n_unseen : int
        How many different ones there are.
    known : sequence of str
        The levels that the model knows, the most frequent first.
    """
    shown = [f"{quoted(level)} {in_lines(at)}" for level, at in unseen]
    if n_unseen > len(shown):
        shown.append(f"{n_unseen - len(shown):,} more")
    sentence = (
        f"{quoted(column)} holds {joined(shown)}, which the model never met. "
        f"It knows {some([quoted(level) for level in known], 5)}. "
        f"{_its(rows, capital=True)} is less sure. If it is a typing error, correct it "
        "and upload again."
    )
    return Finding("unseen_level", "look", column, sentence, len(rows), rows, lines)


def level_spelling(
    column: str, rows: np.ndarray, lines: np.ndarray, found: str, known: str
) -> Finding:
    """Tell of known levels that are spelled in another way; `found` is taken as `known`."""
    sentence = (
        f"{quoted(column)} is spelled differently {in_lines(lines)}: "
        f"{quoted(found)} is taken as {quoted(known)}."
    )
    return Finding("level_spelling", "note", column, sentence, len(rows), rows, lines)


def outside_range(
    column: str, rows: np.ndarray, lines: np.ndarray, low: str, high: str, found: str
) -> Finding:
    """Tell of numbers or dates beyond what training saw, which was `low` to `high`."""
    sentence = (
        f"{quoted(column)} is outside what the model has met, {low} to {high}, "
        f"{in_lines(lines)}: {found}. {_its(rows, capital=True)} is less sure. "
        "Check whether it is right."
    )
    return Finding("outside_range", "look", column, sentence, len(rows), rows, lines)


def empty_rows(rows: np.ndarray, lines: np.ndarray) -> Finding:
    """Tell of rows in which every feature is blank."""
    gets = "It gets" if len(rows) == 1 else "They get"
    sentence = (
        f"Every column that the model needs is blank {in_lines(lines)}. {gets} no prediction. "
        f"Fill {_it(rows)} in and upload again; if nothing is known, there is nothing to do."
    )
    return Finding("empty_row", "row", "", sentence, len(rows), rows, lines)


def no_answer(rows: np.ndarray, lines: np.ndarray) -> Finding:
    """Tell of rows that the model itself refused."""
    gets = "This line gets" if len(rows) == 1 else "These lines get"
    sentence = (
        f"The model can't take what stands {in_lines(lines)}: a blank, or a word that it never "
        f"met. {gets} no prediction. Fill in the blanks, correct the new words, and upload again."
    )
    return Finding("no_answer", "row", "", sentence, len(rows), rows, lines)


def formula_cell(column: str, rows: np.ndarray, lines: np.ndarray, *, escaped: bool) -> Finding:
    """Tell of the user's own cells that a spreadsheet would run as a formula."""
    done = (
        "An apostrophe was put before each, so that it stays text."
        if escaped
        else "They come back as they are; look at them before you open the file in a spreadsheet."
    )
    what = "holds what a spreadsheet would run as a formula"
    sentence = f"{quoted(column)} {what} {in_lines(lines)}. {done}"
    return Finding("formula_cell", "note", column, sentence, len(rows), rows, lines)


def values_differ(column: str, before: str, here: str, *, lower: bool, dates: bool) -> Finding:
    """Tell that the numbers or dates of a whole file lie elsewhere; half are below the values."""
    way = ("earlier" if lower else "later") if dates else ("lower" if lower else "higher")
    below = "before" if dates else "below"
    return _differs(
        column,
        f"{quoted(column)} is much {way} in this file than in the table that the model learned "
        f"from: half of it is {below} {here}, there it was {before}.",
    )


def levels_differ(column: str, level: str, before: float, here: float) -> Finding:
    """Tell that a level is met much more or less often; "" stands for all unknown ones."""
    if not level:
        start = f"{quoted(column)} holds in {here:.0%} of this file what the model never met."
    else:
        start = (
            f"{quoted(column)} is {quoted(level)} in {here:.0%} of this file; in the table that "
            f"the model learned from, it was in {before:.0%}."
        )
    return _differs(column, start)


def blanks_differ(column: str, before: float, here: float) -> Finding:
    """Tell that much more, or much less, is blank than in training."""
    return _differs(
        column,
        f"{quoted(column)} is blank in {here:.0%} of this file; in the table that the model "
        f"learned from, it was in {before:.0%}.",
    )


def _differs(column: str, start: str) -> Finding:
    sentence = (
        f"{start} The model may never have met cases like these, so all predictions are less "
        "sure. Check that it is the right file, or ask whoever made the model."
    )
    return Finding("population_differs", "look", column, sentence)


def taken_name(ours: str, instead: str) -> Finding:
    """Tell that the user's file has a column of our name already."""
    sentence = (
        f"The file has a column {quoted(ours)} already, so the new one is called {quoted(instead)}."
    )
    return Finding("taken_name", "note", ours, sentence, 1)


def _its(rows: np.ndarray, *, capital: bool = False) -> str:
    words = "the prediction for this line" if len(rows) == 1 else "the prediction for these lines"
    return capitalized(words) if capital else words


def _it(rows: np.ndarray) -> str:
    return "it" if len(rows) == 1 else "them"
