"""The check's findings on screen, and the columns that a reader puts right there."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from brinery.report.words import count, listed
from brinery.schema.columns import Schema
from brinery.schema.findings import Finding, Report
from ui.words import SEVERITY, STOPPED, label, plain

__all__ = ["renames", "show"]

_SHOWN = 20
_FEW = 4


def show(findings: Sequence[Finding], n_features: int) -> DeltaGenerator:
    """Draw the findings, the gravest first; or say that there is nothing to fix.

    Parameters
    ----------
    findings : sequence of Finding
        From the check or from the scoring.
    n_features : int
        How many columns the model needs.

    Returns
    -------
    DeltaGenerator
        The place right under what stops the scoring, for what puts it right.
    """
    groups = {s: [f for f in findings if f.severity == s] for s in SEVERITY}
    if not any(groups[severity] for severity in ("stop", "row", "look")):
        st.success("Nothing to fix.", icon=":material/check_circle:")
    titles = STOPPED if groups["stop"] else SEVERITY
    if groups["stop"]:
        first = _other(groups["stop"], n_features)
        st.error(_text(titles["stop"], groups["stop"], first), icon=":material/block:")
    remedy = st.container()
    if groups["row"]:
        st.warning(_text(titles["row"], groups["row"]), icon=":material/remove_circle:")
    if groups["look"]:
        st.info(_text(titles["look"], groups["look"]), icon=":material/visibility:")
    if groups["note"]:
        _notes(groups["note"])
    return remedy


def _notes(notes: Sequence[Finding]) -> None:
    """Draw what is good to know; many notes don't push the predictions down the page."""
    lines = [f"- {plain(one.sentence)}" for one in notes]
    if len(lines) <= _FEW:
        st.caption("\n".join(lines))
        return
    with st.expander(f"{SEVERITY['note']} ({len(lines):,})"):
        st.caption("\n".join(lines))


def _other(stops: Sequence[Finding], n_features: int) -> str:
    """Say so where the file seems to be meant for another model."""
    missing = sum(one.code in ("missing_column", "close_column") for one in stops)
    if not n_features or missing <= n_features / 2:
        return ""
    most = "all" if missing == n_features else f"{missing:,} of the"
    return (
        f"This looks like a file for another model: {most} "
        f"{count(n_features, 'column')} that this one needs are missing."
    )


def _text(title: str, findings: Sequence[Finding], first: str = "") -> str:
    lines = [f"- {plain(finding.sentence)}" for finding in findings[:_SHOWN]]
    if len(findings) > _SHOWN:
        lines.append(f"- and {len(findings) - _SHOWN:,} more")
    return "\n".join([f"**{title}**", "", first, "", *lines])


def renames(report: Report, schema: Schema, file_columns: Sequence[str], *, key: str) -> None:
    """Draw a choice for each column that is missing: which of the file's to take for it.

    What is chosen is kept under `key`, and so is known before the next check. What the check
    suggests itself is one click.
    """
    missing = [f for f in report.findings if f.code in ("missing_column", "close_column")]
    chosen: dict[str, str] = st.session_state.setdefault(key, {})
    wanted = [f.column for f in missing] + list(chosen)
    known = {column.name for column in schema.features}
    free = [name for name in dict.fromkeys(file_columns) if name not in known]
    if not wanted or not free:
        return
    _suggested({f.column: f.suggestions[0] for f in missing if f.suggestions}, key)
    few = len(set(wanted)) <= _FEW
    question = "Does your file have one of them under another name?"
    box = st.container() if few else st.expander(question)
    if few:
        box.markdown(question)
    for column in schema.features:
        if column.name in wanted:
            near = difflib.get_close_matches(column.name, free, n=len(free), cutoff=0.0)
            at = f"{key}/{column.name}"
            if at not in st.session_state:
                st.session_state[at] = chosen.get(column.name)
            box.selectbox(
                label(f"Take for {column.name}"),
                near,
                index=None,
                placeholder="Choose a column of your file",
                key=at,
                on_change=_choose,
                args=(key, column.name),
            )


def _suggested(close: dict[str, str], key: str) -> None:
    """Draw what the check takes for a slip of the pen, to be agreed to with one click."""
    close = {column: name for column, name in close.items() if [*close.values()].count(name) == 1}
    if not close:
        return
    pairs = [f"“{name}” as “{column}”" for column, name in close.items()]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            label(f"Take {pairs[0]}") if len(pairs) == 1 else f"Take these {len(pairs)}",
            type="primary",
            icon=":material/done_all:" if len(pairs) > 1 else ":material/done:",
            key=f"{key}/suggested",
            on_click=_take,
            args=(key, close),
        )
        if len(pairs) > 1:
            st.markdown(plain(listed(pairs)))


def _take(key: str, close: dict[str, str]) -> None:
    st.session_state[key] = {**st.session_state[key], **close}
    for column, name in close.items():
        st.session_state[f"{key}/{column}"] = name


def _choose(key: str, column: str) -> None:
    taken = st.session_state[f"{key}/{column}"]
    chosen = {k: v for k, v in st.session_state[key].items() if k != column}
    st.session_state[key] = {**chosen, column: taken} if taken else chosen
