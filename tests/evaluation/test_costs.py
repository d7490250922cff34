import dataclasses
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix

from brinery.evaluation.costs import LIKELIER, Calls, calls_of
from brinery.evaluation.threshold import Aim, Threshold

COSTS = st.floats(0.01, 1000)


def rows(seed=0, n_rows=3000, digits=3):
    draw = np.random.default_rng(seed)
    said = draw.beta(1, 6, n_rows).round(digits)
    return said, draw.random(n_rows) < said


@given(wrong=COSTS, missed=COSTS, seed=st.integers(0, 5), digits=st.integers(1, 6))
def test_every_cost_is_what_the_confusion_at_its_threshold_costs(wrong, missed, seed, digits):
    said, came = rows(seed, digits=digits)
    found = calls_of(said, came)
    for at, cost in list(zip(found.at, found.costs(wrong, missed), strict=True))[::20]:
        (_, vain), (miss, _) = confusion_matrix(came, said >= at)
        assert cost == pytest.approx(1000 * (wrong * vain + missed * miss) / len(said))
    assert list(found.at) == sorted(found.at, reverse=True)
    assert (found.n_called[-1], found.n_right[-1]) == (len(said), came.sum())
    assert found.never(missed) == pytest.approx(1000 * missed * came.mean())


def test_the_models_own_threshold_and_one_half_are_counted_exactly():
    said, came = rows()
    assert calls_of(said, came).at[calls_of(said, came).place(None)] == LIKELIER
    own = Threshold("yes", Aim("cost", (1, 9)), 0.12345)
    found = calls_of(said, came, own)
    assert found.at[found.place(own)] == 0.12345
    assert found.n_called[found.place(own)] == (said >= 0.12345).sum()
    many = Threshold("yes", Aim("rows", (57,)), 0.0, n_rows=57)
    found = calls_of(*rows(digits=12), many)
    assert found.n_called[found.place(many)] == 57


def test_a_few_hundred_thresholds_hide_little_of_what_could_be_saved():
    said, came = rows(1, 20_000, 9)
    found = calls_of(said, came)
    assert len(found.at) <= 203
    for wrong, missed in ((1, 1), (1, 5), (1, 30), (10, 1)):
        order = np.argsort(-said)
        right, called = np.cumsum(came[order]), np.arange(1, len(said) + 1)
        least = 1000 * (wrong * (called - right) + missed * (came.sum() - right)).min() / len(said)
        assert found.costs(wrong, missed).min() <= 1.03 * least


def test_the_counts_come_back_from_json():
    found = calls_of(*rows())
    assert Calls.from_dict(json.loads(json.dumps(dataclasses.asdict(found)))) == found
