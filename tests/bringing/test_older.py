"""Files of an older release, brought in its environment: a twin of this one, so no network."""

import pickle
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from brinery.bringing.look import Look, look_in_worker
from brinery.bringing.words import release_to_bring_in
from brinery.cli import main
from brinery.environments.pins import of_card, of_release
from brinery.registry.shelf import Shelf
from brinery.settings import KeyPlace
from tests.environments.twin import make_twin

FROZEN = Path(__file__).parents[1] / "frozen" / "scikit-learn-1.5.2.zip"
SAMPLE = pd.DataFrame({"x": np.arange(40.0), "y": 2 * np.arange(40.0) + 1})


@pytest.fixture
def older(monkeypatch):
    """Give the pickle of a model that says that 1.5.2 made it."""
    monkeypatch.setattr("sklearn.base.__version__", "1.5.2")
    return pickle.dumps(LinearRegression().fit(SAMPLE[["x"]], SAMPLE["y"]))


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("BRINERY_KEY_FILE", str(tmp_path / "key"))
    monkeypatch.setenv("BRINERY_ENVIRONMENTS", str(tmp_path / "environments"))
    monkeypatch.setenv("BRINERY_WORKERS", "1")
    SAMPLE.to_csv(tmp_path / "sample.csv", index=False)

    def run(data, *more):
        (tmp_path / "model.pkl").write_bytes(data)
        line = ["import", "model.pkl", "--name", "bread", "--sample", "sample.csv"]
        monkeypatch.chdir(tmp_path)
        code = main([*line, "--target", "y", *more])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_it_is_proved_and_runs_in_the_environment_of_its_release(run, older, tmp_path):
    make_twin(tmp_path / "environments", of_release("1.5.2"))
    code, out, err = run(older, "--with", "scikit-learn==1.5.2")
    assert (code, out.splitlines()[0]) == (0, "bread, version 1")
    assert "It was made with scikit-learn 1.5.2.\n" in err
    shelf = Shelf(str(tmp_path / "models"), KeyPlace(tmp_path / "key"))
    stored = shelf.open("bread")
    assert stored.card.environment.packages == dict(of_release("1.5.2").packages)
    assert of_card(stored.card.environment) == of_release("1.5.2")
    assert stored.own.packages["scikit-learn"] == "1.5.2"
    assert [event["kind"] for event in shelf.events("bread")] == ["own_environment", "saved"]
    assert main(["score", "bread", "sample.csv", "--out", "out.csv"]) == 0
    assert main(["prove", "bread"]) == 0


def test_a_file_that_is_refused_here_says_which_release_made_it(run):
    with zipfile.ZipFile(FROZEN) as frozen:
        refused = frozen.read("random forest.pkl")
    found = Look.from_bytes(look_in_worker(refused, ""))
    assert found.is_refused
    assert found.made_with == {"scikit-learn": "1.5.2"}
    code, _, err = run(refused)
    assert code == 1
    assert "It can be brought in an environment of its own: --with scikit-learn==1.5.2" in err


def test_a_file_that_fails_on_its_sample_names_the_way_too(run, older):
    failing = older.replace(b"coef_", b"coeff")
    assert failing != older
    code, _, err = run(failing)
    assert code == 1
    assert "--with scikit-learn==1.5.2" in err
    assert "fails on the rows given" in err


@pytest.mark.parametrize("made_with", [{}, {"scikit-learn": "0.24.2"}, {"scikit-learn": "x"}])
def test_what_no_environment_is_known_for_is_not_offered(made_with):
    assert release_to_bring_in(Look("a pickle", made_with=made_with)) == ""
    offered = Look("a pickle", made_with={"scikit-learn": "1.6.0"})
    assert release_to_bring_in(offered) == "1.6.0"


def test_hostile_files_say_no_release():
    found = Look.from_bytes(look_in_worker(b"cos\nsystem\n(S'true'\ntR.", ""))
    assert (found.is_refused, found.made_with) == (True, {})


@pytest.mark.parametrize("release", ["numpy==2.0", "scikit-learn==latest", "1.5.2"])
def test_only_a_release_of_scikit_learn_can_be_asked_for(run, older, release):
    with pytest.raises(SystemExit, match="2"):
        run(older, "--with", release)


def test_a_series_that_is_not_known_is_refused(run, older):
    code, _, err = run(older, "--with", "scikit-learn==0.24.2")
    assert code == 1
    assert "It can be one of the series 1.4, 1.5, 1.6, 1.7, 1.8." in err
