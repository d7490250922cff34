"""A large file for a run: sent straight to the server's disk, or picked from a folder on it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v1.component_registry import declare_component

from brinery.errors import BrineryError, ReadError
from brinery.report.words import size
from brinery.tables.content import may_be_text
from ui import services, shell
from ui.incoming import Large

__all__ = ["SMALL_MB", "beginning", "choose", "is_on", "toggle"]

SMALL_MB = 50
"""A larger file goes to the disk: read in memory, a table takes about seven times its size there
(docs/BENCHMARKS.md)."""

_COMPONENT = Path(__file__).with_name("static") / "upload"
_HEAD_BYTES = 4 * 2**20
_MOST_LISTED = 1000


def toggle(key: str, *, on_change: Callable[[str], None]) -> None:
    """Draw the switch between small files and large ones; `choose` is for when it is on."""
    title = f"My file is larger than {SMALL_MB} MB"
    if services.get().settings.files_path is not None:
        title += ", or it is on the server"
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
    picked = _from_folder(here.settings.files_path, key)
    if picked is not None:
        return picked
    return here.incoming.arrived(ticket)


def beginning(large: Large, most_bytes: int) -> bytes:
    """Give the first whole lines of a text, or all of a file that can only be read whole.

    Raises
    ------
    ReadError
        It can only be read whole, and is too large for that.
    """
    with large.path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        if large.n_bytes <= len(head):
            return head
        if may_be_text(head):
            return head[: head.rfind(b"\n") + 1] or head
        if large.n_bytes <= most_bytes:
            return head + file.read()
    raise ReadError(
        f"A packed file, a workbook or a Parquet file is taken up to {size(most_bytes)}; this one "
        f"has {size(large.n_bytes)}.",
        where=large.name,
        remedy="Save it as plain CSV in UTF-8, which may be larger, or split it.",
    )


@cache
def _sender() -> Any:
    return declare_component("upload", path=_COMPONENT)


def _from_folder(folder: Path | None, key: str) -> Large | None:
    """Draw the choice of a file in the folder that the operator named."""
    if folder is None:
        return None
    files = _files(folder)
    name = st.selectbox(
        "Or take a file that is on the server",
        list(files),
        index=None,
        format_func=lambda name: f"{name} ({size(files[name])})" if name in files else name,
        placeholder="Choose a file" if files else f"There is no file in {folder}",
        disabled=not files,
        key=f"{key}/folder",
    )
    if name is None or name not in files:
        return None
    return Large(folder / name, Path(name).name, files[name], is_ours=False)


def _files(folder: Path) -> dict[str, int]:
    """Give the files of a folder and of those in it, by their path from there; none from outside.

    A link may lead anywhere, and is left aside.
    """
    found = {
        str(path.relative_to(folder)): path.stat().st_size
        for path in islice(folder.rglob("[!.]*"), _MOST_LISTED)
        if path.is_file() and not path.is_symlink()
    }
    return dict(sorted(found.items()))
