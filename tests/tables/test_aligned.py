import pytest

from brinery.errors import ReadError
from brinery.tables.reading import read

SQLCMD = """\
id   name           amount
---- -------------- ------
0042 Anna Lee         1.50
0043                 22.00
0044 Jo             333.25

(3 rows affected)
"""
SPOOL = """\

PLAN            CONC FULL_NAME
--------- ---------- ---------------
Basic      5.223E+05 Nunez, Peter
Gold plus  1.100E-02 Ann

2 rows selected.
"""


def test_a_line_of_dashes_says_where_columns_stand():
    table = read(SQLCMD.encode())
    assert table.column_names == ["id", "name", "amount"]
    assert table.to_pandas().to_numpy().tolist() == [
        ["0042", "Anna Lee", "1.50"],
        ["0043", "", "22.00"],
        ["0044", "Jo", "333.25"],
    ]
    assert "aligned with spaces" in table.notes[0]


def test_a_spool_with_commas_and_single_spaces():
    table = read(SPOOL.encode())
    assert table.column_names == ["PLAN", "CONC", "FULL_NAME"]
    assert table.to_pandas().iloc[0].tolist() == ["Basic", "5.223E+05", "Nunez, Peter"]
    assert table.n_rows == 2


def test_places_that_are_blank_on_every_line_part_columns():
    text = "name   city    n\nAnn    Bath    1\nJo Lu          2\nMo     Leeds   3\n"
    table = read(text.encode())
    assert table.to_pandas()["city"].tolist() == ["Bath", "", "Leeds"]


def test_columns_that_can_not_be_told_apart_are_refused():
    rows = ["name   city    n", "Ann  Bath    1", "Jonathan   2", "Mo     Leeds   3"] * 3
    with pytest.raises(ReadError, match="aligned with spaces"):
        read("\n".join(rows).encode())


@pytest.mark.parametrize(
    "text",
    [
        " id | name | amount \n----+------+--------\n"
        "  1 | Anna |  12.50\n  2 | Ben  |   3.00\n(2 rows)\n",
        "| id | name | amount |\n"
        "|----|------|-------:|\n| 1 | Anna | 12.50 |\n| 2 | Ben | 3.00 |\n",
        "+----+------+--------+\n| id | name | amount |\n+----+------+--------+\n"
        "|  1 | Anna |  12.50 |\n|  2 | Ben  |   3.00 |\n+----+------+--------+\n2 rows in set\n",
    ],
    ids=["psql", "markdown", "mysql"],
)
def test_cells_padded_between_bars(text):
    table = read(text.encode())
    assert table.column_names == ["id", "name", "amount"]
    assert table.cells.to_pylist()[1] == {"id": "2", "name": "Ben", "amount": "3.00"}
    assert any("dashes" in note for note in table.notes)


def test_two_spaces_in_the_cells_below_a_preamble_align_nothing():
    rows = "".join(f'{n}, "name,  {n}", {n}.5\n' for n in range(9))
    table = read(f"Report\nof today\n\nid, name, amount\n{rows}".encode())
    assert table.column_names == ["id", "name", "amount"]
    assert table.to_pandas()["name"][3] == "name,  3"


def test_columns_that_one_blank_parts_and_numbers_with_commas():
    rows = [(f"D{n:04}", f"{n * 1234.5:,.2f}", "Yes" if n % 2 else "No") for n in range(1, 12)]
    lines = ["No.     Name            Balance Blocked"]
    lines += [f"{no:8}{'Ann':10}{balance:>13} {blocked}" for no, balance, blocked in rows]
    table = read("\n".join(lines).encode())
    assert table.column_names == ["No.", "Name", "Balance", "Blocked"]
    assert table.cells["Balance"].to_pylist() == [balance for _, balance, _ in rows]
    assert table.cells["Blocked"].to_pylist() == [blocked for _, _, blocked in rows]


def test_a_time_behind_a_day_is_no_column():
    lines = [
        "id    created at        n",
        *(f"k{n:02}   2024-01-{n:02} 10:00  {n}" for n in range(10, 20)),
    ]
    assert read("\n".join(lines).encode()).column_names == ["id", "created at", "n"]


def aligned(names, rows, gap):
    widths = [max(map(len, column)) + gap for column in zip(names, *rows, strict=True)]
    lines = ["".join(map(str.ljust, row, widths)).rstrip() for row in [names, *rows]]
    return "\n".join(lines).encode()


@pytest.mark.parametrize(
    ("names", "rows", "gap"),
    [
        # blank cells in a third of the rows
        (
            ["id", "name", "city", "n"],
            [
                (f"k{n}", "Ann Lee" * (n % 3 > 0), "Leeds" * (n % 3 > 1), f"{n}.5")
                for n in range(12)
            ],
            2,
        ),
        # one blank between columns, and within cells
        (
            ["id", "name", "city", "n"],
            [
                (f"k{n}", ("Mary Ann Li", "Bo Xu", "Konstantin")[n % 3], "York", f"{n}.5")
                for n in range(12)
            ],
            1,
        ),
        # decimal commas
        (
            ["Kunde", "Ort", "Betrag", "Datum"],
            [(f"{n:04}", "Köln", f"{n}.234,{n:02}", f"{n:02}.01.2024") for n in range(10, 22)],
            2,
        ),
    ],
)
def test_columns_are_told_apart_by_the_places_of_their_names(names, rows, gap):
    table = read(aligned(names, rows, gap))
    assert table.column_names == names
    assert [tuple(row.values()) for row in table.cells.to_pylist()] == rows


def test_cells_between_bars_under_a_title_are_not_aligned_by_spaces():
    rows = [f"|{n:>10}|{'Ann':<12}|{n * 100:>9}-|" for n in range(1000, 1012)]
    line = "-" * len(rows[0])
    title = f"12.04.2024{'Items':>20}{'1':>8}"
    text = [title, "", line, f"|{'No.':<10}|{'Customer':<12}|{'Amount':<10}|", line, *rows, line]
    table = read("\n".join(text).encode())
    assert table.column_names == ["No.", "Customer", "Amount"]
    assert table.n_rows == 12
