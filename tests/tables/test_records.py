import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brinery.errors import ReadError
from brinery.tables.dialect import Dialect
from brinery.tables.lines import lines_of
from brinery.tables.reading import read
from brinery.tables.records import Header, fast
from brinery.tables.textfile import read_text
from brinery.tables.tokens import tokens
from brinery.tables.understood import listed

CELLS = st.text(alphabet="ab1é \"\n\r,;\t|'", max_size=6)
TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=8)
)


def cell(text, *, quote_all):
    quoted = quote_all or not text or any(character in text for character in '",\r\n')
    return '"' + text.replace('"', '""') + '"' if quoted else text


def slowly(data):
    """Give the rows under the header and their lines; None where a mark was stray."""
    try:
        found = tokens(list(lines_of(data)), Dialect(","))
    except ReadError:
        return None
    rows = list(zip(found.rows, found.line_numbers, strict=True))[1:]
    if found.mended:
        return None
    return [row for row, _ in rows if row], [line for row, line in rows if row]


def quickly(data):
    found = tokens(list(lines_of(data))[:1], Dialect(","))
    first = data.find(b"\n") + 1
    records = fast(data, Header(tuple(found.rows[0]), first, 2), ",")
    if records is None:
        return None
    cells = zip(*(column.to_pylist() for column in records.columns), strict=True)
    return [list(row) for row in cells], records.line_numbers.tolist()


@given(
    rows=TABLES,
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    quote_all=st.booleans(),
    blank_lines_at_the_end=st.integers(0, 2),
)
@settings(deadline=None)
def test_both_ways_give_the_same_cells_and_lines(rows, line_end, quote_all, blank_lines_at_the_end):
    names = [f"name {position}" for position in range(len(rows[0]))]
    lines = [",".join(cell(text, quote_all=quote_all) for text in row) for row in rows]
    text = ",".join(names) + "\n" + line_end.join(lines)
    data = (text + line_end * (1 + blank_lines_at_the_end)).encode()
    slow = slowly(data)
    assert slow is not None
    if all(len(row) == len(names) for row in slow[0]):
        assert slow[0] == rows
    quick = quickly(data)
    if quick is not None:
        assert quick == slow


@given(text=st.text(alphabet='ab,"\n\r ', max_size=30))
@settings(deadline=None)
def test_the_fast_way_never_differs_from_the_careful_one(text):
    data = b"x,y\n" + text.encode()
    quick, slow = quickly(data), slowly(data)
    if quick is not None and slow is not None:
        assert quick == slow


def test_clean_files_take_the_fast_way_and_so_do_line_breaks_in_cells():
    for data, lines in (
        (b"a,b\n1,2\n3,4\n", [2, 3]),
        (b'a,b\n"1\r\n\n",2\r\n3,4', [2, 5]),
        (b"a,b\n\n1,2\r\n\r\n3,4\n\n", [3, 5]),
    ):
        records = fast(data, Header(("a", "b"), 4, 2), ",")
        assert records is not None
        assert records.line_numbers.tolist() == lines


def test_blank_lines_keep_the_numbers_right():
    table = read_text(b"\n\na,b\n\n1,2\n\n\n3,4\n\n")
    assert table.line_numbers.tolist() == [5, 8]
    assert table.notes == ("Blank lines were left out (lines 4, 6 and 7).",)


def test_short_rows_are_filled_and_named():
    table = read_text(b"a,b,c\n1,2,3\n4\n5,6\n")
    assert table.cells.to_pylist()[1] == {"a": "4", "b": "", "c": ""}
    assert table.notes == (
        "2 rows have fewer cells than the header has names (lines 3 and 4); "
        "the missing ones count as blank.",
    )


def test_surplus_blank_cells_are_cut():
    table = read_text(b"a,b\n1,2,\n3,4,\n")
    assert table.cells.to_pylist() == [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]
    assert table.notes == ("A column without a name and without a value was left out.",)


def test_rows_that_are_too_long_are_set_aside_and_named():
    table = read_text(b"name,city\nx,y\nz,v\n3,4,5\n", name="x.csv")
    assert table.line_numbers.tolist() == [2, 3]
    assert table.notes == (
        "A row with more cells than the header has names was left out (line 4: “3 4 5”).",
    )


def test_a_row_with_a_separator_too_many_is_put_right_where_one_way_fits():
    table = read_text(b"id,name,n\n1,x,2\n2,y,3\n3,Smith, J,4\n5,z,,7\n")
    assert table.cells["name"].to_pylist() == ["x", "y", "Smith, J", "z"]
    assert table.cells["n"].to_pylist() == ["2", "3", "4", "7"]
    assert "2 rows have a separator too many (lines 4 and 5)" in table.notes[0]


@pytest.mark.parametrize(
    ("data", "line", "rows"),
    [
        (b'a,b\n1,2\n3,"4\n5,6\n', 3, [["1", "2"], ["3", '"4'], ["5", "6"]]),
        (b'a,b\n1,"2', 2, [["1", '"2']]),
        (b'a,b,c\n1,x,2\n1,"x,2\n3,y,4\n', 3, [["1", "x", "2"], ["1", '"x', "2"], ["3", "y", "4"]]),
        (b'a,b\n1,""x"\n2,y\n', 2, [["1", '"x'], ["2", "y"]]),
        (b'a,b\n1,"5" disk"\n2,y\n', 2, [["1", '5" disk'], ["2", "y"]]),
    ],
)
def test_a_stray_mark_is_part_of_the_cell(data, line, rows):
    table = read_text(data)
    assert [list(row.values()) for row in table.cells.to_pylist()] == rows
    assert table.notes == (f"A stray quotation mark was taken as part of a cell (line {line}).",)


def test_a_mark_that_never_closes_is_refused_where_no_way_fits():
    with pytest.raises(ReadError, match="on line 3 and is not closed"):
        read_text(b'a,b\n1,2\n3,4,5,"6\n5,6\n')


def test_a_cell_may_be_longer_than_any_block():
    long = "x" * 9_000_000
    table = read_text(f'a,b\n1,"{long}"\n'.encode())
    assert table.cells["b"].to_pylist() == [long]


def test_lines_in_words():
    assert listed([4]) == "line 4"
    assert listed([4, 9]) == "lines 4 and 9"
    assert listed([1, 2, 3, 4, 5, 6000, 7]) == "lines 1, 2, 3, 4, 5 and 2 more"


def test_files_that_were_put_one_behind_the_other_are_read_as_one():
    table = read_text("\ufeffa;b\n1;\ufeffx\n\ufeffa;b\n2;y\n".encode())
    assert table.cells.to_pydict() == {"a": ["1", "2"], "b": ["\ufeffx", "y"]}
    assert table.notes == (
        "A file begins in the middle of this one; all were read as one.",
        "A repeated header was left out (line 3: “a b”).",
    )


def test_large_files_that_were_put_one_behind_the_other_are_read_as_one(tmp_path):
    one = "\ufeffname,n\n" + "".join(f"Zoë,{n}\n" for n in range(300_000))
    path = tmp_path / "both.csv"
    path.write_text(one + one, encoding="utf-8")
    table = read(path)
    assert table.n_rows == 600_000
    assert table.notes[0] == "A file begins in the middle of this one; all were read as one."
