"""A large file: straight to the disk, predicted in the background, fetched with every row."""

import re

import pandas as pd
import pytest
import s3fs
from playwright.sync_api import expect

from brinery.report.words import size
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


def test_a_file_that_lies_ready_in_a_bucket_is_predicted(visit, inbox):
    rows = CUSTOMERS.new_rows(500)
    data = rows.to_csv(index=False).encode()
    store = s3fs.S3FileSystem(skip_instance_cache=True)
    store.pipe_file(f"{inbox}/june/customers.csv", data)
    visitor = visit(f"/predict?model={CUSTOMERS.name}")
    visitor.page.get_by_text("or it lies ready").click()
    visitor.settle()
    option = f"june/customers.csv ({size(len(data))})"
    visitor.choose(re.compile("Or take a file that lies ready"), option)
    visitor.settle()
    visitor.picture("bucket")
    assert visitor.violations() == []
    visitor.click("Predict").sees("500 of 500 rows predicted", timeout=60_000)
    with visitor.page.expect_download() as caught:
        visitor.page.get_by_role("link", name="Download CSV").click()
    got = pd.read_csv(caught.value.path())
    assert got["customer_id"].tolist() == rows["customer_id"].tolist()
    assert got["prediction"].notna().all()
