import datetime as dt
import io

import openpyxl
import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from brinery.errors import CannotWrite, ReadError
from brinery.tables.csvstyle import CsvStyle
from brinery.tables.reading import read
from brinery.tables.writing import to_bytes, write

CELLS = st.one_of(
    st.text(alphabet="ab1é東 \"\n\r,;\t|'=-+@\ufeff", max_size=8),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=5),
    st.integers().map(str),
    st.floats(allow_nan=False).map(repr),
)
NAMES = st.text(alphabet='abé "\n,;=', min_size=1, max_size=5).filter(str.strip)
TABLES = st.integers(1, 4).flatmap(
    lambda width: st.tuples(
        st.lists(NAMES, min_size=width, max_size=width),
        st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=6),
    )
)


def text_table(names, rows):
    columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    return pa.Table.from_arrays(columns, names=list(names))


STYLES = st.builds(
    CsvStyle,
    st.sampled_from(",;\t|"),
    st.sampled_from(".,"),
    st.sampled_from(["auto", "yes", "no"]),
)


@given(table=TABLES, style=STYLES)
@settings(deadline=None)
def test_csv_comes_back_cell_by_cell_in_every_style(table, style):
    names, rows = table
    assume(len(names) == 1 or any(cell.strip() for row in rows for cell in row))
    table = text_table(names, rows)
    try:
        back = read(to_bytes(table, "csv", csv=style))
    except ReadError:
        return  # all rows look like blanks, lines or headers
    if back.notes:
        return  # a row that looks like a total or a header again, and this was said
    assert back.column_names == table.column_names
    assert [c.to_pylist() for c in back.cells.columns] == [c.to_pylist() for c in table.columns]


@given(
    st.lists(
        st.one_of(
            st.text(alphabet='ab1 "\n,;=_x0', min_size=1, max_size=8).filter(str.strip),
            st.integers().map(str),
            st.floats(allow_nan=False).map(repr),
            st.decimals(-1000, 1000, places=3).map(str),
        ),
        min_size=1,
        max_size=30,
    )
)
@settings(max_examples=25, deadline=None)
def test_xlsx_comes_back_cell_by_cell(cells):
    back = read(to_bytes(pa.table({"a": cells}), "xlsx"))
    assert back.notes or back.cells["a"].to_pylist() == cells


def test_csv_has_a_mark_only_where_excel_needs_it():
    assert to_bytes(pa.table({"a": ["x", "y"]}), "csv") == b"a\r\nx\r\ny\r\n"
    assert to_bytes(pa.table({"a": ["é"]}), "csv") == "\ufeffa\r\né\r\n".encode()
    assert to_bytes(pa.table({"é": ["x"]}), "csv").startswith(b"\xef\xbb\xbf")


def test_csv_quotes_where_needed():
    table = pa.table({"a,b": ["", 'q"t', "l\rr", " x ", "a;b"], "n": ["1", "2", "3", "4", "5"]})
    assert to_bytes(table, "csv") == (
        b'"a,b",n\r\n,1\r\n"q""t",2\r\n"l\rr",3\r\n x ,4\r\n"a;b",5\r\n'
    )
    assert to_bytes(pa.table({"a": ["", " "]}), "csv") == b'a\r\n""\r\n" "\r\n'
    assert to_bytes(pa.table({"sep=;": ["1"]}), "csv") == b"sep=;\r\n1\r\n".replace(
        b"sep=;", b'"sep=;"'
    )


def test_csv_goes_out_in_the_style_that_is_asked_for():
    table = pa.table({"own": ["1,5", "1.5", "a;b"], "ours": [0.25, -1e-7, None]})
    german = CsvStyle(";", ",", "yes")
    assert to_bytes(table, "csv", csv=german) == (
        b'\xef\xbb\xbfown;ours\r\n1,5;0,25\r\n1.5;-1e-7\r\n"a;b";\r\n'
    )
    comma = CsvStyle(",", ",", "no")
    assert to_bytes(table.slice(0, 1), "csv", csv=comma) == b'own,ours\r\n"1,5","0,25"\r\n'
    table = pa.table({"é": ["x"], "b": ["y"]})
    assert to_bytes(table, "csv", csv=CsvStyle("\t", ".", "no")) == "é\tb\r\nx\ty\r\n".encode()
    with pytest.raises(CannotWrite, match=r"'\^' can't part .* Take a comma"):
        CsvStyle("^")
    with pytest.raises(CannotWrite, match="Take a point or a comma"):
        CsvStyle(",", "x")


