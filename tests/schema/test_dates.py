from datetime import date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brinery.schema.dates import DATE_FORMATS, read_dates, read_style, written_date
from brinery.schema.datestyle import date_style
from brinery.schema.distinct import distinct

EPOCH = datetime(1970, 1, 1)


def read(cells, trained=None):
    found = distinct(pa.array(cells, pa.string()))
    style = date_style(found.trimmed, found.counts, trained=trained)
    return read_style(found.trimmed, style), style


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2024-02-29", datetime(2024, 2, 29)),
        ("2024-02-29T12:30", datetime(2024, 2, 29, 12, 30)),
        ("2024-02-29 12:30:15.25", datetime(2024, 2, 29, 12, 30, 15, 250000)),
        ("2024-02-29T00:30:00+01:00", datetime(2024, 2, 28, 23, 30)),
        ("2024-02-29T00:30:00Z", datetime(2024, 2, 29, 0, 30)),
        ("29.2.2024", datetime(2024, 2, 29)),
        ("29/02/2024", datetime(2024, 2, 29)),
        ("29.02.2024, 12:30 Uhr", datetime(2024, 2, 29, 12, 30)),
        ("02/29/2024 12:05 AM", datetime(2024, 2, 29, 0, 5)),
        ("29 Feb 2024", datetime(2024, 2, 29)),
        ("29FEB2024", datetime(2024, 2, 29)),
        ("February 29, 2024", datetime(2024, 2, 29)),
        ("Tue, 29 Feb 2024", datetime(2024, 2, 29)),
        ("Donnerstag, 29.02.2024", datetime(2024, 2, 29)),
        ("February 29th, 2024", datetime(2024, 2, 29)),
        ("29 de febrero de 2024", datetime(2024, 2, 29)),
        ("2024年2月29日", datetime(2024, 2, 29)),
        ("2024. 2. 29.", datetime(2024, 2, 29)),
        ("31.12.49", datetime(2049, 12, 31)),
        ("31.12.68", datetime(1968, 12, 31)),
        ("99-12-31", datetime(1999, 12, 31)),
        ("85/01/02 12:30", datetime(1985, 1, 2, 12, 30)),
    ],
)
def test_each_way_of_writing(cell, moment):
    (values, readable), _ = read([cell])
    assert readable.all()
    assert values[0] == pytest.approx((moment - EPOCH) / timedelta(days=1), abs=1e-9)


def test_two_ways_of_writing_are_no_doubt_where_no_cell_allows_both():
    assert read(["Jan 2, 2024", "3 Feb 2024"])[1].certain
    assert not read(["03/04/2024", "05/06/2024"])[1].certain


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "abc",
        "2023-02-29",
        "2024-13-01",
        "2024-00-10",
        "2024-01-01 25:00",
        "5 Foo 2024",
        "Foo, 5.1.2024",
    ],
)
def test_what_is_no_date(cell):
    (values, readable), _ = read([cell])
    assert not readable[0]
    assert np.isnan(values[0])


def test_the_whole_column_decides_between_day_and_month():
    assert read(["03/04/2024", "13/04/2024"])[1].format == "%d/%m/%Y"
    assert read(["03/04/2024", "04/13/2024"])[1].format == "%m/%d/%Y"
    style = read(["03/04/2024"])[1]
    assert (style.format, style.certain) == ("%d/%m/%Y", False)
    assert read(["03/04/2024"], trained="%m/%d/%Y")[1].format == "%m/%d/%Y"
    assert read(["03-04-2024"], trained="%m/%d/%Y")[1].format == "%m-%d-%Y"


@settings(deadline=None)
@given(st.dates(min_value=date(1000, 1, 1)), st.sampled_from(DATE_FORMATS))
def test_every_day_in_every_format(day, date_format):
    if "%y" in date_format:
        day = day.replace(year=1930 + day.year % 100, day=min(day.day, 28))
    values, readable = read_dates(pa.array([day.strftime(date_format)]), date_format)
    assert readable.all()
    assert values[0] == (day - date(1970, 1, 1)).days
    assert written_date(values[0], date_format) == day.strftime(date_format)


def test_a_day_that_no_calendar_has_is_written_as_its_number():
    assert written_date(1e12, None) == "1000000000000.0"


@settings(deadline=None)
@given(st.lists(st.text(alphabet="0123456789-/.: TZJanMay+pm,", max_size=20)))
def test_any_text_is_read_or_not(cells):
    (values, readable), _ = read(cells)
    np.testing.assert_array_equal(np.isfinite(values), readable)


def years_read(cells):
    (values, readable), style = read(cells)
    assert readable.all()
    return [int(str(written_date(value, "%Y"))) for value in values], style


@pytest.mark.parametrize(
    ("years", "first"),
    [
        ((55, 82, 90, 1), 1955),  # days of birth
        ((*range(34, 99, 6), 1, 8), 1934),
        ((24, 30, 45), 2024),  # maturities
        ((15, 24), 2015),
        ((48, 55), 1948),
        ((99,), 1999),
        (range(0, 100, 2), 1930),  # nothing tells: as in Excel
    ],
)
def test_years_of_two_digits_lie_as_close_together_as_they_can(years, first):
    cells = [f"{13 + at % 15}/03/{year:02}" for at, year in enumerate(years)]
    found, _ = years_read(cells)
    assert sorted(found) == sorted(first + (year - first) % 100 for year in years)


@pytest.mark.parametrize(
    ("cells", "date_format", "open_"),
    [
        (["85-03-15", "24-03-16"], "%y-%m-%d", False),
        ([f"24-03-{day:02}" for day in range(1, 32)], "%y-%m-%d", False),
        ([f"24/03/{day:02}" for day in range(1, 32)], "%y/%m/%d", False),
        ([f"{day:02}-03-24" for day in range(1, 32)], "%d-%m-%y", False),
        ([f"01-01-{year}" for year in range(15, 25)], "%d-%m-%y", True),
        (["24-03-15"], "%d-%m-%y", True),
        (["24.03.15"], "%d.%m.%y", False),
        (["3-4-15"], "%d-%m-%y", False),
    ],
)
def test_the_year_comes_first_only_where_the_column_proves_it(cells, date_format, open_):
    style = read(cells)[1]
    assert (style.format, style.year_open) == (date_format, open_)
    assert read(cells, trained="%y-%m-%d")[1].year_open is False


def test_dates_in_both_orders_are_read_where_they_can_be_one_day_only():
    (values, readable), style = read(["13/01/2024", "01/14/2024", "02/03/2024", "05/05/2024"])
    assert style.both_orders
    assert readable.tolist() == [True, True, False, True]
    assert [written_date(value, None) for value in values[[0, 1, 3]]] == [
        *("2024-01-13", "2024-01-14", "2024-05-05")
    ]


def test_one_date_among_many_is_not_both_orders():
    (_, readable), style = read([*(f"{day}/01/2024" for day in range(13, 31)), "01/13/2024"])
    assert not style.both_orders
    assert readable.tolist() == [True] * 18 + [False]
