import dataclasses
import itertools
import pickle

import numpy as np
import pandas as pd
import pytest

from brinery.schema.columns import Column, Schema
from brinery.training.preprocessing import preparation
from brinery.training.recipes import PLAIN

N_ROWS = 200


def _column(name: str, kind: str, storage: str, use: str = "feature") -> Column:
    return Column(name, kind, use, storage, n_rows=N_ROWS, n_blank=0, n_unique=2)


def _schema(task: str = "yes/no") -> Schema:
    columns = (
        _column("number", "number", "float64"),
        _column("full number", "number", "float64"),
        _column("flag", "yes/no", "float64"),
        _column("grade", "category", "float64"),
        _column("colour", "category", "string"),
        _column("full colour", "category", "string"),
        _column("answer", "yes/no", "string"),
        _column("target", "yes/no", "string", use="target"),
    )
    return Schema(columns, task=task)


def _frame(seed: int = 0) -> pd.DataFrame:
    generator = np.random.default_rng(seed)

    def some(values: list[str | float]) -> pd.Series:
        return pd.Series(generator.choice(np.array(values, dtype=object), N_ROWS))

    frame = pd.DataFrame(
        {
            "number": generator.normal(size=N_ROWS),
            "full number": generator.normal(size=N_ROWS),
            "flag": some([0.0, 1.0, np.nan]).astype("float64"),
            "grade": some([1.0, 2.0, 3.0, np.nan]).astype("float64"),
            "colour": some(["red", "green", "blue", np.nan]),
            "full colour": some(["red", "green"]),
            "answer": some(["Yes", "No"]),
        }
    )
    frame.loc[::7, "number"] = np.nan
    return frame


def _target(task: str, frame: pd.DataFrame) -> np.ndarray:
    value = frame["full number"] + (frame["colour"] == "red") + (frame["flag"] == 1)
    if task == "amount":
        return value.to_numpy()
    labels = ["low", "high"] if task == "yes/no" else ["low", "middle", "high"]
    return pd.qcut(value, len(labels), labels=labels).astype(object).to_numpy()


FITTED = list(itertools.product(PLAIN, ("yes/no", "classes", "amount")))


@pytest.fixture(scope="module", params=FITTED, ids=lambda one: f"{one[0].name}-{one[1]}")
def fitted(request):
    recipe, task = request.param
    frame = _frame()
    return recipe.build(_schema(task), 0, {}).fit(frame, _target(task, frame))


def _answers(pipeline, frame):
    if hasattr(pipeline, "predict_proba"):
        return pipeline.predict_proba(frame)
    return pipeline.predict(frame)


@pytest.mark.parametrize("name", list(_frame().columns))
def test_a_blank_never_fails_even_where_training_saw_none(fitted, name):
    frame = _frame(1)
    frame.loc[::2, name] = np.nan
    assert np.isfinite(_answers(fitted, frame)).all()


@pytest.mark.parametrize("name", list(_frame().columns))
def test_an_all_blank_column_never_fails_as_numbers_or_as_words(fitted, name):
    frame = _frame(1)
    for dtype in ("float64", "object"):
        frame[name] = pd.Series(np.nan, index=frame.index, dtype=dtype)
        assert np.isfinite(_answers(fitted, frame)).all()


def test_an_unseen_level_never_fails(fitted):
    frame = _frame(1)
    frame[["colour", "full colour", "answer"]] = "never seen"
    frame["grade"] = 99.0
    assert np.isfinite(_answers(fitted, frame)).all()


def test_a_column_all_blank_in_training_never_fails():
    for recipe in PLAIN:
        for name in _frame().columns:
            if recipe.name == "boosting" and name not in ("colour", "full colour", "answer"):
                continue  # training leaves such a column out: boosting has no bins for it
            frame = _frame()
            frame[name] = pd.Series(np.nan, index=frame.index, dtype=frame[name].dtype)
            pipeline = recipe.build(_schema(), 0, {}).fit(frame, _target("yes/no", _frame()))
            assert np.isfinite(_answers(pipeline, _frame(1))).all()


def test_one_row_and_other_columns_in_another_order_give_the_same_answers(fitted):
    frame = _frame(1)
    other = frame[frame.columns[::-1]].assign(more="text")
    expected = _answers(fitted, frame)
    np.testing.assert_array_equal(_answers(fitted, other), expected)
    np.testing.assert_allclose(_answers(fitted, other.iloc[[3]]), expected[[3]])


def test_a_blank_that_training_never_saw_counts_as_an_unseen_level(fitted):
    name = "full colour"
    unseen, blank = _frame(1).assign(**{name: "never seen"}), _frame(1).assign(**{name: np.nan})
    np.testing.assert_array_equal(_answers(fitted, unseen), _answers(fitted, blank))


def test_numbers_where_training_saw_words_count_as_an_unseen_level(fitted):
    unseen, number = _frame(1).assign(colour="never seen"), _frame(1).assign(colour=7)
    np.testing.assert_array_equal(_answers(fitted, unseen), _answers(fitted, number))


def test_bools_and_objects_of_a_plain_read_become_the_same_numbers(fitted):
    frame = _frame(1)
    frame["flag"] = frame["flag"].fillna(1.0)
    expected = _answers(fitted, frame)
    as_bool = frame.assign(flag=frame["flag"].astype(bool))
    np.testing.assert_array_equal(_answers(fitted, as_bool), expected)
    mixed = frame["flag"].astype(bool).astype(object)
    mixed[3] = None
    frame.loc[3, "flag"] = np.nan
    np.testing.assert_array_equal(
        _answers(fitted, frame.assign(flag=mixed)), _answers(fitted, frame)
    )


@pytest.mark.parametrize("numbers", ["filled", "blank"])
def test_of_very_many_levels_the_rarer_share_one_column(numbers):
    names = [f"level {number}" for number in range(400)]
    words = pd.Series(np.repeat(names, 6), dtype=object)
    schema = Schema((_column("word", "category", "string"),), task="amount")
    columns = preparation(schema, numbers=numbers).fit_transform(pd.DataFrame({"word": words}))
    assert columns.shape == (2400, 50)
    assert (columns.sum(axis=1) == 1).all()


def test_nothing_in_a_pickle_is_a_call_in_waiting(fitted):
    assert b"partial" not in pickle.dumps(fitted, protocol=5)


def test_levels_whose_mean_counts_become_one_column_each_of_a_whole_amount_too():
    places = [f"place {one}" for one in range(40)]
    levels = tuple((one, N_ROWS // 40) for one in places)
    place = dataclasses.replace(_column("place", "category", "string"), levels=levels)
    amount = _column("amount", "number", "float64", use="target")
    prepare = preparation(
        Schema((place, amount), task="amount"), numbers="filled", levels="target", seed=1
    )
    frame = pd.DataFrame({"place": np.resize(np.array(places, dtype=object), N_ROWS)})
    counts = np.arange(N_ROWS, dtype=np.float64)
    given = prepare.fit_transform(frame, counts)
    assert given.shape == (N_ROWS, 1)
    again = preparation(
        Schema((place, amount), task="amount"), numbers="filled", levels="target", seed=1
    )
    np.testing.assert_array_equal(given, again.fit_transform(frame, counts))
