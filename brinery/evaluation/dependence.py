"""Partial dependence: a model's mean answer where one feature is changed and all else stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from brinery.evaluation.effects import Effect
from brinery.evaluation.evaluation import Importance
from brinery.evaluation.wording import readable, short
from brinery.schema.check import written_value
from brinery.schema.columns import Column

__all__ = ["effects_of"]

MAX_ROWS = 200
MAX_FEATURES = 6
MAX_LABELS = 5
_MOST_POINTS = 12
_MOST_LEVELS = 10
_ENDS = (0.05, 0.95)
"""Of numbers the quantiles that are gone to: beyond them few rows say what the model learned."""
_BLANK_SHARE = 0.05


@dataclass(frozen=True, eq=False)
class _Points:
    """What a feature is changed to: its cells, and the same in words."""

    column: Column
    cells: np.ndarray
    at: tuple[str, ...]
    is_level: bool


def effects_of(
    pipeline: Any,
    frame: pd.DataFrame,
    columns: Sequence[Column],
    importances: Sequence[Importance],
    *,
    labels: Sequence[str] = (),
    sought: int | None = None,
    weights: np.ndarray | None = None,
    seed: int,
) -> tuple[Effect, ...]:
    """Measure how the features that matter most act on the answers.

    Parameters
    ----------
    pipeline : object
        Fitted.
    frame : pandas.DataFrame, shape (n_rows, n_features)
        Rows that training never saw; at most 200 of them are asked about.
    columns : sequence of Column
        What the features are.
    importances : sequence of Importance
        What matters most first; features without a sure effect are left out.
    labels : sequence of str
        What the classes are called, in the order of `classes_`; by default as they are.
    sought : int, optional
        The label that is told, as its position in `classes_`. Without it, up to five labels that
        move most, in the order of `classes_`.
    weights : numpy.ndarray, shape (n_rows,), optional
        How much each row counts.
    seed : int
        Of the rows that are drawn.

    Returns
    -------
    tuple of Effect
        At most six, in the order of `importances`. None of free text, or of a column that does
        not vary in these rows.
    """
    known = {column.name: column for column in columns}
    sure = [one.feature for one in importances if one.mean > max(0.0, one.spread)]
    gone = (_points(frame[name], known[name]) for name in sure if name in known)
    points = [one for one in gone if one is not None][:MAX_FEATURES]
    if not points:
        return ()
    drawn = np.sort(np.random.default_rng(seed).permutation(len(frame))[:MAX_ROWS])
    counts = None if weights is None else weights[drawn]
    told = _asked(pipeline, frame.iloc[drawn], points)
    means = [np.average(one, axis=1, weights=counts) for one in told]
    classes = getattr(pipeline, "classes_", None)
    shown = [0]
    if classes is not None:
        shown = [sought] if sought is not None else _that_move(means)
        labels = labels or [str(one) for one in classes]
    return tuple(
        Effect(
            feature=one.column.name,
            kind=_kind(one),
            at=one.at,
            marks=() if one.is_level else tuple(one.cells.tolist()),
            labels=() if classes is None else tuple(labels[label] for label in shown),
            values=tuple(tuple(short(value) for value in mean[:, label]) for label in shown),
            agree=_agree(rows[:, :, shown], mean[:, shown]),
            is_share=classes is not None and not hasattr(pipeline, "predict_proba"),
        )
        for one, rows, mean in zip(points, told, means, strict=True)
    )


def _points(cells: pd.Series, column: Column) -> _Points | None:
    """Choose what a feature is changed to: levels, or quantiles that read well."""
    if column.kind == "text":
        return None
    if column.storage == "float64" and column.kind in ("number", "date"):
        values = np.unique(cells.dropna().to_numpy(np.float64))
        if len(values) > _MOST_POINTS:
            shares = np.linspace(*_ENDS, _MOST_POINTS)
            values = np.quantile(cells.dropna(), shares, method="inverted_cdf")
        marks: np.ndarray = np.unique([readable(one, column) for one in values])
        words = tuple(written_value(column, one) for one in marks)
        return _Points(column, marks, words, is_level=False) if len(marks) > 1 else None
    levels = [*cells.value_counts().head(_MOST_LEVELS).index]
    written = [one if isinstance(one, str) else written_value(column, one) for one in levels]
    if cells.isna().mean() >= _BLANK_SHARE:
        levels, written = [*levels, np.nan], [*written, ""]
    kept = np.array(levels, dtype=cells.to_numpy().dtype)
    return _Points(column, kept, tuple(written), is_level=True) if len(levels) > 1 else None


def _kind(points: _Points) -> Any:
    if points.is_level:
        return "level"
    return "date" if points.column.kind == "date" else "number"


def _asked(pipeline: Any, rows: pd.DataFrame, points: Sequence[_Points]) -> list[np.ndarray]:
    """Ask about every row at every point, in one call: a call has its price, whatever it asks.

    Returns
    -------
    list of numpy.ndarray, shape (n_points, n_rows, n_labels)
        One a feature; of amounts, n_labels is 1.
    """
    n_rows = len(rows)
    n_points = [len(one.cells) for one in points]
    every = rows.iloc[np.tile(np.arange(n_rows), sum(n_points))].reset_index(drop=True)
    starts = n_rows * np.cumsum([0, *n_points])
    for one, start, end in zip(points, starts[:-1], starts[1:], strict=True):
        changed = every[one.column.name].to_numpy(copy=True)
        changed[start:end] = np.repeat(one.cells, n_rows)
        every[one.column.name] = changed
    classes = getattr(pipeline, "classes_", None)
    if classes is None:
        told = np.asarray(pipeline.predict(every), dtype=np.float64).reshape(-1, 1)
    elif hasattr(pipeline, "predict_proba"):
        told = pipeline.predict_proba(every)
    else:
        told = (pipeline.predict(every)[:, None] == classes).astype(np.float64)
    ends = zip(n_points, starts[:-1], starts[1:], strict=True)
    return [told[start:end].reshape(n, n_rows, -1) for n, start, end in ends]


def _that_move(means: Sequence[np.ndarray]) -> list[int]:
    moved = np.max([np.ptp(one, axis=0) for one in means], axis=0)
    return sorted(np.argsort(-moved, kind="stable")[:MAX_LABELS].tolist())


def _agree(rows: np.ndarray, mean: np.ndarray) -> float:
    """Give the share of rows that go up from where the mean is lowest to where it is highest."""
    lead = int(np.ptp(mean, axis=0).argmax())
    low, high = int(mean[:, lead].argmin()), int(mean[:, lead].argmax())
    return float((rows[high, :, lead] > rows[low, :, lead]).mean())
