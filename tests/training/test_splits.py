import numpy as np
import pytest

from brinery.errors import CannotLearn
from brinery.training import splits
from brinery.training.usable import MIN_LABEL_ROWS, MIN_ROWS


def test_a_fifth_is_held_out_with_the_same_share_of_every_label():
    target = np.array(["a"] * 800 + ["b"] * 200)
    learn, held = splits.holdout("yes/no", target, seed=1)
    assert len(held) == 200
    assert (target[held] == "b").sum() == 40
    np.testing.assert_array_equal(np.sort([*learn, *held]), np.arange(1000))


@pytest.mark.parametrize("task", ["yes/no", "amount"])
def test_at_least_twenty_rows_are_held_out(task):
    target = np.arange(MIN_ROWS) % 2
    learn, held = splits.holdout(task, target, seed=1)
    assert (len(learn), len(held)) == (30, 20)


def test_every_label_is_on_both_sides_even_with_as_few_rows_as_are_taken():
    target = np.repeat(np.arange(50), MIN_LABEL_ROWS)
    learn, held = splits.holdout("classes", target, seed=0)
    assert set(target[learn]) == set(target[held]) == set(range(50))


def test_the_same_seed_gives_the_same_rows():
    target = np.arange(200.0)
    one, two, other = (splits.holdout("amount", target, seed=seed)[1] for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, two)
    assert (one != other).any()


def test_a_sample_keeps_the_shares_and_a_small_table_is_taken_whole():
    target = np.array(["a"] * 9000 + ["b"] * 1000)
    drawn = splits.sample("yes/no", target, 1000, seed=0)
    assert len(drawn) == 1000
    assert (target[drawn] == "b").sum() == 100
    assert len(splits.sample("yes/no", target, 9000, seed=0)) == 10_000


def test_large_tables_get_fewer_folds():
    small, large = np.arange(2999) % 2, np.arange(3000) % 2
    assert len(splits.folds("yes/no", small, seed=0)) == 5
    assert len(splits.folds("amount", large, seed=0)) == 3


def test_small_tables_are_cut_more_than_once():
    few = np.arange(499) % 2
    assert len(splits.folds("yes/no", few, seed=0)) == 15
    assert len(splits.folds("amount", np.arange(500), seed=0)) == 10
    assert len(splits.folds("yes/no", few, seed=0, once=True)) == 5


def test_a_rare_label_is_in_every_fold_of_a_sample():
    target = np.array(["a"] * 47_000 + ["b"] * 2_992 + ["c"] * 8, dtype=object)
    drawn = splits.sample("classes", target, 10_000, seed=0)
    assert 10_000 <= len(drawn) <= 10_020
    assert np.all(np.diff(drawn) > 0)
    for learn, held in splits.folds("classes", target[drawn], seed=0):
        assert set(target[drawn][learn]) == set(target[drawn][held]) == {"a", "b", "c"}


def test_groups_stay_on_one_side_of_the_holdout_and_of_every_fold():
    groups = np.repeat(np.arange(40), 5)
    target = np.tile(np.arange(5) % 2, 40)
    learn, held = splits.holdout("yes/no", target, seed=0, way="group", by=groups)
    assert not set(groups[learn]) & set(groups[held])
    assert len(held) == pytest.approx(40, abs=5)
    for one, other in splits.folds("yes/no", target[learn], seed=0, way="group", by=groups[learn]):
        assert not set(groups[learn][one]) & set(groups[learn][other])


def test_by_time_what_is_measured_comes_after_what_was_learned():
    times = np.random.default_rng(0).permutation(200).astype(float)
    target = np.arange(200.0)
    learn, held = splits.holdout("amount", target, seed=0, way="time", by=times)
    assert times[learn].max() < times[held].min()
    for one, other in splits.folds("amount", target, seed=0, way="time", by=times):
        assert times[one].max() < times[other].min()


@pytest.mark.parametrize("n_times", [3, 4, 13, 60])
def test_rows_of_one_time_stay_on_one_side_of_the_holdout_and_of_every_fold(n_times):
    times = np.random.default_rng(1).integers(0, n_times, 400).astype(float)
    target = np.arange(400.0)
    learn, held = splits.holdout("amount", target, seed=0, way="time", by=times)
    assert times[learn].max() < times[held].min()
    assert sorted([*learn, *held]) == list(range(400))
    assert abs(len(held) - 80) <= 400 / n_times
    cut = splits.folds("amount", target[learn], seed=0, way="time", by=times[learn])
    for one, other in cut if n_times > 4 else ():
        assert times[learn][one].max() < times[learn][other].min()


def test_a_latest_time_that_most_rows_share_is_refused():
    times = np.repeat([2024.0, 2025.0], [30, 170])
    with pytest.raises(CannotLearn, match="Too many rows have one and the same time") as refused:
        splits.holdout("amount", np.arange(200.0), seed=0, way="time", by=times)
    assert "Split by chance" in refused.value.remedy


def test_a_side_without_a_label_is_refused_and_folds_go_by_chance():
    target = np.repeat([0, 1], 100)
    with pytest.raises(CannotLearn, match="Split by time, one side would lack"):
        splits.holdout("yes/no", target, seed=0, way="time", by=np.arange(200.0))
    assert len(splits.folds("yes/no", target, seed=0, way="time", by=np.arange(200.0))) == 15


def test_too_few_groups_are_refused():
    with pytest.raises(CannotLearn, match="only 3 groups"):
        splits.holdout("amount", np.arange(90.0), seed=0, way="group", by=np.arange(90) % 3)
