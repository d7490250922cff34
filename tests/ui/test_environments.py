"""A model in an environment of its own: who is told, who may change it. Twins, so no network."""

import sys

import pytest

from brinery.environments import kept
from brinery.environments.pins import of_card
from brinery.registry.own import run_in_own
from brinery.registry.shelf import Shelf
from brinery.settings import KeyPlace
from tests.environments.twin import make_twin
from tests.resealing import resealed, shifted
from ui import services

OLD = {"scikit-learn": "1.5.2"}


@pytest.fixture
def old(copy_of, monkeypatch):
    """A shelf whose `grams` was made with an older release, the twin of which is built."""
    monkeypatch.setenv("BRINERY_ENVIRONMENTS", str(copy_of / "environments"))
    shelf = Shelf(str(copy_of / "models"), KeyPlace(copy_of / "key"))
    resealed(shelf, "grams", packages=OLD)
    make_twin(copy_of / "environments", of_card(shelf.card("grams").environment))
    return copy_of


@pytest.fixture
def own(old, serve):
    serve(old)
    here = services.get()
    run_in_own(here.shelf, "grams", here.pool, here.settings)
    return old


def plainly(text):
    return text.replace("\\", "")


def test_the_operator_has_it_built_on_the_shelf(serve, said, old):
    app = serve(old, "shelf", model="grams")
    app.button(key="shelf/own/grams").click().run()
    assert not app.exception
    assert not app.error
    assert services.get().shelf.open("grams").own is not None
    words = plainly(said(app))
    assert "It is run by the versions of Python and its libraries that it was made with" in words
    assert "scikit-learn 1.5.2" in words
    assert "version 1 runs in its own environment from now on" in words
    app.button(key="shelf/leave/grams").click().run()
    assert services.get().shelf.open("grams").own is None
    assert "version 1 runs in the server's own environment again" in plainly(said(app))


def test_where_a_model_is_refused_it_is_offered_at_once(serve, old):
    shelf = Shelf(str(old / "models"), KeyPlace(old / "key"))
    resealed(shelf, "grams", proof=shifted(shelf.open("grams").proof))
    app = serve(old, "predict", model="grams")
    assert "in an environment of its own" in plainly(app.error[0].value)
    app.button(key="shelf/own/grams").click().run()
    assert "it answers 3 of 100 rows otherwise" in plainly(app.error[-1].value)
    assert services.get().shelf.open("grams").own is None


def test_without_uv_the_page_says_how_to_get_it(serve, old, monkeypatch, tmp_path):
    monkeypatch.setenv("BRINERY_ENVIRONMENTS", str(tmp_path / "none"))
    monkeypatch.setitem(sys.modules, "uv", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    app = serve(old, "shelf", model="grams")
    app.button(key="shelf/own/grams").click().run()
    assert "pip install uv" in plainly(app.error[-1].value)


@pytest.mark.parametrize("role", ["user", "modeler"])
def test_others_see_it_and_have_no_button(serve, said, own, role):
    app = serve(own, "predict", role=role, model="grams")
    assert "in an environment of its own, so that its answers stay" in plainly(said(app))
    assert app.file_uploader
    app = serve(own, "shelf", role=role, model="grams")
    assert "scikit-learn 1.5.2" in plainly(said(app))
    keys = [button.key or "" for button in app.button]
    assert not [key for key in keys if key.startswith(("shelf/own", "shelf/leave"))]


@pytest.mark.parametrize(
    ("role", "words"), [("user", "Ask whoever runs this server."), ("operator", "")]
)
def test_a_missing_environment_is_said_before_a_file_is_asked_for(serve, own, role, words):
    key = of_card(services.get().shelf.card("grams").environment).key
    kept.remove(own / "environments", key)
    app = serve(own, "predict", role=role, model="grams")
    assert not app.file_uploader
    (warning,) = app.warning
    assert plainly(warning.value).startswith("This model runs in an environment of its own, which")
    assert plainly(warning.value).endswith(words or "until that is built again.")
    app = serve(own, "shelf", role=role, model="grams")
    labels = [button.label for button in app.button]
    assert ("Build its environment again" in labels) == (role == "operator")


def test_system_lists_them_and_asks_before_one_that_is_needed_goes(serve, said, own):
    key = of_card(services.get().shelf.card("grams").environment).key
    app = serve(own, "system")
    assert "Runs grams." in plainly(said(app))
    app.button(key=f"system/environment/{key}").click().run()
    assert "will give no predictions until the environment is built again" in plainly(said(app))
    assert app.button(key="system/environment/yes")
    assert len(kept.all_built(own / "environments")) == 1


def test_one_that_no_model_runs_in_is_removed_at_once(serve, said, old):
    app = serve(old, "system")
    assert "No model in use runs in it." in said(app)
    (built,) = kept.all_built(old / "environments")
    app.button(key=f"system/environment/{built.key}").click().run()
    assert kept.all_built(old / "environments") == []
