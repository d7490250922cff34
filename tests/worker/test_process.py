import json
import os

import pytest

from brinery.errors import WorkerFailed


def test_a_worker_is_confined(pool, jobs):
    seen = json.loads(pool.submit(jobs.seen).result(30))
    assert seen["session"]
    assert seen["no_new_privileges"] == 1
    assert not seen["root"]
    assert seen["niceness"] > os.nice(0)  # training gives way to scoring
    assert seen["threads"] == 1
    assert len(seen["open_files"]) <= 5  # the three standard ones, its socket, its own maps


def test_a_worker_knows_no_secret_of_the_server(make_pool, jobs, monkeypatch):
    monkeypatch.setenv("BRINERY_TOKEN", "a secret")
    seen = json.loads(make_pool().submit(jobs.seen).result(30))
    assert "a secret" not in seen["environment"].values()
    assert seen["environment"]["OMP_NUM_THREADS"] == "1"


def test_a_worker_writes_no_file(pool, jobs, tmp_path):
    with pytest.raises(WorkerFailed, match="PermissionError"):
        pool.submit(jobs.write, str(tmp_path / "out")).result(30)


def test_a_worker_that_prints_does_not_disturb_the_answer(pool, jobs):
    assert pool.submit(jobs.chatter).result(30) == b"said"


def test_the_memory_limit_leaves_room_for_arrow(pool, jobs):
    assert pool.submit(jobs.arrow).result(30) == b"100000"


@pytest.mark.parametrize("kind", ["boosting", "forest"])
def test_models_fit_and_predict_with_all_cores_in_a_forked_worker(pool, jobs, kind):
    n_cores, n_threads, after, is_good = json.loads(
        pool.submit(jobs.fit_and_predict, kind, timeout_seconds=60).result(90)
    )
    assert n_threads == n_cores
    assert after == 1
    assert is_good
