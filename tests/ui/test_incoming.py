"""Large files come in piece by piece: whole, or not there."""

import asyncio
import errno
import os
import time
from pathlib import Path

import pytest

from brinery.errors import CannotWrite, NotOnShelf, ReadError
from ui import incoming as module
from ui.incoming import Incoming

DATA = os.urandom(1000)


@pytest.fixture
def incoming(tmp_path):
    return Incoming(tmp_path / "uploads", 5000)


def take(incoming, ticket, start, *pieces):
    async def sent():
        for piece in pieces:
            yield piece

    return asyncio.run(incoming.take(ticket, start, sent()))


def test_a_file_that_comes_in_pieces_is_there_once_it_is_whole(incoming):
    ticket = incoming.ticket()
    assert incoming.tell(ticket, "C:\\data\\people.csv", 1000) == 0
    assert take(incoming, ticket, 0, DATA[:100], DATA[100:400]) == 400
    assert incoming.arrived(ticket) is None
    assert incoming.tell(ticket, "people.csv", 1000) == 400
    assert take(incoming, ticket, 400, DATA[400:]) == 1000
    found = incoming.arrived(ticket)
    assert (found.path.read_bytes(), found.name, found.n_bytes) == (DATA, "people.csv", 1000)


def test_a_piece_that_does_not_follow_is_left_aside(incoming):
    ticket = incoming.ticket()
    incoming.tell(ticket, "people.csv", 1000)
    take(incoming, ticket, 0, DATA[:400])
    assert take(incoming, ticket, 300, DATA[300:]) == 400
    assert take(incoming, ticket, 500, DATA[500:]) == 400
    take(incoming, ticket, 400, DATA[400:])
    assert take(incoming, ticket, 0, DATA) == 1000
    assert incoming.arrived(ticket).path.read_bytes() == DATA


def test_another_file_takes_the_place_of_the_first(incoming):
    ticket = incoming.ticket()
    incoming.tell(ticket, "people.csv", 1000)
    take(incoming, ticket, 0, DATA)
    assert incoming.tell(ticket, "others.csv", 10) == 0
    assert incoming.arrived(ticket) is None
    take(incoming, ticket, 0, DATA[:10])
    assert incoming.arrived(ticket).name == "others.csv"


@pytest.mark.parametrize("ticket", ["", "..", "../models", "a/b", "unknown"])
def test_without_a_ticket_nothing_is_taken(incoming, ticket):
    incoming.ticket()
    with pytest.raises(NotOnShelf, match="ended"):
        incoming.tell(ticket, "people.csv", 10)
    with pytest.raises(NotOnShelf, match="ended"):
        take(incoming, ticket, 0, b"a")
    assert incoming.arrived(ticket) is None


def test_a_ticket_that_was_told_nothing_takes_nothing(incoming):
    ticket = incoming.ticket()
    with pytest.raises(NotOnShelf, match="ended"):
        take(incoming, ticket, 0, b"a")


def test_too_large_an_empty_and_a_changed_file_are_refused(incoming):
    ticket = incoming.ticket()
    with pytest.raises(ReadError, match="larger than 5 KiB"):
        incoming.tell(ticket, "people.csv", 5001)
    with pytest.raises(ReadError, match="empty"):
        incoming.tell(ticket, "people.csv", 0)
    incoming.tell(ticket, "people.csv", 100)
    with pytest.raises(ReadError, match="changed while it was sent"):
        take(incoming, ticket, 0, DATA[:101])
    assert incoming.arrived(ticket) is None


def test_a_disk_without_room_is_said_before_and_leaves_nothing_after(incoming, monkeypatch):
    ticket = incoming.ticket()
    usage = module.shutil.disk_usage(incoming.folder)
    with monkeypatch.context() as patch:
        patch.setattr(module.shutil, "disk_usage", lambda _: usage._replace(free=2000))
        with pytest.raises(CannotWrite, match="no room"):
            incoming.tell(ticket, "people.csv", 1000)
    incoming.tell(ticket, "people.csv", 1000)

    async def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(module.anyio.to_thread, "run_sync", full)
        with pytest.raises(CannotWrite, match="no room"):
            take(incoming, ticket, 0, DATA)
    assert incoming.n_here(ticket) == 0
    assert not (incoming.folder / ticket / "part").exists()


def test_what_was_left_is_cleared_after_a_day(incoming, monkeypatch):
    old = incoming.ticket()
    incoming.tell(old, "people.csv", 10)
    new = incoming.ticket()
    day = time.time() + 25 * 3600
    monkeypatch.setattr(module.time, "time", lambda: day)
    os.utime(incoming.folder / new, (day, day))
    incoming.clear()
    assert (incoming.is_good(old), incoming.is_good(new)) == (False, True)


def test_what_is_dropped_meanwhile_or_lies_there_by_chance_is_no_trouble(incoming, monkeypatch):
    dropped, left = incoming.ticket(), incoming.ticket()
    (incoming.folder / ".DS_Store").write_text("x")
    day = time.time() + 25 * 3600
    monkeypatch.setattr(module.time, "time", lambda: day)
    stat = Path.stat

    def gone(path, **how):
        if path.name == dropped:
            raise FileNotFoundError
        return stat(path, **how)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "stat", gone)
        incoming.clear()
    assert not incoming.is_good(left)


def test_a_file_is_on_the_disk_before_it_counts_as_whole(incoming, monkeypatch):
    ticket = incoming.ticket()
    incoming.tell(ticket, "people.csv", 1000)
    synced = []

    def sync(_fd):
        synced.append(((incoming.folder / ticket / "part").read_bytes(), incoming.arrived(ticket)))

    monkeypatch.setattr(module.os, "fsync", sync)
    take(incoming, ticket, 0, DATA[:400])
    take(incoming, ticket, 400, DATA[400:])
    assert synced == [(DATA, None)]
    assert incoming.arrived(ticket)
