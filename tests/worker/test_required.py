"""BRINERY_REQUIRE_SANDBOX=1: what was not trained here is loaded only where the sandbox holds."""

import dataclasses

import pytest

from brinery.errors import NoSandbox
from brinery.worker import trial
from brinery.worker.trial import Tried


@pytest.fixture
def leaking(make_pool, monkeypatch):
    """A pool on a machine that blocks neither the network nor the disk."""

    def found(*_):
        return (
            Tried("open a network connection", "open", "The worker reached a listener."),
            Tried("fill the disk", "open", "The worker wrote a large file."),
            Tried("run for ever", "blocked"),
            Tried("read files", "untested"),
        )

    monkeypatch.setattr("brinery.worker.pool.try_all", found)
    return make_pool(require_sandbox=True)


def test_a_strangers_pickle_is_refused_with_what_is_missing(leaking, jobs, pickled):
    with pytest.raises(NoSandbox, match="can still open a network connection and fill the disk"):
        leaking.submit(jobs.shape, 1, pickled=pickled([1]))


def test_what_was_trained_here_is_loaded(leaking, jobs, pickled):
    ours = dataclasses.replace(pickled([1]), trained_here=True)
    assert leaking.submit(jobs.shape, 1, pickled=ours).result(30) == b"list 1"
    assert leaking.submit(jobs.echo, b"", "a", 1).result(30) == b" a 1"


def test_where_it_holds_a_strangers_pickle_is_loaded(make_pool, jobs, pickled, monkeypatch):
    monkeypatch.setattr("brinery.worker.pool.try_all", lambda *_: (Tried("fork", "blocked"),))
    pool = make_pool(require_sandbox=True)
    assert pool.submit(jobs.shape, 1, pickled=pickled([1])).result(30) == b"list 1"


def test_it_is_tried_once(make_pool, monkeypatch):
    times = []

    def counted(*_):
        times.append(1)
        return (Tried("fork", "blocked"),)

    monkeypatch.setattr("brinery.worker.pool.try_all", counted)
    pool = make_pool()
    assert pool.sandbox() == pool.sandbox()
    assert len(times) == 1


def test_a_lost_worker_and_an_odd_answer_are_not_taken_for_a_block(pool, jobs):
    def outcome(job):
        return trial._outcome("try", pool.submit(job)).state

    assert outcome(jobs.vanish) == "open"
    assert outcome(jobs.chatter) == "open"
