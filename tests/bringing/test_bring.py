import importlib
import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline

import brinery
from brinery.bringing.bring import bring, look
from brinery.bringing.look import Look, look_in_worker
from brinery.cli import main
from brinery.errors import BrineryError, CannotLearn, UnsafePickle
from brinery.model.model import Model
from brinery.registry.shelf import Shelf
from brinery.safety import door
from brinery.safety import house as of_house
from brinery.safety.audit import audit
from brinery.safety.nodes import Problem
from brinery.settings import Settings
from brinery.tables.table import Table

DRAW = np.random.default_rng(0)
FRAME = pd.DataFrame({"a": DRAW.normal(size=60).round(3), "b": DRAW.normal(size=60).round(3)})
FRAME["y"] = (FRAME["a"] + FRAME["b"]).round(3)


def fitted(house, kind="Double"):
    steps = importlib.import_module(house)
    return make_pipeline(getattr(steps, kind)(), LinearRegression()).fit(
        FRAME[["a", "b"]].to_numpy(), FRAME["y"]
    )


def test_a_model_comes_with_its_schema_its_measure_and_its_origin(pool, settings):
    model = LogisticRegression().fit(FRAME[["a", "b"]], np.where(FRAME["y"] > 0, "up", "down"))
    sample = FRAME.assign(way=np.where(FRAME["y"] > 0, "up", "down"))
    data = pickle.dumps(model)
    done = bring(pool, data, Table.from_pandas(sample), settings, target="way").result()
    made = Model.from_bytes(done)
    assert [one.name for one in made.schema.features] == ["a", "b"]
    assert made.schema.labels == ("down", "up")
    assert made.evaluation.source == "given"
    assert made.brought.form == "a pickle"
    assert made.brought.made_with.keys() == {"scikit-learn"}
    assert "too good" in made.evaluation.sentences[-1]


def test_rows_that_were_kept_aside_measure_it_and_give_it_a_threshold(pool, settings):
    way = np.where(FRAME["y"] > 0, "up", "down")
    held = Table.from_pandas(FRAME.assign(way=way)[30:])
    data = pickle.dumps(LogisticRegression().fit(FRAME[["a", "b"]][:30], way[:30]))
    for sample in (None, Table.from_pandas(FRAME[:30])):
        done = bring(
            *(pool, data, sample, settings),
            target="way",
            holdout=held,
            threshold={"precision": 0.5},
        )
        found = Model.from_bytes(done.result()).evaluation
        assert (found.source, found.n_holdout) == ("holdout", 30)
        assert found.threshold.on_holdout
        assert found.ranges is not None
        assert found.ranking is not None


def test_columns_without_names_stand_in_the_order_that_was_told(pool, settings):
    model = LinearRegression().fit(FRAME[["a", "b"]].to_numpy(), FRAME["a"] * 3 + FRAME["b"])
    sample = Table.from_pandas(FRAME[["b", "y", "a"]])
    done = bring(pool, pickle.dumps(model), sample, settings, columns=("a", "b")).result()
    assert [one.name for one in Model.from_bytes(done).schema.features] == ["a", "b"]


def test_a_sample_without_a_column_is_refused(pool, settings):
    model = LinearRegression().fit(FRAME[["a", "b"]], FRAME["y"])
    call = bring(pool, pickle.dumps(model), Table.from_pandas(FRAME[["a"]]), settings)
    with pytest.raises(CannotLearn, match="no column “b”"):
        call.result()


def test_a_model_that_was_built_of_nothing_is_refused_in_words():
    found = Look.from_bytes(look_in_worker(pickle.dumps(object.__new__(Ridge), 0), ""))
    assert found.is_refused
    assert "The model in the file is not whole" in found.problem
    assert found.remedy


def test_a_class_of_the_house_is_let_in_by_name_and_said(pool, settings, house):
    data = pickle.dumps(fitted(house))
    seen = look(pool, data, settings)
    assert seen.house == (f"{house}.Double",)
    assert not seen.is_refused
    done = bring(pool, data, Table.from_pandas(FRAME), settings, target="y", columns=("a", "b"))
    put = {"pool": pool, "settings": settings, "models": settings.models}
    brinery.save(Model.from_bytes(done.result()), name="ours", **put)
    card = Shelf(settings.models, settings.key_place).card("ours")
    assert card.house == (f"{house}.Double",)
    assert "vouches for" in brinery.report(card)


