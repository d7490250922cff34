import decimal

import numpy as np
import pandas as pd

from brinery.tables.table import Table


def test_a_frame_of_every_kind_becomes_text():
    frame = pd.DataFrame(
        {
            "float": [0.1, np.nan, 1e15],
            "single": np.array([0.1, 2, 3], dtype="float32"),
            "whole": [1, 2, 3],
            "large": pd.array([2**60 + 1, None, 3], dtype="Int64"),
            "flag": [True, False, True],
            "day": pd.to_datetime(["2024-01-01", None, "2024-01-02"]),
            "time": pd.to_datetime(["2024-01-01 00:00:00", None, "2024-01-02 03:04:05"]),
            "level": pd.Categorical(["u", "v", None]),
            "mixed": [1, "a", 2.0],
            "object": pd.Series([1.0, pd.NA, None], dtype="object"),
            "exact": [decimal.Decimal("1.10"), None, decimal.Decimal("2.00")],
            "lists": [[1], [2], None],
        }
    )
    assert Table.from_pandas(frame).cells.to_pydict() == {
        "float": ["0.1", "", "1000000000000000"],
        "single": ["0.1", "2", "3"],
        "whole": ["1", "2", "3"],
        "large": ["1152921504606846977", "", "3"],
        "flag": ["True", "False", "True"],
        "day": ["2024-01-01", "", "2024-01-02"],
        "time": ["2024-01-01T00:00:00", "", "2024-01-02T03:04:05"],
        "level": ["u", "v", ""],
        "mixed": ["1", "a", "2"],
        "object": ["1", "", ""],
        "exact": ["1.10", "", "2.00"],
        "lists": ["[1]", "[2]", ""],
    }


def test_names_may_be_repeated_or_numbers():
    frame = pd.DataFrame([[1, 2, 3]], columns=["a", "a", 7])
    table = Table.from_pandas(frame)
    assert table.column_names == ["a", "a", "7"]
    assert table.texts(1).tolist() == ["2"]


def test_a_frame_without_rows():
    table = Table.from_pandas(pd.DataFrame({"a": []}))
    assert table.n_rows == 0
    assert table.to_pandas().columns.tolist() == ["a"]
