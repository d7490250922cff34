"""One model of the shelf with all that is known of it, and what may be done with it."""

from __future__ import annotations

import re
from functools import partial

import pandas as pd
import streamlit as st

from brinery.bringing.words import house_in_words
from brinery.errors import BrineryError
from brinery.model.card import Card
from brinery.model.proof import Replay
from brinery.registry.entry import Entry, Stored
from brinery.registry.prove import prove
from brinery.registry.standing import Standing, standing_of
from brinery.report.card import report
from brinery.report.export import card_page
from brinery.report.usage import is_overdue
from brinery.report.words import count, moment, size
from brinery.safety import house
from brinery.safety.audit import Import, audit
from ui import (
    environments_view,
    evaluation_view,
    history_view,
    services,
    shell,
    standing_view,
    versions_view,
)
from ui.card_view import in_short
from ui.words import numbered, plain

__all__ = ["matches", "show"]

_FENCED = re.compile(r"^(`{3,})python\n(.*?)\n\1$", re.MULTILINE | re.DOTALL)


def matches(entry: Entry, wanted: str) -> bool:
    """Whether every word is found in the name, the description, the owner or a column."""
    text = entry.name
    if entry.card:
        columns = " ".join(column.name for column in entry.card.schema.columns)
        text = f"{text} {entry.card.description} {entry.card.owner} {columns}"
    return all(word in text.casefold() for word in wanted.casefold().split())


def show(entry: Entry, *, expanded: bool) -> None:
    """Draw one model; what is inside is only made once it is opened."""
    marks = " :gray-badge[archived]" if entry.archived else ""
    marks += " :red-badge[problem]" if entry.problem else standing_view.badge(entry)
    if entry.card and is_overdue(entry.card):
        marks += " :orange-badge[to be reviewed]"
    label = f"**{plain(entry.name)}**{marks}"
    if entry.card:
        label += f"  \n:small[{plain(in_short(entry.card, entry.n_versions))}]"
    box = st.expander(
        label,
        expanded=expanded,
        key=f"shelf/open/{entry.name}",
        on_change="rerun",
    )
    if not box.open:
        return
    with box:
        if entry.problem:
            st.error(plain(entry.problem), icon=":material/gpp_bad:")
        card = _version(entry)
        if card is not None:
            _inside(entry, card)
        versions_view.manage(entry, card)


def _version(entry: Entry) -> Card | None:
    """Draw the choice of a version and give its card; None where it is broken."""
    shelf = services.get().shelf
    try:
        versions = shelf.versions(entry.name)
    except BrineryError as error:
        shell.say(error)
        return None
    version = entry.live_version
    if len(versions) > 1:
        version = st.selectbox(
            "Version",
            versions[::-1],
            index=versions[::-1].index(entry.live_version),
            format_func=partial(numbered, live=entry.live_version),
            key=f"shelf/version/{entry.name}",
        )
    try:
        return shelf.card(f"{entry.name}@{version}")
    except BrineryError as error:
        if version != entry.live_version:
            shell.say(error)
        return None


def _card(card: Card) -> None:
    """Draw the card; its code wraps, so that nobody has to scroll sideways in it."""
    _, _, text = report(card).partition("\n")
    text = text.replace("\n## ", "\n#### ").replace("\n### ", "\n##### ")
    before, *fenced = _FENCED.split(text)
    st.markdown(before)
    if fenced:
        _, code, after = fenced
        st.code(code, language="python", wrap_lines=True)
        st.markdown(after)


