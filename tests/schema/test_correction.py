"""Rows to correct go out, come back by their lines, and nothing else changes."""

import dataclasses

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brinery.errors import CannotCorrect
from brinery.schema.check import check
from brinery.schema.correction import put_back, to_correct
from brinery.schema.findings import empty_rows, no_answer, unreadable, unseen_levels
from brinery.schema.inference import infer
from brinery.tables.reading import read
from brinery.tables.table import Table
from brinery.tables.writing import to_bytes

CELLS = st.text(max_size=6)


def table_of(rows, names=("id", "days", "town")):
    columns = [pa.array([row[at] for row in rows], pa.string()) for at in range(len(names))]
    lines = np.arange(2, 2 + len(rows), dtype=np.int64)
    return Table(pa.Table.from_arrays(columns, names=list(names)), lines, "file.csv")


def bad(table, rows, position=1):
    rows = np.array(rows, dtype=np.int64)
    lines = table.line_numbers[rows]
    name = table.column_names[position]
    found = unreadable("not_a_number", name, "a number", rows, lines, "x")
    return dataclasses.replace(found, position=position)


def as_upload(out, rows=None, names=None):
    rows = (
        [[str(cell) for cell in row.values()] for row in out.to_pylist()] if rows is None else rows
    )
    return table_of(rows, tuple(names or out.column_names))


def rows_of(table):
    return [tuple(row) for row in zip(*(c.to_pylist() for c in table.cells.columns), strict=True)]


TABLE = table_of([("007", "1", "Rome"), ("008", "soon", "Oslo"), ("009", "3", "Bonn")])
BAD = (bad(TABLE, [1]),)


@pytest.fixture
def out():
    return to_correct(TABLE, BAD)


def test_the_rows_go_out_whole_with_their_line_and_what_to_correct(out):
    assert out.to_pylist() == [
        {
            "id": "008",
            "days": "soon",
            "town": "Oslo",
            "line": 3,
            "what to correct": "“days”: not a number",
        }
    ]


def test_what_is_worth_a_look_in_such_a_row_is_named_behind():
    rows = np.array([0, 1])
    look = unseen_levels("town", rows, rows + 2, [("Oslo", rows)], 1, ["Rome"])
    look = dataclasses.replace(look, position=2)
    assert to_correct(TABLE, (look, *BAD))["what to correct"].to_pylist() == [
        "“days”: not a number; “town”: new word"
    ]


def test_our_columns_take_free_names():
    table = table_of([("1", "x", "y")], ("line", "days", "What to correct"))
    out = to_correct(table, [bad(table, [0])])
    assert out.column_names[3:] == ["line (2)", "what to correct (2)"]
    back = put_back(table, [bad(table, [0])], as_upload(out, [["1", "5", "y", "2", ""]]))
    assert rows_of(back.table) == [("1", "5", "y")]


def test_a_corrected_row_comes_back_to_its_place():
    back = put_back(TABLE, BAD, as_upload(to_correct(TABLE, BAD), [["008", "2", "Oslo", "3", ""]]))
    assert rows_of(back.table) == [("007", "1", "Rome"), ("008", "2", "Oslo"), ("009", "3", "Bonn")]
    assert back.notes == ("1 corrected row was put back.",)
    assert back.table.cells.column(0) is not None
    assert back.table.line_numbers.tolist() == [2, 3, 4]


@given(
    st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=12),
    st.data(),
)
@settings(max_examples=60, deadline=None)
def test_unchanged_rows_change_nothing_and_corrected_ones_only_themselves(rows, data):
    table = table_of(rows)
    some = sorted(data.draw(st.sets(st.integers(0, len(rows) - 1), min_size=1)))
    findings = (bad(table, some),)
    sent = to_correct(table, findings)
    same = put_back(table, findings, as_upload(sent))
    assert rows_of(same.table) == rows
    assert same.n_rows == 0
    corrected = as_upload(sent).cells
    new = data.draw(st.lists(CELLS, min_size=len(some), max_size=len(some)))
    corrected = corrected.set_column(1, "days", pa.array(new, pa.string()))
    order = data.draw(st.permutations(range(len(some))))
    moved = dataclasses.replace(as_upload(sent), cells=corrected.take(pa.array(order, pa.int64())))
    expected = list(rows)
    for at, cell in zip(some, new, strict=True):
        expected[at] = (rows[at][0], cell, rows[at][2])
    back = put_back(table, findings, moved)
    assert rows_of(back.table) == expected
    assert back.n_rows == sum(one != other for one, other in zip(rows, expected, strict=True))
    assert back.table.line_numbers.tolist() == table.line_numbers.tolist()


@pytest.mark.parametrize("finding", [empty_rows, no_answer])
def test_where_the_whole_row_is_at_fault_every_cell_may_change(finding):
    found = finding(np.array([1]), np.array([3]))
    corrected = as_upload(to_correct(TABLE, [found]), [["9", "2", "Bern", "3", ""]])
    assert rows_of(put_back(TABLE, [found], corrected).table)[1] == ("9", "2", "Bern")


