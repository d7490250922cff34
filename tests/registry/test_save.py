import os

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from brinery.errors import (
    BrineryError,
    CannotLearn,
    CannotPickle,
    NameRefused,
    ProofFailed,
    UnsafePickle,
)
from brinery.model.proof import replay
from brinery.model.sealing import model_of, pickle_of
from brinery.registry import events, storage
from brinery.registry.prove import prove
from brinery.registry.save import save
from brinery.schema.columns import Schema
from brinery.settings import Settings
from brinery.worker.pool import Pool

FRAME = pd.DataFrame({"x": np.arange(30.0), "y": np.arange(30.0) ** 2})
ROWS = pa.table({"x": FRAME["x"].to_numpy()})


@pytest.fixture(scope="module")
def pool(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pool")
    with Pool(Settings(models=str(folder), key_path=folder / "key", n_workers=1)) as pool:
        yield pool


def saved(shelf, pool, estimator, name="bread", sample=FRAME, **more):
    settings = shelf.settings
    return save(
        estimator,
        name=name,
        models=settings.models,
        settings=settings,
        pool=pool,
        sample=sample,
        **more,
    )


def test_an_estimator_and_its_sample_are_saved_and_proved_in_a_worker(shelf, pool):
    fitted = LinearRegression().fit(FRAME[["x"]], FRAME["y"])
    ref = saved(shelf, pool, fitted, target="y", description="squares", owner="Ann", by="ann")
    assert (ref.name, ref.version) == ("bread", 1)
    card = shelf.shelf.card("bread")
    assert (card.saved_by, card.owner, card.description) == ("ann", "Ann", "squares")
    assert card.proved.identical
    assert card.proved.n_rows == 100
    assert [one.name for one in card.schema.features] == ["x"]
    assert prove(
        "bread", models=shelf.settings.models, pool=pool, settings=shelf.settings
    ).identical


def test_a_holdout_takes_the_place_of_the_sample_and_gives_the_whole_card(shelf, pool):
    fitted = LinearRegression().fit(FRAME[["x"]], FRAME["y"])
    saved(shelf, pool, fitted, sample=None, holdout=(FRAME[["x"]], FRAME["y"]), coverage=0.8)
    card = shelf.shelf.card("bread")
    assert card.schema.target.name == "y"
    assert card.evaluation.source == "holdout"
    assert card.evaluation.ranges.coverage == 0.8


def test_what_would_not_load_elsewhere_is_said_before_any_work(shelf):
    odd = make_pipeline(FunctionTransformer(lambda x: x), LinearRegression())
    odd.fit(FRAME[["x"]], FRAME["y"])
    with pytest.raises(CannotPickle, match=r"a lambda \(in “functiontransformer”, func\)"):
        saved(shelf, None, odd)
    assert shelf.shelf.entries() == []


def test_without_a_pool_one_is_started(shelf):
    fitted = LinearRegression().fit(FRAME[["x"]], FRAME["y"])
    assert saved(shelf, None, fitted, target="y").version == 1
    assert prove("bread", models=shelf.settings.models, settings=shelf.settings).identical


def test_last_digits_that_change_on_the_way_are_proved_as_loaded(shelf, pool):
    fitted = LinearRegression().fit(FRAME[["x"]], FRAME["y"])
    made = model_of(fitted, Schema(()), ROWS)
    fitted.intercept_ = np.nextafter(fitted.intercept_, 0)
    object.__setattr__(made, "pickled", pickle_of(fitted))
    assert not replay(fitted, made.proof, "predict").identical
    assert saved(shelf, pool, made).version == 1
    assert replay(fitted, shelf.shelf.open("bread").proof, "predict").identical


def test_an_estimator_without_a_sample_is_refused(shelf, pool):
    fitted = LinearRegression().fit(FRAME[["x"]], FRAME["y"])
    with pytest.raises(CannotLearn, match="needs a sample of its table"):
        saved(shelf, pool, fitted, sample=None)


def test_what_the_door_refuses_is_not_saved(shelf, pool):
    odd = make_pipeline(FunctionTransformer(os.fspath, validate=False), LinearRegression())
    odd.steps[1][1].fit(FRAME[["x"]], FRAME["y"])
    made = model_of(LinearRegression().fit(FRAME[["x"]], FRAME["y"]), Schema(()), ROWS)
    object.__setattr__(made, "pickled", pickle_of(odd))
    with pytest.raises(UnsafePickle, match="fspath"):
        saved(shelf, pool, made)
    assert shelf.shelf.entries() == []


def test_other_answers_are_not_saved(shelf, pool):
    fitted = LinearRegression().fit(FRAME[["x"]], FRAME["y"])
    made = model_of(fitted, Schema(()), ROWS)
    fitted.intercept_ += 1
    object.__setattr__(made, "pickled", pickle_of(fitted))
    with pytest.raises(ProofFailed, match=r"answers 100 of 100 rows otherwise; .* is 1"):
        saved(shelf, pool, made)
    assert shelf.shelf.entries() == []


def test_a_name_that_differs_only_in_case_is_refused(shelf):
    shelf.save("Bread")
    with pytest.raises(NameRefused, match="There is a model “Bread” already"):
        shelf.save("bread")
    assert shelf.save("Bread").version == 2


def test_a_bad_name_is_refused_before_any_work(shelf):
    with pytest.raises(NameRefused, match="can't hold"):
        save(object(), name="../up", models=shelf.settings.models, settings=shelf.settings)


def test_a_number_taken_in_between_is_passed_over(shelf, monkeypatch):
    shelf.save()
    real = storage.names
    monkeypatch.setattr(
        storage,
        "names",
        lambda root, folder="": [] if folder.endswith("versions") else real(root, folder),
    )
    monkeypatch.setattr(type(shelf.shelf), "versions", lambda *_: [1, 2])
    monkeypatch.setattr(type(shelf.shelf), "add_event", lambda *_, **__: 0)
    assert shelf.save().version == 2
    monkeypatch.undo()
    assert shelf.shelf.card("bread@2").version == 2


def test_a_full_disk_leaves_no_version(shelf, monkeypatch):
    shelf.save()

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage.os, "fsync", full)
    with pytest.raises(BrineryError, match="No space left on device"):
        shelf.save()
    monkeypatch.undo()
    assert shelf.shelf.versions("bread") == [1]
    assert shelf.save().version == 2


def test_text_that_is_none_is_saved_as_far_as_it_goes(shelf):
    shelf.save(description="bread \udcff", by="a\udcff")
    assert shelf.shelf.card("bread").description == "bread ?"
    assert shelf.shelf.entries()[0].problem == ""


def test_an_account_without_a_name_saves_too(monkeypatch):
    def nameless():
        raise KeyError("uid not found")

    monkeypatch.setattr(events.getpass, "getuser", nameless)
    assert events.account() == ""
