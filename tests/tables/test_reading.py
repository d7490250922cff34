import io

import pandas as pd
import pytest

from brinery.errors import ReadError
from brinery.tables.reading import as_table, read
from brinery.tables.table import Table

CSV = b"id,name\n007, x \nNA,\n"


def test_cells_come_as_they_stand():
    table = read(CSV, name="x.csv")
    assert table.cells.to_pylist() == [{"id": "007", "name": " x "}, {"id": "NA", "name": ""}]
    assert table.line_numbers.tolist() == [2, 3]
    assert (table.name, table.notes, table.typed) == ("x.csv", (), None)


def test_path_text_file_and_bytes_are_the_same(tmp_path):
    path = tmp_path / "rows.txt"
    path.write_bytes(CSV)
    with path.open("rb") as file:
        tables = [read(path), read(str(path)), read(file), read(CSV), read(io.BytesIO(CSV))]
    assert all(table.cells.equals(tables[0].cells) for table in tables)
    assert [table.name for table in tables] == ["rows.txt", "rows.txt", "rows.txt", "", ""]


def test_a_column_without_a_name_is_named_after_its_place():
    table = read(b"a,,a, \n1,2,3,4\n")
    assert table.column_names == ["a", "column 2", "a", "column 4"]
    assert table.notes == (
        "Columns 2 and 4 have no name; they are called “column 2” etc.",
        "The same name stands over more than one column: “a”.",
    )


def test_a_byte_order_mark_is_no_part_of_a_name():
    assert read(b"\xef\xbb\xbfa,b\n1,2\n").column_names == ["a", "b"]


def test_the_line_that_names_the_delimiter_counts_as_a_line():
    table = read(b"sep=;\na;b\n1;2\n")
    assert table.column_names == ["a", "b"]
    assert table.line_numbers.tolist() == [3]


def test_one_column_is_a_table():
    assert read(b"name\nx\ny\n").cells.to_pydict() == {"name": ["x", "y"]}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"a,b\n", "a header but no rows"),
        (b"a,b", "a header but no rows"),
        (b"a,b\n\n\n", "a header but no rows"),
        (b"\n \n", "only blank lines"),
        (b"\xef\xbb\xbf", "only blank lines"),
    ],
)
def test_files_without_rows_are_refused(data, words):
    with pytest.raises(ReadError, match=words):
        read(data)


def test_files_that_are_not_there_or_too_large(tmp_path):
    with pytest.raises(ReadError, match="There is no such file"):
        read(tmp_path / "none.csv")
    with pytest.raises(ReadError, match="a folder"):
        read(tmp_path)
    with pytest.raises(ReadError, match="can't be opened"):
        read("a\0b.csv")
    path = tmp_path / "x.csv"
    path.write_bytes(CSV)
    for source in (path, CSV, io.BytesIO(CSV)):
        with pytest.raises(ReadError, match="larger than 10 bytes"):
            read(source, max_bytes=10)
        assert read(path, max_bytes=len(CSV)).n_rows == 2


def test_as_table_takes_frames_tables_and_files():
    table = read(CSV)
    assert as_table(table) is table
    frame = pd.DataFrame({"a": [1.0, 2.5, None], "b": ["x", None, "z"]})
    made = as_table(frame, name="frame")
    assert isinstance(made, Table)
    assert made.cells.to_pydict() == {"a": ["1", "2.5", ""], "b": ["x", "", "z"]}
    assert made.line_numbers.tolist() == [2, 3, 4]
    assert as_table(CSV).n_rows == 2


def test_a_line_that_names_another_delimiter_than_the_next_line_has_is_no_word():
    table = read(b"sep=,\nid;name;amount\n1;a;2,5\n2;b;3,5\n")
    assert table.column_names == ["id", "name", "amount"]
    assert table.line_numbers.tolist() == [3, 4]


