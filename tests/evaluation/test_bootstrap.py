import time

import numpy as np
import pytest
from sklearn import metrics as reference

from brinery.evaluation import bootstrap, metrics
from brinery.evaluation.metrics import Answers


def _labels(n_rows: int, n_labels: int, seed: int = 0) -> Answers:
    generator = np.random.default_rng(seed)
    chances = generator.dirichlet(np.ones(n_labels), size=n_rows).round(2) + 0.01
    chances /= chances.sum(axis=1, keepdims=True)
    actual = np.array([generator.choice(n_labels, p=row) for row in chances])
    return Answers(actual, chances.argmax(axis=1), chances)


def _amounts(n_rows: int) -> Answers:
    generator = np.random.default_rng(1)
    actual = 1e6 + generator.normal(size=n_rows)
    return Answers(actual, actual + generator.normal(scale=0.5, size=n_rows))


def _reference(name: str, answers: Answers, weights: np.ndarray) -> float:
    given = {"sample_weight": weights}
    if name == "accuracy":
        return reference.accuracy_score(answers.actual, answers.predicted, **given)
    if name == "balanced_accuracy":
        return reference.balanced_accuracy_score(answers.actual, answers.predicted, **given)
    if name == "f1_macro":
        return reference.f1_score(
            answers.actual, answers.predicted, average="macro", zero_division=0.0, **given
        )
    if name == "log_loss":
        return reference.log_loss(answers.actual, answers.probabilities, **given)
    if name == "roc_auc" and answers.probabilities.shape[1] == 2:
        return reference.roc_auc_score(answers.actual, answers.probabilities[:, 1], **given)
    if name == "roc_auc":
        return reference.roc_auc_score(
            answers.actual, answers.probabilities, multi_class="ovr", **given
        )
    function = {
        "mean_absolute_error": reference.mean_absolute_error,
        "root_mean_squared_error": reference.root_mean_squared_error,
        "r2": reference.r2_score,
    }[name]
    return function(answers.actual, answers.predicted, **given)


LABELS = ("accuracy", "balanced_accuracy", "roc_auc", "f1_macro", "log_loss")
AMOUNTS = ("mean_absolute_error", "root_mean_squared_error", "r2")
CASES = [
    *[(name, _labels(300, 2)) for name in LABELS],
    *[(name, _labels(300, 4)) for name in LABELS],
    *[(name, _amounts(300)) for name in AMOUNTS],
]


@pytest.mark.parametrize(("name", "answers"), CASES)
def test_each_weighting_gives_what_scikit_learn_gives_for_these_weights(name, answers):
    weights = np.random.default_rng(2).integers(0, 4, size=(20, 300)).astype(float)
    got = bootstrap.weighted(name, answers, weights)
    expected = [_reference(name, answers, one) for one in weights]
    np.testing.assert_allclose(got, expected, rtol=1e-6)


@pytest.mark.parametrize(("name", "answers"), CASES)
def test_equal_weights_give_the_value_itself(name, answers):
    got = bootstrap.weighted(name, answers, np.ones((1, 300)))[0]
    assert got == pytest.approx(metrics.values((name,), answers)[name])


def test_a_label_without_a_row_gives_no_ranking_and_no_warning():
    answers = _labels(40, 2)
    weights = (answers.actual == 0).astype(float)[None, :]
    assert np.isnan(bootstrap.weighted("roc_auc", answers, weights)).all()


def test_the_interval_of_a_share_is_about_as_wide_as_theory_says():
    right = np.zeros(400, dtype=np.int64)
    right[:320] = 1
    answers = Answers(np.ones(400, dtype=np.int64), right)
    low, high = bootstrap.intervals(("accuracy",), answers, seed=3)["accuracy"]
    half = 1.96 * np.sqrt(0.8 * 0.2 / 400)
    assert low == pytest.approx(0.8 - half, abs=0.008)
    assert high == pytest.approx(0.8 + half, abs=0.008)


def test_the_same_seed_gives_the_same_intervals():
    answers = _amounts(100)
    one, two, other = (bootstrap.intervals(AMOUNTS, answers, seed=seed) for seed in (5, 5, 6))
    assert one == two
    assert one != other


def test_a_holdout_of_a_thousand_rows_takes_less_than_a_second():
    answers = _labels(1000, 3)
    started = time.process_time()
    bootstrap.intervals(LABELS, answers, seed=0)
    assert time.process_time() - started < 2  # processor time: other work runs beside it


@pytest.mark.parametrize(("predicted", "interval"), [(1, (0.8316, 1)), (0, (0, 0.1684))])
def test_twenty_of_twenty_is_no_certainty(predicted, interval):
    answers = Answers(np.ones(20, dtype=np.int64), np.full(20, predicted))
    found = bootstrap.intervals(("accuracy",), answers, seed=0)["accuracy"]
    assert found == pytest.approx(interval, abs=1e-4)


def test_amounts_that_are_nearly_all_alike_never_explain_more_than_everything():
    actual = np.full(20, 0.25)
    actual[0] = 2.7
    answers = Answers(actual, np.full(20, 0.3))
    low, high = bootstrap.intervals(("r2",), answers, seed=0)["r2"]
    assert low <= high <= 1
    alike = Answers(np.full(20, 0.25), np.full(20, 0.3))
    assert bootstrap.intervals(("r2",), alike, seed=0)["r2"] == (0.0, 0.0)
