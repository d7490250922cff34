import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brinery.schema.distinct import distinct
from brinery.schema.numbers import PLAIN, number_style, read_numbers


def read(cells, decimal="."):
    found = distinct(pa.array(cells, pa.string()))
    style = number_style(found.trimmed, found.counts, decimal=decimal)
    return read_numbers(found.trimmed, style), style


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1", "2.5", "-3", "+4", "5.", ".5", "1e5"], [1, 2.5, -3, 4, 5, 0.5, 1e5]),
        (["1,234.5", "2"], [1234.5, 2]),
        (["1.234,5", "3"], [1234.5, 3]),
        (["1 234,5", "7"], [1234.5, 7]),
        (["1\u00a0234,5", "1\u202f000"], [1234.5, 1000]),
        (["1'234.50", "1\u2019000"], [1234.5, 1000]),
        (["12 %", "13%", "0"], [12, 13, 0]),
        (["(5.00)", "$1,200.10"], [-5, 1200.10]),
        (["5-", "1.234,50-"], [-5, -1234.5]),
        (["\u22125", "EUR 7", "8 EUR"], [-5, 7, 8]),
        (["1.234,-", "12,50", "7,\u2014", "-3,--"], [1234, 12.5, 7, -3]),
        (["CHF 5.-", "CHF 1'000.-"], [5, 1000]),
        (["0,123", "4,567"], [0.123, 4.567]),
        (["1,23,456"], [123456]),
        (["1.234.567", "2.345.678", "1.5"], [1234567, 2345678, np.nan]),
    ],
)
def test_each_way_of_writing(cells, values):
    (found, readable), _ = read(cells)
    np.testing.assert_array_equal(found, np.array(values, float))
    np.testing.assert_array_equal(readable, np.isfinite(values))


@pytest.mark.parametrize(
    "cell", ["abc", "", "1e999", "1" * 400, "inf", "nan", "1_000", "0x10", "--5", "(5", "5)", "1 2"]
)
def test_what_is_no_number(cell):
    (found, readable), _ = read([cell])
    assert not readable[0]
    assert np.isnan(found[0])


def test_the_whole_column_decides():
    (found, readable), style = read(["1.5", "2.5", "3,5"])
    assert style.decimal == "."
    assert readable.tolist() == [True, True, False]
    (found, _), style = read(["1.500", "2.500", "3,5"])
    assert style.decimal == ","
    assert found.tolist() == [1500, 2500, 3.5]


def test_what_training_saw_settles_a_tie():
    (found, _), style = read(["1,234", "5"])
    assert (found[0], style.certain) == (1234, False)
    (found, _), style = read(["1,234", "5"], decimal=",")
    assert (found[0], style.certain) == (1.234, False)
    (found, _), style = read(["1.234", "5"], decimal=",")
    assert (found[0], style.certain) == (1234, False)


def test_one_unit_a_column():
    (_, readable), style = read(["€5", "$6", "€7"])
    assert (style.unit, readable.tolist()) == ("€", [True, False, True])
    (_, readable), style = read(["12%", "13%", "0.12"])
    assert (style.unit, readable.tolist()) == ("%", [True, True, False])
    (_, readable), style = read(["12%", "0.12", "0.13"])
    assert (style.unit, readable.tolist()) == ("", [False, True, True])


@settings(deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_floats_come_back_bit_for_bit(values):
    texts = pa.array([repr(value) for value in values])
    found, readable = read_numbers(texts, PLAIN)
    assert readable.all()
    assert found.tobytes() == np.array(values).tobytes()


@settings(deadline=None)
@given(st.lists(st.text(alphabet="0123456789.,' -+()%€eE\u00a0x", max_size=12)))
def test_any_text_is_read_or_not(cells):
    (found, readable), _ = read(cells)
    np.testing.assert_array_equal(np.isfinite(found), readable)


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["١٬٢٣٤٫٥", "٢٫٥"], [1234.5, 2.5]),  # noqa: RUF001
        (["١٬٢٣٤"], [1234]),  # noqa: RUF001
        (["١٫٢٣٤"], [1.234]),  # noqa: RUF001
        (["1٬234٫5", "-2٫5"], [1234.5, -2.5]),  # noqa: RUF001
        (["۱۲٪", "۷٪"], [12, 7]),  # noqa: RUF001
    ],
)
def test_arabic_marks_leave_no_doubt(cells, values):
    texts = pa.array(cells, pa.string())
    for decimal in ".,":
        style = number_style(texts, np.ones(len(cells), np.int64), decimal=decimal)
        assert style.certain
        assert read_numbers(texts, style)[0].tolist() == values
