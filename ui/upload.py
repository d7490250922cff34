"""Uploads: read once, in words where they can't be read, and kept while pages are switched."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from brinery.errors import BrineryError
from brinery.report.words import count
from brinery.tables.hints import Hints
from brinery.tables.reading import read
from brinery.tables.table import Table
from ui import services, shell
from ui.words import plain

__all__ = ["Upload", "distinct_names", "first_rows", "uploader"]


@dataclass(frozen=True)
class Upload:
    """A file as it was uploaded, and the table in it; `error` where there is none."""

    file_id: str
    name: str
    sha256: str
    table: Table | None
    error: BrineryError | None = None
    expected: tuple[str, ...] = ()


def uploader(label: str, *, key: str, n: int = 0, expected: Sequence[str] = ()) -> Upload | None:
    """Draw the uploader and give what is in it, read; None where there is no table.

    A page that is left and opened again still has the file. The `n`-th uploader of a page that
    was drawn without one meanwhile is a new one: the browser shows no file in the old one.
    The names that a model expects are the surest way to find the header, so a file is read
    again for another model.
    """
    memory = f"{key}/upload"
    widget = f"{key}/{n}" if n else key
    file = st.file_uploader(label, key=widget, on_change=_forget, args=(memory,))
    kept: Upload | None = st.session_state.get(memory)
    wanted = tuple(expected)
    if file is not None and (
        kept is None or (kept.file_id, kept.expected) != (file.file_id, wanted)
    ):
        with st.spinner("Reading the file"):
            kept = _read(file.file_id, file.name, file.getvalue(), wanted)
        st.session_state[memory] = kept
    if kept is None:
        return None
    if kept.error is not None or kept.table is None:
        if kept.error is not None:
            shell.say(kept.error)
        return None
    size = f"{count(kept.table.n_rows, 'row')}, {count(kept.table.cells.num_columns, 'column')}"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{plain(kept.name)} — {size}.")
        if file is None:
            st.button(
                "Remove", key=f"{key}/remove", type="tertiary", on_click=_forget, args=(memory,)
            )
    _how_it_was_read(kept.table)
    return kept


def _how_it_was_read(table: Table) -> None:
    """Say what was guessed; where lines with something in them were left out, louder."""
    if any(any(text.strip() for text in left.texts) for left in table.reading.left_out):
        lines = "\n".join(f"- {plain(note)}" for note in table.notes)
        st.info(f"**How the file was read**\n\n{lines}", icon=":material/notes:")
        return
    for note in table.notes:
        st.caption(plain(note))


def _forget(memory: str) -> None:
    st.session_state.pop(memory, None)


def _read(file_id: str, name: str, data: bytes, expected: tuple[str, ...]) -> Upload:
    sha256 = hashlib.sha256(data).hexdigest()
    most = services.get().settings.max_upload_bytes
    try:
        table = read(data, name=name, max_bytes=most, hints=Hints(expected=expected))
    except BrineryError as error:
        return Upload(file_id, name, sha256, None, error, expected)
    return Upload(file_id, name, sha256, table, expected=expected)


def distinct_names(names: Iterable[object]) -> list[str]:
    """Tell repeated column names apart, since a table on screen can't show them otherwise."""
    seen: dict[str, int] = {}
    told: list[str] = []
    for name in map(str, names):
        seen[name] = seen.get(name, 0) + 1
        told.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return told


def first_rows(table: Table, n_rows: int = 50) -> pd.DataFrame:
    """Give the first rows of a table as text, to look at."""
    frame: pd.DataFrame = table.cells.slice(0, n_rows).to_pandas()
    frame.columns = pd.Index(distinct_names(frame.columns))
    return frame
