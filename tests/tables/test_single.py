import io

import pytest
import xlsxwriter

from brinery.tables.hints import Hints
from brinery.tables.reading import read

NAMES = ["id", "name", "opened", "amount"]
ROWS = [[f"00{n}", f"Ann {n}", "2024-01-02", f"{n}.50"] for n in range(1, 9)]


@pytest.mark.parametrize("sign", ["!", "$", "@", "/", "_", "\u00a0", "þ"])
def test_a_sign_that_may_part_the_one_column_is_named(sign):
    data = "\n".join(sign.join(row) for row in [NAMES, *ROWS]).encode()
    table = read(data)
    assert table.cells.num_columns == 1
    assert table.notes == (
        f"There is one column, with 3 “{sign}” in every line. If they part what should be several "
        "columns, choose that sign as what stands between the cells.",
    )
    assert read(data, hints=Hints(delimiter=sign)).column_names == NAMES


def test_a_table_pasted_into_the_first_column_of_a_sheet_is_told():
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet().write_column(0, 0, [";".join(row) for row in [NAMES, *ROWS]])
    (note,) = read(file.getvalue()).notes
    assert "3 “;” in every cell" in note
    assert "Text to Columns" in note


def test_columns_that_spaces_align_too_closely_are_told():
    names = ("Ann", "Annemarie")
    lines = ["idname     cityamount", *(f"{n:02}{names[n % 2]:9}York{n:6}" for n in range(1, 9))]
    (note,) = read("\n".join(lines).encode()).notes
    assert "several spaces within most of its cells" in note


@pytest.mark.parametrize(
    "cells",
    [
        ["day", *(f"2024-01-{n:02}" for n in range(10, 20))],
        ["order-no-2024", *(f"A-{n}" for n in range(10, 20))],
        ["page", *(f"/a/b/{n}" for n in range(10, 20))],
        ["first_and_last", *(f"Ann_{n}_{n}" for n in range(2)), "Bo"],
    ],
)
def test_one_column_of_other_things_is_left_alone(cells):
    assert read("\n".join(cells).encode()).notes == ()


def test_a_name_may_hold_the_sign_itself():
    data = "\n".join("_".join(row) for row in [["customer_id", *NAMES[1:]], *ROWS]).encode()
    (note,) = read(data).notes
    assert "3 “_” in every line" in note


def test_commas_within_some_texts_of_one_column_part_nothing():
    cells = [f"Firm {n}{', Inc.' * (n % 2)}" for n in range(20)]
    table = read("\n".join(["company", *cells]).encode())
    assert table.cells["company"].to_pylist() == cells
    assert table.notes == ()


def test_commas_with_spaces_under_a_title_part_cells():
    rows = [f"{n}, Ann {n}, {n}.5" for n in range(20)]
    assert read("\n".join(["Report of today", "id, name, n", *rows]).encode()).n_rows == 20


def test_two_signs_between_the_cells_are_told():
    table = read("\n".join(";,".join(row) for row in [NAMES, *ROWS]).encode())
    assert table.notes == (
        "Every name but the last ends with “;”, which may be part of what stands between the "
        "cells. If so, put “,” alone between them.",
    )
