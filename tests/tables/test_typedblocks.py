"""Parquet and Feather files in blocks hold the cells, names and types of one piece."""

import datetime
import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from brinery.errors import ReadError
from brinery.tables import columnar
from brinery.tables.columnar import first_rows
from brinery.tables.reading import read
from brinery.tables.typedblocks import open_typed_blocks

N = 1000
HOURS = [datetime.datetime(2024, 1, 1) + datetime.timedelta(hours=row) for row in range(N)]
COLUMNS = [
    pa.array([f"a{row}" for row in range(N)]),
    pa.array(range(N)),
    pa.array(["x.y"] * N),
    pa.array(HOURS),
    pa.array(HOURS).dictionary_encode(),
    pa.array([b"q"] * N),
    pa.array([None, "b"] * (N // 2)),
    pa.array([1.5, None] * (N // 2), pa.float16()),
]
TWICE = ["a", "a", "", "x.y", "x.z", "b", "c", "d"]
DOTS = ["a.b", "a", "x", "a.b.c", "t", "u", "c", "d"]


def saved(table, content):
    out = io.BytesIO()
    if content == "parquet":
        pq.write_table(table, out, row_group_size=300)
    else:
        with pa.ipc.new_file(out, table.schema) as file:
            file.write_table(table, max_chunksize=170)
    return out.getvalue()


@pytest.fixture
def opened(tmp_path, monkeypatch):
    def open_it(data, block_rows=90):
        monkeypatch.setattr(columnar, "PART_CELLS", len(COLUMNS) * block_rows)
        path = tmp_path / "file"
        path.write_bytes(data)
        return open_typed_blocks(path)

    return open_it


@pytest.mark.parametrize("content", ["parquet", "feather"])
@pytest.mark.parametrize("names", [TWICE, DOTS])
def test_blocks_hold_what_the_whole_holds(opened, content, names):
    data = saved(pa.Table.from_arrays(COLUMNS, names=names), content)
    whole, blocks = read(data), opened(data)
    parts = [block.table for block in blocks]
    assert len(parts) > 10
    assert pa.concat_tables([one.cells for one in parts]).equals(whole.cells)
    types = [one.type for one in whole.typed.columns]
    for part in parts:
        assert [one.type for one in part.typed.columns] == types
    assert [line for one in parts for line in one.line_numbers] == whole.line_numbers.tolist()
    for at in range(len(names)):
        cells = [text for part in blocks.cells(at) for text in part.to_pylist()]
        assert cells == whole.cells.column(at).to_pylist()
    assert (blocks.whole.column_names, blocks.whole.notes) == (whole.column_names, whole.notes)
    assert blocks.n_rows == N


@pytest.mark.parametrize("content", ["parquet", "feather"])
def test_the_first_rows_are_a_file_of_their_own(monkeypatch, content):
    data = saved(pa.Table.from_arrays(COLUMNS, names=DOTS), content)
    monkeypatch.setattr(columnar, "_FIRST_ROWS", 7)
    first, n_rows = first_rows(io.BytesIO(data), "file")
    assert n_rows == N
    assert read(first).cells.equals(read(data).cells.slice(0, 7))


def test_what_is_something_else_or_of_one_block_is_left_to_others(opened):
    data = saved(pa.Table.from_arrays(COLUMNS, names=DOTS), "parquet")
    assert opened(data, block_rows=N) is None
    for other in (b"PAR1,b\n1,2\n" * 2000, b"FEA1\0\0\0\0", b"a,b\n1,2\n"):
        assert opened(other) is None
        assert first_rows(io.BytesIO(other), "file") is None


@pytest.mark.parametrize("content", ["parquet", "feather"])
def test_a_file_that_was_cut_short_is_refused_in_words(opened, content):
    data = saved(pa.Table.from_arrays(COLUMNS, names=DOTS), content)
    with pytest.raises(ReadError, match=r"is damaged.*Copy or download it again"):
        opened(data[: len(data) // 2])


def test_texts_in_views_are_left_to_the_whole_reading(opened):
    table = pa.table({"a": pa.array(["x"] * N, pa.string_view())})
    assert opened(saved(table, "feather"), block_rows=1) is None
