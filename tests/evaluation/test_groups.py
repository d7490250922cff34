import dataclasses
import json
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brinery.errors import CannotLearn
from brinery.evaluation.evaluation import Evaluation, Score
from brinery.evaluation.groups import by_group, groupings
from brinery.evaluation.metrics import Answers, values
from brinery.evaluation.parts import ByGroup, Group
from brinery.evaluation.threshold import Aim, Threshold
from brinery.model.card import training_from_dict
from brinery.schema.inference import infer, with_kind
from brinery.tables.table import Table
from brinery.training.train import train

N_ROWS = 600
ACCURACY = Score("accuracy", 0.8, 0.77, 0.83, 0.5, higher_is_better=True)
AREA = Score("roc_auc", 0.84, 0.81, 0.87, 0.5, higher_is_better=True)
OFF = Score("mean_absolute_error", 4.2, 4.0, 4.4, 9.0, higher_is_better=False)


@pytest.fixture
def draw():
    return np.random.default_rng(0)


def grouped(cells, rows=None, schema=None, name="region"):
    table = Table.from_pandas(pd.DataFrame({name: cells, "other": range(len(cells))}))
    rows = np.arange(len(cells)) if rows is None else rows
    (one,) = groupings(table, [name], rows, schema)
    return one


def sizes(one):
    counts = np.bincount(one.codes, minlength=len(one.names))
    return dict(zip(one.names, counts.tolist(), strict=True))


def test_words_are_groups_the_commonest_first_and_blanks_one_more():
    one = grouped(["south"] * 20 + ["north"] * 30 + [""] * 5)
    assert list(sizes(one).items()) == [("north", 30), ("south", 20), ("blank", 5)]


def test_a_value_that_is_called_blank_is_no_blank():
    one = grouped(["Blank"] * 20 + ["blank"] * 30 + [""] * 5 + ["(blank)"] * 4)
    assert sizes(one) == {"blank": 30, "Blank": 20, "((blank))": 5, "(blank)": 4}


def test_a_value_that_is_called_other_values_is_none_of_the_others():
    found = sizes(
        grouped(["1 other value"] * 60 + [f"v{n:02}" for n in range(20) for _ in range(40 - n)])
    )
    assert found["1 other value"] == 60
    assert found["(1 other value)"] == 21


def test_only_the_rows_to_measure_on_count():
    one = grouped(["a"] * 30 + ["b"] * 30 + ["c"] * 30, rows=np.arange(20, 40))
    assert sizes(one) == {"a": 10, "b": 10}


def test_what_is_beyond_twenty_values_is_put_together():
    one = grouped([f"v{n:02}" for n in range(25) for _ in range(40 - n)])
    assert one.names[0] == "v00"
    assert one.names[-1] == "5 other values"
    assert len(one.names) == 21
    assert sizes(one)["5 other values"] == sum(40 - n for n in range(20, 25))


@pytest.mark.parametrize(
    "cells", [[f"K-{n}" for n in range(400)], [f"who {n}" for n in range(400)]]
)
def test_a_column_that_names_the_row_makes_no_groups(cells):
    with pytest.raises(CannotLearn, match="“region” has 400 different values"):
        grouped(cells)


def test_one_value_makes_no_groups():
    with pytest.raises(CannotLearn, match="have one value of “region”"):
        grouped(["a"] * 50 + ["b"], rows=np.arange(50))


def test_a_column_that_is_not_there_and_the_target_are_refused():
    table = Table.from_pandas(pd.DataFrame({"region": ["a", "b"] * 50, "y": ["no", "yes"] * 50}))
    rows = np.arange(100)
    with pytest.raises(CannotLearn, match="no column “regon”") as caught:
        groupings(table, ["regon"], rows)
    assert "region" in caught.value.remedy
    with pytest.raises(CannotLearn, match="“y” is what is predicted"):
        groupings(table, ["y"], rows, infer(table, target="y"))
    with pytest.raises(CannotLearn, match="There are 11 columns"):
        groupings(table, [f"c{n}" for n in range(11)], rows)
    assert len(groupings(table, ["region", "region"], rows)) == 1


def test_many_numbers_and_dates_are_cut_at_quartiles():
    one = grouped([str(n) for n in range(1, 101)] * 3, name="age")
    assert one.names == ("up to 25", "over 25, up to 50", "over 50, up to 75", "over 75")
    assert set(sizes(one).values()) == {75}
    days = pd.date_range("2024-01-01", periods=100).strftime("%Y-%m-%d")
    first, *_, last = grouped([*days] * 3, name="day").names
    assert first == "up to 2024-01-25"
    assert last == "after 2024-03-15"


def test_few_numbers_are_groups_in_their_order():
    assert sizes(grouped(["3", "1", "1", "2"] * 20)) == {"1": 40, "2": 20, "3": 20}


