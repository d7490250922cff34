"""Bring a model in the browser, save it, and predict with it."""

import io
import json
import re

import joblib
import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import expect
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

pytestmark = pytest.mark.browser


def flats(n=200):
    draw = np.random.default_rng(4)
    table = pd.DataFrame(
        {"size": draw.normal(50, 10, n).round(2), "town": draw.choice(["Kiel", "Bonn"], n)}
    )
    return table.assign(
        dear=np.where(table["size"] + 5 * (table["town"] == "Bonn") > 52, "yes", "no")
    )


def test_import_and_predict(visit, server, tmp_path):
    table, file, model = flats(), tmp_path / "flats.csv", tmp_path / "model.joblib"
    table.to_csv(file, index=False)
    steps = make_column_transformer((OneHotEncoder(), ["town"]), remainder="passthrough")
    fitted = make_pipeline(steps, RandomForestClassifier(30, random_state=0))
    fitted.fit(table[["size", "town"]], table["dear"])
    joblib.dump(fitted, model, compress=3)

    visitor = visit("/import").upload(model)
    page = visitor.page
    visitor.sees("RandomForestClassifier of 30 trees. It would run nothing else.", timeout=60_000)
    page.get_by_test_id("stFileUploaderDropzoneInput").nth(1).set_input_files(file)
    visitor.sees("has all 2 columns").choose("Which column holds the answer", "dear")
    visitor.click("Try it").sees("If it was trained on that table, they are too good", 60_000)
    for theme in visitor.settle().themes():
        visitor.picture(f"imported-{theme}")
        assert visitor.violations() == []
    page.set_viewport_size({"width": 390, "height": 900})
    visitor.settle()
    assert visitor.violations() == []
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_text("it was kept aside").click()
    visitor.settle().choose("Give the rarer of the two answers", "by what mistakes cost")
    visitor.click("Try it").sees(re.compile("the mark.*mistakes cost"), 60_000)
    for theme in visitor.settle().themes():
        visitor.picture(f"imported-with-costs-{theme}")
        assert visitor.violations() == []
    page.get_by_role("textbox", name="Name").fill("flats")
    page.get_by_role("button", name="Save").click()
    visitor.sees(re.compile("Saved as .*version 1"), timeout=60_000)

    visitor.open("/predict?model=flats").upload(file)
    got = pd.read_csv(io.BytesIO(visitor.download("Download CSV").read_bytes()), dtype=str)
    card = server.models / "flats" / "versions" / "0001" / "card.json"
    own = json.loads(card.read_text())["evaluation"]["threshold"]
    visitor.sees(f"It answers “{own['label']}” from a probability of")
    said = fitted.predict_proba(table[["size", "town"]])[
        :, list(fitted.classes_).index(own["label"])
    ]
    called = (got["prediction"] == own["label"]).to_numpy()
    assert np.array_equal(called, said >= own["probability"])


def test_a_refused_file_shows_the_lines_that_mend_it(visit, tmp_path):
    file = tmp_path / "boosted.pkl"
    file.write_bytes(b"cxgboost.sklearn\nXGBClassifier\n)R.")
    visitor = visit("/import").upload(file).sees("The file holds a model of xgboost.", 60_000)
    expect(visitor.page.get_by_test_id("stCode")).to_contain_text("HistGradientBoosting")
    assert visitor.settle().violations() == []
