"""On which rows a brought model is measured: its sample, or rows that it did not learn from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from brinery.bringing.look import Look
from brinery.tables.table import Table
from ui import groups_view, threshold_view
from ui.upload import Upload, uploader
from ui.words import plain

__all__ = ["Measuring", "choose"]

_NOT, _SAMPLE, _ASIDE, _FILE = "not", "sample", "aside", "file"
_WAYS = {
    _NOT: "not at all",
    _SAMPLE: "on the sample, from which it may have learned: the figures are too good",
    _ASIDE: "on the sample: it was kept aside, and the model learned from none of these rows",
    _FILE: "on another file with the answers, from which the model learned nothing",
}


@dataclass(frozen=True)
class Measuring:
    """What a brought model is measured on.

    Attributes
    ----------
    target : str or None
        The column with the answers.
    holdout : Table or None
        Rows that it did not learn from.
    is_sample : bool
        Whether these are the sample.
    threshold : dict
        What is asked of it, as `brinery.train` takes it.
    by_group : tuple of str
        Columns of the holdout by whose groups it is measured too.
    file : str
        What tells the file of the holdout from every other.
    """

    target: str | None
    holdout: Table | None = field(default=None, compare=False, repr=False)
    is_sample: bool = False
    threshold: dict[str, Any] = field(default_factory=dict)
    by_group: tuple[str, ...] = ()
    file: str = ""


def choose(
    seen: Look, sample: Upload, target: str | None, columns: tuple[str, ...]
) -> Measuring | None:
    """Draw the choice; None while a file is still to come.

    Parameters
    ----------
    seen : Look
        What is in the model's file.
    sample : Upload
    target : str or None
        The sample's column with the answer.
    columns : tuple of str
        Those that the model takes; the answer is in none of them.
    """
    ways = (_NOT, _FILE) if target is None else (_SAMPLE, _ASIDE, _FILE)
    way = st.radio(
        "It is measured",
        ways,
        format_func=lambda one: _WAYS[one],
        key=f"bring/measured/{sample.sha256}/{target is None}",
        persist_state="session",
    )
    if way in (_NOT, _SAMPLE):
        return Measuring(target)
    if way == _ASIDE:
        assert sample.table is not None
        return Measuring(
            target,
            sample.table,
            is_sample=True,
            threshold=_threshold(seen),
            by_group=_by_group(sample.table, target),
        )
    given = uploader("The file with the answers", key="bring_holdout", expected=list(columns))
    if given is None or given.table is None:
        return None
    names = list(dict.fromkeys(given.table.column_names))
    if target not in names:
        others = [name for name in names if name not in columns]
        if not others:
            st.warning(
                plain(
                    f"{given.name} has only columns that the model learned from. Choose a file "
                    "with one more: what really came in each row."
                ),
                icon=":material/help:",
            )
            return None
        target = st.selectbox(
            "Which column of it holds the answer?",
            others,
            index=None,
            key=f"bring/answer/{given.sha256}",
            persist_state="session",
        )
    if target is None:
        return None
    return Measuring(
        target,
        given.table,
        threshold=_threshold(seen),
        by_group=_by_group(given.table, target),
        file=given.key,
    )


def _by_group(table: Table, target: str | None) -> tuple[str, ...]:
    names = [name for name in dict.fromkeys(table.column_names) if name != target]
    return tuple(groups_view.choose(names, "bring"))


def _threshold(seen: Look) -> dict[str, Any]:
    return threshold_view.choose("bring/threshold") if len(seen.labels) == 2 else {}
