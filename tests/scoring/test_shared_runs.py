"""Runs in a bucket: servers find, take up and cancel each other's, and never two work on one."""

import contextlib
import dataclasses
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pandas as pd
import pytest
import s3fs
from fsspec.asyn import sync_wrapper

from brinery.errors import BrineryError, CannotWrite, ReadError
from brinery.registry.events import now
from brinery.scoring import inbucket, keeper, watch
from brinery.scoring.offered import offered
from brinery.scoring.run import Request
from brinery.scoring.runs import Runs
from tests.killing import wait_until
from tests.scoring import running
from tests.scoring.people import few_columns as people
from tests.scoring.pools import MOST_CHUNKS, Deadly, Halting, ended

N = 60_000
linux = pytest.mark.skipif(sys.platform != "linux", reason="kills processes")
ROOT = Path(__file__).parents[2]
REQUEST = Request("m@1", "people.csv", "people predictions.csv", by="ada")


@pytest.fixture(scope="module", autouse=True)
def small_chunks():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("brinery.tables.blocks.BLOCK_BYTES", 2**17)
        for name in ("answers", "tofile"):
            patch.setattr(f"brinery.scoring.{name}.chunk_rows", lambda _: 4096)
        yield


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """People enough to be read block by block."""
    path = tmp_path_factory.mktemp("data") / "people.csv"
    people(N, 2).to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def whole(tmp_path_factory, shelf, pool, table):
    """What comes out of a run that nothing disturbs, on a disk."""
    runs = Runs(tmp_path_factory.mktemp("whole"), shelf, pool)
    run = ended(runs.start(REQUEST, table))
    runs.shutdown()
    return run.output.read_bytes(), run.receipt()


@pytest.fixture
def servers(bucket, tmp_path, shelf, pool, monkeypatch):
    """Give a function that starts a server, which has a disk of its own and tells often."""
    monkeypatch.setattr(keeper, "BEAT_SECONDS", running.BEAT_SECONDS)
    monkeypatch.setattr(inbucket, "LOOK_SECONDS", 2 * running.BEAT_SECONDS)
    made = []

    def make(pool=pool, disk=None):
        disk = disk or tmp_path / f"disk {len(made)}"
        made.append(Runs(disk, shelf, pool, url=f"{bucket}/runs"))
        return made[-1]

    yield make
    for one in made:
        if isinstance(one.pool, Halting):
            one.pool.go.set()
        one.shutdown()


def store():
    return s3fs.S3FileSystem(skip_instance_cache=True, use_listings_cache=False)


def output(runs, id, kind="output"):
    with runs.file(runs.find(id), kind).open() as file:
        return file.read()


def state(runs, id):
    return runs.find(id).state


def test_what_one_server_began_the_other_finds_and_hands_out(servers, table, whole):
    here, there = servers(), servers()
    run = here.start(REQUEST, table)
    assert state(there, run.id) in ("waiting", "running")
    ended(run)
    assert (run.state, run.problem, run.n_done) == ("done", "", N)
    found = there.find(run.id)
    assert (found.state, found.n_done, found.is_elsewhere) == ("done", N, False)
    assert output(there, run.id) == output(here, run.id) == whole[0]
    assert found.receipt().answers == whole[1].answers
    assert found.receipt() == run.receipt()
    assert there.file(found, "partial") is None
    assert [one.id for one in there.all(by="ada")] == [run.id]
    assert there.all(by="bob") == []
    assert there.find("gone") is None
    assert [event["kind"] for event in events(here, run.id)] == ["asked", "taken", "done"]
    assert there.find("..") is None
    assert list(here.folder.glob("[!.]*")) == [], "the disk is only for what is under way"


def begun(server, table):
    """Begin a run whose server stops after some chunks; give it once parts are in the bucket."""
    run = server.start(REQUEST, table)
    wait_until(lambda: parts_of(server, run), 30)
    return run


def parts_of(server, run):
    return store().glob(f"{server.url}/files/{run.id}/parts/*")


def halting(pool):
    return Halting(pool, MOST_CHUNKS + 2)  # before the next is asked, three have come back


@pytest.fixture
def soon(monkeypatch):
    """What nobody works on is soon taken up."""
    monkeypatch.setattr(watch, "SILENT_SECONDS", 0.5)


@pytest.fixture
def never(monkeypatch):
    """What is not known to be left is never taken up."""
    monkeypatch.setattr(watch, "SILENT_SECONDS", 1e9)


