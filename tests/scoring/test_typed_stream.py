"""A Parquet or Feather file scored block by block gives what it gives as a whole."""

import datetime
import io
import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brinery.errors import CannotWrite, ReadError
from brinery.scoring import tofile
from brinery.scoring.tofile import to_file
from brinery.tables import columnar, typedblocks
from brinery.tables.typedblocks import open_typed_blocks
from tests.scoring.people import people, shelf_with

N = 3000
DAY = datetime.datetime(2024, 3, 1)


@pytest.fixture(scope="module")
def shelf(pool, tmp_path_factory):
    table = people(600, 1).drop(columns=["remark", "since"])
    with shelf_with(table, tmp_path_factory.mktemp("shelf"), pool) as shelf:
        yield shelf


def typed(n=N, seed=2):
    """Make a table of many types, with everything in it that marks a row."""
    rows = people(n, seed)
    draw = np.random.default_rng(seed)
    gaps = draw.random(n) < 0.02
    town = rows["town"].mask(draw.random(n) < 0.01, "Paris").mask(draw.random(n) < 0.01, "bonn")
    at = [DAY + datetime.timedelta(days=row) for row in range(n)]
    at[n - n // 4] += datetime.timedelta(hours=3)
    return pa.table(
        {
            "id": pa.array(rows["id"]),
            "age": pa.array(rows["age"], pa.int16(), mask=gaps),
            "income": pa.array(rows["income"].where(draw.random(n) > 0.01, 1e20)),
            "town": pa.array(town).dictionary_encode(),
            "member": pa.array(rows["member"].mask(draw.random(n) < 0.01, "perhaps")),
            "seen at": pa.array(at, pa.timestamp("us")),
            "moment": pa.array(at, pa.timestamp("ms", "UTC")),
            "day": pa.array([one.date() for one in at]),
            "price": pa.array(draw.integers(0, 9999, n), pa.int32()).cast(pa.decimal128(12, 2)),
            "is new": pa.array(draw.random(n) < 0.5, mask=gaps),
            "remark": pa.array(np.where(draw.random(n) < 0.01, "=1+1", "ä"), pa.large_string()),
            "nothing": pa.nulls(n),
        }
    )


def as_parquet(table, **options):
    out = io.BytesIO()
    pq.write_table(table, out, **options)
    return out.getvalue()


def as_feather(table, **options):
    out = io.BytesIO()
    pyarrow.feather.write_feather(table, out, **options)
    return out.getvalue()


@pytest.fixture
def scored(shelf, pool, tmp_path):
    def score(data, out="out.csv", **options):
        source = tmp_path / "in"
        source.write_bytes(data)
        written = to_file(shelf.open("m"), source, tmp_path / out, pool, **options)
        return written, tmp_path / out

    return score


@pytest.fixture
def as_a_whole(monkeypatch, scored):
    def score(data, **options):
        with monkeypatch.context() as patch:
            patch.setattr(tofile, "open_typed_blocks", lambda *_: None)
            return scored(data, **options)

    return score


def told(written):
    return [
        (
            *(one.code, one.severity, one.column, one.sentence, one.count, one.position),
            *(one.proposals, one.rows.tolist(), one.line_numbers.tolist()),
        )
        for one in written.findings
    ]


@pytest.fixture(scope="module")
def known():
    """What a file gives as a whole, by its name."""
    return {}


def by_blocks(monkeypatch, block_cells):
    monkeypatch.setattr(columnar, "PART_CELLS", block_cells)


FILES = {
    "parquet": as_parquet(typed()),
    "small groups": as_parquet(typed(), row_group_size=170, compression="zstd"),
    "no dictionaries": as_parquet(typed(), use_dictionary=False),
    "feather": as_feather(typed(), chunksize=410),
    "feather in one piece": as_feather(typed(), chunksize=N, compression="uncompressed"),
}


@pytest.mark.parametrize("escape", [False, True])
@pytest.mark.parametrize("data", FILES.values(), ids=FILES)
def test_blocks_give_what_the_whole_gives(scored, as_a_whole, monkeypatch, data, escape):
    whole, path = as_a_whole(data, escape=escape)
    expected = path.read_bytes()
    by_blocks(monkeypatch, 12 * 400)
    streamed, path = scored(data, escape=escape)
    assert (whole.table.n_rows, streamed.table.n_rows) == (N, 0)
    assert path.read_bytes() == expected
    assert told(streamed) == told(whole)
    assert streamed.verdict == whole.verdict
    assert streamed.shifts == whole.shifts
    assert streamed.table.column_names == whole.table.column_names


@pytest.mark.parametrize("block_cells", [12 * 400, 12 * N])
@pytest.mark.parametrize("kind", [pa.string_view(), pa.binary(), pa.large_binary()])
def test_no_kind_of_text_runs_in_a_spreadsheet(scored, monkeypatch, kind, block_cells):
    table = typed()
    remark = table["remark"].cast(pa.string()).cast(kind)
    table = table.set_column(table.schema.get_field_index("remark"), "remark", remark)
    by_blocks(monkeypatch, block_cells)
    written, path = scored(as_feather(table), escape=True)
    assert "remark" in {one.column for one in written.findings if one.code == "formula_cell"}
    text = path.read_text("utf-8-sig")
    assert "'=1+1" in text
    assert not re.search(r'[,"]=1\+1', text)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    block_cells=st.integers(12 * 60, 12 * N - 1),
    text_bytes=st.integers(2000, 10**6),
    content=st.sampled_from(list(FILES)),
)
def test_whatever_the_block_size(
    scored, as_a_whole, known, monkeypatch, block_cells, text_bytes, content
):
    with monkeypatch.context() as patch:
        patch.setattr(columnar, "PART_CELLS", block_cells)
        patch.setattr(columnar, "_PART_TEXT_BYTES", text_bytes)
        written, path = scored(FILES[content])
        found = path.read_bytes()
    if content not in known:
        whole, path = as_a_whole(FILES[content])
        known[content] = (path.read_bytes(), whole.answers, told(whole))
    assert (found, written.answers, told(written)) == known[content]


