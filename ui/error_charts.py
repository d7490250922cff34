"""The charts of where a model errs: in which parts of the holdout, and by what it predicts."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from brinery.evaluation.evaluation import ResidualBand
from brinery.evaluation.parts import Weakness, weaknesses_in_words
from brinery.evaluation.sizes import BySize
from ui.charts import GREY, dots, draw, spans

__all__ = ["by_size", "weaknesses"]

_LIMIT = 300
"""Pixels of a line: what a narrow screen has."""


def weaknesses(parts: Sequence[Weakness], *, is_amount: bool) -> None:
    """Draw how often, or how far, the model errs in its weakest parts, and elsewhere."""
    frame = pd.DataFrame(
        {
            "Where": [one.where for one in parts],
            "Error": [one.error for one in parts],
            "low": [one.low for one in parts],
            "high": [one.high for one in parts],
            "Elsewhere": [one.elsewhere for one in parts],
            "Rows": [one.n_rows for one in parts],
        }
    )
    title = "How far off it is on average" if is_amount else "Rows for which it is wrong"
    # No grid: its lines would go through the conditions.
    axis = alt.Axis(grid=False) if is_amount else alt.Axis(format="%", grid=False)
    # A condition a line, above its bar: beside it, a narrow screen has no room for both.
    above = alt.Axis(
        labelExpr="split(replace(datum.value, /, “| and “/g, '\\n“'), '\\n')",
        labelLimit=_LIMIT,
        labelAlign="left",
        labelBaseline="top",
        labelPadding=-6,
        labelOffset=-36,
        ticks=False,
        domain=False,
    )
    y = alt.Y(
        "Where:N",
        sort=None,
        title=None,
        axis=above,
        scale=alt.Scale(type="band"),
        bandPosition=0.9,
    )
    x = alt.X("low:Q", title=title, axis=axis, scale=alt.Scale(zero=True))
    bars = spans(alt.Chart(frame))
    points = dots(alt.Chart(frame))
    elsewhere = alt.Chart(frame).mark_point(
        shape="stroke", angle=90, size=400, strokeWidth=3, color=GREY
    )
    chart = (
        bars.encode(x=x, x2="high:Q", y=y)
        + elsewhere.encode(x="Elsewhere:Q", y=y, tooltip=["Elsewhere"])
        + points.encode(x="Error:Q", y=y, tooltip=["Where", "Error", "low", "high", "Rows"])
    )
    first = weaknesses_in_words(parts, is_amount=is_amount)[0]
    draw(
        chart.properties(height=50 + 90 * len(parts)),
        f"{first} Each part's bar holds its true value in 95 of 100 cases; the stroke beside "
        "it is what is so elsewhere.",
    )


def by_size(bands: Sequence[ResidualBand], ends: BySize | None) -> None:
    """Draw how far off predictions of each size are."""
    frame = pd.DataFrame(
        {
            "Predicted": [band.predicted for band in bands],
            "Off by": [band.error for band in bands],
            "low": [band.error_low for band in bands],
            "high": [band.error_high for band in bands],
            "Rows": [band.n_rows for band in bands],
        }
    )
    x = alt.X("Predicted:Q", scale=alt.Scale(zero=False))
    y = alt.Y("low:Q", title="How far off it is on average")
    bars = spans(alt.Chart(frame)).encode(x=x, y=y, y2="high:Q")
    points = dots(alt.Chart(frame)).encode(
        x=x, y="Off by:Q", tooltip=["Predicted", "Off by", "low", "high", "Rows"]
    )
    told = ends.sentence() if ends else "All its predictions are of about the same size."
    draw(
        (bars + points).properties(height=300),
        f"{told} Each dot is a group of rows with about the same prediction.",
    )
