"""A modeler compares a new version on a file, puts it in use, and goes back."""

import pandas as pd
import pytest
from playwright.sync_api import expect

import brinery
from brinery.registry.live import turns
from brinery.registry.shelf import Shelf
from brinery.settings import Settings
from examples.make_tables import customers

pytestmark = pytest.mark.browser

NAME = "journey versions"


@pytest.fixture(scope="module")
def shelf(server):
    """Two versions of one name on the server's shelf, the first in use."""
    settings = Settings(models=str(server.models), key_path=server.key_path, n_workers=1)
    table = customers(400, seed=1)
    for recipe in ("linear", "tree"):
        model = brinery.train(table, "cancelled", recipe=recipe, seed=1)
        brinery.save(model, name=NAME, models=settings.models, settings=settings)
    return Shelf.of(settings)


def test_a_version_is_compared_put_in_use_and_gone_back_from(visit, shelf, tmp_path):
    file = tmp_path / "may.csv"
    customers(300, seed=2).to_csv(file, index=False)
    for theme in ("dark", "light"):
        visitor = visit(f"/compare?model={NAME}", theme=theme).upload(file)
        visitor.sees("of 300 answers change.")
        visitor.settle()
        assert visitor.violations() == []
        visitor.picture(f"compare-{theme}")
    n_changed = len(pd.read_csv(visitor.download("Download these rows, CSV")))
    visitor.sees(f"{n_changed} of 300 answers change.")
    visitor.page.get_by_role("textbox", name="Why?").fill("knows this year's customers")
    visitor.page.get_by_role("textbox", name="Your name").fill("Bob")
    visitor.click("Put version 2 in use").sees("answers from now on")
    assert shelf.resolve(NAME) == (NAME, 2)
    told = turns(shelf.events(NAME))[-1]
    assert (told.by, told.compared.n_rows, told.compared.n_changed) == ("Bob", 300, n_changed)

    visitor.click("See it on the shelf").settle()
    visitor.click("History", role="tab").sees("knows this year's customers")
    visitor.settle()
    assert visitor.violations() == []
    visitor.picture("timeline")
    visitor.click("Go back to version 1").sees("Version 1 answers again.")
    expect(visitor.page.get_by_role("button", name="Go back")).to_have_count(0)
    assert shelf.resolve(NAME) == (NAME, 1)
