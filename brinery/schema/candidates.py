"""Which columns of a file could be the ones that are missing: by their names and their cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from brinery.schema.coerced import coerce_column
from brinery.schema.coercion import style_of
from brinery.schema.columns import Column
from brinery.schema.distinct import Distinct, distinct
from brinery.schema.names import CLOSE, closeness
from brinery.tables.table import Table

__all__ = ["Candidates", "candidates", "fit"]

_SAMPLED = 400
_TIE = 0.03
_SURE = 0.9
_MOST = 0.6


@dataclass(frozen=True)
class Candidates:
    """What could be meant by a column that is missing.

    Attributes
    ----------
    close : tuple of str
        The file's columns that could be it, the likeliest first.
    proposal : str
        The one to propose; "" where two are as likely, or none is.
    """

    close: tuple[str, ...] = ()
    proposal: str = ""


def candidates(
    table: Table, missing: Sequence[Column], free: Sequence[str]
) -> dict[str, Candidates]:
    """Find for each missing feature the columns that could be meant, none proposed twice.

    A name that is close counts, unless the cells can't be what the feature holds. So do cells
    that hold a category's own levels under any name.

    Parameters
    ----------
    table : Table
    missing : sequence of Column
        Features that the file has no column for.
    free : sequence of str
        Columns that are no feature's.
    """
    names = list(dict.fromkeys(free))
    sampled = {name: _sample(table, name) for name in names} if missing else {}
    scores = {
        (column.name, name): score
        for column in missing
        for name in names
        if (score := _score(column, name, sampled[name])) > 0
    }
    proposed: dict[str, str] = {}
    of_feature: dict[str, list[str]] = {}
    of_name: dict[str, list[str]] = {}
    for feature, name in scores:
        of_feature.setdefault(feature, []).append(name)
        of_name.setdefault(name, []).append(feature)
    for (feature, name), score in sorted(scores.items(), key=lambda one: -one[1]):
        taken = proposed.values()
        if feature in proposed or name in taken:
            continue
        rivals = [
            *(scores[feature, o] for o in of_feature[feature] if o != name and o not in taken),
            *(scores[o, name] for o in of_name[name] if o != feature and o not in proposed),
        ]
        if all(score - rival > _TIE for rival in rivals):
            proposed[feature] = name
    return {column.name: _of(column.name, scores, proposed) for column in missing}


def fit(cells: Distinct, column: Column) -> float | None:
    """Tell which share of the cells that are not blank a feature could hold; None without any.

    A number outside the range that training saw counts half.
    """
    if column.kind in ("text", "id", "constant"):
        return None
    one = coerce_column(cells, column, style_of(cells, column))
    full = ~one.blank
    if not full.any():
        return None
    good = full & ~one.unreadable & ~one.unseen & ~one.too_large
    return float((good.sum() - 0.5 * (good & one.outside).sum()) / full.sum())


def _score(column: Column, name: str, cells: Distinct) -> float:
    """Give 0 where the column can't be meant."""
    alike = closeness(column.name, name)
    by_level = column.kind == "category" and _holds_its_levels(column, cells)
    if alike < 0.5 and not by_level:
        return 0.0
    share = fit(cells, column)
    if share is None:
        return alike if alike >= CLOSE else 0.0
    must_read = column.kind in ("number", "date", "yes/no")
    if (must_read and share < 0.5) or (share == 0 and alike < _SURE and not column.open_levels):
        return 0.0
    if alike < CLOSE and not by_level and share < _SURE:
        return 0.0
    return 0.6 * alike + 0.4 * share


def _holds_its_levels(column: Column, cells: Distinct) -> bool:
    known = set(column.level_names) & set(cells.trimmed.to_pylist())
    return len(known) > 1 and (fit(cells, column) or 0) >= _MOST


def _of(feature: str, scores: dict[tuple[str, str], float], proposed: dict[str, str]) -> Candidates:
    if feature in proposed:
        return Candidates((proposed[feature],), proposed[feature])
    taken = set(proposed.values())
    mine = {name: score for (wanted, name), score in scores.items() if wanted == feature}
    close = sorted((name for name in mine if name not in taken), key=lambda name: -mine[name])
    return Candidates(tuple(close[:3]))


def _sample(table: Table, name: str) -> Distinct:
    column = table.cells.column(table.column_names.index(name))
    if table.n_rows > _SAMPLED:
        rows = np.linspace(0, table.n_rows - 1, _SAMPLED).astype(np.int64)
        column = column.take(pa.array(rows))
    return distinct(column)
