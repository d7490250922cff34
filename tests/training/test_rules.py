"""Weights and directions: what a model keeps to, whatever its recipe."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import mean_absolute_error, roc_auc_score

from brinery.errors import CannotLearn
from brinery.evaluation import bootstrap, metrics
from brinery.evaluation.metrics import Answers
from brinery.model.answers import frame as frame_of
from brinery.report.training import directions_in_words
from brinery.schema.coercion import coerce
from brinery.schema.inference import infer
from brinery.tables.table import Table
from brinery.training import fitting, rules
from brinery.training.rows import Rows
from brinery.training.train import train
from tests.training.test_search import learnable

N = 240
RANDOM = np.random.default_rng(0)


def table(task: str = "amount") -> pd.DataFrame:
    """The answer rises with a, falls with b, by steps and much noise; a has blanks."""
    draw = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            "a": draw.normal(size=N).round(2),
            "town": draw.choice(["Kiel", "Bonn", "Ulm"], N),
            "b": draw.normal(size=N).round(2),
            "people": draw.integers(1, 9, N),
        }
    )
    value = frame["a"] - frame["b"] + draw.normal(0, 2, N)
    frame["answer"] = value.round(2) if task == "amount" else np.where(value > 0, "yes", "no")
    frame.loc[::11, "a"] = np.nan
    return frame


MEMBERS = [
    {"recipe": "forest", "parameters": {"n_estimators": 20}, "weight": 1},
    {"recipe": "boosting", "parameters": {}, "weight": 2},
]


def moves(model, frame, name):
    """How the answer changes along a column, all else being the same."""
    rows = frame_of(features_of(model, frame))
    steps = []
    for value in np.linspace(-2, 2, 9):
        asked = rows.assign(**{name: value})
        given = (
            model.pipeline.predict(asked)
            if model.schema.task == "amount"
            else model.pipeline.predict_proba(asked)[:, 1]
        )
        steps.append(given)
    return np.diff(steps, axis=0)


def features_of(model, frame):
    rows = Table.from_pandas(frame)
    return coerce(rows, model.schema, {n: i for i, n in enumerate(rows.column_names)}).features


@pytest.mark.parametrize("task", ["amount", "yes/no"])
@pytest.mark.parametrize(
    ("recipe", "parameters"),
    [
        ("tree", {}),
        ("boosting", {}),
        ("forest", {"n_estimators": 20}),
        ("extra_trees", {"n_estimators": 20}),
        ("blend", {"members": MEMBERS}),
    ],
)
def test_a_direction_is_kept_for_every_row(task, recipe, parameters):
    frame = table(task)
    ways = {"a": "up", "b": "down"}
    given = {"recipe": recipe, "parameters": parameters}
    held = train(frame, "answer", monotonic=ways, **given)
    assert moves(held, frame, "a").min() >= 0
    assert moves(held, frame, "b").max() <= 0
    assert rules.of_schema(held.schema) == ways
    free = train(frame, "answer", **given)
    assert moves(free, frame, "a").min() < 0


def test_a_direction_holds_on_the_logarithm_and_after_a_search():
    frame = table()
    frame["answer"] = np.exp(frame["answer"]).round(3)
    ways = {"a": "up"}
    on_logs = train(frame, "answer", recipe="boosting", parameters={"scale": "log"}, monotonic=ways)
    assert moves(on_logs, frame, "a").min() >= 0
    found = train(frame, "answer", seconds=5, monotonic=ways, weights="people")
    assert moves(found, frame, "a").min() >= 0
    assert "linear" not in {one.recipe for one in found.training.compared}
    assert found.training.weights == "people"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"monotonic": {"a": "up"}, "recipe": "linear"}, "linear can't be held to go one way"),
        ({"monotonic": {"town": "up"}}, "“town” holds no numbers"),
        ({"monotonic": {"c": "up"}}, "“c” is no column that the model learns from"),
        ({"monotonic": {"a": "sideways"}}, "can't go 'sideways'"),
        ({"weights": "answer"}, "is what is predicted"),
        ({"weights": "peple"}, "Did you mean “people”"),
        ({"weights": "b"}, "“b” holds no number above 0, the first in line"),
        ({"weights": "a"}, "“a” holds no number above 0, the first in line 2"),
        (
            {"weights": "people", "recipe": "tree", "parameters": {"calibrate": "sigmoid"}},
            "can't be corrected where rows have weights",
        ),
    ],
)
def test_what_can_not_be_kept_is_said(given, told):
    with pytest.raises(CannotLearn, match=told):
        train(table("yes/no"), "answer", **given)


def test_several_labels_have_no_direction():
    frame = table().assign(answer=RANDOM.choice(["x", "y", "z"], N))
    with pytest.raises(CannotLearn, match="there is no up and no down"):
        train(frame, "answer", recipe="tree", monotonic={"a": "up"})


def test_weights_are_what_so_many_rows_would_be():
    frame = table()
    schema, features, target = learnable(frame.drop(columns="people"))
    counts = frame["people"].to_numpy()
    rows = np.repeat(np.arange(N), counts)
    one = fitting.candidate_of("tree", {"max_depth": 3, "min_samples_leaf": 1}, schema)
    once = Rows(features, target)
    counted = Rows(features, target, counts.astype(float))
    weighted = fitting.fitted(one, schema, counted, seed=0)
    repeated = fitting.fitted(one, schema, once.take(rows), seed=0)
    np.testing.assert_allclose(weighted.predict(features), repeated.predict(features))


@pytest.mark.parametrize("task", ["amount", "yes/no"])
def test_weights_are_no_feature_and_count_in_the_figures(task):
    frame = table(task)
    model = train(frame, "answer", recipe="linear", weights="people")
    column = next(one for one in model.schema.columns if one.name == "people")
    assert (column.use, column.reason) == ("ignored", "It says how much each row counts.")
    assert any(one.startswith("Rows count by “people”") for one in model.evaluation.sentences)
    plain = train(frame.drop(columns="people"), "answer", recipe="linear")
    metric = "mean_absolute_error" if task == "amount" else "roc_auc"
    assert model.evaluation.score(metric).value != plain.evaluation.score(metric).value


@pytest.mark.parametrize("task", ["amount", "yes/no"])
def test_a_blend_fitted_by_hand_is_the_blend_that_scikit_learn_fits(task):
    schema, features, target = learnable(table(task))
    # A forest that is given weights draws its rows by them, even where all are 1.
    members = [{"recipe": "linear", "parameters": {}, "weight": 1}, MEMBERS[1]]
    blend = fitting.candidate_of("blend", {"members": members}, schema)
    own = fitting.fitted(blend, schema, Rows(features, target, np.ones(N)), seed=0)
    plain = fitting.fitted(blend, schema, Rows(features, target), seed=0)
    assert vars(own).keys() == vars(plain).keys()
    ask = "predict" if task == "amount" else "predict_proba"
    np.testing.assert_allclose(getattr(own, ask)(features), getattr(plain, ask)(features))


def test_weighted_figures_are_those_of_scikit_learn():
    weights = RANDOM.uniform(0.1, 5, N)
    actual = RANDOM.integers(0, 2, N)
    chances = np.clip(actual * 0.3 + RANDOM.uniform(0, 0.7, N), 0.01, 0.99)
    both = np.column_stack([1 - chances, chances])
    answers = Answers(actual, (chances > 0.5).astype(int), both, weights)
    names = metrics.metric_names("yes/no", "accuracy")
    found = metrics.values(names, answers)
    assert found["roc_auc"] == pytest.approx(roc_auc_score(actual, chances, sample_weight=weights))
    for name in names:
        assert bootstrap.weighted(name, answers, weights[None])[0] == pytest.approx(found[name])
        low, high = bootstrap.intervals((name,), answers, seed=0)[name]
        assert low < found[name] < high
    amounts = Answers(chances, chances + 1, weights=weights)
    assert metrics.values(("mean_absolute_error",), amounts) == {
        "mean_absolute_error": pytest.approx(
            mean_absolute_error(chances, chances + 1, sample_weight=weights)
        )
    }


@pytest.mark.parametrize(
    ("task", "told"),
    [
        ("amount", "Where “a” grows and all else stays, the prediction rises or stays as it is"),
        ("yes/no", "Where “a” grows and all else stays, “yes” gets more likely or stays as it is"),
    ],
)
def test_directions_are_said_in_words(task, told):
    schema = infer(Table.from_pandas(table(task)), target="answer")
    (said,) = directions_in_words(rules.directed(schema, {"a": "up"}))
    assert said.startswith(told)
    assert directions_in_words(schema) == []
