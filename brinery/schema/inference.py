"""What a table's columns are, told from all of its rows."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from brinery.errors import CannotLearn
from brinery.schema.columns import Column, Kind, Schema, Task, Use
from brinery.schema.distinct import Distinct, distinct
from brinery.schema.kinds import describe_as, infer_column, is_canonical_number
from brinery.schema.leaks import leak_suspects
from brinery.schema.names import did_you_mean
from brinery.tables.table import Table

__all__ = ["MAX_LABELS", "for_estimator", "infer", "require_once", "with_kind"]

MAX_LABELS = 50
"""The most labels that a target may have to be learned as classes."""

_FEW_WHOLE_NUMBERS = 10


def infer(table: Table, *, target: str | None = None) -> Schema:
    """Tell what each column is, and what is asked of a model where there is a target.

    Parameters
    ----------
    table : Table
        All rows count, not only the first ones.
    target : str, optional
        The column to predict.

    Returns
    -------
    Schema
        A column that stands twice is described once; with different cells in each, it is
        ignored. `task` is None where the target can't be learned; its `reason` says why.

    Raises
    ------
    CannotLearn
        No column, or more than one, has the target's name; the message names the closest.
    """
    if target is not None:
        require_once(table, target)
    columns: list[Column] = []
    cells_by_name: dict[str, Distinct] = {}
    for position, name in enumerate(table.column_names):
        if name in cells_by_name:
            continue
        cells = cells_by_name[name] = distinct(table.cells.column(position))
        column = infer_column(name, cells)
        if not name.strip():
            column = dataclasses.replace(column, use="ignored", reason="It has no name.")
        elif not _same_wherever(table, name):
            column = dataclasses.replace(
                column, use="ignored", reason="It stands more than once, with different cells."
            )
        columns.append(column)
    schema = Schema(tuple(columns))
    return schema if target is None else _for_target(table, schema, cells_by_name, target)


def with_kind(
    table: Table, schema: Schema, name: str, kind: Kind, use: Use | None = None
) -> Schema:
    """Read one column as the modeler says.

    Parameters
    ----------
    table : Table
        The table that the schema was inferred from.
    schema : Schema
    name : str
        The column.
    kind : Kind
        What its cells are. What can't be read so counts as blank in training.
    use : Use, optional
        What it is for; by default what a column of this kind is for, or what the target
        is for where it is the target. "target" makes it the target.

    Raises
    ------
    CannotLearn
        The table or the schema has no column of this name.
    """
    known = next((column for column in schema.columns if column.name == name), None)
    if known is None or name not in table.column_names:
        require_once(table, name)
        raise CannotLearn(f"The schema has no column “{name}”.", remedy="Infer it again.")
    cells = distinct(table.cells.column(table.column_names.index(name)))
    column = describe_as(name, cells, kind, "Set by the modeler.")
    was_target = known.use == "target"
    column = dataclasses.replace(
        column, use=use or ("target" if was_target else column.use), leak_suspect=known.leak_suspect
    )
    columns = tuple(column if one.name == name else one for one in schema.columns)
    if column.use == "target":
        columns = tuple(
            dataclasses.replace(one, use="ignored")
            if one.use == "target" and one.name != name
            else one
            for one in columns
        )
        task, labels, column = _task_of(cells, column, chosen=True)
        columns = tuple(column if one.name == name else one for one in columns)
        return _with_leaks(table, Schema(columns, task, labels))
    if was_target:
        return Schema(columns)
    return dataclasses.replace(schema, columns=columns)


def for_estimator(
    table: Table, feature_names: Sequence[str] | None, target: str | None = None
) -> Schema:
    """Describe a table for an estimator that was fitted elsewhere.

    Parameters
    ----------
    table : Table
        A sample of what the estimator takes.
    feature_names : sequence of str or None
        The estimator's own names, in its order; None where it was fitted without names, and
        then every column but the target is a feature, in the table's order.
    target : str, optional
        The column that it predicts, where the sample has it.

    Returns
    -------
    Schema
        Exactly these features come first, in this order; all else is ignored.

    Raises
    ------
    CannotLearn
        The sample lacks a feature, or has it more than once; the message names the closest.
    """
    names = table.column_names
    wanted = (
        [name for name in names if name != target] if feature_names is None else [*feature_names]
    )
    for name in wanted:
        require_once(table, str(name), what="sample")
    inferred = infer(table, target=target if target in names else None)
    by_name = {column.name: column for column in inferred.columns}
    features = []
    for name in wanted:
        cells = distinct(table.cells.column(names.index(name)))
        features.append(_as_feature(cells, by_name[name]))
    rest = [
        column if column.use in ("target", "id") else dataclasses.replace(column, use="ignored")
        for column in inferred.columns
        if column.name not in set(wanted)
    ]
    return dataclasses.replace(inferred, columns=(*features, *rest))


def _as_feature(cells: Distinct, column: Column) -> Column:
    if column.kind in ("yes/no", "category") and column.storage == "string":
        column = describe_as(column.name, cells, "category", column.reason)
        return dataclasses.replace(column, use="feature", open_levels=True)
    if column.kind in ("number", "yes/no", "category", "text"):
        return dataclasses.replace(column, use="feature")
    as_number = describe_as(column.name, cells, "number", "The estimator takes it as a number.")
    one_sort = as_number.n_unique and as_number.minimum is not None
    if one_sort and all(is_canonical_number(text) for text in cells.trimmed.to_pylist() if text):
        return dataclasses.replace(as_number, use="feature")
    as_text = describe_as(column.name, cells, "text", "The estimator takes its text.")
    return dataclasses.replace(as_text, use="feature")


def require_once(table: Table, name: str, *, what: str = "table") -> None:
    """Refuse a table that has no column of a name, or more than one.

    Raises
    ------
    CannotLearn
        The message names the closest.
    """
    times = table.column_names.count(name)
    if times == 1:
        return
    if times:
        raise CannotLearn(
            f"The {what} has {times} columns named “{name}”.",
            where=table.name,
            remedy="Rename or delete all but one.",
        )
    raise CannotLearn(
        f"The {what} has no column “{name}”.",
        where=table.name,
        remedy=did_you_mean(name, table.column_names)
        or f"Its columns are: {', '.join(table.column_names[:20])}.",
    )


def _same_wherever(table: Table, name: str) -> bool:
    positions = [at for at, other in enumerate(table.column_names) if other == name]
    first = table.cells.column(positions[0])
    return all(first.equals(table.cells.column(at)) for at in positions[1:])


def _for_target(
    table: Table, schema: Schema, cells_by_name: dict[str, Distinct], target: str
) -> Schema:
    column = next(one for one in schema.columns if one.name == target)
    task, labels, column = _task_of(cells_by_name[target], column, chosen=False)
    columns = tuple(column if one.name == target else one for one in schema.columns)
    return _with_leaks(table, Schema(columns, task, labels))


def _task_of(
    cells: Distinct, column: Column, *, chosen: bool
) -> tuple[Task | None, tuple[str, ...], Column]:
    """Give the task, the labels in the order of `classes_`, and the column as the target."""
    few = column.n_unique <= _FEW_WHOLE_NUMBERS and column.n_rows >= 5 * column.n_unique
    as_labels = column.kind in ("category", "yes/no") or (
        not chosen
        and (column.n_unique == 2 or (column.kind == "number" and column.whole and few))
        and column.kind in ("number", "id", "text", "date")
    )
    if as_labels and column.kind not in ("category", "yes/no"):
        reason = f"{column.reason} There are few different ones, so they are taken as labels."
        column = describe_as(column.name, cells, "category", reason)
    column = dataclasses.replace(column, use="target")
    if column.kind == "number":
        return "amount", (), column
    if not as_labels or not 2 <= len(column.levels) <= MAX_LABELS:
        return None, (), column
    labels = _in_class_order(column.level_names)
    return ("yes/no" if len(labels) == 2 else "classes"), labels, column


def _in_class_order(labels: Sequence[str]) -> tuple[str, ...]:
    if all(is_canonical_number(label) and "." not in label for label in labels):
        return tuple(sorted(labels, key=int))
    return tuple(sorted(labels))


def _with_leaks(table: Table, schema: Schema) -> Schema:
    suspects = leak_suspects(table, schema)
    columns = tuple(
        dataclasses.replace(column, leak_suspect=column.name in suspects)
        for column in schema.columns
    )
    return dataclasses.replace(schema, columns=columns)
