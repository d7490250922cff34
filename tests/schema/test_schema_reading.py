import math

import pandas as pd
import pytest

from brinery.errors import ReadError
from brinery.schema.reading import read


def values(data, name, **options):
    table = read(data, **options)
    return table.to_pandas()[name].tolist(), table.notes


def test_without_kinds_every_cell_is_text():
    table = read(b"id,n\n007,1.50\n")
    assert table.to_pandas().to_numpy().tolist() == [["007", "1.50"]]
    assert table.values is None


def test_kinds_give_values():
    data = "Id;Betrag;Anteil;Datum\n007;1.234,50 €;12,5 %;3. März 2024\n008;-;;n/a\n".encode()
    kinds = {"Id": "id", "Betrag": "number", "Anteil": "percent", "Datum": "date"}
    table = read(data, kinds=kinds)
    frame = table.to_pandas()
    assert frame["Id"].tolist() == ["007", "008"]
    assert frame["Betrag"].tolist()[0] == 1234.5
    assert frame["Anteil"].tolist()[0] == 0.125
    assert frame["Datum"].tolist()[0] == pd.Timestamp(2024, 3, 3)
    assert frame.iloc[1, 1:].isna().all()
    assert table.notes == ()


def test_what_cannot_be_read_is_blank_and_named():
    given, notes = values(b"n\n1\nO\n3\n", "n", kinds={"n": "number"})
    assert given[0] == 1
    assert math.isnan(given[1])
    assert notes == ("A cell of “n” can't be read as a number (line 3: “O”); it is blank.",)


def test_a_doubt_is_settled_by_the_file_and_said():
    data = b"a;b\n1.234;1,5\n2.500;2,5\n"
    given, notes = values(data, "a", kinds={"a": "number", "b": "number"})
    assert given == [1234, 2500]
    assert notes == ("“1.234” in “a” can be read in two ways; “.” is taken as the thousands mark.",)
    given, _ = values(data, "a", kinds={"a": "number"}, decimal=".")
    assert given == [1.234, 2.5]
    given, notes = values(b"a,b\n01/02/2024,12/31/2023\n", "a", kinds={"a": "date", "b": "date"})
    assert given == [pd.Timestamp(2024, 1, 2)]
    assert "the month is taken to come first" in notes[0]


def test_percents_without_a_sign_are_told_by_their_size():
    given, notes = values(b"p\n60.5\n7\n0.5\n", "p", kinds={"p": "percent"})
    assert given == pytest.approx([0.605, 0.07, 0.005])
    assert notes == (
        "“60.5” in “p” has no percent sign; it was taken as 60.5 %, and the others likewise.",
    )
    assert values(b"p\n0.6\n1.2\n0.5\n", "p", kinds={"p": "percent"}) == ([0.6, 1.2, 0.5], ())


def test_years_of_two_digits_lie_in_the_century_of_the_others():
    born, notes = values(b"d\n24.05.55\n31.12.85\n01.02.03\n", "d", kinds={"d": "date"})
    assert [day.year for day in born] == [1955, 1985, 2003]
    assert notes == ("“d” has years of two digits; “24.05.55” was taken as 1955.",)
    ends, notes = values(b"d\n24.05.55\n31.12.27\n", "d", kinds={"d": "date"})
    assert [day.year for day in ends] == [2055, 2027]
    assert notes == ("“d” has years of two digits; “24.05.55” was taken as 2055.",)
    assert values(b"d\n24.05.23\n31.12.99\n", "d", kinds={"d": "date"})[1] == ()


def test_ids_that_lost_their_digits_in_a_spreadsheet_are_named():
    given, notes = values(b"ean;n\n4,01235E+12;1\n4012345678901;2\n", "ean", kinds={"ean": "id"})
    assert given == ["4,01235E+12", "4012345678901"]
    assert notes == (
        "A cell of “ean” lost digits in a spreadsheet (line 2: “4,01235E+12”); "
        "take the file from where it was first.",
    )


def test_names_that_differ_only_in_looks_are_taken():
    table = read(b" ID ,Amount (EUR)\n1,2\n", kinds={"id": "id", "amount eur": "number"})
    assert table.to_pandas().columns.tolist() == ["id", "amount eur"]
    assert read(b"a\n1\n", kinds={"b": "number"}).notes == ("There is no column “b”.",)


