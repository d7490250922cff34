import dataclasses
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brinery.errors import CannotLearn
from brinery.evaluation.threshold import Aim, Threshold, aim_of, called, chosen, in_short, told

COSTS = st.floats(0.01, 100)
AIMS = st.one_of(
    st.tuples(COSTS, COSTS).map(lambda both: {"cost": list(both)}),
    st.integers(1, 400).map(lambda n: {"rows": n}),
    st.floats(0.01, 0.3).map(lambda share: {"precision": share}),
    st.floats(0.01, 0.99).map(lambda p: {"probability": p}),
)


def rows(seed=0, n_rows=600):
    draw = np.random.default_rng(seed)
    said = draw.beta(1, 3, n_rows).round(2)
    return draw.random(n_rows) < said, said


@given(asked=AIMS)
def test_a_threshold_comes_back_from_json_and_says_what_it_is_for(asked):
    came, said = rows()
    found = chosen(aim_of(asked), came, said, "yes")
    assert Threshold.from_dict(json.loads(json.dumps(dataclasses.asdict(found)))) == found
    assert all("“yes”" in line or "twin" in line for line in told(found, *rows(1)))


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (
            {"cost": [1500, 60000]},
            "“yes” from a probability of 0.08 on: chosen so that mistakes cost least, "
            "a wrong call costing 1,500 and a miss 60,000",
        ),
        ({"rows": 50}, "“yes” for the 50 rows of the file with the highest probability of it"),
        ({"rows": 1}, "“yes” for the row of the file with the highest probability of it"),
        (
            {"precision": 0.3},
            "“yes” from a probability of 0.08 on: chosen so that 30% of the calls are right",
        ),
        (
            {"precision": 0.995},
            "“yes” from a probability of 0.08 on: chosen so that 99.5% of the calls are right",
        ),
        ({"probability": 0.25}, "“yes” from a probability of 0.08 on: as the modeler chose"),
    ],
)
def test_in_short_it_says_when_and_why(asked, words):
    aim = aim_of(asked)
    some = Threshold("yes", aim, 0.08, n_rows=int(aim.asked[0]) if aim.kind == "rows" else 0)
    assert in_short(some) == words


@given(wrong=COSTS, missed=COSTS)
def test_no_other_probability_costs_less(wrong, missed):
    came, said = rows()
    found = chosen(Aim("cost", (wrong, missed)), came, said, "yes")

    def cost(some):
        return wrong * (some & ~came).sum() + missed * (came & ~some).sum()

    least = min(cost(said >= at) for at in np.unique(said))
    assert cost(called(found, said)) == pytest.approx(least)


def test_the_lowest_threshold_that_is_precise_enough_finds_the_most():
    came, said = rows()
    found = chosen(Aim("precision", (0.6,)), came, said, "yes")
    assert came[called(found, said)].mean() >= 0.6
    lower = [at for at in np.unique(said) if at < found.probability]
    assert all(came[said >= at].mean() < 0.6 for at in lower)


def test_so_many_rows_are_called_and_of_rows_alike_the_first():
    some = Threshold("yes", Aim("rows", (3,)), 0.0, n_rows=3)
    assert called(some, np.array([0.2, 0.9, 0.2, 0.5, 0.2])).tolist() == [1, 1, 0, 1, 0]
    assert called(some, np.array([0.1, 0.2])).all()


def test_a_precision_that_can_not_be_had_is_refused_with_one_that_can():
    came, said = rows()
    with pytest.raises(CannotLearn, match="No threshold makes 100% of the calls right") as refused:
        chosen(Aim("precision", (1.0,)), came & (np.arange(len(came)) % 2 == 0), said, "yes")
    best = float(refused.value.remedy.split()[2])
    chosen(Aim("precision", (best,)), came & (np.arange(len(came)) % 2 == 0), said, "yes")


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"cost": [1]},
        {"cost": [-1, 2]},
        {"rows": 1.5},
        {"rows": 0},
        {"precision": 2},
        {"probability": "much"},
        {"luck": 1},
        {"rows": 1, "precision": 0.5},
        0.5,
    ],
)
def test_what_can_not_be_asked_is_refused(asked):
    with pytest.raises(CannotLearn, match="The threshold can't be"):
        aim_of(asked)


@pytest.mark.parametrize(
    ("costs", "words"),
    [
        ([0, 0], "Where a wrong call costs nothing, the threshold would call every row"),
        ([0, 5], "Where a wrong call costs nothing, the threshold would call every row"),
        ([5, 0], "Where a miss costs nothing, the threshold would call no row"),
    ],
)
def test_a_mistake_that_costs_nothing_is_refused_since_it_decides_alone(costs, words):
    with pytest.raises(CannotLearn, match=words) as refused:
        aim_of({"cost": costs})
    assert refused.value.remedy.endswith("both more than 0.")


def test_a_threshold_near_1_is_not_told_as_1():
    some = Threshold("yes", Aim("probability", (0.99999,)), 0.99999)
    assert "from a probability of 0.99999 on" in in_short(some)
    assert "from a probability of 0.99999 on" in told(some, *rows())[0]
