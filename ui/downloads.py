"""Files to download; each is made when it is asked for, and the same bytes every time."""

from __future__ import annotations

from functools import partial
from pathlib import PurePath
from typing import Literal

import pyarrow as pa
import streamlit as st

from brinery.model.card import Card
from brinery.report.template import template
from brinery.report.words import count
from brinery.tables.writing import to_bytes
from ui import first_start

__all__ = ["MIME", "example", "table_buttons", "templates"]

Format = Literal["csv", "xlsx", "parquet"]
MIME: dict[Format, str] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
_EXCEL_ROWS = 2**20 - 1
_EXCEL_COLUMNS = 2**14


def table_buttons(table: pa.Table, file_name: str, *, key: str) -> None:
    """Draw the download buttons of a table, the CSV file first.

    Parameters
    ----------
    table : pyarrow.Table
        What is handed out.
    file_name : str
        The name of the upload; the download's is made from it.
    key : str
        The widgets' key.
    """
    stem = PurePath(file_name.replace("\\", "/")).stem or "table"
    too_large = table.num_rows > _EXCEL_ROWS or table.num_columns > _EXCEL_COLUMNS
    titles: dict[Format, str] = {"csv": "Download CSV", "xlsx": "Excel", "parquet": "Parquet"}
    with st.container(horizontal=True):
        for format, title in titles.items():
            refused = format == "xlsx" and too_large
            st.download_button(
                title,
                partial(to_bytes, table, format),
                file_name=f"{stem} predictions.{format}",
                mime=MIME[format],
                key=f"{key}/{format}",
                on_click="ignore",
                type="primary" if format == "csv" else "secondary",
                icon=":material/download:",
                disabled=refused,
                help=f"Excel takes at most {count(_EXCEL_ROWS, 'row')}." if refused else None,
            )


def example(card: Card) -> None:
    """Draw the download of an example file to try, where the model is one of the first start's."""
    found = first_start.example_of(card)
    if found is None:
        return
    st.download_button(
        "Example file to try",
        partial(first_start.example_file, found),
        file_name=f"{card.name}-new.csv",
        mime=MIME["csv"],
        on_click="ignore",
        icon=":material/science:",
        key="samples/example",
    )


def templates(card: Card) -> None:
    """Draw the downloads of an empty file to fill in."""
    titles: dict[Literal["csv", "xlsx"], str] = {
        "csv": "Empty template, CSV",
        "xlsx": "Empty template, Excel",
    }
    with st.container(horizontal=True):
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
