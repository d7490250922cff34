"""How a file was understood, in one line; what was in doubt; and what could be chosen."""

import gzip
import io
import zipfile

import pytest
import xlsxwriter

from brinery.errors import ReadError
from brinery.tables.hints import Hints
from brinery.tables.outline import outline
from brinery.tables.reading import read
from brinery.tables.understood import summary

ROWS = "".join(f"K{n};Köln;{n},5\n" for n in range(20))
GERMAN = f"Bericht\nStand 2024\n\nKunde;Ort;Betrag\n{ROWS}Summe;;190\n".encode("cp1252")
PLAIN = b"name,city\nAnna,Bonn\nBert,Trier\nCarl,Mainz\n"


def book(**sheets):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return file.getvalue()


def packed(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(f"folder/{name}.csv", data)
        archive.writestr("__MACOSX/junk", "x")
    return file.getvalue()


TABLE = [["name", "city"], ["Anna", "Bonn"], ["Bert", "Trier"], ["Carl", "Mainz"]]


def test_a_file_from_a_german_program():
    table = read(GERMAN)
    assert summary(table.reading) == (
        "Letters: Western European (Windows-1252), semicolons between the cells, column names "
        "on line 4. Left out: 2 lines above the header, a total at the end."
    )
    assert table.reading.first_lines[:4] == ("Bericht", "Stand 2024", "", "Kunde;Ort;Betrag")
    assert table.reading.doubts == ()


def test_a_workbook_and_a_packed_file():
    assert summary(read(book(March=TABLE)).reading) == "Sheet “March”, column names on line 1."
    zipped = summary(read(packed(a=PLAIN)).reading)
    assert zipped.startswith("“folder/a.csv” in the packed file, letters: Unicode (UTF-8), commas")


def test_a_file_of_types_says_what_it_holds(tmp_path):
    read(PLAIN).to_pandas().to_parquet(tmp_path / "x.parquet")
    line = summary(read(tmp_path / "x.parquet").reading)
    assert line == "Column names and kinds as the file holds them."


def test_names_on_two_lines_and_none_at_all():
    two = read(b"a,a,b,b\nx,y,x,y\n" + b"1,2,3,4\n" * 5)
    assert two.reading.header_lines == (1, 2)
    assert "column names on lines 1 and 2." in summary(two.reading)
    none = read(b"1,2\n3,4\n5,6\n")
    assert none.reading.doubts == ("header_line",)
    assert summary(none.reading).endswith("no column names.")
    assert read(b"1,2\n3,4\n5,6\n", hints=Hints(header_line=0)).reading.doubts == ()


@pytest.mark.parametrize(
    ("text", "encoding", "doubts"),
    [
        ("name\nMüller\nJäger\n", "cp1252", ()),
        ("name\nGyöngyös\nHódmezővásárhely\nÚjfehértó\n", "cp1250", ("encoding",)),
        ("name\nČeněk\nŽižkov\nDvořák\n", "cp1250", ("encoding",)),
        ("name\nниколай\nвладимир\n", "cp1251", ()),  # noqa: RUF001
        ("name\nMüller\n", "utf-8", ()),
    ],
)
def test_letters_are_in_doubt_where_another_way_makes_as_much_sense(text, encoding, doubts):
    data = text.encode(encoding)
    assert read(data).reading.doubts == doubts
    assert read(data, hints=Hints(encoding=encoding)).reading.doubts == ()


def test_a_sheet_is_in_doubt_where_another_fits_as_well():
    data = book(March=TABLE, April=TABLE, Notes=[["see April"]])
    reading = read(data).reading
    assert (reading.sheet, reading.sheets) == ("March", ("March", "April", "Notes"))
    assert reading.doubts == ("sheet",)
    assert read(data, hints=Hints(sheet="April")).reading.doubts == ()
    other = book(March=TABLE, April=[["x", "y"], ["1", "2"], ["3", "4"], ["5", "6"]])
    assert read(other, hints=Hints(expected=("x", "y"))).reading.doubts == ()


def test_what_comes_with_the_one_table_of_a_zip_is_no_rival():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in ("data/sales.CSV", "README.txt", "data/notes.md"):
            archive.writestr(name, PLAIN)
    assert read(file.getvalue()).reading.member == "data/sales.CSV"


def test_of_a_zip_with_several_files_one_can_be_named():
    data = packed(a=PLAIN, b=GERMAN)
    with pytest.raises(ReadError, match=r"holds 2 files: “folder/a.csv”, “folder/b.csv”"):
        read(data)
    with pytest.raises(ReadError, match=r"There is no “c\.csv”"):
        read(data, hints=Hints(member="c.csv"))
    table = read(data, hints=Hints(member="folder/b.csv"))
    assert table.reading.members == ("folder/a.csv", "folder/b.csv")
    assert table.column_names == ["Kunde", "Ort", "Betrag"]
    assert outline(data).members == table.reading.members
    assert outline(data, hints=Hints(member="c.csv")).first_lines == ()


def test_what_can_be_chosen_of_a_file_that_was_refused():
    one = outline(b"a;b;c\n", hints=Hints(encoding="klingon", header_line=1))
    assert (one.encoding, one.delimiter, one.first_lines) == ("utf-8", ";", ("a;b;c",))
    assert outline(book(A=[], B=[]), hints=Hints(sheet="B")).sheets == ("A", "B")
    assert outline(book(A=TABLE[:1], B=TABLE), hints=Hints(sheet="A")).first_lines == ("name city",)
    assert outline(gzip.compress(b"a,b\n"), "x.csv.gz").first_lines == ("a,b",)


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.4", b"PK\x03\x04broken", packed(), bytes(range(256))]
)
def test_of_what_is_no_table_nothing_can_be_chosen(data):
    reading = outline(data)
    assert (reading.encoding, reading.sheets, reading.members) == ("", (), ())
    assert reading.first_lines == ()
