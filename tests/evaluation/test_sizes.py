import json

import numpy as np
import pytest

from brinery.evaluation.evaluation import Evaluation, Score
from brinery.evaluation.sizes import by_size


@pytest.fixture
def draw():
    return np.random.default_rng(0)


def test_large_predictions_that_are_further_off_are_told(draw):
    predicted = draw.uniform(10_000, 60_000, 2000)
    actual = predicted + draw.normal(size=2000) * predicted / 10
    found = by_size(actual, predicted)
    errors = np.abs(actual - predicted)
    assert found.small.mark == pytest.approx(22_500, abs=2_000)
    assert found.large.mark == pytest.approx(47_500, abs=2_000)
    assert found.small.mark % 1000 == found.large.mark % 1000 == 0
    assert found.large.error == pytest.approx(errors[predicted > found.large.mark].mean())
    assert found.small.error == pytest.approx(errors[predicted < found.small.mark].mean())
    assert found.large.low < found.large.error < found.large.high
    assert found.sentence() == (
        f"Where it predicts more than {found.large.mark:,.0f} it is off by "
        f"{found.large.error:,.0f} on average; where less than {found.small.mark:,.0f}, by "
        f"{found.small.error:,.0f}."
    )


def test_what_may_be_chance_is_said_to_be(draw):
    predicted = draw.uniform(0, 1, 200)
    found = by_size(predicted + draw.normal(size=200), predicted)
    assert found.sentence().endswith(" That difference may be chance.")


@pytest.mark.parametrize(
    "predicted", [np.full(100, 7.0), np.arange(12.0), np.repeat([1.0, 2.0], [95, 5])]
)
def test_too_few_or_equal_predictions_say_nothing(predicted):
    assert by_size(predicted + 1, predicted) is None


def test_marks_are_round_and_finer_where_they_must_be():
    predicted = np.linspace(1000.1, 1000.9, 100) + np.arange(100)
    found = by_size(predicted + 1, predicted)
    assert (predicted < found.small.mark).sum() >= 10
    assert (predicted > found.large.mark).sum() >= 10
    assert found.small.mark < found.large.mark


def test_its_way_through_json(draw):
    predicted = draw.uniform(10, 60, 200)
    score = Score("mean_absolute_error", 1.0, 0.9, 1.1, 3.0, higher_is_better=False)
    one = Evaluation(
        9, 200, "mean_absolute_error", (score,), by_size=by_size(predicted + 1, predicted)
    )
    assert Evaluation.from_dict(json.loads(json.dumps(one.to_dict()))) == one
