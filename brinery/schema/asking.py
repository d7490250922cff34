"""The words for what the check asks a person, and for what was answered.

They belong to those in `findings`, where everybody finds them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from brinery.schema.finding import Finding, Proposal, Question
from brinery.schema.phrases import in_lines, joined, quoted, some

__all__ = [
    "chosen_column",
    "chosen_levels",
    "chosen_reading",
    "close_levels",
    "date_words",
    "neither_words",
    "number_words",
    "two_orders",
    "two_readings",
    "unused_choice",
    "which_of_two",
]

_SHOWN = 3


def close_levels(
    column: str, rows: np.ndarray, lines: np.ndarray, proposals: Sequence[Proposal]
) -> Finding:
    """Tell of words that the model never met, but that are spelled nearly like ones it knows."""
    pairs = [
        f"{quoted(one.found)} looks like {quoted(one.meant)} ({one.count:,} "
        f"{'row' if one.count == 1 else 'rows'})"
        for one in proposals
    ]
    this = "this line" if len(rows) == 1 else "these lines"
    them = "it" if len(rows) == 1 else "them"
    sentence = (
        f"{quoted(column)} holds what the model never met {in_lines(lines)}: "
        f"{some(pairs, _SHOWN)}. Until that is settled, the prediction for {this} is less sure. "
        f"Say what is meant, or correct {them} and upload again."
    )
    return Finding(
        "close_level", "look", column, sentence, len(rows), rows, lines, proposals=tuple(proposals)
    )


def two_readings(
    column: str, rows: np.ndarray, lines: np.ndarray, cell: str, question: Question
) -> Finding:
    """Tell of cells that can be read in two ways, and ask which it is; `cell` is one of them."""
    taken, other = sorted(question.answers, key=lambda one: one.told != question.taken)
    sentence = (
        f"{quoted(column)} can be read in two ways {in_lines(lines)}: {quoted(cell)} is taken as "
        f"{taken.words}, but could be {other.words}. Say which it is, or write it another way "
        "and upload again."
    )
    return Finding(
        "two_readings", "look", column, sentence, len(rows), rows, lines, question=question
    )


def two_orders(
    column: str,
    rows: np.ndarray,
    lines: np.ndarray,
    cell: str,
    day: str,
    month: str,
    question: Question,
) -> Finding:
    """Tell of dates that could be two days, in a column that has both orders; `cell` is one."""
    sentence = (
        f"{quoted(column)} has dates with the day first and dates with the month first, so it "
        f"can't be told what is meant {in_lines(lines)}: {quoted(cell)} could be {day} or {month}. "
        "There is no prediction there until you say which it is, or write it another way and "
        "upload again."
    )
    return Finding(
        "two_readings", "row", column, sentence, len(rows), rows, lines, question=question
    )


def neither_words() -> str:
    """Offer to leave out the dates that could be two days."""
    return "That can't be told: no prediction where a date could be two days"


def number_words(value: float) -> str:
    """Say how large a number is, in words that no decimal mark can be mistaken in."""
    size = abs(value)
    sign = "minus " if value < 0 else ""
    for least, name in ((1_000_000, "a million"), (1000, "a thousand")):
        if size >= least:
            return f"{sign}{size:.0f} ({'' if size == least else 'more than '}{name})"
    if size == int(size):
        return f"{sign}{size:.0f} and nothing more"
    return f"{sign}{int(size)} and a bit (less than {int(size) + 1})"


def date_words(written: str, *, first: bool) -> str:
    """Say which day is meant, and what stands first in the cell."""
    return f"{written} (the {'day' if first else 'month'} comes first)"


def which_of_two(column: str, cell: str, one: str, other: str) -> str:
    """Ask how large a number is, or which day a date is."""
    return f"Is {quoted(cell)} in {quoted(column)} {one}, or {other}?"


def chosen_column(column: str, found: str, *, last_time: bool) -> Finding:
    """Tell that a column was taken because somebody chose it."""
    return _as_chosen(column, f"{quoted(found)} is taken as {quoted(column)}", 1, last_time)


def chosen_levels(column: str, taken: Sequence[Proposal], *, last_time: bool) -> Finding:
    """Tell of cells that were taken for something else because somebody chose it."""
    pairs = [
        f"{quoted(one.found)} {'as' if at else 'is taken as'} {quoted(one.meant)} "
        f"({one.count:,} {'row' if one.count == 1 else 'rows'})"
        for at, one in enumerate(taken)
    ]
    what = f"In {quoted(column)}, {joined(pairs)}"
    return _as_chosen(column, what, sum(one.count for one in taken), last_time)


def chosen_reading(column: str, cell: str, read: str, *, last_time: bool) -> Finding:
    """Tell how a column's cells are read because somebody chose it."""
    return _as_chosen(column, f"{quoted(cell)} in {quoted(column)} is {read}", 0, last_time)


def unused_choice(column: str, chosen: str) -> Finding:
    """Tell of a choice that fits neither the file nor the model."""
    sentence = (
        f"{quoted(chosen)} was chosen for {quoted(column)}, but one of them is not there, so "
        "nothing was done. Check how both are spelled."
    )
    return Finding("unused_choice", "look", column, sentence, 1)


def _as_chosen(column: str, what: str, count: int, last_time: bool) -> Finding:
    if last_time:
        sentence = (
            f"{what}, as somebody chose for an earlier file like this one. "
            "If that is wrong here, undo it."
        )
        return Finding("as_chosen", "look", column, sentence, count)
    return Finding("as_chosen", "note", column, f"{what}, as you chose.", count)
