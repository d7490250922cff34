"""Made people, and a shelf with a model that learned who of them left."""

from contextlib import contextmanager

import numpy as np
import pandas as pd
import pytest

import brinery
from brinery.registry.shelf import Shelf
from brinery.settings import Settings

__all__ = ["few_columns", "people", "shelf_with"]


def people(n, seed):
    draw = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "id": [f"P{row:07d}" for row in range(n)],
            "age": draw.integers(18, 90, n),
            "income": draw.normal(3000, 700, n).round(2),
            "town": draw.choice(["Kiel", "Bonn", "Ulm"], n),
            "member": draw.choice(["yes", "no"], n),
            "since": [f"{1 + row % 28:02}/{1 + row % 12:02}/2024" for row in range(n)],
            "remark": draw.choice(["", "a, b", 'so "so"', "x"], n),
        }
    )


def few_columns(n, seed):
    return people(n, seed)[["id", "age", "income", "town"]]


@contextmanager
def shelf_with(table, folder, pool=None, **how):
    """Give a shelf with the model `m`, trained on the table; its key is in the folder, too."""
    left = np.where(table["income"] + 20 * table["age"] > 4000, "yes", "no")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BRINERY_KEY_FILE", str(folder / "key"))
        settings = Settings.from_environment()
        model = brinery.train(table.assign(left=left), "left", **{"recipe": "linear", **how})
        models = str(folder / "models")
        brinery.save(model, name="m", models=models, settings=settings, pool=pool)
        yield Shelf(str(folder / "models"), settings.key_place)