def _inside(entry: Entry, card: Card) -> None:
    ref = f"{card.name}@{card.version}"
    try:
        stored = services.get().shelf.open(ref)
    except BrineryError as error:
        shell.say(error)
        return
    standing = standing_of(card, entry.events)
    with st.container(horizontal=True, vertical_alignment="center"):
        offered = card.can_predict and not standing.is_refused
        if offered and not entry.archived and card.version == entry.live_version:
            key = f"shelf/predict/{card.name}"
            shell.button("predict", "Predict with it", key=key, model=card.name)
        _downloads(card, stored)
    versions_view.said(card, entry.events)
    standing_view.show(card, standing)
    environments_view.said(card, standing)
    at_once = standing.is_refused or environments_view.is_missing(card, standing)
    if at_once:
        environments_view.offer(card, standing)
    if card.house:
        st.warning(plain(house_in_words(card.house)), icon=":material/domain:")
    tabs = ["Card", "How good it is", "The file", "Proof", "History"]
    about, good, file, proof, history = st.tabs(tabs)
    with about:
        _card(card)
    with good:
        if card.evaluation is None:
            st.markdown("How often it is right was not measured here.")
        else:
            evaluation_view.show(card.evaluation, key=f"shelf/good/{card.name}")
    with file:
        _file(stored)
    with proof:
        _proof(card, ref, standing)
        if not at_once:
            environments_view.offer(card, standing)
    with history:
        history_view.show(entry)


def _downloads(card: Card, stored: Stored) -> None:
    stem = f"{card.name}-{card.version}"
    st.download_button(
        "Card",
        partial(_card_file, card),
        file_name=f"{stem}.html",
        mime="text/html",
        help="The card as one page, to print or to send.",
        on_click="ignore",
        icon=":material/download:",
        key=f"shelf/card/{card.name}",
    )
    if shell.may_download_pickles():
        st.download_button(
            "Pickle",
            partial(bytes, stored.pickled),
            file_name=f"{stem}.pkl",
            mime="application/octet-stream",
            on_click="ignore",
            icon=":material/download:",
            key=f"shelf/pickle/{card.name}",
        )


def _card_file(card: Card) -> bytes:
    return card_page(card).encode()


def _file(stored: Stored) -> None:
    found = audit(stored.pickled, house.parsed(services.get().settings.allow))
    st.markdown(
        f"A pickle of {size(len(stored.pickled))}. Loading it makes use of "
        f"{count(len(found.imports), 'name')}; this was read from the file without running it."
    )
    if found.problem:
        st.error(plain(found.problem), icon=":material/gpp_bad:")
    st.dataframe(
        pd.DataFrame(
            [
                {"Module": one.module, "Name": one.name, "Let in": _let_in(one)}
                for one in found.imports
            ]
        ),
        hide_index=True,
        alt="What the file contains",
    )


def _let_in(one: Import) -> str:
    if one.of_house:
        return "yes, by the operator"
    return "yes" if one.allowed else "no"


def _proof(card: Card, ref: str, standing: Standing) -> None:
    st.markdown(
        f"When it was saved, a fresh process loaded the file and answered "
        f"{count(card.proved.n_rows, 'made-up row')}; the answers were the same, bit for bit."
    )
    st.caption(f"Proved {moment(card.proved.proved_at)}.")
    if st.button("Prove again", icon=":material/fact_check:", key=f"shelf/prove/{card.name}"):
        here = services.get()
        try:
            with st.spinner("Loading it in a fresh process"):
                replay = prove(
                    ref,
                    models=here.settings.models,
                    pool=here.pool,
                    settings=here.settings,
                    by=shell.BY,
                )
        except BrineryError as error:
            shell.say(error)
            return
        _told(replay, under_others=bool(standing.differs))


def _told(replay: Replay, *, under_others: bool) -> None:
    rows = count(replay.n_rows, "row")
    if replay.identical:
        st.success(
            f"{rows} answered, every answer as on the day it was saved.",
            icon=":material/verified:",
        )
    elif replay.only_rounding and not under_others:
        st.info(
            f"{rows} answered, and only the last digits differ from the day it was saved. Another "
            "processor rounds differently; the model is whole, and may be used.",
            icon=":material/verified:",
        )
    else:
        st.error(
            f"{replay.n_changed:,} of {rows} got another answer, {replay.by_how_much}. "
            "Don't rely on it here.",
            icon=":material/gpp_bad:",
        )
