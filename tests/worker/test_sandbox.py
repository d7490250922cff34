"""Attacks from inside a worker: each fails, and the server goes on."""

import json
import os
import socket
import sys
import time
from pathlib import Path

import pytest

from brinery.errors import WorkerFailed
from brinery.worker import landlock, seccomp

PATIENCE = 60
REFUSED = {"PermissionError"}

needs_a_filter = pytest.mark.skipif(
    not seccomp.is_known(), reason="There is no filter of system calls for this machine."
)
needs_landlock = pytest.mark.skipif(
    not landlock.release(), reason="This kernel has no Landlock, so reading is not held down."
)


@pytest.fixture(scope="session")
def attacks(jobs):
    from worker_calls import attacks

    return attacks


@pytest.fixture
def outcome(pool, jobs):
    """Have a worker attack; the pool must then answer as before, by the same fork server."""
    pool.warm()
    before = pool.pids()[0]

    def run(attack, *args):
        return set(json.loads(pool.submit(attack, *args).result(PATIENCE)))

    yield run
    assert pool.submit(jobs.echo, b"", "on", 1).result(PATIENCE) == b" on 1"
    assert pool.pids()[0] == before


@needs_a_filter
def test_a_socket(outcome, attacks, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as local:
        local.bind("listener")
        local.listen()
        port = tcp.getsockname()[1]
        assert outcome(attacks.connect, port, str(tmp_path / "listener")) == REFUSED
        tcp.settimeout(0.1)
        with pytest.raises(TimeoutError, match="timed out"):
            tcp.accept()


@needs_a_filter
def test_a_fork(outcome, attacks):
    assert outcome(attacks.split) == REFUSED


@needs_a_filter
def test_another_program(outcome, attacks, tmp_path):
    mark = tmp_path / "ran"
    assert outcome(attacks.execute, str(mark)) == REFUSED
    assert not mark.exists()


@needs_landlock
def test_reading_the_key_and_the_systems_files(outcome, attacks, tmp_path):
    key = tmp_path / "key"
    key.write_text("secret")
    key.chmod(0o644)
    places = [str(key), "/etc/passwd", f"/proc/{os.getpid()}/environ", f"/proc/{os.getpid()}/maps"]
    assert outcome(attacks.read, *places) == REFUSED
    assert outcome(attacks.listing, str(tmp_path), "/", "/etc", "/proc") == REFUSED


@needs_landlock
def test_reading_what_lies_beside_the_program(outcome, attacks):
    root = Path(__file__).parents[2]
    assert outcome(attacks.read, str(root / "README.md"), str(root / "models/README.md")) == REFUSED


@needs_landlock
def test_writing(outcome, attacks, tmp_path):
    tmp_path.chmod(0o777)
    folders = [str(tmp_path), "/tmp", "/dev/shm", str(Path(__file__).parent)]
    assert outcome(attacks.write, *folders) == REFUSED
    assert not list(tmp_path.iterdir())


@needs_a_filter
def test_changing_a_file(outcome, attacks, tmp_path):
    place = tmp_path / "model.pkl"
    place.write_bytes(b"pickle")
    place.chmod(0o666)
    tmp_path.chmod(0o777)
    before = place.stat()
    assert outcome(attacks.change, str(place)) == REFUSED
    assert place.read_bytes() == b"pickle"
    assert place.stat().st_mode == before.st_mode


@pytest.fixture
def others(pool, jobs, pickled):
    """The server, the fork server, and a worker that holds another model."""
    sibling = int(pool.submit(jobs.pid, pickled=pickled(["another"])).result(PATIENCE))
    return os.getpid(), pool.pids()[0], sibling


@needs_a_filter
def test_looking_into_another_process(outcome, attacks, others):
    assert outcome(attacks.trace, *others) == REFUSED


@needs_a_filter
def test_signals_to_the_server(outcome, attacks, others, pool):
    assert outcome(attacks.signals, *others) == REFUSED
    assert others[-1] in pool.pids()


def test_filling_the_memory(make_pool, attacks):
    pool = make_pool(worker_memory_bytes=3 * 2**29)
    found = json.loads(pool.submit(attacks.memory, 3 * 2**29).result(PATIENCE))
    assert found[:2] == ["MemoryError", "OSError"]
    assert found[3] in ("ValueError", "PermissionError")
    if seccomp.is_known():
        assert found[2] == "PermissionError"


def test_filling_the_disk(outcome, attacks, tmp_path):
    tmp_path.chmod(0o777)
    assert outcome(attacks.disk, str(tmp_path)) <= {"OSError", "PermissionError"}
    assert sum(place.stat().st_size for place in tmp_path.iterdir()) == 0


@needs_a_filter
def test_threads_without_end(outcome, attacks):
    assert outcome(attacks.threads, 6000) == {"RuntimeError"}


def test_a_core_dump(pool, attacks):
    places = [Path("/"), Path.cwd(), Path("/tmp")]
    before = {core for place in places for core in place.glob("core*")}
    with pytest.raises(WorkerFailed, match="SIGABRT"):
        pool.submit(attacks.core).result(PATIENCE)
    assert {core for place in places for core in place.glob("core*")} == before


def test_an_endless_loop_that_ignores_its_limit(pool, attacks):
    started_at = time.monotonic()
    with pytest.raises(WorkerFailed, match=r"longer than 0\.5 seconds"):
        pool.submit(attacks.loop, timeout_seconds=0.5).result(PATIENCE)
    assert time.monotonic() - started_at < 10


@needs_a_filter
def test_outliving_the_server(outcome, attacks):
    assert outcome(attacks.outlive) == {-1, 1}


def test_threads_of_joblib_still_work(outcome, attacks, pool):
    assert json.loads(pool.submit(attacks.parallel).result(PATIENCE)) == [n**2 for n in range(20)]


def test_a_worker_may_end_itself(pool, attacks):
    with pytest.raises(WorkerFailed, match="SIGABRT"):
        pool.submit(attacks.raised).result(PATIENCE)


def test_a_worker_may_import_what_nobody_needed_yet(pool, attacks):
    assert pool.submit(attacks.lazily).result(PATIENCE) == b"Europe/Paris"


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux has the whole of it.")
@needs_a_filter
@needs_landlock
def test_the_trial_finds_that_all_of_it_holds(pool):
    assert {one.title: one.state for one in pool.sandbox() if one.state != "blocked"} == {}
