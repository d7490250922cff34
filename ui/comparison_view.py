"""How a file differs from the training data, column by column."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from brinery.schema.check import written_value
from brinery.schema.columns import Column, Schema
from brinery.schema.comparison import Shift

__all__ = ["show", "table"]

_ALT = "Columns that differ: what they held in training, and what they hold in this file"


def show(shifts: Sequence[Shift], schema: Schema) -> None:
    """Warn, with a fold of the columns that differ; draw nothing where none does."""
    if not shifts:
        return
    st.warning(
        "This file differs from the table that the model learned from. Look at how before you "
        "use the predictions.",
        icon=":material/compare_arrows:",
    )
    with st.expander("How this file differs"):
        shown = table(shifts, schema)
        st.dataframe(shown, hide_index=True, height="auto", placeholder="—", alt=_ALT)
        st.caption(
            "Only what is both large and no chance is shown. For modelers: PSI above 0.25 "
            "(levels), a Kolmogorov-Smirnov distance (KS) above 0.2 (numbers), and a tenth more "
            "or fewer blanks."
        )


def table(shifts: Sequence[Shift], schema: Schema) -> pd.DataFrame:
    """Give a row for each column that differs."""
    columns = {one.name: one for one in schema.features}
    rows = [
        {
            "Column": shift.column,
            "What": _what(shift),
            "In training": _written(shift, shift.before, columns[shift.column]),
            "In this file": _written(shift, shift.here, columns[shift.column]),
            "PSI": shift.index,
            "KS": shift.distance,
        }
        for shift in shifts
    ]
    return pd.DataFrame(rows).dropna(axis="columns", how="all").round(2)


def _what(shift: Shift) -> str:
    if shift.what == "values":
        return "half is below"
    if shift.what == "blanks":
        return "is blank"
    return f"is “{shift.level}”" if shift.level else "is new to the model"


def _written(shift: Shift, value: float, column: Column) -> str:
    return written_value(column, value) if shift.what == "values" else f"{value:.0%}"
