"""The steps of the Import page: the file, what is in it, the sample's columns, the model."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass, field
from typing import Any

import pyarrow.compute as pc
import streamlit as st

from brinery.bringing.bring import bring, look
from brinery.bringing.look import Look
from brinery.bringing.words import about, columns_in_words, release_to_bring_in
from brinery.environments.kept import Built
from brinery.errors import BrineryError
from brinery.model.model import Model
from brinery.registry.own import of_its_time
from brinery.report.card import answers_what
from brinery.report.words import count, size
from brinery.tables.table import Table
from ui import environments_view, evaluation_view, saving, services, shell
from ui.holdout_view import Measuring
from ui.upload import Upload
from ui.words import plain

__all__ = ["Asked", "BroughtFile", "columns", "contents", "file", "finish", "how_to_save", "wanted"]

_FILE, _MADE = "bring/file", "bring/made"
_NOTEBOOK = """\
import joblib

joblib.dump(model, "model.joblib", compress=3)
"""
_NONE = "none of them"
_MOST_SEARCHED = 100


@dataclass(frozen=True, eq=False)
class BroughtFile:
    """A model's file as it was uploaded, and what a worker saw in it."""

    file_id: str
    name: str
    sha256: str
    data: bytes = field(repr=False)
    look: Look
    own: Built | None = None
    """The environment that it is brought in, where it is not the server's."""


@dataclass(frozen=True)
class Asked:
    """What was chosen of the sample: the target, and the order of columns without names."""

    target: str | None
    columns: tuple[str, ...]


def file() -> BroughtFile | None:
    """Draw the uploader of the model; give the file once a worker has looked at it."""
    uploaded = st.file_uploader("The model's file", key="bring_file", on_change=_forget)
    kept: BroughtFile | None = st.session_state.get(_FILE)
    if uploaded is not None and (kept is None or kept.file_id != uploaded.file_id):
        here, data = services.get(), uploaded.getvalue()
        try:
            if len(data) > here.settings.max_upload_bytes:
                most = size(here.settings.max_upload_bytes)
                raise BrineryError(
                    f"The file is larger than {most}, the most that this server takes.",
                    remedy="Save it with compress=3, or ask the operator to raise the limit.",
                )
            with st.spinner("Reading the file in a separate process, without running it"):
                seen = look(here.pool, data, here.settings)
        except BrineryError as error:
            shell.say(error)
            return None
        sha256 = hashlib.sha256(data).hexdigest()
        kept = BroughtFile(uploaded.file_id, uploaded.name, sha256, data, seen)
        st.session_state[_FILE] = kept
    if kept is not None and uploaded is None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"{plain(kept.name)} — {size(len(kept.data))}.")
            st.button("Remove", key="bring/remove", type="tertiary", on_click=_forget)
    return kept


def _forget() -> None:
    st.session_state.pop(_FILE, None)
    st.session_state.pop(_MADE, None)


def how_to_save() -> None:
    """Say what may be brought, and how a notebook writes it."""
    st.caption(
        "A pickle, a file of joblib's or of skops', or the zipped folder that MLflow, vetiver or "
        "pins wrote. In the notebook, this writes one:"
    )
    st.code(_NOTEBOOK, language=None, wrap_lines=True)


def contents(brought: BroughtFile) -> bool:
    """Say what is in the file, or why it is refused and what mends it; tell whether to go on."""
    seen = brought.look
    if seen.is_refused:
        st.error(plain(f"{seen.problem} {seen.remedy}"), icon=":material/block:")
        if seen.lines:
            st.markdown("In the notebook, this mends it:")
            st.code(seen.lines, language=None, wrap_lines=True)
        _offer_own(brought)
        return False
    said, *rest = about(seen, brought.own.packages if brought.own else None)
    st.success(plain(said), icon=":material/shield:")
    for line in rest:
        st.markdown(plain(line))
    if seen.labels:
        labels = ", ".join(f"“{plain(one)}”" for one in seen.labels[:10])
        more = f" and {len(seen.labels) - 10:,} more" if len(seen.labels) > 10 else ""
        st.markdown(f"Its answers are {labels}{more}.")
    if brought.own is not None:
        st.caption(f":material/deployed_code: It is brought in {plain(brought.own.in_words)}.")
    _offer_own(brought)
    return True


def _offer_own(brought: BroughtFile) -> None:
    """Let the operator bring a file of another release of scikit-learn by that release."""
    release = release_to_bring_in(brought.look)
    if not release or brought.own is not None:
        return
    label = f"Bring it in an environment of its own, with scikit-learn {release}"
    if not shell.may_open("system"):
        if brought.look.is_refused:
            st.markdown(
                f"It was made with scikit-learn {release}. The operator of this server can bring "
                "it in an environment of its own, with that release."
            )
        return
    if st.button(
        label,
        icon=":material/deployed_code:",
        key="bring/own",
        type="primary" if brought.look.is_refused else "secondary",
    ):
        _bring_in_own(brought, release)


