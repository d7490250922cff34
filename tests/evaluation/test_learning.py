import json
from dataclasses import asdict

import numpy as np
import pytest

from brinery.evaluation.bootstrap import middle, resampled
from brinery.evaluation.learning import Learned, LearningCurve
from brinery.evaluation.metrics import Answers


def curve(half, whole, low, high, metric="roc_auc"):
    points = (Learned(100, half, half - 0.1, half + 0.1), Learned(200, whole, 0.0, 1.0))
    gain = whole - half if metric == "roc_auc" else half - whole
    return LearningCurve(metric, points, gain, low, high)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            curve(0.8, 0.83, 0.02, 0.04),
            "Would more rows help? Probably: how well it ranks (ROC AUC) went from 0.800 with 100 "
            "rows to 0.830 with 200.",
        ),
        (curve(0.8, 0.803, -0.002, 0.006), "Hardly: how well it ranks"),
        (curve(1.0, 1.0, 0.0, 0.0), "Hardly: how well it ranks"),
        (curve(0.8, 0.805, 0.001, 0.02), "A little: how well it ranks"),
        (curve(0.8, 0.83, -0.01, 0.07), "to 0.830 with 200. That may be chance."),
        (curve(0.8, 0.75, -0.07, -0.02), "Would more rows help? No: "),
        (
            curve(1234.5, 1100.0, 80, 190, "mean_absolute_error"),
            "Probably: its mean error went from 1,234 with 100 rows to 1,100 with 200.",
        ),
        (curve(0.5, 0.4, 0.05, 0.15, "log_loss"), "Probably: its log loss (less is better) went"),
    ],
)
def test_the_answer_is_what_the_last_doubling_brought(found, said):
    assert said in found.sentence()


@pytest.mark.parametrize(
    ("whole", "low", "high", "answer", "rest"),
    [
        (0.81, -0.002, 0.018, "Hardly", ""),
        (0.85, 0.02, 0.08, "Perhaps", " There was no time to learn from half of them."),
        (0.83, -0.01, 0.07, "Perhaps", " That may be chance."),
        (0.79, -0.05, 0.06, "That can't be told from these", " The difference may be chance."),
        (
            0.75,
            -0.07,
            -0.02,
            "No",
            " More rows made it worse: do all of them tell of the same thing?",
        ),
    ],
)
def test_from_a_quarter_on_to_all_two_doublings_are_told_with_care(whole, low, high, answer, rest):
    points = (Learned(100, 0.8, 0.7, 0.9), Learned(400, whole, 0.7, 0.9))
    found = LearningCurve("roc_auc", points, whole - 0.8, low, high)
    assert found.sentence() == (
        f"Would more rows help? {answer}: how well it ranks (ROC AUC) went from 0.800 with 100 "
        f"rows to {whole:.3f} with 400.{rest}"
    )


def test_it_comes_back_from_a_card():
    found = curve(0.8, 0.83, 0.02, 0.04)
    assert LearningCurve.from_dict(json.loads(json.dumps(asdict(found)))) == found


def test_models_are_compared_on_the_same_resamples():
    draw = np.random.default_rng(0)
    actual = draw.normal(size=80)
    one = Answers(actual, actual + draw.normal(size=80))
    worse = Answers(actual, one.predicted + 10)
    same = resampled("mean_absolute_error", [one, one, worse], seed=0)
    assert same.shape == (3, 200)
    assert (same[0] == same[1]).all()
    low, high = middle(same[2] - same[0])
    assert 8 < low < high < 10


def test_where_no_resample_allows_the_metric_it_is_that_of_the_rows():
    actual = np.array([0, 1])
    sure = Answers(actual, actual, np.array([[0.9, 0.1], [0.2, 0.8]]))
    found = resampled("roc_auc", [sure], seed=0)
    assert np.isfinite(found).all()
