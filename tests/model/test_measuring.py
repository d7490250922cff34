"""A brought model that comes with a holdout is measured as one that was trained here."""

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.svm import LinearSVC

from brinery.errors import CannotLearn
from brinery.evaluation.measure import measure
from brinery.evaluation.metrics import main_metric
from brinery.model.brought import model_of_brought
from brinery.tables.table import Table

N = 300
RANDOM = np.random.default_rng(0)
X = pd.DataFrame({"size": RANDOM.normal(50, 10, N).round(2), "age": RANDOM.integers(0, 90, N)})
PRICE = (3 * X["size"] - X["age"] + RANDOM.normal(0, 20, N)).rename("price")
DEAR = pd.Series(np.where(PRICE > 100, "dear", "cheap"), name="kind")
LEARN, HELD = slice(0, 200), slice(200, None)


def of(estimator, y, learn=X, held=X, **more):
    fitted = estimator.fit(learn[LEARN], y[LEARN])
    return model_of_brought(fitted, None, holdout=(held[HELD], y[HELD]), **more)


@pytest.mark.parametrize(
    ("estimator", "y", "task"),
    [(LinearRegression(), PRICE, "amount"), (LogisticRegression(), DEAR, "yes/no")],
)
def test_it_gets_all_that_a_model_trained_here_gets(estimator, y, task):
    model = of(estimator, y)
    found = model.evaluation
    assert (found.source, found.n_holdout) == ("holdout", 100)
    assert found.ranges.coverage == 0.9
    assert (found.ranking is not None) == (task == "yes/no")
    assert (model.schema.target.name, model.schema.task) == (y.name, task)
    assert {one.feature for one in found.importances} == {"size", "age"}
    assert "size" in {one.feature for one in found.effects}
    assert found.learning is None  # the rows that it learned from are not here
    direct = measure(
        estimator,
        estimator.fit(X[LEARN], y[LEARN]),
        X[HELD],
        y[HELD].to_numpy(),
        task=task,
        main_metric=main_metric(task, y[HELD].to_numpy()),
        n_train=0,
        seed=0,
    )
    assert [one.value for one in direct.scores] == pytest.approx(
        [one.value for one in found.scores]
    )
    assert direct.ranges == found.ranges
    assert found.sentences[-1].startswith("The rows that it was measured on were kept aside")


def test_the_same_holdout_is_known_as_such_and_another_is_not():
    one, same = of(LinearRegression(), PRICE), of(LinearRegression(), PRICE)
    other = of(LinearRegression(), PRICE + 1)
    assert one.evaluation.rows_sha256 == same.evaluation.rows_sha256 != ""
    assert other.evaluation.rows_sha256 != one.evaluation.rows_sha256


def test_an_array_is_measured_too():
    model = of(LogisticRegression(), DEAR, learn=X.to_numpy(), held=X.to_numpy())
    assert [column.name for column in model.schema.columns] == ["x1", "x2", "kind"]
    assert model.evaluation.importances[0].feature == "x1"


def test_an_array_has_the_names_of_the_sample():
    fitted = LinearRegression().fit(X.to_numpy()[LEARN], PRICE[LEARN])
    model = model_of_brought(fitted, X[LEARN], holdout=(X.to_numpy()[HELD], PRICE[HELD]))
    assert [column.name for column in model.schema.columns] == ["size", "age", "price"]
    with pytest.raises(CannotLearn, match="array has 1 columns, and the estimator takes 2"):
        model_of_brought(fitted, X[LEARN], holdout=(X[["size"]].to_numpy()[HELD], PRICE[HELD]))


def test_numbers_and_booleans_as_labels_are_found_again():
    for y in (DEAR == "dear", (DEAR == "dear").astype(int), (DEAR == "dear").astype(float)):
        assert of(LogisticRegression(), y).evaluation.score("accuracy").value > 0.6


def test_bare_labels_are_measured_without_probabilities():
    found = of(LinearSVC(), DEAR).evaluation
    assert {one.metric for one in found.scores} == {"accuracy", "balanced_accuracy", "f1_macro"}
    assert found.ranges is None


