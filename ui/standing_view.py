"""After an upgrade: whether a model may answer. Modelers are told all of it, others whom to ask."""

from __future__ import annotations

import streamlit as st

from brinery.errors import BrineryError, ProofFailed
from brinery.model.card import Card
from brinery.registry.entry import Entry
from brinery.registry.prove import ready
from brinery.registry.standing import REMEDY, Standing, standing_of
from ui import environments_view, services, shell
from ui.words import plain

__all__ = ["badge", "is_refused", "may_answer", "show"]


def is_refused(entry: Entry) -> bool:
    """Tell whether the version that a model answers with may not do so after an upgrade."""
    return entry.card is not None and standing_of(entry.card, entry.events).is_refused


def badge(entry: Entry) -> str:
    """Mark, in a list, a model that may not answer after an upgrade."""
    if not is_refused(entry):
        return ""
    known = shell.may_open("train")
    return " :red-badge[refused after an upgrade]" if known else " :orange-badge[being checked]"


def may_answer(card: Card) -> bool:
    """Tell whether a version may answer here; replay its proof first where that is due.

    Where it may not, the reason is drawn, and who can help.
    """
    here = services.get()
    try:
        standing = standing_of(card, here.shelf.events(card.name))
        environments_view.said(card, standing)
        if environments_view.is_missing(card, standing):
            environments_view.offer(card, standing)
            return False
        if standing.state == "unproved":
            with st.spinner(
                "Something was upgraded here since this model was saved. Brinery checks first "
                "that it still gives the same answers."
            ):
                ready(here.shelf, f"{card.name}@{card.version}", here.pool, by=shell.BY)
            return True
    except ProofFailed:
        standing = standing_of(card, here.shelf.events(card.name))
    except BrineryError as error:
        shell.say(error)
        return False
    if standing.is_refused:
        show(card, standing)
        environments_view.offer(card, standing)
    return standing.may_answer


def show(card: Card, standing: Standing) -> None:
    """Say how a version stands where anything differs from its card."""
    if standing.is_refused:
        _refused(card, standing)
    elif standing.state == "unproved":
        st.info(
            plain(f"{standing.versions} Its proof is replayed before it next answers."),
            icon=":material/history:",
        )
    elif standing.state == "proved" and shell.may_open("train"):
        st.caption(plain(f"{standing.versions} Its proof was replayed here: the same answers."))


def _refused(card: Card, standing: Standing) -> None:
    if shell.may_open("train"):
        said = f"{card.name}, version {card.version}, gives no predictions here. {standing.reason}"
        st.error(plain(f"{said} {REMEDY}"), icon=":material/rule:")
        return
    whom = card.owner or "whoever runs this server"
    st.warning(
        plain(
            "This model is being checked after an upgrade. It gives no predictions until that is "
            f"done; ask {whom}."
        ),
        icon=":material/hourglass_top:",
    )
