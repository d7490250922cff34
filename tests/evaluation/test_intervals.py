import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brinery.evaluation.intervals import range_of_mean, wilson


@pytest.fixture
def draw():
    return np.random.default_rng(0)


def test_the_range_of_a_mean_holds_it_and_no_error_is_below_none(draw):
    errors = np.abs(draw.normal(size=400))
    low, high = range_of_mean(errors)
    assert 0 <= low < errors.mean() < high
    assert range_of_mean(np.array([0.0, 0.0, 1.0]))[0] == 0


@given(n=st.integers(1, 500), share=st.floats(0, 1))
def test_the_range_of_a_share_holds_it_and_is_one_of_shares(n, share):
    hits = round(share * n)
    low, high = wilson(hits, n)
    assert 0 <= low <= hits / n <= high <= 1
    assert low < high
