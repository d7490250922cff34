"""Train in the browser, save, and predict with what was saved; then the shelf around it."""

import io
import pickle
import re

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import expect

from examples.make_tables import customers, deliveries

pytestmark = pytest.mark.browser


def train(visitor, file, target, recipe, name, by_group):
    """Train and save as a modeler does; ends on the page that says that it was saved."""
    page = visitor.page
    visitor.upload(file).choose("The column with the answer", target)
    visitor.choose("Recipe", recipe)
    visitor.choose("Also measure for each group of", by_group)
    page.keyboard.press("Escape")
    page.get_by_role("main").get_by_role("button", name="Train").click()
    expect(page.get_by_role("heading", name="The result")).to_be_visible(timeout=120_000)
    visitor.settle()
    page.get_by_role("textbox", name="Name").fill(name)
    page.get_by_role("textbox", name="What it answers").fill("Made by a browser journey.")
    page.get_by_role("button", name="Save").click()
    visitor.sees(re.compile("Saved as .*version 1"), timeout=60_000)


@pytest.mark.parametrize(
    ("make", "target", "recipe", "name", "by_group"),
    [
        (customers, "cancelled", "Decision tree", "journey tree", "region"),
        (deliveries, "delivery_days", "Gradient boosting", "journey boosting", "carrier"),
    ],
)
def test_train_save_and_predict(visit, server, tmp_path, make, target, recipe, name, by_group):
    known, new = tmp_path / "known.csv", tmp_path / "new.csv"
    make(400, seed=1).drop(columns=["signed_up", "ordered_on"], errors="ignore").to_csv(
        known, index=False
    )
    make(50, seed=2).drop(columns=["signed_up", "ordered_on", target], errors="ignore").to_csv(
        new, index=False
    )
    visitor = visit("/train")
    train(visitor, known, target, recipe, name, by_group)
    visitor.sees("How good it is by group").sees("How each feature acts")
    visitor.sees("Would more rows help?")
    visitor.picture(f"trained-{recipe}")
    assert visitor.violations() == []

    visitor.open(f"/predict?model={name}").upload(new)
    got = pd.read_csv(
        io.BytesIO(visitor.download("Download CSV").read_bytes()), dtype=str, keep_default_na=False
    )
    folder = server.models / name / "versions" / "0001"
    expected = pickle.loads((folder / "model.pkl").read_bytes()).predict(pd.read_csv(new))
    if target == "cancelled":
        assert got["prediction"].tolist() == list(expected)
    else:
        assert np.array_equal(got["prediction"].astype(float), expected)


def test_what_cannot_be_learned_is_refused_in_words(visit, tmp_path):
    file = tmp_path / "ten.csv"
    customers(10).to_csv(file, index=False)
    visitor = visit("/train").upload(file).choose("The column with the answer", "customer_id")
    expect(visitor.page.get_by_role("alert").first).to_be_visible()


def test_a_training_can_be_cancelled(visit, tmp_path):
    file = tmp_path / "many.csv"
    customers(8000, seed=5).to_csv(file, index=False)
    visitor = visit("/train").upload(file).choose("The column with the answer", "cancelled")
    visitor.choose("Recipe", "Find the best")
    visitor.page.get_by_role("main").get_by_role("button", name="Train").click()
    visitor.page.get_by_role("button", name="Cancel").click(timeout=60_000)
    visitor.sees("The training was cancelled.", timeout=60_000)
    visitor.click(re.compile("Change something")).settle()
    chosen = visitor.page.get_by_role("combobox", name="The column with the answer")
    expect(chosen).to_have_value("cancelled")


def test_a_search_is_stopped_and_gives_the_best_so_far(visit, tmp_path):
    file = tmp_path / "many.csv"
    customers(8000, seed=6).to_csv(file, index=False)
    visitor = visit("/train").upload(file).choose("The column with the answer", "cancelled")
    page = visitor.page
    visitor.choose("Recipe", "Find the best").choose("Time", "15 minutes")
    page.get_by_role("main").get_by_role("button", name="Train").click()
    expect(page.get_by_role("progressbar")).to_be_visible(timeout=2_000)
    stop = page.get_by_role("button", name="Stop and keep the best so far")
    stop.click(timeout=60_000)
    visitor.sees("It tries nothing more.", timeout=2_000)
    expect(page.get_by_role("heading", name="The result")).to_be_visible(timeout=60_000)
    visitor.settle()
    assert visitor.violations() == []
    page.get_by_role("textbox", name="Name").fill("stopped early")
    page.get_by_role("button", name="Save").click()
    visitor.sees(re.compile("Saved as .*version 1"), timeout=60_000)
