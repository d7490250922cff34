"""Which version answers: put live after a comparison, going back, archived, and the timeline."""

import json
import os
import signal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brinery.errors import CannotPutLive, NotOnShelf
from brinery.registry import events, storage
from brinery.registry.live import Compared, before, put_live, roll_back, turns


@pytest.fixture
def three(shelf):
    for slope in (2.0, 3.0, 4.0):
        shelf.save(slope=slope, by="ann")
    return shelf.shelf


def put(shelf, version, *, against, why="better", by="bob"):
    put_live(shelf, "bread", version, Compared(against, 900, 12, "may.csv"), why=why, by=by)


def test_a_version_is_put_live_with_what_it_was_compared_with(three):
    put(three, 2, against=1, why="  fewer wrong alarms ")
    assert three.resolve("bread") == ("bread", 2)
    first, second = turns(three.events("bread"))
    assert (first.version, first.by, first.compared, first.until) == (1, "ann", None, second.since)
    assert (second.version, second.by, second.why) == (2, "bob", "fewer wrong alarms")
    assert second.compared == Compared(1, 900, 12, "may.csv")
    assert second.until == ""


@pytest.mark.parametrize(
    ("version", "against", "why", "words"),
    [
        (2, 1, " ", "A reason is missing"),
        (1, 1, "x", "in use already"),
        (2, 3, "x", r"in use now, which is 1\. Compare it with version 1"),
    ],
)
def test_what_is_not_put_live(three, version, against, why, words):
    with pytest.raises(CannotPutLive, match=words):
        put(three, version, against=against, why=why)
    assert len(turns(three.events("bread"))) == 1
    with pytest.raises(NotOnShelf, match="no version or alias “9”"):
        put(three, 9, against=1)


def test_of_two_at_once_the_first_holds_and_the_other_is_told(three, monkeypatch):
    add = events.add

    def late(*given, **more):
        monkeypatch.setattr(events, "add", add)
        put(three, 3, against=1, by="eve")
        return add(*given, **more)

    monkeypatch.setattr(events, "add", late)
    with pytest.raises(CannotPutLive, match="in use now, which is 3"):
        put(three, 2, against=1)
    assert three.resolve("bread") == ("bread", 3)
    assert [turn.version for turn in turns(three.events("bread"))] == [1, 3]


def test_going_back_goes_further_back_each_time(three):
    put(three, 2, against=1)
    put(three, 3, against=2)
    assert roll_back(three, "bread", by="eve") == 2
    assert roll_back(three, "bread", by="eve", why="that one too") == 1
    assert three.resolve("bread") == ("bread", 1)
    with pytest.raises(CannotPutLive, match="No other version was in use before"):
        roll_back(three, "bread")
    told = [(turn.version, turn.back_from, turn.why) for turn in turns(three.events("bread"))]
    assert told[-2:] == [(2, 3, "back from version 3"), (1, 2, "that one too")]


def test_what_is_deleted_or_archived_is_left_out_on_the_way_back(three):
    put(three, 2, against=1)
    put(three, 3, against=2)
    three.archive("bread", 2, why="wrong prices")
    assert before(three.events("bread"), three.versions("bread")) == 1
    three.restore("bread", 2)
    assert before(three.events("bread"), three.versions("bread")) == 2
    three.add_event("bread", "deleted", version=3)
    assert three.resolve("bread") == ("bread", 2)
    assert before(three.events("bread"), three.versions("bread")) == 1


def test_a_version_is_archived_by_itself_and_still_there(three):
    three.archive("bread", 2, by="ann", why="wrong prices")
    assert three.resolve("bread@2") == ("bread", 2)
    assert [entry.archived for entry in three.entries()] == [False]
    with pytest.raises(CannotPutLive, match=r"archived\. Restore it first"):
        put(three, 2, against=1)
    with pytest.raises(CannotPutLive, match="Put another version in use first"):
        three.archive("bread", 1)
    with pytest.raises(NotOnShelf, match="no version or alias “9”"):
        three.archive("bread", 9)


def test_a_kill_before_each_step_leaves_the_old_or_the_new_version_live(three):
    """As when the power goes: a child dies before each of its steps on the disk in turn."""
    put(three, 2, against=1)
    seen, step = set(), 0
    while True:
        child = os.fork()
        if child == 0:
            left = [step]
            for name in ("open", "fsync", "link"):
                setattr(storage.os, name, _counted(getattr(os, name), left))
            live = three.resolve("bread")[1]
            put(three, 5 - live, against=live)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        live = three.resolve("bread")[1]
        assert live in (2, 3)
        seen.add(live)
        told = three.events("bread")
        assert [one["number"] for one in told] == list(range(1, len(told) + 1))
        if os.WIFEXITED(status):
            assert seen == {2, 3}
            return
        step += 1


def _counted(real, left):
    def call(*args, **options):
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1
        return real(*args, **options)

    return call


def test_a_field_of_a_later_program_does_no_harm(three):
    put(three, 2, against=1)
    path = Path(three.models, "bread", "events", "000004.json")
    event = json.loads(path.read_text())
    path.write_text(json.dumps({**event, "compared": {**event["compared"], "later": 1}}))
    assert turns(three.events("bread"))[-1].compared.n_changed == 12


@given(
    st.lists(
        st.tuples(st.sampled_from(["alias", "deleted"]), st.integers(1, 4), st.integers(0, 4)),
        max_size=12,
    )
)
def test_whatever_the_events_each_took_the_place_of_the_one_before(drawn):
    happened = [{"kind": "saved", "version": 1, "live": True, "instead_of": 0}]
    for kind, version, instead_of in drawn:
        told = {"alias": events.LIVE, "instead_of": instead_of} if kind == "alias" else {}
        happened.append({"kind": kind, "version": version, **told})
    state = events.fold(happened)
    versions = [version for version in range(1, 5) if version not in state.deleted]
    put_there = [0, *(turn.version for turn in turns(happened))]
    assert [event["instead_of"] for event in state.put_live] == put_there[:-1]
    if versions:
        live = state.live(versions)
        assert live in versions
        back = before(happened, versions)
        assert back is None or (back != live and back in versions and back in put_there)
