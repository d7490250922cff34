"""Train: upload, target, columns, recipe, the result, and saving it."""

import re
import time
from datetime import date

import pytest

import brinery
from ui import services, training


def csv(frame):
    return frame.to_csv(index=False).encode()


@pytest.fixture
def choose(serve, tmp_path):
    """Open Train, upload a table and choose the target."""

    def choose(frame, target):
        app = serve(tmp_path, "train")
        app.file_uploader(key="train_file").upload("jars.csv", csv(frame)).run()
        next(b for b in app.selectbox if b.label == "The column with the answer").select(
            target
        ).run()
        assert not app.exception
        return app

    return choose


@pytest.fixture
def finished(choose, jar_table):
    """Train a tree and wait for it."""
    app = choose(jar_table(), "crunchy")
    app.selectbox(key="train/recipe").select("tree")
    app.button(key="train/start").click().run()
    job = services.get().jobs.find(app.query_params["job"])
    job.future.result(timeout=60)
    app.run()
    assert not app.exception
    return app


def test_a_file_without_a_table_is_refused_in_words(serve, tmp_path):
    app = serve(tmp_path, "train")
    app.file_uploader(key="train_file").upload("empty.csv", b"").run()
    assert not app.exception
    assert len(app.error) == 1


def test_a_file_with_a_repeated_column_is_shown(serve, tmp_path):
    app = serve(tmp_path, "train")
    rows = b"".join(b"%d,%d,x\n" % (i, i % 3) for i in range(60))
    app.file_uploader(key="train_file").upload("twice.csv", b"a,a,b\n" + rows).run()
    assert not app.exception
    assert not app.error
    shown = app.dataframe[0].value
    assert list(shown) == ["a", "a (2)", "b"]


def test_a_target_that_is_an_identifier_is_refused_with_the_reason(choose, said, jar_table):
    app = choose(jar_table(), "jar")
    assert "“jar” can't be learned" in said(app).replace("\\", "")
    assert "train/start" not in [button.key for button in app.button]


def test_a_column_that_gives_the_answer_away_is_named_and_left_out(choose, said, jar_table):
    frame = jar_table().drop(columns="grams")
    frame["spoken"] = frame["crunchy"].map({"yes": "crack", "no": "silent"})
    app = choose(frame, "crunchy")
    assert "“spoken” alone nearly gives the answer away" in said(app)
    app.toggle[0].set_value(True).run()
    assert not app.exception
    table = app.data_editor[0].value.set_index("Column")
    assert table.loc["spoken", "Use"] == "leave it out"


def test_a_few_whole_numbers_can_be_labels_or_an_amount(choose, jar_table):
    frame = jar_table()
    frame["shelf"] = [i % 4 for i in range(len(frame))]
    app = choose(frame, "shelf")
    control = next(c for c in app.segmented_control if c.label == "The answer is")
    assert control.value == "category"
    control.set_value("number").run()
    assert not app.exception
    assert app.button(key="train/start")


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


def test_weights_and_directions_are_chosen_and_told(choose, said, jar_table):
    frame = jar_table()
    frame["jars"] = [1 + n % 5 for n in range(len(frame))]
    app = choose(frame, "crunchy")
    app.selectbox(key="train/recipe").select("linear").run()
    assert "can't be held to a direction" in said(app)
    app.selectbox(key="train/recipe").select("tree").run()
    next(b for b in app.selectbox if b.label == "How much a row counts").select("jars").run()
    assert "“jars” weighs the rows, and is not learned from" in said(app)
    up, down = (one for one in app.multiselect if one.label.endswith("as these grow"))
    assert up.label == "“yes” may only get more likely as these grow"
    assert down.label == "“yes” may only get less likely as these grow"
    assert "jars" not in up.options
    up.select("grams").run()
    next(b for b in app.multiselect if b.label == down.label).select("grams").run()
    assert not app.exception
    assert "“grams” can't do both" in said(app)
    app.button(key="train/start").click().run()
    model = training.result(services.get().jobs.find(app.query_params["job"]).future)
    assert model.training.weights == "jars"
    assert {c.name: c.direction for c in model.schema.columns}["grams"] == "up"
    app.run()
    assert not app.exception
    assert "weights='jars'" in next(one.value for one in app.code)


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


