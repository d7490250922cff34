"""Check and score for the Predict page; a rerun with nothing changed costs nothing."""

from __future__ import annotations

import streamlit as st

from brinery.model.card import Card
from brinery.registry.prove import ready
from brinery.report.words import count
from brinery.schema import check as against_schema
from brinery.schema.choices import Choices
from brinery.schema.findings import Report
from brinery.scoring.result import Result
from brinery.scoring.score import predictions
from ui import services, shell
from ui.upload import Upload

__all__ = ["checked", "scored"]


def checked(card: Card, upload: Upload, choices: Choices) -> Report:
    """Check the upload against the model's schema."""
    assert upload.table is not None
    key = _key(card, upload, choices)
    kept = st.session_state.get("predict/checked")
    if kept is None or kept[0] != key:
        with st.spinner("Checking the file"):
            kept = (key, against_schema.check(upload.table, card.schema, choices))
        st.session_state["predict/checked"] = kept
    report: Report = kept[1]
    return report


def scored(ref: str, card: Card, upload: Upload, report: Report, choices: Choices) -> Result:
    """Score the upload in a worker.

    Raises
    ------
    BrineryError
        Why there are no predictions: a broken seal, a worker that died, a file that can't
        be scored, a model that answers otherwise than on the day it was saved.
    """
    assert upload.table is not None
    key = _key(card, upload, choices)
    kept = st.session_state.get("predict/scored")
    if kept is None or kept[0] != key:
        here = services.get()
        n_rows = upload.table.n_rows
        bar = st.empty()

        def told(n_done: int) -> None:
            if n_done < n_rows:
                words = f"{n_done:,} of {count(n_rows, 'row')} predicted"
                bar.progress(n_done / n_rows, text=words)

        with st.spinner("Predicting", show_time=True):
            stored = ready(here.shelf, ref, here.pool, by=shell.BY)
            kept = (key, predictions(stored, upload.table, report, here.pool, progress=told))
        bar.empty()
        st.session_state["predict/scored"] = kept
    result: Result = kept[1]
    return result


def _key(card: Card, upload: Upload, choices: Choices) -> tuple[str, str, str, str]:
    return (
        card.sealed.pickle_sha256,
        card.sealed.hmac,
        upload.key,
        choices.key(),
    )
