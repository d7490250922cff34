import gc
import os
import signal
import subprocess
import sys
import threading
import time
import weakref
from concurrent.futures import wait
from pathlib import Path

import pytest

from brinery.errors import Cancelled, CannotScore, UnsafePickle, WorkerFailed, WorkerLost
from brinery.worker.lane import Lane

PATIENCE = 30
ROOT = Path(__file__).parents[2]
SUPPORT = Path(__file__).with_name("support")


def lives(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until_gone(pids):
    end = time.monotonic() + PATIENCE
    while any(lives(pid) for pid in pids) and time.monotonic() < end:
        time.sleep(0.02)
    return not any(lives(pid) for pid in pids)


def test_a_call_takes_bytes_text_and_numbers_and_gives_bytes(pool, jobs):
    assert pool.submit(jobs.echo, b"\x00salt", "dill", 1.5).result(PATIENCE) == b"\x00salt dill 1.5"


def test_large_bytes_go_in_and_out(pool, jobs):
    data = os.urandom(20 * 2**20)
    assert pool.submit(jobs.echo, data, "", 0).result(PATIENCE)[: len(data)] == data


def test_what_was_sent_is_let_go_of_once_it_is_answered(pool, jobs):
    pool.submit(jobs.echo, b"", "", 0).result(PATIENCE)
    gc.collect()
    gc.disable()
    try:
        call = pool.submit(jobs.echo, bytes(2**20), "", 0)
        call.result(PATIENCE)
        is_held = weakref.ref(call)
        del call
        end = time.monotonic() + PATIENCE
        while is_held() is not None and time.monotonic() < end:
            time.sleep(0.01)
        assert is_held() is None
    finally:
        gc.enable()


def test_a_function_gets_the_loaded_object_first(pool, jobs, pickled):
    assert pool.submit(jobs.shape, 3, pickled=pickled([1])).result(PATIENCE) == b"list 3"


def test_a_worker_serves_one_pickle_for_its_life(pool, jobs, pickled):
    def pid_for(value, **more):
        return pool.submit(jobs.pid, pickled=pickled(value), **more).result(PATIENCE)

    first = pid_for(["a"])
    assert pid_for(["a"]) == first
    assert pid_for(["b"]) != first
    assert pid_for(["a"]) == first
    assert pid_for(["a"], fresh=True) != first


def test_a_call_that_runs_can_be_asked_to_finish_with_what_it_has(pool, jobs):
    has_begun = threading.Event()
    call = pool.submit(jobs.wait_to_finish, PATIENCE, progress=lambda _: has_begun.set())
    assert has_begun.wait(PATIENCE)
    assert call.finish()
    assert call.result(PATIENCE) == b"finished early"
    assert not call.finish()


def test_a_call_that_waits_can_be_asked_to_finish_as_soon_as_it_begins(pool, jobs):
    call = pool.submit(jobs.wait_to_finish, PATIENCE)
    assert call.finish()
    assert call.result(PATIENCE) == b"finished early"


def test_the_wish_to_finish_comes_too_late_for_none_but_its_own_call(pool, jobs, pickled):
    for _ in range(20):
        call = pool.submit(jobs.shape, 3, pickled=pickled([1]))
        call.finish()
        assert call.result(PATIENCE) == b"list 3"


def test_idle_workers_are_few(make_pool, jobs, pickled):
    pool = make_pool()
    for value in range(8):
        pool.submit(jobs.pid, pickled=pickled([value])).result(PATIENCE)
    wait([pool.submit(jobs.echo, b"", "", 0)])
    assert len(pool.pids()) <= 2 + 2 + 3  # idle, spare idle; server, blank, one that ends


def test_errors_of_ours_cross_with_their_words(pool, jobs):
    with pytest.raises(CannotScore, match="age is missing") as caught:
        pool.submit(jobs.refuse).result(PATIENCE)
    assert caught.value.where == "age"
    assert caught.value.remedy == "Add it."


def test_other_errors_keep_their_text_for_the_log(pool, jobs, caplog):
    with pytest.raises(WorkerFailed, match=r"unforeseen way \(ValueError\)") as caught:
        pool.submit(jobs.stumble).result(PATIENCE)
    assert "secret" not in str(caught.value)
    assert "secret cell value" in caplog.text


@pytest.mark.parametrize(
    ("job", "words"),
    [
        ("devour", "more memory than the 4.0 GiB"),
        ("spread", "more memory than the 4.0 GiB"),
        ("crash", "SIGSEGV"),
        ("vanish", "memory ran short"),
        ("number", "unforeseen"),
    ],
)
def test_a_worker_that_fails_says_how_and_the_pool_goes_on(pool, jobs, job, words):
    with pytest.raises(WorkerFailed, match=words):
        pool.submit(getattr(jobs, job)).result(PATIENCE)
    assert pool.submit(jobs.echo, b"", "on", 1).result(PATIENCE) == b" on 1"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such signals")
def test_a_signal_without_a_name_ends_a_call_in_words(pool, jobs):
    for _ in range(3):  # more than there are threads that see such calls through
        with pytest.raises(WorkerLost, match="crashed \\(signal 40\\)"):
            pool.submit(jobs.signal_itself, 40).result(PATIENCE)


def test_a_hostile_pickle_is_refused_in_the_worker(pool, jobs, pickled):
    with pytest.raises(UnsafePickle, match=r"system"):
        pool.submit(jobs.shape, 1, pickled=pickled(os.system)).result(PATIENCE)


def test_only_functions_of_the_named_packages_are_called(pool):
    with pytest.raises(WorkerFailed, match="does not call"):
        pool.submit(os.path.join, "a", "b").result(PATIENCE)


def test_a_function_that_was_only_imported_is_not_called(pool):
    def borrowed():
        return b""

    borrowed.__module__, borrowed.__qualname__ = "brinery.worker.process", "send"
    with pytest.raises(WorkerFailed, match="no function"):
        pool.submit(borrowed).result(PATIENCE)


def test_progress_arrives_in_order(pool, jobs):
    said = []
    assert pool.submit(jobs.count, 5, progress=said.append).result(PATIENCE) == b"counted"
    assert [fields["done"] for fields in said] == [0, 1, 2, 3, 4]


def test_an_error_in_progress_reaches_the_caller_and_the_pool_goes_on(pool, jobs):
    def broken(fields):
        raise KeyError(fields["done"])

    with pytest.raises(KeyError, match="0"):
        pool.submit(jobs.count, 2, progress=broken).result(PATIENCE)
    assert pool.submit(jobs.count, 2).result(PATIENCE) == b"counted"


def test_a_running_call_can_be_cancelled(pool, jobs):
    call = pool.submit(jobs.nap, 600)
    while not call.running():
        time.sleep(0.01)
    started_at = time.monotonic()
    assert call.cancel()
    with pytest.raises(Cancelled, match="cancelled"):
        call.result(PATIENCE)
    assert call.cancelled()
    assert not call.cancel()
    assert time.monotonic() - started_at < 5


def test_a_waiting_call_can_be_cancelled(pool, jobs, pickled):
    held = pickled(["nap"])
    running = [pool.submit(jobs.nap, 600, pickled=held) for _ in range(2)]
    waiting = pool.submit(jobs.nap, 0, pickled=held)
    assert waiting.cancel()
    with pytest.raises(Cancelled, match="cancelled"):
        waiting.result(PATIENCE)
    for call in running:
        call.cancel()
    wait(running, PATIENCE)


def test_a_call_that_takes_too_long_is_ended(pool, jobs):
    with pytest.raises(WorkerFailed, match=r"longer than 0\.3 seconds"):
        pool.submit(jobs.nap, 600, timeout_seconds=0.3).result(PATIENCE)


def test_processor_time_is_limited_per_call(make_pool, jobs, pickled):
    pool = make_pool(worker_seconds=1)
    with pytest.raises(WorkerFailed, match="1 seconds of processor time"):
        pool.submit(jobs.burn, pickled=pickled([1])).result(PATIENCE)


def test_training_and_fresh_calls_do_not_keep_scoring_waiting(pool, jobs, pickled):
    naps = [pool.submit(jobs.nap, 600) for _ in range(4)]
    naps += [pool.submit(jobs.nap, 600, pickled=pickled([0]), fresh=True) for _ in range(4)]
    assert pool.submit(jobs.shape, 1, pickled=pickled([1])).result(PATIENCE) == b"list 1"
    for call in naps:
        call.cancel()
    wait(naps, PATIENCE)


def test_many_threads_may_use_one_pool(pool, jobs, pickled):
    held = [pickled([number]) for number in range(3)]
    answers = []

    def use(number):
        for times in range(10):
            call = pool.submit(jobs.shape, times, pickled=held[number % 3])
            answers.append(call.result(PATIENCE) == f"list {times}".encode())

    threads = [threading.Thread(target=use, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [True] * 80


def test_a_fork_server_that_dies_is_started_again(make_pool, jobs, pickled):
    pool = make_pool()
    before = pool.submit(jobs.pid, pickled=pickled([1])).result(PATIENCE)
    pids = pool.pids()
    os.kill(pids[0], signal.SIGKILL)
    assert until_gone(pids)
    assert pool.submit(jobs.pid, pickled=pickled([1])).result(PATIENCE) != before


def test_a_worker_that_died_while_idle_is_replaced(make_pool, jobs, pickled):
    pool = make_pool()
    before = int(pool.submit(jobs.pid, pickled=pickled([1])).result(PATIENCE))
    os.kill(before, signal.SIGKILL)
    assert until_gone([before])
    assert int(pool.submit(jobs.pid, pickled=pickled([1])).result(PATIENCE)) != before


def test_nothing_outlives_a_shutdown(make_pool, jobs):
    pool = make_pool()
    pool.warm()
    call = pool.submit(jobs.nap, 600)
    while not call.running():
        time.sleep(0.01)
    pids = pool.pids()
    pool.shutdown(wait=False)
    assert until_gone(pids)
    with pytest.raises(Cancelled, match="cancelled"):
        call.result(PATIENCE)
    with pytest.raises(RuntimeError, match="shut down"):
        pool.submit(jobs.nap, 0)
    pool.shutdown()
    gc.collect()


def test_a_call_that_comes_as_the_pool_ends_is_done(make_pool, jobs, monkeypatch):
    pool, put = make_pool(), Lane.put
    pool.warm()
    ending = threading.Thread(target=pool.shutdown)

    def late(lane, call):
        ending.start()
        ending.join(0.5)
        put(lane, call)

    monkeypatch.setattr(Lane, "put", late)
    assert pool.submit(jobs.echo, b"", "on", 1).result(PATIENCE) == b" on 1"
    ending.join(PATIENCE)


def test_leaving_the_block_waits_for_the_calls(make_pool, jobs):
    with make_pool() as pool:
        call = pool.submit(jobs.nap, 0.2)
    assert call.result(0) == b"slept"


def test_nothing_outlives_a_server_that_is_killed():
    program = f"""
import sys, time
sys.path[:0] = [{str(ROOT)!r}, {str(SUPPORT)!r}]
from brinery.settings import Settings
from brinery.worker.pool import Pool
from worker_calls import jobs
pool = Pool(Settings(n_workers=1), packages=("worker_calls",))
pool.warm()
call = pool.submit(jobs.nap, 600)
while len(pool.pids()) < 2:
    time.sleep(0.01)
print(*pool.pids(), flush=True)
time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as server:
        pids = [int(pid) for pid in server.stdout.readline().split()]
        assert len(pids) >= 2
        server.kill()
    assert until_gone(pids)
