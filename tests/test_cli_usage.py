import argparse
import re
from pathlib import Path

import pytest

from brinery.cli import main
from brinery.cli.arguments import RECIPES, parser

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
        assert set(re.findall(r"--[a-z]+", sections()[name])) == options - everywhere


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


def test_help_names_the_exit_codes(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["score", "--help"])
    assert "130  interrupted" in capsys.readouterr().out


def test_ctrl_c_leaves_no_traceback(monkeypatch, capsys):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("brinery.cli.verbs.models", interrupted)
    assert main(["models"]) == 130
    assert capsys.readouterr().err == "Stopped.\n"


def test_a_file_that_is_not_there_is_one_plain_line(tmp_path, capsys):
    assert main(["audit", str(tmp_path / "none.pkl")]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "No such file" in said
