import numpy as np
import pyarrow as pa
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from brinery.model.sealing import estimator_name, model_of
from brinery.schema.columns import Column, Schema

ROWS = pa.table({"a": [1.0, 2.0, 3.0, 4.0]})
SCHEMA = Schema((Column("a", "number", "feature", "float64", 4, 0, 4),))


def fitted():
    return make_pipeline(StandardScaler(), LinearRegression()).fit(
        np.arange(4.0)[:, None], [1, 2, 3, 5]
    )


def test_a_model_has_pickle_proof_and_environment():
    model = model_of(fitted(), SCHEMA, ROWS)
    assert model.pickled[:2] == b"\x80\x05"
    assert model.answer_names == ("prediction",)
    assert model.answers_by == "predict"
    assert model.estimator == "LinearRegression"
    assert model.pipeline is not None
    assert type(model).from_bytes(model.to_bytes()).proof == model.proof


def test_estimator_name_of_a_bare_estimator():
    assert estimator_name(StandardScaler()) == "StandardScaler"
