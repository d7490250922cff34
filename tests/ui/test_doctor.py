"""Columns, words and ways of reading that a person settles on Predict."""

import json
from functools import partial

import numpy as np
import pandas as pd
import pytest

import brinery
from brinery.settings import Settings
from tests.ui.jars import csv


@pytest.fixture
def upload(upload_on, copy_of):
    return partial(upload_on, copy_of)


def press(app, name):
    next(b for b in app.button if b.label.startswith(name)).click().run()
    assert not app.exception
    return app


def box(app, name):
    return next(one for one in app.selectbox if one.label == name)


def labels(app):
    return [one.label for one in app.button]


def test_all_missing_columns_are_asked_for_at_once_with_proposals(upload, said, new_jars):
    names = {"salt_percent": "salt_percnt", "days": "age in days", "vinegar": "sort"}
    app = upload(csv(new_jars.rename(columns=names)))
    assert "your file can stay as it is" in said(app)
    assert "The model needs** (3 columns not found)" in said(app)
    assert {name: box(app, f"Take for {name}").value for name in names} == names
    press(app, "Take these")
    assert "30 rows predicted" in said(app)
    assert "Taken as you chose" in said(app)
    assert "Take these" not in labels(app)


def test_what_is_not_proposed_can_be_chosen(upload, said, new_jars):
    app = upload(csv(new_jars.rename(columns={"days": "x"})))
    assert box(app, "Take for days").value is None
    box(app, "Take for days").select("x").run()
    assert "30 rows predicted" not in said(app)
    assert "30 rows predicted" in said(press(app, "Take these"))


def test_a_column_is_not_taken_for_two(upload, said, new_jars):
    app = upload(csv(new_jars.rename(columns={"days": "x", "salt_percent": "w"})))
    box(app, "Take for days").select("x").run()
    box(app, "Take for salt_percent").select("x").run()
    press(app, "Take these")
    assert "“x” is chosen for two columns" in said(app)
    assert "rows predicted" not in said(app)


def test_the_next_file_of_this_layout_is_taken_as_last_time_until_it_is_undone(
    upload, said, new_jars
):
    renamed = new_jars.rename(columns={"days": "x"})
    app = upload(csv(renamed))
    box(app, "Take for days").select("x").run()
    press(app, "Take these")
    app = upload(csv(renamed.iloc[:7, ::-1]))
    assert "Taken as last time" in said(app)
    assert "“x” is taken as “days”, as somebody chose for an earlier file" in said(app)
    assert "7 rows predicted" in said(app)
    press(app, "Undo")
    assert "rows predicted" not in said(app)
    assert "“days” is missing" in said(app)
    app = upload(csv(renamed.iloc[:8]))
    assert "Taken as last time" not in said(app)
    assert "“days” is missing" in said(app)


def test_another_layout_is_not_taken_for_it(upload, said, new_jars):
    renamed = new_jars.rename(columns={"days": "x"})
    app = upload(csv(renamed))
    box(app, "Take for days").select("x").run()
    press(app, "Take these")
    assert "“days” is missing" in said(upload(csv(renamed.assign(more=1))))


def test_what_is_kept_and_cannot_be_read_is_left_aside(upload, said, new_jars, copy_of, caplog):
    renamed = new_jars.rename(columns={"days": "x"})
    app = upload(csv(renamed))
    box(app, "Take for days").select("x").run()
    press(app, "Take these")
    (kept,) = (copy_of / "remembered").iterdir()
    assert json.loads(kept.read_text())["choices"]["renames"] == {"days": "x"}
    kept.write_text("{")
    assert "“days” is missing" in said(upload(csv(renamed.iloc[:5])))
    assert "is left aside" in caplog.text


def test_words_that_are_nearly_known_are_settled_with_their_rows(upload, said, new_jars):
    new_jars.loc[[1, 2], "vinegar"] = "aple"
    new_jars.loc[5, "days"] = 4
    new_jars["days"] = new_jars["days"].astype(str)
    new_jars.loc[3, "days"] = "1O"
    app = upload(csv(new_jars))
    assert box(app, "aple in vinegar means").value == "apple"
    assert box(app, "1O in days means").value == "10"
    assert "2 rows" in said(app)
    press(app, "Take these")
    assert "“aple” is taken as “apple”" in said(app)
    assert "30 rows predicted" in said(app)
    app = upload(csv(new_jars.iloc[:9]))
    assert "“aple” is taken as “apple”" in said(app)
    assert "“1O” looks like “10”" in said(app), "numbers are not kept"


def test_what_was_chosen_and_does_not_come_in_this_file_leaves_nothing_to_undo(upload, new_jars):
    slip = new_jars.copy()
    slip.loc[1, "vinegar"] = "aple"
    app = upload(csv(slip))
    press(app, "Take these")
    assert [one.label for one in app.button if one.label.startswith("Undo")] == ["Undo"]
    app = upload(csv(new_jars))
    assert not [one.label for one in app.button if one.label.startswith("Undo")]


@pytest.fixture
def asked(copy_of, lend_pool):
    """A shelf with a model whose numbers and dates can be read in two ways."""
    n = 120
    draw = np.random.default_rng(1)
    amount = np.round(draw.uniform(0, 3000, n), 2)
    amount[0] = 0.5
    table = pd.DataFrame(
        {
            "amount": amount,
            "on": [f"{1 + i % 12:02}/{1 + i % 11:02}/2024" for i in range(n)],
            "big": np.where(amount > 1500, "yes", "no"),
        }
    )
    settings = Settings(models=str(copy_of / "models"), key_path=copy_of / "key", n_workers=1)
    with lend_pool(settings) as pool:
        model = brinery.train(table, "big", recipe="tree", seed=1)
        brinery.save(
            model, name="big", models=settings.models, pool=pool, settings=settings, owner="Ada"
        )
    return copy_of


def test_what_can_be_read_in_two_ways_is_asked_once(upload_on, said, asked):
    upload = partial(upload_on, asked, model="big")
    app = upload(b"amount;on\n1.234;03/04/2024\n2.345;05/06/2024\n")
    number, date = app.radio
    assert number.label.startswith("Is “1.234” in “amount” 1 and a bit")
    assert number.value.startswith("1 and a bit")
    assert date.label == "Is “03/04/2024” in “on” 3 April 2024, or 4 March 2024?"
    number.set_value(number.options[1]).run()
    date.set_value(date.options[1]).run()
    press(app, "Read it so")
    assert not app.radio
    assert "in “amount” is 1234" in said(app)
    assert "in “on” is 4 March 2024, as you chose" in said(app)
    app = upload(b"amount;on\n1.234;03/04/2024\n")
    assert "Taken as last time" in said(app)
    assert not app.radio
    press(app, "Undo")
    assert len(app.radio) == 2
