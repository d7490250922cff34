"""The shelf: a model opened, proved again, archived and restored; and what a user may not do."""

import pytest
from playwright.sync_api import expect

from examples.make_tables import EXAMPLES

pytestmark = pytest.mark.browser

NAME = EXAMPLES[1].name


def test_a_model_is_opened_and_proved_again(visit):
    visitor = visit(f"/shelf?model={NAME}")
    visitor.click("Proof", role="tab").click("Prove again").sees("as on the day it was saved")
    card = visitor.download("Card").read_text("utf-8")
    assert f"<h1>{NAME}, version 1</h1>" in card
    assert visitor.violations() == []
    visitor.picture("shelf-opened")
    visitor.page.set_viewport_size({"width": 390, "height": 900})
    visitor.page.set_content(card)
    assert visitor.violations() == []
    too_wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert visitor.page.evaluate(too_wide) <= 0


def test_the_pickle_is_downloaded_as_it_lies_on_the_shelf(visit, server):
    visitor = visit(f"/shelf?model={NAME}")
    stored = server.models / NAME / "versions" / "0001" / "model.pkl"
    assert visitor.download("Pickle").read_bytes() == stored.read_bytes()


def test_a_user_may_download_the_card_but_not_the_pickle(visit, user_server):
    visitor = visit(f"/shelf?model={NAME}", at=user_server)
    page = visitor.page
    expect(page.get_by_role("button", name="Card")).to_be_visible()
    assert page.get_by_role("button", name="Pickle", exact=True).count() == 0
    assert page.get_by_role("button", name="Archive").count() == 0


def test_the_search_finds_by_word_and_says_when_nothing_fits(visit):
    visitor = visit("/shelf")
    box = visitor.page.get_by_role("textbox", name="Search")
    box.fill("deliver")
    box.press("Enter")
    expect(visitor.page.get_by_text(EXAMPLES[0].name)).to_have_count(0)
    visitor.sees(NAME)
    box.fill("zebra")
    box.press("Enter")
    visitor.sees("No model fits")


def test_a_list_and_a_tree_are_pickled_live_and_a_hostile_pickle_is_refused(visit):
    visitor = visit("/pickling")
    visitor.sees("It is equal to yours.")
    visitor.click("Train, pickle, load, predict").sees("is fresh")
    visitor.click("Hand it to the door").sees("Refused, before any of it ran")