def test_the_header_of_each_page_does_not_hide_the_first():
    table = read(b"id,name,v\n1,a,2\n\x0cid,name,v\n2,b,3\n")
    assert table.column_names == ["id", "name", "v"]
    assert table.to_pandas()["id"].tolist() == ["1", "2"]


def test_an_exported_null_is_no_name():
    table = read(b"1\ta\t\\N\n2\tb\t3\n\\.\n")
    assert not table.reading.header_lines
    assert table.n_rows == 2


@pytest.mark.parametrize("n_rows", [2, 5, 30])
def test_under_a_smaller_table_of_fewer_columns_stands_the_table(n_rows):
    above = "k,v\nRegion,North\nYear,2024\n\n"
    rows = "".join(f"{n},{n * 7},{n * 3}\n" for n in range(n_rows))
    table = read(f"{above}city,pop,area\n{rows}".encode())
    assert table.column_names == ["city", "pop", "area"]
    assert table.n_rows == n_rows
    assert table.reading.left_out[0].line_numbers == (1, 2, 3)


def test_a_second_header_with_the_names_in_another_order_begins_another_table():
    above = "".join(f"{n},Ann,Bath,{n}.5\n" for n in range(1, 9))
    table = read(f"id,name,city,n\n{above}id,city,name,n\n9,Leeds,Cy,4\n".encode())
    assert table.cells["name"].to_pylist() == ["Ann"] * 8
    assert table.notes == ("Lines of a second table below were left out (lines 10 and 11).",)


@pytest.mark.parametrize("label", ["-----", "الإجمالي", ""])
def test_a_total_is_told_by_its_sum_or_its_word(label):
    rows = "".join(f"k{n};Ann;{n},50\n" for n in range(1, 9))
    table = read(f"id;name;n\n{rows}{label};;40,00\n".encode())
    assert table.n_rows == 8
    assert any("at the end" in note for note in table.notes)


def test_what_is_carried_to_the_next_page_is_no_record():
    rows = [f"{n:05};Ann;{n},50;EUR" for n in range(1, 9)]
    carried = ["Übertrag;;12,00;EUR"] * 2
    text = "\n".join(["no;name;n;unit", *rows[:4], *carried, *rows[4:]])
    table = read(text.encode())
    assert table.n_rows == 8
    assert table.notes == ("Totals between the rows were left out (lines 6 and 7).",)


def test_japanese_as_mail_programs_write_it():
    data = "氏名,金額\n佐藤 太郎,12\n鈴木 花子,34\n".encode("iso2022_jp")
    table = read(data)
    assert table.column_names == ["氏名", "金額"]
    assert table.n_rows == 2


RECORDS = [[f"2024-01-{n}", f"Ann {n}", f"{n}.50", f"{n * 3}"] for n in range(10, 22)]


def under(lines, records=RECORDS, delimiter=","):
    text = "\n".join([*lines, *(delimiter.join(row) for row in records)])
    return read(text.encode())


FACTS = ["EXTF,700,21,Stapel,12,,x,20240101", "com.maker.steps,6200030,5"]
ACCOUNT = ["Konto,Nummer,IBAN,Unit", "Giro,123 456,DE12,EUR", "", "1.1. - 31.3."]
LOGGER = ("TOA5,CR1000,x,1,CR1000.Std.32,y,2,Table1", "TS,RN,V,Deg C", ",,Avg,Avg")


@pytest.mark.parametrize(
    ("above", "units"),
    [
        (FACTS[:1], []),  # as DATEV writes
        (FACTS[1:], []),  # as phones write
        ([], ["UTC,words,money_EU,pieces_all"]),  # units, in words
        ([], ["5s,15s,20n,14n"]),
        (LOGGER[:1], LOGGER[1:]),
        (ACCOUNT, []),
    ],
)
def test_the_names_are_found_among_other_lines(above, units):
    table = under([*above, "Tag,Kunde,Betrag,Menge", *units])
    assert table.column_names == ["Tag", "Kunde", "Betrag", "Menge"]
    assert table.n_rows == len(RECORDS)
    assert table.reading.header_line == len(above) + 1
    assert table.notes


