"""What happened to a model, as its events tell it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import streamlit as st

from brinery.environments.pins import in_words
from brinery.registry.entry import Entry
from brinery.registry.events import LIVE
from brinery.registry.live import Turn, turns
from brinery.report.compare import evidence
from brinery.report.words import moment
from ui.words import plain

__all__ = ["show"]


def show(entry: Entry) -> None:
    """Draw which version was in use when, then every change, the last first."""
    put = turns(entry.events)
    if put:
        st.markdown("**Which version was in use when**")
        st.markdown("\n".join(f"- {_turn_in_words(turn)}" for turn in reversed(put)))
        st.markdown("**Every change**")
    counted = {turn.number for turn in put}
    st.markdown("\n".join(_change(event, counted) for event in reversed(entry.events)))


def _turn_in_words(turn: Turn) -> str:
    since = moment(turn.since) if turn.since else "at some time"
    until = f"until {moment(turn.until)}" if turn.until else "in use now"
    by = f", by {turn.by}" if turn.by else ""
    first = "" if turn.compared or turn.back_from else "the first to be saved"
    why = f": {turn.why or first}" if turn.why or first else ""
    said = f"since {since}, {until}{by}{why}."
    if turn.compared is not None:
        said += f" Compared {evidence(turn.compared)}."
    return f"**Version {turn.version}** {plain(said)}"


def _change(event: Mapping[str, Any], counted: Collection[int]) -> str:
    """Say in one line when, what, by whom and why."""
    kind, version = str(event.get("kind", "")), event.get("version")
    it = f"version {version}" if version is not None else "it"
    words = {
        "saved": f"{it} was saved",
        "archived": f"{it} was archived",
        "restored": f"{it} was restored",
        "deleted": f"{it} was deleted",
        "note": "a note was made",
        "own_environment_left": f"{it} runs in the server's own environment again",
    }
    said = words.get(kind, kind)
    if kind == "alias" and event.get("alias") == LIVE:
        said = f"{it} answers from now on"
        if event["number"] not in counted:
            said = f"{it} was to answer, but meanwhile another one was put in use"
    elif kind == "alias":
        said = f"{it} became “{event.get('alias')}”"
    elif kind == "proved":
        said = _proved_in_words(event)
    elif kind == "own_environment":
        runs = in_words(str(event.get("python")), event.get("packages", {}))
        said = f"{it} runs in its own environment from now on, {runs}"
    by = f", by {event['by']}" if event.get("by") else ""
    why = f": {event['why']}" if event.get("why") else ""
    at = moment(str(event["at"])) if event.get("at") else "at some time"
    return f"- {plain(f'{at} — {said}{by}{why}')}"


def _proved_in_words(event: Mapping[str, Any]) -> str:
    """Say what a replay under other versions gave."""
    gave = "the same answers"
    if event.get("problem"):
        gave = "it does not work"
    elif event.get("n_changed"):
        gave = f"{event['n_changed']:,} of {event.get('n_rows', 0):,} answers differ"
    under = event.get("under", {}).get("scikit-learn", "other versions")
    return f"version {event.get('version')} was proved again under scikit-learn {under}, {gave}"
