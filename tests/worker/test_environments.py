"""Workers of another Python than the server's: a twin of it, so that no test needs the network."""

import dataclasses
import os
import threading
import time

import pytest

from brinery.environments.pins import of_this_server
from brinery.errors import NoEnvironment, UnsafePickle, WorkerFailed
from tests.environments.twin import make_twin

PINS = of_this_server()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("environments")
    make_twin(folder, PINS)
    return folder


@pytest.fixture
def own(make_pool, folder):
    return make_pool(environments_path=folder)


def in_it(pickled, value):
    return dataclasses.replace(pickled(value), environment=PINS.key)


def test_a_pickle_is_run_by_the_environment_that_it_names(own, jobs, pickled, folder):
    there = own.submit(jobs.home, pickled=in_it(pickled, [1])).result().decode()
    assert there == str(folder / PINS.key)
    assert own.submit(jobs.home, pickled=pickled([1])).result().decode() != there
    again = own.submit(jobs.home, pickled=in_it(pickled, [1])).result().decode()
    assert again == there


def test_a_call_without_a_pickle_can_name_one(own, jobs, folder):
    there = own.submit(jobs.home, environment=PINS.key).result().decode()
    assert there == str(folder / PINS.key)


def test_it_finds_the_program_and_nothing_that_lies_beside_it(own, jobs):
    ask = [own.submit(jobs.found, name, environment=PINS.key) for name in ("brinery", "benchmarks")]
    assert [call.result() for call in ask] == [b"True", b"False"]


def test_the_door_and_the_limits_are_the_same(own, jobs, pickled):
    with pytest.raises(UnsafePickle, match="not on the list"):
        own.submit(jobs.shape, 1, pickled=in_it(pickled, eval)).result()
    with pytest.raises(WorkerFailed, match="longer than"):
        own.submit(jobs.nap, 60, pickled=in_it(pickled, 1), timeout_seconds=0.2).result()


@pytest.mark.slow
def test_the_sandbox_holds_there_too(own):
    assert own.sandbox(PINS.key) == own.sandbox()


def test_one_that_is_not_built_is_said_and_harms_no_other(own, jobs, pickled):
    missing = dataclasses.replace(pickled(1), environment="0" * 16)
    with pytest.raises(NoEnvironment, match="brinery env build"):
        own.submit(jobs.home, pickled=missing).result()
    assert own.submit(jobs.home, pickled=pickled(1)).result()


def test_its_workers_end_when_it_is_left(own, jobs, pickled):
    pid = int(own.submit(jobs.pid, pickled=in_it(pickled, 1)).result())
    assert pid in own.pids()
    while not own.leave(PINS.key):
        time.sleep(0.01)
    assert pid not in own.pids()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert int(own.submit(jobs.pid, pickled=in_it(pickled, 1)).result()) != pid


def test_it_is_not_left_while_a_call_runs_in_it(own, jobs, pickled):
    begun = threading.Event()
    call = own.submit(
        jobs.count_and_nap, 60, pickled=in_it(pickled, 1), progress=lambda _: begun.set()
    )
    assert begun.wait(60)
    assert not own.leave(PINS.key)
    call.cancel()
