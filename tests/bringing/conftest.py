"""A package of the house's own, and a pool that lets two of its classes in."""

import sys
from collections.abc import Iterator

import pytest

from brinery.settings import Settings
from brinery.worker.pool import Pool

HOUSE = """
from sklearn.base import BaseEstimator, TransformerMixin

class Double(TransformerMixin, BaseEstimator):
    factor = 2.0

    def fit(self, X, y=None):
        self.n_features_in_ = X.shape[1]
        self.factor = 2.0
        return self

    def transform(self, X):
        return X * self.factor

class Hooked(Double):
    def __setstate__(self, state):
        raise RuntimeError("it ran")

def function(X):
    return X
"""


@pytest.fixture(scope="session")
def house(tmp_path_factory) -> Iterator[str]:
    """Install the package; give its name."""
    folder = tmp_path_factory.mktemp("site") / "site-packages"  # a worker reads no other folder
    (folder / "brinery_test_house").mkdir(parents=True)
    (folder / "brinery_test_house" / "__init__.py").write_text("")
    (folder / "brinery_test_house" / "steps.py").write_text(HOUSE)
    sys.path.insert(0, str(folder))
    yield "brinery_test_house.steps"
    sys.path.remove(str(folder))


@pytest.fixture(scope="session")
def settings(tmp_path_factory, house) -> Settings:
    folder = tmp_path_factory.mktemp("shelf")
    return Settings(
        models=str(folder / "models"),
        key_path=folder / "key",
        n_workers=1,
        allow=(f"{house}.Double", f"{house}.Hooked", f"{house}.function"),
    )


@pytest.fixture(scope="session")
def pool(settings) -> Iterator[Pool]:
    with Pool(settings) as one:
        yield one