@pytest.fixture
def searched(choose, jar_table):
    """Let the search begin, stop it, and wait for the best so far."""
    app = choose(jar_table().drop(columns="grams"), "crunchy")
    app.selectbox(key="train/seconds").select(10)
    app.button(key="train/start").click().run()
    job = services.get().jobs.find(app.query_params["job"])
    deadline = time.monotonic() + 60
    while not job.progress.get("compared") and time.monotonic() < deadline:
        time.sleep(0.05)
    app.run()
    assert any(list(table.value)[:3] == ["Recipe", "Fixed", "Score"] for table in app.table)
    app.button(key="train/finish").click().run()
    assert app.button(key="train/finish").disabled
    job.future.result(timeout=60)
    app.run()
    assert not app.exception
    return app


def test_a_search_can_be_stopped_and_a_row_of_its_leaderboard_be_taken(searched, said):
    assert "What was compared" in said(searched)
    board = next(one for one in searched.dataframe if "Folds" in one.value)
    assert len(board.value) >= 1
    assert "baseline" in {one.lower() for one in board.value["Recipe"]}
    searched.button(key="train/again").click().run()
    assert searched.selectbox(key="train/recipe").value == "auto"


def test_every_recipe_is_given_a_time_which_its_learning_curve_may_use(choose, said, jar_table):
    app = choose(jar_table(400).drop(columns="grams"), "crunchy")
    app.selectbox(key="train/recipe").select("tree").run()
    time_given = app.selectbox(key="train/seconds")
    assert "whether more rows would help" in time_given.help
    time_given.select(300)
    app.button(key="train/start").click().run()
    services.get().jobs.find(app.query_params["job"]).future.result(timeout=60)
    app.run()
    assert "Would more rows help?" in said(app)


def test_parameters_are_fixed_by_hand_and_told_on_the_card(choose, jar_table):
    app = choose(jar_table().drop(columns="grams"), "crunchy")
    app.selectbox(key="train/recipe").select("boosting").run()
    titles = [one.label for one in app.number_input]
    assert "Learning rate" in titles
    assert "Learn the amount's" not in [one.label for one in app.selectbox]
    app.number_input(key="train/fixed/boosting/max_iter").set_value(12)
    app.selectbox(key="train/fixed/boosting/levels").select("order")
    app.button(key="train/start").click().run()
    job = services.get().jobs.find(app.query_params["job"])
    model = training.result(job.future)
    assert model.training.parameters == {"max_iter": 12, "levels": "order"}
    assert not model.training.refit


