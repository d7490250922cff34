"""Uploads: read once, in words where they can't be read, and kept while pages are switched."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import streamlit as st

from brinery.errors import BrineryError
from brinery.report.words import count, size
from brinery.tables.hints import NO_HINTS, Hints
from brinery.tables.outline import outline
from brinery.tables.reading import read
from brinery.tables.table import Table
from brinery.tables.understood import Reading
from ui import large_file, reading_view, services
from ui.large_file import Beginning, Large
from ui.words import plain

__all__ = ["Upload", "forget", "uploader"]


@dataclass(frozen=True)
class Upload:
    """A file as it was uploaded, and the table in it; `error` where there is none.

    `hints` are what was told of it, `reading` is how it was understood with them, and `found`
    how it was with none. Of a `large` file that is not held in memory `data` and `table` may be the
    beginning; `n_rows` is then how many rows there are, where that is known.
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
    large: Large | None = None
    is_beginning: bool = False
    n_rows: int | None = None

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
    takes_large: bool = False,
) -> Upload | None:
    """Draw the uploader and give what is in it, read; None where there is no table.

    A page that is left and opened again still has the file, and what was told of it. The
    `n`-th uploader of a page that was drawn without one meanwhile is a new one: the browser
    shows no file in the old one. The names that a model expects are the surest way to find
    the header, so a file is read again for another model. `now` gives the upload as it is shown:
    with what was put right in it since. Where the page `takes_large` files, they can go straight
    to the disk.
    """
    memory = f"{key}/upload"
    widget = f"{key}/{n}" if n else key
    file, large = None, None
    if takes_large and large_file.is_on(key):
        large = large_file.choose(key=key)
    else:
        most = large_file.SMALL_MB if takes_large else None
        file = st.file_uploader(
            label, key=widget, on_change=forget, args=(key,), max_upload_size=most
        )
    if takes_large:
        large_file.toggle(key, on_change=forget)
    kept: Upload | None = st.session_state.get(memory)
    if file is not None and (kept is None or kept.file_id != file.file_id):
        kept = _new(file.file_id, file.name, file.getvalue(), expected)
    elif large is not None and (kept is None or kept.file_id != large.id):
        kept = _begun(large, expected)
    if kept is None:
        return None
    told = dataclasses.replace(reading_view.told(key), expected=tuple(expected))
    if kept.hints != told:
        kept = _read(kept, told)
    st.session_state[memory] = kept
    shown = now(kept)
    if shown.table is not None:
        n_columns = count(shown.table.cells.num_columns, "column")
        extent = f"{count(shown.table.n_rows, 'row')}, {n_columns}."
        if kept.is_beginning:
            assert kept.large is not None
            rows = "" if kept.n_rows is None else f"{count(kept.n_rows, 'row')}, "
            extent = (
                f"{size(kept.large.n_bytes)}, {rows}{n_columns}. What follows is of its first "
                f"{count(shown.table.n_rows, 'row')}; all others are looked at while they are "
                "predicted."
            )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"{plain(kept.name)} — {extent}")
            if file is None and large is None:
                st.button(
                    "Remove", key=f"{key}/remove", type="tertiary", on_click=forget, args=(key,)
                )
    reading_view.show(shown, key=key)
    return None if kept.table is None else kept


def forget(key: str) -> None:
    """Forget the file in the uploader called `key`, and what was told of it."""
    st.session_state.pop(f"{key}/upload", None)
    reading_view.forget(key)


def _new(file_id: str, name: str, data: bytes, expected: Sequence[str]) -> Upload:
    sha256 = hashlib.sha256(data).hexdigest()
    new = Upload(file_id, name, sha256, data, NO_HINTS, Reading(), Reading(), None)
    return _read(new, Hints(expected=tuple(expected)))


def _begun(large: Large, expected: Sequence[str]) -> Upload:
    """Read the beginning of a large file."""
    most = services.get().settings.max_upload_bytes
    begun = Beginning(b"", is_all=False)
    try:
        begun = large_file.beginning(large, most)
        upload = _new(large.id, large.name, begun.data, expected)
    except BrineryError as error:
        hints = Hints(expected=tuple(expected))
        upload = Upload(large.id, large.name, "", b"", hints, Reading(), Reading(), None, error)
    # The digest of all of it would be read for minutes; this tells it from others as well.
    return dataclasses.replace(
        upload,
        large=large,
        sha256=hashlib.sha256(large.id.encode()).hexdigest(),
        is_beginning=not begun.is_all,
        n_rows=begun.n_rows,
    )


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
