import argparse
import dataclasses
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from brinery.cli import main
from brinery.cli.arguments import parser
from brinery.cli.making import RECIPES
from brinery.model.environment import describe
from brinery.model.proof import Replay

DOCS = (Path(__file__).parents[1] / "docs" / "cli.md").read_text()


def verbs():
    (choices,) = [a for a in parser()._actions if isinstance(a, argparse._SubParsersAction)]
    return choices.choices


def sections():
    return dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", DOCS, re.MULTILINE | re.DOTALL))


def test_every_verb_and_option_is_documented_and_none_else():
    assert list(sections()) == list(verbs())
    for name, verb in verbs().items():
        options = {o for action in verb._actions for o in action.option_strings if o[:2] == "--"}
        everywhere = {"--help", "--models"}
        assert everywhere <= options
        assert all(option in DOCS for option in everywhere)
        assert set(re.findall(r"--[a-z]+(?:-[a-z]+)*", sections()[name])) == options - everywhere


def test_the_recipes_are_those_of_training():
    from brinery.training.recipes import RECIPES as TAUGHT

    assert [recipe.name for recipe in TAUGHT] == list(RECIPES)


@pytest.mark.parametrize(
    "line",
    ["", "score", "score churn new.csv", "train x.csv --target y", "fly", "models --loud"],
)
def test_wrong_usage_leaves_with_two(line, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(line.split())
    assert "usage: brinery" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("cost=1:5", {"cost": [1, 5]}),
        ("rows=50", {"rows": 50}),
        ("precision=0.8", {"precision": 0.8}),
        ("0.3", {"probability": 0.3}),
    ],
)
def test_a_threshold_is_taken_in_the_words_of_the_shell(text, asked):
    line = ["train", "x.csv", "--target", "y", "--name", "z", "--threshold", text]
    assert parser().parse_args(line).threshold == asked


@pytest.mark.parametrize(
    "text",
    [
        "cost=1",
        "cost=0:5",
        "cost=1:-5",
        "rows=-3",
        "rows=2:3",
        "precision=80",
        "1.5",
        "soon",
        "luck=1",
    ],
)
def test_a_threshold_that_cannot_be_is_refused_in_the_words_of_the_shell(text, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["train", "x.csv", "--target", "y", "--name", "z", "--threshold", text])
    told = capsys.readouterr().err
    assert f"'{text}' is not cost=WRONG:MISSED (such as cost=1:5, both above 0)" in told


def test_the_shelf_is_that_of_the_server_where_none_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BRINERY_MODELS", str(tmp_path / "shelf"))
    assert main(["models"]) == 0
    assert f"The shelf {tmp_path / 'shelf'} is empty." in capsys.readouterr().err
    assert main(["models", "--models", "another"]) == 0
    assert "The shelf another is empty." in capsys.readouterr().err
    monkeypatch.delenv("BRINERY_MODELS")
    assert main(["models"]) == 0
    assert "The shelf models is empty." in capsys.readouterr().err


def test_help_names_the_exit_codes(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["score", "--help"])
    assert "130  interrupted" in capsys.readouterr().out


def test_ctrl_c_leaves_no_traceback(monkeypatch, capsys):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("brinery.cli.shelf.models", interrupted)
    assert main(["models"]) == 130
    assert capsys.readouterr().err == "Stopped.\n"


def test_a_file_that_is_not_there_is_one_plain_line(in_an_empty_folder, capsys):
    for verb in ("audit none.pkl", "import none.pkl --name n --sample none.csv"):
        assert main(verb.split()) == 1
        said = capsys.readouterr().err
        assert said == "none.pkl: There is no such file. Check the name and the folder.\n"


def test_a_table_that_is_brought_as_a_model_is_sent_to_where_it_belongs(in_an_empty_folder, capsys):
    Path("x.csv").write_text("a,b\n1,2\n")
    for verb in ("audit x.csv", "import x.csv --name x --sample x.csv"):
        assert main(verb.split()) == 1
        out, err = capsys.readouterr()
        assert out == ""
        assert err.count("\n") == 1
        assert "A table goes to Train or to Predict." in err


@pytest.mark.parametrize(
    ("replay", "code", "words"),
    [
        (Replay(100, 0), 0, "bread: the same answers, bit for bit, for 100 replay rows."),
        (
            Replay(100, 3, 1.2345e-15),
            0,
            "bread: the same answers for 100 replay rows but for the last digits of 3, as another "
            "processor gives them; the largest difference is 1.23e-15.",
        ),
        (
            Replay(100, 3, 0.5, only_rounding=False),
            1,
            "bread: 3 of 100 replay rows changed; the largest difference is 0.5.",
        ),
        (
            Replay(100, 3, float("inf"), only_rounding=False),
            1,
            "bread: 3 of 100 replay rows changed; not only numbers differ.",
        ),
    ],
)
def test_what_a_replay_gave_is_said_in_words(monkeypatch, capsys, replay, code, words):
    card = SimpleNamespace(environment=describe())
    stored = SimpleNamespace(card=card, own=None)
    monkeypatch.setattr("brinery.registry.shelf.Shelf.open", lambda *_: stored)
    monkeypatch.setattr("brinery.registry.prove.prove", lambda *_, **__: replay)
    assert main(["prove", "bread"]) == code
    assert capsys.readouterr().out == words + "\n"


@pytest.mark.parametrize(
    "replay", [Replay(100, 3, 1e-15), Replay(100, 3, 0.5, only_rounding=False)]
)
def test_under_other_versions_every_difference_counts(monkeypatch, capsys, replay):
    made = describe()
    card = SimpleNamespace(
        environment=dataclasses.replace(made, packages={**made.packages, "numpy": "1.0"})
    )
    stored = SimpleNamespace(card=card, own=None)
    monkeypatch.setattr("brinery.registry.shelf.Shelf.open", lambda *_: stored)
    monkeypatch.setattr("brinery.registry.prove.prove", lambda *_, **__: replay)
    assert main(["prove", "bread"]) == 1
    said = capsys.readouterr()
    assert said.out.startswith("bread: 3 of 100 replay rows changed; the largest difference is ")
    assert f"saved under numpy 1.0; this is {made.packages['numpy']}." in said.err
    assert "it gives no predictions here. Train it or bring it again" in said.err


def test_a_seed_that_cannot_be_one_is_wrong_usage(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["train", "x.csv", "--target", "y", "--name", "n", "--seed", "-1"])
    assert "from 0 to 4294967295" in capsys.readouterr().err


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_an_output_that_lacks_the_letters_is_no_crash(tmp_path, more):
    card = tmp_path / "models" / "Größe" / "versions" / "0001" / "card.json"
    card.parent.mkdir(parents=True)
    card.write_text("{}")
    done = subprocess.run(
        [sys.executable, "-m", "brinery", "models", "--models", tmp_path / "models", *more],
        capture_output=True,
        check=False,
        cwd=Path(__file__).parents[1],
        env={
            **os.environ,
            "PYTHONIOENCODING": "ascii",
            "BRINERY_KEY_FILE": str(tmp_path / "key"),
        },
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert (b"Gr\\u00f6\\u00dfe" if more else b"Gr\\xf6\\xdfe") in done.stdout
