"""How much of the journal a server reads again and again, and that it misses nothing by that."""

import dataclasses
import threading
import time
from collections import Counter

import pytest
import s3fs
from fsspec.asyn import sync_wrapper

from brinery.registry import remote
from brinery.registry.events import now
from brinery.scoring import watch
from brinery.scoring.inbucket import InBucket
from brinery.scoring.run import Request, first_id
from brinery.settings import KeyPlace

DAY = 24 * 3600
N_OLD = 12


@pytest.fixture
def asked(monkeypatch):
    """Count what the store is asked, which tells ten objects at a time."""
    counted, ask = Counter(), s3fs.S3FileSystem._call_s3

    async def counting(self, method, *arguments, **more):
        counted[method] += 1
        return await ask(self, method, *arguments, **more)

    monkeypatch.setattr(s3fs.S3FileSystem, "_call_s3", counting)
    monkeypatch.setattr(s3fs.S3FileSystem, "call_s3", sync_wrapper(counting))
    monkeypatch.setattr(remote, "_PAGE", 10)
    return counted


@pytest.fixture
def place(bucket, tmp_path):
    keys = KeyPlace(tmp_path / "key")
    place = InBucket(f"{bucket}/runs", tmp_path / "runs", keys, threading.Event())
    yield place
    place.close()


def told(place, id, *kinds):
    offered = {"place": f"{place.objects.url}/x", "n_bytes": 1, "mark": ""}
    request = Request("m@1", "x.csv", "y.csv", at=now(), offered=offered)
    place.journal.add(id, 1, "asked", request=dataclasses.asdict(request))
    for number, kind in enumerate(kinds, start=2):
        place.journal.add(id, number, kind)


def old(number):
    return f"{first_id(time.time() - DAY + number)}{number:04d}"


def left(place, asked):
    asked.clear()
    ids = [run.id for run in place.left()]
    return ids, asked["list_objects_v2"]


def test_the_looks_of_a_server_do_not_grow_with_the_runs_that_are_kept(place, asked, monkeypatch):
    monkeypatch.setattr(watch, "SILENT_SECONDS", 0.0)
    for number in range(N_OLD):
        told(place, old(number), "taken", "done")
    assert left(place, asked) == ([], 4), "the first look is at all"
    assert left(place, asked) == ([], 1)
    id = place.begin(
        Request("m@1", "x.csv", "y.csv", at=now()), file_of(place), take=False, progress=nobody
    ).id
    left(place, asked)
    assert left(place, asked) == ([id], 1)
    assert asked.total() == 1, "what is known is not read again"


def nobody(*_):
    pass


def file_of(place):
    path = place.folder.with_name("x.csv")
    path.write_text("a\n1\n")
    return path


def test_what_was_asked_for_long_ago_and_is_still_under_way_stays_in_sight(
    place, asked, monkeypatch
):
    monkeypatch.setattr(watch, "SILENT_SECONDS", 0.2)
    for number in range(N_OLD):
        told(place, old(number), "taken", *(["done"] if number != N_OLD - 2 else []))
    assert left(place, asked) == ([], 4)
    assert left(place, asked) == ([], 1)
    time.sleep(0.3)
    assert left(place, asked) == ([old_id(place, N_OLD - 2)], 1)


def old_id(place, number):
    return next(run.id for run in place.all() if run.id.endswith(f"{number:04d}"))


def test_what_is_taken_up_again_elsewhere_after_long_is_seen_when_all_are_looked_at(
    place, asked, monkeypatch
):
    monkeypatch.setattr(watch, "SILENT_SECONDS", 0.0)
    told(place, old(0), "taken", "stopped")
    assert left(place, asked) == ([], 1)
    (run,) = place.all()
    place.again(run)
    assert left(place, asked)[0] == []
    monkeypatch.setattr(watch, "ALL_SECONDS", 0.0)
    left(place, asked)
    assert left(place, asked)[0] == [run.id]
