import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sklearn.cluster import KMeans
from sklearn.compose import make_column_transformer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, LabelEncoder, OneHotEncoder

from brinery.errors import CannotLearn, ProofFailed
from brinery.model.brought import model_of_brought
from brinery.schema.check import check
from brinery.tables.table import Table

RANDOM = np.random.default_rng(0)
SAMPLE = pd.DataFrame(
    {
        "size": RANDOM.normal(50, 10, 60).round(2),
        "town": RANDOM.choice(["Kiel", "Bonn"], 60),
        "price": RANDOM.normal(300, 20, 60).round(2),
    }
)


def test_features_are_the_estimators_own_in_its_order():
    pipeline = make_pipeline(
        make_column_transformer((OneHotEncoder(), ["town"]), remainder="passthrough"),
        LinearRegression(),
    ).fit(SAMPLE[["town", "size"]], SAMPLE["price"])
    model = model_of_brought(pipeline, SAMPLE, target="price")
    assert [one.name for one in model.schema.features] == ["town", "size"]
    assert model.schema.target.name == "price"
    assert model.answer_names == ("prediction",)


def test_an_estimator_fitted_on_an_array_takes_the_columns_in_order():
    fitted = LinearRegression().fit(SAMPLE[["size"]].to_numpy(), SAMPLE["price"])
    model = model_of_brought(fitted, SAMPLE[["size", "price"]], target="price")
    assert [one.name for one in model.schema.features] == ["size"]


def test_another_number_of_columns_is_refused():
    fitted = LinearRegression().fit(SAMPLE[["size"]].to_numpy(), SAMPLE["price"])
    with pytest.raises(CannotLearn, match="takes 1 column, and the sample has 2: size, price"):
        model_of_brought(fitted, SAMPLE[["size", "price"]])


def test_an_unfitted_one_is_refused():
    with pytest.raises(CannotLearn, match="is not fitted"):
        model_of_brought(LinearRegression(), SAMPLE)


def test_what_is_no_estimator_is_refused():
    with pytest.raises(CannotLearn, match="no scikit-learn estimator"):
        model_of_brought({"a": 1}, SAMPLE)


@pytest.mark.parametrize(
    ("bundle", "key"), [({"columns": ["size"], "model": 0}, "'model'"), (["size", 0], "1")]
)
def test_the_estimator_in_a_bundle_is_found_and_named(bundle, key):
    fitted = LinearRegression().fit(SAMPLE[["size"]], SAMPLE["price"])
    if isinstance(bundle, dict):
        bundle["model"] = fitted
    else:
        bundle[1] = fitted
    with pytest.raises(CannotLearn, match="estimator, but holds one") as e:
        model_of_brought(bundle, SAMPLE)
    assert f"joblib.dump(bundle[{key}], " in e.value.remedy


def test_a_missing_feature_is_refused():
    fitted = LinearRegression().fit(SAMPLE[["size"]], SAMPLE["price"])
    with pytest.raises(CannotLearn, match="no column “size”"):
        model_of_brought(fitted, SAMPLE.rename(columns={"size": "Size m2"}), target="price")


def test_a_target_that_is_not_there_is_refused():
    fitted = LinearRegression().fit(SAMPLE[["size"]], SAMPLE["price"])
    with pytest.raises(CannotLearn, match="no column “cost”"):
        model_of_brought(fitted, SAMPLE, target="cost")


ROWS = SAMPLE[["size", "price"]]
OF_ITSELF = r"“size” is one of the columns .* answers, which the model did not learn from"


@pytest.mark.parametrize(
    "given",
    [
        {"sample": ROWS, "target": "size"},
        {"sample": ROWS, "target": "size", "holdout": ROWS},
        {"sample": None, "target": "size", "holdout": ROWS},
        {"sample": ROWS, "target": "size", "holdout": (ROWS[["size"]], ROWS["price"])},
        {"sample": ROWS, "holdout": (ROWS[["size"]], ROWS["price"].rename("size"))},
    ],
)
def test_what_a_model_takes_is_not_what_it_answers(given):
    fitted = LinearRegression().fit(SAMPLE[["size"]], SAMPLE["price"])
    with pytest.raises(CannotLearn, match=OF_ITSELF):
        model_of_brought(fitted, given.pop("sample"), **given)


