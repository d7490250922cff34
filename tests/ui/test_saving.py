"""Saving the result of a training."""

from datetime import date

import brinery
from ui import services


def test_the_result_is_shown_against_the_baseline_and_saved(finished, said):
    assert "Always answering" in said(finished)
    assert "training never saw" in said(finished)
    finished.text_input(key="save/name").set_value("my jars")
    finished.text_area(key="save/description").set_value("Is it crunchy?")
    finished.text_input(key="save/owner").set_value("Ada")
    next(b for b in finished.button if b.label == "Save").click().run()
    assert not finished.exception
    assert "Saved as my jars, version 1" in said(finished)
    finished.button(key="save/predict").click().run()
    assert finished.selectbox(key="model").value == "my jars"
    card = services.get().shelf.card("my jars")
    assert (card.owner, card.description) == ("Ada", "Is it crunchy?")


def test_a_further_version_is_compared_before_it_answers(finished, said, jar_table):
    here = services.get()
    model = brinery.train(jar_table().drop(columns="grams"), "crunchy", recipe="baseline", seed=1)
    put = {"models": here.settings.models, "pool": here.pool, "settings": here.settings}
    brinery.save(model, name="my jars", **put)
    finished.text_input(key="save/name").set_value("my jars")
    finished.date_input(key="save/review_by").set_value(date(2030, 11, 30))
    next(b for b in finished.button if b.label == "Save").click().run()
    assert not finished.exception
    assert "Version 1 still answers." in said(finished)
    assert here.shelf.resolve("my jars") == ("my jars", 1)
    assert here.shelf.card("my jars@2").review_by == "2030-11-30"
    finished.button(key="save/compare").click().run()
    assert not finished.exception
    assert finished.title[0].value == "Compare"
    assert finished.selectbox(key="compare/after/my jars/1/1").value == 2


def test_no_name_is_asked_for(finished):
    next(b for b in finished.button if b.label == "Save").click().run()
    assert [error.value for error in finished.error] == ["Give it a name first."]


def test_a_name_that_can_not_be_one_is_refused_in_words(finished):
    finished.text_input(key="save/name").set_value("../x")
    next(b for b in finished.button if b.label == "Save").click().run()
    assert not finished.exception
    assert len(finished.error) == 1
