"""The browser killed at any instant, and the whole server: the run goes on, and ends right.

`BRINERY_KILLS=20` kills more often than once.
"""

import os
import random
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest
from playwright.sync_api import BrowserType, expect

from brinery.scoring.run import Request, Run, read_run
from examples.make_tables import EXAMPLES
from tests.killing import descendants, left_run, started_at, wait_until
from tools.large import repeated
from tools.serving import serve

pytestmark = pytest.mark.browser
CUSTOMERS, _ = EXAMPLES
N_KILLS = int(os.environ.get("BRINERY_KILLS", "1"))
N_ROWS = 120_000
ARGUMENTS = ("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run")


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    path = tmp_path_factory.mktemp("large") / "everybody.csv"
    repeated(path, CUSTOMERS.new_rows(2000), N_ROWS // 2000)
    return path


def runs_of(served) -> list[Run]:
    found = (served.models.parent / "runs").glob("[!.]*")
    return [run for one in found if (run := read_run(one)) is not None]


def killed_browser(
    kind: BrowserType, url: str, table: Path, folder: Path, chance: random.Random
) -> bool:
    """Begin a run in a browser, and kill it at some instant; tell whether the run had begun."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))))
    process = subprocess.Popen(
        [
            program, "--headless=new", f"--remote-debugging-port={port}",
            f"--user-data-dir={folder}", *ARGUMENTS, "about:blank",
        ],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        wait_until(lambda: answers(port), 30)
        page = kind.connect_over_cdp(f"http://127.0.0.1:{port}").new_page()
        page.goto(f"{url}/predict?model={CUSTOMERS.name}")
        page.get_by_text("My file is larger than").click()
        page.frame_locator("iframe").locator("#file").set_input_files(table)
        if chance.random() < 0.2:
            time.sleep(chance.uniform(0, 0.3))  # in the middle of the upload
            return False
        button = page.get_by_role("button", name="Predict", exact=True)
        expect(button).to_be_visible(timeout=30_000)
        button.click()
        page.wait_for_url("**/runs?id=*")
        time.sleep(chance.uniform(0, 1))
        return True
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_the_browser_killed_at_random(browser, server, table, tmp_path):
    chance = random.Random(8)
    before = {run.id for run in runs_of(server)}
    n_begun = sum(
        killed_browser(browser.browser_type, server.url, table, tmp_path / str(turn), chance)
        for turn in range(N_KILLS)
    )
    new = [run.id for run in runs_of(server) if run.id not in before]
    assert len(new) == n_begun

    def states():
        return [run.state for run in runs_of(server) if run.id in new]

    wait_until(lambda: all(state == "done" for state in states()), 120)
    files = {run.output.read_bytes() for run in runs_of(server) if run.id in new}
    assert len(files) <= 1
    for data in files:
        assert data.count(b"\n") == N_ROWS + 1


def test_the_server_killed_at_random(server, table, tmp_path):
    chance = random.Random(9)
    place = tmp_path / "killed"
    place.mkdir()
    shutil.copytree(server.models, place / "models")
    shutil.copy(server.key_path, place / "key")
    request = Request(f"{CUSTOMERS.name}@1", table.name, "everybody predictions.csv")
    folder = left_run(place / "runs" / "a-run", request, table)
    orphans, n_kills = [], 0
    while n_kills < N_KILLS or not read_run(folder).has_ended:
        with serve(tmp_path / "log", models=place / "models") as served:
            if n_kills < N_KILLS:
                time.sleep(chance.uniform(0, 1.5))
                orphans += descendants(served.pid)
                os.kill(served.pid, signal.SIGKILL)
                n_kills += 1
                time.sleep(0.1)
                run = read_run(folder)
                assert run.state in ("waiting", "done")
                if run.state == "done" and n_kills < N_KILLS:
                    shutil.rmtree(folder)
                    left_run(folder, request, table)
            else:
                wait_until(lambda: read_run(folder).has_ended, 60)
    run = read_run(folder)
    assert (run.state, run.problem) == ("done", "")
    assert run.output.read_bytes().count(b"\n") == N_ROWS + 1
    assert run.receipt().n_rows == N_ROWS
    wait_until(lambda: all(started_at(pid) != start for pid, start in orphans), 15)