def test_the_table_may_come_as_text_and_the_answer_has_its_name():
    fitted = LinearRegression().fit(X[LEARN], PRICE[LEARN])
    held = Table.from_pandas(X[HELD].assign(rent=0))
    model = model_of_brought(fitted, None, "rent", holdout=(held, PRICE[HELD].to_numpy()))
    assert model.schema.target.name == "rent"
    assert model.evaluation.score("r2").value > 0.5


def test_rows_without_an_answer_are_left_out_and_told():
    y = PRICE.where(PRICE.index != 250)
    fitted = LinearRegression().fit(X[LEARN], PRICE[LEARN])
    found = model_of_brought(fitted, None, holdout=(X[HELD], y[HELD])).evaluation
    assert found.n_holdout == 99
    assert "Left out of them, having no answer: 1." in found.sentences


def test_rows_that_are_in_the_sample_too_are_told():
    fitted = LinearRegression().fit(X[LEARN], PRICE[LEARN])
    found = model_of_brought(fitted, X[LEARN], holdout=(X[150:], PRICE[150:])).evaluation
    assert any("50 of these 150 rows are in the sample too" in one for one in found.sentences)
    found = model_of_brought(fitted, X[LEARN], holdout=(X[HELD], PRICE[HELD])).evaluation
    assert not any("in the sample too" in one for one in found.sentences)


@pytest.mark.parametrize(
    ("estimator", "rows", "answers", "told"),
    [
        (LinearRegression(), X[HELD], PRICE[LEARN], "has 100 rows and 200 answers"),
        (LinearRegression(), X[:9], PRICE[:9], "only 9 rows with an answer"),
        (LinearRegression(), X[["size"]][HELD], PRICE[HELD], "no column “age”"),
        (LinearRegression(), X[HELD], DEAR[HELD], "are no numbers"),
        (LogisticRegression(), X[HELD], DEAR[HELD].str.upper(), "never gives: “CHEAP”"),
        (LogisticRegression(), X[HELD], ["dear"] * 100, "no row with the answer “cheap”"),
        (KMeans(2, random_state=0), X[HELD], DEAR[HELD], "can't be compared with one answer"),
    ],
)
def test_a_holdout_that_can_not_measure_it_is_refused(estimator, rows, answers, told):
    y = PRICE if isinstance(estimator, LinearRegression) else DEAR
    with pytest.raises(CannotLearn, match=told):
        model_of_brought(estimator.fit(X[LEARN], y[LEARN]), None, holdout=(rows, answers))


def test_it_is_measured_for_groups_of_a_column_that_it_does_not_take():
    region = np.where(np.arange(N) % 4, "north", "south")
    model = of(LogisticRegression(), DEAR, held=X.assign(region=region), by_group=["region", "age"])
    by_region, by_age = model.evaluation.groups
    assert {one.name: one.n_rows for one in by_region.groups} == {"north": 75, "south": 25}
    assert by_age.groups[0].name.startswith("up to ")
    assert "region" not in [column.name for column in model.schema.features]


def test_without_a_holdout_there_are_no_groups():
    fitted = LinearRegression().fit(X, PRICE)
    with pytest.raises(CannotLearn, match="nothing is measured by group") as caught:
        model_of_brought(fitted, X.assign(price=PRICE), "price", by_group=["age"])
    assert "holdout" in caught.value.remedy
    with pytest.raises(CannotLearn, match="no column “region”"):
        of(LinearRegression(), PRICE, by_group=["region"])
    with pytest.raises(CannotLearn, match="“price” is what is predicted"):
        model_of_brought(fitted, X, "price", holdout=X.assign(price=PRICE), by_group=["price"])


@pytest.mark.parametrize(
    ("estimator", "y"), [(LinearRegression(), PRICE), (LogisticRegression(), DEAR)]
)
def test_a_holdout_may_be_one_table_with_the_answers_in_it(estimator, y, tmp_path):
    fitted = estimator.fit(X[LEARN], y[LEARN])
    pair = of(estimator, y).evaluation
    held = X[HELD].assign(**{y.name: y[HELD]})
    held.to_csv(tmp_path / "held.csv", index=False)
    for given in (held, Table.from_pandas(held), tmp_path / "held.csv"):
        found = model_of_brought(fitted, None, y.name, holdout=given)
        assert found.evaluation.scores == pair.scores
        assert found.schema.target.name == y.name
        assert [one.name for one in found.schema.features] == ["size", "age"]
    both = model_of_brought(fitted, X[LEARN], y.name, holdout=held)
    assert both.evaluation.scores == pair.scores


