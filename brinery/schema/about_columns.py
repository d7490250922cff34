"""The words for what the check finds about a whole column.

They belong to those in `findings`, where everybody finds them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from brinery.schema.finding import Finding, Proposal
from brinery.schema.phrases import joined, quoted, some

__all__ = [
    "both_orders",
    "extra_columns",
    "missing_column",
    "read_as",
    "renamed_column",
    "repeated_column",
    "unit_differs",
]


def missing_column(column: str, close: Sequence[str], proposal: str = "") -> Finding:
    """Tell that a feature's column is not there, which could be meant, and which likeliest."""
    code, question = "missing_column", ""
    if close:
        code = "close_column"
        question = f" Did you mean {joined([quoted(name) for name in close], 'or')}?"
    proposals = (Proposal(proposal, column, 1),) if proposal else ()
    do = f"Rename that column, or add {quoted(column)}," if close else "Add it,"
    sentence = f"{quoted(column)} is missing.{question} {do} and upload again."
    return Finding(code, "stop", column, sentence, 1, suggestions=tuple(close), proposals=proposals)


def renamed_column(column: str, found: str) -> Finding:
    """Tell that a column was found under a name that differs in case, spaces or punctuation."""
    sentence = f"{quoted(found)} is taken as {quoted(column)}."
    return Finding("renamed_column", "note", column, sentence, 1)


def repeated_column(column: str, times: int, *, same: bool) -> Finding:
    """Tell that a feature's column stands more than once."""
    if same:
        sentence = f"{quoted(column)} stands {times} times with the same cells. The first is used."
        return Finding("repeated_column", "note", column, sentence, times)
    sentence = (
        f"{quoted(column)} stands {times} times, with different cells. "
        "Delete or rename all but the right one, and upload again."
    )
    return Finding("repeated_column", "stop", column, sentence, times)


def extra_columns(names: Sequence[str]) -> Finding:
    """Tell of the columns that the model does not know."""
    shown = some([quoted(name) for name in names], 5)
    if len(names) == 1:
        sentence = f"The model does not use {shown}. It comes back as it is."
    else:
        sentence = (
            f"The model does not use {len(names):,} columns: {shown}. They come back as they are."
        )
    return Finding("extra_column", "note", "", sentence, len(names))


def unit_differs(
    column: str, rows: np.ndarray, lines: np.ndarray, trained: str, found: str
) -> Finding:
    """Tell that a column bears another sign than in training."""
    before = f"with {quoted(trained)}" if trained else "without a sign"
    now = f"with {quoted(found)}" if found else "without it"
    sentence = (
        f"{quoted(column)} was written {before} in training and is written {now} here. The "
        "numbers are taken as they are. Check that they mean the same."
    )
    return Finding("unit_differs", "look", column, sentence, len(rows), rows, lines)


def both_orders(column: str) -> Finding:
    """Tell that dates stand in both orders, of which none could be two days."""
    sentence = (
        f"{quoted(column)} has dates with the day first and dates with the month first. Each is "
        "read in the only way in which it is a date, so there is nothing to do."
    )
    return Finding("read_as", "note", column, sentence, 0)


def read_as(column: str, written: str, read: str, why: str) -> Finding:
    """Tell how the cells of a column are read, where they could be read in another way."""
    sentence = (
        f"{quoted(column)}: {quoted(written)} is read as {read}, since {why}. "
        "If that is wrong, write it another way and upload again."
    )
    return Finding("read_as", "note", column, sentence, 0)
