"""What two versions make of the same rows: which answers change, and how far."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyarrow as pa

from brinery.model.answers import label_text
from brinery.model.card import Card
from brinery.registry.live import Compared
from brinery.schema.coercion import target_values
from brinery.schema.columns import Column, Schema
from brinery.schema.names import free_names
from brinery.scoring.result import Result
from brinery.tables.formulas import guard
from brinery.tables.table import Table

__all__ = ["SURE", "Comparison", "compared"]

SURE = 0.8
"""The probability from which a version is said to be sure of its answer."""

_SAME = 1e-9
"""The relative difference up to which two amounts are the same: that of rounding."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """What two versions make of the same rows.

    Attributes
    ----------
    version : int
        Of the one that others are compared with.
    after : Card
        Of the other one.
    table : Table
        The rows.
    old, new : pyarrow.Array, shape (n_rows,)
        The answers, null where a row got none; labels as text, amounts as float64.
    moved : numpy.ndarray of float64, shape (n_rows,)
        How far each answer moved, NaN where that is not known: an amount's difference, new
        less old; of two labels the probability of the last one, new less old; of more the
        largest change of any label's probability.
    unsure : numpy.ndarray of bool, shape (n_rows,)
        Where either version gives its own answer less than 80 %.
    truth : pyarrow.Array, shape (n_rows,)
        What really came, where the file says so; else null.
    features : pyarrow.Table
        What the versions were given, n_rows rows.
    columns : tuple of Column
        What is known of these features.
    problem : str
        Why the old version can't be asked at all; then all its answers are null.
    """

    version: int
    after: Card
    table: Table = field(repr=False)
    old: pa.Array = field(repr=False)
    new: pa.Array = field(repr=False)
    moved: np.ndarray = field(repr=False)
    unsure: np.ndarray = field(repr=False)
    truth: pa.Array = field(repr=False)
    features: pa.Table = field(repr=False)
    columns: tuple[Column, ...] = field(repr=False)
    problem: str = ""

    @property
    def n_rows(self) -> int:
        """Rows of the file."""
        return len(self.old)

    @property
    def is_amount(self) -> bool:
        """Whether the answers are amounts."""
        return self.after.schema.task == "amount"

    @property
    def has_distances(self) -> bool:
        """Whether it is known how far the answers moved."""
        return bool(np.isfinite(self.moved).any())

    @cached_property
    def both(self) -> np.ndarray:
        """The rows that both versions answer."""
        both: np.ndarray = _has(self.old) & _has(self.new)
        return both

    @cached_property
    def lost(self) -> np.ndarray:
        """The rows that only the old version answers."""
        lost: np.ndarray = _has(self.old) & ~_has(self.new)
        return lost

    @cached_property
    def gained(self) -> np.ndarray:
        """The rows that only the new version answers."""
        gained: np.ndarray = ~_has(self.old) & _has(self.new)
        return gained

    @cached_property
    def changed(self) -> np.ndarray:
        """The rows with another answer, those that only one of the versions answers among them."""
        if self.is_amount:
            with np.errstate(invalid="ignore"):
                size = np.maximum(np.abs(_floats(self.old)), np.abs(_floats(self.new)))
                other = np.abs(self.moved) > _SAME * size
        else:
            other = self.old.to_numpy(False) != self.new.to_numpy(False)
        changed: np.ndarray = (other & self.both) | self.lost | self.gained
        return changed

    @cached_property
    def largest_first(self) -> np.ndarray:
        """The rows that change: those that only one version answers, then the farthest first."""
        rows = np.flatnonzero(self.changed)
        far = np.where(self.both[rows], np.nan_to_num(np.abs(self.moved[rows])), np.inf)
        return rows[np.argsort(-far, kind="stable")]

    def answers(self, most: int | None = None) -> pa.Table:
        """Give, for the rows that change, the farthest first, the line and both answers.

        Where it is known, how far the answer moved stands beside them, as "difference".

        Parameters
        ----------
        most : int, optional
            How many rows to give at most.
        """
        at = pa.array(self.largest_first[:most])
        columns = {
            "line": pa.array(self.table.line_numbers).take(at),
            f"version {self.version}": self.old.take(at),
            f"version {self.after.version}": self.new.take(at),
        }
        if self.has_distances:
            columns["difference"] = pa.array(self.moved, from_pandas=True).take(at)
        return pa.table(columns)

    def rows(self, most: int | None = None) -> pa.Table:
        """Give the rows that change: the user's own columns, and `answers` beside them.

        Answers that a spreadsheet would run as a formula are made harmless.
        """
        whole = self.table.cells if self.table.typed is None else self.table.typed
        own, ours = whole.take(pa.array(self.largest_first[:most])), self.answers(most)
        names, _ = free_names(own.column_names, ours.column_names)
        safe = [guard(one) if pa.types.is_string(one.type) else one for one in ours.columns]
        return pa.table([*own.columns, *safe], names=[*own.column_names, *names])

    def evidence(self) -> Compared:
        """Give what the timeline keeps of the comparison."""
        n_changed = 0 if self.problem else int(self.changed.sum())
        return Compared(self.version, self.n_rows, n_changed, self.table.name, self.problem)


def compared(
    version: int,
    after: Card,
    old: Result | None,
    new: Result,
    table: Table,
    features: pa.Table,
    columns: tuple[Column, ...],
    *,
    problem: str = "",
) -> Comparison:
    """Put two results of the same table beside each other.

    Parameters
    ----------
    version : int
        The one that the other is compared with.
    after : Card
        Of the other one, which answers the same question.
    old, new : Result
        What they gave, n_rows rows each; `old` is None where that version can't be asked.
    table : Table
        What came.
    features : pyarrow.Table
        As the versions were given them.
    columns : tuple of Column
        What is known of these features.
    problem : str
        Why there is no `old`.
    """
    amount = after.schema.task == "amount"
    answers = _answers(new, amount=amount)
    unasked = pa.nulls(len(answers), answers.type)
    before = unasked if old is None else _answers(old, amount=amount)
    return Comparison(
        version=version,
        after=after,
        table=table,
        old=before,
        new=answers,
        moved=_moved(old, new, before, answers, after.schema),
        unsure=_unsure(new) | (_unsure(old) if old is not None else False),
        truth=_truth(table, after.schema, amount=amount),
        features=features,
        columns=columns,
        problem=problem,
    )


def _answers(result: Result, *, amount: bool) -> pa.Array:
    column = result.added.column("prediction").combine_chunks()
    if amount:
        return column.cast(pa.float64())
    texts = [None if one is None else label_text(one) for one in column.to_pylist()]
    return pa.array(texts, pa.string())


def _has(column: pa.Array) -> np.ndarray:
    return np.asarray(column.is_valid(), dtype=bool)


def _floats(column: pa.Array) -> np.ndarray:
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64)


def _moved(
    old: Result | None, new: Result, before: pa.Array, after: pa.Array, schema: Schema
) -> np.ndarray:
    n_rows = len(after)
    if old is None:
        return np.full(n_rows, np.nan)
    if schema.task == "amount":
        apart: np.ndarray = _floats(after) - _floats(before)
        return apart
    names = dict.fromkeys(
        name
        for result in (old, new)
        for name in result.added.column_names
        if name.startswith("probability ")
    )
    if not all(any(name in one.added.column_names for name in names) for one in (old, new)):
        return np.full(n_rows, np.nan)
    if len(names) == 2 and len(schema.labels) == 2:
        name = f"probability {schema.labels[-1]}"
        return np.asarray(_chances(new, name) - _chances(old, name))
    by_label = [np.abs(_chances(new, name) - _chances(old, name)) for name in names]
    return np.asarray(np.max(by_label, axis=0))


def _chances(result: Result, name: str) -> np.ndarray:
    """Give a label's probability; 0 from a version that does not know it."""
    if name in result.added.column_names:
        return _floats(result.added.column(name).combine_chunks())
    return np.where(_has(result.added.column("prediction")), 0.0, np.nan)


def _unsure(result: Result) -> np.ndarray:
    if "confidence" not in result.added.column_names:
        return np.ones(result.n_rows, dtype=bool)
    chances = _floats(result.added.column("confidence").combine_chunks())
    return np.logical_not(chances >= SURE)


def _truth(table: Table, schema: Schema, *, amount: bool) -> pa.Array:
    """Read what really came, where the file has the target's column."""
    kind = pa.float64() if amount else pa.string()
    if schema.target is None or schema.target.name not in table.column_names:
        return pa.nulls(table.n_rows, kind)
    values, known = target_values(table, schema)
    texts = values if amount else [label_text(one) for one in values]
    return pa.array(texts, kind, mask=~known)
