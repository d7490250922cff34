"""Chunks of a run on a Dask cluster: the same bytes, the same door, and what is wrong in words."""

import contextlib
import dataclasses
import errno
import importlib.util
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from brinery.cli import main
from brinery.errors import Cancelled, UnsafePickle, WorkerFailed
from brinery.registry.prove import ready
from brinery.registry.shelf import Shelf
from brinery.scoring.answer import answer
from brinery.scoring.tofile import to_file
from brinery.settings import Settings
from brinery.worker import cluster as module
from brinery.worker.pool import Pool
from brinery.worker.protocol import Pickled
from tests.killing import descendants, wait_until
from tests.scoring.people import few_columns as people

ROOT = Path(__file__).parents[2]
N = 300_000


class Cluster:
    """A scheduler and two workers, each a process of its own."""

    def __init__(self, folder: Path, n_workers: int = 2, address: str = "") -> None:
        self.folder, self.address = folder, address
        if not address:
            with socket.create_server(("127.0.0.1", 0)) as free:
                self.address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        self.environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        port = self.address.rpartition(":")[2]
        self.scheduler = self.run("scheduler", "--host", "127.0.0.1", "--port", port)
        self.workers = [self.worker() for _ in range(n_workers)]

    def run(self, *words: str) -> subprocess.Popen:
        command = [sys.executable, "-m", "dask", *words, "--no-dashboard"]
        with (self.folder / f"{words[0]}.log").open("ab") as log:
            return subprocess.Popen(
                command, env=self.environment, stdout=log, stderr=log, cwd=self.folder
            )

    def worker(self) -> subprocess.Popen:
        return self.run(
            "worker", self.address, "--nthreads", "1", "--host", "127.0.0.1", "--no-nanny"
        )  # fmt: skip

    def is_up(self) -> bool:
        told = (self.folder / "scheduler.log").read_text()
        return "Scheduler at" in told and told.count("Register worker") >= len(self.workers)

    def stop(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        wait_until(made.is_up, 60)
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "people.csv"
    people(N, 2).to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def far(cluster):
    with Pool(Settings(n_workers=1, scheduler=cluster.address)) as pool:
        yield pool


def scored(shelf, table, pool, out, **more):
    written = to_file(ready(shelf, "m", pool), table, out, pool, **more)
    return out.read_bytes(), written.answers


@pytest.fixture(scope="module")
def local(shelf, table, tmp_path_factory):
    with Pool(Settings(n_workers=2)) as pool:
        return scored(shelf, table, pool, tmp_path_factory.mktemp("local") / "out.csv")


def test_the_same_bytes_through_the_local_pool_through_dask_and_from_a_bucket(
    shelf, table, local, far, bucket, tmp_path
):
    assert far.most_chunks() == 4, "two chunks for each of the two workers"
    assert scored(shelf, table, far, tmp_path / "dask.csv") == local
    import s3fs

    store = s3fs.S3FileSystem(skip_instance_cache=True)
    store.put(shelf.models, f"{bucket}/models", recursive=True)
    behind = dataclasses.replace(shelf, models=f"{bucket}/models")
    assert scored(behind, table, far, tmp_path / "bucket.csv") == local


def test_from_a_shell_and_nothing_is_unpickled_there(cluster, shelf, table, local, tmp_path):
    guarded = (
        "import sys\n"
        "from brinery.cli import main\n"
        "from brinery.safety.guard import forbid_unpickling\n"
        "forbid_unpickling()\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    out = tmp_path / "out.csv"
    told = subprocess.run(
        [
            sys.executable, "-c", guarded, "score", "m", str(table), "--models", shelf.models,
            "--out", str(out), "--scheduler", cluster.address,
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    assert out.read_bytes() == local[0]


def test_a_hostile_pickle_is_refused_by_the_door_there(far, tmp_path):
    mark = tmp_path / "mark"
    data = b"cposix\nsystem\n(S'touch " + str(mark).encode() + b"'\ntR."
    with pytest.raises(UnsafePickle, match="posix"):
        far.submit(
            answer, bytes(2**20), "predict", pickled=Pickled("00", data, trained_here=True)
        ).result()
    assert not mark.exists()


class AtFirst:
    """Keeps nothing of a run, and does something once its first chunk is there."""

    def __init__(self, what):
        self.what, self.is_done = what, False

    def get(self, _number, _asked):
        return None

    def put(self, _number, _asked, _answers):
        if not self.is_done:
            self.is_done = True
            self.what()


def test_a_worker_that_is_killed_costs_its_chunk(cluster, shelf, table, local, far, tmp_path):
    def kill_one():
        worker = cluster.workers[0]
        worker.kill()
        worker.wait()
        cluster.workers[0] = cluster.worker()

    kept = AtFirst(kill_one)
    assert scored(shelf, table, far, tmp_path / "out.csv", kept=kept) == local
    assert kept.is_done


def test_a_model_process_that_is_killed_costs_its_chunk(
    cluster, shelf, table, local, far, tmp_path
):
    killed = []

    def kill_models():
        for pid, _ in [of for one in cluster.workers for of in descendants(one.pid)]:
            with contextlib.suppress(OSError):  # it may just have ended
                if Path(f"/proc/{pid}").stat().st_uid:  # in its sandbox it has left root behind
                    os.kill(pid, signal.SIGKILL)
                    killed.append(pid)

    assert scored(shelf, table, far, tmp_path / "out.csv", kept=AtFirst(kill_models)) == local
    assert killed or os.getuid()


def test_a_run_that_is_cancelled_leaves_the_cluster_to_the_next(shelf, table, local, far, tmp_path):
    def cancelled(_):
        raise Cancelled("The run was cancelled.")

    with pytest.raises(Cancelled):
        scored(shelf, table, far, tmp_path / "out.csv", progress=cancelled)
    assert scored(shelf, table, far, tmp_path / "out.csv") == local


def test_other_versions_are_refused():
    here = module.installed()
    with pytest.raises(WorkerFailed, match=r"has numpy 1\.0, and the server .*could differ"):
        module.require_same(here, {**here, "numpy": "1.0"})


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nowhere"])
def test_a_scheduler_that_does_not_answer(shelf, table, address, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "1s")
    out = tmp_path / "out.csv"
    words = ["score", "m", str(table), "--models", shelf.models, "--out", str(out)]
    assert main([*words, "--scheduler", address]) == 1
    told = capsys.readouterr().err
    assert f"{address}: The Dask scheduler does not answer" in told
    assert "correct BRINERY_SCHEDULER or --scheduler" in told
    assert not out.exists()


def test_few_rows_are_answered_while_the_cluster_is_away(shelf, tmp_path):
    table = tmp_path / "few.csv"
    people(50, 3).to_csv(table, index=False)
    with Pool(Settings(n_workers=1, scheduler="tcp://127.0.0.1:9")) as pool:
        scored(shelf, table, pool, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").is_file()


def test_a_cluster_without_workers_and_one_whose_scheduler_dies(shelf, table, tmp_path):
    made = Cluster(tmp_path, n_workers=0)
    try:
        wait_until(made.is_up, 60)
        with Pool(Settings(scheduler=made.address)) as pool:
            with pytest.raises(WorkerFailed, match=r"no worker.*`dask worker tcp://"):
                pool.most_chunks()
            made.workers.append(made.worker())
            wait_until(made.is_up, 60)
            out = tmp_path / "out.csv"
            with pytest.raises(WorkerFailed, match=r"can't be reached any more.*take the run up"):
                scored(shelf, table, pool, out, kept=AtFirst(made.scheduler.kill))
            assert not out.exists()
    finally:
        made.stop()


def test_a_scheduler_that_was_away_for_long_is_found_again(
    shelf, table, local, tmp_path, monkeypatch
):
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "1s")
    out, first, second = (tmp_path / name for name in ("out.csv", "first", "second"))
    first.mkdir()
    second.mkdir()
    made = Cluster(first, n_workers=1)
    try:
        wait_until(made.is_up, 60)
        with Pool(Settings(scheduler=made.address)) as pool:
            assert scored(shelf, table, pool, out) == local
            made.stop()
            with pytest.raises(WorkerFailed, match="scheduler"):
                scored(shelf, table, pool, out)
            made = Cluster(second, n_workers=1, address=made.address)
            wait_until(made.is_up, 60)
            assert scored(shelf, table, pool, out) == local
    finally:
        made.stop()


def test_a_model_of_an_environment_of_its_own_needs_no_cluster():
    with Pool(Settings(scheduler="tcp://127.0.0.1:9")) as pool:
        assert pool.most_chunks("one") > 2 * os.cpu_count()


@pytest.mark.parametrize(
    "error",
    [
        OSError("Timed out trying to connect to tcp://x:1 after 30 s"),
        ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"),
        TimeoutError("No valid workers found"),
    ],
)
def test_a_cluster_that_is_lost_in_a_search_is_told_so(cluster, error):
    with (
        pytest.raises(WorkerFailed, match="The cluster was lost in the middle"),
        module.asked(cluster.address),
    ):
        raise error


def test_a_full_disk_is_not_taken_for_a_lost_cluster(cluster):
    with (
        pytest.raises(OSError, match="No space left") as raised,
        module.asked(cluster.address),
    ):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert raised.value.errno == errno.ENOSPC


def test_dask_is_not_installed(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with (
        Pool(Settings(scheduler="tcp://x:1")) as pool,
        pytest.raises(WorkerFailed, match=r"not installed.*pip install 'brinery\[dask\]'"),
    ):
        pool.most_chunks()


def test_the_folds_of_a_search_are_fitted_on_the_cluster(cluster, tmp_path, capsys):
    table = people(600, 3)
    left = table["income"] + 20 * table["age"] > 4000
    path = tmp_path / "people.csv"
    table.assign(left=left.map({True: "yes", False: "no"})).to_csv(path, index=False)
    models = str(tmp_path / "models")
    words = ["train", str(path), "--target", "left", "--name", "m", "--models", models]
    assert main([*words, "--seconds", "5", "--scheduler", cluster.address]) == 0
    assert Shelf(models, Settings.from_environment().key_place).card("m").training.recipe
    told = (cluster.folder / "worker.log").read_text()
    assert "Error" not in told
