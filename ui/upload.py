"""Uploads: read once, in words where they can't be read, and kept while pages are switched."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import streamlit as st

from brinery.errors import BrineryError
from brinery.report.words import count
from brinery.tables.hints import NO_HINTS, Hints
from brinery.tables.outline import outline
from brinery.tables.reading import read
from brinery.tables.table import Table
from brinery.tables.understood import Reading
from ui import reading_view, services
from ui.words import plain

__all__ = ["Upload", "uploader"]


@dataclass(frozen=True)
class Upload:
    """A file as it was uploaded, and the table in it; `error` where there is none.

    `hints` are what was told of it, `reading` is how it was understood with them, and `found`
    how it was with none.
    """

    file_id: str
    name: str
    sha256: str
    data: bytes = field(repr=False)
    hints: Hints
    reading: Reading
    found: Reading
    table: Table | None
    error: BrineryError | None = None

    @property
    def key(self) -> str:
        """What tells this file, read in this way, from every other."""
        return f"{self.sha256}/{hashlib.sha256(repr(self.hints).encode()).hexdigest()[:16]}"


def uploader(
    label: str,
    *,
    key: str,
    n: int = 0,
    expected: Sequence[str] = (),
    now: Callable[[Upload], Upload] = lambda upload: upload,
) -> Upload | None:
    """Draw the uploader and give what is in it, read; None where there is no table.

    A page that is left and opened again still has the file, and what was told of it. The
    `n`-th uploader of a page that was drawn without one meanwhile is a new one: the browser
    shows no file in the old one. The names that a model expects are the surest way to find
    the header, so a file is read again for another model. `now` gives the upload as it is shown:
    with what was put right in it since.
    """
    memory = f"{key}/upload"
    widget = f"{key}/{n}" if n else key
    file = st.file_uploader(label, key=widget, on_change=_forget, args=(key,))
    kept: Upload | None = st.session_state.get(memory)
    if file is not None and (kept is None or kept.file_id != file.file_id):
        data = file.getvalue()
        sha256 = hashlib.sha256(data).hexdigest()
        new = Upload(file.file_id, file.name, sha256, data, NO_HINTS, Reading(), Reading(), None)
        kept = _read(new, Hints(expected=tuple(expected)))
    if kept is None:
        return None
    told = dataclasses.replace(reading_view.told(key), expected=tuple(expected))
    if kept.hints != told:
        kept = _read(kept, told)
    st.session_state[memory] = kept
    shown = now(kept)
    if shown.table is not None:
        size = (
            f"{count(shown.table.n_rows, 'row')}, {count(shown.table.cells.num_columns, 'column')}"
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"{plain(kept.name)} — {size}.")
            if file is None:
                st.button(
                    "Remove", key=f"{key}/remove", type="tertiary", on_click=_forget, args=(key,)
                )
    reading_view.show(shown, key=key)
    return None if kept.table is None else kept


def _forget(key: str) -> None:
    st.session_state.pop(f"{key}/upload", None)
    reading_view.forget(key)


def _read(upload: Upload, hints: Hints) -> Upload:
    most = services.get().settings.max_upload_bytes
    table, error = None, None
    with st.spinner("Reading the file"):
        try:
            table = read(upload.data, name=upload.name, max_bytes=most, hints=hints)
            reading = table.reading
        except BrineryError as problem:
            error = problem
            small = len(upload.data) <= most
            reading = outline(upload.data, upload.name, hints) if small else Reading()
    told = dataclasses.replace(hints, expected=()) != NO_HINTS
    found = upload.found if told else reading
    return dataclasses.replace(
        upload, hints=hints, reading=reading, found=found, table=table, error=error
    )
