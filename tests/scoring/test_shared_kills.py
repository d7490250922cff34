"""Two servers on one bucket, either killed at any instant: each run ends whole and right.

`BRINERY_KILLS=20` kills more often than the few times of every day.
"""

import dataclasses
import json
import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import s3fs

from brinery.registry.events import now
from brinery.scoring.inbucket import InBucket
from brinery.scoring.run import Request
from brinery.scoring.runs import Runs
from tests.killing import descendants, started_at, wait_until
from tests.scoring import running
from tests.scoring.people import few_columns as people
from tests.scoring.pools import ended

N_KILLS = int(os.environ.get("BRINERY_KILLS", "2"))
N = 200_000
SILENT_SECONDS = 3.0
ROOT = Path(__file__).parents[2]
REQUEST = Request("m@1", "people.csv", "people predictions.csv")


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "people.csv"
    people(N, 2).to_csv(path, index=False)
    return path


@pytest.fixture(scope="module", autouse=True)
def small_chunks():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("brinery.tables.blocks.BLOCK_BYTES", running.BLOCK_BYTES)
        for name in ("answers", "tofile"):
            patch.setattr(f"brinery.scoring.{name}.chunk_rows", lambda _: running.CHUNK_ROWS)
        yield


@pytest.fixture(scope="module")
def whole(tmp_path_factory, shelf, pool, table):
    """What comes out of a run that nothing disturbs, on a disk."""
    runs = Runs(tmp_path_factory.mktemp("whole"), shelf, pool)
    run = ended(runs.start(REQUEST, table))
    runs.shutdown()
    return run.output.read_bytes(), run.receipt().answers


class Server:
    """A server of its own process and disk, until it is killed or ended."""

    def __init__(self, place: Path, shelf, url: str) -> None:
        self.disk, self.errors = place / "runs", place / "errors"
        self._command = [
            sys.executable, running.__file__, str(place), url, str(10**9), str(SILENT_SECONDS)
        ]  # fmt: skip
        place.mkdir()
        for name in ("models", "key"):
            (place / name).symlink_to(Path(shelf.models).with_name(name))
        self.start()

    def start(self) -> None:
        with self.errors.open("ab") as errors:
            self.process = subprocess.Popen(
                self._command,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdin=subprocess.PIPE,
                stderr=errors,
            )

    def kill(self) -> list[tuple[int, str]]:
        """Kill the server, not its children; give the children that it had."""
        assert self.process.poll() is None, self.errors.read_text()
        children = descendants(self.process.pid)
        self.process.kill()
        self.process.communicate()
        return children


def events(url, id):
    files = s3fs.S3FileSystem(skip_instance_cache=True, use_listings_cache=False)
    return [json.loads(files.cat_file(one)) for one in files.ls(f"{url}/journal/{id}", False)]


def is_right(place, run, whole):
    if run.state != "done":
        assert place.file(run, "output") is None
        return False
    with place.file(run, "output").open() as file:
        assert file.read() == whole[0]
    assert run.receipt().answers == whole[1]
    return True


def one_at_a_time(told):
    """Check that nobody told of a run after another had taken it."""
    holder = None
    for event in told:
        if event["kind"] == "taken":
            holder = event["by"]
        assert event.get("by", holder) == holder
    return [event["kind"] for event in told].count("done") == 1


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_either_of_two_servers_killed_at_random(bucket, tmp_path, shelf, table, whole):
    chance, url = random.Random(10), f"{bucket}/runs"
    place = InBucket(url, tmp_path / "asking", shelf.keys, threading.Event())
    ids, orphans, n_midway = [], [], 0

    def begun():
        request = dataclasses.replace(REQUEST, at=now())
        ids.append(place.begin(request, table, take=False, progress=lambda *_: None).id)

    begun()
    servers = [Server(tmp_path / str(number), shelf, url) for number in range(2)]
    try:
        for _ in range(N_KILLS):
            wait_until(lambda: place.find(ids[-1]).state in ("running", "done"), 120)
            time.sleep(chance.uniform(0, 1.5))
            victim = chance.choice(servers)
            before = place.find(ids[-1])
            orphans += victim.kill()
            victim.start()
            if is_right(place, place.find(ids[-1]), whole):
                begun()
            elif before.state == "running":
                n_midway += 1
        for id in ids:
            wait_until(lambda id=id: place.find(id).has_ended, 120)
        wait_until(lambda: not any(any(one.disk.glob("[!.]*")) for one in servers), 30)
    finally:
        place.close()
        for one in servers:
            orphans += descendants(one.process.pid)
            one.process.communicate()
    assert [one.process.returncode for one in servers] == [0, 0]
    for id in ids:
        assert is_right(place, place.find(id), whole), place.find(id)
        assert one_at_a_time(events(url, id))
    assert n_midway, "none was killed while one worked"
    wait_until(lambda: all(started_at(pid) != start for pid, start in orphans), 15)
