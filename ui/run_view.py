"""Runs on the pages: begun for a large file, watched, cancelled, and handed out."""

from __future__ import annotations

import dataclasses
import io
import time
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from pathlib import Path
from typing import BinaryIO

import streamlit as st

from brinery.errors import BrineryError
from brinery.model.card import Card
from brinery.report.words import count, duration, size
from brinery.schema.choices import Choices
from brinery.scoring.offered import Offered
from brinery.scoring.receipt import Receipt
from brinery.scoring.run import Request, Run
from brinery.tables.workbook import MAX_ROWS
from brinery.tables.writing import format_of
from ui import files, services, shell
from ui.downloads import stem_of
from ui.incoming import Large as Sent
from ui.upload import Upload, forget
from ui.words import plain

__all__ = ["is_large", "offer", "one", "others"]

LARGE_ROWS = 200_000
"""From here on predicting takes longer than somebody waits for a page."""

_MINE = "runs/mine"
_LOOK_SECONDS = 0.2
_SILENT_SECONDS = 15
"""A server that told nothing of a run for so long may be gone."""
_KINDS = {"CSV": ".csv", "CSV, packed (gzip)": ".csv.gz", "Parquet": ".parquet", "Excel": ".xlsx"}
_TITLES = {"csv": "CSV", "xlsx": "Excel", "parquet": "Parquet"}
_SAID = {
    "waiting": "Waiting for its turn",
    "running": "Predicting",
    "done": "Done",
    "stopped": "Stopped",
    "cancelled": "Cancelled",
}


def is_large(upload: Upload) -> bool:
    """Say whether a file is predicted in the background."""
    many = upload.table is not None and upload.table.n_rows >= LARGE_ROWS
    return many or upload.large is not None


def offer(card: Card, upload: Upload, choices: Choices) -> None:
    """Draw the step that predicts a large file in the background."""
    assert upload.table is not None
    n_rows, rows = upload.table.n_rows, count(upload.table.n_rows, "row")
    if upload.n_rows is not None:
        n_rows, rows = upload.n_rows, count(upload.n_rows, "row")
    elif upload.is_beginning:
        assert upload.large is not None
        n_rows = n_rows * upload.large.n_bytes // len(upload.data)
        rows = f"About {float(f'{n_rows:.2g}'):,.0f} rows"
    st.header("4. Your predictions", anchor=False)
    st.markdown(
        f"{rows} take a while. They are predicted in the background: "
        "you may close the page, and find them under Runs."
    )
    own = card.evaluation.threshold if card.evaluation else None
    if own is not None and own.n_rows:
        st.caption(
            "The model picks the surest rows of the whole file, so it is gone through twice: the "
            "first rows are counted once the surest are known."
        )
    kinds = {title: end for title, end in _KINDS.items() if end != ".xlsx" or n_rows <= MAX_ROWS}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.selectbox("The file that you get", list(kinds), key="predict/kind")
        begins = st.button(
            "Predict", key="predict/run", type="primary", icon=":material/play_arrow:"
        )
    if len(kinds) < len(_KINDS):
        st.caption(f"No Excel file: a sheet takes at most {count(MAX_ROWS, 'row')}.")
    if not begins:
        return
    request = Request(
        ref=f"{card.name}@{card.version}",
        file=upload.name,
        out=f"{stem_of(upload.name)} predictions{kinds[kind]}",
        choices=choices.to_dict(),
        hints=dataclasses.asdict(upload.hints),
        by=shell.BY,
    )
    large = upload.large
    try:
        if large is None:
            run = _begun(request, io.BytesIO(upload.data))
        else:
            source = large.path if isinstance(large, Sent) else large
            run = _begun(request, source, take=isinstance(large, Sent))
            forget("predict_file")
    except BrineryError as error:
        shell.say(error)
        return
    st.session_state[_MINE] = [run.id, *st.session_state.get(_MINE, [])]
    shell.go("runs", id=run.id)


def _begun(request: Request, source: BinaryIO | Path | Offered, *, take: bool = False) -> Run:
    """Begin a run, and show how much of the file is kept where that takes its time."""
    bar, kept = st.empty(), [0, 0]

    def told(*n_bytes: int) -> None:
        kept[:] = n_bytes

    with ThreadPoolExecutor(1, "brinery-begin") as other:
        start = partial(services.get().runs.start, take=take, progress=told)
        beginning = other.submit(start, request, source)
        while wait([beginning], _LOOK_SECONDS).not_done:
            n_here, n_bytes = kept
            if n_bytes:
                text = f"Keeping your file: {size(n_here)} of {size(n_bytes)}"
                bar.progress(n_here / n_bytes, text=text)
    return beginning.result()


def one(id: str) -> None:
    """Draw one run, anew each second until it has ended."""
    run = services.get().runs.find(id)
    if run is None:
        st.warning("There is no such run any more.", icon=":material/search_off:")
        shell.button("predict", "Predict a file", key="runs/predict", primary=True)
        return
    with st.container(border=True, key="runs/one"):
        _watched(id)


