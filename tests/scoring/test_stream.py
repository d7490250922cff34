"""A file scored block by block gives what it gives as a whole."""

import dataclasses
import functools
import gzip
import io

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from brinery.errors import Cancelled, CannotWrite
from brinery.schema.choices import Choices
from brinery.scoring import answers, tofile
from brinery.scoring.tofile import to_file
from brinery.settings import Settings
from brinery.tables import blocks, csvsink
from brinery.tables.csvstyle import CsvStyle
from brinery.worker.pool import Pool
from tests.scoring.people import people, shelf_with

N = 30_000


@pytest.fixture(scope="module")
def shelf(pool, tmp_path_factory):
    table = people(600, 1).drop(columns="remark")
    with shelf_with(table, tmp_path_factory.mktemp("shelf"), pool) as shelf:
        yield shelf


@pytest.fixture
def scored(shelf, pool, tmp_path):
    def score(data, name="in.csv", out="out.csv", **options):
        source = tmp_path / name
        source.write_bytes(data.encode() if isinstance(data, str) else data)
        written = to_file(shelf.open("m"), source, tmp_path / out, pool, **options)
        return written, (tmp_path / out).read_bytes()

    return score


@pytest.fixture
def as_a_whole(monkeypatch, scored):
    def score(data, **options):
        with monkeypatch.context() as patch:
            patch.setattr(tofile, "open_blocks", lambda *_: None)
            return scored(data, **options)

    return score


@functools.cache
def messy():
    """Make a file with everything in it that marks a row."""
    table = people(N, 2).astype(str)
    for row, (column, cell) in enumerate(
        [
            ("age", "x"),
            ("age", ""),
            ("age", "4O"),
            ("age", "1e39"),
            ("income", "n.a."),
            ("income", "-"),
            ("town", "Kile"),
            ("town", "bonn"),
            ("town", "Paris"),
            ("member", "perhaps"),
            ("since", "soon"),
            ("remark", "=1+1"),
        ]
    ):
        table.loc[100 + row * 2000 :: 7001, column] = cell
    table.loc[20_000, ["age", "income", "town", "member", "since"]] = ""
    return table.to_csv(index=False)


@functools.cache
def ordinary(seed, ends="\n"):
    """Make a file with nothing odd in it."""
    return people(N, seed).to_csv(index=False, lineterminator=ends)


def told(written):
    return [
        (one.code, one.severity, one.column, one.sentence, one.count, one.position, one.proposals)
        for one in written.findings
    ]


def frame(data):
    return pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def known():
    """What the messy file gives as a whole."""
    return {}


@pytest.mark.parametrize("block_bytes", [2**16, 2**18, blocks.BLOCK_BYTES])
def test_blocks_give_what_the_whole_gives(scored, as_a_whole, known, monkeypatch, block_bytes):
    if not known:
        known["messy"] = as_a_whole(messy())
    whole, expected = known["messy"]
    monkeypatch.setattr(blocks, "BLOCK_BYTES", block_bytes)
    streamed, found = scored(messy())
    assert streamed.table.n_rows == 0  # it was read by blocks
    assert whole.table.n_rows == N
    assert told(streamed) == told(whole)
    assert dataclasses.replace(streamed.verdict) == dataclasses.replace(whole.verdict)
    assert streamed.shifts == whole.shifts
    pd.testing.assert_frame_equal(frame(found), frame(expected))


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_rows_go_out_byte_for_byte(scored, monkeypatch, ends, last, mark):
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 2**17)
    text = ordinary(3, ends)
    data = mark + (text if last else text.removesuffix(ends)).encode()
    _, found = scored(data)
    lines, given = data.split(ends.encode()), found.split(ends.encode())
    assert len(lines) == len(given)
    for line, one in zip(lines, given, strict=True):
        assert one == line == b"" or one.startswith(line + b",")


