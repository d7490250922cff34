import numpy as np
import pandas as pd

from brinery.schema.inference import infer
from brinery.tables.table import Table
from brinery.training.cuts import BY_CHANCE, possible_cuts, proposed


def visits(**more):
    draw = np.random.default_rng(0)
    frame = pd.DataFrame({"spent": draw.normal(size=200).round(2), "came": ["yes", "no"] * 100})
    return infer(Table.from_pandas(frame.assign(**more)), target="came")


def test_without_groups_and_times_chance_is_proposed():
    assert proposed(visits()) == BY_CHANCE
    assert proposed(visits(visit_id=np.arange(200))) == BY_CHANCE


def test_a_key_that_repeats_is_proposed_as_the_group_before_a_date():
    days = pd.date_range("2024-01-01", periods=200).strftime("%Y-%m-%d")
    cuts = possible_cuts(visits(customer_id=np.arange(200) // 4 + 1000, day=days))
    assert [(one.way, one.column) for one in cuts] == [
        ("group", "customer_id"),
        ("time", "day"),
        ("random", ""),
    ]
    assert "comes 4 times on average" in cuts[0].reason


def test_a_date_with_blanks_is_not_proposed():
    days = pd.Series(pd.date_range("2024-01-01", periods=200).strftime("%Y-%m-%d"))
    days[:9] = None
    assert proposed(visits(day=days)) == BY_CHANCE