@pytest.mark.parametrize(
    ("data", "style"),
    [
        (b"a,b\n1.5,x\n2.5,y\n", CsvStyle()),
        (b"a;b\n1,5;x\n2,25;y\n", CsvStyle(";", ",")),
        (b"a;b\n1.5;x\n2.25;y\n", CsvStyle(";", ".")),
        (b"a;b\n1;x\n2;y\n", CsvStyle(";", ",")),  # no cell tells it: as Excel would
        (b"a\tb\n1\tx\n2\ty\n", CsvStyle("\t", ".")),
        (b"a\tb\n1.234,50\tx\n2,5\ty\n", CsvStyle("\t", ",")),
        (b'a,b\n"1,5",x\n"2,5",y\n', CsvStyle(",", ",")),
        (b'a,b\n"1,234",x\n"2,500",y\n', CsvStyle(",", ".")),  # thousands
        (b"a^b\n1^x\n2^y\n3^z\n", CsvStyle()),
    ],
)
def test_the_style_in_which_a_file_came_is_told(data, style):
    assert CsvStyle.like(read(data)) == style


def test_the_style_of_what_did_not_come_as_text_is_commas_and_points():
    for form in ("xlsx", "parquet"):
        data = to_bytes(pa.table({"a": ["1,5", "2"], "b": ["x", "y"]}), form)
        assert CsvStyle.like(read(data)) == CsvStyle()


def test_numbers_go_out_exactly():
    numbers = [0.1, 0.30000000000000004, 1 / 3, 1e300, -2.0, None, float("nan"), 1.0]
    table = pa.table({"x": pa.array(numbers), "n": pa.array([2**60 + 1, *range(6), None])})
    for form in ("csv", "xlsx"):
        back = read(to_bytes(table, form)).cells
        texts = back["x"].to_pylist()
        assert [float(text) for text in texts[:5]] == numbers[:5]
        assert texts[5:] == ["", "", "1"]
        assert back["n"].to_pylist() == [str(2**60 + 1), "0", "1", "2", "3", "4", "5", ""]
    table = table.slice(0, 6)
    assert read(to_bytes(table, "parquet")).typed.equals(table)


def test_repeated_names_stay():
    table = text_table(["a", "a"], [["1", "2"]])
    for form in ("csv", "xlsx"):
        assert read(to_bytes(table, form)).column_names == ["a", "a"]


def sheet_of(table, **how):
    book = openpyxl.load_workbook(io.BytesIO(to_bytes(table, "xlsx", **how)))
    return book.active


def column_of(sheet, position=1):
    return [sheet.cell(row, position) for row in range(2, sheet.max_row + 1)]


