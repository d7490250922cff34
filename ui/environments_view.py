"""Environments of their own: which model runs in one, and what the operator may do about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.elements.lib.mutable_status_container import StatusContainer

from brinery.environments import kept
from brinery.environments.pins import of_card
from brinery.errors import BrineryError
from brinery.model.card import Card
from brinery.registry.own import leave_own, run_in_own, users_of
from brinery.registry.standing import Standing
from brinery.report.card import own_in_words
from brinery.report.words import day, listed, size
from ui import services, shell
from ui.words import plain

__all__ = ["is_missing", "listing", "offer", "said", "steps"]

_WHAT_IT_DOES = (
    "Builds the versions of Python and its packages that the model was made with, beside those of "
    "this server, and has it answer there from now on, if its proof holds. It takes a minute and "
    "the network, once."
)


def is_missing(card: Card, standing: Standing) -> bool:
    """Tell whether a version runs in an environment that is not on this machine."""
    folder = services.get().settings.environments_path
    return standing.own is not None and not kept.find(folder, of_card(card.environment).key)


def said(card: Card, standing: Standing) -> None:
    """Say that a version runs in an environment of its own, where it does."""
    if standing.own is None:
        return
    if is_missing(card, standing):
        ask = "" if shell.may_open("system") else " Ask whoever runs this server."
        st.warning(
            plain(
                "This model runs in an environment of its own, which is not on this machine. It "
                f"gives no predictions until that is built again.{ask}"
            ),
            icon=":material/deployed_code_alert:",
        )
    else:
        st.caption(f":material/deployed_code: {plain(own_in_words(card, standing.own))}")


def offer(card: Card, standing: Standing) -> None:
    """Draw the operator's button that builds a version's environment, or has it left."""
    if not shell.may_open("system"):
        return
    missing = is_missing(card, standing)
    if standing.own is not None and not missing:
        st.button(
            "Run it in the server's own environment again",
            icon=":material/undo:",
            key=f"shelf/leave/{card.name}",
            on_click=_leave,
            args=(f"{card.name}@{card.version}",),
        )
        return
    label = "Build its environment again" if missing else "Run it in an environment of its own"
    if st.button(
        label,
        icon=":material/deployed_code:",
        key=f"shelf/own/{card.name}",
        type="primary" if missing or standing.is_refused else "secondary",
        help=_WHAT_IT_DOES,
    ):
        _build(card)


def _build(card: Card) -> None:
    here = services.get()
    with st.status("Building its environment") as box:
        try:
            run_in_own(
                here.shelf,
                f"{card.name}@{card.version}",
                here.pool,
                here.settings,
                by=shell.BY,
                progress=steps(box),
            )
        except BrineryError as error:
            box.update(label="It was not built", state="error")
            shell.say(error)
            return
    st.rerun()


def steps(box: StatusContainer) -> Callable[[dict[str, Any]], None]:
    """Give what shows each step of some work as the label of a box."""
    return lambda fields: box.update(label=plain(str(fields["step"])))


def _leave(ref: str) -> None:
    leave_own(services.get().shelf, ref, by=shell.BY)


def listing() -> None:
    """Draw the environments that were built, for the operator."""
    here = services.get()
    folder = here.settings.environments_path
    built, users = kept.all_built(folder), users_of(here.shelf)
    st.markdown(
        "A model that was made with other versions than this server's, and would answer otherwise "
        "under these, can run in an environment of its own. The *Shelf* builds it."
    )
    if not built:
        st.markdown("None was built yet.")
    for one in built:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            runs = users.get(one.key, [])
            whose = f"Runs {listed(runs, most=8)}." if runs else "No model in use runs in it."
            st.markdown(
                f"**{plain(one.in_words)}**  \n{plain(whose)} Built on {day(one.built_at)}, "
                f"{size(one.n_bytes)}."
            )
            key = f"system/environment/{one.key}"
            if st.button("Remove", icon=":material/delete:", key=key):
                if runs:
                    _confirm(one.key, runs)
                else:
                    _remove(one.key)
    st.caption(plain(f"They are in {folder}."))


@st.dialog("Remove this environment?")
def _confirm(key: str, runs: list[str]) -> None:
    st.markdown(
        plain(
            f"{listed(runs, most=8)} will give no predictions until the environment is built again."
        )
    )
    if st.button("Remove it", type="primary", key="system/environment/yes"):
        _remove(key)


def _remove(key: str) -> None:
    here = services.get()
    if not here.pool.leave(key):
        st.warning("A model is answering in it just now. Try again in a moment.")
        return
    with st.spinner("Removing it"):
        kept.remove(here.settings.environments_path, key)
    st.rerun()
