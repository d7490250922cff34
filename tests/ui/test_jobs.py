"""Jobs: found again by their id, and not kept for ever."""

from concurrent.futures import Future

import pytest

from brinery.errors import CannotLearn
from ui import jobs


@pytest.fixture
def start():
    """Give a function that starts a job whose outcome is there at once; None runs on."""
    all_jobs = jobs.Jobs()

    def start(outcome):
        future: Future[bytes] = Future()
        if isinstance(outcome, Exception):
            future.set_exception(outcome)
        elif outcome == "cancelled":
            future.cancel()
        elif outcome is not None:
            future.set_result(outcome)
        return all_jobs, all_jobs.start(lambda _progress: future, {})

    return start


def test_the_last_ones_are_kept_and_those_that_run(start):
    _, runs = start(None)
    ids = [start(b"x")[1].id for _ in range(25)]
    found, _ = start(None)
    assert found.find(runs.id)
    assert [found.find(one) is not None for one in ids] == [False] * 5 + [True] * 20
    assert found.find(None) is None


def test_large_results_are_forgotten_sooner_but_never_the_last(start, monkeypatch):
    monkeypatch.setattr(jobs, "_KEPT_BYTES", 100)
    ids = [start(b"x" * 60)[1].id for _ in range(3)]
    for outcome in (CannotLearn("No."), ZeroDivisionError(), "cancelled"):
        start(outcome)
    found, _ = start(b"x" * 30)
    assert [found.find(one) is not None for one in ids] == [False, False, True]
    found, large = start(b"x" * 200)
    assert found.find(large.id)
