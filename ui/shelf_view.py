"""Models of the shelf to pick from."""

from __future__ import annotations

import difflib

import streamlit as st

from brinery.model.card import Card
from brinery.registry.entry import Entry
from brinery.report.usage import to_know
from brinery.report.words import count
from brinery.schema.choices import NO_CHOICES
from brinery.schema.matching import match
from brinery.scoring.result import Result
from brinery.tables.table import Table
from ui import first_start, services, shell, standing_view, versions_view
from ui.reading_view import distinct_names
from ui.words import plain

__all__ = ["instead", "pick", "preview"]

_PREVIEW_ROWS = 1000


def pick() -> Card | None:
    """Draw the choice of a model for prediction and give its card; `?model=` opens on it."""
    everything = services.get().shelf.entries(include_archived=True)
    entries = [entry for entry in everything if not entry.archived]
    cards = {e.name: e.card for e in entries if e.card and not e.problem and e.card.can_predict}
    asked = st.query_params.get("model")
    if asked and asked not in cards:
        broken = next((_why_not(entry) for entry in everything if entry.name == asked), "")
        near = difflib.get_close_matches(asked, list(cards), n=1)
        meant = f" Did you mean {near[0]}?" if near else ""
        said = broken or f"There is no model called “{asked}” on the shelf.{meant}"
        st.warning(plain(said), icon=":material/search_off:")
    if not cards:
        _nothing_to_pick()
        return None
    name = st.selectbox(
        "Model",
        sorted(cards, key=str.casefold),
        index=0 if len(cards) == 1 else None,
        placeholder="Choose a model",
        key="model",
        bind="query-params",
    )
    if not name:
        return None
    return versions_view.chosen(next(entry for entry in entries if entry.name == name))


def _why_not(entry: Entry) -> str:
    """Say why a model that is there is not offered."""
    if entry.archived and entry.card:
        return " ".join(to_know(entry.card, entry.events))
    return entry.problem


def _nothing_to_pick() -> None:
    if first_start.state.waiting:
        st.info("The example models are being trained. Come back in a minute.")
    elif shell.may_open("train"):
        st.info("There is no model to predict with yet.")
        shell.button("train", "Build the first one", key="predict/build", primary=True)
    else:
        st.info("There is no model to predict with yet. Ask somebody who builds models.")


def instead(card: Card, table: Table) -> None:
    """Offer the models that find all their columns in a file that this one can't use."""
    there = {name.strip().casefold() for name in table.column_names}
    for entry in services.get().shelf.entries():
        if entry.name == card.name or not entry.card or entry.problem or not entry.card.can_predict:
            continue
        if standing_view.is_refused(entry):
            continue
        schema = entry.card.schema
        named = {one.name.strip().casefold() for one in schema.features} <= there
        if named and match(table, schema, NO_CHOICES).all_found:
            st.button(
                f"Use {plain(entry.name)}: the file has every column that it needs",
                icon=":material/swap_horiz:",
                key=f"predict/instead/{entry.name}",
                on_click=_pick,
                args=(entry.name,),
            )


def _pick(name: str) -> None:
    st.session_state["model"] = name


def preview(result: Result) -> None:
    """Draw the first rows of a result, the predictions on the left."""
    frame = result.table.slice(0, _PREVIEW_ROWS).to_pandas()
    frame.columns = distinct_names(frame.columns)
    n_own = result.own.num_columns
    shares = {
        frame.columns[n_own + i]: st.column_config.NumberColumn(format="percent")
        for i, name in enumerate(result.added.column_names)
        if name == "confidence" or name.startswith("probability ")
    }
    st.dataframe(
        frame.iloc[:, [*range(n_own, frame.shape[1]), *range(n_own)]],
        hide_index=True,
        column_config={**shares, frame.columns[-1]: st.column_config.TextColumn(width="medium")},
        placeholder="—",
        alt="The predictions, beside your own columns",
    )
    if result.n_rows > _PREVIEW_ROWS:
        st.caption(f"The first {count(_PREVIEW_ROWS, 'row')}; the download has all of them.")
