"""How the downloads are written, where somebody wants them otherwise than the file came."""

from __future__ import annotations

from typing import cast

import streamlit as st

from brinery.tables.csvstyle import CsvStyle, Decimal

__all__ = ["escape", "options"]

_AS_IT_CAME = "As your file came"
_DELIMITERS = {"Comma": ",", "Semicolon": ";", "Tab": "\t"}
_DECIMALS = {"Point: 0.75": ".", "Comma: 0,75": ","}


def options(came: CsvStyle, *, key: str) -> CsvStyle:
    """Draw the options and give the style of a CSV file; by default the one that came.

    Parameters
    ----------
    came : CsvStyle
        In which the file came.
    key : str
        The widgets' key.
    """
    with st.popover("Options", icon=":material/tune:", key=f"{key}/options"):
        delimiter = st.selectbox(
            "Between the columns of the CSV file",
            [_AS_IT_CAME, *_DELIMITERS],
            key=f"{key}/delimiter",
            help="Excel opens a CSV file right where it has what your country uses: mostly a "
            "semicolon where people write 0,75, and a comma where they write 0.75.",
        )
        decimal = st.selectbox(
            "Decimal mark of the new columns in the CSV file",
            [_AS_IT_CAME, *_DECIMALS],
            key=f"{key}/decimal",
        )
        marked = st.checkbox(
            "Mark the CSV file for Excel, so that letters such as é and ü come out right",
            value=True,
            key=f"{key}/mark",
        )
        st.checkbox(
            "Make cells harmless that a spreadsheet would run",
            key=f"{key}/escape",
            help="Puts an apostrophe before each of your own cells and column names that a "
            "spreadsheet would take for a formula. The new columns are always harmless.",
        )
    return CsvStyle(
        _DELIMITERS.get(delimiter, came.delimiter),
        cast(Decimal, _DECIMALS.get(decimal, came.decimal)),
        "auto" if marked else "no",
    )


def escape(key: str) -> bool:
    """Say whether the user's own cells are to be harmless, known before the options are drawn."""
    return bool(st.session_state.get(f"{key}/escape", False))
