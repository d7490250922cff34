"""A large file for a run: sent straight to the server's disk, or picked where the operator said."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v1.component_registry import declare_component

from brinery.errors import BrineryError, ReadError
from brinery.report.words import size
from brinery.scoring.offered import MOST_LISTED, Offered, offered
from brinery.tables.columnar import first_rows
from brinery.tables.content import may_be_text
from ui import services, shell
from ui.incoming import Large as Sent

__all__ = ["SMALL_MB", "Beginning", "Large", "beginning", "choose", "is_on", "toggle"]

Large = Sent | Offered
"""A file that is not held in memory."""

SMALL_MB = 50
"""A larger file goes to the disk: read in memory, a table takes about seven times its size there
(docs/BENCHMARKS.md)."""

_COMPONENT = Path(__file__).with_name("static") / "upload"
_HEAD_BYTES = 4 * 2**20
_LISTED_SECONDS = 30


def toggle(key: str, *, on_change: Callable[[str], None]) -> None:
    """Draw the switch between small files and large ones; `choose` is for when it is on."""
    title = f"My file is larger than {SMALL_MB} MB"
    if services.get().settings.files:
        title += ", or it lies ready"
    st.toggle(title, key=f"{key}/is_large", on_change=on_change, args=(key,))


def is_on(key: str) -> bool:
    """Say whether the switch is on, known before it is drawn."""
    return bool(st.session_state.get(f"{key}/is_large"))


def choose(*, key: str) -> Large | None:
    """Draw the ways to give a large file, and give the one that is there."""
    here = services.get()
    ticket = st.session_state.get(f"{key}/ticket")
    try:
        if not ticket or not here.incoming.is_good(ticket):
            ticket = st.session_state[f"{key}/ticket"] = here.incoming.ticket()
    except BrineryError as error:
        shell.say(error)
        return None
    _sender()(
        ticket=ticket, most_bytes=here.settings.max_file_bytes, key=f"{key}/large", default=None
    )
    picked = _picked(here.settings.files, key) if here.settings.files else None
    return picked or here.incoming.arrived(ticket)


@dataclass(frozen=True)
class Beginning:
    """What is read of a large file to begin with.

    Attributes
    ----------
    data : bytes
        A file of its own, perhaps all that there is.
    is_all : bool
    n_rows : int or None
        How many rows the whole file has, where it says so.
    """

    data: bytes
    is_all: bool
    n_rows: int | None = None


def beginning(large: Large, most_bytes: int) -> Beginning:
    """Give the first rows, or all of a file that can only be read whole.

    Raises
    ------
    ReadError
        It can only be read whole, and is too large for that.
    """
    with large.open() as file:
        head = file.read(_HEAD_BYTES)
        if large.n_bytes <= len(head):
            return Beginning(head, is_all=True)
        if may_be_text(head):
            return Beginning(head[: head.rfind(b"\n") + 1] or head, is_all=False)
        if (typed := first_rows(file, large.name)) is not None:
            return Beginning(typed[0], is_all=False, n_rows=typed[1])
        if large.n_bytes <= most_bytes:
            file.seek(0)
            return Beginning(file.read(), is_all=True)
    raise ReadError(
        f"A packed file or a workbook is taken up to {size(most_bytes)}; this one has "
        f"{size(large.n_bytes)}.",
        where=large.name,
        remedy="Save it as plain CSV in UTF-8 or as Parquet, which may be larger, or split it.",
    )


@cache
def _sender() -> Any:
    return declare_component("upload", path=_COMPONENT)


def _picked(place: str, key: str) -> Offered | None:
    """Draw the choice of a file in the folder or the bucket that the operator named."""
    try:
        files = _listed(place, key)
    except BrineryError as error:
        shell.say(error)
        return None
    if not files:
        st.caption(f"No file lies ready in {place}.")
        return None
    name = st.selectbox(
        f"Or take a file that lies ready in {place}",
        list(files),
        index=None,
        format_func=lambda name: f"{name} ({size(files[name].n_bytes)})" if name in files else name,
        placeholder="Choose a file",
        key=f"{key}/folder",
    )
    if len(files) >= MOST_LISTED:
        st.caption(f"Only {MOST_LISTED:,} of the files in {place} are in this list.")
    return files.get(name or "")


def _listed(place: str, key: str) -> dict[str, Offered]:
    """List the files; not anew each time that the page is drawn, since a store takes its time."""
    memory = f"{key}/offered"
    kept: tuple[float, dict[str, Offered] | BrineryError] | None = st.session_state.get(memory)
    if kept is None or time.monotonic() - kept[0] > _LISTED_SECONDS:
        with st.spinner(f"Looking what is in {place}"):
            try:
                found: dict[str, Offered] | BrineryError = offered(place)
            except BrineryError as error:
                found = error
        kept = st.session_state[memory] = (time.monotonic(), found)
    if isinstance(kept[1], BrineryError):
        raise kept[1]
    return kept[1]
