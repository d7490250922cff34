"""A shelf to try things on, with a pool that calls in this process."""

import pickle
from concurrent.futures import Future
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from brinery.model.brought import model_of_brought
from brinery.model.model import Model
from brinery.registry.save import Ref, save
from brinery.registry.shelf import Shelf
from brinery.settings import Settings


class HerePool:
    """Calls at once and in this process, as `Pool` would in a worker."""

    def submit(self, fn, *args, pickled, fresh):
        assert fresh
        call = Future()
        call.set_result(fn(pickle.loads(pickled.data), *args))
        return call


def tiny_model(slope: float = 2.0) -> Model:
    frame = pd.DataFrame({"x": np.arange(30.0)})
    return model_of_brought(LinearRegression().fit(frame, slope * frame["x"]), frame)


class TestShelf:
    """A shelf in a folder, its key beside it."""

    __test__ = False

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(models=str(folder / "models"), key_path=folder / "key")
        self.shelf = Shelf.of(self.settings)

    def save(self, name: str = "bread", slope: float = 2.0, **more) -> Ref:
        return save(
            tiny_model(slope),
            name=name,
            models=self.settings.models,
            settings=self.settings,
            pool=HerePool(),
            **more,
        )

    def file(self, name: str, version: int, file: str) -> Path:
        return Path(self.settings.models, name, "versions", f"{version:04d}", file)


@pytest.fixture
def shelf(tmp_path) -> TestShelf:
    return TestShelf(tmp_path)
