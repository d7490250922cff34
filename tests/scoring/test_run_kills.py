"""Killed at any instant, a run ends whole and right, or stopped with its reason.

`BRINERY_KILLS=20` kills more often than the few times of every day.
"""

import contextlib
import itertools
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from brinery.errors import CannotWrite
from brinery.scoring.run import Request, read_run
from brinery.scoring.runs import Runs
from brinery.settings import Settings
from brinery.worker.pool import Pool
from tests.killing import descendants, left_run, started_at, wait_until
from tests.scoring import running
from tests.scoring.people import people, shelf_with

N_KILLS = int(os.environ.get("BRINERY_KILLS", "3"))
N = 200_000
ROOT = Path(__file__).parents[2]
REQUEST = Request("m@1", "people.csv", "people predictions.csv")
linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("killed")


@pytest.fixture(scope="module")
def shelf(folder):
    with shelf_with(people(600, 1)[["id", "age", "income", "town"]], folder) as shelf:
        yield shelf


@pytest.fixture(scope="module")
def table(folder):
    path = folder / "people.csv"
    people(N, 2)[["id", "age", "income", "town"]].to_csv(path, index=False)
    return path


@pytest.fixture(autouse=True, scope="module")
def small_chunks():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("brinery.tables.blocks.BLOCK_BYTES", running.BLOCK_BYTES)
        for name in ("answers", "tofile"):
            patch.setattr(f"brinery.scoring.{name}.chunk_rows", lambda _: running.CHUNK_ROWS)
        yield


@contextlib.contextmanager
def served(folder, shelf):
    with Pool(Settings(n_workers=2)) as pool:
        runs = Runs(folder, shelf, pool)
        try:
            yield runs, pool
        finally:
            runs.shutdown()


@pytest.fixture(scope="module")
def whole(folder, shelf, table):
    """The file that comes out where nothing is killed, and its receipt."""
    with served(folder / "whole", shelf) as (runs, _):
        run = runs.start(REQUEST, table)
        wait_until(lambda: run.has_ended, 60)
        return run.output.read_bytes(), run.receipt()


def is_right(run, whole):
    """Check a run that has ended: whole and right, or stopped with a reason and no whole file."""
    if run.state == "done":
        assert run.output.read_bytes() == whole[0]
        assert run.receipt().answers == whole[1].answers
        return True
    assert run.state == "stopped"
    assert run.problem.startswith(("The system ended the worker", "The worker"))
    assert not run.output.exists()
    if run.partial.exists():
        kept = run.partial.read_bytes()
        assert len(kept) < len(whole[0])
        assert whole[0].startswith(kept)
        assert kept.count(b"\n") == run.n_done + 1
    return False


@linux
def test_workers_killed_at_random(folder, shelf, table, whole):
    chance = random.Random(5)
    n_killed = n_done = 0
    with served(folder / "workers", shelf) as (runs, pool):
        while n_killed < N_KILLS or not n_done:
            run = runs.start(REQUEST, table)
            while not run.has_ended:
                time.sleep(chance.uniform(0, 0.5))
                victims = pool.pids()[1:]
                if n_killed < N_KILLS and victims and not run.has_ended:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(chance.choice(victims), signal.SIGKILL)
                        n_killed += 1
            n_done += is_right(run, whole)


@linux
def test_a_worker_that_always_dies_stops_the_run_which_keeps_what_it_has(
    folder, shelf, table, whole
):
    with served(folder / "always", shelf) as (runs, pool):
        run = runs.start(REQUEST, table)
        stop = threading.Event()

        def kill():
            while not stop.wait(0.001):
                if run.n_done > N // 4:
                    for pid in pool.pids()[1:]:
                        with contextlib.suppress(ProcessLookupError):
                            os.kill(pid, signal.SIGKILL)

        killer = threading.Thread(target=kill)
        killer.start()
        try:
            wait_until(lambda: run.has_ended, 60)
        finally:
            stop.set()
            killer.join()
        assert not is_right(run, whole)
        assert run.partial.exists()
        assert run.partial_name == "people predictions PARTIAL, NOT WHOLE.csv"
        assert read_run(run.folder).n_done == run.n_done
        runs.again(run.id)
        again = runs.find(run.id)
        wait_until(lambda: again.has_ended, 60)
        assert is_right(again, whole)
        assert not run.partial.exists()


@linux
@pytest.mark.slow
def test_the_server_killed_at_random(folder, shelf, table, whole):
    chance = random.Random(6)
    place = folder / "server"
    place.mkdir()
    for name in ("models", "key"):
        (place / name).symlink_to(folder / name)
    orphans = []
    command = [sys.executable, str(Path(running.__file__)), str(place)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}

    numbers = itertools.count()

    def begun():
        return left_run(place / "runs" / f"run-{next(numbers)}", REQUEST, table)

    kept, n_midway = begun(), 0
    for _ in range(N_KILLS):
        process = subprocess.Popen(command, env=environment)
        parts = kept / "parts"
        wait_until(lambda parts=parts: any(parts.glob("*")) or not parts.exists(), 60)
        time.sleep(chance.uniform(0, 0.8))
        orphans += descendants(process.pid)
        process.kill()
        process.wait()
        run = read_run(kept)
        if run.output.exists():
            assert run.output.read_bytes() == whole[0]
        if run.has_ended:
            assert is_right(run, whole)
            kept = begun()
        else:
            n_midway += 1
    subprocess.run(command, env=environment, check=True, timeout=120)
    for one in (place / "runs").iterdir():
        assert is_right(read_run(one), whole)
        assert [file.name for file in one.iterdir() if file.name.startswith(".")] == []
    assert n_midway, "it was never killed while it worked"
    wait_until(lambda: all(started_at(pid) != start for pid, start in orphans), 15)


@linux
@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small disk")
@pytest.mark.parametrize("n_bytes", [0, 500_000, 8_000_000])
def test_a_full_disk_gives_a_plain_word_and_no_half_file(
    folder, shelf, table, whole, tmp_path, n_bytes
):
    disk = tmp_path / "disk"
    disk.mkdir()
    room = table.stat().st_size + n_bytes if n_bytes else table.stat().st_size // 2
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={room}", "tmpfs", str(disk)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip(f"no small disk: {mounted.stderr.decode()}")
    try:
        with served(disk / "runs", shelf) as (runs, _):
            if not n_bytes:
                with pytest.raises(CannotWrite, match="No space left on device"):
                    runs.start(REQUEST, table)
                assert list(runs.folder.iterdir()) == []
                return
            run = runs.start(REQUEST, table)
            wait_until(lambda: run.has_ended, 60)
            assert run.state == "stopped"
            assert "No space left on device" in run.problem
            assert "room" in run.problem
            left = {file.name for file in run.folder.iterdir()}
            assert left <= {"request.json", "input.csv", "parts", "end.json"}
            assert not list((run.folder / "parts").glob("*.new"))
            subprocess.run(["mount", "-o", f"remount,size={room * 9}", str(disk)], check=True)
            runs.again(run.id)
            again = runs.find(run.id)
            wait_until(lambda: again.has_ended, 60)
            assert is_right(again, whole)
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)
