"""Shelf: everything about every model, and what may be done with it."""

import pytest

from brinery.model.proof import Replay
from ui import services


def names(app):
    return [box.label.split("  \n")[0] for box in app.expander]


def test_a_row_says_what_it_predicts_and_how_good_it_is(serve, trained):
    app = serve(trained, "shelf")
    crunchy, grams = (box.label.split("  \n")[1].replace("\\", "") for box in app.expander)
    assert crunchy.startswith(":small[Predicts “crunchy”. Right for ")
    assert "Version 2 of 2, " in crunchy
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
    assert "version 2 answers from now on" in words
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


def test_another_version_can_be_put_in_use(serve, copy_of):
    app = serve(copy_of, "shelf", model="crunchy")
    app.selectbox(key="shelf/version/crunchy").select(1).run()
    app.button(key="shelf/live/crunchy").click().run()
    assert not app.exception
    assert services.get().shelf.resolve("crunchy") == ("crunchy", 1)


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
    assert not [key for key in keys if key and key.startswith(("shelf/archive", "shelf/live"))]


def test_an_unknown_model_is_said_to_be_one(serve, said, trained):
    assert "no model called “zebra”" in said(serve(trained, "shelf", model="zebra"))
