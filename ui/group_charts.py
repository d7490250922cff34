"""How good a model is for each group of a column: drawn, told, and in figures."""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st

from brinery.evaluation.parts import ByGroup
from brinery.evaluation.wording import metric_in_words
from brinery.report.groups import group_heads, group_rows
from ui.charts import GREY, dots, draw, spans
from ui.words import plain

__all__ = ["groups"]


def groups(by: ByGroup) -> None:
    """Draw the metric of each group with its interval, beside that of all rows."""
    told = [one for one in by.groups if one.value is not None]
    untold = [one for one in by.groups if one.value is None]
    order = [one.name for one in by.groups]
    if told:
        draw(_chart(by, order).properties(height=70 + 30 * len(order)), _sentence(by))
    else:
        st.markdown(plain(by.sentence()))
    for one in untold:
        st.caption(plain(f"“{one.name}”: {one.why}"))
    with st.expander("Figures of every group", icon=":material/table_rows:"):
        heads = [head[:1].upper() + head[1:] for head in group_heads(by)[1:]]
        frame = pd.DataFrame(group_rows(by), columns=["Group", *heads])
        st.table(frame, hide_index=True, alt=f"Every group of “{by.column}”")


def _chart(by: ByGroup, order: list[str]) -> alt.LayerChart:
    frame = pd.DataFrame(
        {
            "Group": order,
            "Value": [one.value for one in by.groups],
            "low": [one.low for one in by.groups],
            "high": [one.high for one in by.groups],
            "Rows": [one.n_rows for one in by.groups],
        }
    )
    name = metric_in_words(by.metric)
    title = name[:1].upper() + name[1:]
    x = alt.X(
        "low:Q",
        title=title,
        axis=alt.Axis(tickCount=8),
        scale=alt.Scale(zero=not by.higher_is_better),
    )
    y = alt.Y("Group:N", sort=order, title=None, axis=alt.Axis(labelLimit=200, labelFlush=False))
    whole = alt.Chart(
        pd.DataFrame({"low": [by.whole.low], "high": [by.whole.high], "at": [by.whole.value]})
    )
    base = alt.Chart(frame)
    bars = spans(base).encode(x=x, x2="high:Q", y=y)
    points = dots(base).encode(x="Value:Q", y=y, tooltip=["Group", "Value", "low", "high", "Rows"])
    chart: alt.LayerChart = (
        whole.mark_rect(opacity=0.15, color=GREY).encode(x=x, x2="high:Q")
        + whole.mark_rule(strokeDash=[4, 4], color=GREY).encode(x="at:Q")
        + bars
        + points
    )
    return chart


def _sentence(by: ByGroup) -> str:
    return f"{by.sentence()} The dashed line, with its interval, is of all rows."
