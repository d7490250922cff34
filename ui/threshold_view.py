"""When a yes/no model says the rarer answer: chosen by costs, by capacity, or by precision."""

from __future__ import annotations

from typing import Any

import streamlit as st

from ui import cost_view

__all__ = ["choose"]

_WAYS = {
    "": "where it is the likelier one",
    "cost": "by what mistakes cost",
    "rows": "for so many rows of each file",
    "precision": "so that enough of its calls are right",
}


def choose(key: str) -> dict[str, Any]:
    """Draw the choice and give what `brinery.train` takes; empty for the likelier answer."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        way = st.selectbox(
            "Give the rarer of the two answers",
            list(_WAYS),
            format_func=lambda one: _WAYS[one],
            key=key,
            persist_state="session",
            help="A row that is called counts as the rarer answer. When that should be depends "
            "on what you do with it.",
        )
        if way == "cost":
            return {"cost": list(cost_view.ask(key))}
        if way == "rows":
            return {"rows": int(_number("Rows that you can act on", f"{key}/rows", 50, least=1))}
        if way == "precision":
            share = _number("Right, of 100 calls", f"{key}/precision", 80, least=1, most=100)
            return {"precision": share / 100}
    return {}


def _number(
    label: str, key: str, value: float, *, least: float, most: float | None = None
) -> float:
    return st.number_input(
        label,
        min_value=least,
        max_value=most,
        value=value,
        key=key,
        persist_state="session",
        width=190,
    )