def _bring_in_own(brought: BroughtFile, release: str) -> None:
    here = services.get()
    with st.status("Building its environment") as box:
        try:
            own = of_its_time(here.settings, release, environments_view.steps(box))
            box.update(label="Reading the file there, without running it")
            seen = look(here.pool, brought.data, here.settings, environment=own.key)
        except BrineryError as error:
            box.update(label="It was not built", state="error")
            shell.say(error)
            return
    st.session_state[_FILE] = dataclasses.replace(brought, look=seen, own=own)
    st.rerun()


def wanted(seen: Look) -> None:
    """Say what the sample is for, and which columns it needs."""
    st.markdown(
        "Some rows like those that the model was fitted on: 20 or more, better some hundreds. "
        "From them Brinery learns what each column looks like; with the answers in them, it also "
        "measures the model."
    )
    if seen.columns:
        names = ", ".join(f"“{plain(one)}”" for one in seen.columns[:30])
        more = f" and {len(seen.columns) - 30:,} more" if len(seen.columns) > 30 else ""
        st.markdown(f"The model takes {names}{more}.")
    elif seen.n_columns is not None:
        st.markdown(f"The model takes {count(seen.n_columns, 'column')} and knows no names.")


def columns(seen: Look, sample: Upload) -> Asked | None:
    """Draw the choice of the target and, where the model knows no names, of its columns."""
    assert sample.table is not None
    names = list(dict.fromkeys(sample.table.column_names))
    free = [name for name in names if name not in seen.columns] if seen.columns else names
    picked = st.selectbox(
        "Which column holds the answer, if one does?",
        [_NONE, *free],
        index=_of_answers(seen, sample.table, free) + 1,
        key=f"bring/target/{sample.sha256}",
        persist_state="session",
    )
    target = None if picked in (None, _NONE) else picked
    said, fits = columns_in_words(seen, names, target)
    if seen.columns:
        (st.markdown if fits else st.error)(plain(said))
        return Asked(target, seen.columns) if fits else None
    others = [name for name in names if name != target]
    chosen = st.multiselect(
        "The model's columns, in the order in which it was fitted on them",
        others,
        default=others if seen.n_columns in (None, len(others)) else [],
        key=f"bring/columns/{sample.sha256}/{target}",
        persist_state="session",
    )
    if seen.n_columns is not None and len(chosen) != seen.n_columns:
        st.warning(
            f"The model takes {count(seen.n_columns, 'column')}; {len(chosen):,} are chosen.",
            icon=":material/view_column:",
        )
        return None
    sure = st.checkbox(
        "These are the model's columns, in this order",
        key=f"bring/sure/{sample.sha256}/{target}/{len(chosen)}",
        help="Nobody but you can know: in another order it would answer wrongly without a word.",
    )
    return Asked(target, tuple(chosen)) if sure and chosen else None


def _of_answers(seen: Look, table: Table, free: list[str]) -> int:
    """Give the place of the one column that holds the model's own answers; -1 where none does."""
    if len(free) > _MOST_SEARCHED:
        return -1
    found = []
    for place, name in enumerate(free):
        cells = table.cells.column(table.column_names.index(name))
        words = {*pc.unique(cells).to_pylist()} - {"", None}
        if len(words) > 1 and words <= set(seen.labels):
            found.append(place)
    return found[0] if len(found) == 1 else -1


def finish(brought: BroughtFile, sample: Upload, asked: Asked, on: Measuring) -> None:
    """Draw the button that tries the model on the sample, then the result and the form."""
    key = (brought.sha256, sample.key, asked, on, brought.own)
    made: dict[str, Any] = st.session_state.get(_MADE, {})
    if made.get("key") != key:
        st.markdown("A fresh process asks the model about the sample, twice, and compares.")
        if not st.button("Try it", type="primary", icon=":material/play_arrow:", key="bring/try"):
            return
        model = _tried(brought, sample, asked, on)
        if model is None:
            return
        made = st.session_state[_MADE] = {"key": key, "model": model}
        st.rerun()
    model = made["model"]
    st.success(plain(f"It answers the sample. {answers_what(model)}"), icon=":material/task_alt:")
    if model.evaluation is not None:
        evaluation_view.show(model.evaluation, key="bring/result")
    else:
        st.markdown(
            "It was not measured: that takes 20 rows or more with the answer, and each of its "
            "labels among them."
        )
    st.subheader("Save it on the shelf", anchor=False)
    saving.draw(model, made, key="bring/save", own=brought.own)


def _tried(brought: BroughtFile, sample: Upload, asked: Asked, on: Measuring) -> Model | None:
    here = services.get()
    assert sample.table is not None
    try:
        with st.spinner("Asking the model about the sample"):
            done = bring(
                *(here.pool, brought.data, None if on.is_sample else sample.table, here.settings),
                target=on.target,
                columns=asked.columns,
                holdout=on.holdout,
                threshold=on.threshold,
                by_group=on.by_group,
                environment=brought.own.key if brought.own else "",
            )
            return Model.from_bytes(done.result())
    except BrineryError as error:
        shell.say(error)
        if brought.own is None and (release := release_to_bring_in(brought.look)):
            st.markdown(
                f"It was made with scikit-learn {release}, which may be why: see “What is in it”, "
                "above, for an environment of its own."
            )
        return None