def test_parquet_and_excel_out_keep_the_types(scored, as_a_whole, monkeypatch):
    data = FILES["small groups"]
    expected = pq.read_table(as_a_whole(data, out="out.parquet")[1])
    sheet = pd.read_excel(as_a_whole(data, out="out.xlsx")[1], engine="calamine")
    by_blocks(monkeypatch, 12 * 500)
    written, path = scored(data, out="out.parquet")
    assert written.table.n_rows == 0
    assert pq.read_table(path).equals(expected)
    assert pq.read_table(path).schema.field("price").type == pa.decimal128(12, 2)
    pd.testing.assert_frame_equal(
        pd.read_excel(scored(data, out="out.xlsx")[1], engine="calamine"), sheet
    )


def test_text_that_has_to_be_read_as_numbers_and_dates(tmp_path_factory, pool, tmp_path):
    """Text columns in Parquet are decided on as in any other file."""
    folder = tmp_path_factory.mktemp("dated")
    with shelf_with(people(600, 1).drop(columns="remark"), folder, pool) as shelf:
        texts = people(N, 4).astype(str)
        texts["income"] = texts["income"].str.replace(".", ",")
        data = as_parquet(pa.Table.from_pandas(texts))
        source = tmp_path / "in.parquet"
        source.write_bytes(data)
        both = []
        for block_cells in (700, 10**9):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(columnar, "PART_CELLS", block_cells)
                written = to_file(shelf.open("m"), source, tmp_path / "out.csv", pool)
            both.append((told(written), (tmp_path / "out.csv").read_bytes(), written.answers))
        assert both[0] == both[1]
        assert written.table.n_rows == N


def test_times_are_written_alike_in_all_parts_of_a_whole_table(scored, monkeypatch):
    monkeypatch.setattr(tofile, "_PART_ROWS", 500)
    found = pd.read_csv(scored(FILES["parquet"])[1], dtype=str)["seen at"]
    assert set(found.str.len()) == {len("2024-03-01T00:00:00.000000")} or set(found.str.len()) == {
        len("2024-03-01T00:00:00")
    }


def test_a_workbook_without_room_is_refused_before_the_work(scored, monkeypatch, tmp_path):
    by_blocks(monkeypatch, 12 * 400)
    monkeypatch.setattr(tofile, "MAX_ROWS", N - 1)
    with pytest.raises(CannotWrite, match=r"Excel sheet takes 2,999 rows.*has 3,000"):
        scored(FILES["parquet"], out="out.xlsx")
    assert not (tmp_path / "out.xlsx").exists()


def test_a_large_file_needs_no_limit_and_one_that_can_not_be_parted_has_it(scored, monkeypatch):
    by_blocks(monkeypatch, 12 * 400)
    data = FILES["parquet"]
    assert scored(data, most_whole_bytes=1000)[0].verdict.n_rows == N
    without = as_parquet(typed().drop_columns("age"))
    with pytest.raises(ReadError, match=r"too large.*column that the model needs is missing"):
        scored(without, most_whole_bytes=1000)


def test_what_says_to_hold_too_much_is_refused_at_once(scored, monkeypatch):
    by_blocks(monkeypatch, 12 * 400)
    monkeypatch.setattr(columnar, "_MAX_CELLS", 12 * N - 1)
    for content in ("parquet", "feather"):
        with pytest.raises(ReadError, match=r"3,000 rows and 12 columns, more than is taken"):
            scored(FILES[content])


def test_a_long_text_in_many_rows_takes_little_memory(tmp_path, monkeypatch):
    """It stands once in the file, and is a hundred thousand times as much as text."""
    by_blocks(monkeypatch, 13 * 400)
    long = typed().append_column("long", pa.array(["ä" * 50_000] * N).dictionary_encode())
    plain = long.set_column(12, "long", long["long"].cast(pa.string()))
    most = []
    real = typedblocks.as_text

    def watched(column, **options):
        found = real(column, **options)
        most.append(found.nbytes)
        return found

    monkeypatch.setattr(typedblocks, "as_text", watched)
    monkeypatch.setattr(columnar, "_PART_TEXT_BYTES", 2**20)
    path = tmp_path / "in"
    for data in (as_parquet(plain), as_feather(long)):
        most.clear()
        assert len(data) < 2 * 10**6
        path.write_bytes(data)
        assert sum(block.table.n_rows for block in open_typed_blocks(path)) == N
        assert max(most) < 2 * 2**20
    monkeypatch.setattr(columnar, "_PART_TEXT_BYTES", 1000)
    with pytest.raises(ReadError, match=r"more text than is taken.*Leave out"):
        list(open_typed_blocks(path))


@pytest.mark.parametrize("content", ["parquet", "feather"])
def test_damage_further_down_is_said(scored, monkeypatch, content):
    by_blocks(monkeypatch, 12 * 400)
    data = bytearray(FILES["small groups" if content == "parquet" else "feather"])
    middle = len(data) // 2
    data[middle : middle + 3000] = b"\xff" * 3000
    with pytest.raises(ReadError, match=r"is damaged, or of a kind"):
        scored(bytes(data))