def test_two_servers_never_work_on_a_run_at_once(servers, table, pool, whole, monkeypatch):
    monkeypatch.setattr(watch, "SILENT_SECONDS", 3.0)
    here, there = servers(halting(pool)), servers(Halting(pool, 0))
    there.resume()
    run = begun(here, table)
    wait_until(lambda: there.find(run.id).n_done, 10)
    time.sleep(watch.SILENT_SECONDS + 1)
    seen = there.find(run.id)
    assert (seen.state, seen.is_elsewhere) == ("running", True)
    assert 0 < seen.n_done < seen.n_expected
    assert there.pool.n_asked == 0
    assert there.file(seen, "output") is None
    here.pool.go.set()
    assert ended(run).state == "done"
    assert output(there, run.id) == whole[0]
    assert there.pool.n_asked == 0
    assert parts_of(here, run) == []


def events(server, id):
    files = store()
    return [
        json.loads(files.cat_file(one)) for one in files.ls(f"{server.url}/journal/{id}", False)
    ]


def left(server, table):
    """Begin a run on a server whose pool waits, and end that server."""
    run = server.start(REQUEST, table)
    wait_until(lambda: run.state == "running", 30)
    stopping = threading.Thread(target=server.shutdown)
    stopping.start()
    wait_until(run.stop.is_set, 30)
    server.pool.go.set()
    stopping.join()
    return run


def test_a_server_that_ends_leaves_its_runs_to_the_others_at_once(servers, table, pool, whole):
    here, there = servers(Halting(pool, 0)), servers()
    run = left(here, table)
    assert state(there, run.id) == "waiting"
    there.resume()
    wait_until(lambda: state(there, run.id) == "done", 30)
    assert output(there, run.id) == whole[0]


def test_a_run_is_cancelled_from_another_server(servers, table, pool, monkeypatch):
    here, there = servers(halting(pool)), servers()
    run = begun(here, table)
    wait_until(lambda: there.find(run.id).n_done, 10)
    there.cancel(run.id)
    assert there.find(run.id).is_cancelling
    there.cancel(run.id)  # twice is once
    wait_until(run.stop.is_set, 10)
    here.pool.go.set()
    assert ended(run).state == "cancelled"
    seen = there.find(run.id)
    assert (seen.state, seen.problem) == ("cancelled", "It was cancelled.")
    with there.file(seen, "partial").open() as file:
        kept = pd.read_csv(file)
    assert len(kept) == seen.n_done == run.n_done
    there.again(run.id)
    wait_until(lambda: state(here, run.id) == "done", 30)


def test_one_that_waits_is_cancelled_at_once_and_one_that_was_left_when_it_is_found(
    servers, table, pool, soon
):
    here, there = servers(Halting(pool, 0)), servers()
    first = here.start(REQUEST, table)
    second, third = (here.start(REQUEST, table) for _ in range(2))
    there.cancel(third.id)
    assert there.find(third.id).problem == "It was cancelled before it began."
    assert state(here, third.id) == "cancelled"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keeper.Keeper, "_tell_on", lambda _: None)
        fourth = servers(halting(pool)).start(REQUEST, table)
        wait_until(lambda: state(there, fourth.id) == "running", 30)
    there.cancel(fourth.id)
    there.resume()
    wait_until(lambda: state(there, fourth.id) == "cancelled", 30)
    assert {state(there, one.id) for one in (first, second)} == {"running"}


def test_a_run_that_was_stopped_goes_on_elsewhere_from_its_parts(servers, table, pool, whole):
    here, there = servers(Deadly(pool, 6)), servers(Halting(pool, 10**6))
    here.pool.go.set()
    run = ended(here.start(REQUEST, table))
    assert run.state in ("stopped", "cancelled")
    seen = there.find(run.id)
    assert seen.problem == run.problem
    assert there.file(seen, "output") is None
    there.again(run.id)
    here.again(run.id)  # the other was first
    wait_until(lambda: state(here, run.id) == "done", 30)
    assert output(here, run.id) == whole[0]


def test_what_is_offered_in_a_bucket_is_not_copied_and_what_lies_in_a_folder_is(
    servers, table, bucket, whole
):
    here = servers()
    store().put_file(str(table), f"{bucket}/inbox/people.csv")
    (far,), (near,) = (offered(place).values() for place in (f"{bucket}/inbox", str(table.parent)))
    for file, n_kept in ((far, 1), (near, 2)):
        run = ended(here.start(REQUEST, file))
        assert (run.state, run.problem) == ("done", "")
        assert output(here, run.id) == whole[0]
        assert len(store().ls(f"{here.url}/files/{run.id}")) == n_kept
    assert table.is_file()


