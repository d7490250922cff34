import json
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from brinery.errors import BrineryError, NameRefused, NotOnShelf
from brinery.registry import storage
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


def test_the_first_version_answers_until_another_is_put_live(shelf):
    assert str(shelf.save()) == "bread@1"
    assert str(shelf.save(slope=3.0)) == "bread@2"
    assert shelf.shelf.versions("bread") == [1, 2]
    assert shelf.shelf.resolve("bread") == ("bread", 1)
    assert shelf.shelf.resolve("bread@2") == ("bread", 2)
    assert shelf.shelf.resolve("bread@live") == ("bread", 1)
    assert shelf.shelf.open("bread").card.version == 1


def test_the_events_tell_who_saved_and_what_an_alias_stands_for(shelf):
    shelf.save(by="ann")
    shelf.save(by="ann")
    shelf.shelf.set_alias("bread", "tested", 2, by="bob", why="two weeks beside the old one")
    assert shelf.shelf.resolve("bread@tested") == ("bread", 2)
    told = shelf.shelf.events("bread")
    assert [(one["number"], one["kind"], one["by"], one["version"]) for one in told] == [
        (1, "saved", "ann", 1),
        (2, "saved", "ann", 2),
        (3, "alias", "bob", 2),
    ]
    assert told[-1]["why"] == "two weeks beside the old one"
    assert told[-1]["at"].endswith("Z")


def test_aliases_that_cannot_be(shelf):
    shelf.save()
    with pytest.raises(NameRefused, match="can't be a number"):
        shelf.shelf.set_alias("bread", "7", 1)
    with pytest.raises(NotOnShelf, match="no version or alias “9”"):
        shelf.shelf.set_alias("bread", "test", 9)
    with pytest.raises(NameRefused, match="Compare the version with the one in use"):
        shelf.shelf.set_alias("bread", "live", 1)


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
    assert shelf.shelf.resolve("bread") == ("bread", 1)
    for version in (1, 3):
        shelf.shelf.add_event("bread", "deleted", version=version)
    assert shelf.shelf.entries() == []
    with pytest.raises(NotOnShelf, match="All its versions were deleted"):
        shelf.shelf.resolve("bread")


def test_an_entry_has_what_the_list_shows(shelf):
    shelf.save(description="Loaves a day", owner="Ann")
    shelf.save(description="Loaves a day", owner="Ann")
    (entry,) = shelf.shelf.entries()
    assert (entry.name, entry.n_versions, entry.live_version) == ("bread", 2, 1)
    assert entry.card.description == "Loaves a day"
    assert entry.card.proved.identical
    assert entry.problem == ""
    assert entry.aliases == {"live": 1}


@pytest.mark.parametrize(
    "event",
    [
        *("[]", "null", "{}", '{"kind": "alias"}', '{"kind": "deleted", "version": "x"}'),
        '{"kind": "deleted", "version": Infinity}',
        "[" * 99999,
    ],
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


def test_fifty_models_are_listed_from_their_cards_and_events_alone(shelf, monkeypatch):
    shelf.save("model 0")
    source = Path(shelf.settings.models, "model 0")
    for number in range(1, 50):
        copy = source.with_name(f"model {number}")
        (copy / "versions" / "0001").mkdir(parents=True)
        (copy / "events").mkdir()
        for file in ("versions/0001/card.json", "events/000001.json"):
            (copy / file).write_bytes((source / file).read_bytes())
    read = []
    real = storage.read
    monkeypatch.setattr(storage, "read", lambda root, path: read.append(path) or real(root, path))
    assert len(shelf.shelf.entries()) == 50
    assert (
        sorted(path.rpartition("/")[2] for path in read)
        == ["000001.json"] * 50 + ["card.json"] * 50
    )


def test_load_reads_the_environments_key(shelf, monkeypatch):
    shelf.save()
    monkeypatch.setenv("BRINERY_KEY_FILE", str(shelf.settings.key_path))
    assert load("bread", models=shelf.settings.models).card.name == "bread"


def test_a_shelf_in_a_bucket(shelf, bucket):
    shelf.settings = type(shelf.settings)(models=bucket, key_path=shelf.settings.key_path)
    shelf.shelf = type(shelf.shelf).of(shelf.settings)
    assert shelf.save().version == 1
    assert shelf.save().version == 2
    assert shelf.shelf.open("bread@2").card.version == 2
    storage.create_file(bucket, "bread/versions/0003/model.pkl", b"the writer died here")
    assert shelf.shelf.versions("bread") == [1, 2]
    assert shelf.save().version == 4


def test_reading_the_shelf_imports_no_scikit_learn():
    program = (
        "import sys, json, brinery.registry.shelf, brinery.registry.save, brinery.registry.prove;"
        "print(json.dumps([m for m in ('sklearn', 'joblib', 'scipy') if m in sys.modules]))"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    assert json.loads(told) == []


def test_a_first_save_that_was_killed_before_its_event_answers_all_the_same(shelf, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(Shelf, "add_event", lambda *_given, **_more: 0)
        shelf.save()
    assert shelf.shelf.resolve("bread") == ("bread", 1)
    shelf.save()
    assert [one["live"] for one in shelf.shelf.events("bread")] == [False]
    assert shelf.shelf.resolve("bread") == ("bread", 1)


def test_of_two_first_saves_at_once_one_answers_whoever_ends_last(shelf, monkeypatch):
    late = []
    add = Shelf.add_event
    with monkeypatch.context() as patch:
        patch.setattr(Shelf, "add_event", lambda *given, **more: late.append((given, more)))
        shelf.save()
    shelf.save()
    for given, more in late:
        add(*given, **more)
    assert [one["version"] for one in shelf.shelf.events("bread")] == [2, 1]
    assert shelf.shelf.resolve("bread") == ("bread", 1)


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