def test_the_modelers_kind_of_a_column_counts():
    cells = [str(n % 30) for n in range(300)]
    table = Table.from_pandas(pd.DataFrame({"region": cells, "y": ["no", "yes"] * 150}))
    schema = infer(table, target="y")
    assert len(grouped(cells, schema=schema).names) == 4
    named = with_kind(table, schema, "region", "category", "feature")
    assert len(grouped(cells, schema=named).names) == 21


@given(st.lists(st.floats(-1e6, 1e6).map(lambda n: round(n, 3)), min_size=30, max_size=200))
def test_every_row_is_in_one_group(numbers):
    try:
        one = grouped([str(n) for n in numbers], name="amount")
    except CannotLearn as error:
        assert "one value" in error.problem or "different values" in error.problem  # noqa: PT017
    else:
        assert one.codes.shape == (len(numbers),)
        assert 0 <= one.codes.min() <= one.codes.max() < len(one.names)


def answers(draw, *, flip, n_rows=N_ROWS):
    actual = draw.integers(0, 2, n_rows)
    wrong = draw.random(n_rows) < flip
    predicted = np.where(wrong, 1 - actual, actual)
    chance = np.clip(0.25 + 0.5 * predicted + draw.normal(0, 0.1, n_rows), 0.01, 0.99)
    return Answers(actual, predicted, np.column_stack([1 - chance, chance]))


def test_each_group_has_the_metric_of_its_own_rows_with_an_interval(draw):
    one = grouped(["north"] * 400 + ["south"] * 200)
    flip = np.repeat([0.1, 0.45], [400, 200])
    asked = answers(draw, flip=flip)
    for score in (ACCURACY, AREA):
        north, south = by_group(one, asked, score, ("no", "yes"), seed=0).groups
        there = np.arange(400, 600)
        alone = Answers(asked.actual[there], asked.predicted[there], asked.probabilities[there])
        assert south.value == pytest.approx(values((score.metric,), alone)[score.metric])
        assert south.low < south.value < south.high < north.low < north.value
        assert (north.n_rows, south.n_rows) == (400, 200)
    sought = int(np.bincount(asked.actual).argmin())
    assert south.came == pytest.approx((alone.actual == sought).mean())
    assert south.predicted == pytest.approx((alone.predicted == sought).mean())


def test_the_shares_are_of_the_label_that_the_threshold_seeks(draw):
    asked, one = answers(draw, flip=0.2), grouped(["north"] * 400 + ["south"] * 200)
    counts = np.bincount(asked.actual)
    commoner = ("no", "yes")[counts.argmax()]
    own = Threshold(commoner, Aim("probability", (0.5,)), 0.5)
    by = by_group(one, asked, ACCURACY, ("no", "yes"), threshold=own, seed=0)
    assert by.label == commoner
    assert by.whole.came == pytest.approx(counts.max() / N_ROWS)


def test_weights_count_in_the_metric(draw):
    asked = dataclasses.replace(answers(draw, flip=0.2), weights=draw.uniform(0.5, 2, N_ROWS))
    one = grouped(["north"] * 400 + ["south"] * 200)
    north, _ = by_group(one, asked, ACCURACY, ("no", "yes"), seed=0).groups
    right = (asked.actual == asked.predicted)[:400]
    assert north.value == pytest.approx(np.average(right, weights=asked.weights[:400]))


def test_groups_that_are_small_or_of_one_label_are_said(draw):
    one = grouped(["big"] * 500 + ["one label"] * 40 + ["few"] * 50 + ["tiny"] * 9 + ["lone"])
    asked = answers(draw, flip=0.2)
    asked.actual[500:540] = 0
    asked.actual[540:590] = [1] * 3 + [0] * 47
    found = {
        group.name: group for group in by_group(one, asked, AREA, ("no", "yes"), seed=0).groups
    }
    assert found["big"].why == ""
    assert found["one label"].why == "All 40 rows are “no”: no score possible."
    assert found["few"].why == "Only 3 of 50 rows are “yes”: too few to tell."
    assert found["tiny"].why == "Only 9 rows: too few to tell."
    assert found["lone"].why == "Only 1 row: too few to tell."
    assert {found[name].value for name in ("one label", "few", "tiny", "lone")} == {None}
    # No single record can be read off it.
    assert [found[name].came for name in ("tiny", "lone")] == [None, None]
    assert found["few"].came == 3 / 50
    # How often it is right can be told where all rows have one label.
    told = by_group(one, asked, ACCURACY, ("no", "yes"), seed=0).groups
    assert next(group for group in told if group.name == "one label").value is not None


def test_of_several_labels_the_one_that_lacks_is_named(draw):
    one = grouped(["a"] * 100 + ["b"] * 50)
    actual = np.r_[np.arange(100) % 3, np.arange(50) % 2]
    chances = draw.dirichlet(np.ones(3), 150)
    asked = Answers(actual, chances.argmax(axis=1), chances)
    a, b = by_group(one, asked, AREA, ("x", "y", "z"), seed=0).groups
    assert a.value is not None
    assert b.why == "No row is “z”: no score possible."
    assert (a.came, b.came) == (None, None)


