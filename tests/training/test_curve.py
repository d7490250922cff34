import json
import time

import numpy as np
import pandas as pd
import pytest

from brinery.evaluation.evaluation import Evaluation
from brinery.evaluation.learning import NO_TIME, STOPPED
from brinery.training import curve, train
from brinery.training.candidates import Candidate
from brinery.training.curve import with_curve
from brinery.training.race import Clock
from brinery.training.rows import Rows


def people(n_rows=260, share=0.4):
    draw = np.random.default_rng(0)
    frame = pd.DataFrame(draw.normal(size=(n_rows, 3)), columns=["age", "pay", "far"]).round(3)
    noise = draw.normal(size=n_rows)
    score = frame["age"] * frame["pay"] + frame["far"] + noise
    frame["left"] = np.where(score > score.quantile(1 - share), "yes", "no")
    frame["cost"] = (100 + 20 * score).round(2)
    return frame


def of_amounts(n_rows=260):
    return people(n_rows).drop(columns="left")


def of_labels(n_rows=260, share=0.4):
    return people(n_rows, share).drop(columns="cost")


def test_the_recipe_is_measured_on_ever_more_rows():
    model = train.train(of_labels(), "left", recipe="tree")
    found = model.evaluation.learning
    assert [one.n_rows for one in found.points] == [52, 104, 208]
    assert found.metric == "roc_auc"
    assert found.points[-1].score == pytest.approx(
        model.evaluation.score("roc_auc").value, rel=1e-4
    )
    assert all(one.low <= one.score <= one.high for one in found.points)
    assert found.gain == pytest.approx(found.points[-1].score - found.points[-2].score, abs=1e-5)
    assert found.gain_low <= found.gain <= found.gain_high
    assert model.evaluation.sentences[-1] == found.sentence()
    plain = json.loads(json.dumps(model.evaluation.to_dict()))
    assert Evaluation.from_dict(plain) == model.evaluation


def test_the_same_seed_gives_the_same_curve():
    one, again = (train.train(of_amounts(), "cost", recipe="tree", seed=3) for _ in range(2))
    assert one.evaluation.learning == again.evaluation.learning
    assert one.evaluation.learning.metric == "mean_absolute_error"


def test_a_training_that_was_stopped_gives_the_same_model_and_says_so():
    with_time = train.train(of_amounts(), "cost", recipe="tree")
    stopped = train.train(of_amounts(), "cost", recipe="tree", is_stopped=lambda: True)
    assert stopped.evaluation.learning is None
    assert stopped.evaluation.sentences[-1] == STOPPED
    assert stopped.pickled == with_time.pickled


@pytest.mark.parametrize("frame", [of_labels(120), of_labels(260, share=0.05)])
def test_of_few_rows_or_of_few_of_a_label_nothing_is_said(frame):
    evaluation = train.train(frame, "left", recipe="tree").evaluation
    assert evaluation.learning is None
    assert not {NO_TIME, STOPPED} & {*evaluation.sentences}


@pytest.fixture
def fits(monkeypatch):
    """The rows that each refit was given."""
    seen = []
    fitted = curve.fitted

    def spied(candidate, schema, rows, **options):
        seen.append(rows.frame.index.to_numpy())
        return fitted(candidate, schema, rows, **options)

    monkeypatch.setattr(curve, "fitted", spied)
    return seen


def refitted(by, way, is_stopped=lambda: False, fit_seconds=0.1):
    frame = of_amounts(300)
    model = train.train(frame, "cost", recipe="tree", is_stopped=lambda: True)
    features, target = frame[["age", "pay", "far"]], frame["cost"].to_numpy()
    return with_curve(
        model.evaluation,
        model.pipeline,
        Candidate("tree"),
        model.schema,
        Rows(features[:240], target[:240], by=by, way=way),
        Rows(features[240:], target[240:]),
        fit_seconds=fit_seconds,
        clock=Clock(time.monotonic(), 60, is_stopped),
        seed=0,
    )


def test_by_time_the_latest_rows_are_taken(fits):
    when = np.random.default_rng(1).permutation(240)
    found = refitted(when, "time").learning
    assert [one.n_rows for one in found.points] == [60, 120, 240]
    for rows in fits:
        assert when[rows].min() == 240 - len(rows)


def test_by_group_whole_groups_are_taken(fits):
    group = np.array([f"g{n}" for n in np.random.default_rng(1).integers(0, 40, 240)], dtype=object)
    refitted(group, "group")
    assert len(fits) == 2
    for rows in fits:
        assert not {*group[rows]} & {*np.delete(group, rows)}


def test_a_group_too_large_to_halve_leaves_no_curve(fits):
    evaluation = refitted(np.array(["one"] * 230 + ["other"] * 10), "group")
    assert evaluation.learning is None
    assert NO_TIME not in evaluation.sentences
    assert not fits


def test_stopped_on_the_way_the_half_is_there():
    stops = iter([False, True])
    found = refitted(None, "random", lambda: next(stops)).learning
    assert [one.n_rows for one in found.points] == [120, 240]


def test_where_half_of_the_rows_would_take_too_long_a_quarter_is_learned_from():
    found = refitted(None, "random", fit_seconds=120).learning
    assert [one.n_rows for one in found.points] == [60, 240]


def test_where_the_fewest_rows_would_take_too_long_a_longer_time_is_asked_for():
    evaluation = refitted(None, "random", fit_seconds=1000)
    assert evaluation.learning is None
    assert evaluation.sentences[-1] == NO_TIME


@pytest.mark.parametrize(
    ("elapsed", "to_come", "left"), [(20, 0, 40), (20, 10, 30), (58, 0, 6), (50, 30, 6)]
)
def test_the_curve_has_what_is_left_of_the_time_and_a_tenth_at_least(elapsed, to_come, left):
    clock = Clock(time.monotonic() - elapsed, 60).for_curve(to_come)
    assert clock.has(left - 0.5)
    assert not clock.has(left + 0.5)
