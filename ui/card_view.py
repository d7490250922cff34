"""A model's card on screen, in plain words."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from brinery.bringing.words import house_in_words
from brinery.evaluation import threshold as thresholds
from brinery.evaluation.evaluation import Evaluation
from brinery.evaluation.learning import NO_TIME, STOPPED
from brinery.evaluation.parts import weaknesses_in_words
from brinery.model.card import Card
from brinery.registry.entry import Entry
from brinery.registry.standing import standing_of
from brinery.report.card import answers_what
from brinery.report.template import describe
from brinery.report.words import count, day
from ui import shell
from ui.words import plain

__all__ = ["at_a_glance", "in_short", "in_words", "needs", "threshold"]


def at_a_glance(entry: Entry) -> None:
    """Draw one model of the shelf: its name, what it answers, how well, and where to go on."""
    with st.container(border=True):
        st.subheader(plain(entry.name), anchor=False)
        if entry.problem or entry.card is None:
            st.warning(plain(entry.problem), icon=":material/gpp_bad:")
            return
        st.markdown(plain(entry.card.description or answers_what(entry.card)))
        if entry.card.evaluation and entry.card.evaluation.sentences:
            st.markdown(plain(entry.card.evaluation.sentences[0]))
        if standing_of(entry.card, entry.events).is_refused:
            if shell.may_open("train"):
                st.markdown(":material/rule: It was refused after an upgrade.")
                shell.link("shelf", "See why", model=entry.name)
            else:
                st.markdown(":material/hourglass_top: It is being checked after an upgrade.")
        elif entry.card.can_predict:
            shell.link("predict", "Predict with it", model=entry.name)


def _answers(card: Card) -> str:
    """Say in one or two sentences what the model answers, as Markdown."""
    return f"{plain(card.description)} {plain(answers_what(card))}".strip()


def in_short(card: Card, n_versions: int) -> str:
    """Say in one line what it predicts, how good it is, and which version answers."""
    target = card.schema.target
    if not card.can_predict or target is None:
        what = answers_what(card)
    else:
        what = f"Predicts “{target.name}”."
        good = card.evaluation.sentences[0] if card.evaluation and card.evaluation.sentences else ""
        what += f" {good.partition(' (')[0].partition('. ')[0].rstrip('.') or 'Not measured here'}."
    of = f" of {n_versions}" if n_versions > 1 else ""
    return f"{what} Version {card.version}{of}, {day(card.saved_at)}."


def in_words(card: Card) -> None:
    """Draw what somebody should know before using the model."""
    with st.container(border=True):
        st.markdown(_answers(card))
        threshold(card)
        if card.evaluation:
            _how_good(card.evaluation)
        else:
            st.markdown("How often it is right was not measured here.")
        if card.house:
            st.warning(plain(house_in_words(card.house)), icon=":material/domain:")
        st.caption(_origin(card))


def _how_good(evaluation: Evaluation) -> None:
    """Draw its sentences; what helps to judge the model, and not its answers, is folded away."""
    is_amount = evaluation.confusion is None
    more = weaknesses_in_words(evaluation.weaknesses, is_amount=is_amount)[1:]
    more += [one.sentence() for one in evaluation.groups]
    more += [evaluation.learning.sentence()] if evaluation.learning else [NO_TIME, STOPPED]
    shown = [one for one in evaluation.sentences if one not in more]
    folded = [one for one in evaluation.sentences if one in more]
    st.markdown(_listed(shown))
    if folded:
        with st.expander("More on how good it is", icon=":material/monitoring:"):
            st.markdown(_listed(folded))


def _listed(sentences: list[str]) -> str:
    return "\n".join(f"- {plain(one)}" for one in sentences)


def threshold(card: Card) -> None:
    """Draw when the label that is sought is given, where that is not when it is the likelier."""
    if card.evaluation and card.evaluation.threshold:
        said = thresholds.in_short(card.evaluation.threshold)
        st.markdown(f":material/straighten: {plain(f'It answers {said}.')}")


def _origin(card: Card) -> str:
    maker = f"Made by {plain(card.owner)}" if card.owner else "Made"
    learned = f", learned from {count(card.training.n_rows, 'row')}" if card.training else ""
    return f"{maker} on {day(card.saved_at)}{learned}. Version {card.version}."


def needs(card: Card) -> None:
    """Draw what the model needs of a file: a row for each column, folded away."""
    with st.expander("What the file needs", icon=":material/checklist:"):
        st.dataframe(
            pd.DataFrame(describe(card.schema)).rename(columns=str.capitalize),
            hide_index=True,
            alt="The columns that the model needs",
            height="auto",
        )
