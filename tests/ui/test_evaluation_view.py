"""What was measured, on screen: every chart has its sentence about this model."""

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
    app = AppTest.from_function(page, default_timeout=30).run()
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


def test_how_each_feature_acts_is_drawn_and_told():
    words = shown(of_effects, 3)
    assert "The predicted chance of “a” falls from 60 in 100 where “age” is 20 to 20" in words
    assert "is highest where “plan *x*” is blank (20 in 100)" in words
    assert "not what causes what" in words


@pytest.mark.parametrize("page", [of_labels, of_amounts, of_effects])
def test_every_chart_has_its_sentence_as_its_text_alternative(page):
    app = AppTest.from_function(page, default_timeout=30).run()
    captions = {one.value.replace("\\", "") for one in app.caption}
    for chart in app.get("vega_lite_chart"):
        assert chart.proto.alt in captions
