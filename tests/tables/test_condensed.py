"""Large texts with odd lines: read in part carefully, they come out as if read so in whole."""

import random

import numpy as np
import pytest

from brinery.tables import reading, textfile
from brinery.tables.condensed import condensed
from brinery.tables.dialect import Dialect, find_dialect
from brinery.tables.lines import line_starts
from brinery.tables.oddities import odd_lines
from brinery.tables.reading import read
from tests.tables.test_quick import same

HEADER = "id,name,amount,day\n"
ODD = (
    *("1,2\n", "12,\n", "1,2,3,2024-01-01,5\n", "x,y,3,2024-01-01,\n", "x,1,234.5,2024-01-01\n"),
    *("\n", "\n\n", "\r\n", ",,,\n", " , , , \n", "a,b;c;d\n", "x;y;3;2024-01-01\n"),
    *("Total,,99.5,\n", "Subtotal North,,99.5,\n", "North Total,,99.5,\n", ",,99.5,\n"),
    *("Total,Sum,3.5,2024-01-01\n", HEADER, "-----,----,---,---\n", "---\n", "# a remark\n"),
    *("Source: office\n", "Page 2\n", "-5,a,3.5,2024-01-01\n", 'x, "sp" ,2,2024-01-01\n'),
    *('5" pipe,a,3.5,2024-01-01\n', 'x,""stray,1.5,2024-01-01\n', 'x,"open,2,2024-01-01\n'),
    *('x,"ends" here,1.5,2024-01-01\n', 'x,"a ""b"" c",2,2024-01-01\n', "abc,de\nf,3,2024-01-01\n"),
    *('x,"two\nlines",1.5,2024-01-01\n', 'x,"l1\nl2,a,3,2024-01-01\nl4",1.5,2024-01-01\n'),
)


def even(n_rows, *, quoted=False):
    mark = '"' if quoted else ""
    comma = "," if quoted else ""
    return [
        f"{n:07d},{mark}name{comma} {n % 97}{mark},{n % 1000}.5,2024-01-{n % 28 + 1:02d}\n"
        for n in range(n_rows)
    ]


def odd_text(seed):
    """Write a table with up to twenty odd lines, some at its ends."""
    rng = random.Random(seed)
    lines = even(2500, quoted=rng.random() < 0.4)
    for _ in range(rng.choice([1, 1, 2, 5, 20])):
        place = rng.choice([rng.randrange(len(lines)), len(lines), rng.randrange(30)])
        lines.insert(place, rng.choice(ODD))
    above = rng.choice(["", "", "Report\nof today\n\n"]) + rng.choice([HEADER, HEADER, ""])
    below = rng.choice(["", "", "\nTotal,,12.5,\nSource: office\n"])
    text = above + "".join(lines) + below
    delimiters = [",", ";", "\t", "|", ", ", *([" | "] if '"' not in text else [])]
    text = text.replace(",", rng.choice(delimiters))
    return text.replace("\n", rng.choice(["\n", "\n", "\r\n"])).encode()


def both_ways(data, monkeypatch):
    monkeypatch.setattr(reading, "read_even", lambda *_, **__: None)
    tables = []
    for least in (0, 10**9):
        monkeypatch.setattr(textfile, "MIN_BYTES", least)
        tables.append(read(data))
    return tables


@pytest.mark.parametrize("seed", range(40))
def test_a_part_read_carefully_gives_what_the_whole_gives(seed, monkeypatch):
    same(*both_ways(odd_text(seed), monkeypatch))


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("quoted", [False, True])
def test_each_odd_line_in_the_middle(odd, quoted, monkeypatch):
    lines = even(3000, quoted=quoted)
    data = "".join([HEADER, *lines[:1500], odd, *lines[1500:]]).encode()
    assert condensed(data, find_dialect(data)) is not None
    same(*both_ways(data, monkeypatch))


def test_columns_without_a_name_and_cells_with_spaces_around(monkeypatch):
    trailing = "".join([HEADER, *(line.replace("\n", ",\n") for line in even(3000))]).encode()
    padded = "".join([HEADER, "---+---+---+---\n", *even(3000)]).replace(",", " | ").encode()
    for data in (trailing, padded):
        assert condensed(data, find_dialect(data)) is not None
        table, whole = both_ways(data, monkeypatch)
        assert table.n_rows == 3000
        same(table, whole)


def test_the_whole_is_read_carefully_where_only_a_sum_can_tell(monkeypatch):
    lines = ["name,amount\n", *(f"n{n},{n % 7}\n" for n in range(3000))]
    total = sum(n % 7 for n in range(3000))
    data = "".join([*lines, f",{total}\n"]).encode()
    assert condensed(data, find_dialect(data)) is None
    table, whole = both_ways(data, monkeypatch)
    assert table.n_rows == 3000
    same(table, whole)


def test_many_odd_lines_or_none_that_are_even():
    lines = even(3000)
    ragged = "".join([HEADER, *(f"{line}1,2\n" for line in lines)]).encode()
    assert condensed(ragged, find_dialect(ragged)) is None
    assert condensed(b"a\n" * 3000, Dialect(",")) is None
    guarded = "".join([HEADER, *lines, '="007",x,1,2024-01-01\n']).encode()
    assert condensed(guarded, find_dialect(guarded)) is None


@pytest.mark.parametrize("odd", [line for line in ODD if line.count("\n") == 1])
def test_lines_that_are_no_plain_row_are_odd(odd):
    data = f"1,a,2,3\n{odd}4,b,5,6".encode()
    starts = line_starts(data, 0, len(data))
    row = next(iter([odd.rstrip("\n")]))
    plain = row.count(",") == 3 and '"' not in row
    quoted = row == 'x,"a ""b"" c",2,2024-01-01'
    found = odd_lines(data, starts, Dialect(","), 4)
    assert found.tolist() == [False, not (plain or quoted), False]


def test_lines_within_a_cell_are_odd():
    data = b'1,a\n2,"b\n3,c\n4,d"\n5,e'
    starts = line_starts(data, 0, len(data))
    assert np.flatnonzero(odd_lines(data, starts, Dialect(","), 2)).tolist() == [1, 2, 3]
