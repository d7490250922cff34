"""What happened to a model, as its events tell it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from brinery.environments.pins import in_words
from brinery.registry.shelf import Entry
from brinery.report.words import moment
from ui.words import plain

__all__ = ["show"]


def show(entry: Entry) -> None:
    """Draw every change, the last first: when, what, by whom and why."""
    words = {
        "archived": "was archived",
        "restored": "was restored",
        "deleted": "a version was deleted",
        "note": "a note was made",
    }
    for event in reversed(entry.events):
        kind = str(event.get("kind", ""))
        said = words.get(kind, kind)
        if kind == "alias" and event.get("alias") == "live":
            said = f"version {event.get('version')} answers from now on"
        elif kind == "alias":
            said = f"version {event.get('version')} became “{event.get('alias')}”"
        elif kind == "proved":
            said = _proved_in_words(event)
        elif kind == "own_environment":
            runs = in_words(str(event.get("python")), event.get("packages", {}))
            said = f"version {event.get('version')} runs in its own environment from now on, {runs}"
        elif kind == "own_environment_left":
            said = f"version {event.get('version')} runs in the server's own environment again"
        by = f", by {event['by']}" if event.get("by") else ""
        why = f": {event['why']}" if event.get("why") else ""
        at = moment(str(event["at"])) if event.get("at") else "at some time"
        st.markdown(f"- {plain(f'{at} — {said}{by}{why}')}")


def _proved_in_words(event: Mapping[str, Any]) -> str:
    """Say what a replay under other versions gave."""
    gave = "the same answers"
    if event.get("problem"):
        gave = "it does not work"
    elif event.get("n_changed"):
        gave = f"{event['n_changed']:,} of {event.get('n_rows', 0):,} answers differ"
    under = event.get("under", {}).get("scikit-learn", "other versions")
    return f"version {event.get('version')} was proved again under scikit-learn {under}, {gave}"
