"""The candidates of a search, the best first: while it runs, and to pick from afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from brinery.evaluation.wording import metric_in_words
from brinery.model.card import Compared, Training
from brinery.report.training import (
    parameters_in_words,
    recipe_in_words,
    scored,
)
from brinery.report.words import duration, size

__all__ = ["growing", "pick"]

_ALT = "The candidates, the best first: recipe, what is fixed, score, times and size"


def growing(rows: Sequence[dict[str, Any]], titles: dict[str, str]) -> None:
    """Draw the leaderboard of a search that runs, as its progress tells it."""
    if rows:
        st.table(_frame([Compared(**one) for one in rows[:8]], titles), hide_index=True, alt=_ALT)


def pick(
    training: Training, titles: dict[str, str], take: Callable[[str, dict[str, Any]], None]
) -> None:
    """Draw the leaderboard of a search that ended, and let one row be taken.

    Parameters
    ----------
    training : Training
    titles : dict of str to str
        The recipes' names on screen.
    take : callable
        Given the recipe and the parameters of the row that was picked.
    """
    if not training.compared:
        return
    st.subheader("What was compared", anchor=False)
    st.caption(
        "By cross-validation on the training rows, by "
        f"{metric_in_words(training.metric)}: mean ± spread over the folds. The first was "
        f"kept; all took {duration(training.elapsed_seconds)}. Candidates that fell behind "
        "were dropped after fewer folds. Pick a row to train it, or to change it by hand."
    )
    event = st.dataframe(
        _frame(training.compared, titles),
        hide_index=True,
        key="train/picked",
        on_select="rerun",
        selection_mode="single-row",
        height="content" if len(training.compared) < 12 else 420,
    )
    picked = event["selection"]["rows"]
    if picked:
        one = training.compared[picked[0]]
        st.button(
            f"Take {titles.get(one.recipe, recipe_in_words(one.recipe)).lower()} with these "
            "parameters",
            icon=":material/tune:",
            key="train/take",
            on_click=take,
            args=(one.recipe, one.parameters),
        )


def _frame(rows: Sequence[Compared], titles: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Recipe": [titles.get(one.recipe, recipe_in_words(one.recipe)) for one in rows],
            "Fixed": [parameters_in_words(one.parameters) for one in rows],
            "Score": [scored(one) for one in rows],
            "Folds": [one.n_folds for one in rows],
            "Fit": [f"{one.fit_seconds:.2g} s" for one in rows],
            "1,000 answers": [f"{one.answer_seconds:.2g} s" for one in rows],
            "Pickle": [size(one.n_bytes) for one in rows],
        }
    )
