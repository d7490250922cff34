"""The columns as training would use them, for the modeler to correct."""

from __future__ import annotations

import dataclasses

import pandas as pd
import streamlit as st

from brinery.errors import BrineryError
from brinery.report.words import listed, percent
from brinery.schema.columns import Column, Kind, Schema, Use
from brinery.schema.inference import MAX_LABELS, infer, with_kind
from brinery.tables.table import Table
from ui import shell
from ui.upload import Upload
from ui.words import KIND, TASK, label, plain

__all__ = ["ROUND", "schema_for"]

ROUND = "train/round"
"""Where the session counts its trainings: after each, the editor is a new one.

The server would still have the old one's corrections, and the browser would show none of them.
"""

_USE: dict[Use, str] = {
    "feature": "learn from it",
    "ignored": "leave it out",
    "id": "keep as an id",
}


def schema_for(upload: Upload, target: str) -> Schema | None:
    """Draw the columns, editable, and give the schema that results; None where it can't be."""
    assert upload.table is not None
    try:
        base = _inferred(upload, upload.table, target)
        base = _target_as(upload, base)
    except BrineryError as error:
        shell.say(error)
        return None
    if base.task is None and base.target is not None:
        st.error(
            f"“{plain(target)}” can't be learned: {plain(base.target.reason)} "
            "Choose a column with a few labels, or with numbers.",
            icon=":material/block:",
        )
        return None
    base = _suspects(upload, base)
    others = [column for column in base.columns if column.use != "target"]
    with st.expander(f"The columns, as Brinery reads them ({len(others)})", expanded=True):
        st.caption("Correct what is read wrongly. What you leave out, the model never asks for.")
        what = f"{upload.key}/{target}/{_uses(others)}"
        key = f"train/columns/{st.session_state.get(ROUND, 0)}/{what}"
        start = _starting_point(what, key, others)
        edited = st.data_editor(
            start,
            hide_index=True,
            disabled=["Column", "Example", "Blank", "Why"],
            column_config={
                "What it is": st.column_config.SelectboxColumn(
                    options=list(KIND.values()), required=True
                ),
                "Use": st.column_config.SelectboxColumn(options=list(_USE.values()), required=True),
            },
            key=key,
            alt="The columns: what each is and how it is used",
        )
    st.session_state["train/edited"] = (what, start, edited)
    try:
        return _corrected(upload.table, base, others, edited)
    except BrineryError as error:
        shell.say(error)
        return None


def _inferred(upload: Upload, table: Table, target: str) -> Schema:
    key = (upload.key, target)
    kept = st.session_state.get("train/inferred")
    if kept is None or kept[0] != key:
        with st.spinner("Looking at the columns"):
            kept = (key, infer(table, target=target))
        st.session_state["train/inferred"] = kept
    schema: Schema = kept[1]
    return schema


def _target_as(upload: Upload, schema: Schema) -> Schema:
    """Let numbers be taken as labels, and labels that are numbers as amounts."""
    column = schema.target
    assert column is not None
    assert upload.table is not None
    is_number = column.kind == "number"
    both_ways = column.n_unique <= MAX_LABELS if is_number else _all_numbers(column)
    if not both_ways or column.n_unique < 3:
        if schema.task:
            labels = (
                f": {plain(listed(schema.labels, most=10).replace(' and ', ' or '))}"
                if schema.labels
                else ""
            )
            st.caption(f"The answer is {TASK[schema.task]}{labels}.")
        return schema
    words = {"category": "one of its values, as labels", "number": "an amount"}
    kind = st.segmented_control(
        "The answer is",
        list(words),
        default="number" if is_number else "category",
        format_func=lambda kind: words[kind],
        key=f"train/answer/{upload.key}/{column.name}",
        required=True,
        persist_state="session",
    )
    if kind == "number" and not is_number:
        return with_kind(upload.table, schema, column.name, "number")
    if kind == "category" and is_number:
        return with_kind(upload.table, schema, column.name, "category")
    return schema


def _all_numbers(column: Column) -> bool:
    try:
        return bool([float(name) for name in column.level_names])
    except ValueError:
        return False


def _suspects(upload: Upload, schema: Schema) -> Schema:
    """Name the columns that nearly give the answer away, and offer to leave them out."""
    names = [column.name for column in schema.columns if column.leak_suspect]
    if not names:
        return schema
    said = plain(listed([f"“{name}”" for name in names]))
    st.warning(
        f"{said} alone nearly gives the answer away. If it is only known once the answer is, "
        "leave it out: the model would look better than it is.",
        icon=":material/key_off:",
    )
    if not st.toggle(
        label(f"Leave out {listed([f'“{name}”' for name in names])}"),
        key=f"train/leave/{upload.key}/{names[0]}",
        persist_state="session",
    ):
        return schema
    columns = tuple(
        dataclasses.replace(column, use="ignored") if column.leak_suspect else column
        for column in schema.columns
    )
    return dataclasses.replace(schema, columns=columns)


def _frame(columns: list[Column]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Column": [column.name for column in columns],
            "What it is": [KIND[column.kind] for column in columns],
            "Use": [_USE[column.use] for column in columns],
            "Example": [column.example for column in columns],
            "Blank": [percent(column.blank_share) for column in columns],
            "Why": [column.reason for column in columns],
        }
    )


def _starting_point(what: str, key: str, columns: list[Column]) -> pd.DataFrame:
    """Give what the editor starts from: what it held, where it was off the screen meanwhile."""
    kept, start, edited = st.session_state.get("train/edited", ("", None, None))
    if kept != what:
        return _frame(columns)
    found: pd.DataFrame = start if key in st.session_state else edited
    return found


def _uses(columns: list[Column]) -> str:
    """Give what tells one starting point of the editor from another."""
    return "".join(column.use[0] for column in columns)


def _corrected(table: Table, base: Schema, columns: list[Column], edited: pd.DataFrame) -> Schema:
    kinds: dict[str, Kind] = {words: kind for kind, words in KIND.items()}
    uses: dict[str, Use] = {words: use for use, words in _USE.items()}
    schema = base
    for column, kind_words, use_words in zip(
        columns, edited["What it is"], edited["Use"], strict=True
    ):
        kind, use = kinds[kind_words], uses[use_words]
        if (kind, use) != (column.kind, column.use):
            given: Use | None = use if use != column.use else None
            schema = with_kind(table, schema, column.name, kind, use=given)
    return schema
