"""After an upgrade: who is told what, and that a model answers only once it was proved."""

import pytest

from brinery.registry.shelf import Shelf
from brinery.settings import KeyPlace
from tests.resealing import resealed, shifted
from ui import services

OLD = {"scikit-learn": "1.5.2"}


@pytest.fixture
def upgraded(copy_of):
    """Make it that both models were saved under an older release of scikit-learn."""
    shelf = Shelf(str(copy_of / "models"), KeyPlace(copy_of / "key"))
    proof = shelf.open("grams").proof
    resealed(shelf, "grams", packages=OLD, proof=shifted(proof, by=0.25))
    resealed(shelf, "crunchy", packages=OLD)
    return copy_of


def test_a_model_that_answers_as_before_is_proved_and_used(serve, said, upgraded):
    app = serve(upgraded, "predict", model="crunchy")
    assert app.file_uploader
    assert not app.error
    assert not app.warning
    (event,) = [e for e in services.get().shelf.events("crunchy") if e["kind"] == "proved"]
    assert event["n_changed"] == 0
    app = serve(upgraded, "shelf", model="crunchy")
    words = said(app).replace("\\", "")
    assert "It was saved under scikit-learn 1.5.2; this is" in words
    assert "Its proof was replayed here: the same answers." in words
    assert "version 1 was proved again under scikit-learn" in words


def test_a_modeler_is_told_how_many_answers_differ_by_how_much(serve, said, upgraded):
    app = serve(upgraded, "predict", model="grams")
    assert not app.file_uploader
    (error,) = app.error
    words = error.value.replace("\\", "")
    assert words.startswith("grams, version 1, gives no predictions here. 3 of 100 answers differ")
    assert "by up to 0.25. It was saved under scikit-learn 1.5.2; this is " in words
    assert "Train it or bring it again" in words


def test_others_are_told_that_it_is_being_checked_and_whom_to_ask(serve, said, upgraded):
    app = serve(upgraded, "predict", role="user", model="grams")
    assert not app.file_uploader
    assert not app.error
    (warning,) = app.warning
    assert warning.value.replace("\\", "") == (
        "This model is being checked after an upgrade. It gives no predictions until that is "
        "done; ask Ada."
    )


@pytest.mark.parametrize("role", ["user", "operator"])
def test_shelf_and_home_mark_it_and_do_not_offer_it(serve, said, upgraded, role):
    serve(upgraded, "predict", role=role, model="grams")
    app = serve(upgraded, "shelf", role=role, model="grams")
    assert not app.exception
    (label,) = [box.label for box in app.expander if "grams" in box.label]
    assert (":red-badge[refused" if role == "operator" else ":orange-badge[being checked]") in label
    assert "Predict with it" not in [button.label for button in app.button]
    shown = (app.error if role == "operator" else app.warning)[0].value
    assert ("3 of 100 answers differ" in shown) == (role == "operator")
    app = serve(upgraded, "home", role=role)
    shown = "It was refused" if role == "operator" else "It is being checked"
    assert f"{shown} after an upgrade." in said(app)


def test_until_it_was_proved_the_shelf_says_that_it_will_be(serve, said, upgraded):
    app = serve(upgraded, "shelf", model="grams")
    assert "Its proof is replayed before it next answers." in said(app).replace("\\", "")
    app.button(key="shelf/prove/grams").click().run()
    assert not app.exception
    assert any("3 of 100 rows got another answer, by up to 0.25" in e.value for e in app.error)
    assert services.get().shelf.events("grams")[-1]["kind"] == "proved"


def test_a_start_after_an_upgrade_proves_all_that_are_in_use(serve, upgraded):
    from ui import server

    serve(upgraded)
    here = services.get()
    server._try_out(here)
    kinds = {name: here.shelf.events(name)[-1].get("n_changed") for name in ("crunchy", "grams")}
    assert kinds == {"crunchy": 0, "grams": 3}
