"""The choice of columns by whose groups a model is measured too."""

from __future__ import annotations

import streamlit as st

__all__ = ["choose"]


def choose(names: list[str], key: str) -> list[str]:
    """Draw the choice among columns; `key` is the page's."""
    if not names:
        return []
    return st.multiselect(
        "Also measure for each group of",
        names,
        max_selections=10,
        placeholder="no column",
        key=f"{key}/by_group/" + "/".join(names),
        persist_state="session",
        help="Such as a region or an age: the result then says for which of them the model is "
        "worse. A column that it does not learn from can be taken too.",
    )