def test_of_several_blocks_of_facts_the_last_stands_above_the_table():
    facts = ["Model,TDS", "Version,24", "", "Format,Y", "Scale,0.5", "", "TIME,CH1"]
    table = under(facts, [[f"{n}.5", f"-{n}.25"] for n in range(60)])
    assert table.column_names == ["TIME", "CH1"]
    assert table.n_rows == 60


def test_a_plate_has_numbers_for_names():
    rows = [[letter, *(f"0.{n}{n}" for n in range(1, 5))] for letter in "ABCDEFGH"]
    table = under(["Results", ",1,2,3,4"], rows)
    assert table.column_names == ["column 1", "1", "2", "3", "4"]
    assert table.n_rows == 8


def test_answers_of_a_survey_are_named_on_two_lines():
    rows = [["1000", "A", "", "34"], ["1001", "", "B", "51"], ["1002", "A", "B", "28"]]
    table = under(["Respondent,Which?,,Age", ",A,B,Open-Ended"], rows)
    assert table.column_names == ["Respondent", "Which? A", "Which? B", "Age Open-Ended"]
    assert table.n_rows == 3


@pytest.mark.parametrize(
    "below",
    [
        ["", "(1) Provisional.", "Source: Statistics Office, 2024"],
        ["", "12;Datensätze heruntergeladen".replace(";", ",")],
        ["----,----,----,----", "SUMMARY,,,", "Opening,Count,Debits,Closing", "1.00,2,3.00,4"],
        [",,192.00,45.00%"],
    ],
)
def test_what_stands_below_the_records_is_left_out(below):
    header = ["Day,Name,Amount,Rate"]
    records = [[*row[:3], f"{n}.00%"] for n, row in enumerate(RECORDS)]
    table = read("\n".join([*header, *(",".join(row) for row in records), *below]).encode())
    assert table.n_rows == len(records)
    assert any("at the end" in note for note in table.notes)


def test_a_last_row_that_begins_with_a_word_in_place_of_a_date_is_told():
    table = under(["Day,Name,Amount,Count"], [*RECORDS, ["Balance", "2024-03-31", "", "12"]])
    assert table.n_rows == len(RECORDS) + 1
    assert table.notes == (
        "The last row may be a total; it was kept (line 14: “Balance 2024-03-31 12”).",
    )


def test_rows_of_one_cell_are_told():
    rows = [["North", "", "", ""], *RECORDS[:6], ["South", "", "", ""], *RECORDS[6:]]
    rows = [[name, day, amount, count] for day, name, amount, count in rows]
    rows = [row if any(row[2:]) else [row[1], "", "", ""] for row in rows]
    table = under(["Name,Day,Amount,Count"], rows)
    assert table.notes == (
        "Rows with one cell alone may be headings of groups; they were kept (lines 2 and 9).",
    )


@pytest.mark.parametrize("delimiter", [",", "   ", " "])
def test_names_may_stand_in_a_remark(delimiter):
    rows = [delimiter.join((f"{n}.25", f"-{n}.5", f"{n * 7}")) for n in range(10, 30)]
    table = read("\n".join(["# run 7, of 2024", "# time temp  volt", *rows]).encode())
    assert table.column_names == ["time", "temp", "volt"]
    assert table.n_rows == len(rows)


@pytest.mark.parametrize("n_remarks", [5, 31, 70])
def test_no_line_at_the_end_is_left_out_without_a_word(n_remarks):
    rows = [f"{n},{n * 2},x{n % 7}" for n in range(50)]
    remarks = [f"Note {n}: remark about it" for n in range(n_remarks)]
    table = read("\n".join(["id,b,c", *rows, "", *remarks]).encode())
    told = {line for one in table.reading.left_out for line in one.line_numbers}
    lines = set(range(2, 2 + len(rows) + 1 + n_remarks))
    assert lines == {*table.line_numbers.tolist(), *told} | {52}
    assert table.cells.num_rows == len(rows)