def test_expected_names_find_the_header():
    data = b"x,y,z\nfrom,to,by\nname,city,note\nAnn,Rome,fine\n"
    assert read(data).column_names == ["x", "y", "z"]
    table = read(data, expected=["name", "city"])
    assert table.column_names == ["name", "city", "note"]
    assert table.reading.header_line == 3


def test_what_was_found_can_be_overridden():
    data = "Zürich;1\nBern;2\n".encode("cp1252")
    table = read(data, encoding="cp1252", delimiter=";", header_line=1)
    assert table.column_names == ["Zürich", "1"]
    assert read(data, header_line=0).to_pandas().columns.tolist() == [0, 1]
    assert read(data, header_line=0).column_names == ["column 1", "column 2"]
    assert table.reading.encoding == "cp1252"


def test_a_kind_that_is_none():
    with pytest.raises(ReadError, match="is no kind of column"):
        read(b"a\n1\n", kinds={"a": "money"})


@pytest.mark.parametrize("cells", [["12", "345", "1.234"], ["1234", "8.086", "17"]])
def test_one_point_that_may_part_thousands_is_a_doubt(cells):
    data = "\n".join(["id;n", *(f"k;{cell}" for cell in cells)]).encode()
    found, notes = values(data, "n", kinds={"n": "number"})
    example = next(cell for cell in cells if "." in cell)
    assert notes == (
        f"“{example}” in “n” can be read in two ways; “.” is taken as the thousands mark.",
    )
    assert float(example.replace(".", "")) in found


def test_another_column_settles_what_points_part():
    data = b"no\tstock\tprice\nA\t6.733\t38.689,56\nB\t17\t2,50\nC\t-41\t1.026,00\n"
    found, _ = values(data, "stock", kinds={"stock": "number", "price": "number"})
    assert found == [6733, 17, -41]


def test_a_time_zone_is_said():
    data = b"seen\n2024-01-02T03:00:00+02:00\n2024-01-02T04:00:00+02:00\n"
    found, notes = values(data, "seen", kinds={"seen": "datetime"})
    assert found[0] == pd.Timestamp(2024, 1, 2, 1)
    assert notes == (
        "“2024-01-02T03:00:00+02:00” in “seen” has a time zone; such times were turned into UTC.",
    )


@pytest.mark.parametrize("zone", ["", "Z", "+00:00", " UTC"])
def test_universal_time_is_not(zone):
    data = f"seen\n2024-01-02T03:00:00{zone}\n2024-01-02T04:00:00{zone}\n".encode()
    assert values(data, "seen", kinds={"seen": "datetime"})[1] == ()


def test_buddhist_years_are_told():
    data = b"day\n08/01/2566\n25/03/2567\n"
    _, (note,) = values(data, "day", kinds={"day": "date"})
    assert "after the year 2400" in note


def test_one_far_day_is_no_other_calendar():
    data = b"day\n2024-01-02\n2024-02-03\n9999-12-31\n"
    assert values(data, "day", kinds={"day": "date"})[1] == ()


@pytest.mark.parametrize("more", [b"", b"03/18/2024\n05/19/2024\n"])
def test_days_and_months_that_a_spreadsheet_swapped_in_half_of_the_cells_are_told(more):
    data = b"day\n2024-03-04\n06/25/2024\n2024-07-01\n01/31/2024\n" + more
    _, (note,) = values(data, "day", kinds={"day": "date"})
    assert "swapped in some dates: none like “2024-03-04”" in note


def test_dates_of_two_kinds_that_were_not_swapped_are_left_alone():
    data = b"day\n2024-03-24\n25.06.2024\n2024-07-01\n31.01.2024\n"
    assert values(data, "day", kinds={"day": "date"})[1] == ()


def test_an_apostrophe_before_a_number_says_that_it_was_text():
    assert values(b"n\n'12.5\n7\n", "n", kinds={"n": "number"})[0] == [12.5, 7]


def test_dates_in_both_orders_are_read_where_they_can_be_one_day_only_and_told():
    table = read(b"d\n13/01/2024\n01/14/2024\n02/03/2024\n", kinds={"d": "date"})
    assert table.values.column("d").is_null().to_pylist() == [False, False, True]
    assert "with the day first and dates with the month first" in table.notes[0]


@pytest.mark.parametrize(("cells", "told"), [(["24-03-15"], True), (["99-03-15"], False)])
def test_a_year_at_either_end_is_told(cells, told):
    table = read("\n".join(["d", *cells]).encode(), kinds={"d": "date"})
    assert any("the year is taken to come last" in note for note in table.notes) is told


