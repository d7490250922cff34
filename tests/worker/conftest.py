import hashlib
import pickle
import sys
from pathlib import Path

import pytest

from brinery.settings import Settings
from brinery.worker.pool import Pool
from brinery.worker.protocol import Pickled

SUPPORT = str(Path(__file__).with_name("support"))
PACKAGES = ("brinery", "worker_calls")


@pytest.fixture(scope="session")
def jobs():
    """Functions for workers, in a package that pool and workers both find."""
    sys.path.insert(0, SUPPORT)
    from worker_calls import jobs

    yield jobs
    sys.path.remove(SUPPORT)


@pytest.fixture
def make_pool(jobs):
    assert jobs  # a pool gives its workers the path that the fixture set
    made = []

    def make(**changes):
        made.append(Pool(Settings(n_workers=2, **changes), packages=PACKAGES))
        return made[-1]

    yield make
    for pool in made:
        pool.shutdown(cancel_futures=True)


@pytest.fixture(scope="session")
def pool(jobs):
    assert jobs
    with Pool(Settings(n_workers=2), packages=PACKAGES) as pool:
        pool.warm()
        yield pool


@pytest.fixture(scope="session")
def pickled():
    def make(value):
        data = pickle.dumps(value, 5)
        return Pickled(hashlib.sha256(data).hexdigest(), data)

    return make
