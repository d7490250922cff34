import io

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from brinery.errors import ReadError
from brinery.tables.reading import read
from brinery.tables.typedblocks import open_typed_blocks
from tests.tables.lying import lying


def parquet(table):
    file = io.BytesIO()
    pq.write_table(table, file)
    return file.getvalue()


def test_types_are_kept_and_large_whole_numbers_are_exact():
    typed = pa.table({"n": pa.array([2**60 + 1, None], pa.int64()), "x": [0.1, 2.0]})
    table = read(parquet(typed))
    assert table.cells.to_pydict() == {"n": ["1152921504606846977", ""], "x": ["0.1", "2"]}
    assert table.typed.equals(typed)
    assert table.line_numbers.tolist() == [2, 3]


def test_lists_are_refused_by_name():
    with pytest.raises(ReadError, match="“tags” holds lists"):
        read(parquet(pa.table({"a": [1], "tags": [["x"]]})))


def test_the_footer_is_asked_before_the_rows():
    rows = pa.table(
        {name: pa.array(np.zeros(6_000_000, np.int8)) for name in "abcdefghijklmnopqrs"}
    )
    data = parquet(rows)
    assert len(data) < 2**20
    with pytest.raises(ReadError, match="6,000,000 rows and 19 columns"):
        read(data)


def test_damage_and_emptiness():
    data = parquet(pa.table({"a": [1, 2]}))
    for broken in (data[:-20], b"PAR1", b"PAR1" + b"x" * 100 + b"PAR1"):
        with pytest.raises(ReadError, match="damaged"):
            read(broken)
    with pytest.raises(ReadError, match="no rows"):
        read(parquet(pa.table({"a": pa.array([], pa.int8())})))
    with pytest.raises(ReadError, match="damaged"):
        read(parquet(pa.table({"a": pa.array([b"\xff"])})))


@pytest.mark.parametrize(
    ("n_told", "which"),
    [(590_000, 0), (610_000, 0), (590_000, -1), (610_000, -1), (590_000, 1), (610_000, "all")],
    ids=str,
)
def test_a_footer_that_does_not_tell_the_truth_of_its_rows_is_refused(tmp_path, n_told, which):
    data = lying(n_told, which)
    path = tmp_path / "lying.parquet"
    path.write_bytes(data)
    for reading in (lambda: read(data), lambda: list(open_typed_blocks(path))):
        with pytest.raises(ReadError, match=r"tells two numbers of rows|is damaged") as refused:
            reading()
        assert "again" in refused.value.remedy