def test_it_is_refused_where_the_operator_does_not_allow_it(house):
    found = audit(pickle.dumps(fitted(house)))
    assert "BRINERY_ALLOW" in found.refusal.remedy
    assert f"{house}.Double" in found.refusal.problem


def test_a_class_with_a_way_of_loading_of_its_own_is_refused(pool, settings, house):
    seen = look(pool, pickle.dumps(fitted(house, "Hooked")), settings)
    assert "has its own __setstate__, which is not run here" in seen.problem


def test_a_function_of_the_house_is_refused(pool, settings, house):
    seen = look(pool, f"c{house}\nfunction\n)R.".encode(), settings)
    assert seen.is_refused


@pytest.mark.parametrize("name", ["os.system", "sklearn.base.clone", "Clean", "a b.C", "brinery.x"])
def test_only_names_of_the_house_can_be_allowed(name):
    with pytest.raises(BrineryError, match="BRINERY_ALLOW has"):
        of_house.parsed([name])


def test_an_attribute_may_not_hide_a_method_of_the_house(pool, settings, house):
    kind = importlib.import_module(house).Double
    of_house.check_hidden(kind, "factor", 3.0)
    with pytest.raises(Problem, match=r"Double\.transform"):
        of_house.check_hidden(kind, "transform", 3.0)


def test_the_shell_brings_a_model_too(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("BRINERY_KEY_FILE", str(tmp_path / "key"))
    FRAME.to_csv(tmp_path / "sample.csv", index=False)
    model, bad = tmp_path / "model.pkl", tmp_path / "bad.pkl"
    model.write_bytes(pickle.dumps(LinearRegression().fit(FRAME[["a", "b"]], FRAME["y"])))
    bad.write_bytes(b"c__main__\nMine\n)R.")
    more = ["--name", "brought", "--sample", str(tmp_path / "sample.csv"), "--target", "y"]
    more += ["--models", str(tmp_path / "models")]
    assert main(["import", str(model), *more, "--target", "a"]) == 1
    assert "“a” is one of the columns that the model takes" in capsys.readouterr().err
    assert main(["import", str(model), *more]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("brought, version 1\n")
    assert "This file holds a LinearRegression. It would run nothing else." in said.err
    assert main(["import", str(bad), *more]) == 1
    said = capsys.readouterr()
    assert "FunctionTransformer(np.log1p)" in said.err
    assert "written in the notebook" in said.err


def test_the_shell_brings_a_model_with_a_holdout_and_a_threshold(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("BRINERY_KEY_FILE", str(tmp_path / "key"))
    way = np.where(FRAME["y"] > 0, "up", "down")
    model, held = tmp_path / "model.pkl", tmp_path / "held.csv"
    model.write_bytes(pickle.dumps(LogisticRegression().fit(FRAME[["a", "b"]][:30], way[:30])))
    FRAME.assign(way=way)[30:].to_csv(held, index=False)
    more = ["import", str(model), "--name", "m", "--models", str(tmp_path / "models")]
    assert main(more) == 1
    assert "--sample, or rows with known answers with --holdout" in capsys.readouterr().err
    more += ["--holdout", str(held), "--target", "way", "--threshold", "cost=1:5"]
    more += ["--by-group", "a"]
    assert main(more) == 0
    card = Shelf(str(tmp_path / "models"), Settings.from_environment().key_place).card("m")
    assert card.evaluation.threshold.aim.asked == (1, 5)
    assert card.evaluation.n_holdout == 30
    assert [by.column for by in card.evaluation.groups] == ["a"]


def test_a_refusal_carries_the_lines_that_mend_it():
    with pytest.raises(UnsafePickle, match="model of xgboost") as caught:
        door.load(b"cxgboost.sklearn\nXGBClassifier\n)R.")
    assert "HistGradientBoosting" in caught.value.lines
