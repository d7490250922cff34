"""Which two versions are compared, and asking both about a file; nothing is asked twice."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import streamlit as st

from brinery.errors import BrineryError, CannotScore
from brinery.model.card import Card
from brinery.registry.entry import Entry
from brinery.report.words import count
from brinery.schema import check as against_schema
from brinery.scoring.compare import between, needed
from brinery.scoring.comparison import Comparison
from ui import doctor, findings_view, services, shell
from ui.upload import Upload
from ui.words import numbered, plain

__all__ = ["Pair", "compared", "pick"]


@dataclass(frozen=True)
class Pair:
    """Two versions of one model.

    Attributes
    ----------
    name : str
        The model's.
    version : int
        The one that the other is compared with.
    live : int
        The one in use.
    before : Card or None
        Of `version`; None where it can't be read.
    after : Card
        Of the other one.
    """

    name: str
    version: int
    live: int
    before: Card | None
    after: Card

    @property
    def needed(self) -> list[str]:
        """The columns that either needs."""
        return needed(self.after) if self.before is None else needed(self.before, self.after)


def pick() -> Pair | None:
    """Draw the choice of a model and two of its versions; `?model=&after=` opens on them."""
    entries = {one.name: one for one in services.get().shelf.entries() if one.n_versions > 1}
    asked = st.query_params.get("model")
    if asked and asked not in entries:
        st.info(f"There are no two versions of “{plain(asked)}” to compare.")
    if not entries:
        st.markdown(
            "There is nothing to compare yet. Save another model under a name that is on the "
            "shelf: it becomes the next version of that name."
        )
        shell.button("train", "Train one", key="compare/train", primary=True)
        return None
    names = sorted(entries, key=str.casefold)
    first = 0 if len(names) == 1 else None
    name = st.selectbox(
        "Model",
        names,
        index=names.index(asked) if asked in names else first,
        placeholder="Choose a model",
        key="compare/model",
    )
    return _versions(entries[name]) if name else None


def _versions(entry: Entry) -> Pair | None:
    shelf = services.get().shelf
    try:
        there = shelf.versions(entry.name)[::-1]
    except BrineryError as error:
        shell.say(error)
        return None
    left, right = st.columns(2)
    version = left.selectbox(
        "Version",
        there,
        index=there.index(entry.live_version),
        format_func=partial(numbered, live=entry.live_version),
        key=f"compare/before/{entry.name}/{entry.live_version}",
    )
    others = [one for one in there if one != version]
    asked = st.query_params.get("after", "")
    after = right.selectbox(
        "Compared with version",
        others,
        index=next((at for at, one in enumerate(others) if str(one) == asked), 0),
        format_func=partial(numbered, live=entry.live_version),
        key=f"compare/after/{entry.name}/{version}/{entry.live_version}",
    )
    before = None
    try:
        before = shelf.card(f"{entry.name}@{version}")
    except BrineryError as error:
        shell.say(error)
    try:
        card = shelf.card(f"{entry.name}@{after}")
    except BrineryError as error:
        shell.say(error)
        return None
    return Pair(entry.name, version, entry.live_version, before, card)


def compared(pair: Pair, upload: Upload) -> Comparison | None:
    """Ask both versions about the file; where one can't use it, draw why and what helps."""
    assert upload.table is not None
    cards = [card for card in (pair.before, pair.after) if card is not None]
    told = tuple(doctor.told(card, upload).key() for card in cards)
    key = (pair.name, pair.version, *(card.sealed.hmac for card in cards), upload.key, told)
    kept = st.session_state.get("compare/made")
    if kept is None or kept[0] != key:
        try:
            kept = (key, _asked(pair, upload))
        except CannotScore as error:
            if not _unusable(cards, upload):
                shell.say(error)
            return None
        except BrineryError as error:
            shell.say(error)
            return None
        st.session_state["compare/made"] = kept
    comparison: Comparison = kept[1]
    return comparison


def _asked(pair: Pair, upload: Upload) -> Comparison:
    assert upload.table is not None
    here, n_rows = services.get(), upload.table.n_rows
    bar = st.empty()

    def told(n_done: int) -> None:
        if n_done < 2 * n_rows:
            words = f"{n_done:,} of {count(2 * n_rows, 'answer')}"
            bar.progress(n_done / (2 * n_rows), text=words)

    with st.spinner("Asking both versions", show_time=True):
        comparison = between(
            here.shelf,
            f"{pair.name}@{pair.version}",
            f"{pair.name}@{pair.after.version}",
            upload.table,
            here.pool,
            choices=lambda card: doctor.told(card, upload),
            by=shell.BY,
            progress=told,
        )
    bar.empty()
    return comparison


def _unusable(cards: list[Card], upload: Upload) -> bool:
    """Draw what stops the first version that can't use the file, and what puts it right."""
    assert upload.table is not None
    for card in cards:
        report = against_schema.check(upload.table, card.schema, doctor.told(card, upload))
        if not report.can_score:
            st.markdown(f"**Version {card.version} can't use this file**")
            found, n_features = doctor.others(report.findings), len(card.schema.features)
            with findings_view.show(report.verdict, found, n_features, key="compare/findings"):
                doctor.show(card, upload, report)
            return True
    return False