def test_a_column_that_is_told_to_a_model_without_names_is_not_what_it_answers():
    fitted = LinearRegression().fit(SAMPLE[["size"]].to_numpy(), SAMPLE["price"])
    with pytest.raises(CannotLearn, match=OF_ITSELF):
        model_of_brought(fitted, ROWS, target="size", columns=["size"])


@pytest.mark.parametrize("column", ["town", "size"])
def test_a_label_encoder_takes_one_column(column):
    model = model_of_brought(LabelEncoder().fit(SAMPLE[column]), SAMPLE[[column]])
    assert model.answers_by == "transform"


def test_a_vectorizer_takes_one_column_of_text():
    notes = pd.DataFrame({"note": [f"the bread number {n} was good" for n in range(40)]})
    fitted = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(notes["note"], [0, 1] * 20)
    assert model_of_brought(fitted, notes).answer_names[0] == "prediction"


def test_one_that_fails_on_its_sample_is_refused():
    table = Table(pa.table({"size": ["big", "small"] * 10}), np.arange(2, 22))
    fitted = LinearRegression().fit(SAMPLE[["size"]], SAMPLE["price"])
    with pytest.raises(ProofFailed, match="answers none of its sample's rows"):
        model_of_brought(fitted, table)


def test_one_that_reads_what_a_file_does_not_keep_is_refused():
    def first_letter_of_type(frame):
        return np.array([[isinstance(one, int)] for one in frame["code"]], dtype=float)

    frame = pd.DataFrame({"code": pd.Series([1, 2.5, 3, 4.5] * 5, dtype=object)})
    fitted = make_pipeline(FunctionTransformer(first_letter_of_type), LinearRegression())
    fitted.fit(frame, [1.0, 0.0] * 10)
    with pytest.raises(CannotLearn, match="answers otherwise when the sample is read from a file"):
        model_of_brought(fitted, frame)


def test_labels_and_task_are_the_estimators_own():
    dear = SAMPLE["price"] > 300
    for y, labels, task in (
        (np.where(dear, "dear", "cheap"), ("cheap", "dear"), "yes/no"),
        (dear.astype(float), ("0", "1"), "yes/no"),
        (np.arange(60) % 3, ("0", "1", "2"), "classes"),
    ):
        fitted = LogisticRegression().fit(SAMPLE[["size"]], y)
        schema = model_of_brought(fitted, SAMPLE[["size"]]).schema
        assert (schema.labels, schema.task) == (labels, task)
    line = LinearRegression().fit(SAMPLE[["size"]], SAMPLE["price"])
    assert model_of_brought(line, SAMPLE, target="town").schema.task == "amount"
    groups = KMeans(2, random_state=0).fit(SAMPLE[["size"]])
    assert model_of_brought(groups, SAMPLE).schema.task is None


def test_a_word_that_the_sample_lacks_is_given_as_it_stands():
    rows = pd.DataFrame({"grade": ["A", "a", "B"] * 20, "paid": ["Yes", "yes", "No"] * 20})
    encoder = OneHotEncoder(handle_unknown="ignore")
    fitted = make_pipeline(encoder, LinearRegression()).fit(rows, [1.0, 2.0, 3.0] * 20)
    model = model_of_brought(fitted, rows.iloc[[0, 2] * 20])
    report = check(Table.from_pandas(rows.iloc[[1]]), model.schema)
    assert report.features.to_pydict() == {"grade": ["a"], "paid": ["yes"]}
    assert [one.code for one in report.findings] == ["unseen_level", "unseen_level"]
