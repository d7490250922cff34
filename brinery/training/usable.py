"""Which rows of a table can be learned from for its target; what can't be learned at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brinery.errors import CannotLearn
from brinery.schema.columns import Column, Schema, Task

__all__ = ["MIN_LABEL_ROWS", "MIN_ROWS", "Usable", "usable"]

MIN_ROWS = 50
"""Fewer rows than this can't both teach a model and measure it."""
MIN_LABEL_ROWS = 10
"""A label in fewer rows than this can be neither learned nor measured."""
_MAX_RARE_SHARE = 0.2
"""Where more rows than this have rare labels, the target is hardly a set of labels."""


@dataclass(frozen=True, eq=False)
class Usable:
    """The rows that can be learned from.

    Attributes
    ----------
    task : {"yes/no", "classes", "amount"}
        What the target is.
    rows : numpy.ndarray of int64, shape (n_usable,)
        Row numbers in the table, in its order.
    notes : tuple of str
        Plain sentences on the rows that were left out.
    """

    task: Task
    rows: np.ndarray
    notes: tuple[str, ...]


def usable(schema: Schema, target: np.ndarray, known: np.ndarray) -> Usable:
    """Find the rows that can be learned from.

    Parameters
    ----------
    schema : Schema
        With its target and its task.
    target, known : numpy.ndarray, shape (n_rows,)
        The target's values, and the rows that have one.

    Raises
    ------
    CannotLearn
        There is nothing to learn from these rows, and why; the remedy says what would help.
    """
    column = schema.target
    if column is None:
        raise CannotLearn("No column is named as the target.", remedy="Choose one to predict.")
    name = column.name
    if not column.n_unique:
        raise CannotLearn(
            f"“{name}” is blank in every row.",
            where=name,
            remedy="Choose a column that has values, or fill it in.",
        )
    if column.n_unique == 1:
        raise _one_value(name)
    if schema.task is None:
        raise _no_task(column)
    if not schema.features:
        raise CannotLearn(
            "No column is left to predict from.",
            remedy="Mark at least one column as a feature. Identifiers and columns with one "
            "value can't be used.",
        )
    rows = np.flatnonzero(known)
    notes = []
    if len(rows) < len(known):
        notes.append(f"Left out {_rows(len(known) - len(rows))} where “{name}” has no value.")
    if np.unique(target[rows]).size < 2:
        raise _one_value(name)
    if schema.task != "amount":
        rows, rare = _common(name, target, rows)
        notes += rare
    if len(rows) < MIN_ROWS:
        raise CannotLearn(
            f"There are only {len(rows)} rows to learn from.",
            where=name,
            remedy=f"Bring at least {MIN_ROWS} rows that have a value for “{name}”.",
        )
    return Usable(schema.task, rows, tuple(notes))


def _common(name: str, target: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, list[str]]:
    labels, code, counts = np.unique(target[rows], return_inverse=True, return_counts=True)
    if len(rows) < MIN_ROWS:
        return rows, []
    rare = counts < MIN_LABEL_ROWS
    n_rare = int(counts[rare].sum())
    if np.count_nonzero(~rare) < 2:
        fewest = labels[counts.argmin()]
        raise CannotLearn(
            f"“{name}” has too few rows of “{fewest}”: {counts.min()}.",
            where=name,
            remedy=f"Bring at least {MIN_LABEL_ROWS} rows of each of at least two labels.",
        )
    if n_rare > _MAX_RARE_SHARE * len(rows):
        raise _too_many(name, labels.size)
    if not n_rare:
        return rows, []
    shown = [f"“{label}”" for label in labels[rare][:3]]
    more = f" and {rare.sum() - 3} more" if rare.sum() > 3 else ""
    note = (
        f"Left out {_rows(n_rare)} with labels that come in fewer than {MIN_LABEL_ROWS} rows: "
        f"{', '.join(shown)}{more}. The model never answers these."
    )
    return rows[~rare[code]], [note]


def _no_task(column: Column) -> CannotLearn:
    name = column.name
    if column.kind == "category":
        return _too_many(name, column.n_unique)
    if column.kind == "date":
        return CannotLearn(
            f"“{name}” holds dates, and dates can't be predicted.",
            where=name,
            remedy="Choose a column with labels or amounts, such as the days until that date.",
        )
    kind = "an identifier" if column.kind == "id" else "free text"
    return CannotLearn(
        f"“{name}” is {kind}: {column.n_unique:,} different values in {_rows(column.n_rows)}.",
        where=name,
        remedy="Choose a column with a few labels, or with amounts. If these are labels or "
        "amounts, correct the column's kind.",
    )


def _too_many(name: str, n_labels: int) -> CannotLearn:
    return CannotLearn(
        f"“{name}” has {n_labels:,} different labels, too many for so few rows of each.",
        where=name,
        remedy=f"Choose a column whose labels come in at least {MIN_LABEL_ROWS} rows each, "
        "or put rare labels together.",
    )


def _one_value(name: str) -> CannotLearn:
    return CannotLearn(
        f"“{name}” has the same value in every row, so there is nothing to learn.",
        where=name,
        remedy="Bring rows with different answers, or choose another column.",
    )


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
