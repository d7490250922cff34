"""What the mistakes of a yes/no model cost by threshold, for costs that the modeler may type."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from brinery.evaluation.costs import Calls
from brinery.evaluation.threshold import Threshold
from brinery.evaluation.wording import probability
from brinery.report.words import count, number
from ui.charts import GREY, draw

__all__ = ["WRONG_AND_MISSED", "ask", "show"]

WRONG_AND_MISSED = (1.0, 5.0)
"""What is filled in where nobody said yet what mistakes cost."""


def ask(key: str, given: tuple[float, ...] = WRONG_AND_MISSED) -> tuple[float, float]:
    """Draw the two costs, and give them: of a wrong call, and of a miss."""
    names = {"wrong": "Cost of a wrong call", "missed": "Cost of a miss"}
    wrong, missed = (
        st.number_input(
            label,
            min_value=0.0,
            value=value,
            key=f"{key}/{name}",
            persist_state="session",
            width=190,
        )
        for (name, label), value in zip(names.items(), given, strict=True)
    )
    return wrong, missed


def show(calls: Calls, label: str, threshold: Threshold | None, *, key: str) -> None:
    """Draw the costs by threshold, with the model's own marked.

    Parameters
    ----------
    calls : Calls
        Counted on the holdout.
    label : str
        What is sought.
    threshold : Threshold or None
        The model's; without one the likelier label is given.
    key : str
        Of the widgets.
    """
    given = WRONG_AND_MISSED
    if threshold is not None and threshold.aim.kind == "cost":
        given = threshold.aim.asked[0], threshold.aim.asked[1]
    with st.container(horizontal=True):
        # The fields of another model's costs are others.
        costs = ask(f"{key}/{given}", given)
    at = calls.place(threshold)
    curve = calls.costs(*costs)
    frame = pd.DataFrame(
        {
            "Threshold": calls.at,
            "From": [probability(one) for one in calls.at],
            "Cost": curve,
            "Called": calls.n_called,
        }
    )
    x = alt.X(
        "Threshold:Q",
        title=f"“{label}” from this probability on",
        scale=alt.Scale(nice=True, zero=True),
    )
    y = alt.Y("Cost:Q", title="Cost of the mistakes in 1,000 rows", scale=alt.Scale(zero=True))
    tooltip = [
        alt.Tooltip("From:N", title="Threshold"),
        alt.Tooltip("Cost:Q", format=",.4~g"),
        alt.Tooltip("Called:Q", format=","),
    ]
    base = alt.Chart(frame).encode(x=x, y=y, tooltip=tooltip)
    marked = alt.Chart(frame.iloc[[at]]).encode(x=x)
    rule = marked.mark_rule(strokeDash=[4, 4], color=GREY)
    dot = marked.mark_point(filled=True, size=90, opacity=1).encode(y=y, tooltip=tooltip)
    draw(
        (rule + base.mark_line() + dot).properties(height=300),
        in_words(calls, label, threshold, costs),
    )


def in_words(
    calls: Calls, label: str, threshold: Threshold | None, costs: tuple[float, float]
) -> str:
    """Say what mistakes cost at the model's own threshold, elsewhere, and at the best."""
    curve, at = calls.costs(*costs), calls.place(threshold)
    here = f"mistakes cost {number(curve[at])} per {count(1000, 'row')}"
    likelier = calls.place(None)
    if threshold is None:
        start = f"Now the likelier answer is given, from 0.5 on: {here}."
    elif threshold.n_rows:
        start = (
            f"With the {count(calls.n_called[at], 'surest row')} of {calls.n_rows:,} called (the "
            f"mark), {here}; from 0.5 on they would cost {number(curve[likelier])}."
        )
    elif at == likelier:
        start = f"From 0.5 on (the mark), {here}."
    else:
        start = (
            f"From {probability(threshold.probability)} on (the mark), {here}; from 0.5 on they "
            f"would cost {number(curve[likelier])}."
        )
    least, never = int(np.argmin(curve)), calls.never(costs[1])
    if never < curve[least]:
        return f"{start} They would cost least, {number(never)}, were “{label}” never called."
    if curve[at] <= curve[least]:
        return f"{start} No other threshold costs less on the rows it was measured on."
    return (
        f"{start} On the rows it was measured on they would cost least, {number(curve[least])}, "
        f"from {probability(calls.at[least])} on."
    )
