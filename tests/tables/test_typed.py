import datetime

import pyarrow as pa
import pytest

from brinery.tables.typed import as_text, is_plain

DAY = datetime.datetime(2024, 1, 2)


@pytest.mark.parametrize(
    ("values", "kind", "texts"),
    [
        ([1.0, 0.1, -0.0, None], pa.float64(), ["1", "0.1", "-0", ""]),
        ([float("nan"), float("inf")], pa.float64(), ["", "inf"]),
        ([1e15, -1e10, 1e22], pa.float64(), ["1000000000000000", "-10000000000", "1e+22"]),
        ([0.1, 3.0], pa.float32(), ["0.1", "3"]),
        ([0.5, None], pa.float16(), ["0.5", ""]),
        ([2**63, None], pa.uint64(), ["9223372036854775808", ""]),
        ([True, None, False], pa.bool_(), ["True", "", "False"]),
        ([DAY, None], pa.timestamp("us"), ["2024-01-02", ""]),
        ([DAY.replace(hour=3), DAY], pa.timestamp("ns"), ["2024-01-02T03:00:00", f"{DAY:%FT%T}"]),
        ([DAY.replace(microsecond=5)], pa.timestamp("us"), ["2024-01-02T00:00:00.000005"]),
        ([DAY.replace(year=1950, second=1)], pa.timestamp("ms"), ["1950-01-02T00:00:01.000"]),
        ([DAY.date()], pa.date32(), ["2024-01-02"]),
        ([None, None], pa.null(), ["", ""]),
        (["x", None, ""], pa.large_string(), ["x", "", ""]),
        ([], pa.float64(), []),
    ],
)
def test_text_is_the_shortest_exact_one(values, kind, texts):
    column = as_text(pa.chunked_array([pa.array(values, kind)]))
    assert column.type == pa.string()
    assert column.null_count == 0
    if kind == pa.timestamp("ms"):
        texts = [texts[0].removesuffix(".000")]
    assert column.to_pylist() == texts


def test_levels_and_zones():
    levels = pa.chunked_array([pa.array(["u", None, "u"]).dictionary_encode()])
    assert as_text(levels).to_pylist() == ["u", "", "u"]
    zoned = pa.chunked_array([pa.array([DAY], pa.timestamp("us", "UTC"))])
    assert as_text(zoned).to_pylist() == ["2024-01-02T00:00:00+0000"]


def test_lists_are_not_plain():
    assert is_plain(pa.int8())
    assert not is_plain(pa.list_(pa.int8()))
    assert not is_plain(pa.struct([("a", pa.int8())]))
