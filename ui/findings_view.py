"""The check's findings on screen, and the columns that a reader puts right there."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

import streamlit as st

from brinery.report.words import count
from brinery.schema.columns import Schema
from brinery.schema.findings import Finding, Report, Severity
from ui.words import SEVERITY, plain

__all__ = ["renames", "show"]

_SHOWN = 20
_FEW = 4


def show(findings: Sequence[Finding], n_features: int) -> None:
    """Draw the findings, the gravest first; or say that there is nothing to fix.

    Parameters
    ----------
    findings : sequence of Finding
        From the check or from the scoring.
    n_features : int
        How many columns the model needs.
    """
    groups = {s: [f for f in findings if f.severity == s] for s in SEVERITY}
    if not any(groups[severity] for severity in ("stop", "row", "look")):
        st.success("Nothing to fix.", icon=":material/check_circle:")
    if groups["stop"]:
        st.error(
            _text("stop", groups["stop"], _other(groups["stop"], n_features)),
            icon=":material/block:",
        )
    if groups["row"]:
        st.warning(_text("row", groups["row"]), icon=":material/remove_circle:")
    if groups["look"]:
        st.info(_text("look", groups["look"]), icon=":material/visibility:")
    if groups["note"]:
        st.caption("\n".join(f"- {plain(one.sentence)}" for one in groups["note"][:_SHOWN]))


def _other(stops: Sequence[Finding], n_features: int) -> str:
    """Say so where the file seems to be meant for another model."""
    missing = sum(one.code in ("missing_column", "close_column") for one in stops)
    if not n_features or missing <= n_features / 2:
        return ""
    return (
        f"This looks like a file for another model: {missing} of the "
        f"{count(n_features, 'column')} that this one needs are missing."
    )


def _text(severity: Severity, findings: Sequence[Finding], first: str = "") -> str:
    lines = [f"- {plain(finding.sentence)}" for finding in findings[:_SHOWN]]
    if len(findings) > _SHOWN:
        lines.append(f"- and {count(len(findings) - _SHOWN, 'more column')}")
    return "\n".join([f"**{SEVERITY[severity]}**", "", first, "", *lines])


def renames(report: Report, schema: Schema, file_columns: Sequence[str], *, key: str) -> None:
    """Draw a choice for each column that is missing: which of the file's to take for it.

    What is chosen is kept under `key`, and so is known before the next check.
    """
    missing = [f for f in report.findings if f.code in ("missing_column", "close_column")]
    chosen: dict[str, str] = st.session_state.setdefault(key, {})
    wanted = [f.column for f in missing] + list(chosen)
    if not wanted:
        return
    known = {column.name for column in schema.features}
    free = [name for name in dict.fromkeys(file_columns) if name not in known]
    if not free:
        return
    few = len(set(wanted)) <= _FEW
    question = "Does your file have one of them under another name?"
    box = st.container() if few else st.expander(question)
    if few:
        box.markdown(question)
    for column in schema.features:
        if column.name in wanted:
            near = difflib.get_close_matches(column.name, free, n=len(free), cutoff=0.0)
            box.selectbox(
                f"Take for {plain(column.name)}",
                near,
                index=near.index(chosen[column.name]) if column.name in chosen else None,
                placeholder="Choose a column of your file",
                key=f"{key}/{column.name}",
                on_change=_choose,
                args=(key, column.name),
            )


def _choose(key: str, column: str) -> None:
    taken = st.session_state[f"{key}/{column}"]
    chosen = {k: v for k, v in st.session_state[key].items() if k != column}
    st.session_state[key] = {**chosen, column: taken} if taken else chosen