def test_cells_of_several_lines_and_blank_lines_go_out_as_they_came(scored, monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 2**16)
    table = people(N, 4)
    table["remark"] = np.where(np.arange(N) % 97, "x", "two\nlines, and\r\nmore")
    text = table.to_csv(index=False)
    written, found = scored(text)
    assert written.table.n_rows == 0
    assert frame(found)["remark"].tolist() == table["remark"].tolist()
    lines = people(N, 4).drop(columns="remark").to_csv(index=False).splitlines()
    gaps = "\n".join(line + "\n" * (at % 5000 == 7) for at, line in enumerate(lines)) + "\n"
    written, found = scored(gaps)
    assert written.table.n_rows == 0
    assert any("blank lines" in note.lower() for note in written.table.notes)
    assert [line.split(",yes,")[0].split(",no,")[0] for line in found.decode().splitlines()[1:3]]
    assert len(frame(found)) == N


@pytest.mark.parametrize(
    "cell",
    ["1,234.5", "1.234,5", "3000 €", "1.234"],
)
def test_a_column_written_otherwise_further_down_is_read_as_a_whole(
    scored, as_a_whole, monkeypatch, cell
):
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 2**17)
    table = people(N, 5).astype(str)
    table.loc[N - 5000 :, "income"] = cell
    if cell == "1.234":
        table["income"] = [f"{1 + row % 900}.{row % 1000:03}" for row in range(N)]
    whole, expected = as_a_whole(table.to_csv(index=False))
    streamed, found = scored(table.to_csv(index=False))
    assert told(streamed) == told(whole)
    pd.testing.assert_frame_equal(frame(found), frame(expected))


def test_choices_and_other_populations_are_told_alike(scored, as_a_whole, monkeypatch):
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 2**17)
    table = people(N, 6).assign(income=lambda one: one["income"] + 4000)
    table["town"] = table["town"].replace("Ulm", "Neu-Ulm")
    choices = Choices(levels={"town": {"Neu-Ulm": "Ulm"}}, day_first={"since": True})
    whole, expected = as_a_whole(table.to_csv(index=False), choices=choices)
    streamed, found = scored(table.to_csv(index=False), choices=choices)
    assert streamed.shifts == whole.shifts != ()
    assert told(streamed) == told(whole)
    pd.testing.assert_frame_equal(frame(found), frame(expected))


def test_other_formats_have_the_same_rows(scored):
    data = ordinary(7)
    _, plain = scored(data)
    _, packed = scored(data, out="out.csv.gz")
    assert gzip.decompress(packed) == plain
    _, columns = scored(data, out="out.parquet")
    given = pq.read_table(io.BytesIO(columns)).to_pandas()
    pd.testing.assert_frame_equal(
        given[["id", "prediction", "remark"]],
        frame(plain)[["id", "prediction", "remark"]],
        check_dtype=False,
    )
    assert given["probability yes"].tolist() == frame(plain)["probability yes"].map(float).tolist()
    _, other = scored(data, style=lambda _: CsvStyle(";", ","), escape=True)
    assert frame(plain)["id"].tolist() == [
        line.split(b";")[0].decode() for line in other.split(b"\r\n")[1:-1]
    ]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_rows_of_a_file_that_goes_out_with_another_delimiter_are_written_anew(
    scored, as_a_whole, delimiter
):
    def style(came):
        return dataclasses.replace(came, delimiter=delimiter)

    whole, expected = as_a_whole(messy(), style=style)
    streamed, found = scored(messy(), style=style)
    assert (streamed.table.n_rows, whole.table.n_rows) == (0, N)
    assert found == expected


def test_rows_below_names_of_several_lines_are_written_anew(scored, as_a_whole):
    data = people(N, 11).rename(columns={"remark": "a\nremark"}).to_csv(index=False)
    whole, expected = as_a_whole(data)
    streamed, found = scored(data)
    assert (streamed.table.n_rows, whole.table.n_rows) == (0, N)
    assert found == expected


