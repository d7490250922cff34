"""The first start: really trains the examples, once, and says what went wrong."""

import pytest

import brinery
from brinery.errors import WorkerFailed
from ui import first_start, services


@pytest.fixture
def here(serve, tmp_path):
    serve(tmp_path)
    return services.get()


def test_an_empty_shelf_gets_the_examples_and_a_full_one_none(here):
    thread = first_start.begin(here)
    assert first_start.state.waiting
    thread.join(timeout=120)
    assert first_start.state == first_start.FirstStart([], "")
    entries = here.shelf.entries()
    assert [entry.name for entry in entries] == ["customer-cancellation", "delivery-days"]
    assert all("made up" in entry.card.description for entry in entries)
    assert first_start.example_of(entries[0].card)
    assert first_start.begin(here) is None


def test_the_one_that_is_missing_is_made_and_none_beside_models_of_others(here, jar_table):
    first, second = first_start.EXAMPLES
    put = {"models": here.settings.models, "pool": here.pool, "settings": here.settings}
    model = brinery.train(jar_table().drop(columns="grams"), "crunchy", recipe="baseline")
    brinery.save(model, name=first.name, **put)
    thread = first_start.begin(here)
    assert first_start.state.waiting == [second.name]
    thread.join(timeout=120)
    assert here.shelf.names() == [first.name, second.name]
    assert first_start.begin(here) is None


def test_a_shelf_with_another_model_is_left_as_it_is(serve, trained):
    serve(trained)
    assert first_start.begin(services.get()) is None


def test_a_start_that_is_stopped_leaves_no_word_in_the_log(here, caplog):
    here.pool.shutdown(wait=False)
    first_start.begin(here).join(timeout=60)
    assert first_start.state == first_start.FirstStart([], "")
    assert not caplog.text


def test_what_failed_is_kept_for_the_page(here, monkeypatch, caplog):
    def fail(*_args, **_fields):
        raise WorkerFailed("The worker processes end as soon as they are started.")

    monkeypatch.setattr("ui.training.submit", fail)
    first_start.begin(here).join(timeout=60)
    assert "as soon as they are started" in first_start.state.problem
    assert not first_start.state.waiting
    assert "could not be made" in caplog.text
