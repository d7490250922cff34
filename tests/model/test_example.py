import io

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sklearn.cluster import DBSCAN
from sklearn.dummy import DummyRegressor

from brinery.errors import ExampleMissing
from brinery.model.brought import model_of_brought
from brinery.model.example import EXAMPLE_ROWS, example
from brinery.model.proof import rows_of
from brinery.schema.check import check
from brinery.schema.coercion import coerce
from brinery.schema.columns import Column, Schema
from brinery.schema.inference import infer
from brinery.tables.table import Table


def column(name, kind="number", use="feature", storage="float64", **more):
    return Column(name, kind, use, storage, 10, 0, 10, **more)


def test_the_example_is_what_a_user_would_type():
    features = pa.table(
        {
            "rooms": [2.0, None],
            "price": [12.5, 1e-7],
            "since": [19000.0, 19000.5],
            "active": [1.0, 0.0],
            "grade": [3.0, 2.5],
            "town": ["Kiel", None],
        }
    )
    stored = {
        f"in {name}": one for name, one in zip(features.column_names, features.columns, strict=True)
    }
    sink = io.BytesIO()
    pq.write_table(pa.table(stored), sink)
    schema = Schema(
        (
            column("customer", kind="id", use="id", storage="string"),
            column("rooms", whole=True),
            column("price", decimal=","),
            column("since", kind="date", date_format="%d.%m.%Y"),
            column("active", kind="yes/no", levels=(("TRUE", 5), ("FALSE", 5))),
            column("grade", kind="category", levels=(("3", 5), ("2.5", 5))),
            column("town", kind="category", storage="string"),
            column("left out", use="ignored"),
            column("answer", use="target"),
        )
    )
    made = example(sink.getvalue(), schema)
    assert made.to_pydict() == {
        "customer": ["A0001", "A0002"],
        "rooms": ["2", ""],
        "price": ["12,5", "1e-07"],
        "since": ["08.01.2022", "08.01.2022 12:00:00"],
        "active": ["TRUE", "FALSE"],
        "grade": ["3", "2.5"],
        "town": ["Kiel", ""],
    }


def test_the_example_is_read_back_as_the_rows_of_the_proof():
    random = np.random.default_rng(5)
    frame = pd.DataFrame(
        {
            "rooms": random.integers(1, 9, 80),
            "price": random.normal(0, 1e4, 80),
            "active": random.choice([True, False], 80),
            "grade": random.choice(["1", "2", "3"], 80),
            "plan": random.choice(["yes", "no"], 80),
            "town": random.choice(["Kiel", "Bonn", "Ulm", None], 80),
            "code": random.choice(["007", "08", "9a"], 80),
        }
    )
    model = model_of_brought(DummyRegressor().fit(frame, frame["price"]), frame)
    made = example(model.proof, model.schema)
    table = Table(made, np.arange(2, made.num_rows + 2))
    positions = {name: at for at, name in enumerate(made.column_names)}
    assert coerce(table, model.schema, positions).features.equals(
        rows_of(model.proof).slice(0, EXAMPLE_ROWS).combine_chunks()
    )


def test_a_model_without_rows_has_no_example():
    frame = pd.DataFrame({"a": np.arange(30.0)})
    model = model_of_brought(DBSCAN().fit(frame), frame)
    with pytest.raises(ExampleMissing, match="without example rows"):
        example(model.proof, model.schema)


def test_an_example_of_shares_bears_their_sign_and_is_found_right():
    shares = [f"{7 * one % 60}.5 %" for one in range(60)]
    table = Table.from_pandas(pd.DataFrame({"share": shares, "y": ["a", "b"] * 30}))
    schema = infer(table, target="y")
    sink = io.BytesIO()
    pq.write_table(coerce(table, schema, {"share": 0}).features.rename_columns(["in share"]), sink)
    made = example(sink.getvalue(), schema)
    assert made.column("share").to_pylist()[:2] == ["0.5 %", "7.5 %"]
    report = check(Table.from_pandas(made.to_pandas()), schema)
    assert report.findings == ()
    assert report.features.column("share").to_pylist()[:2] == [0.5, 7.5]
