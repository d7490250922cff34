"""The chart of whether more rows would help."""

from __future__ import annotations

import altair as alt
import pandas as pd

from brinery.evaluation.learning import LearningCurve
from brinery.schema.phrases import capitalized
from ui.charts import draw

__all__ = ["draw_learning"]


def draw_learning(curve: LearningCurve) -> None:
    """Draw how good the model is with ever more rows to learn from, each twice the one before."""
    frame = pd.DataFrame(
        {
            "Rows": [one.n_rows for one in curve.points],
            "Score": [one.score for one in curve.points],
            "low": [one.low for one in curve.points],
            "high": [one.high for one in curve.points],
        }
    )
    rows = frame["Rows"].tolist()
    x = alt.X(
        "Rows:Q",
        title="Rows learned from",
        scale=alt.Scale(type="log", base=2, domain=[rows[0], rows[-1]]),
        axis=alt.Axis(values=rows, format=",d"),
    )
    y = alt.Y("low:Q", title=capitalized(curve.what), scale=alt.Scale(zero=False))
    base = alt.Chart(frame).encode(x=x)
    band = base.mark_area(opacity=0.2).encode(y=y, y2="high:Q")
    line = base.mark_line(point=alt.OverlayMarkDef(size=60, filled=True)).encode(
        y="Score:Q", tooltip=["Rows", "Score", "low", "high"]
    )
    draw(
        (band + line).properties(height=280),
        f"{curve.sentence()} The band holds the true value in 95 of 100 cases.",
    )
