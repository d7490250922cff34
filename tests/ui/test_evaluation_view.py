"""What was measured, on screen: every chart has its sentence about this model."""

import json
import re

import pytest
from streamlit.testing.v1 import AppTest


def of_labels():
    from brinery.evaluation.evaluation import Confusion, Evaluation, Score
    from brinery.evaluation.parts import Weakness
    from ui import evaluation_view

    parts = (
        Weakness("“plan” is “gold” and “age” is above 30", 40, 0.5, 0.35, 0.65, 0.1),
        Weakness("“plan” is not “gold”", 60, 0.3, 0.2, 0.4, 0.1),
    )
    score = Score("accuracy", 0.81, 0.78, 0.84, 0.62, higher_is_better=True)
    matrix = Confusion(("no", "yes"), ((60, 10), (9, 21)))
    evaluation_view.show(
        Evaluation(400, 100, "accuracy", (score,), confusion=matrix, weaknesses=parts), key="some"
    )


def of_effects():
    from brinery.evaluation.effects import Effect
    from brinery.evaluation.evaluation import Evaluation, Score
    from ui import evaluation_view

    lines = ((0.6, 0.2), (0.3, 0.5))
    effects = (
        Effect("age", "number", ("20", "60"), (20.0, 60.0), ("a", "b"), lines, 0.9),
        Effect("since", "date", ("1990-01-01", "1990-04-11"), (7305.0, 7405.0), (), ((5, 9),), 0.9),
        Effect("plan *x*", "level", ("gold", ""), (), ("no",), ((0.1, 0.2),), 1.0),
    )
    score = Score("accuracy", 0.81, 0.78, 0.84, 0.62, higher_is_better=True)
    evaluation_view.show(Evaluation(400, 100, "accuracy", (score,), effects=effects), key="a")


def by_group():
    from brinery.evaluation.evaluation import Confusion, Evaluation, Score
    from brinery.evaluation.parts import ByGroup, Group
    from ui import evaluation_view

    whole = Group("all rows", 100, 0.81, 0.78, 0.84, came=0.3, predicted=0.3)
    groups = (
        Group("north", 60, 0.9, 0.85, 0.95, came=0.3, predicted=0.3),
        Group("south", 37, 0.6, 0.45, 0.72, came=0.3, predicted=0.4),
        Group("west", 3, why="Only 3 rows: too few to tell."),
    )
    score = Score("accuracy", 0.81, 0.78, 0.84, 0.62, higher_is_better=True)
    matrix = Confusion(("no", "yes"), ((60, 10), (9, 21)))
    by = [
        ByGroup("region", "accuracy", True, "yes", whole, groups),
        ByGroup("*branch*", "accuracy", True, "yes", whole, groups[2:]),
    ]
    evaluation_view.show(
        Evaluation(400, 100, "accuracy", (score,), confusion=matrix, groups=tuple(by)), key="here"
    )


def of_learning():
    from brinery.evaluation.evaluation import Evaluation, Score
    from brinery.evaluation.learning import Learned, LearningCurve
    from ui import evaluation_view

    points = (Learned(100, 0.8, 0.7, 0.9), Learned(200, 0.83, 0.75, 0.9))
    curve = LearningCurve("roc_auc", points, 0.03, 0.02, 0.04)
    score = Score("accuracy", 0.81, 0.78, 0.84, 0.62, higher_is_better=True)
    evaluation_view.show(Evaluation(200, 50, "accuracy", (score,), learning=curve), key="a")


def of_amounts():
    import numpy as np

    from brinery.evaluation.evaluation import Evaluation, Score
    from brinery.evaluation.measure import residual_bands
    from brinery.evaluation.metrics import Answers
    from brinery.evaluation.sizes import by_size
    from ui import evaluation_view

    predicted = np.linspace(10, 1000, 300)
    actual = predicted * np.where(np.arange(300) % 2, 1.1, 0.9)
    score = Score("mean_absolute_error", 50.5, 48, 52, 250, higher_is_better=False)
    evaluation_view.show(
        Evaluation(
            1200,
            300,
            "mean_absolute_error",
            (score,),
            residuals=residual_bands(Answers(actual, predicted)),
            by_size=by_size(actual, predicted),
        ),
        key="some",
    )


def shown(page, n_charts):
    app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception
    assert len(app.get("vega_lite_chart")) == n_charts
    return "\n".join(one.value for one in app.caption).replace("\\", "")


def test_where_it_is_weak_is_drawn_and_told():
    words = shown(of_labels, 2)
    assert (
        "Weaker where “plan” is “gold” and “age” is above 30 (40 rows): right there for 50 of 100 "
        "(between 35 and 65), elsewhere for 90." in words
    )


def test_how_far_off_predictions_of_each_size_are():
    words = shown(of_amounts, 2)
    assert "Where it predicts more than" in words
    assert "on average; where less than" in words
    assert re.search(
        r"Where it predicts about [\d,.]+, 8 of 10 rows came between [\d,.]+ and [\d,.]+; ", words
    )


def test_how_each_feature_acts_is_drawn_and_told():
    words = shown(of_effects, 3)
    assert "The predicted chance of “a” falls from 60 in 100 where “age” is 20 to 20" in words
    assert "is highest where “plan *x*” is blank (20 in 100)" in words
    assert "not what causes what" in words
    app = AppTest.from_function(of_effects, default_timeout=60).run()
    line, _, dots = (json.loads(chart.proto.spec) for chart in app.get("vega_lite_chart"))
    # On one axis for all, a feature that does little looks so.
    ends = line["encoding"]["y"]["scale"]["domain"]
    assert ends == dots["encoding"]["x"]["scale"]["domain"] == [0.1, 9]


def test_each_group_is_drawn_or_its_reason_told_and_has_its_figures():
    words = shown(by_group, 2)
    assert (
        "By “region” it is worst for “south” (37 rows): right for 60 of 100 (between 45 and 72); "
        "for all rows, right for 81 of 100 (between 78 and 84). The intervals do not overlap."
        in words
    )
    assert "“west”: Only 3 rows: too few to tell." in words
    app = AppTest.from_function(by_group, default_timeout=60).run()
    figures = app.table[0].value
    assert figures["Group"].tolist() == ["north", "south", "west", "all rows"]
    assert figures["Accuracy"].tolist() == ["0.9", "0.6", "Only 3 rows: too few to tell.", "0.81"]
    assert figures["Called “yes”"].tolist() == ["30 %", "40 %", "", "30 %"]
    assert any("nothing can be told" in one.value for one in app.markdown)


def test_whether_more_rows_would_help_is_drawn_and_told():
    assert "Would more rows help? Probably: how well it ranks" in shown(of_learning, 1)


@pytest.mark.parametrize("page", [of_labels, by_group, of_amounts, of_effects, of_learning])
def test_every_chart_has_its_sentence_as_its_text_alternative(page):
    app = AppTest.from_function(page, default_timeout=60).run()
    captions = {one.value.replace("\\", "") for one in app.caption}
    for chart in app.get("vega_lite_chart"):
        assert chart.proto.alt in captions