def test_a_group_is_proposed_with_its_reason_and_the_code_that_trains_again_is_shown(
    choose, said, jar_table
):
    frame = jar_table().drop(columns="grams")
    frame["maker_id"] = [1000 + n // 4 for n in range(len(frame))]
    app = choose(frame, "crunchy")
    assert "Proposed: “maker_id” comes 4 times on average" in said(app).replace("\\", "")
    app.selectbox(key="train/recipe").select("tree")
    app.button(key="train/start").click().run()
    job = services.get().jobs.find(app.query_params["job"])
    job.future.result(timeout=60)
    app.run()
    assert "other values of “maker" in said(app)
    code = next(one.value for one in app.code)
    assert "split='group'" in code
    assert "brinery.read('jars.csv')" in code


def test_a_blend_is_trained_alone_once_a_search_has_found_its_members(choose, jar_table):
    app = choose(jar_table().drop(columns="grams"), "crunchy")
    app.session_state["train/members"] = [
        {"recipe": "tree", "parameters": {}, "weight": 2},
        {"recipe": "linear", "parameters": {}, "weight": 1},
    ]
    app.run()
    app.selectbox(key="train/recipe").select("blend").run()
    app.button(key="train/start").click().run()
    job = services.get().jobs.find(app.query_params["job"])
    model = training.result(job.future)
    assert [one["weight"] for one in model.training.parameters["members"]] == [2, 1]
    assert model.estimator == "VotingClassifier"


def test_no_name_is_asked_for(finished):
    next(b for b in finished.button if b.label == "Save").click().run()
    assert [error.value for error in finished.error] == ["Give it a name first."]


def test_training_again_starts_from_what_was_chosen(finished):
    finished.button(key="train/again").click().run()
    assert not finished.exception
    target = next(b for b in finished.selectbox if b.label == "The column with the answer")
    assert target.value == "crunchy"
    assert finished.button(key="train_file/remove")
    assert finished.selectbox(key="train/recipe").value == "tree"


def test_a_name_that_can_not_be_one_is_refused_in_words(finished):
    finished.text_input(key="save/name").set_value("../x")
    next(b for b in finished.button if b.label == "Save").click().run()
    assert not finished.exception
    assert len(finished.error) == 1


def test_a_training_is_found_again_after_a_reload(finished, said):
    from streamlit.testing.v1 import AppTest

    again = AppTest.from_file(finished._script_path, default_timeout=60).run()
    again.query_params["job"] = finished.query_params["job"]
    again.switch_page("pages/train.py").run()
    assert not again.exception
    assert "The result" in said(again)


def test_a_training_that_is_gone_is_said_to_be(serve, said, tmp_path):
    app = serve(tmp_path, "train", job="nobody")
    assert "no longer here" in said(app)
    assert app.file_uploader


def test_a_running_training_can_be_cancelled(choose, said, jar_table):
    app = choose(jar_table(2000), "crunchy")
    app.button(key="train/start").click().run()
    job = services.get().jobs.find(app.query_params["job"])
    assert not job.future.done()
    app.button(key="train/cancel").click().run()
    deadline = time.monotonic() + 10
    while not job.future.done() and time.monotonic() < deadline:
        time.sleep(0.05)
    app.run()
    assert "The training was cancelled" in said(app)
    app.button(key="train/again").click().run()
    assert app.file_uploader


def test_the_rarer_answer_is_given_by_what_mistakes_cost(choose, said, jar_table):
    table = jar_table().drop(columns="grams")
    table.loc[::4, "crunchy"] = "yes"  # what no column tells
    app = choose(table, "crunchy")
    app.selectbox(key="train/recipe").select("tree")
    for way, key in (("rows", "rows"), ("precision", "precision"), ("cost", "missed")):
        app.selectbox(key="train/threshold").select(way).run()
        assert not app.exception
        assert app.number_input(key=f"train/threshold/{key}")
    app.number_input(key="train/threshold/missed").set_value(9.0)
    app.button(key="train/start").click().run()
    job = services.get().jobs.find(app.query_params["job"])
    job.future.result(timeout=60)
    app.run()
    assert not app.exception
    assert "a miss 9" in said(app)
    assert re.search(r"\(the mark\), mistakes cost [\d,.]+ per 1,000 rows", told(app))
    (missed,) = (one for one in app.number_input if one.label == "Cost of a miss")
    assert missed.value == 9
    before = told(app)
    missed.set_value(0.01).run()
    assert not app.exception
    assert told(app) != before
    assert "They would cost least, " in told(app)


def told(app):
    """Give the sentence under the costs."""
    (sentence,) = (one.value for one in app.caption if "mistakes cost" in one.value)
    return sentence.replace("\\", "")


def test_without_a_threshold_the_costs_are_typed_beside_the_figures(finished):
    assert "Now the likelier answer is given, from 0.5 on: mistakes cost" in told(finished)


def test_the_result_tells_how_good_it_is_for_each_group(choose, said, jar_table):
    app = choose(jar_table(), "crunchy")
    app.selectbox(key="train/recipe").select("tree").run()
    box = next(one for one in app.multiselect if one.label == "Also measure for each group of")
    assert "vinegar" in box.options
    assert "crunchy" not in box.options
    assert "jar" not in box.options
    box.select("vinegar").run()
    app.button(key="train/start").click().run()
    services.get().jobs.find(app.query_params["job"]).future.result(timeout=60)
    app.run()
    assert not app.exception
    assert "By “vinegar”" in said(app).replace("\\", "")
    assert "by_group=['vinegar']" in app.code[0].value
