"""A threshold from its training to the labels in a file."""

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import brinery
from brinery.cli import main
from brinery.cli.values import threshold as parsed
from brinery.errors import CannotLearn
from brinery.evaluation.evaluation import Evaluation
from brinery.report.card import report
from brinery.report.reproduction import python_of
from brinery.scoring.worded import in_words
from brinery.training import search
from brinery.training import threshold as thresholds
from brinery.training.train import train


@pytest.fixture(scope="module")
def people():
    draw = np.random.default_rng(0)
    frame = pd.DataFrame(draw.normal(size=(600, 3)).round(3), columns=["a", "b", "c"])
    frame["left"] = np.where(frame["a"] + draw.normal(size=600) > 1, "yes", "no")
    return frame


@pytest.fixture(scope="module")
def plain(people):
    return train(people, "left", recipe="linear")


def test_the_pickle_and_its_proof_are_those_without_a_threshold(people, plain):
    model = train(people, "left", recipe="linear", threshold={"cost": [1, 5]})
    assert (model.pickled, model.proof) == (plain.pickled, plain.proof)
    assert plain.evaluation.threshold is None
    found = model.evaluation
    assert found.threshold.label == "yes"
    assert 0 < found.threshold.probability < 0.5
    assert found.confusion.counts[1][1] > plain.evaluation.confusion.counts[1][1]
    assert Evaluation.from_dict(found.to_dict()) == found
    assert any("a miss 5" in line for line in found.sentences)
    assert "threshold={'cost': [1, 5]}" in python_of(model.training, model.schema)


@pytest.mark.usefixtures("lasting_pools")
@pytest.mark.parametrize("asked", [{"cost": [1, 4]}, {"rows": 7}, {"probability": 0.3}])
def test_what_is_predicted_follows_it_in_every_way(people, asked, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    model = train(people, "left", recipe="linear", threshold=asked)
    brinery.save(model, name="leaving")
    people.drop(columns="left").to_csv("new.csv", index=False)
    found = brinery.score("leaving", "new.csv").to_pandas()
    said = found["probability yes"].to_numpy()
    if "rows" in asked:
        assert (found["prediction"] == "yes").sum() == 7
        expected = said >= np.sort(said)[-7]
    else:
        expected = said >= model.evaluation.threshold.probability
    assert ((found["prediction"] == "yes") == expected).all()
    assert main(["score", "leaving", "new.csv", "--out", "out.csv"]) == 0
    assert pd.read_csv("out.csv")["prediction"].tolist() == found["prediction"].tolist()
    assert main(["prove", "leaving"]) == 0
    capsys.readouterr()
    text = report("leaving")
    ((_, code),) = re.findall(r"^(`{3,})python\n(.*?)\n\1$", text, re.MULTILINE | re.DOTALL)
    (tmp_path / "model.pkl").write_bytes(model.pickled)
    place = {}
    exec(code, place)
    assert place["answers"].tolist() == found["prediction"].tolist()


def test_what_is_measured_are_the_rows_that_a_file_as_long_as_the_holdout_would_have_called(people):
    found = train(people, "left", recipe="linear", threshold={"rows": 7}).evaluation
    counts = np.array(found.confusion.counts)
    assert counts[:, 1].sum() == 7
    assert found.score("accuracy").value == counts.trace() / counts.sum()


def test_labels_that_are_numbers_stay_numbers():
    from brinery.evaluation.threshold import Aim, Threshold

    answers = pa.table(
        [[0, 0], [0.75, 0.9], [0.25, 0.1]], names=["prediction", "probability 0", "probability 1"]
    )
    cut = Threshold("1", Aim("probability", (0.2,)), 0.2)
    got = in_words(answers, ("0", "1"), cut)
    assert got.column("prediction").to_pylist() == [1, 0]
    assert got.column("confidence").to_pylist() == [0.25, 0.9]


def test_an_amount_has_none(people):
    with pytest.raises(CannotLearn, match="Only an answer of two labels has a threshold"):
        train(people.drop(columns="left"), "a", recipe="linear", threshold={"rows": 5})


def test_the_shell_takes_each_kind():
    assert parsed("cost=1:5") == {"cost": [1, 5]}
    assert parsed("rows=50") == {"rows": 50}
    assert parsed("precision=0.8") == {"precision": 0.8}
    assert parsed("0.3") == {"probability": 0.3}


@pytest.mark.parametrize("asked", [None, {"rows": 5}, {"probability": 0.3}, {"cost": [1, 5]}])
def test_a_search_leaves_time_for_the_rows_that_the_twins_learn_from(people, asked, monkeypatch):
    told, learned = [], []
    searched, fitted = search.search, thresholds.fitted
    monkeypatch.setattr(
        search, "search", lambda *a, **k: told.append(k["n_rows_after"]) or searched(*a, **k)
    )
    monkeypatch.setattr(
        thresholds, "fitted", lambda *a, **k: learned.append(len(a[2])) or fitted(*a, **k)
    )
    train(people, "left", recipe="auto", threshold=asked, is_stopped=lambda: True)
    assert told == [sum(learned)]
    assert (sum(learned) > 0) == (asked == {"cost": [1, 5]})
