"""The fast way of large files gives what the careful way gives, or leaves the file to it."""

import pytest

from brinery.tables import quick, reading, textfile
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
