"""The check's findings on screen, and the columns that a reader puts right there."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from brinery.report.check import HEADINGS, in_one_line, touches
from brinery.report.words import count, listed
from brinery.schema.briefly import brief
from brinery.schema.columns import Schema
from brinery.schema.finding import SEVERITIES, Finding, Report, Verdict, worst_first
from ui.words import STOPPED, label, plain

__all__ = ["renames", "show"]

_FEW = 4
_ICONS = {
    "stop": ":material/block:",
    "row": ":material/remove_circle:",
    "look": ":material/visibility:",
    "note": ":material/info:",
}


def show(
    verdict: Verdict, findings: Sequence[Finding], n_features: int, *, key: str
) -> DeltaGenerator:
    """Draw the verdict and the findings, the gravest first.

    Parameters
    ----------
    verdict : Verdict
        What becomes of the rows.
    findings : sequence of Finding
        From the check or from the scoring.
    n_features : int
        How many columns the model needs.
    key : str
        The widgets' key.

    Returns
    -------
    DeltaGenerator
        The place right under what stops the scoring, or else under the rows that can't be
        scored: for what puts it right.
    """
    _verdict(verdict, n_features)
    groups = {s: [f for f in worst_first(findings) if f.severity == s] for s in SEVERITIES}
    titles = STOPPED if groups["stop"] else HEADINGS
    remedy: DeltaGenerator | None = None
    for severity, of_it in groups.items():
        if of_it:
            st.subheader(titles[severity], anchor=False)
            (_notes if severity == "note" else _cards)(of_it, f"{key}/{severity}")
        if severity == ("stop" if groups["stop"] else "row"):
            remedy = st.container()
    assert remedy is not None
    return remedy


def _verdict(verdict: Verdict, n_features: int) -> None:
    """Say in one line what becomes of the rows."""
    said = f"**{plain(in_one_line(verdict))}**"
    if verdict.stops:
        said = "\n\n".join(filter(None, [said, _other(verdict.stops, n_features)]))
        st.error(said, icon=":material/block:")
    elif verdict.n_refused or verdict.n_unread:
        st.warning(said, icon=":material/remove_circle:")
    elif verdict.n_look:
        st.info(said, icon=":material/visibility:")
    else:
        st.success(said, icon=":material/check_circle:")


def _cards(findings: Sequence[Finding], key: str) -> None:
    """Draw a bordered row for each; those beyond the first few in a fold."""
    for one in findings[:_FEW]:
        _card(one)
    if len(findings) > _FEW:
        with st.expander(f"{len(findings) - _FEW:,} more like these", key=key):
            for one in findings[_FEW:]:
                _card(one)


def _card(finding: Finding) -> None:
    title = brief(finding).title
    title = title[0].upper() + title[1:]
    touched = f" · {touches(finding)}" if finding.count > 1 else ""
    with st.container(border=True):
        st.markdown(
            f"{_ICONS[finding.severity]} **{plain(title)}**{touched}  \n{plain(finding.sentence)}"
        )


def _notes(notes: Sequence[Finding], key: str) -> None:
    """Draw what is good to know; many notes don't push the predictions down the page."""
    shown = st.container()
    if len(notes) > _FEW:
        shown = st.expander(count(len(notes), "note"), key=key)
    shown.markdown("\n".join(f"- {plain(one.sentence)}" for one in notes))


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
