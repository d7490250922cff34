"""Environments of tiny wheels made here, so that no test needs the network."""

import zipfile

import pytest

from brinery.environments import build as building
from brinery.environments import kept
from brinery.environments.build import build
from brinery.environments.pins import Pins
from brinery.errors import NoEnvironment

PYTHON = ".".join(map(str, __import__("sys").version_info[:2]))


def wheel(folder, name, version, needs=()):
    stem = f"{name.replace('-', '_')}-{version}"
    lines = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}"]
    lines += [f"Requires-Dist: {need}" for need in needs]
    with zipfile.ZipFile(folder / f"{stem}-py3-none-any.whl", "w") as file:
        file.writestr(f"{name.replace('-', '_')}.py", f"version = {version!r}\n")
        file.writestr(f"{stem}.dist-info/METADATA", "\n".join(lines) + "\n")
        file.writestr(f"{stem}.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        file.writestr(f"{stem}.dist-info/RECORD", "")


@pytest.fixture(autouse=True)
def index(tmp_path, monkeypatch):
    folder = tmp_path / "wheels"
    folder.mkdir()
    wheel(folder, "numpy", "1.0")
    wheel(folder, "numpy", "2.0")
    wheel(folder, "scikit-learn", "1.0", ["numpy"])
    wheel(folder, "scikit-learn", "2.0", ["numpy>=2"])
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_FIND_LINKS", str(folder))
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("UV_PYTHON_DOWNLOADS", "never")
    return folder


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "environments"


OLD = Pins(PYTHON, (("numpy", "1.0"), ("scikit-learn", "1.0")))


def test_it_has_the_versions_that_were_asked_for(folder):
    said = []
    built = build(folder, OLD, said.append)
    assert (built.key, built.folder) == (OLD.key, folder / OLD.key)
    assert built.packages == {"numpy": "1.0", "scikit-learn": "1.0"}
    assert built.interpreter.exists()
    assert not built.has_other_python
    assert kept.all_built(folder) == [built] == [kept.require(folder, OLD.key)]
    steps = [one["step"] for one in said]
    assert steps[:2] == [f"Finding Python {PYTHON}", "Installing numpy 1.0, scikit-learn 1.0"]
    assert all(one["done"] < one["total"] for one in said)


def test_a_second_time_costs_nothing(folder, monkeypatch):
    first = build(folder, OLD)
    monkeypatch.setattr(building, "find_uv", lambda: pytest.fail("uv was asked again"))
    assert build(folder, OLD) == first


def test_an_upgrade_takes_along_only_what_it_needs(folder):
    built = build(folder, Pins(PYTHON, OLD.packages, (("scikit-learn", "2.0"),)))
    assert built.packages == {"numpy": "2.0", "scikit-learn": "2.0"}
    assert "scikit-learn 2.0, numpy 2.0" in built.in_words


@pytest.mark.parametrize("version", ["3.0", "2.9"])
def test_a_version_that_is_not_there_leaves_nothing_behind(folder, version):
    wanted = Pins(PYTHON, (("numpy", version), ("scikit-learn", "1.0")))
    with pytest.raises(NoEnvironment, match=rf"can't be installed here: .*numpy.*{version}"):
        build(folder, wanted)
    assert kept.all_built(folder) == []
    assert [one.name for one in folder.iterdir()] == [".lock"]


def test_versions_that_do_not_go_together_are_named(folder):
    wanted = Pins(PYTHON, (("numpy", "1.0"), ("scikit-learn", "2.0")))
    with pytest.raises(NoEnvironment, match=r"scikit-learn.* depends on numpy>=2"):
        build(folder, wanted)


def test_an_index_out_of_reach_is_said_as_such(folder, monkeypatch):
    monkeypatch.delenv("UV_FIND_LINKS")
    with pytest.raises(NoEnvironment, match="package index could not be reached"):
        build(folder, OLD)


def test_without_uv_it_says_how_to_get_it(folder, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "uv", None)
    monkeypatch.setenv("PATH", str(folder))
    with pytest.raises(NoEnvironment, match="pip install uv"):
        build(folder, OLD)


def test_a_python_that_is_not_here_gives_way_to_ours(folder):
    built = build(folder, Pins("3.99", OLD.packages))
    assert built.has_other_python
    assert built.in_words.startswith(f"Python {PYTHON}.")


def test_a_python_too_old_for_a_worker_gives_way_to_ours(folder):
    assert build(folder, Pins("3.8", OLD.packages)).python.startswith(f"{PYTHON}.")


def test_what_was_left_by_a_build_that_was_killed_is_swept(folder):
    left = folder / ".building-0123456789abcdef"
    left.mkdir(parents=True)
    half = folder / OLD.key  # of one that was being removed
    half.mkdir()
    assert build(folder, OLD).interpreter.exists()
    assert not left.exists()


def test_no_secret_goes_to_uv(folder, monkeypatch, tmp_path):
    seen = tmp_path / "seen"
    program = tmp_path / "uv"
    program.write_text(f"#!/bin/sh\nenv > {seen}\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("BRINERY_KEY", "very secret")
    monkeypatch.setattr(building, "find_uv", lambda: str(program))
    with pytest.raises(NoEnvironment, match="can't be installed here"):
        build(folder, OLD)
    assert "UV_OFFLINE=1" in seen.read_text()
    assert "very secret" not in seen.read_text()


def test_one_that_is_removed_is_gone(folder):
    build(folder, OLD)
    kept.remove(folder, OLD.key)
    assert kept.all_built(folder) == []
    with pytest.raises(NoEnvironment, match="not on this machine"):
        kept.require(folder, OLD.key)
    with pytest.raises(NoEnvironment, match="no environment"):
        kept.remove(folder, OLD.key)


def test_a_folder_that_is_not_there_holds_none(folder):
    assert kept.all_built(folder) == []
    assert kept.find(folder, "../../etc") is None


def test_a_damaged_note_is_as_good_as_none(folder):
    built = build(folder, OLD)
    (built.folder / kept.NOTE).write_text("{}")
    assert kept.find(folder, OLD.key) is None
    assert build(folder, OLD).packages == built.packages
