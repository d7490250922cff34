import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brinery.evaluation import conformal
from brinery.evaluation.evaluation import Evaluation, Ranges


def amounts(n_rows, seed, spread=1.0):
    draw = np.random.default_rng(seed)
    predicted = draw.uniform(0, 100, n_rows)
    return predicted + draw.normal(0, spread * (1 + predicted / 10)), predicted


@pytest.mark.parametrize("coverage", [0.8, 0.9, 0.95])
@pytest.mark.parametrize("n_rows", [50, 200, 1000])
def test_ranges_hold_as_many_new_amounts_as_asked(coverage, n_rows):
    held = []
    for seed in range(40):
        actual, predicted = amounts(n_rows, seed)
        ranges = conformal.for_amounts(actual, predicted, coverage=coverage, seed=0)
        new, said = amounts(1000, 1000 + seed)
        low, high = conformal.limits(ranges, said)
        held.append(((low <= new) & (new <= high)).mean())
    assert np.mean(held) == pytest.approx(coverage, abs=0.025)


def test_large_amounts_get_wider_ranges_and_each_band_is_held():
    actual, predicted = amounts(2000, 0)
    ranges = conformal.for_amounts(actual, predicted, coverage=0.9, seed=0)
    assert list(ranges.widths) == sorted(ranges.widths)
    new, said = amounts(5000, 1)
    low, high = conformal.limits(ranges, said)
    for part in (said < 20, said > 80):
        assert ((low <= new) & (new <= high))[part].mean() == pytest.approx(0.9, abs=0.04)
    assert ranges.measured == pytest.approx(0.9, abs=0.02)


def test_amounts_that_are_never_negative_have_no_range_below_nothing():
    actual = np.abs(np.random.default_rng(0).normal(size=100))
    ranges = conformal.for_amounts(actual, np.full(100, 0.2), coverage=0.9, seed=0)
    low, high = conformal.limits(ranges, np.array([0.1, -0.5]))
    assert low.tolist() == [0.0, -0.5]
    assert (high > low).all()


@pytest.mark.parametrize("n_labels", [2, 4])
def test_possible_labels_hold_the_truth_as_often_as_asked(n_labels):
    held = []
    for seed in range(30):
        draw = np.random.default_rng(seed)
        chances = draw.dirichlet(np.ones(n_labels), 1200)
        actual = np.array([draw.choice(n_labels, p=one) for one in chances])
        ranges = conformal.for_labels(actual[:200], chances[:200], coverage=0.9, seed=0)
        kept = conformal.possible(ranges, chances[200:])
        assert kept[np.arange(1000), chances[200:].argmax(axis=1)].all()
        held.append(kept[np.arange(1000), actual[200:]].mean())
    assert np.mean(held) == pytest.approx(0.9, abs=0.02)


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 60), st.floats(0.5, 0.99))
def test_a_range_has_its_prediction_inside_however_few_the_rows(n_rows, coverage):
    actual, predicted = amounts(n_rows, n_rows)
    ranges = conformal.for_amounts(actual, predicted, coverage=coverage, seed=0)
    low, high = conformal.limits(ranges, predicted)
    assert ((low <= predicted) & (predicted <= high)).all()


def test_the_calibration_error_is_how_far_probabilities_are_from_what_comes():
    draw = np.random.default_rng(0)
    chance = draw.uniform(size=100_000)
    came = (draw.uniform(size=100_000) < chance).astype(int)
    honest = np.column_stack([1 - chance, chance])
    assert conformal.calibration_error(came, honest) < 0.01
    bold = np.clip(chance + 0.2, 0, 1)
    assert conformal.calibration_error(came, np.column_stack([1 - bold, bold])) > 0.15
    three = np.column_stack([honest / 2, np.full(100_000, 0.5)])
    assert 0 < conformal.calibration_error(came, three) < 1


def test_ranges_are_kept_with_the_evaluation():
    ranges = Ranges(0.9, 50, 0.91, edges=(1.0,), widths=(2.0, 3.0), floor=0.0)
    whole = Evaluation(1, 50, "r2", (), ranges=ranges, calibration_error=0.01)
    assert Evaluation.from_dict(whole.to_dict()) == whole
    assert Ranges.from_dict(dataclasses.asdict(ranges)) == ranges
