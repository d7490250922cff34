"""The fast way of large files gives what the careful way gives, or leaves the file to it."""

import io

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brinery.errors import ReadError
from brinery.tables import blocks, even, quick, reading, stream, textfile
from brinery.tables.reading import read
from tests.tables import messy

BIG = "".join(
    f"{n:07d},name {n % 97},{n * 7 % 1000}.5,2024-01-{n % 28 + 1:02d}\n" for n in range(50_000)
)
QUOTED = "".join(f'{n:07d},"name, {n % 97}",{n % 1000}.5,"2024-01-01"\n' for n in range(50_000))
HEADER = "id,name,amount,day\n"


@pytest.mark.parametrize(
    "text",
    [
        HEADER + BIG,
        "Report\nmade today\n\n" + HEADER + BIG,
        HEADER + BIG + "\nTotal,,12.5,\nSource: office\n",
        HEADER + BIG + HEADER + BIG,
        HEADER + BIG + "1,2\n" + BIG,
        HEADER + BIG + ",,,\n" + BIG,
        HEADER + BIG + "\n\n" + BIG,
        HEADER + BIG + 'x,"two\nlines",1.5,2024-01-01\n' + BIG,
        HEADER + BIG + 'x,""stray,1.5,2024-01-01\n' + BIG,
        BIG,
        (HEADER + BIG).replace("\n", "\r\n"),
        (HEADER + BIG)[:-1],
        "\ufeff" + HEADER + BIG,
        HEADER + BIG + "\n\n",
        HEADER + BIG + "x,it\u00e9,1.5,2024-01-01\n" + BIG,
        "sep=,\n" + HEADER + BIG,
        HEADER + QUOTED,
        HEADER + QUOTED + '1,"a ""b"" c",2,3\n',
        HEADER + QUOTED + '1,"open,2,3\n',
        HEADER + QUOTED + 'x,5" pipe,2,3\n' + QUOTED,
        HEADER + QUOTED + 'x,"two\nlines",2,3\n' + QUOTED,
        HEADER + QUOTED + 'x,""stray,1.5,2024-01-01\n' + QUOTED,
        HEADER + QUOTED + 'x,st"ray,1.5,2024-01-01\n' + QUOTED,
        HEADER + QUOTED + 'x,"ends" here,1.5,2024-01-01\n' + QUOTED,
    ],
    ids=range(24),
)
def test_all_ways_give_the_same(text, monkeypatch, tmp_path):
    data = text.encode()
    assert len(data) > quick.MIN_BYTES
    path = tmp_path / "big.csv"
    path.write_bytes(data)
    ways = [read(path), read(data)]
    monkeypatch.setattr(reading, "read_even", lambda *_, **__: None)
    ways.append(read(data))
    monkeypatch.setattr(textfile, "MIN_BYTES", len(data) + 1)
    second = read(data)
    for first in ways:
        same(first, second)


def same(first, second):
    assert first.cells.equals(second.cells)
    assert first.line_numbers.tolist() == second.line_numbers.tolist()
    assert first.reading == second.reading
    assert first.notes == second.notes


def test_small_files_too(monkeypatch):
    for case in messy.texts():
        monkeypatch.setattr(textfile, "MIN_BYTES", 0)
        first = read(case.data)
        monkeypatch.setattr(textfile, "MIN_BYTES", 10**9)
        second = read(case.data)
        assert first.cells.equals(second.cells), case.name
        assert first.line_numbers.tolist() == second.line_numbers.tolist(), case.name
        assert first.notes == second.notes, case.name


ROWS = "".join(
    f"{n:05d},name {n % 97},{n * 7 % 1000}.5,2024-01-{n % 28 + 1:02d}\n" for n in range(900)
)
ODD = [b"\xef\xbb\xbf", b"\0", b"\r", b'"', b'""', b",", b"\n", b"\xc3\xa9", b"\xff", b" "]
ODD += [b"\n\n", b"\r\n", b'"a,b"', b"----", b"id,name,amount,day\n", b",,,\n", b"-,-"]
SHIFTS = st.lists(
    st.tuples(st.integers(0, len(ROWS)), st.sampled_from(ODD)), min_size=1, max_size=3
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(SHIFTS, st.sampled_from([2**9, 2**12, 2**15]))
def test_parts_give_what_the_whole_gives_or_nothing(monkeypatch, tmp_path, shifts, n_bytes):
    """Wherever something odd stands, be it where two parts meet."""
    data = ROWS.encode()
    for at, what in shifts:
        data = data[:at] + what + data[at:]
    data = HEADER.encode() + data
    monkeypatch.setattr(stream, "_SLICE_BYTES", n_bytes)
    monkeypatch.setattr(stream, "_LEAST_BYTES", n_bytes // 4)
    monkeypatch.setattr(blocks, "BLOCK_BYTES", n_bytes)
    monkeypatch.setattr(even, "MIN_BYTES", 0)
    monkeypatch.setattr(textfile, "MIN_BYTES", 10**9)
    path = tmp_path / "shifted.csv"
    path.write_bytes(data)
    try:
        whole = textfile.read_text(data)
    except ReadError:
        return
    sliced = even.read_even(io.BytesIO(data))
    if sliced is not None:
        same(sliced, whole)
    opened = blocks.open_blocks(path)
    if opened is None:
        return
    try:
        tables = [block.table for block in opened]
    except blocks.Uneven:
        return
    assert pa.concat_tables([one.cells for one in tables]).equals(whole.cells)
    numbers = [line for one in tables for line in one.line_numbers.tolist()]
    assert numbers == whole.line_numbers.tolist()
    assert opened.whole.notes == whole.notes


def test_a_clean_file_is_read_in_slices(monkeypatch):
    monkeypatch.setattr(stream, "_SLICE_BYTES", 2**12)
    monkeypatch.setattr(stream, "_LEAST_BYTES", 2**10)
    monkeypatch.setattr(even, "MIN_BYTES", 0)
    for text in (
        ROWS,
        ROWS[:-1],
        ROWS.replace("\n", "\r\n"),
        ROWS.replace("name", "\u0141\u00f3d\u017a"),
    ):
        data = (HEADER + text).encode()
        found = even.read_even(io.BytesIO(data))
        assert found is not None
        assert found.cells.num_rows == 900
        assert found.cells.column(0).num_chunks > 8
        same(found, textfile.read_text(data))


def test_a_file_that_became_shorter_is_not_taken_for_whole(tmp_path):
    path = tmp_path / "shrunk.csv"
    path.write_bytes((HEADER + BIG).encode())
    with path.open("r+b", buffering=0) as file:
        size = path.stat().st_size
        file.truncate(size // 2)
        width = {"n_columns": 4, "delimiter": ",", "first_line": 2, "headers": []}
        assert stream.stream(file, len(HEADER), size, **width) is None
