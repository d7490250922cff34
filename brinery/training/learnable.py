"""What a training starts from: the typed features and the target of the rows it can learn from."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from brinery.errors import CannotLearn
from brinery.schema.coerced import coerce_column
from brinery.schema.coercion import coerce, style_of, target_values
from brinery.schema.columns import Kind, Schema, Task, Use
from brinery.schema.distinct import distinct
from brinery.schema.inference import infer
from brinery.tables.table import Table
from brinery.training import rules
from brinery.training.cuts import Way
from brinery.training.usable import usable

__all__ = ["Learnable", "column_to_cut_by", "corrections", "learnable"]

_MIN_FILLED = 10
"""A feature with fewer filled cells than this is left out."""


@dataclass(frozen=True, eq=False)
class Learnable:
    """The rows of a table that can be learned from.

    Attributes
    ----------
    schema : Schema
        Whose features `features` has.
    task : {"yes/no", "classes", "amount"}
    features : pyarrow.Table, shape (n_rows, n_features)
    values : numpy.ndarray, shape (n_rows,)
        The target.
    rows : numpy.ndarray of int64, shape (n_rows,)
        Where they stand in the table.
    notes : tuple of str
        Plain sentences on what was left out, and on what looks suspicious.
    weights : numpy.ndarray, shape (n_rows,), or None
        How much each row counts; None where all count alike.
    """

    schema: Schema
    task: Task
    features: pa.Table
    values: np.ndarray
    rows: np.ndarray
    notes: tuple[str, ...]
    weights: np.ndarray | None = None


def learnable(
    table: Table,
    target: str,
    schema: Schema | None = None,
    *,
    weights: str = "",
    monotonic: Mapping[str, str] | None = None,
) -> Learnable:
    """Find what can be learned from.

    Parameters
    ----------
    table : Table
    target : str
        The column to predict.
    schema : Schema, optional
        The columns as the modeler corrected them; inferred from all rows where it is None.
    weights : str
        The column that says how much each row counts; never a feature.
    monotonic : mapping of str to {"up", "down"}, optional
        See `rules.directed`.

    Raises
    ------
    CannotLearn
        There is nothing to learn from these rows for this target, and why; the remedy says
        what would help.
    """
    _require_column(table, target)
    known = infer(table, target=target) if schema is None else schema
    _require_target(known, target)
    if weights:
        _require_column(table, weights)
        known = rules.without_weights(known, weights)
    known = rules.directed(known, monotonic or {})
    for column in known.features:
        _require_column(table, column.name)
    values, is_known = target_values(table, known)
    found = usable(known, values, is_known)
    features = _features(table, known).take(pa.array(found.rows))
    known, sparse = _without_sparse(known, features)
    return Learnable(
        schema=known,
        task=found.task,
        features=features.select([column.name for column in known.features]),
        values=values[found.rows],
        rows=found.rows,
        notes=(*_suspects(known), *found.notes, *sparse),
        weights=rules.row_weights(table, weights, found.rows) if weights else None,
    )


def corrections(
    table: Table, target: str, schema: Schema | None
) -> tuple[tuple[str, Kind, Use], ...]:
    """Give (column, kind, use) wherever a schema reads a table otherwise than it is inferred."""
    if schema is None:
        return ()
    by_name = {column.name: column for column in infer(table, target=target).columns}
    return tuple(
        (column.name, column.kind, column.use)
        for column in schema.columns
        if (column.kind, column.use) != (by_name[column.name].kind, by_name[column.name].use)
    )


def column_to_cut_by(table: Table, known: Learnable, way: Way, column: str) -> np.ndarray | None:
    """Give the group, or the time, of each row that can be learned from; None for chance.

    Raises
    ------
    CannotLearn
        There is no such column, or its cells are no times; name another, or split by chance.
        A column without a way to split by it, or a way without a column: give both or neither.
    """
    if way == "random":
        if column:
            raise CannotLearn(
                f"“{column}” is to split by, but not whether it holds a group or the time.",
                where=column,
                remedy="Say that the split is by group, or by time; or leave the column out.",
            )
        return None
    if way not in ("group", "time"):
        raise CannotLearn(f"There is no split {way!r}.", remedy="Take random, group or time.")
    if not column:
        raise CannotLearn(
            f"A split by {way} needs the column with the {way}.",
            remedy="Name it (split_by, in a shell --split-by), or split by chance.",
        )
    _require_column(table, column)
    cells = distinct(table.cells.column(table.column_names.index(column)))
    if way == "group":
        return np.asarray(cells.codes[known.rows])
    described = next((one for one in known.schema.columns if one.name == column), None)
    if described is None or described.kind not in ("date", "number"):
        raise CannotLearn(
            f"“{column}” holds no times.",
            where=column,
            remedy="Name a column with dates or numbers, or split by chance.",
        )
    typed = coerce_column(cells, described, style_of(cells, described)).values
    times = typed.to_numpy(zero_copy_only=False).astype(np.float64)[known.rows]
    if np.isnan(times).any():
        raise CannotLearn(
            f"“{column}” is blank in some rows, which then have no time.",
            where=column,
            remedy="Fill it in, or split by chance.",
        )
    return np.asarray(times)


def _require_column(table: Table, target: str) -> None:
    names = table.column_names
    if target in names:
        return
    close = difflib.get_close_matches(target, names, n=1, cutoff=0.5)
    meant = f"Did you mean “{close[0]}”? " if close else ""
    raise CannotLearn(
        f"There is no column “{target}”.",
        where=table.name,
        remedy=f"{meant}The columns are: {', '.join(names)}.",
    )


def _require_target(schema: Schema, target: str) -> None:
    if schema.target is None or schema.target.name != target:
        raise CannotLearn(
            f"The columns as given do not name “{target}” as the target.",
            where=target,
            remedy="Choose the target again.",
        )


def _features(table: Table, schema: Schema) -> pa.Table:
    positions = {name: at for at, name in reversed([*enumerate(table.column_names)])}
    return coerce(table, schema, positions).features


def _without_sparse(schema: Schema, features: pa.Table) -> tuple[Schema, tuple[str, ...]]:
    # From a few cells nothing can be learned, and a fold may hold none of them.
    n_filled = {
        name: features.num_rows - features.column(name).null_count for name in features.column_names
    }
    sparse = [name for name, count in n_filled.items() if count < _MIN_FILLED]
    if len(sparse) == features.num_columns:
        raise CannotLearn(
            "Every column to predict from is blank in nearly all rows.",
            remedy=f"Bring at least one with {_MIN_FILLED} filled cells or more.",
        )
    if not sparse:
        return schema, ()
    reason = f"Filled in fewer than {_MIN_FILLED} of the rows that can be learned from."
    columns = tuple(
        dataclasses.replace(column, use="ignored", reason=reason)
        if column.use == "feature" and column.name in sparse
        else column
        for column in schema.columns
    )
    names = ", ".join(f"“{name}”" for name in sparse)
    return dataclasses.replace(schema, columns=columns), (f"Left out as nearly blank: {names}.",)


def _suspects(schema: Schema) -> tuple[str, ...]:
    return tuple(
        f"“{column.name}” alone nearly gives the answer away. If it is only known "
        "afterwards, leave it out and train again."
        for column in schema.features
        if column.leak_suspect
    )
