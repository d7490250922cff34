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


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_and_fits(visit, name, theme):
    path, heading = PAGES[name]
    visitor = visit(path, theme=theme)
    expect(visitor.page.get_by_role("heading", name=heading, level=1)).to_be_visible()
    look_at(visitor, f"{name}-{theme}")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_predictions_are_accessible_and_fit(visit, theme, tmp_path):
    example = EXAMPLES[0]
    file = tmp_path / "new customers.csv"
    example.new_rows().to_csv(file, index=False)
    visitor = visit(f"/predict?model={example.name}", theme=theme).upload(file)
    expect(visitor.page.get_by_role("button", name="Download CSV")).to_be_visible()
    look_at(visitor.settle(), f"predictions-{theme}")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_was_measured_is_accessible_and_fits(visit, theme):
    visitor = visit(f"/shelf?model={EXAMPLES[0].name}", theme=theme)
    visitor.click("How good it is", role="tab")
    expect(visitor.page.get_by_role("heading", name="Would more rows help?")).to_be_visible()
    look_at(visitor.settle(), f"measured-{theme}")


def look_at(visitor, name):
    """Check a page at 1280 and at 390 pixels, and keep a picture of each."""
    page = visitor.page
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        visitor.settle()
        page.wait_for_timeout(700)  # charts and the menu draw after the script has ended
        visitor.picture(f"{name}-{width}")
        assert visitor.violations() == []
        too_wide = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert too_wide <= 0