def test_blank_answers_are_left_out_and_labels_that_pandas_wrote_as_floats_are_found(
    tmp_path,
):
    y = (DEAR == "dear").astype(int)
    fitted = LogisticRegression().fit(X[LEARN], y[LEARN])
    held = tmp_path / "held.csv"
    X[HELD].assign(dear=y[HELD].where(y.index[HELD] != 250)).to_csv(held, index=False)
    assert ",1.0\n" in held.read_text()
    found = model_of_brought(fitted, None, "dear", holdout=held).evaluation
    assert found.n_holdout == 99
    assert found.confusion.labels == ("0", "1")


def test_a_table_that_does_not_say_where_its_answers_are_is_refused():
    fitted = LinearRegression().fit(X[LEARN], PRICE[LEARN])
    with pytest.raises(CannotLearn, match="nothing says in which"):
        model_of_brought(fitted, None, holdout=X[HELD])
    with pytest.raises(CannotLearn, match="The holdout has no column “rent”"):
        model_of_brought(fitted, None, "rent", holdout=X[HELD])


def test_a_table_with_the_answers_twice_is_refused(tmp_path):
    fitted = LinearRegression().fit(X[LEARN], PRICE[LEARN])
    held = X[HELD].assign(price=PRICE[HELD], again=PRICE[HELD]).rename(columns={"again": "price"})
    held.to_csv(tmp_path / "held.csv", index=False)
    for given in (held, tmp_path / "held.csv"):
        with pytest.raises(CannotLearn, match="The holdout has 2 columns named “price”"):
            model_of_brought(fitted, None, "price", holdout=given)


def test_a_table_with_a_feature_twice_is_refused(tmp_path):
    fitted = LinearRegression().fit(X[LEARN], PRICE[LEARN])
    held = X[HELD].assign(price=PRICE[HELD], again=3).rename(columns={"again": "age"})
    held.to_csv(tmp_path / "held.csv", index=False)
    with pytest.raises(CannotLearn, match="The holdout has 2 columns named “age”"):
        model_of_brought(fitted, X[LEARN], "price", holdout=tmp_path / "held.csv")


@pytest.mark.parametrize("kind", [str, int, float, bool])
def test_a_threshold_is_chosen_on_the_holdout_and_says_so(kind):
    y = DEAR if kind is str else (DEAR == "dear").astype(kind)
    found = of(LogisticRegression(), y, threshold={"cost": [1, 9]}).evaluation
    own = found.threshold
    assert own.label in found.confusion.labels
    assert (own.on_holdout, own.n_chosen_on) == (True, 100)
    assert found.ranking.label == own.label
    costs = found.ranking.calls.costs(1, 9)
    assert costs[found.ranking.calls.place(own)] == costs.min()
    assert any("very 100 rows that it is measured on" in one for one in found.sentences)
    counts = np.array(found.confusion.counts)
    sought = found.confusion.labels.index(own.label)
    assert counts[:, sought].sum() == found.ranking.calls.n_called[found.ranking.calls.place(own)]


@pytest.mark.parametrize("kind", [str, int, float, bool])
def test_effects_are_of_the_label_as_the_card_has_it(kind):
    y = DEAR if kind is str else (DEAR == "dear").astype(kind)
    found = of(LogisticRegression(), y).evaluation
    assert {one.labels for one in found.effects} == {(found.ranking.label,)}


def test_a_threshold_needs_a_holdout_two_labels_and_probabilities():
    fitted = LogisticRegression().fit(X[LEARN], DEAR[LEARN])
    with pytest.raises(CannotLearn, match="rows that the estimator did not learn from"):
        model_of_brought(fitted, X, threshold={"rows": 5})
    with pytest.raises(CannotLearn, match="Only an answer of two labels has a threshold"):
        of(LinearRegression(), PRICE, threshold={"rows": 5})
    with pytest.raises(CannotLearn, match="labels without a probability"):
        of(LinearSVC(), DEAR, threshold={"rows": 5})
