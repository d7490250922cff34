"""Every page in both themes, wide and narrow: its heading, no WCAG violation, nothing cut off."""

import pytest
from playwright.sync_api import expect

from examples.make_tables import EXAMPLES

pytestmark = pytest.mark.browser

PAGES = {
    "home": ("/", "Brinery"),
    "predict": ("/predict", "Predict"),
    "runs": ("/runs", "Runs"),
    "train": ("/train", "Train"),
    "import": ("/import", "Import"),
    "shelf": ("/shelf", "Shelf"),
    "compare": ("/compare", "Compare"),
    "system": ("/system", "System"),
    "pickling": ("/pickling", "How pickling works"),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_and_fits(visit, name):
    path, heading = PAGES[name]
    visitor = visit(path)
    expect(visitor.page.get_by_role("heading", name=heading, level=1)).to_be_visible()
    look_at(visitor, name)


def test_the_predictions_are_accessible_and_fit(visit, tmp_path):
    example = EXAMPLES[0]
    file = tmp_path / "new customers.csv"
    example.new_rows().to_csv(file, index=False)
    visitor = visit(f"/predict?model={example.name}").upload(file)
    expect(visitor.page.get_by_role("button", name="Download CSV")).to_be_visible()
    look_at(visitor, "predictions")


def test_what_was_measured_is_accessible_and_fits(visit):
    visitor = visit(f"/shelf?model={EXAMPLES[0].name}")
    visitor.click("How good it is", role="tab")
    expect(visitor.page.get_by_role("heading", name="Would more rows help?")).to_be_visible()
    look_at(visitor, "measured")


def look_at(visitor, name):
    """Check a page in both themes at 1280 and at 390 pixels, and keep a picture of each."""
    page = visitor.page
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for theme in visitor.themes():
            page.wait_for_timeout(700)  # charts and the menu draw after the script has ended
            visitor.picture(f"{name}-{theme}-{width}")
            assert visitor.violations() == []
        too_wide = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert too_wide <= 0
