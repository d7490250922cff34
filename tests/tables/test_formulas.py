import re

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from brinery.tables.csvstyle import CsvStyle
from brinery.tables.formulas import guard, is_formula
from brinery.tables.writing import to_bytes


def test_cells_that_a_spreadsheet_may_run():
    risky = [
        "=1+1",
        "+A1",
        "-A1",
        "@x",
        "\tx",
        "\rx",
        "\nx",
        "\0x",
        "-1+2",
        "--",
        "=",
        "+49-30",
        " =1",
    ]
    plain = [
        "",
        "a=b",
        "-1.5",
        "+4912",
        "-3,5 %",
        "-1e-5",
        "-",
        "+",
        "- ",
        "-1 234,5",
        "1+1",
        " -5",
    ]
    cells = pa.chunked_array([risky, plain, pa.array([None], pa.string())])
    assert is_formula(cells).to_pylist() == [True] * len(risky) + [False] * (len(plain) + 1)
    guarded = guard(cells).to_pylist()
    assert guarded == ["'" + cell for cell in risky] + [*plain, None]
    assert guard(pa.chunked_array([["a"], ["b;=1"]])).to_pylist() == ["a", "b;'=1"]


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("a;=1+1", "a;'=1+1"),
        ('a,"=1+1', "a,\"'=1+1"),
        ("a\r=1+1", "a\r'=1+1"),
        ("a\t-cmd|x", "a\t'-cmd|x"),
        ("a; \uff1d1", "a; '\uff1d1"),
        ("=a;@b", "'=a;'@b"),
        ("(-2, -1]", "(-2, -1]"),
        ("[10, +inf)", "[10, +inf)"),
        ("1, -5.5", "1, -5.5"),
        ("a; b", "a; b"),
    ],
)
def test_what_begins_behind_another_delimiter_is_harmless_too(cell, safe):
    assert guard(pa.array([cell])).to_pylist() == [safe]


def cells_for(text, delimiter):
    """Take a file apart as a program does that knows another delimiter: quotes only at the start.

    What is quoted stays one cell; a quote in the middle of a cell means nothing.
    """
    cells, cell, inside = [], "", False
    at = 0
    while at < len(text):
        letter = text[at]
        if inside:
            if text[at : at + 2] == '""':
                cell += '"'
                at += 1
            elif letter == '"':
                inside = False
            else:
                cell += letter
        elif letter == '"' and not cell:
            inside = True
        elif letter == delimiter or letter in "\r\n":
            cells.append(cell)
            cell = ""
        else:
            cell += letter
        at += 1
    return [*cells, cell]


@given(
    st.lists(st.text(alphabet='a1=+-@,;\t|\r\n" \uff1d', max_size=8), min_size=1, max_size=4),
    st.sampled_from(",;\t|"),
    st.sampled_from(",;\t|"),
)
@example([";- "], ",", ";")
def test_no_cell_runs_whatever_delimiter_a_program_takes(cells, written, taken):
    table = pa.table({"a": ["x"] * len(cells), "b": guard(pa.array(cells))})
    text = to_bytes(table, "csv", csv=CsvStyle(written, byte_order_mark="no")).decode()
    seen = [cell.strip(" \t\r\n").rstrip('"') for cell in cells_for(text, taken)]
    # A number, or a lone sign, and then a delimiter is no formula.
    seen = [cell for cell in seen if not re.match(r"[+\-][0-9.]*\s*[,;\t]", cell)]
    assert not [cell for cell in seen if is_formula(pa.array([cell]))[0].as_py()]


@pytest.mark.parametrize(
    "kind", [pa.string(), pa.large_string(), pa.dictionary(pa.int8(), pa.string())]
)
def test_texts_of_every_kind_are_made_harmless(kind):
    texts = pa.chunked_array([["=1+1", None], ["a", "b;=2", "=1+1"]]).cast(kind)
    assert is_formula(texts).to_pylist() == [True, False, False, False, True]
    safe = guard(texts)
    assert safe.type == kind
    assert safe.to_pylist() == ["'=1+1", None, "a", "b;'=2", "'=1+1"]


@pytest.mark.parametrize(
    "kind", [pa.string_view(), pa.binary(), pa.dictionary(pa.int8(), pa.large_binary())]
)
def test_texts_in_views_and_as_bytes_become_harmless_strings(kind):
    texts = pa.chunked_array([["=1+1", None], ["a", "b;=2", "=1+1"]])
    if pa.types.is_dictionary(kind):
        texts = texts.cast(kind.value_type).dictionary_encode()
    else:
        texts = texts.cast(kind)
    assert is_formula(texts).to_pylist() == [True, False, False, False, True]
    safe = guard(texts)
    assert safe.type == pa.string()
    assert safe.to_pylist() == ["'=1+1", None, "a", "b;'=2", "'=1+1"]
