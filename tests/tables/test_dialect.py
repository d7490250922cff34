import time

import pytest

from brinery.errors import ReadError
from brinery.tables.dialect import find_dialect
from brinery.tables.reading import read


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1,2\n", ","),
        ("a;b\n1,5;2\n3,5;4\n", ";"),
        ("a\tb\n1\t2\n", "\t"),
        ("a|b\n1|2\n", "|"),
        ("name\none\ntwo\n", ","),
        ("text\n\"one; two\"\n'three'\n", ","),
        ('a,b\n"x;y;z","1;2;3"\n"p;q;r","4;5;6"\n', ","),
        ("a;b;c\n1,5;2,5;3,5\n1,5;2,5;3,5\n", ";"),
        ("place,note\nKöln,a; b\nBonn,c; d\n", ","),
        ("id,pairs\n1,a|b\n2,a|b|c\n3,d\n", ","),
        ("sep=;\na,b;c\n1,2;3\n", ";"),
    ],
)
def test_the_delimiter_is_found(text, delimiter):
    assert find_dialect(text.encode()).delimiter == delimiter


def test_a_line_that_names_the_delimiter_is_left_out():
    dialect = find_dialect(b"sep=|\r\na|b\r\n")
    assert (dialect.delimiter, dialect.offset, dialect.n_lines_before) == ("|", 7, 1)


def test_long_cells_do_not_take_long():
    text = "a,b;c\n" + "\n".join(f"{'x;' * 100_000},{n};2" for n in range(20))
    start = time.perf_counter()
    find_dialect(text.encode())
    assert time.perf_counter() - start < 10


def test_a_delimiter_that_is_given_is_taken():
    assert find_dialect(b"a,b\n", delimiter=";").delimiter == ";"
    for wrong in ("", '"', ";;", "\n"):
        with pytest.raises(ReadError, match="can't part the cells"):
            find_dialect(b"a,b\n", delimiter=wrong)


def test_a_few_rows_as_r_writes_them():
    table = read(b'"name" "n"\n"1" "Hall" 2.55\n"2" "Lee" NA\n"3" "Jo" 0.16\n')
    assert table.column_names == ["column 1", "name", "n"]
    assert table.cells["name"].to_pylist() == ["Hall", "Lee", "Jo"]
