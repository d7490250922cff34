"""Pick, upload, download: the file that comes back, cell by cell; and files that can't be used."""

import io
import pickle
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import expect

from examples.make_tables import EXAMPLES, deliveries

pytestmark = pytest.mark.browser

CUSTOMERS, DELIVERIES = EXAMPLES
ADDED = ("prediction", "confidence", "status", "notes")


def pipeline(server, name, version=1):
    folder = server.models / name / "versions" / f"{version:04d}"
    return pickle.loads((folder / "model.pkl").read_bytes())


def frame(file):
    """Read a file as a notebook does; a date is given to the pipeline as days since 1970."""
    found = pd.read_csv(file)
    for name in found.columns.intersection(["signed_up", "ordered_on"]):
        since = pd.to_datetime(found[name]) - pd.Timestamp(0)
        found[name] = since.dt.days.astype(float)
    return found


def texts(data):
    """Read a file as it stands: every cell as text."""
    return pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False)


def test_pick_upload_and_download_gives_what_the_pickle_answers(visit, server, tmp_path):
    file = tmp_path / "new customers.csv"
    CUSTOMERS.new_rows(200).to_csv(file, index=False)

    visitor = visit("/predict").choose("Model", CUSTOMERS.name).upload(file)
    got = texts(visitor.download("Download CSV").read_bytes())

    own = texts(file.read_bytes())
    pd.testing.assert_frame_equal(got[list(own)], own)
    assert list(got)[: own.shape[1]] == list(own)
    assert set(ADDED) <= set(got)
    estimator = pipeline(server, CUSTOMERS.name)
    rows = frame(file)
    assert got["prediction"].tolist() == [str(one) for one in estimator.predict(rows)]
    given = got[[f"probability {label}" for label in estimator.classes_]].astype(float)
    assert np.array_equal(given.to_numpy(), estimator.predict_proba(rows))
    assert got.loc[[3, 11, 24], "status"].tolist() == ["look"] * 3
    assert (got["status"] == "ok").sum() == 197


def test_an_amount_and_a_cell_that_is_no_number(visit, server, tmp_path):
    file = tmp_path / "deliveries.csv"
    DELIVERIES.new_rows(60).to_csv(file, index=False)

    visitor = visit(f"/predict?model={DELIVERIES.name}").upload(file)
    visitor.sees("about 3")
    got = texts(visitor.download("Download CSV").read_bytes())

    own = texts(file.read_bytes())
    pd.testing.assert_frame_equal(got[list(own)], own)
    assert got.loc[30, "status"] == "not scored"
    assert got.loc[30, "prediction"] == ""
    rows = frame(file).drop(index=30)
    rows["weight_kg"] = rows["weight_kg"].astype(float)
    expected = pipeline(server, DELIVERIES.name).predict(rows)
    assert np.array_equal(got["prediction"].drop(index=30).astype(float), expected)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8),
        ("empty.csv", b""),
        ("model.pkl", pickle.dumps({"a": 1})),
    ],
)
def test_a_file_that_holds_no_table_is_refused_in_words(visit, tmp_path, name, data):
    file = tmp_path / name
    file.write_bytes(data)
    visitor = visit(f"/predict?model={CUSTOMERS.name}").upload(file)
    expect(visitor.page.get_by_role("alert").first).to_be_visible()
    visitor.settle()
    assert visitor.page.get_by_role("button", name="Download CSV").count() == 0


def test_the_wrong_table_is_named_column_by_column(visit, tmp_path):
    file = tmp_path / "deliveries.csv"
    deliveries(20).to_csv(file, index=False)
    visitor = visit(f"/predict?model={CUSTOMERS.name}").upload(file)
    visitor.sees("another model")
    for column in ("plan", "contract", "monthly_fee"):
        expect(visitor.page.get_by_test_id("stMain")).to_contain_text(column)
    visitor.settle()
    assert visitor.page.get_by_role("button", name="Download CSV").count() == 0
    visitor.click(re.compile(f"Use {DELIVERIES.name}")).sees("20 rows predicted")
    assert visitor.page.get_by_role("combobox", name="Model").input_value() == DELIVERIES.name


def test_columns_under_other_names_are_settled_once_and_remembered(visit, server, tmp_path):
    file = tmp_path / "renamed.csv"
    names = {"monthly_fee": "price", "plan": "my tariff", "months": "months customer"}
    rows = CUSTOMERS.new_rows(20).rename(columns=names)
    rows.to_csv(file, index=False)
    visitor = visit(f"/predict?model={CUSTOMERS.name}").upload(file)
    visitor.sees("The model needs")
    visitor.settle()
    visitor.choose("Take for monthly_fee", "price")
    for column in ("plan", "months"):
        box = visitor.page.get_by_role("combobox", name=f"Take for {column}")
        assert box.input_value() == names[column]
    assert visitor.violations() == []
    visitor.picture("doctor")
    visitor.click("Take these").sees("Taken as you chose")
    got = texts(visitor.download("Download CSV").read_bytes())
    assert (got["prediction"] != "").any()
    own = texts(file.read_bytes())
    assert list(got)[: len(own.columns)] == list(own)

    again = tmp_path / "next month.csv"
    rows.iloc[:10].to_csv(again, index=False)
    other = visit(f"/predict?model={CUSTOMERS.name}", width=390, theme="dark").upload(again)
    other.sees("Taken as last time").sees("10 rows")
    other.settle()
    assert other.violations() == []
    other.picture("doctor-last-time")
    other.click(re.compile("^Undo")).sees("The model needs")


def test_the_example_file_and_the_templates_can_be_downloaded(visit):
    visitor = visit(f"/predict?model={CUSTOMERS.name}")
    for name in ("Empty template, Excel", "Empty template, CSV", "Example file to try"):
        assert visitor.download(name).stat().st_size > 100
    visitor.upload(visitor.folder / f"{CUSTOMERS.name} example.csv").sees("50 rows predicted")


def test_the_web_process_never_loaded_scikit_learn(server):
    maps = Path(f"/proc/{server.pid}/maps").read_text()
    assert "pyarrow" in maps
    assert "sklearn" not in maps
