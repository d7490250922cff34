"""Downloads: the same bytes every time, and what a visitor may try first."""

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from brinery.tables.csvstyle import CsvStyle
from brinery.tables.reading import read
from brinery.tables.table import Table
from brinery.tables.writing import to_bytes
from examples.make_tables import EXAMPLES
from ui import first_start
from ui.downloads import excel_refuses


@pytest.mark.parametrize("format", ["csv", "xlsx", "parquet"])
def test_a_file_is_the_same_whenever_it_is_made(jar_table, format):
    cells = Table.from_pandas(jar_table(20)).cells
    assert to_bytes(cells, format) == to_bytes(cells, format)


def test_the_example_file_is_a_table_that_its_model_takes():
    data = first_start.example_file(EXAMPLES[0])
    assert data == first_start.example_file(EXAMPLES[0])
    assert read(data, name="new.csv").n_rows == 50


def test_every_model_has_an_example_file_that_it_takes(serve, said, trained):
    app = serve(trained, "predict", model="crunchy")
    labels = [button.label for button in app.get("download_button")]
    assert labels == ["Example file to try", "Empty template, Excel", "Empty template, CSV"]
    _, data = app.session_state["samples/made"]
    app.file_uploader(key="predict_file").upload("example.csv", data).run()
    assert not app.exception
    assert "20 rows predicted" in said(app)


@pytest.mark.parametrize(
    ("table", "why"),
    [
        (pa.table({"a": pa.nulls(2**20, pa.int8())}), "1,048,575 rows"),
        (pa.table({f"c{i}": [1] for i in range(2**14 + 1)}), "16,384 columns"),
        (pa.table({"n": [1, 2], "remark": ["", "x" * 32_768]}), "“remark” is longer"),
        (pa.table({"remark": ["😀" * 16_384]}), "“remark” is longer"),
        (pa.table({"remark": ["ü" * 32_767, None]}), ""),
    ],
)
def test_what_excel_does_not_take_is_said_before(table, why):
    said = excel_refuses(table)
    assert why in said
    assert bool(said) == bool(why)


def test_a_cell_too_long_for_excel_leaves_the_csv(serve, said, trained, jar_table):
    app = serve(trained, "predict", model="crunchy")
    rows = jar_table(30, seed=9).assign(remark="x" * 40_000)
    app.file_uploader(key="predict_file").upload("a.csv", rows.to_csv(index=False).encode()).run()
    assert not app.exception
    assert "a cell of “remark” is longer" in said(app)
    excel = next(b for b in app.get("download_button") if b.label == "Excel")
    assert excel.disabled


def options_page():
    import streamlit as st

    from brinery.tables.csvstyle import CsvStyle
    from ui import download_options

    style = download_options.options(CsvStyle(";", ","), key="d")
    st.text(f"{style.delimiter!r} {style.decimal!r} {style.byte_order_mark} ")
    st.text(str(download_options.escape("d")))


def test_the_options_give_the_style_of_the_file_or_the_one_that_is_chosen():
    app = AppTest.from_function(options_page).run()
    assert [one.value.strip() for one in app.text] == ["';' ',' auto", "False"]
    app.selectbox(key="d/delimiter").select("Tab")
    app.selectbox(key="d/decimal").select("Point: 0.75")
    app.checkbox(key="d/mark").uncheck()
    app.checkbox(key="d/escape").check().run()
    assert not app.exception
    assert [one.value.strip() for one in app.text] == ["'\\t' '.' no", "True"]


def test_the_users_own_cells_are_made_harmless_on_request(serve, said, trained, jar_table):
    app = serve(trained, "predict", model="crunchy")
    rows = jar_table(30, seed=9).assign(remark="=1+1")
    data = rows.to_csv(index=False, sep=";", decimal=",").encode()
    app.file_uploader(key="predict_file").upload("a.csv", data).run()
    assert app.session_state["predict/scored"][1].csv == CsvStyle(";", ",")
    assert "They come back as they are" in said(app)
    app.checkbox(key="predict/download/escape").check().run()
    assert not app.exception
    assert "An apostrophe was put before each" in said(app)
    assert app.dataframe[-1].value["remark"].tolist() == ["'=1+1"] * 30