def test_amounts_tell_the_means_too(draw):
    one = grouped(["low"] * 100 + ["high"] * 100)
    actual = draw.normal(50, 5, 200)
    found = by_group(one, Answers(actual, actual + 3), OFF, (), seed=0)
    assert [group.value for group in found.groups] == pytest.approx([3, 3])
    first = found.groups[0]
    assert first.predicted == pytest.approx(first.came + 3)
    assert found.label == ""


def told(score, *groups):
    whole = Group("all rows", 900, score.value, score.low, score.high)
    return ByGroup("region", score.metric, score.higher_is_better, "", whole, groups)


NORTH = Group("north", 500, 0.86, 0.83, 0.89)


@pytest.mark.parametrize(
    ("score", "groups", "said"),
    [
        (
            AREA,
            [NORTH, Group("south", 90, 0.71, 0.66, 0.76)],
            "By “region” it is worst for “south” (90 rows): ROC AUC 0.71 (between 0.66 and 0.76); "
            "for all rows, ROC AUC 0.84 (between 0.81 and 0.87). The intervals do not overlap.",
        ),
        (
            AREA,
            [NORTH, Group("south", 90, 0.79, 0.74, 0.85)],
            "By “region” it is worst for “south” (90 rows): ROC AUC 0.79 (between 0.74 and 0.85); "
            "for all rows, ROC AUC 0.84 (between 0.81 and 0.87). The intervals overlap, so "
            "this may be chance.",
        ),
        (
            ACCURACY,
            [
                *(Group(f"g{n}", 20, 0.9, 0.8, 0.99) for n in range(9)),
                Group("x", 9, 0.6, 0.5, 0.76),
            ],
            "By “region” it is worst for “x” (9 rows): right for 60 of 100 (between 50 and 76); "
            "for all rows, right for 80 of 100 (between 77 and 83). The intervals do not overlap, "
            "but among 10 groups one may be so by chance.",
        ),
        (
            OFF,
            [Group("a", 400, 4.0, 3.9, 4.1), Group("b", 300, 9.0, 8.0, 10.0)],
            "By “region” it is worst for “b” (300 rows): off by 9.00 on average (between 8.00 and "
            "10.00); for all rows, off by 4.20 on average (between 4.00 and 4.40). The intervals "
            "do not overlap.",
        ),
        (
            AREA,
            [NORTH, Group("west", 3, why="Only 3 rows: too few to tell.")],
            "By “region” only “north” (500 rows) has rows enough: ROC AUC 0.86 (between 0.83 and "
            "0.89); for all rows, ROC AUC 0.84 (between 0.81 and 0.87).",
        ),
        (
            AREA,
            [Group("west", 3, why="Only 3 rows: too few to tell.")],
            "By “region” nothing can be told: no group has rows enough.",
        ),
        (
            AREA,
            [NORTH, Group("east", 300, 0.85, 0.8, 0.9)],
            "By “region” no group that can be told is worse than all rows together.",
        ),
    ],
)
def test_the_sentence_names_the_worst_and_whether_it_may_be_chance(score, groups, said):
    assert told(score, *groups).sentence() == said


def test_its_way_through_json(draw):
    one = grouped(["north"] * 400 + ["south"] * 195 + ["west"] * 5)
    by = by_group(one, answers(draw, flip=0.2), ACCURACY, ("no", "yes"), seed=0)
    whole = Evaluation(9, N_ROWS, "accuracy", (ACCURACY,), groups=(by,))
    assert Evaluation.from_dict(json.loads(json.dumps(whole.to_dict()))) == whole


def test_training_measures_by_columns_that_are_features_or_not(draw):
    table = pd.DataFrame(
        {
            "size": draw.normal(size=400).round(3),
            "region": draw.choice(["north", "south"], 400),
            "branch": [f"B{n % 30}" for n in range(400)],
        }
    )
    table["answer"] = np.where(table["size"] + draw.normal(size=400) > 0, "yes", "no")
    with pytest.raises(CannotLearn, match="have one value of “same”"):
        train(table.assign(same="x"), "answer", recipe="tree", by_group=["same"])
    model = train(table, "answer", recipe="tree", by_group=["branch", "region"])
    assert model.training.by_group == ("branch", "region")
    by_branch, by_region = model.evaluation.groups
    assert sum(one.n_rows for one in by_branch.groups) == model.evaluation.n_holdout
    assert re.fullmatch(r"\d+ other values", by_branch.groups[-1].name)
    assert {one.name for one in by_region.groups} == {"north", "south"}
    assert {by_branch.sentence(), by_region.sentence()} <= {*model.evaluation.sentences}
    assert by_region.whole.value == model.evaluation.score("accuracy").value
    plain = train(table, "answer", recipe="tree")
    assert plain.evaluation.scores == model.evaluation.scores
    assert training_from_dict(dataclasses.asdict(model.training)) == model.training