def test_clearing_clears_both_sides(servers, table, tmp_path, monkeypatch):
    here, there = servers(), servers()
    small = tmp_path / "small.csv"
    people(50, 3).to_csv(small, index=False)
    first, second = (ended(here.start(REQUEST, small)) for _ in range(2))
    there.clear(keep_seconds=1000, keep_bytes=10**9)
    assert len(here.all()) == 2
    there.clear(keep_seconds=1000, keep_bytes=8000)
    (left,) = here.all()
    gone = first.id if left.id == second.id else second.id
    assert here.find(gone) is None
    assert not [one for one in store().find(here.url) if gone in one]
    monkeypatch.setattr(time, "time", lambda: 4e9)
    store().pipe_file(f"{here.url}/files/half/input.csv", b"a")  # its server was killed
    there.clear(keep_seconds=1000, keep_bytes=10**9)
    assert here.all() == []
    assert [one for one in store().find(here.url) if ".tried" not in one] == []


def test_a_store_that_is_away_keeps_a_run_from_beginning_and_the_file_where_it_was(
    servers, table, tmp_path, monkeypatch
):
    here, mine = servers(), shutil.copy(table, tmp_path / "mine.csv")
    refused = PermissionError("Access Denied")
    for error, words in ((refused, "does not let these keys"), (TimeoutError(), "not answer")):
        with monkeypatch.context() as away:
            goes_away(away, error)
            for ask in (lambda: here.start(REQUEST, tmp_path / "mine.csv", take=True), here.all):
                with pytest.raises(BrineryError, match=f"The runs can't be .*{words}"):
                    ask()
        assert (tmp_path / "mine.csv").is_file()
        assert list(here.folder.glob("[!.]*")) == []
        assert here.all() == []
    assert ended(here.start(REQUEST, mine, take=True)).state == "done"
    assert not (tmp_path / "mine.csv").exists()


def goes_away(patch, error):
    """Have every request fail, those that s3fs makes and those that it is asked to make."""

    async def fails(*_, **__):
        raise error

    patch.setattr(s3fs.S3FileSystem, "_call_s3", fails)
    patch.setattr(s3fs.S3FileSystem, "call_s3", sync_wrapper(fails))


def test_a_store_that_is_away_for_a_while_costs_no_answers(
    servers, table, pool, whole, monkeypatch
):
    monkeypatch.setattr(keeper, "MINE_SECONDS", 2.0)
    monkeypatch.setattr(watch, "SILENT_SECONDS", 2.5)
    here = servers(halting(pool))
    here.resume()
    run = begun(here, table)
    with pytest.MonkeyPatch.context() as away:
        goes_away(away, ConnectionError())
        here.pool.go.set()
        wait_until(lambda: run.state == "waiting", 30)
    wait_until(lambda: state(here, run.id) == "done", 30)
    assert output(here, run.id) == whole[0]


def test_who_writes_into_the_bucket_reads_no_file_of_the_server(servers, table):
    here = servers()
    run = ended(here.start(REQUEST, table))
    journal, files = here._place.journal, store()
    (first,) = [event for event in events(here, run.id) if event["kind"] == "asked"]
    files.pipe_file(f"{here.url}/journal/planted/000001.json", json.dumps(first).encode())
    first["request"]["offered"] = {"place": str(table), "n_bytes": 1, "mark": ""}
    journal.add("a-server-did-it", 1, "asked", request=first["request"])
    files.pipe_file(f"{here.url}/journal/broken/000001.json", b"{")
    files.pipe_file(f"{here.url}/journal/deep/000001.json", b"[" * 100_000)
    files.pipe_file(f"{here.url}/journal/a b/000001.json", b"{}")
    assert [one.id for one in here.all()] == [run.id]
    for id in ("planted", "a-server-did-it", "broken", "deep"):
        assert here.find(id) is None


def test_without_the_key_nobody_makes_a_run_say_or_give_anything(servers, table, caplog):
    here = servers()
    run, other = (ended(here.start(REQUEST, table)) for _ in range(2))
    files, found = store(), here.find(other.id)
    files.pipe_file(f"{here.url}/files/{other.id}/{found.kept['name']}", b"id,prediction\n1,yes\n")
    with pytest.raises(ReadError, match="has changed"):
        output(here, other.id)
    *_, last = files.ls(f"{here.url}/journal/{run.id}", detail=False)
    event = json.loads(files.cat_file(last))
    event["receipt"]["n_rows"] = 3
    files.pipe_file(last, json.dumps(event).encode())
    there = servers()
    there._place.journal.remote.forget()  # as in another process
    assert there.find(run.id) is None
    assert [one.id for one in there.all()] == [other.id]
    assert caplog.text.count("bears no seal") == 1, "it is said once"


