import datetime
import io
import zipfile

import pytest
import xlsxwriter

from brinery.errors import ReadError
from brinery.tables.hints import Hints
from brinery.tables.reading import read


def workbook(fill):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        fill(book)
    return file.getvalue()


def test_cells_become_their_shortest_text():
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["whole", "part", "flag", "day", "time", "text", 2024])
        sheet.write_row(1, 0, [3.0, 0.1, True])
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_datetime(1, 3, datetime.date(2024, 1, 2), day)
        time = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.write_datetime(1, 4, datetime.datetime(2024, 1, 2, 3, 4, 5), time)
        sheet.write_string(1, 5, "007")
        sheet.write_number(1, 6, 123456789012345)

    table = read(workbook(fill))
    assert table.cells.to_pylist() == [
        {
            "whole": "3",
            "part": "0.1",
            "flag": "True",
            "day": "2024-01-02",
            "time": "2024-01-02T03:04:05",
            "text": "007",
            "2024": "123456789012345",
        }
    ]
    assert table.notes == ()


def test_the_table_may_stand_anywhere_and_lines_are_sheet_rows():
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row(3, 2, ["a", "b"])
        sheet.write_row(4, 2, ["1", "2"])
        sheet.write_row(6, 2, ["3"])

    table = read(workbook(fill))
    assert table.cells.to_pydict() == {"a": ["1", "3"], "b": ["2", ""]}
    assert table.line_numbers.tolist() == [5, 7]
    assert table.notes == ("A blank line was left out (line 6).",)


def test_hidden_rows_are_read_and_said():
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_column(0, 0, ["a", "1", "2", "3", "4"])
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_row(3, None, None, {"hidden": True})
        sheet.set_column(2, 2, None, None, {"hidden": True})

    table = read(workbook(fill))
    assert table.cells.to_pydict() == {"a": ["1", "2", "3", "4"]}
    assert table.notes == ("2 rows are hidden in the sheet (lines 2 and 4); they were read too.",)


def test_the_first_visible_sheet_with_data_is_taken_and_said():
    def fill(book):
        book.add_worksheet("cover")
        hidden = book.add_worksheet("hidden")
        hidden.write_column(0, 0, ["h", 0])
        hidden.hide()
        book.add_worksheet("rows").write_column(0, 0, ["a", 1])
        book.add_worksheet("more").write_column(0, 0, ["b"])

    data = workbook(fill)
    table = read(data)
    assert table.column_names == ["a"]
    assert table.notes == ("The sheet “rows” was read. Others have data too: “more”.",)
    assert read(data, hints=Hints(sheet="hidden")).column_names == ["h"]
    with pytest.raises(ReadError, match=r"no sheet “x”. It has “cover”, “rows”, “more”"):
        read(data, hints=Hints(sheet="x"))
    with pytest.raises(ReadError, match="holds no data"):
        read(data, hints=Hints(sheet="cover"))
    with pytest.raises(ReadError, match="a header but no rows"):
        read(data, hints=Hints(sheet="more"))


def test_a_cell_far_out_is_refused_and_the_process_lives():
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write(0, 0, "a")
        sheet.write(1_048_575, 16_383, 1)

    with pytest.raises(ReadError, match="unpacks to more than can be read"):
        read(workbook(fill), name="far.xlsx")


def test_a_zip_bomb_is_refused_before_it_is_opened():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(100 * 2**20))
    with pytest.raises(ReadError, match="unpacks to more than can be read"):
        read(file.getvalue())


def test_a_damaged_workbook_is_refused():
    data = workbook(lambda book: book.add_worksheet().write_column(0, 0, ["a", 1]))
    with pytest.raises(ReadError, match="damaged"):
        read(data[:-100])
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook")
    with pytest.raises(ReadError, match="damaged"):
        read(file.getvalue())


def formulas(values, **options):
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["id", "n", "grade"])
        for row, value in enumerate(values, start=1):
            sheet.write_row(row, 0, [f"k{row}", row])
            sheet.write_formula(row, 2, f'=IF(B{row + 1}>2,"high","")', None, value)

    return workbook(fill)


def test_a_formula_whose_value_is_an_empty_text_has_a_value():
    table = read(formulas(["", "", "high", "high"]))
    assert table.cells["grade"].to_pylist() == ["", "", "high", "high"]
    assert table.notes == ()


def test_formulas_for_which_a_program_wrote_nought_were_never_calculated():
    with pytest.raises(ReadError, match="3 formulas in this workbook have never been calculated"):
        read(formulas([0, 0, 0]))


def test_a_number_of_sixteen_digits_has_no_point():
    def fill(book):
        book.add_worksheet().write_column(0, 0, ["id", 9041437702585900, 2**53 + 2])

    assert read(workbook(fill)).cells["id"].to_pylist() == ["9041437702585900", "9007199254740994"]


def test_a_row_that_numbers_the_columns_is_no_record():
    def fill(book):
        sheet = book.add_worksheet()
        for row, cells in enumerate([list("abcd"), [1, 2, 3, 4], *[["x", 1, "y", 2]] * 3]):
            sheet.write_row(row, 0, cells)

    table = read(workbook(fill))
    assert table.n_rows == 3
    assert table.notes == ("The line of units under the header was left out (line 2: “1 2 3 4”).",)


def test_a_first_record_that_counts_is_kept():
    def fill(book):
        sheet = book.add_worksheet()
        for row, cells in enumerate([list("abcd"), [1, 2, 3, 4], [2, 4, 6, 8], [3, 6, 9, 12]]):
            sheet.write_row(row, 0, cells)

    assert read(workbook(fill)).n_rows == 3
