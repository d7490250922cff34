import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brinery.errors import ReadError
from brinery.tables.records import careful, fast, find_header, listed
from brinery.tables.textfile import read_text

CELLS = st.text(alphabet="ab1é \"\n\r,;\t|'", max_size=6)
TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=8)
)


def cell(text, *, quote_all):
    quoted = quote_all or not text or any(character in text for character in '",\r\n')
    return '"' + text.replace('"', '""') + '"' if quoted else text


@given(
    rows=TABLES,
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    quote_all=st.booleans(),
    blank_lines_at_the_end=st.integers(0, 2),
)
@settings(deadline=None)
def test_both_ways_give_the_same_cells_and_lines(rows, line_end, quote_all, blank_lines_at_the_end):
    names = [f"name {position}" for position in range(len(rows[0]))]
    lines = [",".join(cell(text, quote_all=quote_all) for text in row) for row in [names, *rows]]
    data = (line_end.join(lines) + line_end * (1 + blank_lines_at_the_end)).encode()
    header = find_header(data, ",")
    slow = careful(data, header, ",")
    assert list(header.names) == names
    assert [list(row) for row in zip(*(c.to_pylist() for c in slow.columns), strict=True)] == rows
    quick = fast(data, header, ",")
    if quick is not None:
        assert [c.to_pylist() for c in quick.columns] == [c.to_pylist() for c in slow.columns]
        assert quick.line_numbers.tolist() == slow.line_numbers.tolist()
        assert quick.notes == slow.notes


@given(text=st.text(alphabet='ab,"\n\r ', max_size=30))
@settings(deadline=None)
def test_the_fast_way_never_differs_from_the_careful_one(text):
    data = b"x,y\n" + text.encode()
    header = find_header(data, ",")
    quick = fast(data, header, ",") if header else None
    if quick is not None:
        slow = careful(data, header, ",")
        assert [c.to_pylist() for c in quick.columns] == [c.to_pylist() for c in slow.columns]
        assert quick.line_numbers.tolist() == slow.line_numbers.tolist()
        assert quick.notes == slow.notes


def test_clean_files_take_the_fast_way_and_so_do_line_breaks_in_cells():
    for data, lines in (
        (b"a,b\n1,2\n3,4\n", [2, 3]),
        (b'a,b\r\n"1\r\n\n",2\r\n3,4', [2, 5]),
        (b'"a\nz",b\n1,2\n', [3]),
        (b"a,b\n\n1,2\r\n\r\n3,4\n\n", [3, 5]),
    ):
        records = fast(data, find_header(data, ","), ",")
        assert records is not None
        assert records.line_numbers.tolist() == lines


def test_blank_lines_keep_the_numbers_right():
    table = read_text(b"\n\na,b\n\n1,2\n\n\n3,4\n\n")
    assert table.line_numbers.tolist() == [5, 8]
    assert table.notes == ("Blank lines were left out: lines 4, 6 and 7.",)


def test_short_rows_are_filled_and_named():
    table = read_text(b"a,b,c\n1,2,3\n4\n5,6\n")
    assert table.cells.to_pylist()[1] == {"a": "4", "b": "", "c": ""}
    assert table.notes == (
        "2 rows have fewer cells than the header has names (lines 3 and 4); "
        "the missing ones count as blank.",
    )


def test_surplus_blank_cells_are_cut():
    table = read_text(b"a,b\n1,2,\n3,4,,\n")
    assert table.cells.to_pylist() == [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]
    assert table.notes == ()


def test_rows_that_are_too_long_are_named():
    with pytest.raises(ReadError, match=r"x\.csv: 1 row has more cells .* \(2\): line 3\."):
        read_text(b"a,b\n1,2\n3,4,5\n", name="x.csv")
    rows = b"1,2,3\n" * 9
    with pytest.raises(ReadError, match=r"9 rows .*: lines 2, 3, 4, 5, 6 and 4 more\."):
        read_text(b"a,b\n" + rows)


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b'a,b\n1,2\n3,"4\n5,6\n', 3),
        (b'a,b\n1,"2', 2),
        (b'a,"b\n1,2\n', 1),
        (b'a,b\n"1\n2",2\r\n3,"x', 4),
        (b'a,b,c\n1,x,2\n1,"x,2\n3,y,4\n9,"z,3\n4,5,6\n', 3),
        (b'a,b,c\n1,x,2\n\n1,"x,2\r3,y,4\r\n9,"z,3\n4,5,6\n', 4),
    ],
)
def test_a_quote_that_never_closes_is_refused(data, line):
    with pytest.raises(ReadError, match=rf"on line {line} and is not closed"):
        read_text(data)


def test_a_cell_may_be_longer_than_any_block():
    long = "x" * 9_000_000
    table = read_text(f'a,b\n1,"{long}"\n'.encode())
    assert table.cells["b"].to_pylist() == [long]


def test_lines_in_words():
    assert listed([4]) == "line 4"
    assert listed([4, 9]) == "lines 4 and 9"
    assert listed([1, 2, 3, 4, 5, 6000, 7]) == "lines 1, 2, 3, 4, 5 and 2 more"


def test_a_mark_before_the_first_row_is_kept():
    table = read_text("\ufeffa\n\ufeff1\n2\n".encode())
    assert table.cells.to_pydict() == {"a": ["\ufeff1", "2"]}
