"""What holds for every test."""

import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from brinery.settings import Settings
from brinery.worker.pool import Pool
from tests.killing import wait_until


@pytest.fixture(autouse=True, scope="session")
def _settings_of_nobody(tmp_path_factory) -> Iterator[None]:
    """No test reads the developer's settings or writes into their home."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("BRINERY_")]:
            patch.delenv(name)
        for place in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
            patch.setenv(place, str(tmp_path_factory.mktemp(place)))
        yield


@pytest.fixture
def in_an_empty_folder(tmp_path, monkeypatch) -> None:
    """What a test writes beside itself goes nowhere."""
    monkeypatch.chdir(tmp_path)


class LastingPool(Pool):
    """A pool whose processes go on to the next test; its calls end with the test, as in any."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.submitted: list[Future[bytes]] = []

    def submit(self, *args, **options):
        self.submitted.append(super().submit(*args, **options))
        return self.submitted[-1]

    def shutdown(self, *_, **__) -> None:
        for call in self.submitted:
            call.cancel()
        self.submitted.clear()


@pytest.fixture(scope="session")
def lend_pool() -> Iterator[Callable[[Settings], Pool]]:
    """Give a function that gives the same pool for all settings that mean the same to a pool."""
    lent: dict[Settings, LastingPool] = {}

    def lend(settings: Settings) -> Pool:
        meant = Settings(
            n_workers=settings.n_workers,
            allow=settings.allow,
            environments_path=settings.environments_path,
            require_sandbox=settings.require_sandbox,
            scheduler=settings.scheduler,
            worker_memory_bytes=settings.worker_memory_bytes,
            worker_seconds=settings.worker_seconds,
            training_seconds=settings.training_seconds,
        )
        if meant not in lent:
            lent[meant] = LastingPool(settings)
        return lent[meant]

    yield lend
    for pool in lent.values():
        Pool.shutdown(pool, cancel_futures=True)


@pytest.fixture
def lasting_pools(lend_pool, monkeypatch) -> None:
    """What starts a pool of its own takes one that is there: to start one takes a second."""
    monkeypatch.setattr("brinery.worker.pool.Pool", lend_pool)
    monkeypatch.setattr("brinery.cli.score.Pool", lend_pool)
    monkeypatch.setattr("brinery.registry.prove.Pool", lend_pool)


@pytest.fixture(scope="session")
def _store(tmp_path_factory) -> Iterator[str]:
    """An S3 store of its own process, by its address."""
    port = tmp_path_factory.mktemp("store") / "port"
    script = Path(__file__).with_name("store.py")
    process = subprocess.Popen([sys.executable, str(script), str(port)], stderr=subprocess.DEVNULL)
    try:
        wait_until(port.exists, 60)
        yield f"http://127.0.0.1:{port.read_text()}"
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="session")
def new_bucket(_store) -> Callable[[pytest.MonkeyPatch], str]:
    """Give a function that makes an empty bucket, whose store the environment names then."""

    def make(patch: pytest.MonkeyPatch) -> str:
        for name, value in {
            "AWS_ENDPOINT_URL": _store,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }.items():
            patch.setenv(name, value)
        import s3fs

        url = f"s3://shelf-{uuid.uuid4().hex[:12]}"
        s3fs.S3FileSystem(skip_instance_cache=True).mkdir(url)
        return url

    return make


@pytest.fixture
def bucket(new_bucket, monkeypatch) -> str:
    """The URL of a new and empty bucket, whose store the environment names."""
    return new_bucket(monkeypatch)
