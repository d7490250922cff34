"""Weights and directions on the Train page: what a model must keep to beside its recipe."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from brinery.report.words import listed
from brinery.schema.columns import Schema
from ui.words import label, plain

__all__ = ["Rules", "choose"]


@dataclass(frozen=True)
class Rules:
    """What `brinery.train` takes under the same names."""

    weights: str = ""
    monotonic: dict[str, str] = field(default_factory=dict)


def choose(schema: Schema, *, keeps_directions: bool) -> Rules:
    """Draw the choice of weights and directions, closed at first.

    Parameters
    ----------
    schema : Schema
    keeps_directions : bool
        Whether the chosen recipe can be held to a direction.
    """
    with st.expander("Weights and directions", icon=":material/rule:"):
        weights = _weights(schema)
        if schema.task == "classes":
            return Rules(weights)
        if not keeps_directions:
            st.caption(
                "This recipe can't be held to a direction. Take “Find the best”, a tree, a forest "
                "or boosting where a number may only push the answer one way."
            )
            return Rules(weights)
        return Rules(weights, _directions(schema, weights))


def _weights(schema: Schema) -> str:
    names = [
        column.name
        for column in schema.columns
        if column.kind == "number"
        and column.use != "target"
        and not column.n_blank
        and (column.minimum or 0) > 0
    ]
    if not names:
        st.caption("No column says how much a row counts: it would hold a number above 0 in each.")
        return ""
    chosen = st.selectbox(
        "How much a row counts",
        names,
        index=None,
        placeholder="every row alike",
        key="train/weights/" + "/".join(names),
        persist_state="session",
        help="Such as the number of people that a row of a survey stands for.",
    )
    if chosen:
        st.caption(plain(f"“{chosen}” weighs the rows, and is not learned from."))
    return chosen or ""


def _directions(schema: Schema, weights: str) -> dict[str, str]:
    names = [c.name for c in schema.features if c.kind == "number" and c.name != weights]
    if not names:
        return {}
    is_amount = schema.task == "amount"
    what = "The amount" if is_amount else f"“{schema.labels[-1]}”"
    ends = ("go up", "go down") if is_amount else ("get more likely", "get less likely")
    st.caption(
        "Where one of these numbers grows and all else stays, the answer moves so, or stays."
    )
    found: dict[str, str] = {}
    for way, end in zip(("up", "down"), ends, strict=True):
        chosen = st.multiselect(
            label(f"{what} may only {end} as these grow"),
            names,
            placeholder="no column",
            key=f"train/{way}/" + "/".join(names),
            persist_state="session",
        )
        if both := [name for name in chosen if name in found]:
            said = plain(listed([f"“{name}”" for name in both]))
            st.warning(f"{said} can't do both; the first counts.", icon=":material/rule:")
        found = dict.fromkeys(chosen, way) | found
    return found
