"""A real server, a real browser, and a visitor who finds things by what is on screen."""

import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlparse

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tools.serving import ROOT, Served, serve

ARTEFACTS = ROOT / "artefacts"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
QUIET = '[data-testid="stApp"][data-test-script-state="notRunning"]'
WCAG = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def inbox(new_bucket) -> Iterator[str]:
    """A folder of a bucket, whose files the server offers."""
    with pytest.MonkeyPatch.context() as patch:
        url = f"{new_bucket(patch)}/inbox"
        patch.setenv("BRINERY_FILES", url)
        yield url


@pytest.fixture(scope="session")
def server(inbox, tmp_path_factory) -> Iterator[Served]:
    """A server whose first start has trained the two examples; its log must stay clean."""
    with serve(tmp_path_factory.mktemp("server")) as served:
        yield served
        assert "Traceback" not in served.log(), served.log()


@pytest.fixture(scope="session")
def user_server(server, tmp_path_factory) -> Iterator[Served]:
    """A second server on the same shelf, for users alone."""
    with serve(tmp_path_factory.mktemp("user"), role="user", models=server.models) as served:
        yield served
        assert "Traceback" not in served.log(), served.log()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = next(
            filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
        )
        assert found, "No Chromium here: `make chromium` installs one."
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Visitor:
    """Somebody at a page; everything is found by its role and its visible name."""

    page: Page
    url: str
    folder: Path
    problems: list[str] = field(default_factory=list)

    def open(self, path: str = "/") -> "Visitor":
        self.page.goto(self.url + path)
        return self.settle()

    def settle(self) -> "Visitor":
        """Wait until no script has run for a while: a click takes a moment to start one."""
        end, quiet = time.monotonic() + 60, 0
        while quiet < 4:
            assert time.monotonic() < end, "The script does not come to its end"
            quiet = quiet + 1 if self.page.locator(QUIET).count() else 0
            self.page.wait_for_timeout(100)
        return self

    def click(self, name: str | re.Pattern[str], role: str = "button") -> "Visitor":
        self.page.get_by_role(role, name=name).first.click()
        return self

    def choose(self, label: str | re.Pattern[str], option: str) -> "Visitor":
        """Pick an option of the select box called `label`."""
        box = self.page.get_by_role("combobox", name=label)
        box.wait_for(timeout=20_000)
        box.scroll_into_view_if_needed()
        self.settle()  # a list that is open closes when the page scrolls or is drawn anew
        box.click()
        self.page.get_by_role("option", name=option, exact=True).click(timeout=10_000)
        return self.settle()

    def upload(self, path: Path, nth: int = 0) -> "Visitor":
        self.page.get_by_test_id("stFileUploaderDropzoneInput").nth(nth).set_input_files(path)
        return self

    def download(self, name: str | re.Pattern[str]) -> Path:
        """Press the download button called `name`; give the file."""
        with self.page.expect_download(timeout=30_000) as caught:
            self.page.get_by_role("button", name=name).first.click()
        target = self.folder / caught.value.suggested_filename
        caught.value.save_as(target)
        return target

    def sees(self, text: str | re.Pattern[str], timeout: float = 20_000) -> "Visitor":
        expect(self.page.get_by_text(text).first).to_be_visible(timeout=timeout)
        return self

    def themes(self) -> Iterator[str]:
        """Show the page in the one theme and then in the other."""
        for theme in ("light", "dark"):
            self.page.emulate_media(color_scheme=theme)
            self.page.evaluate("document.activeElement.blur()")
            self.page.keyboard.press("r")  # runs the script again: it asks for the theme too
            self.settle()
            yield theme

    def violations(self) -> list[str]:
        """Give the WCAG A and AA rules that the page breaks, with the offending elements."""
        found = Axe().run(self.page, options={"runOnly": WCAG, "resultTypes": ["violations"]})
        return [
            f"{rule['id']}: {node['html'][:200]} ({json.dumps(node['any'])[:300]})"
            for rule in found.response["violations"]
            for node in rule["nodes"]
        ]

    def picture(self, name: str) -> None:
        """Keep a screenshot of the whole page among the artefacts."""
        ARTEFACTS.mkdir(exist_ok=True)
        seen = self.page.viewport_size or {"width": 1280, "height": 900}
        height = self.page.get_by_test_id("stMain").evaluate("main => main.scrollHeight")
        self.page.set_viewport_size({**seen, "height": max(height, seen["height"])})
        self.page.wait_for_timeout(300)
        self.page.screenshot(path=ARTEFACTS / f"{name}.png")
        self.page.set_viewport_size(seen)


def _watch(context: BrowserContext, visitor: Visitor) -> None:
    home = urlparse(visitor.url).netloc

    def asked(request) -> None:
        parts = urlparse(request.url)
        if parts.scheme not in ("data", "blob") and parts.netloc != home:
            visitor.problems.append(f"asked another host: {request.url}")

    def printed(message) -> None:
        if "Content Security Policy" in message.text:
            visitor.problems.append(f"security policy: {message.text}")

    context.on("request", asked)
    context.on("console", printed)
    context.on("weberror", lambda error: visitor.problems.append(f"page error: {error.error}"))


@pytest.fixture
def visit(browser, server, tmp_path) -> Iterator[Callable[..., Visitor]]:
    """Bring a visitor to a page; whatever went wrong unseen fails the test at its end."""
    visitors: list[Visitor] = []

    def visit(path: str = "/", *, at: Served = server, width: int = 1280, theme: str = "light"):
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=theme,
            reduced_motion="reduce",
            accept_downloads=True,
        )
        visitor = Visitor(context.new_page(), at.url, tmp_path)
        visitors.append(visitor)
        _watch(context, visitor)
        return visitor.open(path)

    yield visit
    for visitor in visitors:
        visitor.page.context.close()
    assert [problem for visitor in visitors for problem in visitor.problems] == []
