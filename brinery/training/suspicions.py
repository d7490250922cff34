"""What makes a model look better than it is: named in the evaluation, whatever the figures.

Columns that give the answer away are found when the schema is inferred, in
`brinery.schema.leaks`; this is what only the rows that are learned from can tell.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from brinery.schema.columns import Column, Schema, Task
from brinery.schema.kinds import is_key_name
from brinery.tables.table import Table

__all__ = ["about_rows", "about_split"]

_BINS = 20
_DEPENDS = 0.25
"""The share of the target's variance that an id's order has to explain on other rows."""
_FILLED_BY_ANSWER = 0.8
"""The correlation of a column's blanks with an answer from which it is named."""
_MIN_LEVEL_ROWS = 20
_UNLIKELY = 1e-4
_SHOWN = 3


def about_rows(
    schema: Schema, frame: pd.DataFrame, values: np.ndarray, table: Table, rows: np.ndarray
) -> tuple[str, ...]:
    """Name what is suspicious in the rows that can be learned from.

    Parameters
    ----------
    schema : Schema
    frame : pandas.DataFrame, shape (n_rows, n_features)
    values : numpy.ndarray, shape (n_rows,)
        The target.
    table : Table
        The whole table, with its identifiers.
    rows : numpy.ndarray of int64, shape (n_rows,)
        Where the rows stand in the table.

    Returns
    -------
    tuple of str
        One plain sentence for each, with what to do.
    """
    coded = _coded(schema.task, values)
    return (
        *_ids_as_features(schema),
        *_depends_on_id(schema, table, rows, coded),
        *_known_afterwards(schema, frame, coded),
        *_one_answer(schema, frame, values),
    )


def about_split(
    frame: pd.DataFrame, values: np.ndarray, learn: np.ndarray, held: np.ndarray
) -> tuple[str, ...]:
    """Name rows that stand on both sides of the split, answer and all."""
    whole = frame.assign(**{"\0answer": values})
    marks = pd.util.hash_pandas_object(whole, index=False).to_numpy()
    n_twice = int(np.isin(marks[held], marks[learn]).sum())
    if n_twice < max(1, 0.01 * len(held)):
        return ()
    return (
        f"{n_twice:,} of the {len(held):,} rows that it was measured on stand in the training "
        "rows too, answer and all. If they are copies, remove them and train again: the figures "
        "are too good.",
    )


def _coded(task: Task | None, values: np.ndarray) -> np.ndarray:
    """Give the target as columns of numbers: an amount, or 0/1 for each label."""
    if task == "amount":
        return np.asarray(values, dtype=np.float64)[:, None]
    return np.asarray(values[:, None] == np.unique(values)[None, :], dtype=np.float64)


def _ids_as_features(schema: Schema) -> list[str]:
    names = [one.name for one in schema.features if one.kind == "id" or _names_the_row(one)]
    return [
        f"“{name}” names the row and says nothing of a new one. Leave it out and train again."
        for name in names
    ]


def _names_the_row(column: Column) -> bool:
    n_filled = column.n_rows - column.n_blank
    in_nearly_every_row = column.n_unique > 0.9 * n_filled > 0
    return in_nearly_every_row and (column.kind == "category" or is_key_name(column.name))


def _depends_on_id(schema: Schema, table: Table, rows: np.ndarray, coded: np.ndarray) -> list[str]:
    found = []
    for column in schema.columns:
        if column.use == "id" and column.name in table.column_names:
            cells = table.cells.column(table.column_names.index(column.name)).to_pylist()
            if _explained([cells[row] for row in rows], coded) > _DEPENDS:
                found.append(
                    f"The answer depends on “{column.name}”, which should say nothing: the rows "
                    "may come from several sources, or be sorted by the answer. Find out why "
                    "before you rely on this model."
                )
    return found


def _explained(ids: list[str], coded: np.ndarray) -> float:
    """Give the share of a target's variance that the order of the ids explains on other rows."""
    order = np.argsort(_ranks(ids), kind="stable")
    place = np.empty(len(ids), dtype=np.int64)
    place[order] = np.arange(len(ids))
    bins = place * min(_BINS, max(2, len(ids) // 10)) // len(ids)
    first = np.random.default_rng(0).permutation(len(ids)) % 2 == 0
    best = 0.0
    for target in coded.T:
        rest = target[~first]
        spread = float(np.sum((rest - rest.mean()) ** 2))
        if not spread:
            continue
        counts = np.bincount(bins[first], minlength=bins.max() + 1)
        sums = np.bincount(bins[first], weights=target[first], minlength=bins.max() + 1)
        said = np.where(counts > 0, sums / np.maximum(counts, 1), target[first].mean())[bins]
        best = max(best, 1 - float(np.sum((rest - said[~first]) ** 2)) / spread)
    return best


def _ranks(ids: list[str]) -> np.ndarray:
    numbers = [re.findall(r"[0-9]+", one) for one in ids]
    if all(numbers):
        return np.array([float(one[-1][-15:]) for one in numbers])
    return np.unique(np.array(ids, dtype=str), return_inverse=True)[1]


def _known_afterwards(schema: Schema, frame: pd.DataFrame, coded: np.ndarray) -> list[str]:
    found = []
    for column in schema.features:
        blank = frame[column.name].isna().to_numpy().astype(float)
        if column.leak_suspect or not 0.01 < blank.mean() < 0.99:
            continue
        strength = max(
            abs(float(np.corrcoef(blank, one)[0, 1])) for one in coded.T if np.ptp(one) > 0
        )
        if strength > _FILLED_BY_ANSWER:
            found.append(
                f"Whether “{column.name}” is blank nearly tells the answer, so it may be filled in "
                "only afterwards. If so, leave it out and train again."
            )
    return found


def _one_answer(schema: Schema, frame: pd.DataFrame, values: np.ndarray) -> list[str]:
    """Name levels all of whose rows have the same label, more of them than chance would give."""
    if schema.task == "amount":
        return []
    labels, counts = np.unique(values, return_counts=True)
    share = dict(zip(labels.tolist(), counts / counts.sum(), strict=True))
    said = []
    for column in schema.features:
        if column.kind not in ("category", "yes/no"):
            continue
        for level, rows in pd.Series(values).groupby(frame[column.name].to_numpy()):
            only = rows.iloc[0]
            if len(rows) < _MIN_LEVEL_ROWS or not (rows == only).all():
                continue
            if share[only] ** len(rows) < _UNLIKELY:
                word = f"{level:g}" if isinstance(level, float) else level
                said.append(
                    f"All {len(rows):,} rows whose “{column.name}” is “{word}” have the answer "
                    f"“{only}”: nothing else can be learned for them."
                )
    more = len(said) - _SHOWN
    return said[:_SHOWN] + ([f"So it is with {more} more levels."] if more > 0 else [])
