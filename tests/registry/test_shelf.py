import json
import subprocess
import sys
import timeit
import unicodedata
from pathlib import Path

import pytest

from brinery.errors import BrineryError, NameRefused, NotOnShelf
from brinery.registry.shelf import Shelf, load


def test_an_empty_shelf(shelf):
    assert shelf.shelf.entries() == []
    assert shelf.shelf.names() == []
    with pytest.raises(NotOnShelf, match=r"no model “bread” on the shelf\. There is none yet"):
        shelf.shelf.open("bread")


def test_what_else_lies_in_the_folder_is_not_a_model(shelf):
    shelf.save()
    root = Path(shelf.settings.models)
    (root / "README.md").write_text("The shelf.")
    (root / "empty").mkdir()
    (root / ".hidden").mkdir()
    (root / "no card" / "versions" / "0001").mkdir(parents=True)
    assert [entry.name for entry in shelf.shelf.entries(include_archived=True)] == ["bread"]


def test_the_newest_save_answers_and_older_ones_stay(shelf):
    assert str(shelf.save()) == "bread@1"
    assert str(shelf.save(slope=3.0)) == "bread@2"
    assert shelf.shelf.versions("bread") == [1, 2]
    assert shelf.shelf.resolve("bread") == ("bread", 2)
    assert shelf.shelf.resolve("bread@1") == ("bread", 1)
    assert shelf.shelf.resolve("bread@live") == ("bread", 2)
    assert shelf.shelf.open("bread@1").card.version == 1


def test_a_save_that_is_not_live_does_not_answer(shelf):
    shelf.save()
    shelf.save(live=False)
    assert shelf.shelf.resolve("bread") == ("bread", 1)
    assert shelf.shelf.versions("bread") == [1, 2]


def test_an_alias_goes_back_and_the_events_tell_who(shelf):
    shelf.save(by="ann")
    shelf.save(by="ann")
    shelf.shelf.set_alias("bread", "live", 1, by="bob", why="the new one is worse")
    assert shelf.shelf.resolve("bread") == ("bread", 1)
    told = shelf.shelf.events("bread")
    assert [(one["number"], one["kind"], one["by"], one["version"]) for one in told] == [
        (1, "alias", "ann", 1),
        (2, "alias", "ann", 2),
        (3, "alias", "bob", 1),
    ]
    assert told[-1]["why"] == "the new one is worse"
    assert told[-1]["at"].endswith("Z")


def test_aliases_that_cannot_be(shelf):
    shelf.save()
    with pytest.raises(NameRefused, match="can't be a number"):
        shelf.shelf.set_alias("bread", "7", 1)
    with pytest.raises(NotOnShelf, match="no version or alias “9”"):
        shelf.shelf.set_alias("bread", "test", 9)


