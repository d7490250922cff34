import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from brinery.scoring.answer import MOST_REFUSED, answer
from brinery.tables.wire import packed, unpacked


def asked(estimator, **columns):
    return unpacked(answer(estimator, packed(pa.table(columns)), "predict"))


def test_a_blank_that_the_estimator_refuses_costs_its_own_row_alone():
    frame = pd.DataFrame({"x": np.arange(20.0), "z": np.arange(20.0) % 3})
    model = LinearRegression().fit(frame, 2 * frame["x"])
    x = [float(i) if i % 7 else None for i in range(50)]
    got = asked(model, x=pa.array(x, pa.float64()), z=pa.array([1.0] * 50))
    answers = got.column("prediction").to_pylist()
    assert [i for i, one in enumerate(answers) if one is None] == list(range(0, 50, 7))
    assert answers[1:7] == pytest.approx([2.0 * i for i in range(1, 7)])


def test_a_level_that_the_estimator_refuses_costs_its_own_rows_alone():
    frame = pd.DataFrame({"town": ["Kiel", "Bonn"] * 10})
    model = make_pipeline(OneHotEncoder(), LogisticRegression()).fit(frame, ["a", "b"] * 10)
    got = asked(model, town=["Bonn", "Mars", "Kiel", "Mars", "Bonn"])
    assert got.column("prediction").to_pylist() == ["b", None, "a", None, "b"]
    assert got.column_names == ["prediction", "probability a", "probability b"]
    assert got.column("probability a").null_count == 2


def test_one_row_that_is_refused_is_a_row_without_an_answer():
    frame = pd.DataFrame({"x": np.arange(20.0)})
    model = LinearRegression().fit(frame, frame["x"])
    got = asked(model, x=pa.array([None], pa.float64()))
    assert got.column("prediction").to_pylist() == [None]


def test_an_estimator_that_answers_nothing_is_a_failure_of_its_own():
    frame = pd.DataFrame({"x": np.arange(20.0)})
    model = LinearRegression().fit(frame, frame["x"])
    with pytest.raises(ValueError, match="NaN"):
        asked(model, x=pa.nulls(MOST_REFUSED, pa.float64()))
