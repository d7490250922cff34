"""A shelf with a model of people, and a pool."""

import pytest

from brinery.settings import Settings
from brinery.worker.pool import Pool
from tests.scoring.people import few_columns, shelf_with


@pytest.fixture(scope="session")
def pool():
    with Pool(Settings(n_workers=2)) as pool:
        yield pool


@pytest.fixture(scope="session")
def shelf(pool, tmp_path_factory):
    with shelf_with(few_columns(600, 1), tmp_path_factory.mktemp("shelf"), pool) as shelf:
        yield shelf
