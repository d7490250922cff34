"""The choice of a recipe on the Train page: its time, or what is fixed of it by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from brinery.report.training import parameters_in_words
from brinery.report.words import duration
from brinery.schema.columns import Schema
from brinery.training.cuts import Cut, possible_cuts
from ui import groups_view, rules_view, threshold_view
from ui.words import plain

__all__ = ["Chosen", "choose", "take"]

_TIMES = (10, 30, 60, 120, 300, 900, 1800, 3600)
_CHOICES = {
    "as_they_are": "as the model gives them",
    "sigmoid": "corrected by a curve",
    "isotonic": "corrected by steps",
    "alike": "all alike",
    "balanced": "rare labels more",
    "columns": "one 0/1 column each",
    "target": "the mean of the target",
    "order": "their order",
    "value": "value",
    "log": "logarithm",
    "lines": "straight lines",
    "curves": "curves",
    "surfaces": "surfaces, all columns together",
}


@dataclass(frozen=True)
class Chosen:
    """How to train: what `ui.training.submit` takes."""

    recipe: str
    seed: int
    seconds: float = 60
    refit: bool = False
    coverage: float = 0.9
    split: str = "random"
    split_by: str = ""
    weights: str = ""
    monotonic: dict[str, str] = field(default_factory=dict)
    threshold: dict[str, Any] = field(default_factory=dict)
    by_group: list[str] = field(default_factory=list)
    parameters: dict[str, Any] = field(default_factory=dict)


def take(recipe: str, parameters: dict[str, Any]) -> None:
    """Have the form begin with this recipe and these parameters fixed."""
    st.session_state["train/recipe"] = recipe
    st.session_state["train/members"] = parameters.get("members")
    for name, value in parameters.items():
        if name != "members":
            st.session_state[_key(recipe, name)] = value


def choose(recipes: dict[str, dict[str, Any]], schema: Schema) -> Chosen | None:
    """Draw the choice.

    Parameters
    ----------
    recipes : dict of str to dict
        By name, as a worker lists them.
    schema : Schema
        Its task tells which parameters mean anything; its columns, how the rows can be split.
    """
    members = st.session_state.get("train/members")
    names = [name for name in recipes if name != "blend" or members]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        recipe = st.selectbox(
            "Recipe",
            names,
            format_func=lambda name: str(recipes[name]["title"]),
            key="train/recipe",
            persist_state="session",
        )
        seconds = st.selectbox(
            "Time",
            _TIMES,
            index=_TIMES.index(60),
            format_func=duration,
            key="train/seconds",
            persist_state="session",
            width=160,
            help="It ends sooner where nothing gets better, and when you stop it."
            if recipe == "auto"
            else "The model takes as long as it needs. What is left of this time goes to whether "
            "more rows would help.",
        )
        seed = st.number_input(
            "Seed",
            min_value=0,
            max_value=2**32 - 1,
            value=0,
            step=1,
            key="train/seed",
            persist_state="session",
            width=140,
            help="The same table, recipe, parameters and seed give the same model.",
        )
    if recipe is None:
        return None
    st.caption(plain(recipes[recipe]["sentence"]))
    parameters: dict[str, Any] = {}
    if recipe == "blend":
        parameters["members"] = members
        st.caption(plain(f"It averages {parameters_in_words(parameters)}."))
    if recipes[recipe]["parameters"]:
        parameters |= _by_hand(recipe, recipes[recipe]["parameters"], schema.task)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        refit = _refit(recipe)
        coverage = st.number_input(
            "Ranges hold the truth in … of 100 rows",
            min_value=50,
            max_value=99,
            value=90,
            key="train/coverage",
            persist_state="session",
            width=300,
            help="Every prediction comes with a range of amounts, or with the labels that are "
            "possible. The surer they are to be, the wider they get.",
        )
    threshold = threshold_view.choose("train/threshold") if schema.task == "yes/no" else {}
    cut = _cut(possible_cuts(schema))
    by_group = _by_group(schema)
    rules = rules_view.choose(schema, keeps_directions=recipes[recipe]["keeps_directions"])
    return Chosen(
        recipe,
        int(seed),
        float(seconds),
        refit,
        coverage / 100,
        cut.way,
        cut.column,
        rules.weights,
        rules.monotonic,
        threshold,
        by_group,
        parameters,
    )


def _cut(cuts: tuple[Cut, ...]) -> Cut:
    """Draw how the rows to measure on are set aside, the proposed way first."""
    if len(cuts) == 1:
        return cuts[0]
    words = {"random": "by chance", "group": "whole groups, by", "time": "the latest rows, by"}
    chosen = st.selectbox(
        "Measure on a fifth of the rows",
        cuts,
        format_func=lambda cut: f"{words[cut.way]} {cut.column}".rstrip(),
        key="train/split/" + "/".join(cut.column for cut in cuts),
        persist_state="session",
    )
    cut: Cut = chosen or cuts[0]
    proposed = "Proposed: " if cut == cuts[0] else ""
    st.caption(plain(proposed + cut.reason))
    return cut


def _by_group(schema: Schema) -> list[str]:
    """Draw the choice of columns by whose groups the model is measured too."""
    names = [
        column.name
        for column in schema.columns
        if column.kind in ("category", "yes/no", "number", "date") and column.use != "target"
    ]
    return groups_view.choose(names, "train")


def _refit(recipe: str) -> bool:
    return st.checkbox(
        "Learn from all rows at the end",
        value=recipe == "auto",
        key=f"train/refit/{recipe == 'auto'}",
        help="A fifth of the rows is kept aside to measure the model. Afterwards it can learn "
        "from these too: usually a little better, and the figures are those of its twin.",
    )


def _by_hand(recipe: str, known: list[dict[str, Any]], task: str | None) -> dict[str, Any]:
    kind = "amount" if task == "amount" else "labels"
    shown = [one for one in known if one["task"] in ("", kind)]
    found = {}
    with st.expander("Fix parameters by hand", icon=":material/tune:"):
        st.caption("What you leave empty is chosen by the size of your table.")
        columns = st.columns(2)
        for position, one in enumerate(shown):
            with columns[position % 2]:
                value = _value(recipe, one)
            if value is not None:
                found[one["name"]] = value
    return found


def _value(recipe: str, one: dict[str, Any]) -> Any:
    key = _key(recipe, one["name"])
    if one["choices"]:
        return st.selectbox(
            one["title"],
            one["choices"],
            index=None,
            placeholder=_CHOICES[one["choices"][0]],
            format_func=lambda choice: _CHOICES[choice],
            key=key,
            persist_state="session",
        )
    cast = int if one["whole"] else float
    return st.number_input(
        one["title"],
        min_value=cast(one["low"]),
        max_value=cast(one["high"]),
        value=None,
        step=1 if one["whole"] else None,
        placeholder=f"{one['low']:g} to {one['high']:g}",
        key=key,
        persist_state="session",
    )


def _key(recipe: str, name: str) -> str:
    return f"train/fixed/{recipe}/{name}"
