"""Models in environments of their own: twins of this one, so that no test needs the network."""

import dataclasses
import json
import os

import pytest

from brinery.cli import main
from brinery.environments import kept
from brinery.environments.pins import of_card, of_this_server
from brinery.errors import BrineryError, NoEnvironment, ProofFailed
from brinery.registry.own import leave_own, run_in_own
from brinery.registry.prove import prove, ready
from brinery.registry.standing import standing_of
from brinery.registry.upgrade import Outlook, aside, outlooks
from brinery.report.card import own_in_words
from brinery.settings import Settings
from brinery.worker.pool import Pool
from tests.environments.twin import make_twin
from tests.resealing import resealed, shifted

OLD = {"scikit-learn": "1.5.2"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("environments")


@pytest.fixture(scope="module")
def pool(folder):
    with Pool(Settings(n_workers=2, environments_path=folder)) as pool:
        yield pool


@pytest.fixture
def old(shelf, folder):
    """A model that was made with an older release, whose environment can be had."""
    shelf.settings = dataclasses.replace(shelf.settings, environments_path=folder)
    shelf.save()
    card = resealed(shelf.shelf, "bread", packages=OLD)
    pins = of_card(card.environment)
    if kept.find(folder, pins.key) is None:
        make_twin(folder, pins)
    return shelf


def kinds(shelf):
    return [event["kind"] for event in shelf.shelf.events("bread")]


def standing(shelf):
    return standing_of(shelf.shelf.card("bread"), shelf.shelf.events("bread"))


def test_what_was_made_with_other_versions_runs_in_them_and_needs_no_other_proof(old, pool):
    said = []
    replay = run_in_own(old.shelf, "bread", pool, old.settings, by="Ann", progress=said.append)
    assert replay.identical
    assert said[-1]["step"] == "Replaying its proof there"
    stored = ready(old.shelf, "bread", pool)
    assert stored.own.packages["scikit-learn"] == "1.5.2"
    assert stored.given().environment == of_card(stored.card.environment).key
    assert kinds(old) == ["saved", "own_environment"]
    assert old.shelf.events("bread")[-1]["by"] == "Ann"
    assert (standing(old).state, standing(old).own) == ("as saved", stored.own)


def test_a_second_time_adds_nothing(old, pool):
    for _ in range(2):
        run_in_own(old.shelf, "bread", pool, old.settings)
    assert kinds(old) == ["saved", "own_environment"]


def test_where_it_answers_otherwise_there_too_it_is_not_run_there(old, pool):
    proof = shifted(old.shelf.open("bread").proof)
    resealed(old.shelf, "bread", proof=proof)
    with pytest.raises(
        ProofFailed,
        match=r"bread@1: In the environment of its card .*scikit-learn "
        r"1\.5\.2.* 3 of 100 rows otherwise",
    ):
        run_in_own(old.shelf, "bread", pool, old.settings)
    assert kinds(old) == ["saved"]


def test_other_machines_last_digits_are_no_other_answers(old, pool):
    resealed(old.shelf, "bread", proof=shifted(old.shelf.open("bread").proof, by=1e-14))
    assert run_in_own(old.shelf, "bread", pool, old.settings).only_rounding
    assert kinds(old) == ["saved", "own_environment"]


def test_another_brinery_has_the_proof_replayed_in_the_own_environment(old, pool):
    resealed(old.shelf, "bread", brinery="0.0.1")
    run_in_own(old.shelf, "bread", pool, old.settings)
    assert standing(old).state == "unproved"
    assert list(standing(old).differs) == ["Brinery"]
    ready(old.shelf, "bread", pool)
    assert old.shelf.events("bread")[-1]["under"]["scikit-learn"] == "1.5.2"
    assert standing(old).state == "proved"


def test_it_can_go_back_to_the_servers_own(old, pool):
    run_in_own(old.shelf, "bread", pool, old.settings)
    leave_own(old.shelf, "bread")
    assert standing(old).state == "unproved"
    assert old.shelf.open("bread").given().environment == ""
    with pytest.raises(NoEnvironment, match="bread@1: It runs in the server's own"):
        leave_own(old.shelf, "bread")


def test_only_the_version_that_was_named_runs_there(old, pool):
    run_in_own(old.shelf, "bread@1", pool, old.settings)
    old.save()
    assert old.shelf.open("bread@2").own is None
    assert old.shelf.open("bread@1").own is not None


def test_an_environment_that_is_not_on_this_machine_is_said(old, pool, tmp_path):
    run_in_own(old.shelf, "bread", pool, old.settings)
    elsewhere = dataclasses.replace(old.settings, environments_path=tmp_path / "none")
    with Pool(elsewhere) as other, pytest.raises(NoEnvironment, match="not on this machine"):
        prove("bread", models=old.settings.models, settings=elsewhere, pool=other)


def test_a_class_of_the_house_stays_with_the_server(old, pool, monkeypatch):
    whole = old.shelf.open("bread")
    card = dataclasses.replace(whole.card, house=("house.steps.Clean",))
    shelf = type("Shelf", (), {"open": lambda *_: dataclasses.replace(whole, card=card)})()
    with pytest.raises(NoEnvironment, match="only the server's own environment has"):
        run_in_own(shelf, "bread", pool, old.settings)


def test_a_record_that_makes_no_sense_is_named(old):
    old.shelf.add_event("bread", "own_environment", version=1, packages=None)
    with pytest.raises(BrineryError, match="record of a change can't be read"):
        old.shelf.open("bread")


@pytest.fixture
def newer(old, folder):
    """What an upgrade would make of this server, built."""
    pins = of_this_server((("numpy", "99.0"),))
    if kept.find(folder, pins.key) is None:
        make_twin(folder, pins)
    return aside(old.settings, pins.upgrades)


def test_before_an_upgrade_each_model_is_tried_and_the_shelf_left_alone(old, newer, pool):
    run_in_own(old.shelf, "bread", pool, old.settings)
    for name, by in (("salt", 0.0), ("yeast", 0.2)):
        old.save(name)
        resealed(old.shelf, name, proof=shifted(old.shelf.open(name).proof, by=by))
    old.save("zest")
    resealed(old.shelf, "zest", pickled=b"cos\nsystem\n.")
    before = {name: old.shelf.events(name) for name in old.shelf.names()}
    found = list(outlooks(old.shelf, pool, newer))
    assert found[:3] == [
        Outlook("bread", 1, "stay"),
        Outlook("salt", 1, "same"),
        Outlook("yeast", 1, "change", "3 of 100 answers, by up to 0.2"),
    ]
    assert (found[3].name, found[3].would) == ("zest", "fail")
    assert {name: old.shelf.events(name) for name in old.shelf.names()} == before
    assert [one.would for one in outlooks(old.shelf, pool)] == ["same", "same", "change", "fail"]


@pytest.fixture
def run(old, folder, monkeypatch, capsys):
    monkeypatch.setenv("BRINERY_KEY_FILE", str(old.settings.key_path))
    monkeypatch.setenv("BRINERY_ENVIRONMENTS", str(folder))

    def run(line):
        code = main([*line.split(), "--models", old.settings.models])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_from_a_shell(run, folder, old):
    key = of_card(old.shelf.card("bread").environment).key
    code, out, err = run("env build bread")
    assert code == 0
    assert "the same answers as on the day it was saved, for 100 replay rows" in out
    assert "scikit-learn 1.5.2" in out
    assert "Replaying its proof there" in err
    code, out, _ = run("env list")
    assert key in out
    assert "bread" in out
    _, out, _ = run("env list --json")
    assert {one["key"]: one["models"] for one in json.loads(out)}[key] == ["bread"]
    code, out, err = run("prove bread")
    assert (code, "bit for bit" in out) == (0, True)
    assert "environment of its own" in err
    code, out, _ = run("env leave bread")
    assert (code, "server's own environment runs it" in out) == (0, True)
    code, _, err = run("env leave bread")
    assert (code, "already" in err) == (1, True)


def test_an_upgrade_is_tried_from_a_shell(run, old, newer):
    code, out, err = run("prove --all --with numpy==99.0")
    assert (code, out) == (0, "bread, version 1: the same answers\n")
    assert "Nothing on the shelf is changed" in err
    assert "every model would go on as it is" in err
    resealed(old.shelf, "bread", proof=shifted(old.shelf.open("bread").proof))
    code, out, err = run("prove --all --with numpy==99.0")
    assert (code, out) == (1, "bread, version 1: OTHER ANSWERS: 3 of 100 answers, by up to 0.2\n")
    assert "1 of 1 model would give no predictions after the upgrade" in err
    assert run("prove --all")[0] == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("env build", "needs a model's NAME"),
        ("env remove", "needs an environment's KEY"),
        ("prove bread --with numpy==99.0", "--with needs --all"),
    ],
)
def test_wrong_usage(run, line, said):
    code, _, err = run(line)
    assert (code, said in err) == (2, True)