def test_excel_gets_text_and_never_a_formula():
    cells = ["=1+1", "-1+2", "https://a.b", "-0", "\x01\0", "+49"]
    data = to_bytes(pa.table({"=a": cells}), "xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert all(cell.data_type == "s" for row in sheet.iter_rows() for cell in row)
    assert all(cell.hyperlink is None for row in sheet.iter_rows() for cell in row)
    assert b"<f>" not in data
    assert read(data).cells["=a"].to_pylist() == cells


@pytest.mark.parametrize(
    ("cells", "kinds"),
    [
        (["12", "-1.5", "n/a"], ["n", "n", "s"]),
        (["12", "007", "n/a"], ["s", "s", "s"]),  # one column of ids has one type
        (["12.5", "12.50"], ["s", "s"]),
        (["1", "1234567890123456"], ["s", "s"]),
        (["1", "1e5"], ["s", "s"]),
    ],
)
def test_a_column_is_numbers_only_where_none_would_change(cells, kinds):
    table = pa.table({"a": cells})
    assert [cell.data_type for cell in column_of(sheet_of(table))] == kinds
    assert read(to_bytes(table, "xlsx")).cells["a"].to_pylist() == cells


def test_numbers_with_a_decimal_comma_become_numbers_and_thousands_with_a_point_do_not():
    table = pa.table({"a": ["1,5", "2"], "b": ["1.234", "2"], "c": ["1,50", "2,25"]})
    sheet = sheet_of(table, csv=CsvStyle(";", ","))
    kinds = [[cell.value for cell in column_of(sheet, at)] for at in (1, 2, 3)]
    assert kinds == [[1.5, 2], ["1.234", "2"], ["1,50", "2,25"]]


def test_dates_that_are_known_come_as_dates_that_look_the_same():
    cells = ["31.01.2024", "1.2.2024", "soon", "01.01.1800", "", "31.01.2024 12:00"]
    sheet = sheet_of(pa.table({"a": cells, "b": ["x"] * 6}), dates={0: "%d.%m.%Y"})
    dated = column_of(sheet)
    assert [cell.value for cell in dated] == [
        dt.datetime(2024, 1, 31),
        dt.datetime(2024, 2, 1),
        "soon",
        "01.01.1800",
        None,
        "31.01.2024 12:00",
    ]
    assert [cell.number_format.replace("\\", "") for cell in dated[:2]] == [
        "dd.mm.yyyy",
        "d.m.yyyy",
    ]
    months = sheet_of(pa.table({"a": ["31 Jan 2024"]}), dates={0: "%d %b %Y"})
    assert column_of(months)[0].value == "31 Jan 2024"


def test_typed_columns_keep_their_types_in_excel():
    table = pa.table(
        {
            "day": pa.array([0, 19753, None], pa.date32()).cast(pa.date32()),
            "at": pa.array([dt.datetime(2024, 1, 2, 3, 4, 5), None, None]),
            "yes": [True, False, None],
            "n": pa.array([0.5, None, 2.0]),
            "level": pa.array(["a", "b", "a"]).dictionary_encode(),
        }
    )
    sheet = sheet_of(table)
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert rows[0] == [
        dt.datetime(1970, 1, 1),
        dt.datetime(2024, 1, 2, 3, 4, 5),
        True,
        0.5,
        "a",
    ]
    assert rows[1] == [dt.datetime(2024, 1, 31), None, False, None, "b"]


def test_the_header_of_a_sheet_is_frozen_and_its_columns_are_as_wide_as_what_is_in_them():
    sheet = sheet_of(pa.table({"a": ["1"], "a longer name": ["1"], "c": ["x" * 500]}))
    assert sheet.freeze_panes == "A2"
    widths = [sheet.column_dimensions[letter].width for letter in "ABC"]
    assert widths == sorted(widths)
    assert widths[2] < 45


def test_what_excel_can_not_hold_is_refused():
    with pytest.raises(CannotWrite, match=r"1,048,575 rows .* 1,048,576"):
        to_bytes(pa.table({"a": pa.nulls(1_048_576, pa.string())}), "xlsx")
    with pytest.raises(CannotWrite, match="“b” has more than 32,767 characters"):
        to_bytes(pa.table({"a": ["x"], "b": ["😀" * 16_384]}), "xlsx")
    assert to_bytes(pa.table({"b": ["x" * 32_767]}), "xlsx")
    wide = pa.table([pa.array(["1"])] * 16_385, names=[str(n) for n in range(16_385)])
    with pytest.raises(CannotWrite, match="16,384 columns"):
        to_bytes(wide, "xlsx")


def test_the_ending_chooses_the_format(tmp_path):
    table = pa.table({"a": ["1", "2"]})
    for ending in ("csv", "xlsx", "parquet", "CSV", "csv.gz"):
        path = tmp_path / f"out.{ending}"
        write(table, path)
        assert read(path).cells.equals(table)
    with pytest.raises(CannotWrite, match=r"“\.json” can't be written. End its name in \.csv"):
        write(table, tmp_path / "out.json")


def test_writing_is_whole_or_not_at_all(tmp_path):
    path = tmp_path / "out.xlsx"
    write(pa.table({"a": ["1"]}), path)
    before = path.read_bytes()
    with pytest.raises(CannotWrite, match="more than"):
        write(pa.table({"a": ["x" * 40_000]}), path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["out.xlsx"]
    with pytest.raises(CannotWrite, match="can't be written"):
        write(pa.table({"a": ["1"]}), tmp_path / "none" / "out.csv")
    with pytest.raises(CannotWrite, match="no columns"):
        to_bytes(pa.table({}), "csv")
    with pytest.raises(CannotWrite, match="“a” holds lists"):
        to_bytes(pa.table({"a": [[1]]}), "csv")