def test_what_a_spreadsheet_changes_unasked_stays_as_it_was(out):
    corrected = as_upload(out, [["8", "2", "Oslo", "3", ""]])
    back = put_back(TABLE, BAD, corrected)
    assert rows_of(back.table)[1] == ("008", "2", "Oslo")
    assert back.n_kept == 1
    assert "1 other cell was changed" in back.notes[1]
    assert "“id” in line 3" in back.notes[1]
    taken = put_back(TABLE, BAD, corrected, all_cells=True)
    assert rows_of(taken.table)[1] == ("8", "2", "Oslo")
    assert taken.n_kept == 0


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([["008", "2", "Oslo", "99", ""]], "Your file has no row in line 99"),
        ([["008", "2", "Oslo", "", ""]], "1 row has no line number beside it"),
        (
            [["008", "2", "Oslo", "3", ""], ["008", "4", "Oslo", "3", ""]],
            "Line 3 stands more than once",
        ),
        ([["008", "soon", "Oslo", "3", ""]], "Line 3 is as before"),
    ],
)
def test_rows_that_do_not_fit_are_told_and_change_nothing(out, rows, words):
    back = put_back(TABLE, BAD, as_upload(out, rows))
    assert rows_of(back.table) == rows_of(TABLE)
    assert back.notes[0] == "No corrected row was put back."
    assert words in back.notes[1]


def test_the_same_row_twice_counts_once(out):
    row = ["008", "2", "Oslo", "3.0", ""]
    assert put_back(TABLE, BAD, as_upload(out, [row, row])).n_rows == 1


def test_missing_columns_are_refused_and_others_left_out(out):
    names = ["id", "town", "line", "what to correct"]
    with pytest.raises(CannotCorrect, match="lack the column “days”"):
        put_back(TABLE, BAD, as_upload(out, [["008", "Oslo", "3", ""]], names))
    with pytest.raises(CannotCorrect, match="lack the columns “days” and “line”"):
        put_back(TABLE, BAD, as_upload(out, [["008", "Oslo", ""]], ["id", "town", "x"]))
    names = ["line", "town", "x", "days", "id"]
    back = put_back(TABLE, BAD, as_upload(out, [["3", "Oslo", "?", "2", "008"]], names))
    assert rows_of(back.table)[1] == ("008", "2", "Oslo")
    assert back.notes[1] == "“x” is no column of your file and was left out."


def test_columns_of_one_name_are_told_apart_by_their_order():
    table = table_of([("a", "x", "b")], ("n", "days", "n"))
    found = [bad(table, [0])]
    back = put_back(table, found, as_upload(to_correct(table, found), [["a", "1", "b", "2", ""]]))
    assert rows_of(back.table) == [("a", "1", "b")]


def test_a_file_of_types_keeps_them():
    typed = pa.table({"id": [1, 2], "days": ["x", "2"], "town": [1.5, None]})
    table = dataclasses.replace(table_of([("1", "x", "1.5"), ("2", "2", "")]), typed=typed)
    found = [bad(table, [0]), bad(table, [0], 2)]
    back = put_back(table, found, as_upload(to_correct(table, found), [["1", "9", "2", "2", ""]]))
    assert back.table.typed.to_pylist() == [
        {"id": 1, "days": "9", "town": 2.0},
        {"id": 2, "days": "2", "town": None},
    ]
    back = put_back(table, found, as_upload(to_correct(table, found), [["1", "9", "two", "2", ""]]))
    assert back.table.typed["town"].to_pylist() == ["two", ""]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_lines_with_too_many_cells_come_back_as_rows(form):
    lines = [f"n{i};{i},5;{i % 7}" for i in range(60)]
    trained = infer(read("\n".join(["name;amount;days", *lines]).encode()), target="days")
    spoiled = [*lines]
    spoiled[7] = "n7;seven;0"
    spoiled[20] = "n20;20,5;soon;6;nix"
    table = read("\n".join(["name;amount;days", *spoiled]).encode())
    findings = check(table, trained).findings
    sent = to_correct(table, findings)
    assert sent["line"].to_pylist() == [9, 22]
    assert "2 cells too many: “6” and “nix”" in sent["what to correct"][1].as_py()
    untouched = put_back(table, findings, read(to_bytes(sent, form), name="c"))
    assert untouched.table.cells.equals(table.cells)
    cells = sent.to_pydict()
    cells["amount"], cells["days"] = ["7,5", "20,5"], ["0", "6"]
    back = put_back(table, findings, read(to_bytes(pa.table(cells), form), name="c"))
    assert back.notes[0] == "2 corrected rows were put back."
    assert rows_of(back.table) == [tuple(line.split(";")) for line in lines]
    assert back.table.line_numbers.tolist() == list(range(2, 62))
    assert not any(left.rows for left in back.table.reading.left_out)
    assert "more cells" not in " ".join(back.table.notes)
    assert not check(back.table, trained).verdict.n_unread
