"""The versions of a model: which one is used, what speaks against it, and changing what is live."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import streamlit as st

from brinery.errors import BrineryError
from brinery.model.card import Card
from brinery.registry.entry import Entry
from brinery.registry.events import fold
from brinery.registry.live import before, roll_back
from brinery.report.usage import to_know
from ui import services, shell
from ui.words import numbered, plain

__all__ = ["chosen", "manage", "said"]


def chosen(entry: Entry) -> Card | None:
    """Give the card of the version to predict with: the one in use, unless another is asked for.

    `?version=` opens on another; what whoever uses it should know of it is drawn.
    """
    card = entry.card
    if entry.n_versions > 1:
        version = _another(entry)
        if version != entry.live_version:
            try:
                card = services.get().shelf.card(f"{entry.name}@{version}")
            except BrineryError as error:
                shell.say(error)
                return None
            st.info(
                f"This is version {version}, as you asked. The one in use is {entry.live_version}.",
                icon=":material/history:",
            )
    if card is not None:
        said(card, entry.events)
    return card


def _another(entry: Entry) -> int:
    versions = services.get().shelf.versions(entry.name)[::-1]
    asked = st.query_params.get("version", "")
    first = next((one for one in versions if str(one) == asked), entry.live_version)
    with st.popover("Another version", icon=":material/history:"):
        version: int = st.selectbox(
            "Version",
            versions,
            index=versions.index(first),
            format_func=partial(numbered, live=entry.live_version),
            key=f"predict/version/{entry.name}",
        )
    return version


def said(card: Card, happened: Iterable[Mapping[str, Any]]) -> None:
    """Draw what speaks against using a version: that it was archived, or is past its review."""
    for line in to_know(card, happened):
        st.warning(plain(line), icon=":material/event_busy:")


def manage(entry: Entry, card: Card | None) -> None:
    """Draw what a modeler may do with a model: compare, go back, archive, restore.

    Parameters
    ----------
    entry : Entry
        The model.
    card : Card or None
        Of the version on screen; None where it is broken.
    """
    if not shell.may_open("train"):
        return
    other = card is not None and card.version != entry.live_version
    with st.container(horizontal=True):
        if entry.n_versions > 1:
            key, query = f"shelf/compare/{entry.name}", {"model": entry.name}
            label = "Compare versions"
            if card is not None and other:
                label = f"Compare, to put version {card.version} in use"
                query["after"] = str(card.version)
            shell.button("compare", label, key=key, primary=False, **query)
        _way_back(entry)
        if card is not None and other:
            _one_version(entry, card.version)
        elif entry.archived:
            st.button(
                "Restore",
                icon=":material/unarchive:",
                key=f"shelf/restore/{entry.name}",
                on_click=_restore,
                args=(entry.name,),
            )
        elif st.button("Archive", icon=":material/archive:", key=f"shelf/archive/{entry.name}"):
            _confirm(entry.name, None)


def _way_back(entry: Entry) -> None:
    try:
        version = before(entry.events, services.get().shelf.versions(entry.name))
    except BrineryError:
        return  # what is wrong with the model is said above
    if version is not None:
        st.button(
            f"Go back to version {version}",
            icon=":material/undo:",
            key=f"shelf/back/{entry.name}",
            on_click=_go_back,
            args=(entry.name,),
        )


def _go_back(name: str) -> None:
    try:
        version = roll_back(services.get().shelf, name, by=shell.BY)
    except BrineryError as error:
        st.toast(plain(f"{error.problem} {error.remedy}"), icon=":material/error:")
        return
    st.session_state.pop(f"shelf/version/{name}", None)
    st.toast(f"Version {version} answers again.", icon=":material/undo:")


def _one_version(entry: Entry, version: int) -> None:
    key = f"shelf/archive/{entry.name}/{version}"
    if version in fold(entry.events).put_away:
        st.button(
            f"Restore version {version}",
            icon=":material/unarchive:",
            key=f"shelf/restore/{entry.name}/{version}",
            on_click=_restore,
            args=(entry.name, version),
        )
    elif st.button(f"Archive version {version}", icon=":material/archive:", key=key):
        _confirm(entry.name, version)


def _restore(name: str, version: int | None = None) -> None:
    services.get().shelf.restore(name, version, by=shell.BY)
    st.toast("Restored.", icon=":material/unarchive:")


@st.dialog("Archive it?")
def _confirm(name: str, version: int | None) -> None:
    if version is None:
        said = f"“{plain(name)}” will no longer be offered for prediction. "
    else:
        said = f"Version {version} of “{plain(name)}” will say that it was archived. "
    st.markdown(f"{said}Nothing is deleted: it can be restored at any time.")
    why = st.text_input("Why? (may stay empty)", key="shelf/archive/why")
    if st.button("Archive it", type="primary", key="shelf/archive/yes"):
        try:
            services.get().shelf.archive(name, version, by=shell.BY, why=why)
        except BrineryError as error:
            shell.say(error)
            return
        st.rerun()
