"""Train: what is chosen of a training, and what the result tells of it."""

import re

from ui import training


def test_weights_and_directions_are_chosen_and_told(choose, see_through, said, jar_table):
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
    model = training.result(see_through(app))
    assert model.training.weights == "jars"
    assert {c.name: c.direction for c in model.schema.columns}["grams"] == "up"
    assert "weights='jars'" in next(one.value for one in app.code)


def test_every_recipe_is_given_a_time_which_its_learning_curve_may_use(
    choose, see_through, said, jar_table
):
    app = choose(jar_table(400).drop(columns="grams"), "crunchy")
    app.selectbox(key="train/recipe").select("tree").run()
    time_given = app.selectbox(key="train/seconds")
    assert "whether more rows would help" in time_given.help
    time_given.select(300)
    see_through(app)
    assert "Would more rows help?" in said(app)


def test_parameters_are_fixed_by_hand_and_told_on_the_card(choose, see_through, jar_table):
    app = choose(jar_table().drop(columns="grams"), "crunchy")
    app.selectbox(key="train/recipe").select("boosting").run()
    titles = [one.label for one in app.number_input]
    assert "Learning rate" in titles
    assert "Learn the amount's" not in [one.label for one in app.selectbox]
    app.number_input(key="train/fixed/boosting/max_iter").set_value(12)
    app.selectbox(key="train/fixed/boosting/levels").select("order")
    model = training.result(see_through(app))
    assert model.training.parameters == {"max_iter": 12, "levels": "order"}
    assert not model.training.refit


def test_a_group_is_proposed_with_its_reason_and_the_code_that_trains_again_is_shown(
    choose, see_through, said, jar_table
):
    frame = jar_table().drop(columns="grams")
    frame["maker_id"] = [1000 + n // 4 for n in range(len(frame))]
    app = choose(frame, "crunchy")
    assert "Proposed: “maker_id” comes 4 times on average" in said(app).replace("\\", "")
    app.selectbox(key="train/recipe").select("tree")
    see_through(app)
    assert "other values of “maker" in said(app)
    code = next(one.value for one in app.code)
    assert "split='group'" in code
    assert "brinery.read('jars.csv')" in code


def test_a_blend_is_trained_alone_once_a_search_has_found_its_members(
    choose, see_through, jar_table
):
    app = choose(jar_table().drop(columns="grams"), "crunchy")
    app.session_state["train/members"] = [
        {"recipe": "tree", "parameters": {}, "weight": 2},
        {"recipe": "linear", "parameters": {}, "weight": 1},
    ]
    app.run()
    app.selectbox(key="train/recipe").select("blend").run()
    model = training.result(see_through(app))
    assert [one["weight"] for one in model.training.parameters["members"]] == [2, 1]
    assert model.estimator == "VotingClassifier"


def test_the_rarer_answer_is_given_by_what_mistakes_cost(choose, see_through, said, jar_table):
    table = jar_table().drop(columns="grams")
    table.loc[::4, "crunchy"] = "yes"  # what no column tells
    app = choose(table, "crunchy")
    app.selectbox(key="train/recipe").select("tree")
    for way, key in (("rows", "rows"), ("precision", "precision"), ("cost", "missed")):
        app.selectbox(key="train/threshold").select(way).run()
        assert not app.exception
        assert app.number_input(key=f"train/threshold/{key}")
    assert app.number_input(key="train/threshold/wrong").min == 0
    app.number_input(key="train/threshold/missed").set_value(9.0)
    see_through(app)
    assert "a miss 9" in said(app)
    assert re.search(r"\(the mark\), mistakes cost [\d,.]+ per 1,000 rows", told(app))
    (missed,) = (one for one in app.number_input if one.label == "Cost of a miss")
    assert missed.value == 9
    before = told(app)
    missed.set_value(0.01).run()
    assert not app.exception
    assert told(app) != before
    assert "They would cost least, " in told(app)
    missed.set_value(0.0).run()
    assert not app.exception
    assert "They would cost least, 0, were “no” never called" in told(app)


def told(app):
    """Give the sentence under the costs."""
    (sentence,) = (one.value for one in app.caption if "mistakes cost" in one.value)
    return sentence.replace("\\", "")


def test_without_a_threshold_the_costs_are_typed_beside_the_figures(finished):
    assert "Now the likelier answer is given, from 0.5 on: mistakes cost" in told(finished)


def test_the_result_tells_how_good_it_is_for_each_group(choose, see_through, said, jar_table):
    app = choose(jar_table(), "crunchy")
    app.selectbox(key="train/recipe").select("tree").run()
    box = next(one for one in app.multiselect if one.label == "Also measure for each group of")
    assert "vinegar" in box.options
    assert "crunchy" not in box.options
    assert "jar" not in box.options
    box.select("vinegar").run()
    see_through(app)
    assert "By “vinegar”" in said(app).replace("\\", "")
    assert "by_group=['vinegar']" in app.code[0].value
