"""Putting a model on the shelf from a page: what to call it, and where to go on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import streamlit as st

from brinery.environments.kept import Built
from brinery.errors import BrineryError
from brinery.model.model import Model
from brinery.registry.save import save
from ui import services, shell
from ui.words import plain

__all__ = ["draw"]


def draw(model: Model, about: dict[str, Any], *, key: str, own: Built | None = None) -> None:
    """Draw the form that saves, or, once that is done, the way to what was saved.

    Parameters
    ----------
    model : Model
        What is saved.
    about : dict
        Where this page keeps, under "saved", the name and the version.
    key : str
        Of the form.
    own : Built, optional
        The environment that the model was brought in, and runs in.
    """
    saved = about.get("saved")
    if saved is not None:
        _saved(*saved)
        return
    with st.form(key, border=True):
        name = st.text_input(
            "Name",
            max_chars=64,
            help="Letters, digits, spaces, and . _ - . An existing name gets a new version.",
            key="save/name",
        )
        description = st.text_area("What it answers, in one sentence", key="save/description")
        owner = st.text_input("Who to ask about it", key="save/owner")
        review_by = st.date_input(
            "Look at it again by",
            value=_in_a_year(),
            min_value="today",
            help="After that day it says so to whoever uses it.",
            key="save/review_by",
        )
        if st.form_submit_button("Save", type="primary", icon=":material/save:"):
            if name.strip():
                _save(model, about, name, description, owner, review_by, own)
            else:
                st.error("Give it a name first.", icon=":material/error:")


def _in_a_year() -> date:
    return datetime.now(UTC).date() + timedelta(days=365)


def _save(
    model: Model,
    about: dict[str, Any],
    name: str,
    description: str,
    owner: str,
    review_by: date | None,
    own: Built | None,
) -> None:
    here = services.get()
    try:
        with st.spinner("Saving, and proving in a fresh process that it gives the same answers"):
            ref = save(
                model,
                name=name.strip(),
                models=here.settings.models,
                description=description.strip(),
                owner=owner.strip(),
                by=owner.strip() or shell.BY,
                pool=here.pool,
                settings=here.settings,
                own=own,
                review_by=review_by,
            )
    except BrineryError as error:
        shell.say(error)
        return
    about["saved"] = (ref.name, ref.version)
    st.rerun()


def _saved(name: str, version: int) -> None:
    st.success(
        f"Saved as {plain(name)}, version {version}. A fresh process loaded it and gave "
        "the same answers.",
        icon=":material/inventory_2:",
    )
    try:
        _, live = services.get().shelf.resolve(name)
    except BrineryError as error:
        shell.say(error)
        return
    if live != version:
        st.markdown(
            f"Version {live} still answers. Look at what would change with version {version}, "
            "then put it in use."
        )
    with st.container(horizontal=True):
        if live == version:
            shell.button("predict", "Predict with it", key="save/predict", primary=True, model=name)
        else:
            label = f"Compare it with version {live}"
            shell.button(
                "compare", label, key="save/compare", primary=True, model=name, after=str(version)
            )
        shell.button("shelf", "See it on the shelf", key="save/shelf", model=name)