def test_forged_answers_are_asked_anew(servers, table, pool, whole):
    here, there = servers(halting(pool)), servers(Halting(pool, 10**6))
    run = begun(here, table)
    wait_until(lambda: len(parts_of(here, run)) > 1, 30)
    stopping = threading.Thread(target=here.shutdown)
    stopping.start()
    wait_until(run.stop.is_set, 30)
    here.pool.go.set()
    stopping.join()
    files, n_parts = store(), len(parts_of(here, run))
    one, two = (files.cat_file(place) for place in parts_of(here, run)[:2])
    assert one[64:96] != two[64:96], "the digest of the question"
    forged = one[:96] + two[96:]  # with the digest of the answers that are now in it
    files.pipe_file(parts_of(here, run)[0], forged)
    there.resume()
    wait_until(lambda: state(there, run.id) == "done", 30)
    assert output(there, run.id) == whole[0]
    assert there.pool.n_asked > N // 4096 - n_parts


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small disk")
def test_a_server_without_room_stops_a_run_which_another_goes_on_with(
    servers, table, pool, whole, tmp_path
):
    disk = tmp_path / "disk 1"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(disk)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip(f"no small disk: {mounted.stderr.decode()}")
    try:
        here, there = servers(Halting(pool, 0)), servers()
        run = left(here, table)
        with pytest.raises(CannotWrite, match="No space left"):
            there.start(REQUEST, table)
        there.resume()
        wait_until(lambda: state(there, run.id) == "stopped", 30)
        assert "No space left on device" in there.find(run.id).problem
        there.shutdown()
        servers().again(run.id)
        wait_until(lambda: state(there, run.id) == "done", 30)
        assert output(there, run.id) == whole[0]
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


@contextlib.contextmanager
def elsewhere(place, server, shelf, run):
    """Have a run under way in another process, with its runs' disk below a place."""
    place.mkdir()
    for name in ("models", "key"):
        (place / name).symlink_to(Path(shelf.models).with_name(name))
    command = [sys.executable, running.__file__, str(place), server.url, str(MOST_CHUNKS + 2)]
    process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)})
    try:
        wait_until(lambda: state(server, run.id) == "running" and server.find(run.id).n_done, 60)
        wait_until(lambda: parts_of(server, run), 10)
        yield process
    finally:
        process.kill()
        process.wait()


@linux
@pytest.mark.parametrize(
    "how", [signal.SIGKILL, pytest.param(signal.SIGSTOP, marks=pytest.mark.slow)]
)
def test_another_server_takes_up_what_one_was_killed_or_fell_asleep_over(
    servers, table, pool, shelf, whole, tmp_path, soon, how
):
    run = left(servers(Halting(pool, 0)), table)
    there = servers(Halting(pool, 10**6))
    with elsewhere(tmp_path / "killed", there, shelf, run) as process:
        process.send_signal(how)
        there.resume()
        wait_until(lambda: state(there, run.id) == "done", 30)
        assert there.pool.n_asked < N // 4096
        if how == signal.SIGSTOP:
            process.send_signal(signal.SIGCONT)
            assert process.wait(40) == 0
    assert output(there, run.id) == whole[0]
    assert there.find(run.id).receipt().answers == whole[1].answers
    kinds = [event["kind"] for event in events(there, run.id) if event["kind"] != "working"]
    assert kinds == ["asked", "taken", "laid down", "taken", "taken", "done"]


@linux
def test_a_server_that_was_killed_takes_its_own_up_at_once_when_it_starts_again(
    servers, table, pool, shelf, whole, tmp_path, never
):
    run = left(servers(Halting(pool, 0)), table)
    other, place = servers(Halting(pool, 10**6)), tmp_path / "killed"
    with elsewhere(place, other, shelf, run) as process:
        other.resume()
        process.send_signal(signal.SIGSTOP)  # it is not gone, and may wake up
        beside = servers(Halting(pool, 10**6), disk=place / "runs")
        beside.resume()
        time.sleep(1)
        beside.shutdown()
        assert state(other, run.id) == "running"
    again = servers(Halting(pool, 10**6), disk=place / "runs")
    again.resume()
    wait_until(lambda: state(other, run.id) == "done", 60)
    assert output(other, run.id) == whole[0]
    assert again.pool.n_asked < N // 4096
    assert (beside.pool.n_asked, other.pool.n_asked) == (0, 0)


@linux
def test_what_waited_or_was_to_be_cancelled_when_a_server_was_killed_waits_no_longer(
    servers, table, bucket, shelf, tmp_path, never
):
    place, other = tmp_path / "killed", servers()
    request = dataclasses.replace(REQUEST, at=now())
    killed = inbucket.InBucket(f"{bucket}/runs", place, shelf.keys, threading.Event())
    waiting, cancelled = (
        killed.begin(request, table, take=False, progress=lambda *_: None) for _ in range(2)
    )
    with killed.hold(cancelled):
        while not other.find(cancelled.id).is_cancelling:  # what is told so often may come first
            other.cancel(cancelled.id)
    killed.close()
    servers(disk=place).resume()
    wait_until(lambda: state(other, cancelled.id) == "cancelled", 60)
    wait_until(lambda: state(other, waiting.id) == "done", 60)
