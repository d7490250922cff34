from datetime import date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brinery.schema.dates import DATE_FORMATS, date_style, read_dates, written_date
from brinery.schema.distinct import distinct

EPOCH = datetime(1970, 1, 1)


def read(cells, trained=None):
    found = distinct(pa.array(cells, pa.string()))
    style = date_style(found.trimmed, found.counts, trained=trained)
    return read_dates(found.trimmed, style.format), style


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
        ("31.12.68", datetime(2068, 12, 31)),
        ("31.12.69", datetime(1969, 12, 31)),
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
        day = day.replace(year=1970 + day.year % 90, day=min(day.day, 28))
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
