"""The settings: what is refused, and what is told although it does no harm."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from brinery.cli import main
from brinery.errors import BrineryError
from brinery.settings import Settings, unknown


class Asked(Mapping):
    """An environment that notes which names it was asked for."""

    def __init__(self, **given):
        self.given, self.names = given, set()

    def __getitem__(self, name):
        self.names.add(name)
        return self.given[name]

    def __iter__(self):
        return iter(self.given)

    def __len__(self):
        return len(self.given)


def test_every_name_that_is_read_is_known():
    asked = Asked(BRINERY_RUNS="s3://bucket/runs")
    Settings.from_environment(asked)
    assert len(asked.names) > 20
    assert unknown(dict.fromkeys(asked.names, "")) == ()


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("BRINERY_MODELL", "BRINERY_MODELS"),
        ("BRINERY_WORKER", "BRINERY_WORKERS"),
        ("BRINERY_KEYFILE", "BRINERY_KEY_FILE"),
        ("BRINERY_MEMORY_BYTES", "BRINERY_WORKER_MEMORY_BYTES"),
        ("brinery_role", "BRINERY_ROLE"),
    ],
)
def test_a_name_that_is_no_setting_is_told_with_the_one_that_is_near(name, near):
    (told,) = unknown({name: "x", "HOME": "/", "BRINERY_ROLE": "user"})
    assert told == f"{name} is set, but no setting has that name. Did you mean {near}?"


def test_a_name_that_is_near_to_none_leads_to_the_table():
    (told,) = unknown({"BRINERY_COLOUR": "red"})
    assert told.endswith("The README has a table of them all.")


def test_the_shell_tells_a_name_that_is_no_setting(in_an_empty_folder, monkeypatch, capsys):
    monkeypatch.setenv("BRINERY_MODELL", "shelf")
    assert main(["models"]) == 0
    assert "Did you mean BRINERY_MODELS?" in capsys.readouterr().err


@pytest.mark.parametrize("value", ["1", "1000000", str(3 * 2**29 - 1)])
def test_a_worker_without_room_is_refused_with_the_least_that_works(value):
    with pytest.raises(BrineryError, match=r"whole number from 1610612736 \(1.5 GiB\)"):
        Settings.from_environment({"BRINERY_WORKER_MEMORY_BYTES": value})


@pytest.mark.parametrize("verb", ["models", "train none.csv --target y --name bread"])
def test_a_shelf_that_is_a_file_is_told_before_the_work(verb, in_an_empty_folder, capsys):
    Path("shelf").write_text("")
    assert main([*verb.split(), "--models", "shelf"]) == 1
    assert capsys.readouterr().err.startswith("shelf: The shelf is no folder. Set BRINERY_MODELS")


@pytest.mark.parametrize("verb", ["train none.csv --target y", "import none.pkl --sample none.csv"])
def test_a_key_that_cannot_be_used_is_told_before_the_work(verb, monkeypatch, capsys):
    monkeypatch.setenv("BRINERY_KEY", "secret")
    assert main([*verb.split(), "--name", "bread"]) == 1
    assert "BRINERY_KEY: That is no key of the seals" in capsys.readouterr().err
