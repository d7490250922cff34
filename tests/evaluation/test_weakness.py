import dataclasses
import json
import re

import numpy as np
import pandas as pd
import pytest

from brinery.evaluation.evaluation import Evaluation, Score, Weakness
from brinery.evaluation.metrics import Answers
from brinery.evaluation.sentences import told
from brinery.evaluation.weakness import weakness_of
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
    found = weakness_of(
        labels(draw, draw.random(N_ROWS) < np.where(there, 0.6, 0.1)), frame, COLUMNS, seed=0
    )
    assert found.where == "“months” is at most 9 and “contract” is “monthly”" or (
        found.where == "“contract” is “monthly” and “months” is at most 9"
    )
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
    found = weakness_of(Answers(actual, actual + off), frame, COLUMNS, seed=0)
    assert re.fullmatch(said, found.where)
    assert found.error > 2 * found.elsewhere


def test_of_two_bounds_on_one_side_the_nearer_is_told(draw, frame):
    wrong = draw.random(N_ROWS) < np.clip(0.6 - frame["months"] / 60, 0.02, 1)
    found = weakness_of(labels(draw, wrong), frame, COLUMNS, seed=0)
    assert re.fullmatch(r"“months” is at most \d+", found.where)


def test_where_chance_alone_parts_them_nothing_is_said(draw, frame):
    told_at_all = [
        weakness_of(labels(draw, draw.random(N_ROWS) < 0.2), frame, COLUMNS, seed=seed)
        for seed in range(60)
    ]
    # A range of 95 % lies above the rest for one of forty by chance.
    assert sum(one is not None for one in told_at_all) <= 5


def test_a_small_holdout_and_a_model_without_faults_say_nothing(draw, frame):
    right = labels(draw, np.zeros(N_ROWS, bool))
    assert weakness_of(right, frame, COLUMNS, seed=0) is None
    few = Answers(right.actual[:150], 1 - right.predicted[:150])
    assert weakness_of(few, frame[:150], COLUMNS, seed=0) is None
    assert weakness_of(labels(draw, frame["months"] > 5), frame, (), seed=0) is None


def test_its_sentence_and_its_way_through_json():
    score = Score("mean_absolute_error", 1.0, 0.9, 1.1, 3.0, higher_is_better=False)
    weak = Weakness("“a” is above 3", 1200, 2.5, 2.25, 2.75, 0.8)
    one = Evaluation(100, 4000, "mean_absolute_error", (score,), weakness=weak)
    again = Evaluation.from_dict(json.loads(json.dumps(one.to_dict())))
    assert again == one
    answers = Answers(np.zeros(3), np.ones(3))
    line = "Weaker where “a” is above 3 (1,200 rows): off by 2.500 there on average"
    assert any(said.startswith(line) for said in told(one, answers, answers).sentences)
    assert dataclasses.replace(one, weakness=None) != one
