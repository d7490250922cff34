import json
import re
import time

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from brinery.evaluation import importance
from brinery.evaluation.evaluation import Evaluation
from brinery.evaluation.importance import importances
from brinery.evaluation.measure import answers_of, confusion, measure, residual_bands
from brinery.evaluation.metrics import Answers, main_metric
from brinery.evaluation.threshold import Aim, Threshold


def _rows(n_rows: int = 300) -> pd.DataFrame:
    generator = np.random.default_rng(0)
    names = ["strong", "weak", "nothing"]
    return pd.DataFrame(generator.normal(size=(n_rows, 3)), columns=names)


def _measured(
    target: np.ndarray,
    task: str,
    notes: tuple[str, ...] = (),
    threshold: Threshold | None = None,
) -> Evaluation:
    frame = _rows(len(target))
    amount = task == "amount"
    model = (Ridge() if amount else LogisticRegression()).fit(frame, target)
    base = DummyRegressor(strategy="median") if amount else DummyClassifier(strategy="prior")
    return measure(
        model,
        base.fit(frame, target),
        frame,
        target,
        task=task,
        main_metric=main_metric(task, target),
        n_train=900,
        notes=notes,
        threshold=threshold,
        seed=0,
    )


def _value(n_rows: int = 300) -> np.ndarray:
    frame = _rows(n_rows)
    return (3 * frame["strong"] + frame["weak"]).to_numpy()


def test_labels():
    target = np.where(_value() > 1, "yes", "no").astype(object)
    found = _measured(target, "yes/no", notes=("Left out 3 rows.",))
    assert found.n_train == 900
    assert found.n_holdout == 300
    assert found.confusion.labels == ("no", "yes")
    assert sum(map(sum, found.confusion.counts)) == 300
    right = found.score("accuracy")
    n_right = found.confusion.counts[0][0] + found.confusion.counts[1][1]
    assert right.value == pytest.approx(n_right / 300)
    assert right.low <= right.value <= right.high
    assert right.baseline == pytest.approx((target == "no").mean())
    assert found.residuals == ()
    assert found.sentences[0].startswith("Right for ")
    assert "Always answering “no” would be right for" in found.sentences[0]
    assert found.sentences[1].startswith("Of 100 rows that are “yes” it finds")
    assert found.sentences[-1] == "Left out 3 rows."
    assert Evaluation.from_dict(json.loads(json.dumps(found.to_dict()))) == found


def test_what_it_finds_is_told_of_the_label_that_the_threshold_seeks():
    target = np.where(_value() > 1, "yes", "no").astype(object)
    found = _measured(target, "yes/no", threshold=Threshold("no", Aim("probability", (0.4,)), 0.4))
    assert found.sentences[1].startswith("Of 100 rows that are “no” it finds")
    assert "calls “no”" in found.sentences[1]


def test_many_labels_name_the_weakest():
    target = np.digitize(_value(), [-2, 2])
    found = _measured(target, "classes")
    assert found.confusion.labels == ("0", "1", "2")
    assert any(one.startswith("It is weakest on “") for one in found.sentences)


def test_amounts():
    noise = np.random.default_rng(1).normal(size=300)
    found = _measured(_value() + noise, "amount")
    assert found.main_metric == "mean_absolute_error"
    assert found.confusion is None
    assert sum(band.n_rows for band in found.residuals) == 300
    assert found.sentences[0].startswith("Off by 0.")
    half = r"Half of its answers are off by less than 0\.\d+; \d+ of 100 are within 10 % of"
    assert re.match(half, found.sentences[1])
    assert Evaluation.from_dict(json.loads(json.dumps(found.to_dict()))) == found


def test_no_sure_gain_is_said():
    frame, target = _rows(), np.array(["a", "b"] * 150, dtype=object)
    guess = DummyClassifier(strategy="uniform", random_state=0).fit(frame, target)
    base = DummyClassifier(strategy="prior").fit(frame, target)
    found = measure(
        guess, base, frame, target, task="yes/no", main_metric="accuracy", n_train=9, seed=0
    )
    assert any("no sure gain" in one for one in found.sentences)


def test_a_small_holdout_is_said():
    found = _measured(_value(30), "amount")
    assert "Measured on only 30 rows, so these figures are rough." in found.sentences


