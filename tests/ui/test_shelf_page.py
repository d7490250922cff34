"""Shelf: everything about every model, and what may be done with it."""

import pytest

from brinery.model.proof import Replay
from brinery.registry.live import Compared, put_live
from ui import services


def names(app):
    return [box.label.split("  \n")[0] for box in app.expander]


def test_a_row_says_what_it_predicts_and_how_good_it_is(serve, trained):
    app = serve(trained, "shelf")
    crunchy, grams = (box.label.split("  \n")[1].replace("\\", "") for box in app.expander)
    assert crunchy.startswith(":small[Predicts “crunchy”. Right for ")
    assert "Version 1 of 2, " in crunchy
    assert grams.startswith(":small[Predicts “grams”. Off by ")
    assert "Version 1, " in grams


def test_an_empty_shelf_says_so(serve, said, tmp_path):
    assert "The shelf is empty." in said(serve(tmp_path, "shelf"))


def test_it_is_searched_by_name_and_by_column(serve, said, trained):
    app = serve(trained, "shelf")
    assert names(app) == ["**crunchy**", "**grams**"]
    app.text_input(key="shelf/search").set_value("gram VINEGAR").run()
    assert names(app) == ["**grams**"]
    app.text_input(key="shelf/search").set_value("zebra").run()
    assert "No model fits" in said(app)


def test_an_opened_model_shows_card_file_proof_and_history(serve, said, trained):
    app = serve(trained, "shelf", model="crunchy")
    words = said(app).replace("\\", "")
    assert "What it needs" in words
    assert "without running it" in words
    assert "fresh process" in words
    assert "Which version was in use when" in words
    assert "version 2 was saved" in words
    assert "pickle.load(file)" in app.code[0].value
    assert "```" not in words
    audit = next(table.value for table in app.dataframe if "Module" in table.value)
    assert set(audit["Let in"]) == {"yes"}
    assert {"Card", "Pickle"} <= {button.label for button in app.get("download_button")}


def test_it_is_proved_again(serve, said, trained):
    app = serve(trained, "shelf", model="grams")
    app.button(key="shelf/prove/grams").click().run()
    assert not app.exception
    assert "every answer as on the day it was saved" in said(app)


@pytest.mark.parametrize(
    ("replay", "box", "words"),
    [
        (Replay(100, 3, 1e-15, only_rounding=True), "info", "only the last digits differ"),
        (Replay(100, 3, 0.5, only_rounding=False), "error", "3 of 100 rows got another answer"),
    ],
)
def test_last_digits_are_told_from_other_answers(serve, trained, monkeypatch, replay, box, words):
    app = serve(trained, "shelf", model="grams")
    monkeypatch.setattr("ui.model_view.prove", lambda *_args, **_fields: replay)
    app.button(key="shelf/prove/grams").click().run()
    assert not app.exception
    assert [words in one.value for one in getattr(app, box)] == [True]


def test_another_version_is_put_in_use_by_comparing(serve, copy_of):
    app = serve(copy_of, "shelf", model="crunchy")
    assert [b.label for b in app.button if b.key == "shelf/compare/crunchy"] == ["Compare versions"]
    app.selectbox(key="shelf/version/crunchy").select(2).run()
    app.button(key="shelf/compare/crunchy").click().run()
    assert not app.exception
    assert app.title[0].value == "Compare"
    assert app.selectbox(key="compare/after/crunchy/1/1").value == 2


def test_it_goes_back_in_one_click_and_the_timeline_tells(serve, said, copy_of):
    app = serve(copy_of, "shelf", model="crunchy")
    assert not [b for b in app.button if b.key == "shelf/back/crunchy"]
    shelf = services.get().shelf
    put_live(shelf, "crunchy", 2, Compared(1, 900, 12, "may.csv"), why="newer", by="Bob")
    app.run()
    app.button(key="shelf/back/crunchy").click().run()
    assert not app.exception
    assert services.get().shelf.resolve("crunchy") == ("crunchy", 1)
    words = said(app).replace("\\", "")
    assert "by Bob: newer. Compared with version 1 on 900 rows of may.csv: 12 change." in words
    assert "in use now, by somebody at the dashboard: back from version 2." in words


def test_one_version_is_archived_and_says_so(serve, said, copy_of):
    app = serve(copy_of, "shelf", model="crunchy")
    app.selectbox(key="shelf/version/crunchy").select(2).run()
    app.button(key="shelf/archive/crunchy/2").click().run()
    assert app.button(key="shelf/archive/yes")
    services.get().shelf.archive("crunchy", 2, why="wrong prices")
    app = serve(copy_of, "shelf", model="crunchy")
    app.selectbox(key="shelf/version/crunchy").select(2).run()
    words = said(app).replace("\\", "")
    assert "Version 2 was archived on " in words
    assert ": wrong prices." in words
    app.button(key="shelf/restore/crunchy/2").click().run()
    assert "was archived on" not in said(app)


def test_archiving_asks_first_and_can_be_undone(serve, copy_of):
    app = serve(copy_of, "shelf", model="grams")
    app.button(key="shelf/archive/grams").click().run()
    assert app.button(key="shelf/archive/yes")
    assert len(services.get().shelf.entries()) == 2
    services.get().shelf.archive("grams", why="old")
    app = serve(copy_of, "shelf", model="grams")
    assert "**grams** :gray-badge[archived]" in names(app)
    app.button(key="shelf/restore/grams").click().run()
    assert not app.exception
    assert len(services.get().shelf.entries()) == 2


@pytest.mark.parametrize("shelf", ["broken_card", "broken_pickle"])
def test_what_is_broken_is_shown_with_its_words_and_not_offered(serve, request, shelf):
    app = serve(request.getfixturevalue(shelf), "shelf", model="crunchy")
    assert len(app.error) == 1
    assert "Predict with it" not in [button.label for button in app.button]
    assert "Pickle" not in [button.label for button in app.get("download_button")]


def test_a_user_gets_no_pickle_and_changes_nothing(serve, trained):
    app = serve(trained, "shelf", role="user", model="crunchy")
    assert [button.label for button in app.get("download_button")] == ["Card"]
    keys = [button.key for button in app.button]
    assert not [
        key
        for key in keys
        if key and key.startswith(("shelf/archive", "shelf/compare", "shelf/back"))
    ]


def test_an_unknown_model_is_said_to_be_one(serve, said, trained):
    assert "no model called “zebra”" in said(serve(trained, "shelf", model="zebra"))
