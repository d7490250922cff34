import numpy as np
import pytest

from brinery.evaluation import metrics
from brinery.evaluation.metrics import Answers


def test_the_main_metric_is_ranking_only_where_one_label_is_very_common():
    even, lopsided = np.array([0] * 80 + [1] * 20), np.array([0] * 81 + [1] * 19)
    assert metrics.main_metric("yes/no", even) == "accuracy"
    assert metrics.main_metric("yes/no", lopsided) == "roc_auc"
    assert metrics.main_metric("amount", np.arange(9.0)) == "mean_absolute_error"


@pytest.mark.parametrize("main", ["accuracy", "roc_auc"])
def test_the_main_metric_comes_first_and_once(main):
    names = metrics.metric_names("classes", main)
    assert names[0] == main
    assert len(names) == len(set(names)) == 5


def test_less_is_better_for_errors_and_losses():
    names = (*metrics.metric_names("yes/no", "accuracy"), *metrics.metric_names("amount", "r2"))
    lower = {name for name in names if not metrics.higher_is_better(name)}
    assert lower == {"log_loss", "mean_absolute_error", "root_mean_squared_error"}


def test_two_labels_are_ranked_by_the_second():
    chances = np.array([[0.9, 0.1], [0.4, 0.6], [0.6, 0.4], [0.2, 0.8]])
    answers = Answers(np.array([0, 1, 1, 0]), chances.argmax(axis=1), chances)
    got = metrics.values(("accuracy", "roc_auc"), answers)
    assert got == {"accuracy": 0.5, "roc_auc": 0.5}


def test_amounts():
    answers = Answers(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 6.0]))
    got = metrics.values(metrics.metric_names("amount", "mean_absolute_error"), answers)
    assert got["mean_absolute_error"] == 1.0
    assert got["root_mean_squared_error"] == pytest.approx(np.sqrt(3))
    assert got["r2"] == pytest.approx(1 - 9 / 2)


def test_a_ranking_needs_probabilities():
    answers = Answers(np.array([0, 1]), np.array([0, 1]))
    with pytest.raises(LookupError, match="probability of every label"):
        metrics.values(("roc_auc",), answers)
