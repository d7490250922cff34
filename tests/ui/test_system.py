"""System: what holds on this machine, for its operator."""

import pytest

from brinery.worker.pool import Pool
from brinery.worker.trial import Tried
from ui import services

HOLDS = (Tried("open a network connection", "blocked"), Tried("run for ever", "blocked"))


@pytest.fixture
def outcome(monkeypatch):
    def set_outcome(*tried):
        monkeypatch.setattr(Pool, "sandbox", lambda _: tried)

    return set_outcome


def table(app):
    return app.dataframe[0].value.to_numpy().tolist()


def test_what_holds_is_said(serve, said, trained, outcome):
    outcome(*HOLDS)
    app = serve(trained, "system")
    assert "2 of 2 attacks were blocked, as they should be" in app.success[0].value
    assert table(app)[0] == ["open a network connection", "blocked"]
    assert not app.error
    words = said(app).replace("\\", "")
    assert str(trained / "key") in words
    assert "readable by the server alone" in words
    assert str(trained / "models") in words
    assert "scikit-learn" in app.dataframe[1].value["Program"].to_list()


def test_what_does_not_hold_is_said_with_what_to_do(serve, said, trained, outcome):
    outcome(
        Tried("open a network connection", "open", "The worker reached a listener."),
        Tried("write files", "untested", "There is nothing here to try it on."),
        *HOLDS[1:],
    )
    app = serve(trained, "system")
    assert "a worker can open a network connection" in app.error[0].value
    assert "BRINERY_REQUIRE_SANDBOX" in said(app)
    assert table(app)[0][1] == "not blocked. The worker reached a listener."
    assert table(app)[1][1].startswith("can't be tested here.")


def test_a_key_that_cannot_be_used_is_said(serve, trained, copy_of, outcome):
    outcome(*HOLDS)
    (copy_of / "key").write_text("not a key")
    app = serve(copy_of, "system")
    assert "no key of the seals" in app.error[0].value


def test_what_was_set_in_vain_is_said(serve, trained, tmp_path, monkeypatch, outcome):
    outcome(*HOLDS)
    assert not serve(trained, "system").warning
    monkeypatch.setenv("BRINERY_MODELL", "shelf")
    monkeypatch.setenv("BRINERY_FILES", str(tmp_path / "inbox"))
    name, files = (one.value.replace("\\", "") for one in serve(trained, "system").warning)
    assert "Did you mean BRINERY_MODELS?" in name
    assert f"Predict can't offer the files of BRINERY_FILES, {tmp_path / 'inbox'}." in files


@pytest.mark.parametrize("role", ["user", "modeler"])
def test_it_is_for_operators(serve, trained, role):
    app = serve(trained, "system", role=role)
    assert "`BRINERY_ROLE=operator`" in app.error[0].value
    assert not app.dataframe


def test_what_was_found_is_really_tried(serve, trained, monkeypatch):
    monkeypatch.setattr(services, "Pool", Pool)
    app = serve(trained, "system")
    assert len(table(app)) == 13
    assert len(services.get().pool.sandbox()) == 13


def test_facts_of_a_key_that_is_given(serve, trained, monkeypatch, outcome, said):
    outcome(*HOLDS)
    key = (trained / "key").read_text().strip()
    monkeypatch.setenv("BRINERY_KEY", f"{'ab' * 32} {key}")
    words = said(serve(trained, "system")).replace("\\", "")
    assert "given by BRINERY_KEY" in words
    assert "1 older one still good for reading" in words
    assert key not in words