def others(shown: str | None) -> None:
    """List the runs of this visitor; an operator sees all."""
    runs = services.get().runs
    if shell.current_role() == "operator":
        found = runs.all()
    else:
        found = [run for id in st.session_state.get(_MINE, []) if (run := runs.find(id))]
    found = [run for run in found if run.id != shown]
    if not found and not shown:
        st.info(
            "No runs yet. A file of "
            f"{LARGE_ROWS:,} rows or more is predicted here; upload it on the page Predict.",
            icon=":material/pending_actions:",
        )
        shell.button("predict", "Predict a file", key="runs/predict", primary=True)
    if found and shown:
        st.subheader("Other runs", anchor=False)
    for run in found:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{_title(run)}: {_SAID[run.state].lower()}")
            shell.link("runs", "Open", id=run.id)


@st.fragment(run_every="1s")
def _watched(id: str) -> None:
    try:
        run = services.get().runs.find(id)
    except BrineryError as error:  # the store of the runs is away; asked again in a second
        shell.say(error)
        return
    if run is None:
        st.rerun()
    st.markdown(f"**{_title(run)}**")
    if not run.has_ended:
        _progress(run)
    elif st.session_state.get("runs/ended") != run.id:
        st.session_state["runs/ended"] = run.id
        st.rerun()  # the whole page, which then asks no more
    if run.state == "done":
        _files(run)
    elif run.has_ended:
        st.warning(
            plain(f"{_SAID[run.state]} after {count(run.n_done, 'row')}. {run.problem}"),
            icon=":material/warning:",
        )
        if st.button("Go on where it stopped", key="runs/again", type="primary"):
            services.get().runs.again(run.id)
            st.session_state.pop("runs/ended", None)
            st.rerun()
        _partial(run)


def _partial(run: Run) -> None:
    if services.get().runs.file(run, "partial") is None:
        st.caption("There is no file: it would not be whole.")
        return
    st.caption(
        f"Of your file only the first {count(run.n_done, 'row')} got a prediction. What there is "
        "can be had; its name says that rows are missing."
    )
    st.link_button(
        "Download what there is: not whole",
        files.link(run.id, "partial"),
        icon=":material/download:",
        key="runs/partial",
    )


def _progress(run: Run) -> None:
    if run.state == "running" and run.n_fetched < run.n_to_fetch:
        _moving(run, "Fetching the file", run.n_fetched, run.n_to_fetch)
        return
    if run.n_to_send:
        _moving(run, "Keeping the predictions", run.n_sent, run.n_to_send)
        return
    done = min(1.0, run.n_done / run.n_expected) if run.n_expected else 0.0
    words = f"{_SAID[run.state]}{_where(run)}: {count(run.n_done, 'row')}"
    if run.n_expected:
        words += f" of about {run.n_expected:,}"
    if run.n_done:
        words += f", {run.rows_a_second:,.0f} a second"
    if (left := run.seconds_left) is not None:
        words += f", about {duration(left)} left"
    st.progress(done, text=words)
    _cancel(run)


def _moving(run: Run, what: str, n_here: int, n_bytes: int) -> None:
    text = f"{what}{_where(run)}: {size(n_here)} of {size(n_bytes)}"
    st.progress(n_here / n_bytes, text=text)
    _cancel(run)


def _where(run: Run) -> str:
    return " on another server" if run.is_elsewhere else ""


def _cancel(run: Run) -> None:
    if run.is_elsewhere and time.time() - run.heard_at > _SILENT_SECONDS:
        st.caption(
            "The server that works on it has not been heard of for "
            f"{duration(time.time() - run.heard_at)}. If it is gone, another one goes on soon."
        )
    is_cancelling = run.is_cancelling
    if not is_cancelling and st.button("Cancel", key="runs/cancel", icon=":material/cancel:"):
        services.get().runs.cancel(run.id)
        is_cancelling = run.is_elsewhere
    if is_cancelling:
        st.caption("It is being cancelled: the other server heeds that within some seconds.")


def _files(run: Run) -> None:
    told, output = run.receipt(), services.get().runs.file(run, "output")
    if output is None:
        st.warning("The predictions are no longer there.", icon=":material/search_off:")
        return
    st.markdown(
        f"{told.n_scored:,} of {count(told.n_rows, 'row')} predicted; {told.n_look:,} of them are "
        f"worth a look. The file has {size(output.n_bytes)}."
    )
    if answers := told.threshold.get("in_words"):
        st.markdown(plain(f"It answered {answers}."))
    with st.container(horizontal=True):
        st.link_button(
            f"Download {_TITLES[format_of(run.output)]}",
            files.link(run.id),
            key="runs/output",
            type="primary",
            icon=":material/download:",
        )
        if run.output.suffix == ".csv":
            st.link_button(
                "Zip",
                files.link(run.id, packed=True),
                key="runs/zip",
                icon=":material/folder_zip:",
                help="The same file, packed while it is sent: smaller, for a slow network.",
            )
        st.download_button(
            "Receipt",
            told.to_json,
            file_name=f"{stem_of(run.request.file)} receipt.json",
            mime="application/json",
            key="runs/receipt",
            on_click="ignore",
            icon=":material/receipt_long:",
            help="What was predicted, by which model and version, from which file. Whoever has it "
            "and the file can have the same answers given again: `brinery verify`.",
        )
    _found(told)


def _found(told: Receipt) -> None:
    """Draw what was found in the whole file."""
    if told.findings:
        with st.expander("What was found in the file", icon=":material/checklist:"):
            st.markdown("\n".join(f"- {plain(one['sentence'])}" for one in told.findings))


def _title(run: Run) -> str:
    return f"{plain(run.request.file)} by {plain(run.request.ref.replace('@', ', version '))}"
