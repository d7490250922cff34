"""What was measured, on screen: words first, then plots, then every measure."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from brinery.evaluation.effects import HOW_TO_READ, Effect
from brinery.evaluation.evaluation import Evaluation
from brinery.evaluation.ranking import Ranking
from brinery.evaluation.threshold import Threshold
from brinery.evaluation.wording import metric_in_words
from brinery.report.card import measured_on
from brinery.report.words import count, number
from ui import (
    charts,
    cost_view,
    effect_charts,
    error_charts,
    group_charts,
    learning_chart,
    ranking_charts,
)
from ui.words import label, plain

__all__ = ["show"]


def show(evaluation: Evaluation, *, key: str) -> None:
    """Draw an evaluation; `key` is of the widgets."""
    for sentence in evaluation.sentences:
        st.markdown(plain(sentence))
    learned = f"; it learned from {count(evaluation.n_train, 'row')}" if evaluation.n_train else ""
    st.caption(f"Measured on {measured_on(evaluation)}{learned}.")
    if evaluation.confusion is not None:
        st.subheader("Where it is right, and where not", anchor=False)
        charts.confusion(evaluation.confusion, evaluation.source)
    if evaluation.ranking is not None:
        _ranking(evaluation.ranking, evaluation.threshold, key)
    if evaluation.residuals:
        _amounts(evaluation)
    if any(one.mean > 0 for one in evaluation.importances):
        st.subheader("What matters most", anchor=False)
        charts.importances(evaluation.importances)
    if evaluation.effects:
        _effects(evaluation.effects)
    if evaluation.weaknesses:
        st.subheader("Where it is weak", anchor=False)
        is_amount = evaluation.confusion is None
        error_charts.weaknesses(evaluation.weaknesses, is_amount=is_amount)
    if evaluation.groups:
        st.subheader("How good it is by group", anchor=False)
        for tab, by in zip(
            st.tabs([label(one.column) for one in evaluation.groups]),
            evaluation.groups,
            strict=True,
        ):
            with tab:
                group_charts.groups(by)
    if evaluation.learning is not None:
        st.subheader("Would more rows help?", anchor=False)
        learning_chart.draw_learning(evaluation.learning)
    with st.expander("Every measure", icon=":material/straighten:"):
        st.table(_scores(evaluation), hide_index=True, alt="Every measure, beside the baseline's")
        st.caption(
            "The interval holds the true value in 95 of 100 cases. The baseline always gives "
            "the most frequent label, or the middle amount."
        )


def _amounts(evaluation: Evaluation) -> None:
    st.subheader("Predicted, and what really came", anchor=False)
    came, off = st.tabs(["What came", "Error by size of the prediction"])
    with came:
        charts.residuals(evaluation.residuals)
    with off:
        error_charts.by_size(evaluation.residuals, evaluation.by_size)


def _effects(effects: tuple[Effect, ...]) -> None:
    st.subheader("How each feature acts", anchor=False)
    ends = effect_charts.ends_of(effects)
    for tab, effect in zip(st.tabs([label(one.feature) for one in effects]), effects, strict=True):
        with tab:
            effect_charts.draw_effect(effect, ends)
    st.caption(HOW_TO_READ)


def _ranking(ranking: Ranking, threshold: Threshold | None, key: str) -> None:
    st.subheader("How well it ranks, and how true its probabilities are", anchor=False)
    drawn: dict[str, Callable[[], None]] = {
        "Gain": lambda: ranking_charts.gain(ranking),
        "Calibration": lambda: ranking_charts.calibration(ranking),
        "Precision and recall": lambda: ranking_charts.precision(ranking),
        "ROC": lambda: ranking_charts.roc(ranking),
    }
    if (calls := ranking.calls) is not None:
        drawn["Cost"] = lambda: cost_view.show(calls, ranking.label, threshold, key=f"{key}/cost")
    asked = threshold is not None and threshold.aim.kind == "cost"
    for tab, draw in zip(
        st.tabs(list(drawn), default="Cost" if asked and ranking.calls else None),
        drawn.values(),
        strict=True,
    ):
        with tab:
            draw()


def _scores(evaluation: Evaluation) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Measure": [plain(metric_in_words(one.metric)) for one in evaluation.scores],
            "Value": [number(one.value) for one in evaluation.scores],
            "Interval": [f"{number(one.low)} to {number(one.high)}" for one in evaluation.scores],
            "Baseline": [number(one.baseline) for one in evaluation.scores],
            "Better is": [
                "higher" if one.higher_is_better else "lower" for one in evaluation.scores
            ],
        }
    )