def test_a_hundred_is_only_said_where_it_is_exact():
    target = np.where(_value(1000) > 0, "yes", "no").astype(object)
    target[5] = "no" if target[5] == "yes" else "yes"
    frame = _rows(1000)
    model = LogisticRegression(C=1e5, max_iter=1000).fit(frame, target)
    base = DummyClassifier(strategy="prior").fit(frame, target)
    found = measure(
        model, base, frame, target, task="yes/no", main_metric="accuracy", n_train=9, seed=0
    )
    assert 0.995 <= found.score("accuracy").value < 1
    assert found.sentences[0].startswith("Right for more than 99 of 100 rows")


def test_codes_follow_the_order_of_the_classes():
    frame, target = _rows(), np.where(_value() > 0, "b", "a").astype(object)
    answers = answers_of(LogisticRegression().fit(frame, target), frame, target)
    assert set(answers.actual) == {0, 1}
    assert (answers.actual == (target == "b")).all()


def test_the_confusion_counts_actual_by_predicted():
    answers = Answers(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]))
    assert confusion(answers, ("x", "y")).counts == ((1, 1), (0, 2))


def test_bands_are_sorted_and_hold_ten_rows_or_more():
    actual = np.random.default_rng(0).normal(size=157)
    bands = residual_bands(Answers(actual, actual))
    assert len(bands) == 10
    assert all(band.n_rows >= 10 for band in bands)
    assert [band.predicted for band in bands] == sorted(band.predicted for band in bands)
    assert all(one.actual_low <= one.actual_median <= one.actual_high for one in bands)


def test_what_matters_most_comes_first_and_nothing_matters_nothing():
    frame = _rows(2000)
    value = (3 * frame["strong"] + frame["weak"]).to_numpy()
    found = importances(Ridge().fit(frame, value), frame, value, metric="r2", seed=0)
    assert [one.feature for one in found] == ["strong", "weak", "nothing"]
    assert found[2].mean == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("metric", ["accuracy", "roc_auc", "mean_absolute_error"])
def test_what_matters_is_what_scikit_learn_finds_however_much_is_asked_at_once(metric, monkeypatch):
    frame, weights = _rows(500), np.random.default_rng(1).uniform(0.5, 2, 500)
    frame.insert(0, "town", np.where(frame["weak"] > 0.3, "Kiel", "Bonn"))
    value = (2 * frame["strong"] + frame["weak"]).to_numpy()
    prepare = make_column_transformer((OneHotEncoder(), ["town"]), remainder="passthrough")
    if metric == "mean_absolute_error":
        model, target, scorer = Ridge(), value, "neg_mean_absolute_error"
    else:
        model, target, scorer = LogisticRegression(), np.where(value > 1, "yes", "no"), metric
    model = make_pipeline(prepare, model).fit(frame, target)
    found = importances(model, frame, target, metric=metric, weights=weights, seed=0)
    assert found[0].feature == "strong"
    theirs = permutation_importance(
        model, frame, target, scoring=scorer, sample_weight=weights, n_repeats=20, random_state=0
    )
    means = dict(zip(frame.columns, theirs.importances_mean, strict=True))
    for one in found:
        assert one.mean == pytest.approx(means[one.feature], rel=0.2, abs=0.02)
    monkeypatch.setattr(importance, "_ROWS_A_CALL", 1)
    apart = importances(model, frame, target, metric=metric, weights=weights, seed=0)
    for one, other in zip(found, apart, strict=True):
        assert one.feature == other.feature
        assert (one.mean, one.spread) == pytest.approx((other.mean, other.spread))


def test_wide_tables_take_seconds_at_most():
    frame = pd.DataFrame(np.random.default_rng(0).normal(size=(600, 300)))
    frame.columns = [f"column {number}" for number in range(300)]
    target = frame["column 0"].to_numpy()
    model = Ridge().fit(frame, target)
    started = time.process_time()
    assert len(importances(model, frame, target, metric="r2", seed=0)) == 300
    assert time.process_time() - started < 10


def test_a_label_that_is_hardly_in_the_holdout_is_said():
    target = np.where(_value() > np.sort(_value())[-4], "yes", "no").astype(object)
    told = _measured(target, "yes/no").sentences
    assert "Only 3 of these 300 rows are “yes”, so what is said of that answer is rough." in told
    assert not any(one.startswith("Only ") for one in _measured(_value() > 0, "yes/no").sentences)
