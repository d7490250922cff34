import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sklearn.cluster import DBSCAN
from sklearn.compose import make_column_transformer
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction import DictVectorizer, FeatureHasher
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer
from sklearn.impute import MissingIndicator
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neighbors import NearestNeighbors
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import LabelEncoder, OneHotEncoder, StandardScaler

from brinery.model.answers import MOST_OUTPUTS, answer, frame, how, label_text

FEATURES = pa.table({"age": [22.0, 35.0, None, 4.0], "town": ["Kiel", None, "Bonn", "Kiel"]})
NUMBERS = pa.table({"a": [1.0, 2.0, 3.0, 4.0], "b": [0.5, 0.1, 0.2, 0.9]})


def test_frame_gives_floats_with_nan_and_objects_with_nan():
    given = frame(FEATURES)
    assert [str(dtype) for dtype in given.dtypes] == ["float64", "object"]
    assert np.isnan(given["age"][2])
    assert given["town"][1] is np.nan
    assert given["town"][0] == "Kiel"


def test_frame_of_no_rows_keeps_its_columns():
    given = frame(FEATURES.slice(0, 0))
    assert given.shape == (0, 2)
    assert [str(dtype) for dtype in given.dtypes] == ["float64", "object"]


def test_predictions_and_probabilities_are_named_by_label():
    model = make_pipeline(
        make_column_transformer((OneHotEncoder(), ["town"]), remainder="drop"), LogisticRegression()
    ).fit(frame(FEATURES), ["no", "yes", "yes", "no"])
    given = answer(model, FEATURES, "predict")
    assert given.column_names == ["prediction", "probability no", "probability yes"]
    assert given.schema.types == [pa.string(), pa.float64(), pa.float64()]
    assert given.column(0).to_pylist() == model.predict(frame(FEATURES)).tolist()
    assert given.column(2).to_pylist() == model.predict_proba(frame(FEATURES))[:, 1].tolist()


@pytest.mark.parametrize(
    ("labels", "kind"),
    [
        ([0, 1, 1, 0], pa.int64()),
        ([True, False, True, False], pa.bool_()),
        (["a", "b", "a", "b"], pa.string()),
        ([0.0, 1.0, 1.0, 0.0], pa.float64()),
        (np.array([0, 1, 1, 0], dtype=object), pa.int64()),
    ],
)
def test_labels_keep_their_type(labels, kind):
    model = DummyClassifier().fit(np.zeros((4, 2)), labels)
    assert answer(model, NUMBERS, "predict").schema.field("prediction").type == kind


def test_several_targets_are_numbered():
    model = LinearRegression().fit(np.eye(4, 2), np.eye(4, 3))
    assert answer(model, NUMBERS, "predict").column_names == [f"prediction {n}" for n in (1, 2, 3)]


def test_an_estimator_fitted_without_names_is_given_an_array(recwarn):
    model = LinearRegression().fit(np.arange(8.0).reshape(4, 2), [1, 2, 3, 5])
    given = answer(model, NUMBERS, "predict").column(0).to_numpy()
    assert given.tolist() == model.predict(frame(NUMBERS).to_numpy()).tolist()
    assert not recwarn.list


def test_a_transformer_gives_outputs():
    model = StandardScaler().fit(frame(NUMBERS))
    assert how(model) == "transform"
    assert answer(model, NUMBERS, "transform").column_names == ["output 1", "output 2"]


def test_a_transformer_without_outputs_still_answers_each_row():
    model = MissingIndicator().fit(frame(NUMBERS))
    assert answer(model, NUMBERS, "transform").num_rows == 4


def test_texts_go_in_one_by_one_and_blanks_are_empty_texts():
    texts = pa.table({"note": ["good bread", "bad bread", None]})
    counts = CountVectorizer().fit(["good bread", "bad"])
    given = answer(counts, texts, "transform")
    assert given.to_pydict() == {
        "output 1": [0, 1, 0],
        "output 2": [1, 1, 0],
        "output 3": [1, 0, 0],
    }
    pipeline = make_pipeline(CountVectorizer(), LogisticRegression()).fit(["a1 b", "b2"], [0, 1])
    assert answer(pipeline, texts, "predict").num_rows == 3
    labels = LabelEncoder().fit(["good bread", "bad bread", ""])
    assert answer(labels, texts, "transform").column(0).to_pylist() == [2, 1, 0]


def test_many_outputs_become_one_digest_a_row():
    texts = pa.table({"note": ["good", "bad", "good"]})
    given = answer(HashingVectorizer(), texts, "transform")
    assert HashingVectorizer().n_features > MOST_OUTPUTS
    digests = given.column("outputs digest").to_pylist()
    assert digests[0] == digests[2] != digests[1]


@pytest.mark.parametrize("input_type", ["dict", "pair", "string"])
def test_hashers_take_rows_as_mappings(input_type):
    hasher = FeatureHasher(n_features=8, input_type=input_type)
    assert answer(hasher, FEATURES, "transform").num_columns == 8


def test_a_dict_vectorizer_takes_rows_as_mappings():
    model = DictVectorizer().fit(FEATURES.to_pylist()[:1])
    assert answer(model, FEATURES, "transform").column_names == ["output 1", "output 2"]


@pytest.mark.parametrize("estimator", [DBSCAN(), NearestNeighbors()])
def test_what_cannot_answer_for_new_rows_answers_by_its_attributes(estimator):
    fitted = estimator.fit(frame(NUMBERS))
    assert how(fitted) == "attributes"
    before = answer(fitted, NUMBERS, "attributes")
    assert before.column_names == ["attribute", "shape", "digest"]
    assert before.num_rows > 3
    other = type(estimator)().fit(frame(NUMBERS.slice(0, 3)))
    assert answer(other, NUMBERS, "attributes") != before


def test_label_text():
    assert [label_text(one) for one in (1.0, np.float64(2.5), "x", True, 3)] == [
        "1", "2.5", "x", "True", "3",
    ]  # fmt: skip


def test_frames_of_pandas_text_are_answered_like_ours():
    ours = frame(FEATURES)
    model = make_pipeline(
        make_column_transformer((OneHotEncoder(), ["town"])), LogisticRegression()
    ).fit(pd.DataFrame({"town": ["Kiel", None, "Bonn", "Kiel"]}), [0, 1, 1, 0])
    assert model.predict(ours).tolist() == [0, 1, 1, 0]
