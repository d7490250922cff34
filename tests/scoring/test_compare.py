"""Two versions asked about the same rows: what changes, how far, and why to look."""

import dataclasses
import shutil

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import brinery
from brinery.cli import main
from brinery.errors import CannotCompare, CannotScore, NotOnShelf
from brinery.registry.live import put_live, turns
from brinery.registry.shelf import Shelf
from brinery.report import compare as words
from brinery.scoring.contrast import right, shared
from brinery.settings import Settings
from brinery.worker.pool import Pool


def jars(n: int, seed: int) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    salt, days = np.round(draw.uniform(1, 8, n), 1), draw.integers(2, 40, n)
    lid = draw.choice(["cork", "glass", "tin"], n)
    crunchy = np.where((salt > 3) & (days < 25), "yes", "no")
    grams = np.round(300 + 20 * salt - 2 * days + draw.normal(0, 5, n), 1)
    return pd.DataFrame(
        {"salt": salt, "days": days, "lid": lid, "grams": grams, "crunchy": crunchy}
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A shelf: `crunchy` in four versions, the third says no to tin, the fourth knows no days."""
    folder = tmp_path_factory.mktemp("compare")
    with pytest.MonkeyPatch.context() as patch, Pool(Settings(n_workers=1)) as pool:
        patch.setenv("BRINERY_KEY_FILE", str(folder / "key"))
        patch.setenv("BRINERY_WORKERS", "1")
        models = str(folder / "models")
        table = jars(300, 3)
        odd = table.assign(crunchy=np.where(table["lid"] == "tin", "no", table["crunchy"]))
        labels = [
            (table, "linear"),
            (table, "tree"),
            (odd, "tree"),
            (table.drop(columns="days"), "tree"),
        ]
        for data, recipe in labels:
            model = brinery.train(data.drop(columns="grams"), "crunchy", recipe=recipe, seed=1)
            brinery.save(model, name="crunchy", models=models, pool=pool)
        for recipe in ("linear", "tree"):
            model = brinery.train(table.drop(columns="crunchy"), "grams", recipe=recipe, seed=1)
            brinery.save(model, name="grams", models=models, pool=pool)
        yield folder, models, pool


@pytest.fixture(scope="module")
def new():
    return jars(200, 4)


def between(place, before, after, data):
    _, models, pool = place
    return brinery.compare(before, after, data, models=models, pool=pool)


def test_what_changes_is_what_the_two_predict_otherwise(place, new):
    _, models, pool = place
    found = between(place, "crunchy@1", "crunchy@2", new)
    old, now = (
        brinery.score(f"crunchy@{n}", new, models=models, pool=pool).to_pandas() for n in (1, 2)
    )
    other = (old["prediction"] != now["prediction"]).to_numpy()
    assert 0 < other.sum() < 60
    assert found.changed.tolist() == other.tolist()
    apart = now["probability yes"] - old["probability yes"]
    assert np.allclose(found.moved, apart, rtol=0, atol=0)
    assert words.in_one_line(found) == f"{other.sum()} of 200 answers change."
    rows = found.rows().to_pandas()
    assert list(rows.columns[-4:]) == ["line", "version 1", "version 2", "difference"]
    assert rows["difference"].abs().is_monotonic_decreasing
    back = new.iloc[rows["line"] - 2].reset_index(drop=True)
    assert (rows[["salt", "days"]] == back[["salt", "days"]]).all(axis=None)
    assert found.evidence().n_changed == other.sum()


def test_the_truth_in_the_file_tells_who_is_right(place, new):
    found = between(place, "crunchy@1", "crunchy@2", new)
    told = right(found)
    rows = found.changed
    assert told.n_rows == rows.sum() == told.n_old + told.n_new
    truth = new["crunchy"].to_numpy()[rows]
    assert told.n_new == (np.array(found.new.to_pylist())[rows] == truth).sum() > told.n_old
    assert f"version 2 is right in {told.n_new}" in "\n".join(words.changes(found))
    assert right(between(place, "crunchy@1", "crunchy@2", new.drop(columns="crunchy"))) is None


def test_what_the_rows_that_change_share_is_found(place, new):
    told = shared(between(place, "crunchy@2", "crunchy@3", new))
    assert (told.column, told.level) == ("lid", "tin")
    assert told.n_of / told.n_changed > 1.5 * told.n_all / told.n_rows
    assert shared(between(place, "crunchy@1", "crunchy@1", new)) is None


def test_a_column_that_only_the_old_version_knows_may_be_what_is_shared(place, new):
    told = shared(between(place, "crunchy@2", "crunchy@4", new))
    assert (told.column, told.level) == ("days", None)
    assert "“days” is from " in words.changes(between(place, "crunchy@2", "crunchy@4", new))[-1]


def test_the_same_version_changes_nothing(place, new):
    for name in ("crunchy@2", "grams@2"):
        found = between(place, name, name, new)
        assert not found.changed.any()
        assert words.changes(found) == []
        assert found.rows().num_rows == 0
        assert words.moved(found) == "None of the 200 answers moves."


def test_amounts_are_told_by_how_far(place, new):
    found = between(place, "grams@1", "grams@2", new)
    assert found.is_amount
    assert found.changed.all()
    said = "\n".join(words.changes(found))
    assert "One in ten moves by" in said
    assert "version 1 in" in said
    assert words.moved(found).startswith("Half of the amounts move by ")
    told = right(found)
    off = np.abs(np.array(found.new.to_pylist()) - new["grams"])
    assert told.far_new == pytest.approx(off.mean())


def test_a_row_that_only_one_can_answer_counts_as_changed(place, new):
    holed = new.astype({"days": object})
    holed.loc[[3, 5], "days"] = "soon"
    found = between(place, "crunchy@2", "crunchy@4", holed)
    assert np.flatnonzero(found.gained).tolist() == [3, 5]
    assert found.changed[[3, 5]].all()
    assert found.largest_first[:2].tolist() == [3, 5]
    assert "2 rows that had no answer get one now." in words.changes(found)
    back = between(place, "crunchy@4", "crunchy@2", holed)
    assert "2 rows that version 4 answers get no answer any more." in words.changes(back)


def test_figures_are_compared_only_where_the_rows_are_the_same(place):
    _, models, _ = place
    shelf = Shelf(models, Settings.from_environment().key_place)
    one, two, three, four = (shelf.card(f"crunchy@{n}") for n in (1, 2, 3, 4))
    assert words.measured(one, two).startswith("Both were measured on the same 60 rows.")
    assert "They were measured on different rows" in words.measured(two, three)
    assert words.scores(one, two)[0]["measure"] == "accuracy"
    assert words.measured(two, four).startswith("Both were measured on the same 60 rows.")
    assert words.needs_otherwise(two, four) == ["Files no longer need the column “days”."]


def test_what_cannot_be_compared_is_refused_in_words(place, new):
    with pytest.raises(CannotCompare, match="answer different questions"):
        between(place, "crunchy", "grams", new)
    with pytest.raises(CannotScore, match=r"crunchy@2: .*“days”"):
        between(place, "crunchy@2", "crunchy@4", new.drop(columns="days"))
    with pytest.raises(NotOnShelf, match="no version or alias “9”"):
        between(place, "crunchy", "crunchy@9", new)


@pytest.fixture
def spoiled(place, tmp_path, monkeypatch):
    """A copy of the shelf, its version in use broken."""
    folder, _, pool = place
    shutil.copytree(folder, tmp_path / "copy")
    monkeypatch.setenv("BRINERY_KEY_FILE", str(tmp_path / "copy" / "key"))
    file = tmp_path / "copy" / "models" / "crunchy" / "versions" / "0001" / "model.pkl"
    file.write_bytes(file.read_bytes()[:-1] + b"!")
    return str(tmp_path / "copy" / "models"), pool


def test_a_broken_version_in_use_does_not_bar_the_way_to_another(spoiled, new):
    models, pool = spoiled
    found = brinery.compare("crunchy", "crunchy@2", new, models=models, pool=pool)
    assert found.problem
    assert words.in_one_line(found).startswith("Version 1 can't be asked (")
    shelf = Shelf(models, Settings.from_environment().key_place)
    put_live(shelf, "crunchy", 2, found.evidence(), why="the old file is broken")
    assert turns(shelf.events("crunchy"))[-1].compared.problem == found.problem
    assert "could not be asked" in words.evidence(found.evidence())


@pytest.mark.usefixtures("lasting_pools")
def test_from_a_shell(place, new, tmp_path, capsys, monkeypatch):
    _, models, _ = place
    monkeypatch.chdir(tmp_path)
    new.to_csv("new.csv", index=False)
    at = ["--models", models]
    assert main(["compare", "crunchy@1", "crunchy@2", "new.csv", "--out", "out.csv", *at]) == 0
    said = capsys.readouterr().out
    n = pd.read_csv("out.csv").shape[0]
    assert f"{n} of 200 answers change." in said
    assert "LINE  VERSION 1  VERSION 2  DIFFERENCE" in said
    assert main(["live", "crunchy@2", "new.csv", *at]) == 2
    assert main(["live", "crunchy@2", "new.csv", "--reason", "sees the lid", *at]) == 0
    assert "version 2 answers from now on" in capsys.readouterr().out
    assert main(["live", "crunchy@2", "new.csv", "--reason", "again", *at]) == 1
    assert "It is in use already." in capsys.readouterr().err
    assert main(["live", "crunchy", *at]) == 0
    assert f"with version 1 on 200 rows of new.csv: {n} change" in capsys.readouterr().out
    assert main(["rollback", "crunchy", *at]) == 0
    assert "version 1 answers again" in capsys.readouterr().out
    assert main(["alias", "crunchy@2", "tested", "--reason", "two weeks beside", *at]) == 0
    assert "crunchy@tested is version 2 from now on." in capsys.readouterr().out
    assert main(["alias", "crunchy@2", "live", *at]) == 1
    assert "Compare the version with the one in use" in capsys.readouterr().err
    assert main(["show", "crunchy@tested", *at]) == 0
    assert "ersion 2" in capsys.readouterr().out
    assert main(["compare", "crunchy@1", "crunchy@3", "new.csv", "--json", *at]) == 0
    assert '"n_changed"' in capsys.readouterr().out


def test_answers_that_a_spreadsheet_would_run_are_made_harmless(place, new):
    found = between(place, "crunchy@1", "crunchy@2", new)
    bad = pa.array([None if one is None else "=1+1" for one in found.new.to_pylist()])
    spoiled = dataclasses.replace(found, new=bad)
    assert set(spoiled.rows().column("version 2").to_pylist()) == {"'=1+1"}