@pytest.mark.parametrize("n_workers", [1, 3])
def test_the_bytes_do_not_depend_on_workers_or_blocks(shelf, tmp_path, monkeypatch, n_workers):
    source = tmp_path / "in.csv"
    source.write_text(messy())
    found = []
    with Pool(Settings(n_workers=n_workers)) as pool:
        for block_bytes in (2**16, 2**20):
            monkeypatch.setattr(blocks, "BLOCK_BYTES", block_bytes)
            for form in ("csv", "parquet"):
                out = tmp_path / f"{block_bytes}.{form}"
                to_file(shelf.open("m"), source, out, pool)
                found.append(out.read_bytes())
    assert found[:2] == found[2:]


def test_answers_are_those_of_one_piece(scored, shelf, pool, tmp_path, monkeypatch):
    data = ordinary(8)
    _, found = scored(data)
    monkeypatch.setattr(answers, "chunk_rows", lambda _: N)
    _, expected = scored(data)
    assert found == expected


def test_a_workbook_without_room_is_refused_before_the_work(scored, tmp_path, monkeypatch):
    monkeypatch.setattr(tofile, "MAX_ROWS", N - 1)
    data = people(N, 9).drop(columns="remark").to_csv(index=False)
    with pytest.raises(CannotWrite, match="takes 29,999 rows under its header; this table has"):
        scored(data, out="out.xlsx")
    assert [one.name for one in tmp_path.iterdir()] == ["in.csv"]


def test_a_failed_write_leaves_nothing_behind(scored, tmp_path, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(csvsink, "bytes_of", fail)
    with pytest.raises(CannotWrite, match="No space left on device"):
        scored(ordinary(10))
    assert [one.name for one in tmp_path.iterdir()] == ["in.csv"]


@pytest.fixture(scope="module", params=[1, 2999, N + 1])
def calling(request, pool, tmp_path_factory):
    """A shelf whose model calls so many rows of each file; a tree gives many rows alike."""
    folder, asked = tmp_path_factory.mktemp("calling"), {"rows": request.param}
    table = people(600, 1).drop(columns="remark")
    with shelf_with(table, folder, pool, recipe="tree", threshold=asked) as shelf:
        yield shelf


@pytest.mark.parametrize("chunk", [2048, 2**16])
def test_the_surest_rows_of_a_file_by_blocks_are_those_of_the_whole(
    calling, pool, tmp_path, monkeypatch, chunk
):
    source = tmp_path / "in.csv"
    source.write_text(messy())
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 2**16)
    monkeypatch.setattr(answers, "chunk_rows", lambda _: chunk)
    stored = calling.open("m")
    by_blocks = to_file(stored, source, tmp_path / "blocks.csv", pool)
    assert by_blocks.table.n_rows == 0
    monkeypatch.setattr(tofile, "open_blocks", lambda *_: None)
    whole = to_file(stored, source, tmp_path / "whole.csv", pool)
    found, expected = (frame((tmp_path / n).read_bytes()) for n in ("blocks.csv", "whole.csv"))
    pd.testing.assert_frame_equal(found, expected)
    assert by_blocks.answers == whole.answers
    own = stored.card.evaluation.threshold
    n_called = (found["prediction"] == own.label).sum()
    assert n_called == min(own.n_rows, by_blocks.verdict.n_scored)


def test_who_waits_for_the_surest_rows_may_cancel(calling, pool, tmp_path, monkeypatch):
    source, told = tmp_path / "in.csv", []
    source.write_text(messy())
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 2**16)

    def cancelled(n_rows):
        told.append(n_rows)
        raise Cancelled("It was cancelled.")

    with pytest.raises(Cancelled):
        to_file(calling.open("m"), source, tmp_path / "out.csv", pool, progress=cancelled)
    assert {*told} == {0}
    assert [one.name for one in tmp_path.iterdir()] == ["in.csv"]