@pytest.mark.parametrize(
    ("ref", "words"),
    [
        ("braed", "Did you mean “bread”"),
        ("BREAD", "Did you mean “bread”"),
        ("something else", "There is bread"),
        ("../bread", "no model “../bread”"),
        ("", "no model “”"),
        ("bread@7", r"no version or alias “7”\. There is 1, live"),
        ("bread@best", "no version or alias “best”"),
        ("bread@../1", "no version or alias"),
        ("bread@١٢", "no version or alias"),
        ("bread@" + "9" * 5000, "no version or alias"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(shelf, ref, words):
    shelf.save()
    with pytest.raises(NotOnShelf, match=words):
        shelf.shelf.open(ref)


def test_archived_models_are_put_away_and_come_back(shelf):
    shelf.save()
    shelf.shelf.archive("bread", by="ann", why="old")
    assert shelf.shelf.entries() == []
    assert [one.archived for one in shelf.shelf.entries(include_archived=True)] == [True]
    shelf.shelf.restore("bread")
    assert [one.archived for one in shelf.shelf.entries()] == [False]
    assert shelf.shelf.events("bread")[1]["why"] == "old"


def test_deleting_is_an_event(shelf):
    shelf.save()
    shelf.save()
    shelf.shelf.add_event("bread", "deleted", version=2, why="wrong data")
    assert shelf.shelf.versions("bread") == [1]
    assert shelf.shelf.resolve("bread") == ("bread", 1)
    assert shelf.save().version == 3
    for version in (1, 3):
        shelf.shelf.add_event("bread", "deleted", version=version)
    assert shelf.shelf.entries() == []
    with pytest.raises(NotOnShelf, match="All its versions were deleted"):
        shelf.shelf.resolve("bread")


def test_an_entry_has_what_the_list_shows(shelf):
    shelf.save(description="Loaves a day", owner="Ann")
    shelf.save(description="Loaves a day", owner="Ann")
    (entry,) = shelf.shelf.entries()
    assert (entry.name, entry.n_versions, entry.live_version) == ("bread", 2, 2)
    assert entry.card.description == "Loaves a day"
    assert entry.card.proved.identical
    assert entry.problem == ""
    assert entry.aliases == {"live": 2}


@pytest.mark.parametrize(
    "event",
    ["[]", "null", "{}", '{"kind": "alias"}', '{"kind": "deleted", "version": "x"}', "[" * 99999],
)
def test_a_broken_event_is_a_problem_of_its_model_alone(shelf, event):
    shelf.save("bread")
    shelf.save("cake")
    Path(shelf.settings.models, "bread", "events", "000001.json").write_text(event)
    bread, cake = shelf.shelf.entries()
    assert "record of a change can't be read" in bread.problem
    assert cake.problem == ""


def test_a_broken_card_hides_no_other(shelf):
    shelf.save("bread")
    shelf.save("cake")
    shelf.save("tart")
    shelf.file("bread", 1, "card.json").write_text("{")
    Path(shelf.settings.models, "cake", "events", "000001.json").write_text("{")
    bread, cake, tart = shelf.shelf.entries()
    assert bread.card is None
    assert "can't be read" in bread.problem
    assert cake.card is None
    assert "record of a change can't be read" in cake.problem
    assert tart.card is not None
    with pytest.raises(BrineryError, match=r"cake/events/000001.json: .* can't be read"):
        shelf.shelf.open("cake")


def test_fifty_models_are_listed_at_once(shelf):
    shelf.save("model 0")
    source = Path(shelf.settings.models, "model 0")
    for number in range(1, 50):
        copy = source.with_name(f"model {number}")
        (copy / "versions" / "0001").mkdir(parents=True)
        (copy / "events").mkdir()
        for file in ("versions/0001/card.json", "events/000001.json"):
            (copy / file).write_bytes((source / file).read_bytes())
    cards = list(source.parent.glob("*/versions/0001/card.json"))
    assert len(shelf.shelf.entries()) == 50
    listing = min(timeit.repeat(shelf.shelf.entries, number=1, repeat=5))
    reading = min(timeit.repeat(lambda: [json.loads(c.read_bytes()) for c in cards], number=1))
    assert listing < 60 * reading  # the seal, the events and the card of each, but no pickle


def test_load_reads_the_environments_key(shelf, monkeypatch):
    shelf.save()
    monkeypatch.setenv("BRINERY_KEY_FILE", str(shelf.settings.key_path))
    assert load("bread", models=shelf.settings.models).card.name == "bread"


def test_a_shelf_behind_a_url(shelf):
    import fsspec

    url = "memory://a-shelf"
    shelf.settings = type(shelf.settings)(models=url, key_path=shelf.settings.key_path)
    shelf.shelf = type(shelf.shelf).of(shelf.settings)
    try:
        assert shelf.save().version == 1
        assert shelf.save().version == 2
        assert shelf.shelf.open("bread").card.version == 2
        files, base = fsspec.core.url_to_fs(url)
        files.pipe_file(f"{base}/bread/versions/0003/model.pkl", b"the writer died here")
        assert shelf.shelf.versions("bread") == [1, 2]
        assert shelf.save().version == 4
    finally:
        files.rm(base, recursive=True)


def test_reading_the_shelf_imports_no_scikit_learn():
    program = (
        "import sys, json, brinery.registry.shelf, brinery.registry.save, brinery.registry.prove;"
        "print(json.dumps([m for m in ('sklearn', 'joblib', 'scipy') if m in sys.modules]))"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    assert json.loads(told) == []


def test_of_two_saves_at_once_the_newer_version_answers_whoever_ends_last(shelf, monkeypatch):
    late = []
    add = Shelf.add_event
    with monkeypatch.context() as patch:
        patch.setattr(Shelf, "add_event", lambda *given, **more: late.append((given, more)))
        shelf.save()
    shelf.save()
    for given, more in late:
        add(*given, **more)
    assert [one["version"] for one in shelf.shelf.events("bread")] == [2, 1]
    assert shelf.shelf.resolve("bread") == ("bread", 2)
    shelf.shelf.set_alias("bread", "live", 1)
    assert shelf.shelf.resolve("bread") == ("bread", 1)
    shelf.save()
    assert shelf.shelf.resolve("bread") == ("bread", 3)


def test_a_name_whose_accents_are_written_apart_is_found(shelf):
    shelf.save("naïve")
    assert shelf.shelf.resolve(unicodedata.normalize("NFD", "naïve")) == ("naïve", 1)


def test_a_model_that_may_not_be_read_hides_no_other(shelf, monkeypatch):
    shelf.save()
    shelf.save("cake")
    is_there = Path.exists

    def refused(path):
        if "bread" in path.parts:
            raise PermissionError(13, "Permission denied")
        return is_there(path)

    monkeypatch.setattr(Path, "exists", refused)
    bread, cake = shelf.shelf.entries()
    assert (cake.name, cake.problem) == ("cake", "")
    assert (bread.name, bread.card) == ("bread", None)
    assert "can't be read (Permission denied)" in bread.problem
    assert shelf.shelf.names() == ["cake"]
