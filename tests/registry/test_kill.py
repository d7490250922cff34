"""A kill at any instant leaves a whole version or none, and no number is lost or used twice.

`BRINERY_KILLS=20` kills more often than the few times of every day.
"""

import os
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from brinery.registry.prove import prove
from brinery.registry.shelf import Shelf
from brinery.settings import KeyPlace, Settings
from brinery.worker.pool import Pool
from tests.killing import descendants, started_at, wait_until

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
N_KILLS = int(os.environ.get("BRINERY_KILLS", "4"))
N_SAVES = 25 * N_KILLS


class Writer:
    """A process that saves until it is killed."""

    def __init__(self, folder: Path, number: int, models: str) -> None:
        self.log = folder / f"writer-{number}.log"
        self.errors = folder / f"writer-{number}.errors"
        self.log.touch()
        self._command = [
            sys.executable, str(HERE / "writer.py"),
            models, str(folder / "key"), str(self.log),
        ]  # fmt: skip
        self.start()

    def start(self) -> None:
        with self.errors.open("ab") as errors:
            self.process = subprocess.Popen(
                self._command, env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=errors
            )
        self.n_at_start = len(self.saved())

    def saved(self) -> list[int]:
        return [int(line.split()[1]) for line in self.log.read_text().splitlines()]

    def is_saving(self) -> bool:
        assert self.process.poll() is None, self.errors.read_text()
        return len(self.saved()) > self.n_at_start

    def kill(self) -> list[tuple[int, str]]:
        """Kill the writer, not its children; give the children that it had."""
        children = descendants(self.process.pid)
        self.process.kill()
        self.process.wait()
        return children


def saved_under_kills(
    folder: Path, models: str, n_saves: int, n_kills: int
) -> tuple[list[int], Settings]:
    """Give the versions that two writers say they saved, though they were killed meanwhile."""
    chance = random.Random(7)
    writers = [Writer(folder, number, models) for number in range(2)]
    orphans: list[tuple[int, str]] = []
    try:
        for writer in writers:
            wait_until(writer.is_saving, 60)
        for n_kill in range(n_kills):
            goal = n_saves * (n_kill + 1) // (n_kills + 1)
            wait_until(lambda goal=goal: sum(len(one.saved()) for one in writers) >= goal, 60)
            writer = writers[n_kill % 2]
            wait_until(writer.is_saving, 60)
            time.sleep(chance.uniform(0, 0.2))
            orphans += writer.kill()
            writer.start()
        wait_until(lambda: sum(len(one.saved()) for one in writers) >= n_saves, 60)
    finally:
        for writer in writers:
            orphans += writer.kill()
    assert orphans, "no fork server was seen"
    wait_until(lambda: all(started_at(pid) != start for pid, start in orphans), 15)
    assert not any(one.errors.read_text() for one in writers)
    acknowledged = [version for writer in writers for version in writer.saved()]
    assert len(acknowledged) == len(set(acknowledged)), "a number was used twice"
    return acknowledged, Settings(models=models, key_path=folder / "key", n_workers=2)


def all_answer(settings: Settings, versions: list[int]) -> bool:
    with Pool(settings) as pool, ThreadPoolExecutor(2) as threads:
        models = settings.models
        replays = threads.map(
            lambda n: prove(f"bread@{n}", models=models, pool=pool, settings=settings), versions
        )
        return all(replayed.identical for replayed in replays)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_two_writers_killed_at_random_instants(tmp_path):
    acknowledged, settings = saved_under_kills(tmp_path, str(tmp_path / "models"), N_SAVES, N_KILLS)
    shelf = Shelf.of(settings)
    versions = shelf.versions("bread")
    assert set(acknowledged) <= set(versions), "an acknowledged save was lost"
    assert versions == list(range(1, len(versions) + 1)), "a number was left out"
    assert len(versions) - len(acknowledged) <= N_KILLS + 2
    told = shelf.events("bread")
    assert [event["number"] for event in told] == list(range(1, len(told) + 1))
    assert set(acknowledged) <= {event["version"] for event in told}
    assert all_answer(settings, versions)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_two_writers_on_one_bucket_killed_at_random_instants(tmp_path, bucket):
    n_kills = 3
    acknowledged, settings = saved_under_kills(tmp_path, f"{bucket}/models", 20, n_kills)
    shelf = Shelf.of(settings)
    versions = shelf.versions("bread")
    assert set(acknowledged) <= set(versions), "an acknowledged save was lost"
    assert versions[-1] - len(versions) <= n_kills + 2, "a writer that died burns one number"
    assert len(versions) - len(acknowledged) <= n_kills + 2
    told = shelf.events("bread")
    assert [event["number"] for event in told] == list(range(1, len(told) + 1))
    assert set(acknowledged) <= {event["version"] for event in told}
    (entry,) = shelf.entries()
    assert entry.problem == ""
    assert all_answer(settings, versions)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_killed_before_each_single_step_on_the_disk(tmp_path):
    told = subprocess.run(
        [
            sys.executable,
            str(HERE / "crashing.py"),
            str(tmp_path / "models"),
            str(tmp_path / "key"),
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    steps = told.stdout.split()
    assert {"mkdir", "open", "fsync", "rename", "link", "unlink"} <= set(steps)
    assert steps[-1] == "whole"
    shelf = Shelf(str(tmp_path / "models"), KeyPlace(tmp_path / "key"))
    versions = shelf.versions("bread")
    assert versions == list(range(1, len(versions) + 1))
    assert len(versions) > 2, "some were killed after the rename"
    assert len(versions) < len(steps), "some were killed before it"
    for version in versions:
        assert shelf.open(f"bread@{version}").card.version == version
    (entry,) = shelf.entries()
    assert entry.problem == ""
    assert entry.n_versions == len(versions)
    told_events = shelf.events("bread")
    assert [event["number"] for event in told_events] == list(range(1, len(told_events) + 1))
