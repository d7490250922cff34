"""The charts of how a feature acts on a model's answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from brinery.evaluation.effects import Effect
from brinery.schema.phrases import capitalized
from ui.charts import draw

__all__ = ["draw_effect", "ends_of"]

_LONGEST_NAME = 60


def draw_effect(effect: Effect, ends: tuple[float, float]) -> None:
    """Draw the mean answer at each point of a feature: a line, or a dot for each level.

    Parameters
    ----------
    effect : Effect
    ends : (float, float)
        Of the axis of answers: that of all the effects, so that a feature that does little looks
        so.
    """
    chart = alt.Chart(_frame(effect))
    value = _value(effect, ends)
    drawn = _levels(chart, value) if effect.kind == "level" else _line(chart, effect, value)
    if len(effect.values) > 1:
        # Told apart by more than their colour.
        channel = (
            {"shape": alt.Shape("Answer:N", sort=list(effect.labels), title=None)}
            if effect.kind == "level"
            else {"strokeDash": alt.StrokeDash("Answer:N", sort=list(effect.labels), title=None)}
        )
        color = alt.Color("Answer:N", sort=list(effect.labels), title=None)
        drawn = drawn.encode(color=color, **channel)
    draw(drawn.properties(height=_height(effect)), effect.sentence())


def ends_of(effects: Sequence[Effect]) -> tuple[float, float]:
    """Give the lowest and the highest answer of all."""
    values = [value for effect in effects for line in effect.values for value in line]
    return min(values), max(values)


def _frame(effect: Effect) -> pd.DataFrame:
    """Give a row for each point and label; levels stand in the order of the leading label."""
    order = np.arange(len(effect.at))
    if effect.kind == "level":
        order = np.argsort(-np.array(effect.values[effect.lead]), kind="stable")
    rows = [
        {
            "At": effect.at[one] or "(blank)",
            "Mark": effect.marks[one] if effect.marks else None,
            "Predicted": values[one],
            "Answer": label,
        }
        for label, values in zip(effect.labels or ("",), effect.values, strict=True)
        for one in order
    ]
    frame = pd.DataFrame(rows)
    if effect.kind == "date":
        frame["Mark"] = pd.to_datetime(frame["Mark"], unit="D")
    return frame


def _value(effect: Effect, ends: tuple[float, float]) -> dict[str, Any]:
    title = "Share of rows" if effect.is_share else "Predicted chance"
    if len(effect.values) == 1:
        title = capitalized(effect.what)
    axis = alt.Axis(format="%") if effect.labels else alt.Axis()
    return {"title": title, "axis": axis, "scale": alt.Scale(domain=list(ends), nice=True)}


def _line(chart: alt.Chart, effect: Effect, value: dict[str, Any]) -> alt.Chart:
    kind = "T" if effect.kind == "date" else "Q"
    across = alt.X(
        f"Mark:{kind}", title=effect.feature[:_LONGEST_NAME], scale=alt.Scale(zero=False)
    )
    line: alt.Chart = chart.mark_line(point=alt.OverlayMarkDef(size=50, filled=True)).encode(
        x=across, y=alt.Y("Predicted:Q", **value), tooltip=_tooltip(effect)
    )
    return line


def _levels(chart: alt.Chart, value: dict[str, Any]) -> alt.Chart:
    y = alt.Y("At:N", sort=None, title=None, axis=alt.Axis(labelLimit=200, grid=True))
    dots: alt.Chart = chart.mark_point(filled=True, size=90).encode(
        x=alt.X("Predicted:Q", **value), y=y, tooltip=["At", "Answer", "Predicted"]
    )
    return dots


def _tooltip(effect: Effect) -> list[Any]:
    format = ".1%" if effect.labels else ",.4~g"
    return [alt.Tooltip("At:N", title=effect.feature), alt.Tooltip("Predicted:Q", format=format)]


def _height(effect: Effect) -> int:
    return 80 + 26 * len(effect.at) if effect.kind == "level" else 280
