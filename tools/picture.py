"""Make `docs/predict.png` from the real app: the Predict page with an example uploaded."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from examples.make_tables import EXAMPLES
from tools.serving import ROOT, serve

QUIET = '[data-testid="stApp"][data-test-script-state="notRunning"]'


def main() -> None:
    """Start the app, upload an example as a visitor would, and keep what is on screen."""
    example = EXAMPLES[0]
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        file = folder / "new customers.csv"
        example.new_rows().to_csv(file, index=False)
        with serve(folder) as served:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            page = browser.new_page(
                viewport={"width": 1280, "height": 1800},
                color_scheme="light",
                reduced_motion="reduce",
            )
            page.goto(f"{served.url}/predict?model={example.name}")
            page.locator(QUIET).wait_for()
            page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(file)
            page.get_by_role("button", name=re.compile("Download CSV")).wait_for()
            page.locator(QUIET).wait_for()
            page.wait_for_timeout(1500)  # the chart draws after the script has ended
            page.screenshot(path=ROOT / "docs" / "predict.png")
            browser.close()
    print("docs/predict.png")


if __name__ == "__main__":
    main()
