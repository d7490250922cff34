"""What two versions say, side by side; and putting the new one in use."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from brinery.errors import BrineryError
from brinery.registry.live import put_live as put
from brinery.report import compare as words
from brinery.scoring.comparison import Comparison
from brinery.tables.csvstyle import CsvStyle
from brinery.tables.writing import to_bytes
from ui import charts, services, shell
from ui.compare_with import Pair
from ui.downloads import MIME, excel_refuses, stem_of
from ui.reading_view import distinct_names
from ui.words import plain

__all__ = ["changes", "done", "measured", "put_live"]

_SHOWN = 200
_LONGEST_REASON = 200
_DONE = "compare/done"


def measured(pair: Pair) -> None:
    """Draw both versions' figures, and whether they can be compared."""
    if pair.before is None:
        st.markdown(f"Version {pair.version} can't be read, so its figures are not known.")
        return
    st.markdown(plain(words.measured(pair.before, pair.after)))
    rows = words.scores(pair.before, pair.after)
    if rows:
        frame = pd.DataFrame(rows).rename(columns=str.capitalize)
        st.dataframe(frame, hide_index=True, height="auto", alt="The figures of both versions")
        st.caption("In brackets: where the figure lies with 95 % certainty.")


def changes(comparison: Comparison, file_name: str) -> None:
    """Draw how many answers change, which, how far, and why to look."""
    said = f"**{plain(words.in_one_line(comparison))}**"
    if comparison.problem:
        st.warning(said, icon=":material/gpp_bad:")
        return
    if not comparison.changed.any():
        st.success(f"{said} Both versions say the same of this file.", icon=":material/check:")
        return
    st.info(said, icon=":material/compare_arrows:")
    st.markdown("\n".join(f"- {plain(line)}" for line in words.changes(comparison)))
    if comparison.has_distances:
        charts.differences(comparison, words.moved(comparison))
    _rows(comparison)
    _download(comparison, file_name)


def _rows(comparison: Comparison) -> None:
    rows = comparison.rows(_SHOWN)
    n_ours = comparison.answers(0).num_columns
    frame = rows.to_pandas()
    frame.columns = distinct_names(frame.columns)
    ours = [*range(frame.shape[1] - n_ours, frame.shape[1])]
    frame = frame.iloc[:, [*ours, *range(frame.shape[1] - n_ours)]]
    config = {}
    if comparison.has_distances:
        format = "%.4g" if comparison.is_amount else "percent"
        config[frame.columns[n_ours - 1]] = st.column_config.NumberColumn(format=format)
    st.markdown("**The rows that change, the farthest first**")
    st.dataframe(
        frame,
        hide_index=True,
        column_config=config,
        placeholder="—",
        alt="The rows that change: the line in the file, both answers, and your own columns",
    )
    if comparison.changed.sum() > _SHOWN:
        st.caption(f"The first {_SHOWN}; the download has all of them.")


def _download(comparison: Comparison, file_name: str) -> None:
    name = f"{stem_of(file_name)} changes {comparison.version} to {comparison.after.version}"
    refused = excel_refuses(comparison.rows(0))
    style = CsvStyle.like(comparison.table)
    with st.container(horizontal=True):
        st.download_button(
            "Download these rows, CSV",
            lambda: to_bytes(comparison.rows(), "csv", csv=style),
            file_name=f"{name}.csv",
            mime=MIME["csv"],
            on_click="ignore",
            icon=":material/download:",
            key="compare/csv",
        )
        st.download_button(
            "Excel",
            lambda: to_bytes(comparison.rows(), "xlsx"),
            file_name=f"{name}.xlsx",
            mime=MIME["xlsx"],
            on_click="ignore",
            icon=":material/download:",
            disabled=bool(refused),
            key="compare/xlsx",
        )


def put_live(pair: Pair, comparison: Comparison) -> None:
    """Draw what people will notice, and the form that puts the new version in use."""
    if pair.after.version == pair.live:
        st.markdown("It is in use already. Choose another one on the right above.")
        return
    if pair.version != pair.live:
        st.markdown(
            f"Version {pair.live} is in use. Compare with that one, on the left above, to put "
            f"version {pair.after.version} in its place."
        )
        return
    st.markdown("**What people will notice**")
    noticed = words.noticed(pair.before, pair.after, comparison)
    st.markdown("\n".join(f"- {plain(line)}" for line in noticed))
    with st.form("compare/live", border=True):
        why = st.text_input(
            "Why? It stands in the model's history",
            max_chars=_LONGEST_REASON,
            placeholder="Such as: learned from this year's orders",
            key="compare/why",
        )
        by = st.text_input("Your name (may stay empty)", key="compare/by", persist_state="session")
        if st.form_submit_button(
            f"Put version {pair.after.version} in use",
            type="primary",
            icon=":material/published_with_changes:",
        ):
            _put(pair, comparison, why, by)


def _put(pair: Pair, comparison: Comparison, why: str, by: str) -> None:
    if not why.strip():
        st.error("Say why first, in a few words.", icon=":material/error:")
        return
    version = pair.after.version
    try:
        put(
            services.get().shelf,
            pair.name,
            version,
            comparison.evidence(),
            why=why,
            by=by.strip() or shell.BY,
        )
    except BrineryError as error:
        shell.say(error)
        return
    st.session_state[_DONE] = (pair.name, version, st.query_params.to_dict())
    st.rerun()


def done() -> bool:
    """Draw what was put in use and where to go on; tell whether that was just done here.

    The choice above it would be another one by now, since another version is in use.
    """
    name, version, query = st.session_state.get(_DONE, ("", 0, {}))
    if not name or query != st.query_params.to_dict():
        return False
    st.success(
        f"Version {version} of {plain(name)} answers from now on. The Shelf has the way back, in "
        "one click.",
        icon=":material/published_with_changes:",
    )
    with st.container(horizontal=True):
        shell.button("predict", "Predict with it", key="compare/predict", primary=True, model=name)
        shell.button("shelf", "See it on the shelf", key="compare/shelf", model=name)
        st.button(
            "Compare others",
            icon=":material/compare_arrows:",
            key="compare/others",
            on_click=st.session_state.pop,
            args=(_DONE, None),
        )
    return True
