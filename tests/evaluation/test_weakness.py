import json
import re

import numpy as np
import pandas as pd
import pytest

from brinery.evaluation.evaluation import Evaluation, Score
from brinery.evaluation.metrics import Answers
from brinery.evaluation.parts import Weakness
from brinery.evaluation.sentences import told
from brinery.evaluation.weakness import weaknesses_of
from brinery.schema.columns import Column

N_ROWS = 4000


def column(name, kind, storage, **more):
    return Column(name, kind, "feature", storage, n_rows=9, n_blank=0, n_unique=9, **more)


COLUMNS = (
    column("months", "number", "float64", whole=True),
    column("contract", "category", "string"),
    column("price", "number", "float64"),
    column("since", "date", "float64"),
)


@pytest.fixture
def draw():
    return np.random.default_rng(0)


@pytest.fixture
def frame(draw):
    return pd.DataFrame(
        {
            "months": draw.integers(0, 60, N_ROWS).astype(float),
            "contract": pd.Series(draw.choice(["monthly", "yearly"], N_ROWS), dtype=object),
            "price": np.where(draw.random(N_ROWS) < 0.2, np.nan, draw.normal(10, 2, N_ROWS)),
            "since": draw.integers(19000, 20000, N_ROWS).astype(float),
        }
    )


def labels(draw, wrong):
    actual = draw.integers(0, 2, N_ROWS)
    return Answers(actual, np.where(wrong, 1 - actual, actual))


def test_the_part_where_it_errs_is_found_and_measured(draw, frame):
    there = (frame["months"] <= 9) & (frame["contract"] == "monthly")
    wrong = draw.random(N_ROWS) < np.where(there, 0.6, 0.1)
    (found,) = weaknesses_of(labels(draw, wrong), frame, COLUMNS, seed=0)
    assert "“months” is at most 9" in found.where
    assert re.search("“contract” is (“monthly”|not “yearly”)", found.where)
    assert found.low < 0.6 < found.high
    assert found.elsewhere == pytest.approx(0.1, abs=0.03)
    assert found.n_rows == pytest.approx(there.sum() / 2, rel=0.2)


@pytest.mark.parametrize(
    ("where", "said"),
    [
        (lambda f: f["price"].isna(), "“price” is blank"),
        (lambda f: f["price"] > 11, r"“price” is above 1[01](\.\d)?"),
        (lambda f: f["contract"] != "yearly", "“contract” is (“monthly”|not “yearly”)"),
        (lambda f: f["since"] > 19722, r"“since” is after 202[34]-(12-[23]|01-0)\d"),
    ],
)
def test_amounts_and_every_kind_of_column(draw, frame, where, said):
    there = where(frame)
    actual = draw.normal(size=N_ROWS)
    off = draw.normal(size=N_ROWS) * np.where(there, 5.0, 0.5)
    (found,) = weaknesses_of(Answers(actual, actual + off), frame, COLUMNS, seed=0)
    assert re.fullmatch(said, found.where)
    assert found.error > 2 * found.elsewhere


def test_several_parts_are_found_the_worst_first_and_share_no_row(draw, frame):
    wrong = draw.random(N_ROWS) < np.where(
        frame["contract"] == "yearly", 0.6, np.where(frame["months"] < 15, 0.4, 0.05)
    )
    worst, other = weaknesses_of(labels(draw, wrong), frame, COLUMNS, seed=0)
    assert re.fullmatch("“contract” is (“yearly”|not “monthly”)", worst.where)
    assert "“months” is at most 14" in other.where
    assert "“contract” is" in other.where
    assert worst.low < 0.6 < worst.high
    assert other.low < 0.4 < other.high
    assert worst.elsewhere == other.elsewhere == pytest.approx(0.05, abs=0.03)
    assert worst.n_rows + other.n_rows < N_ROWS / 2


def test_two_bounds_of_a_column_are_told_together_and_the_nearer_alone(draw, frame):
    wrong = draw.random(N_ROWS) < np.clip(0.6 - frame["months"] / 60, 0.02, 1)
    first, *others = weaknesses_of(labels(draw, wrong), frame, COLUMNS, seed=0)
    assert re.fullmatch(r"“months” is at most \d+", first.where)
    assert all(re.fullmatch(r"“months” is above \d+ and at most \d+", one.where) for one in others)


@pytest.mark.parametrize("n_rows", [300, N_ROWS])
def test_where_chance_alone_parts_them_nothing_is_said(draw, frame, n_rows):
    few = frame[:n_rows]
    told_at_all = 0
    for seed in range(60):
        one = labels(draw, draw.random(N_ROWS) < 0.2)
        one = Answers(one.actual[:n_rows], one.predicted[:n_rows])
        told_at_all += bool(weaknesses_of(one, few, COLUMNS, seed=seed))
    # One part is worse by chance for one of 200, and there are few that are looked at.
    assert told_at_all <= 3


def test_a_small_holdout_and_a_model_without_faults_say_nothing(draw, frame):
    right = labels(draw, np.zeros(N_ROWS, bool))
    assert weaknesses_of(right, frame, COLUMNS, seed=0) == ()
    few = Answers(right.actual[:150], 1 - right.predicted[:150])
    assert weaknesses_of(few, frame[:150], COLUMNS, seed=0) == ()
    assert weaknesses_of(labels(draw, frame["months"] > 5), frame, (), seed=0) == ()


def test_its_sentences_and_its_way_through_json():
    score = Score("mean_absolute_error", 1.0, 0.9, 1.1, 3.0, higher_is_better=False)
    weak = (
        Weakness("“a” is above 3", 1200, 2.5, 2.25, 2.75, 0.8),
        Weakness("“b” is blank", 80, 1.5, 1.25, 1.75, 0.8),
    )
    one = Evaluation(100, 4000, "mean_absolute_error", (score,), weaknesses=weak)
    again = Evaluation.from_dict(json.loads(json.dumps(one.to_dict())))
    assert again == one
    answers = Answers(np.zeros(3), np.ones(3))
    lines = told(one, answers, answers).sentences
    assert (
        "Weaker where “a” is above 3 (1,200 rows): off by 2.500 there on average (between 2.250 "
        "and 2.750), elsewhere by 0.800." in lines
    )
    assert (
        "Also weaker where “b” is blank (80 rows): off by 1.500 there on average (between 1.250 "
        "and 1.750)." in lines
    )