@pytest.mark.parametrize("release", ["numpy", "left-pad==1.0", "numpy==latest", "numpy>=1"])
def test_only_known_packages_and_releases_are_tried(run, release):
    with pytest.raises(SystemExit, match="2"):
        run(f"prove --all --with {release}")


def test_one_that_was_removed_is_named_where_it_is_missed(run, old, tmp_path, monkeypatch):
    assert run("env build bread")[0] == 0
    key = of_card(old.shelf.card("bread").environment).key
    monkeypatch.setenv("BRINERY_ENVIRONMENTS", str(tmp_path / "none"))
    code, _, err = run("env list")
    assert code == 0
    assert "No environment was built" in err
    assert f"bread: runs in {key}, which is not on this machine" in err
    make_twin(tmp_path / "none", of_card(old.shelf.card("bread").environment))
    assert run(f"env remove {key}")[0] == 0
    assert os.listdir(tmp_path / "none") == []  # noqa: PTH208
    assert run(f"env remove {key}")[0] == 1


def test_another_python_is_said(old, pool, folder):
    card = resealed(old.shelf, "bread", python="3.9.18")
    make_twin(folder, of_card(card.environment), python="3.11.7")
    run_in_own(old.shelf, "bread", pool, old.settings)
    said = own_in_words(card, old.shelf.open("bread").own)
    assert said.endswith(
        "Only Python is another: 3.9.18 could not be had. Its proof holds all the same."
    )
    assert (standing(old).state, list(standing(old).differs)) == ("unproved", ["Python"])
    ready(old.shelf, "bread", pool)
    assert standing(old).state == "proved"
