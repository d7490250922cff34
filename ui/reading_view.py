"""How a file was understood, with its first rows; and what of it a person puts right there."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from brinery.errors import ReadError
from brinery.schema.phrases import capitalized
from brinery.tables.hints import NO_HINTS, Hints
from brinery.tables.letters import Way, ways
from brinery.tables.reading import unpacked
from brinery.tables.table import Table
from brinery.tables.understood import BETWEEN, Doubt, Reading, listed, summary
from ui import shell
from ui.words import plain

if TYPE_CHECKING:
    from ui.upload import Upload

__all__ = ["distinct_names", "first_rows", "forget", "show", "told"]

_N_ROWS = 5
_LEAVES: dict[str, tuple[str, ...]] = {
    "member": ("encoding", "delimiter", "header_line", "sheet"),
    "sheet": ("header_line",),
}
"""What was told of one file or sheet says nothing of another."""

_QUESTION: dict[Doubt, str] = {
    "sheet": "More than one sheet holds a table. Which one is meant?",
    "encoding": "Some letters could be read in more than one way. Which one looks right?",
    "header_line": "No line with the column names was found. Which one is it?",
}


def told(key: str) -> Hints:
    """Give what was told of the file in the uploader called `key`."""
    hints: Hints = st.session_state.get(f"{key}/hints", NO_HINTS)
    return hints


def forget(key: str) -> None:
    """Forget what was told."""
    st.session_state.pop(f"{key}/hints", None)


def show(upload: Upload, *, key: str) -> None:
    """Draw how the upload was understood, or why it was not, and what can be changed of it.

    A change is kept under `key`, and so the file is read again at once.
    """
    reading, changed = upload.reading, told(key) != NO_HINTS
    draw = {name: widget for name, widget in _CONTROLS.items() if name in _open(upload)}
    if upload.table is not None:
        _say(upload.table)
    elif "member" in draw and upload.hints.member is None:
        with st.container(border=True):
            question = "The packed file holds several files. Which one is the table?"
            draw["member"](upload, key, question)
        return
    elif upload.error is not None:
        shell.say(upload.error)
    for one in reading.doubts:
        if one in draw:
            with st.container(border=True, horizontal=True, vertical_alignment="bottom"):
                draw.pop(one)(upload, key, _question(one, reading))
                st.button(
                    "That is right", key=f"{key}/right/{one}", on_click=_tell, args=(key, one)
                )
    if upload.table is not None:
        st.dataframe(
            first_rows(upload.table, _N_ROWS),
            height="content",
            alt="The first rows of your table, each with its line in the file",
        )
    if not draw and not changed:
        return
    title = "Is something wrong with it?" if upload.table is not None else "Read it in another way"
    with st.expander(title, expanded=changed, icon=":material/tune:", key=f"{key}/how"):
        if changed and upload.table is None:
            st.markdown(
                "The way that you chose does not fit the file. Choose another, or take it as it "
                "was found."
            )
        for widget in draw.values():
            widget(upload, key, "")
        if changed:
            st.button(
                "Read it as it was found",
                icon=":material/undo:",
                key=f"{key}/found",
                on_click=forget,
                args=(key,),
            )


def _question(doubt: Doubt, reading: Reading) -> str:
    if doubt == "header_line" and reading.header_line is not None:
        return "Does this line hold the names of the columns, or is it a row already?"
    return _QUESTION[doubt]


def _say(table: Table) -> None:
    """Say how the file was read; where lines with something in them were left out, louder."""
    line = f"**How the file was read.** {plain(summary(table.reading))}"
    text = "\n".join([line, "", *(f"- {plain(note)}" for note in table.notes)])
    if any(any(text.strip() for text in left.texts) for left in table.reading.left_out):
        st.info(text, icon=":material/notes:")
    else:
        st.caption(text)


def _open(upload: Upload) -> Iterable[str]:
    """Name what can be chosen of this file."""
    reading = upload.reading
    several = {"member": reading.members, "sheet": reading.sheets}
    yield from (name for name, all_of_it in several.items() if len(all_of_it) > 1)
    if reading.encoding:
        if len(_ways(upload)) > 1:
            yield "encoding"
        yield "delimiter"
    if any(line.strip() for line in reading.first_lines):
        yield "header_line"


def _member(upload: Upload, key: str, question: str) -> None:
    _choice(
        question or "The file in the packed one",
        upload.reading.members,
        (key, "member"),
        upload.hints.member or upload.reading.member or None,
        placeholder="Choose a file",
    )


def _sheet(upload: Upload, key: str, question: str) -> None:
    now = upload.hints.sheet or upload.reading.sheet or None
    _choice(question or "The sheet", upload.reading.sheets, (key, "sheet"), now)


def _encoding(upload: Upload, key: str, question: str) -> None:
    shown = {way.encoding: f"{way.sample} — {way.title}" for way in _ways(upload)}
    now = upload.hints.encoding or upload.reading.encoding
    _choice(
        question or "How letters are read: choose the line that looks right",
        list(shown),
        (key, "encoding"),
        now,
        lambda encoding: shown[encoding],
    )


def _delimiter(upload: Upload, key: str, question: str) -> None:
    now = upload.hints.delimiter or upload.reading.delimiter
    names = {mark: capitalized(name) for mark, name in BETWEEN.items()}
    marks = list(dict.fromkeys((*names, upload.found.delimiter or now, now)))
    _choice(
        question or "What stands between the cells",
        marks,
        (key, "delimiter"),
        now,
        lambda mark: names.get(mark, f"“{mark}”"),
    )


def _header_line(upload: Upload, key: str, question: str) -> None:
    texts = dict(enumerate(upload.reading.first_lines, start=1))
    told, found = upload.hints.header_line, upload.reading.header_lines
    together = [found] if told is None and len(found) > 1 else []
    now = together[0] if together else told if told is not None else (*found, 0)[0]
    numbers = {n for n, text in texts.items() if text.strip()} | {*found, told or 0} - {0}

    def words(choice: int | tuple[int, ...]) -> str:
        if isinstance(choice, tuple):
            return f"{capitalized(listed(choice))}, put together"
        if choice == 0:
            return "None: the file has no column names"
        return f"Line {choice}: {texts.get(choice, '…')}"

    _choice(
        question or "The line with the column names",
        [*together, 0, *sorted(numbers)],
        (key, "header_line"),
        now,
        words,
    )


_CONTROLS: dict[str, Callable[[Upload, str, str], None]] = {
    "member": _member,
    "sheet": _sheet,
    "header_line": _header_line,
    "delimiter": _delimiter,
    "encoding": _encoding,
}


def _choice(
    label: str,
    options: Sequence[Any],
    at: tuple[str, str],
    now: Any,
    words: Callable[[Any], str] = str,
    placeholder: str | None = None,
) -> None:
    """Draw one choice, which always shows what is the case."""
    key, name = at
    widget = f"{key}/hint/{name}"
    st.session_state[widget] = now
    st.selectbox(
        label,
        options,
        index=None,
        format_func=words,
        key=widget,
        on_change=_tell,
        args=at,
        placeholder=placeholder,
    )


def _tell(key: str, name: str) -> None:
    chosen = st.session_state[f"{key}/hint/{name}"]
    left: dict[str, Any] = dict.fromkeys(_LEAVES.get(name, ()))
    st.session_state[f"{key}/hints"] = dataclasses.replace(told(key), **{**left, name: chosen})


def _ways(upload: Upload) -> tuple[Way, ...]:
    """Give the ways to read the letters; found once for each file, since it is all looked at."""
    what = (upload.sha256, upload.reading.member, _first_encoding(upload))
    kept = st.session_state.get("reading/ways")
    if kept is None or kept[0] != what:
        try:
            data, _, _ = unpacked(upload.data, upload.name, upload.hints)
        except ReadError:
            return ()
        kept = (what, ways(data, _first_encoding(upload)))
        st.session_state["reading/ways"] = kept
    found: tuple[Way, ...] = kept[1]
    return found


def _first_encoding(upload: Upload) -> str:
    return upload.found.encoding or upload.reading.encoding


def distinct_names(names: Iterable[object]) -> list[str]:
    """Tell repeated column names apart, since a table on screen can't show them otherwise."""
    seen: dict[str, int] = {}
    told: list[str] = []
    for name in map(str, names):
        seen[name] = seen.get(name, 0) + 1
        told.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return told


def first_rows(table: Table, n_rows: int = 50) -> pd.DataFrame:
    """Give the first rows of a table as text, to look at, each under its line in the file."""
    frame: pd.DataFrame = table.cells.slice(0, n_rows).to_pandas()
    frame.columns = pd.Index(distinct_names(frame.columns))
    frame.index = pd.Index(table.line_numbers[:n_rows], name="line")
    return frame
