"""Rows that can't be scored: out to be corrected, and back to their places."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pyarrow as pa
import streamlit as st

from brinery.errors import CannotCorrect
from brinery.model.card import Card
from brinery.report.lines import all_lines
from brinery.schema.correction import Correction, put_back, to_correct
from brinery.schema.finding import Finding, Verdict
from brinery.tables.csvstyle import CsvStyle
from brinery.tables.table import Table
from brinery.tables.workbook import MAX_ROWS
from brinery.tables.writing import to_bytes
from ui import shell
from ui.downloads import MIME, Format, excel_refuses, stem_of
from ui.upload import Upload, uploader
from ui.words import plain

__all__ = ["applied", "lines", "offer", "said"]

_BY_HAND = 50_000
"""More rows than these nobody corrects in a spreadsheet; they go out as CSV alone."""


@dataclass(frozen=True, eq=False)
class _Round:
    """What was put back last, and what it was put into."""

    number: int = 0
    whole: Upload | None = None
    back: Correction | None = None
    before: Upload | None = None
    findings: tuple[Finding, ...] = ()
    corrected: Upload | None = None


def applied(card: Card, upload: Upload) -> Upload:
    """Give the upload with the corrected rows in it, if there are any."""
    return _kept(card, upload).whole or upload


def said(card: Card, upload: Upload) -> None:
    """Say what was put back, with the way to undo it."""
    last = _kept(card, upload)
    if last.back is None:
        return
    first, *more = last.back.notes
    text = "\n".join([f"**{plain(first)}**", *(f"- {plain(note)}" for note in more)])
    with st.container(border=True):
        st.markdown(text.replace("\n", "\n\n", 1))
        with st.container(horizontal=True):
            if last.back.n_kept:
                n = last.back.n_kept
                title = "other change" if n == 1 else f"{n:,} other changes"
                st.button(
                    f"Take the {title} too",
                    key="predict/corrected/all",
                    on_click=_put,
                    args=(card, upload, last, True),
                )
            st.button(
                "Undo: take my file as it was",
                type="tertiary",
                key="predict/corrected/undo",
                on_click=_keep,
                args=(card, upload, _Round(last.number + 1)),
            )


def offer(
    card: Card, upload: Upload, whole: Upload, verdict: Verdict, findings: tuple[Finding, ...]
) -> None:
    """Draw the rows to correct, and the way back for them; nothing where there are none.

    Parameters
    ----------
    card : Card
    upload, whole : Upload
        What came, and the same with the rows that were corrected so far.
    verdict : Verdict
    findings : tuple of Finding
        What was found in `whole`.
    """
    assert whole.table is not None
    if verdict.n_refused or verdict.n_unread:
        with st.container(border=True):
            _to_correct(card, upload, whole, verdict.n_refused + verdict.n_unread, findings)


def lines(whole: Upload, findings: tuple[Finding, ...]) -> None:
    """Draw the list of every line of every finding, where there is something to look at."""
    assert whole.table is not None
    if any(finding.severity in ("row", "look") for finding in findings):
        n_lines = sum(max(len(finding.line_numbers), 1) for finding in findings)
        st.caption("A list of every line above, with its cell, what is wrong, and what to do:")
        _buttons(
            "List of all lines",
            partial(all_lines, whole.table, findings),
            f"{stem_of(whole.name)} lines",
            whole.table,
            key="predict/lines",
            excel=n_lines <= MAX_ROWS,
        )


def _to_correct(
    card: Card,
    upload: Upload,
    whole: Upload,
    n_rows: int,
    findings: tuple[Finding, ...],
) -> None:
    assert whole.table is not None
    one = n_rows == 1
    st.markdown(
        f"**Correct {'this row' if one else f'these {n_rows:,} rows'} apart.** Download "
        f"{'it' if one else 'them'}, correct the cells that are named in the last column, and "
        f"upload {'it' if one else 'them'} here. The rest of your file stays as it is."
    )
    make = partial(to_correct, whole.table, findings)
    few = n_rows <= _BY_HAND
    rows = _made(make, findings) if few else None
    _buttons(
        "Rows to correct",
        make if rows is None else lambda: rows,
        f"{stem_of(whole.name)} to correct",
        whole.table,
        key="predict/to_correct",
        excel=rows is not None and not excel_refuses(rows),
    )
    last = _kept(card, upload)
    names = [*whole.table.column_names, "line"]
    key = f"predict/corrected/{upload.key}/{last.number}"
    corrected = uploader("Upload the corrected rows", key=key, expected=names)
    if corrected is None:
        return
    next_one = _Round(last.number, before=whole, findings=findings, corrected=corrected)
    try:
        _put(card, upload, next_one, all_cells=False)
    except CannotCorrect as error:
        shell.say(error)
        return
    st.rerun()


def _made(make: Callable[[], pa.Table], findings: tuple[Finding, ...]) -> pa.Table:
    """Give the rows to correct, made once for the same findings."""
    kept = st.session_state.get("predict/to_correct")
    if kept is None or kept[0] is not findings:
        kept = (findings, make())
        st.session_state["predict/to_correct"] = kept
    table: pa.Table = kept[1]
    return table


def _buttons(
    title: str,
    make: Callable[[], pa.Table],
    name: str,
    came: Table,
    *,
    key: str,
    excel: bool,
) -> None:
    titles: dict[Format, str] = {"csv": f"{title}, CSV", "xlsx": f"{title}, Excel"}
    with st.container(horizontal=True):
        for format, words in titles.items():
            st.download_button(
                words,
                partial(_bytes, make, format, came),
                file_name=f"{name}.{format}",
                mime=MIME[format],
                on_click="ignore",
                icon=":material/download:",
                disabled=format == "xlsx" and not excel,
                key=f"{key}/{format}",
            )


def _bytes(make: Callable[[], pa.Table], format: Format, came: Table) -> bytes:
    return to_bytes(make(), format, csv=CsvStyle.like(came))


def _put(card: Card, upload: Upload, one: _Round, all_cells: bool) -> None:
    """Put corrected rows back, and begin a new round."""
    assert one.before is not None
    assert one.corrected is not None
    table, rows = _table(one.before), _table(one.corrected)
    back = put_back(table, one.findings, rows, all_cells=all_cells)
    parts = (one.before.sha256, one.corrected.sha256, str(all_cells))
    sha256 = hashlib.sha256(" ".join(parts).encode()).hexdigest()
    whole = dataclasses.replace(one.before, table=back.table, sha256=sha256)
    _keep(card, upload, dataclasses.replace(one, number=one.number + 1, whole=whole, back=back))


def _table(upload: Upload) -> Table:
    assert upload.table is not None
    return upload.table


def _kept(card: Card, upload: Upload) -> _Round:
    last: _Round = st.session_state.get(_key(card, upload), _Round())
    return last


def _keep(card: Card, upload: Upload, one: _Round) -> None:
    st.session_state[_key(card, upload)] = one


def _key(card: Card, upload: Upload) -> str:
    return f"predict/corrected/{card.sealed.pickle_sha256}/{upload.key}"
