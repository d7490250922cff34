import io

import openpyxl
import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from brinery.errors import CannotWrite, ReadError
from brinery.tables.reading import read
from brinery.tables.writing import guard, is_formula, to_bytes, write

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


@given(table=TABLES)
@settings(deadline=None)
def test_csv_comes_back_cell_by_cell(table):
    names, rows = table
    assume(len(names) == 1 or any(cell.strip() for row in rows for cell in row))
    table = text_table(names, rows)
    try:
        back = read(to_bytes(table, "csv"))
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


def test_excel_gets_numbers_text_and_never_a_formula():
    cells = ["12", "-1.5", "007", "1.50", "1e5", "=1+1", "https://a.b", "1234567890123456", "-0"]
    data = to_bytes(pa.table({"a": [*cells, "\x01\0"]}), "xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    kinds = [(row[0].data_type, row[0].value) for row in sheet.iter_rows(min_row=2)]
    assert kinds[:2] == [("n", 12), ("n", -1.5)]
    assert all(cell.hyperlink is None for row in sheet.iter_rows() for cell in row)
    assert b"<f>" not in data
    assert read(data).cells["a"].to_pylist() == [*cells, "\x01\0"]


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
    for ending in ("csv", "xlsx", "parquet", "CSV"):
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


def test_cells_that_a_spreadsheet_may_run():
    risky = ["=1+1", "+A1", "-A1", "@x", "\tx", "\rx", "\nx", "\0x", "-1+2", "--", "=", "+49-30"]
    plain = ["", "a=b", "-1.5", "+4912", "-3,5 %", "-1e-5", "-", "+", "-1 234,5", "1+1", " =1"]
    cells = pa.chunked_array([risky, plain, pa.array([None], pa.string())])
    assert is_formula(cells).to_pylist() == [True] * len(risky) + [False] * (len(plain) + 1)
    guarded = guard(cells).to_pylist()
    assert guarded == ["'" + cell for cell in risky] + [*plain, None]
    assert guard(pa.array(["a"])).to_pylist() == ["a"]
