"""What a person settles about a file: columns, words and ways of reading; remembered, undoable."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from brinery.model.card import Card
from brinery.registry import remembered
from brinery.report.template import describe
from brinery.report.words import count
from brinery.schema.choices import NO_CHOICES, Choices
from brinery.schema.columns import Schema
from brinery.schema.findings import Finding, Report
from ui import services
from ui.upload import Upload
from ui.words import label, plain

__all__ = ["others", "show", "told"]

_AS_IT_IS = "Leave as it is"


def told(card: Card, upload: Upload) -> Choices:
    """Give what was chosen for this file, or for an earlier one of the same layout."""
    key = _key(card, upload)
    if key not in st.session_state:
        st.session_state[key] = remembered.recall(
            services.get().settings.remembered_path, card.name, card.schema, _columns(upload)
        )
    choices: Choices = st.session_state[key]
    return choices


def others(findings: Sequence[Finding]) -> list[Finding]:
    """Give the findings without those of what was chosen, which `show` has beside its undo."""
    return [one for one in findings if one.code != "as_chosen"]


def show(card: Card, upload: Upload, report: Report) -> None:
    """Draw what was chosen, with a way back, and what there is to choose, with proposals."""
    key = _key(card, upload)
    _chosen(card, upload, report)
    missing = [f for f in report.findings if f.code in ("missing_column", "close_column")]
    near = [f for f in report.findings if f.proposals and f.code != "close_column"]
    asked = [f for f in report.findings if f.question is not None]
    free = _free(upload, card.schema, told(card, upload))
    if not (missing and free) and not near and not asked:
        return
    with st.container(border=True):
        st.markdown(
            "**Say here what is meant**, and your file can stay as it is. It is remembered for "
            "the next file of this kind."
        )
        if missing and free:
            _columns_table(missing, free, card.schema, key)
        for finding in near:
            _words_table(finding, card.schema, key)
        for finding in asked:
            _question(finding, key)
        if twice := st.session_state.pop(f"{key}/twice", ""):
            st.error(
                f"“{plain(twice)}” is chosen for two columns. Choose another for one of them.",
                icon=":material/block:",
            )
        st.button(
            "Take these" if near or (missing and free) else "Read it so",
            type="secondary" if report.can_score else "primary",
            icon=":material/done_all:",
            key=f"{key}/take",
            on_click=partial(_take, card, upload, missing if free else [], near, asked),
        )


def _chosen(card: Card, upload: Upload, report: Report) -> None:
    lines = [f"- {plain(one.sentence)}" for one in report.findings if one.code == "as_chosen"]
    choices = told(card, upload)
    if not lines and not any(one.code == "unused_choice" for one in report.findings):
        return
    title = "Taken as last time" if choices.last_time else "Taken as you chose"
    if lines:
        st.info("\n".join([f"**{title}**", "", *lines]), icon=":material/history:")
    st.button(
        "Undo and forget" if choices.last_time else "Undo",
        icon=":material/undo:",
        key=f"{_key(card, upload)}/undo",
        on_click=_undo,
        args=(card, upload),
    )


def _columns_table(
    missing: Sequence[Finding], free: Sequence[str], schema: Schema, key: str
) -> None:
    holds = {one["column"]: one["what it is"] for one in describe(schema)}
    _row(f"**The model needs** ({count(len(missing), 'column')} not found)", "**In your file**")
    for finding in missing:
        proposal = next((one.found for one in finding.proposals), None)
        first = [*finding.suggestions]
        options = [*first, *(name for name in free if name not in first)]
        left, right = st.columns(2, vertical_alignment="center")
        left.markdown(f"{plain(finding.column)}  \n:small[{plain(holds[finding.column])}]")
        right.selectbox(
            label(f"Take for {finding.column}"),
            options,
            index=None if proposal is None else options.index(proposal),
            placeholder="Choose a column of your file",
            label_visibility="collapsed",
            key=f"{key}/column/{finding.column}",
        )


def _words_table(finding: Finding, schema: Schema, key: str) -> None:
    column = next(one for one in schema.features if one.name == finding.column)
    _row(f"**In “{plain(finding.column)}”, your file has**", "**which means**")
    for one in finding.proposals:
        levels = column.level_names if column.kind in ("category", "yes/no") else ()
        options = [one.meant, *(level for level in levels if level != one.meant), _AS_IT_IS]
        left, right = st.columns(2, vertical_alignment="center")
        left.markdown(f"{plain(one.found)}  \n:small[{count(one.count, 'row')}]")
        right.selectbox(
            label(f"{one.found} in {finding.column} means"),
            options,
            label_visibility="collapsed",
            key=f"{key}/level/{finding.column}/{one.found}",
        )


def _question(finding: Finding, key: str) -> None:
    question = finding.question
    assert question is not None
    told_by = [answer.told for answer in question.answers]
    st.radio(
        label(question.words),
        [answer.words for answer in question.answers],
        index=told_by.index(question.taken),
        key=f"{key}/answer/{question.about}/{finding.column}",
    )


def _row(left: str, right: str) -> None:
    one, two = st.columns(2, vertical_alignment="bottom")
    one.markdown(left)
    two.markdown(right)


def _take(
    card: Card,
    upload: Upload,
    missing: Sequence[Finding],
    near: Sequence[Finding],
    asked: Sequence[Finding],
) -> None:
    key, state, before = _key(card, upload), st.session_state, told(card, upload)
    renames = dict(before.renames)
    for finding in missing:
        if name := state.get(f"{key}/column/{finding.column}"):
            if name in renames.values():
                state[f"{key}/twice"] = name
                return
            renames[finding.column] = name
    levels = {feature: dict(words) for feature, words in before.levels.items()}
    for finding in near:
        for one in finding.proposals:
            meant = state.get(f"{key}/level/{finding.column}/{one.found}")
            if meant and meant != _AS_IT_IS:
                levels.setdefault(finding.column, {})[one.found] = meant
    told_of: dict[str, Any] = {
        "decimal": dict(before.decimal),
        "day_first": dict(before.day_first),
        "first_year": dict(before.first_year),
    }
    for finding in asked:
        question = finding.question
        assert question is not None
        words = state.get(f"{key}/answer/{question.about}/{finding.column}")
        for answer in question.answers:
            if answer.words == words:
                told_of[question.about][finding.column] = answer.told
    choices = dataclasses.replace(before, renames=renames, levels=levels, **told_of)
    state[key] = choices
    folder = services.get().settings.remembered_path
    remembered.remember(folder, card.name, card.schema, _columns(upload), choices)


def _undo(card: Card, upload: Upload) -> None:
    st.session_state[_key(card, upload)] = NO_CHOICES
    remembered.forget(services.get().settings.remembered_path, card.name, _columns(upload))


def _free(upload: Upload, schema: Schema, choices: Choices) -> list[str]:
    taken = {column.name for column in schema.features} | set(choices.renames.values())
    return [name for name in dict.fromkeys(_columns(upload)) if name not in taken]


def _columns(upload: Upload) -> list[str]:
    assert upload.table is not None
    return upload.table.column_names


def _key(card: Card, upload: Upload) -> str:
    return f"predict/choices/{card.sealed.pickle_sha256}/{upload.key}"
