"""The charts; each has one sentence that says what to see in it, which is also its alt text."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from brinery.evaluation.evaluation import Confusion, Importance, ResidualBand
from brinery.report.words import count, number
from brinery.scoring.comparison import Comparison
from ui.words import plain

__all__ = [
    "GREY",
    "confusion",
    "differences",
    "dots",
    "draw",
    "importances",
    "predictions",
    "residuals",
    "spans",
]

GREY = "#8a9a94"
"""Of lines that are there to compare with, and of what may be chance."""
_DARK, _LIGHT = "#0b6b5b", "#e4f1ec"
_SHOWN = 12
_WHOLE = alt.Axis(format=",d", tickMinStep=1)


def draw(chart: alt.Chart | alt.LayerChart, sentence: str) -> None:
    """Draw a chart with its sentence below, which is its text alternative too."""
    # As many ticks as there is room for: a narrow screen has less than the default takes.
    chart = chart.configure_axisX(tickCount=alt.ExprRef("ceil(width / 90)"))
    st.altair_chart(chart, alt=sentence)
    st.caption(plain(sentence))


def spans(chart: alt.Chart) -> Any:
    """Mark ranges, each as a bar from "low" to "high"."""
    return chart.mark_rule(strokeWidth=3, opacity=0.8, color=GREY)


def dots(chart: alt.Chart) -> Any:
    """Mark what lies within the ranges."""
    return chart.mark_point(filled=True, size=80)


def confusion(matrix: Confusion, source: str = "holdout") -> None:
    """Draw how often each label was predicted as each."""
    labels, counts = list(matrix.labels), np.asarray(matrix.counts)
    if len(labels) > _SHOWN:
        biggest = np.sort(np.argsort(-counts.sum(axis=1), kind="stable")[:_SHOWN])
        labels, counts = [labels[i] for i in biggest], counts[np.ix_(biggest, biggest)]
    cells = [
        {"Really": a, "Predicted": p, "Rows": int(counts[i, j]), "right": i == j}
        for i, a in enumerate(labels)
        for j, p in enumerate(labels)
    ]
    middle = float(counts.max(initial=1)) / 2
    base = alt.Chart(pd.DataFrame(cells)).encode(
        x=alt.X("Predicted:N", sort=labels, axis=alt.Axis(labelAngle=0, labelLimit=120)),
        y=alt.Y("Really:N", sort=labels, axis=alt.Axis(labelLimit=120)),
        tooltip=["Really", "Predicted", "Rows"],
    )
    tiles = base.mark_rect().encode(
        color=alt.Color("Rows:Q", scale=alt.Scale(range=[_LIGHT, _DARK]), legend=None)
    )
    texts = base.mark_text(fontSize=14).encode(
        text=alt.Text("Rows:Q", format=","),
        color=alt.condition(f"datum.Rows > {middle}", alt.value("white"), alt.value("#10201b")),
    )
    right, total = int(np.trace(counts)), int(counts.sum())
    draw(
        (tiles + texts).properties(height=90 + 44 * len(labels)),
        f"Of {count(total, 'row')}{_WHERE[source]}, {right:,} were predicted right: "
        "they are on the diagonal.",
    )


_WHERE = {"holdout": " that training never saw", "given": " of the table given"}


def residuals(bands: tuple[ResidualBand, ...]) -> None:
    """Draw what really came for each band of predictions."""
    frame = pd.DataFrame(
        {
            "Predicted": [band.predicted for band in bands],
            "low": [band.actual_low for band in bands],
            "Really": [band.actual_median for band in bands],
            "high": [band.actual_high for band in bands],
            "Rows": [band.n_rows for band in bands],
        }
    )
    ends = pd.DataFrame({"at": [frame["Predicted"].min(), frame["Predicted"].max()]})
    x = alt.X("Predicted:Q", scale=alt.Scale(zero=False))
    y = alt.Y("low:Q", title="What really came", scale=alt.Scale(zero=False))
    perfect = (
        alt.Chart(ends)
        .mark_line(strokeDash=[4, 4], color=GREY)
        .encode(x=alt.X("at:Q", title="Predicted"), y=alt.Y("at:Q", title="What really came"))
    )
    spread = spans(alt.Chart(frame)).encode(x=x, y=y, y2="high:Q")
    points = dots(alt.Chart(frame)).encode(
        x=x, y="Really:Q", tooltip=["Predicted", "Really", "low", "high", "Rows"]
    )
    told = [
        f"about {number(band.predicted)}, 8 of 10 rows came between {number(band.actual_low)} and "
        f"{number(band.actual_high)}"
        for band in dict.fromkeys((bands[-1], bands[0]))
    ]
    draw(
        (perfect + spread + points).properties(height=300),
        f"Where it predicts {'; where '.join(told)}: a group's bar. The closer its dot, the middle "
        "of what came, is to the dashed line, the better.",
    )


def importances(features: tuple[Importance, ...]) -> None:
    """Draw what matters most to the model."""
    top = [one for one in features if one.mean > 0][:_SHOWN]
    frame = pd.DataFrame(
        {
            "Column": [one.feature for one in top],
            "Matters": [max(one.mean, 0.0) for one in top],
            "low": [max(one.mean - one.spread, 0.0) for one in top],
            "high": [max(one.mean + one.spread, 0.0) for one in top],
        }
    )
    y = alt.Y("Column:N", sort=None, title=None, axis=alt.Axis(labelLimit=200))
    bars = (
        alt.Chart(frame)
        .mark_bar(height=14)
        .encode(x=alt.X("Matters:Q", title="How much worse when shuffled"), y=y)
    )
    spread = alt.Chart(frame).mark_rule(opacity=0.9, color=GREY).encode(x="low:Q", x2="high:Q", y=y)
    draw(
        (bars + spread).properties(height=80 + 26 * len(top)),
        f"What matters most is “{top[0].feature}”: the bars say how much worse the answers "
        "get when a column is shuffled.",
    )


def predictions(frame: pd.DataFrame, labels: tuple[str, ...]) -> None:
    """Draw how the predictions are spread.

    Parameters
    ----------
    frame : DataFrame
        The added columns, with `prediction`.
    labels : tuple of str
        The target's labels; empty for an amount.
    """
    values = frame["prediction"].dropna()
    if values.empty:
        return
    if not labels and pd.api.types.is_numeric_dtype(values):
        _histogram(values.to_numpy(float))
        return
    tally = values.astype(str).value_counts()
    shown = pd.DataFrame({"Prediction": tally.index[:_SHOWN], "Rows": tally.to_numpy()[:_SHOWN]})
    chart = (
        alt.Chart(shown)
        .mark_bar()
        .encode(
            x=alt.X("Rows:Q", axis=_WHOLE),
            y=alt.Y("Prediction:N", sort=None, title=None, axis=alt.Axis(labelLimit=200)),
            tooltip=["Prediction", "Rows"],
        )
    )
    most, n_most = str(tally.index[0]), int(tally.iloc[0])
    draw(
        chart.properties(height=70 + 34 * len(shown)),
        f"The most frequent prediction is “{most}”: {n_most:,} of {count(len(values), 'row')}.",
    )


def differences(comparison: Comparison, sentence: str) -> None:
    """Draw how far the answers of two versions lie apart; `sentence` says what to see."""
    far = comparison.moved[np.isfinite(comparison.moved)]
    labels = comparison.after.schema.labels
    if comparison.is_amount:
        shown, told = _near(far)
        _bars(shown, sentence + told, title="New answer less old")
    elif len(labels) == 2:
        title = f"Probability of “{labels[-1]}”, new less old"
        _bars(far, sentence, title=title, format="+.0%")
    else:
        _bars(far, sentence, title="Largest change of a label's probability", format=".0%")


def _histogram(values: np.ndarray) -> None:
    sentence = (
        f"The predictions go from {number(float(values.min()))} to {number(float(values.max()))}; "
        f"half of them lie below {number(float(np.median(values)))}."
    )
    shown, told = _near(values)
    _bars(shown, sentence + told, title="Prediction")


def _near(values: np.ndarray) -> tuple[np.ndarray, str]:
    """Move the few values that lie far out to where the others end; say so if there are any."""
    first, third = np.quantile(values, [0.25, 0.75])
    reach = 3 * (third - first)  # Tukey's far out
    shown = np.clip(values, first - reach, third + reach) if reach else values
    told = " The few that are far off are counted in the first or the last bar."
    return shown, told if (shown != values).any() else ""


def _bars(values: np.ndarray, sentence: str, *, title: str, format: str | None = None) -> None:
    counts, edges = np.histogram(values, bins=min(20, max(5, len(values) // 5)))
    bins = pd.DataFrame({"from": edges[:-1], "to": edges[1:], "Rows": counts})
    chart = (
        alt.Chart(bins)
        .mark_bar()
        .encode(
            x=alt.X(
                "from:Q",
                bin="binned",
                title=title,
                scale=alt.Scale(zero=False),
                axis=alt.Axis(format=format) if format else alt.Axis(),
            ),
            x2="to:Q",
            y=alt.Y("Rows:Q", axis=_WHOLE),
            tooltip=["from", "to", "Rows"],
        )
    )
    draw(chart.properties(height=300), sentence)
