import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.inspection import partial_dependence
from sklearn.linear_model import LogisticRegression, Ridge, RidgeClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
from sklearn.tree import DecisionTreeClassifier

from brinery.evaluation.dependence import effects_of
from brinery.evaluation.evaluation import Importance
from brinery.schema.columns import Column

N_ROWS = 150


def column(name, kind, storage, **more):
    return Column(name, kind, "feature", storage, n_rows=9, n_blank=0, n_unique=9, **more)


COLUMNS = (
    column("price", "number", "float64"),
    column("rooms", "number", "float64", whole=True),
    column("since", "date", "float64", date_format="%Y-%m-%d"),
    column("town", "category", "string"),
    column("note", "text", "string"),
)


@pytest.fixture
def frame():
    draw = np.random.default_rng(0)
    towns = np.array(["Bern", "Ulm", np.nan], dtype=object)
    return pd.DataFrame(
        {
            "price": draw.normal(100, 20, N_ROWS),
            "rooms": draw.integers(1, 6, N_ROWS).astype(float),
            "since": draw.integers(19000, 20000, N_ROWS).astype(float),
            "town": towns[draw.choice(3, N_ROWS, p=[0.5, 0.3, 0.2])],
            "note": np.array([f"note {n}" for n in range(N_ROWS)], dtype=object),
        }
    )


def fitted(model, frame, target):
    prepared = make_column_transformer(
        ("passthrough", ["price", "rooms", "since"]),
        (OneHotEncoder(handle_unknown="ignore"), ["town"]),
    )
    return make_pipeline(prepared, model).fit(frame, target)


def amount(frame):
    return 2 * frame["rooms"] + frame["price"] / 10 + 5 * (frame["town"] == "Bern")


def matters(*names):
    return tuple(Importance(name, 1.0, 0.1) for name in names)


def test_it_is_what_scikit_learn_computes(frame):
    target = (amount(frame) > 18).map({False: "no", True: "yes"})
    model = fitted(LogisticRegression(C=0.01, max_iter=5000), frame, target)
    weights = np.linspace(1, 3, N_ROWS)
    found = effects_of(
        model, frame, COLUMNS, matters("price", "rooms"), sought=1, weights=weights, seed=0
    )
    assert [one.feature for one in found] == ["price", "rooms"]
    for effect in found:
        oracle = partial_dependence(
            model,
            frame,
            [effect.feature],
            custom_values={effect.feature: np.array(effect.marks)},
            sample_weight=weights,
            method="brute",
            response_method="predict_proba",
        )
        assert effect.labels == ("yes",)
        assert effect.values[0] == pytest.approx(oracle["average"][0], rel=1e-4)


def test_points_are_the_values_that_the_feature_has(frame):
    found = effects_of(
        fitted(Ridge(), frame, amount(frame)),
        frame,
        COLUMNS,
        matters("town", "since", "rooms", "price", "note"),
        seed=0,
    )
    town, since, rooms, price = found
    assert town.kind == "level"
    assert town.at == ("Bern", "Ulm", "")
    assert town.marks == ()
    assert town.values[0][0] == pytest.approx(town.values[0][1] + 5, abs=0.5)
    assert since.kind == "date"
    assert since.at[0].startswith("202")
    assert all(mark == int(mark) for mark in since.marks)
    assert rooms.marks == (1, 2, 3, 4, 5)
    assert rooms.values[0][4] - rooms.values[0][0] == pytest.approx(8, abs=0.5)
    assert rooms.agree == 1
    assert len(price.marks) == 12
    assert frame["price"].quantile(0.02) < price.marks[0] < frame["price"].quantile(0.1)


def test_only_what_surely_matters_and_the_most_important_six(frame):
    model = fitted(Ridge(), frame, amount(frame))
    unsure = (Importance("rooms", 0.1, 0.2), Importance("price", -1.0, 0.1))
    assert effects_of(model, frame, COLUMNS, unsure, seed=0) == ()
    wide = frame[["price"]].rename(columns={"price": "n0"})
    wide = wide.assign(**{f"n{n}": wide["n0"] for n in range(1, 9)})
    columns = [column(name, "number", "float64") for name in wide]
    many = effects_of(Ridge().fit(wide, wide["n0"]), wide, columns, matters(*wide), seed=0)
    assert [one.feature for one in many] == [f"n{n}" for n in range(6)]


def test_a_feature_that_does_not_vary_has_no_effect(frame):
    model = fitted(Ridge(), frame, amount(frame))
    same = frame.assign(rooms=3.0, town="Bern", price=np.nan)
    found = effects_of(model, same, COLUMNS, matters("rooms", "town", "price"), seed=0)
    assert found == ()


def test_of_many_labels_the_five_that_move_most(frame):
    target = pd.cut(frame["price"], 7, labels=list("abcdefg")).astype(object)
    model = fitted(DecisionTreeClassifier(random_state=0), frame, target)
    (price,) = effects_of(model, frame, COLUMNS, matters("price"), seed=0)
    assert len(price.labels) == len(price.values) == 5
    assert [*price.labels] == sorted(price.labels)
    told = [model.predict_proba(frame.assign(price=mark)).mean(axis=0) for mark in price.marks]
    moved = dict(zip(model.classes_, np.ptp(told, axis=0), strict=True))
    left_out = {*moved} - {*price.labels}
    assert min(moved[one] for one in price.labels) >= max(moved[one] for one in left_out)


def test_bare_labels_are_counted(frame):
    target = (amount(frame) > 18).map({False: "no", True: "yes"})
    model = fitted(RidgeClassifier(), frame, target)
    (rooms,) = effects_of(model, frame, COLUMNS, matters("rooms"), sought=1, seed=0)
    assert rooms.is_share
    told = np.mean(model.predict(frame.assign(rooms=5.0)) == "yes")
    assert rooms.values[0][-1] == pytest.approx(told)


def test_the_rows_are_drawn_by_the_seed_and_left_as_they_are(frame):
    many = pd.concat([frame] * 3, ignore_index=True)
    before = many.copy()
    model = fitted(Ridge(), frame, frame["price"] * frame["rooms"])
    one, again, other = (
        effects_of(model, many, COLUMNS, matters("price", "town"), seed=seed) for seed in (0, 0, 1)
    )
    assert one == again != other
    pd.testing.assert_frame_equal(many, before)
