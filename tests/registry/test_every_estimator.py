"""Every estimator of scikit-learn goes onto the shelf, and is proved and loaded again."""

import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

from brinery.errors import BrineryError
from brinery.model.brought import model_of_brought
from brinery.registry.save import save
from brinery.registry.shelf import Shelf
from brinery.settings import Settings
from brinery.worker.pool import Pool
from tools.estimators import fitted

AT_LEAST = 190


def sample_of(rows) -> pd.DataFrame:
    """Give what an estimator was fitted on as a table that a user could bring."""
    if isinstance(rows, pd.DataFrame):
        return rows
    if isinstance(rows, pd.Series):
        return rows.to_frame()
    if isinstance(rows, list) and isinstance(rows[0], dict):
        return pd.DataFrame(rows)
    if isinstance(rows, list) and isinstance(rows[0], tuple):
        return pd.DataFrame({"labels": ["".join(row) for row in rows]})
    values = np.asarray(rows)
    values = values.reshape(len(values), -1)
    return pd.DataFrame(values, columns=[f"x{n + 1}" for n in range(values.shape[1])])


@pytest.mark.slow
def test_every_estimator_is_saved_proved_and_loaded_again(tmp_path):
    settings = Settings(models=str(tmp_path / "models"), key_path=tmp_path / "key", n_workers=2)
    models = {}
    problems = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for number, (kind, estimator, rows) in enumerate(fitted()):
            name = f"{number:03d} {kind.replace('/', ' or ')}"
            try:
                models[name] = model_of_brought(estimator, sample_of(rows))
            except BrineryError as error:
                problems[name] = str(error)
    assert problems == {}

    with Pool(settings) as pool, ThreadPoolExecutor(2) as threads:

        def saved(name):
            try:
                save(models[name], name=name, models=settings.models, settings=settings, pool=pool)
            except BrineryError as error:
                return str(error)
            return ""

        told = dict(zip(models, threads.map(saved, models), strict=True))
    assert "\n".join(f"{name}: {problem}" for name, problem in told.items() if problem) == ""

    shelf = Shelf.of(settings)
    entries = shelf.entries()
    assert len(entries) == len(models) >= AT_LEAST
    for entry in entries:
        assert entry.problem == ""
        assert entry.card.proved.identical
        assert entry.card.proved.n_rows > 0
        assert shelf.open(entry.name).pickled == models[entry.name].pickled
