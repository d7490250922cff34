"""Models that older releases of scikit-learn made, with the answers that they gave then.

Here they are asked under what is installed. `make check-matrix` also asks those that are refused in
their own environments, which takes the network.
"""

import dataclasses
from pathlib import Path

import pytest

from brinery.model.environment import describe
from brinery.registry.shelf import Shelf
from brinery.settings import Settings
from brinery.worker.pool import Pool
from tools.frozen import asked_here, put_on_shelf, sets

SETS = sets(Path(__file__).parents[1] / "frozen")
AT_LEAST = 20


@pytest.fixture(scope="module")
def pool():
    with Pool(Settings(n_workers=2)) as pool:
        yield pool


def test_there_is_a_set_of_each_release():
    releases = [file.stem.removeprefix("scikit-learn-") for file in SETS]
    assert [one[:3] for one in releases] == ["1.4", "1.5", "1.6", "1.7", "1.8", "1.9"]


@pytest.mark.slow
@pytest.mark.parametrize("file", SETS, ids=[file.stem for file in SETS])
def test_each_answers_bit_for_bit_as_then_or_is_refused(file, pool, tmp_path):
    shelf = Shelf.of(Settings(models=str(tmp_path / "models"), key_path=tmp_path / "key"))
    names = put_on_shelf(file, shelf)
    assert len(names) >= AT_LEAST
    asked = [asked_here(shelf, name, pool) for name in names]
    assert [one for one in asked if one.third] == []
    made_with = shelf.card(names[0]).environment
    if dataclasses.replace(made_with, platform="") == dataclasses.replace(describe(), platform=""):
        assert [one for one in asked if one.refusal] == []
    # What is made of comparisons alone does not depend on the processor.
    assert not next(one for one in asked if one.model == "isolation forest").refusal
