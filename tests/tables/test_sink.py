"""A table that is written part by part is the table that is written at once."""

import gzip
import io

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brinery.errors import CannotWrite
from brinery.tables.blocks import open_blocks
from brinery.tables.csvstyle import CsvStyle
from brinery.tables.part import Part
from brinery.tables.sink import open_sink
from brinery.tables.workbook import FACTS
from brinery.tables.writing import to_bytes

OWN = pa.table(
    {"a": ["x", 'q"t', ""], "day": ["31.01.2024", "1.2.2024", "soon"], "n": ["1", "2", "3"]}
)
ADDED = pa.table({"prediction": ["yes", "no", None], "confidence": [0.5, 1 / 3, None]})
WHOLE = pa.table([*OWN.columns, *ADDED.columns], names=[*OWN.column_names, *ADDED.column_names])
CELLS = st.text(alphabet='ab1é "\n,;=', max_size=5)


def put(path, own=OWN, added=ADDED, step=2, at=None, **how):
    sink = open_sink(path, csv=how.pop("csv", CsvStyle()), dates=how.pop("dates", {}), **how)
    for start in range(0, own.num_rows, step):
        sink.write(Part(own.slice(start, step), added.slice(start, step)))
    sink.close(at)
    return (at or path).read_bytes()


@given(
    st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=9),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["auto", "yes", "no"]),
    st.integers(1, 4),
)
@settings(deadline=None)
def test_parts_give_the_bytes_of_the_whole(tmp_path_factory, rows, delimiter, mark, step):
    own = pa.table({"é": [one for one, _ in rows], "b": [two for _, two in rows]})
    added = pa.table({"c": [float(at) / 3 for at in range(len(rows))]})
    style = CsvStyle(delimiter, ",", mark)
    whole = to_bytes(own.append_column("c", added["c"]), "csv", csv=style)
    path = tmp_path_factory.mktemp("out") / "out.csv"
    assert put(path, own, added, step, csv=style) == whole
    packed = path.with_suffix(".csv.gz")
    assert gzip.decompress(put(packed, own, added, step, csv=style)) == whole


def test_each_kind_of_file_has_the_rows_and_appears_when_it_is_closed(tmp_path):
    table = pq.read_table(io.BytesIO(put(tmp_path / "out.parquet")))
    assert table.equals(WHOLE)
    book = openpyxl.load_workbook(io.BytesIO(put(tmp_path / "out.xlsx", dates={1: "%d.%m.%Y"})))
    rows = list(book.active.iter_rows(values_only=True))
    assert list(rows[0]) == WHOLE.column_names
    assert [row[0] for row in rows[1:]] == ["x", 'q"t', None]
    assert book.active["B2"].is_date
    sink = open_sink(tmp_path / "later.csv", csv=CsvStyle(), dates={})
    sink.write(Part(OWN, ADDED))
    assert not (tmp_path / "later.csv").exists()
    sink.again()
    sink.write(Part(OWN, ADDED))
    sink.close(tmp_path / "elsewhere.csv")
    assert (tmp_path / "elsewhere.csv").read_bytes() == to_bytes(WHOLE, "csv")
    kept = {"out.parquet", "out.xlsx", "elsewhere.csv"}
    assert {one.name for one in tmp_path.iterdir()} == kept


def test_only_a_workbook_asks_for_its_facts_and_only_at_the_end(tmp_path):
    known = []

    def facts():
        known.append("asked")
        return [("Rows", "3")]

    for ending in ("csv", "parquet"):
        put(tmp_path / f"out.{ending}", facts=facts)
    assert known == []
    book = openpyxl.load_workbook(io.BytesIO(put(tmp_path / "out.xlsx", facts=facts)))
    assert [*book[FACTS].iter_rows(values_only=True)] == [("Rows", "3")]
    assert known == ["asked"]


@pytest.mark.parametrize("last", [b"\n", b""])
def test_rows_that_came_go_out_byte_for_byte_where_nothing_parts_them_otherwise(
    tmp_path, monkeypatch, last
):
    came = tmp_path / "in.csv"
    text = b'a,"b"\n' + b"\n".join(b'"x",%d' % at for at in range(200_000)) + last
    came.write_bytes(text)

    def written(delimiter):
        blocks = open_blocks(came)
        sink = open_sink(tmp_path / "out.csv", csv=CsvStyle(delimiter), dates={}, came=blocks)
        for block in blocks:
            ours = pa.table({"=c": ["y"] * block.table.n_rows})
            sink.write(Part(block.table.cells, ours, block.rows))
        sink.close()
        return (tmp_path / "out.csv").read_bytes()

    lines = written(",").split(b"\n")
    assert lines[:2] == [b'a,"b",\'=c', b'"x",0,y']
    assert len(lines) == len(text.split(b"\n"))
    assert written(";").startswith(b"a;b;'=c\r\nx;0;y\r\nx;1;y\r\n")


def test_what_can_not_be_written_is_told_and_leaves_nothing(tmp_path):
    for ending in ("csv", "csv.gz", "parquet", "xlsx"):
        with pytest.raises(CannotWrite, match=r"can't be written .* Check that the folder"):
            put(tmp_path / "none" / f"out.{ending}")
        sink = open_sink(tmp_path / f"out.{ending}", csv=CsvStyle(), dates={})
        sink.write(Part(OWN, ADDED))
        sink.drop()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(CannotWrite, match=r"“\.json” can't be written"):
        put(tmp_path / "out.json")
