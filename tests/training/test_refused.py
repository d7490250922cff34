import pandas as pd
import pytest

from brinery.errors import CannotLearn
from brinery.schema.inference import infer
from brinery.tables.table import Table
from brinery.training.train import train

ROWS = pd.DataFrame({"x": range(60), "z": [1.5, 2.5] * 30, "y": ["a", "b"] * 30})


def test_a_seed_that_cannot_be_one_is_refused():
    with pytest.raises(CannotLearn, match=r"The seed is -1\. Take a whole number from 0 to"):
        train(ROWS, "y", seed=-1)


def test_a_schema_of_another_table_is_refused():
    schema = infer(Table.from_pandas(ROWS), target="y")
    with pytest.raises(CannotLearn, match="There is no column “z”"):
        train(ROWS.drop(columns="z"), "y", schema=schema)
