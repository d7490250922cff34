"""A large file: straight to the disk, predicted in the background, fetched with every row."""

import pandas as pd
import pytest
from playwright.sync_api import expect

from examples.make_tables import EXAMPLES
from tools.large import repeated

pytestmark = pytest.mark.browser
CUSTOMERS, _ = EXAMPLES


def test_a_large_file_goes_in_and_comes_out_whole(visit, server, tmp_path):
    file = tmp_path / "everybody.csv"
    repeated(file, CUSTOMERS.new_rows(2000), 60)  # more than one piece of the upload
    visitor = visit(f"/predict?model={CUSTOMERS.name}")
    visitor.page.get_by_text("My file is larger than").click()
    visitor.settle()
    frame = visitor.page.frame_locator("iframe")
    expect(frame.get_by_role("button", name="Choose a large file")).to_be_visible()
    frame.locator("#file").set_input_files(file)
    visitor.sees("all others are looked at while they are predicted")
    visitor.settle()
    assert visitor.violations() == []
    visitor.picture("large-file")
    visitor.click("Predict").sees("120,000 of 120,000 rows predicted", timeout=60_000)
    address = visitor.page.url
    visitor.page.context.close()

    again = visit(address.removeprefix(server.url))  # another day, another browser
    again.sees("120,000 of 120,000 rows predicted")
    again.settle()
    assert again.violations() == []
    again.picture("run")
    with again.page.expect_download() as caught:
        again.page.get_by_role("link", name="Download CSV").click()
    caught.value.save_as(tmp_path / "got.csv")
    got = pd.read_csv(tmp_path / "got.csv", dtype=str, keep_default_na=False)
    own = pd.read_csv(file, dtype=str, keep_default_na=False)
    pd.testing.assert_frame_equal(got[list(own)], own)
    assert len(got) == len(own)
    assert (got["prediction"] != "").all()