@pytest.mark.parametrize(
    "cells",
    [
        ["06. 03. 2024", "25. 03. 2024"],
        ["2024-Mar-06", "2024-Mar-25"],
        ["6 марта 2024", "25 марта 2024"],
        ["6 marca 2024", "25 marca 2024"],
        ["6 Mart 2024", "25 Mart 2024"],
        ["6. března 2024", "25. března 2024"],
        ["2024. március 6.", "2024. március 25."],
        ["6. maaliskuuta 2024", "25. maaliskuuta 2024"],
        ["6 Μαρτίου 2024", "25 Μαρτίου 2024"],
        ["6. marts 2024", "25. marts 2024"],
        ["2024년 03월 06일", "2024년 3월 25일"],
        ["mercredi 6 mars 2024", "lundi 25 mars 2024"],
    ],
)
def test_dates_of_more_languages(cells):
    data = "\n".join(["day;n", *(f"{cell};1" for cell in cells)]).encode()
    found, notes = values(data, "day", kinds={"day": "date"})
    assert found == [pd.Timestamp(2024, 3, 6), pd.Timestamp(2024, 3, 25)]
    assert notes == ()


def test_the_first_of_a_month_as_the_french_write_it():
    data = "day\n1er mars 2024\n2 mars 2024\n".encode()  # noqa: UP012
    assert values(data, "day", kinds={"day": "date"})[0][0] == pd.Timestamp(2024, 3, 1)


@pytest.mark.parametrize(
    "cells",
    [
        ["20240325161500", "20240306040500"],
        ["20240325T161500", "20240306T040500"],
        ["20240325 161500", "20240306 040500"],
        ["25.03.2024 16.15", "06.03.2024 4.05"],
        ["25/03/2024 16h15", "06/03/2024 04h05"],
        ["25.03.2024 / 16:15:00", "06.03.2024 / 04:05:00"],
        ["3/25/2024, 4:15:00\u202fPM", "3/6/2024, 4:05:00\u202fAM"],
        ["25/03/2024 04:15 p. m.", "06/03/2024 04:05 a. m."],
        ["Mar 25, 2024 at 4:15 PM", "Mar 6, 2024 at 4:05 AM"],
        ["2024/03/25 4:15:00 PM GMT+0", "2024/03/06 4:05:00 AM GMT"],
        ["2024年03月25日 16時15分", "2024年03月06日 04時05分"],
    ],
)
def test_times_as_more_programs_write_them(cells):
    data = "\n".join(["seen\tn", *(f"{cell}\t1" for cell in cells)]).encode()
    found, notes = values(data, "seen", kinds={"seen": "datetime"})
    assert found == [pd.Timestamp(2024, 3, 25, 16, 15), pd.Timestamp(2024, 3, 6, 4, 5)]
    assert notes == ()


def test_a_zone_of_one_digit_is_told_and_counted():
    data = b"seen\n2024/03/25 4:15:00 PM GMT+2\n2024/03/26 4:15:00 PM GMT+2\n"
    found, notes = values(data, "seen", kinds={"seen": "datetime"})
    assert found[0] == pd.Timestamp(2024, 3, 25, 14, 15)
    assert "has a time zone" in notes[0]


@pytest.mark.parametrize("cell", ["1628887798", "1694251864000", "2024115"])
def test_digits_that_are_no_date_are_not_made_one(cell):
    found, notes = values(f"seen\n{cell}\n".encode(), "seen", kinds={"seen": "datetime"})
    assert found == [pd.NaT]
    assert "can't be read" in notes[0]


def test_days_that_excel_counts_have_its_precision():
    data = b"seen,n\n45273.8722222222,1\n45274.5,2\n"
    found, _ = values(data, "seen", kinds={"seen": "datetime"})
    assert found[0] == pd.Timestamp(2023, 12, 13, 20, 56)


@pytest.mark.parametrize(("cell", "number"), [("%5,5", 0.055), ("12％", 0.12), ("7,5 %", 0.075)])  # noqa: RUF001
def test_percents_with_other_signs(cell, number):
    data = f"rate;n\n{cell};1\n".encode()
    assert values(data, "rate", kinds={"rate": "percent"})[0] == [pytest.approx(number)]


@pytest.mark.parametrize("cell", ["12,50- €", "-12,50 €", "12,50 €-", "-€ 12,50"])
def test_a_minus_may_stand_beside_the_sign_of_currency(cell):
    data = f"v;n\n{cell};1\n".encode()
    assert values(data, "v", kinds={"v": "number"})[0] == [-12.5]
