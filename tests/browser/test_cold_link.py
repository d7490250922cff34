"""A link into the middle of the app, opened before anybody has seen its first page."""

import pytest
from playwright.sync_api import expect

from examples.make_tables import EXAMPLES

pytestmark = pytest.mark.browser


def test_a_cold_link_opens_predict_on_its_model(visit):
    visitor = visit(f"/predict?model={EXAMPLES[1].name}")
    expect(visitor.page.get_by_role("heading", name="Predict", level=1)).to_be_visible()
    visitor.sees("delivery_days")
    expect(visitor.page.get_by_test_id("stFileUploaderDropzoneInput")).to_be_attached()


def test_a_user_is_refused_train_by_a_cold_link_and_has_no_way_to_it(visit, user_server):
    visitor = visit("/train", at=user_server).sees("not open to the people who use this server")
    assert visitor.page.get_by_test_id("stFileUploaderDropzoneInput").count() == 0
    visitor.open("/")
    expect(visitor.page.get_by_role("heading", name="Brinery", level=1)).to_be_visible()
    assert visitor.page.get_by_role("link", name="Train").count() == 0
    assert visitor.page.get_by_role("button", name="Build a model").count() == 0


def test_a_link_to_a_model_that_is_not_there_says_so(visit):
    visit("/predict?model=no-such-model").sees("no-such-model")
