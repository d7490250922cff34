"""What is told of a file from a shell."""

import json

import numpy as np
import pandas as pd
import pytest

import brinery
from brinery.cli import main

pytestmark = pytest.mark.usefixtures("lasting_pools")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    place = tmp_path_factory.mktemp("shelf")
    fee = np.round(np.random.default_rng(2).uniform(1, 90, 120), 2)
    plan = np.array(["basic", "gold"] * 60)
    table = pd.DataFrame({"fee": fee, "plan": plan, "left": np.where(fee > 40, "yes", "no")})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BRINERY_KEY_FILE", str(place / "key"))
        patch.setenv("BRINERY_WORKERS", "1")
        model = brinery.train(table, "left", recipe="tree", seed=1)
        brinery.save(model, name="churn", models=str(place / "models"))
        yield place


@pytest.fixture
def renamed(tmp_path):
    file = tmp_path / "in.csv"
    file.write_text("x,plan\n5.5,basic\n70.25,goldd\n")
    return file


def test_columns_and_words_are_told(shelf, renamed, tmp_path, capsys):
    models = ["--models", str(shelf / "models")]
    assert main(["check", "churn", str(renamed), *models]) == 1
    assert main(["check", "churn", str(renamed), "--rename", "fee=x", *models]) == 0
    assert "“x” is taken as “fee”, as you chose" in capsys.readouterr().out
    choices, out = tmp_path / "choices.json", tmp_path / "out.csv"
    choices.write_text(json.dumps({"levels": {"plan": {"goldd": "gold"}}}))
    told = ["--rename", "fee=x", "--choices", str(choices)]
    assert main(["score", "churn", str(renamed), "--out", str(out), *told, *models]) == 0
    assert pd.read_csv(out)["status"].tolist() == ["ok", "ok"]


@pytest.mark.parametrize(
    ("text", "said"), [("{", "This is no JSON"), ('{"colour": {}}', "Choices look like")]
)
def test_choices_that_are_none_are_refused(shelf, renamed, tmp_path, capsys, text, said):
    choices = tmp_path / "choices.json"
    choices.write_text(text)
    models = ["--models", str(shelf / "models")]
    assert main(["check", "churn", str(renamed), "--choices", str(choices), *models]) == 1
    assert said in capsys.readouterr().err


def test_a_rename_without_a_column_is_wrong_usage(shelf, renamed):
    with pytest.raises(SystemExit, match="2"):
        main(["check", "churn", str(renamed), "--rename", "fee"])
