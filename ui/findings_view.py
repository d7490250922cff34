"""The check's findings on screen."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from brinery.report.check import HEADINGS, in_one_line, touches
from brinery.report.words import count
from brinery.schema.briefly import brief
from brinery.schema.finding import SEVERITIES, Finding, Verdict, worst_first
from brinery.schema.phrases import capitalized
from ui.words import STOPPED, plain

__all__ = ["show"]

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
    differs = any(one.code == "population_differs" for one in findings)
    _verdict(verdict, n_features, differs=differs)
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


def _verdict(verdict: Verdict, n_features: int, *, differs: bool) -> None:
    """Say in one line what becomes of the rows, and whether the file as a whole is as usual."""
    said = f"**{plain(in_one_line(verdict))}**"
    if differs and not verdict.stops:
        said += " But the file as a whole differs from the training data."
    if verdict.stops:
        said = "\n\n".join(filter(None, [said, _other(verdict.stops, n_features)]))
        st.error(said, icon=":material/block:")
    elif verdict.n_refused or verdict.n_unread:
        st.warning(said, icon=":material/remove_circle:")
    elif verdict.n_look or differs:
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
    title = capitalized(brief(finding).title)
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
    """Say so where the file seems to be meant for another model: few columns are even alike."""
    missing = sum(one.code == "missing_column" for one in stops)
    if not n_features or missing <= n_features / 2:
        return ""
    most = "all" if missing == n_features else f"{missing:,} of the"
    return (
        f"This looks like a file for another model: {most} "
        f"{count(n_features, 'column')} that this one needs are missing."
    )
