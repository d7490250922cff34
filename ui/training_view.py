"""A training on screen: its start, its progress, its result, and saving it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from brinery.errors import BrineryError, Cancelled
from brinery.model.model import Model
from brinery.report.reproduction import python_of
from brinery.report.words import count, duration
from brinery.schema.columns import Schema
from ui import (
    columns_view,
    evaluation_view,
    leaderboard,
    recipe_view,
    saving,
    services,
    shell,
    training,
)
from ui.jobs import Job
from ui.upload import Upload
from ui.words import plain

__all__ = ["running", "start"]


def start(upload: Upload, target: str, schema: Schema) -> None:
    """Draw the choice of a recipe and the button that starts."""
    here = services.get()
    assert upload.table is not None
    recipes = {r["name"]: r for r in training.recipes(here) if schema.task in r["tasks"]}
    chosen = recipe_view.choose(recipes, schema)
    if chosen is None:
        return
    learned = [column.name for column in schema.features]
    if not learned:
        st.warning("Nothing is left to learn from. Use at least one column.")
        return
    if st.button("Train", type="primary", icon=":material/model_training:", key="train/start"):
        table = upload.table
        job = here.jobs.start(
            lambda progress: training.submit(
                here, table, target, schema=schema, progress=progress, **vars(chosen)
            ),
            {"file": upload.name, "target": target, "n_rows": table.n_rows},
        )
        st.query_params["job"] = job.id
        st.rerun()


def running() -> bool:
    """Draw the training that `?job=` names, whatever its state; tell whether there is one."""
    asked = st.query_params.get("job") or st.session_state.get("train/job")
    if not asked:
        return False
    job = services.get().jobs.find(asked)
    if job is None:
        _leave()
        st.info("That training is no longer here. Train again.")
        return False
    st.session_state["train/job"] = job.id
    st.query_params["job"] = job.id
    st.markdown(
        f"**{plain(job.about['target'])}**, from {plain(job.about['file'])} "
        f"({count(job.about['n_rows'], 'row')})"
    )
    if not job.future.done():
        _progress(job)
        return True
    st.button(
        "Change something, or train another",
        icon=":material/restart_alt:",
        key="train/again",
        on_click=_leave,
    )
    try:
        model = training.result(job.future)
    except Cancelled:
        st.info("The training was cancelled. Nothing was saved.")
    except BrineryError as error:
        shell.say(error)
    else:
        _result(job, model)
    return True


@st.fragment(run_every="0.5s")
def _progress(job: Job) -> None:
    if job.future.done():
        st.rerun()
    step = str(job.progress.get("step", "Waiting for a free worker"))
    st.progress(job.share, text=f"{plain(step)} — {duration(job.elapsed_seconds)}")
    st.caption("You may close this page; its address leads back here.")
    compared = job.progress.get("compared", [])
    with st.container(horizontal=True):
        if compared and st.button(
            "Stop and keep the best so far",
            icon=":material/flag:",
            key="train/finish",
            disabled=job.about.get("is_finishing", False),
        ):
            job.about["is_finishing"] = job.future.finish()
            st.rerun()
        if st.button("Cancel", icon=":material/cancel:", key="train/cancel"):
            job.future.cancel()
            st.rerun()
    if job.about.get("is_finishing"):
        st.caption("It tries nothing more. The best so far is trained and measured now.")
    leaderboard.growing(compared, _titles())


def _leave() -> None:
    st.query_params.pop("job", None)
    st.session_state.pop("train/job", None)
    st.session_state[columns_view.ROUND] = st.session_state.get(columns_view.ROUND, 0) + 1


def _take(recipe: str, parameters: dict[str, Any]) -> None:
    recipe_view.take(recipe, parameters)
    _leave()


def _titles() -> dict[str, str]:
    return {r["name"]: str(r["title"]) for r in training.recipes(services.get())}


def _result(job: Job, model: Model) -> None:
    st.header("The result", anchor=False)
    if model.evaluation is not None:
        evaluation_view.show(model.evaluation, key="train/result")
        if model.training is not None:
            leaderboard.pick(model.training, _titles(), _take)
            with st.expander("The Python that trains it again", icon=":material/code:"):
                st.caption("It runs as it stands beside your file and gives the same answers.")
                st.code(python_of(model.training, model.schema), language="python", wrap_lines=True)
    st.header("Save it on the shelf", anchor=False)
    saving.draw(model, job.about, key="train/save")
