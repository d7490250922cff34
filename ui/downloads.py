"""Files to download; each is made when it is asked for, and the same bytes every time."""

from __future__ import annotations

from functools import partial
from pathlib import PurePath
from typing import Literal

import pyarrow as pa
import streamlit as st

from brinery.errors import ExampleMissing, NotOnShelf, SealBroken
from brinery.model.card import Card
from brinery.model.example import example
from brinery.report.template import template
from brinery.report.words import count
from brinery.scoring.result import Result
from brinery.tables.workbook import MAX_CHARACTERS, MAX_COLUMNS, MAX_ROWS, column_too_long
from brinery.tables.writing import Format, to_bytes
from ui import download_options, first_start, services
from ui.words import plain

__all__ = ["MIME", "Format", "excel_refuses", "result_buttons", "samples", "stem_of"]

MIME: dict[Format, str] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}


def result_buttons(result: Result, file_name: str, *, key: str) -> None:
    """Draw the download buttons of a result, the CSV file first, and below how it is written.

    Parameters
    ----------
    result : Result
        What is handed out, the user's own cells harmless or not.
    file_name : str
        The name of the upload; the download's is made from it.
    key : str
        The widgets' key.
    """
    refused = excel_refuses(result.table)
    titles: dict[Format, str] = {"csv": "Download CSV", "xlsx": "Excel", "parquet": "Parquet"}
    buttons = st.container(horizontal=True)
    style = download_options.options(result.csv, key=key)
    with buttons:
        for format, title in titles.items():
            st.download_button(
                title,
                partial(result.to_bytes, format, csv=style),
                file_name=f"{stem_of(file_name)} predictions.{format}",
                mime=MIME[format],
                key=f"{key}/{format}",
                on_click="ignore",
                type="primary" if format == "csv" else "secondary",
                icon=":material/download:",
                disabled=bool(refused) and format == "xlsx",
            )
    if refused:
        st.caption(plain(refused))


def stem_of(file_name: str) -> str:
    """Give an upload's name without its folder and its ending, to name downloads after."""
    return PurePath(file_name.replace("\\", "/")).stem or "table"


def excel_refuses(table: pa.Table) -> str:
    """Say why the table does not fit in an Excel sheet; empty where it does.

    A download that fails while it is made can't be explained any more, so this comes before.
    """
    instead = "Take the CSV file instead."
    if table.num_rows > MAX_ROWS:
        return f"No Excel file: a sheet takes at most {count(MAX_ROWS, 'row')}. {instead}"
    if table.num_columns > MAX_COLUMNS:
        return f"No Excel file: a sheet takes at most {count(MAX_COLUMNS, 'column')}. {instead}"
    if (name := column_too_long(table)) is not None:
        return (
            f"No Excel file: a cell of “{name}” is longer than the {MAX_CHARACTERS:,} "
            f"characters that Excel takes. {instead}"
        )
    return ""


def samples(card: Card) -> None:
    """Draw the downloads of a file to try the model with, and of empty ones to fill in."""
    sample = _example(card)
    titles: dict[Literal["csv", "xlsx"], str] = {
        "xlsx": "Empty template, Excel",
        "csv": "Empty template, CSV",
    }
    with st.container(horizontal=True):
        if sample is not None:
            st.download_button(
                "Example file to try",
                sample,
                file_name=f"{card.name} example.csv",
                mime=MIME["csv"],
                on_click="ignore",
                icon=":material/science:",
                key="samples/example",
            )
        for format, title in titles.items():
            st.download_button(
                title,
                partial(template, card.schema, format),
                file_name=f"{card.name} template.{format}",
                mime=MIME[format],
                on_click="ignore",
                icon=":material/download:",
                key=f"samples/{format}",
            )


def _example(card: Card) -> bytes | None:
    """Give the example file, made once for each model; None where the model has none."""
    kept = st.session_state.get("samples/made")
    if kept is None or kept[0] != card.sealed.hmac:
        kept = (card.sealed.hmac, _example_file(card))
        st.session_state["samples/made"] = kept
    data: bytes | None = kept[1]
    return data


def _example_file(card: Card) -> bytes | None:
    ours = first_start.example_of(card)
    if ours is not None:
        return first_start.example_file(ours)
    try:
        stored = services.get().shelf.open(f"{card.name}@{card.version}")
        return to_bytes(example(stored.proof, stored.schema), "csv")
    except (ExampleMissing, NotOnShelf, SealBroken):
        return None  # what is wrong with the file is said when it is to predict
