"""Which of two readings is taken, and whether a person is asked."""

import dataclasses

import pytest

from brinery.schema.check import check
from brinery.schema.choices import Choices
from brinery.schema.finding import Question
from brinery.schema.inference import infer
from brinery.tables.understood import Reading

N = 60
PARTS = [f"{i * 40}.{i % 90 + 10}" for i in range(N)]
WHOLE = [str(i * 40) for i in range(N)]
SMALL = [f"{i % 9}.{i % 90 + 10}" for i in range(N)]
LARGE = [str(1000 + i * 40) for i in range(N)]
OPEN = [f"{1 + i % 12:02}/{1 + i % 12:02}/2024" for i in range(N)]
DAYS = [f"{1 + i % 28:02}/{1 + i % 12:02}/2024" for i in range(N)]


def read(make_table, trained, cells, *, delimiter="", choices=None):
    schema = infer(make_table({"x": trained, "y": ["a", "b"] * (N // 2)}), target="y")
    table = make_table({"x": cells})
    table = dataclasses.replace(table, reading=Reading(delimiter=delimiter))
    report = check(table, schema, choices or Choices())
    asked = [one.question for one in report.findings if one.question]
    return report.features.to_pydict()["x"], asked, report


@pytest.mark.parametrize(
    ("trained", "cell", "delimiter", "value", "asked"),
    [
        (PARTS, "1.234", ",", 1.234, False),
        (PARTS, "1.234", ";", 1.234, True),
        (PARTS, "1,234", ",", 1234, False),
        (PARTS, "1,234", ";", 1234, True),
        (PARTS, "1.234", "", 1.234, False),
        (WHOLE, "1.234", ";", 1234, False),
        (WHOLE, "1,234", ",", 1234, False),
        (WHOLE, "1,234", "", 1234, False),
        (SMALL, "1.234", ";", 1.234, False),
        (SMALL, "1,234", ",", 1234, True),
        (LARGE, "1.234", "", 1234, False),
        (PARTS, "1.5", ";", 1.5, False),
        (PARTS, "1,5", ";", 1.5, False),
    ],
)
def test_numbers_that_can_be_read_in_two_ways(make_table, trained, cell, delimiter, value, asked):
    values, questions, report = read(make_table, trained, [cell, "7"], delimiter=delimiter)
    assert values[0] == value
    assert bool(questions) is asked
    assert ("two_readings" in [one.code for one in report.findings]) is asked


def test_the_question_about_a_number_is_in_words_and_can_be_answered(make_table):
    values, (question,), report = read(make_table, PARTS, ["1.234", "5"], delimiter=";")
    assert question == Question(
        "decimal",
        "Is “1.234” in “x” 1 and a bit (less than 2), or 1234 (more than a thousand)?",
        question.answers,
        ".",
    )
    assert [one.told for one in question.answers] == [".", ","]
    finding = next(one for one in report.findings if one.question)
    assert (finding.severity, finding.line_numbers.tolist()) == ("look", [2])
    for told, value in ((".", 1.234), (",", 1234)):
        choices = Choices(decimal={"x": told})
        values, asked, report = read(make_table, PARTS, ["1.234"], delimiter=";", choices=choices)
        assert (values, asked) == ([value], [])
        assert "as you chose" in report.findings[0].sentence


@pytest.mark.parametrize(
    ("trained", "cells", "day", "asked"),
    [
        (DAYS, ["03/04/2024"], 19816, False),
        (OPEN, ["03/04/2024"], 19816, True),
        (OPEN, ["03/04/2024", "25/04/2024"], 19816, False),
        (DAYS, ["03/04/2024", "04/25/2024"], 19816, True),
        (DAYS, ["03/04/2024", "04/25/2024", "04/26/2024", "04/27/2024"], 19786, False),
        (DAYS, ["03/04/2024", *(f"04/{d}/2024" for d in (25, 26, 27)), "28/04/2024"], None, True),
        (OPEN, ["03/03/2024"], 19785, False),
        (DAYS, ["2024-04-03"], 19816, False),
    ],
)
def test_dates_that_can_be_read_in_two_ways(make_table, trained, cells, day, asked):
    values, questions, _ = read(make_table, trained, cells)
    assert values[0] == day
    assert bool(questions) is asked


def test_the_question_about_a_date_can_be_answered(make_table):
    _, (question,), _ = read(make_table, OPEN, ["03/04/2024"])
    assert question.words == "Is “03/04/2024” in “x” 3 April 2024, or 4 March 2024?"
    assert [one.told for one in question.answers] == [True, False]
    choices = Choices(day_first={"x": False})
    values, asked, report = read(make_table, OPEN, ["03/04/2024"], choices=choices)
    assert (values, asked) == ([19786], [])
    assert [one.code for one in report.findings] == ["as_chosen"]


MIXED = ["13/01/2024", "01/14/2024", "03/04/2024"]


def test_dates_in_both_orders_are_read_where_they_can_be_one_day_only(make_table):
    values, (question,), report = read(make_table, DAYS, MIXED)
    assert values == [19735, 19736, None]
    assert question.words == "Is “03/04/2024” in “x” 3 April 2024, or 4 March 2024?"
    assert [one.told for one in question.answers] == [None, True, False]
    assert question.taken is None
    (row,) = report.findings
    assert (row.code, row.severity, row.line_numbers.tolist()) == ("two_readings", "row", [4])
    assert "the day first and dates with the month first" in row.sentence
    *_, report = read(make_table, DAYS, [*MIXED, "soon"])
    assert [one.line_numbers.tolist() for one in report.findings] == [[5], [4]]
    assert "“soon”" in report.findings[0].sentence


@pytest.mark.parametrize(("told", "day"), [(True, 19816), (False, 19786), (None, None)])
def test_of_dates_in_both_orders_it_can_be_said_which_is_meant(make_table, told, day):
    values, asked, report = read(make_table, DAYS, MIXED, choices=Choices(day_first={"x": told}))
    assert values == [19735, 19736, day]
    assert asked == []
    codes = ["not_a_date", "as_chosen"] if told is None else ["as_chosen"]
    assert [one.code for one in report.findings] == codes


def test_dates_in_both_orders_of_which_none_could_be_two_days_are_told(make_table):
    values, asked, report = read(make_table, DAYS, MIXED[:2])
    assert (values, asked) == ([19735, 19736], [])
    (finding,) = report.findings
    assert (finding.code, finding.severity) == ("read_as", "note")
    assert "Each is read in the only way in which it is a date" in finding.sentence


BORN = [f"{1 + i % 28:02}/03/{(55 + i % 40) % 100:02}" for i in range(N)]
LONG = [f"{1 + i % 28:02}/03/{1955 + i % 40}" for i in range(N)]


def year(value):
    return 1970 + int(value // 365.25)


@pytest.mark.parametrize(
    ("trained", "cells", "years", "codes"),
    [
        (BORN, ["13/03/56", "13/03/93"], [1956, 1993], []),
        (BORN, ["13/03/54"], [1954], ["outside_range", "read_as"]),
        (BORN, ["13/03/01"], [2001], ["outside_range", "read_as"]),
        (BORN, ["13/03/24"], [2024], ["two_readings", "outside_range"]),
        (LONG, ["13/03/55"], [1955], ["read_as"]),
        (LONG, ["13/03/24", "14/03/60"], [2024, 1960], ["two_readings", "outside_range"]),
    ],
)
def test_the_century_of_two_digits_is_that_of_training(make_table, trained, cells, years, codes):
    values, _, report = read(make_table, trained, cells)
    assert [year(value) for value in values] == years
    assert sorted(one.code for one in report.findings) == sorted(codes)


def test_the_question_about_a_century_can_be_answered(make_table):
    _, (question,), report = read(make_table, BORN, ["13/03/24", "14/03/60"])
    assert question.words == "Is “13/03/24” in “x” 13 March 2024, or 13 March 1924?"
    first_years = [one.told for one in question.answers]
    assert first_years == [question.taken, 1924]
    for told, first in zip(first_years, (2024, 1924), strict=True):
        choices = Choices(first_year={"x": told})
        values, asked, report = read(make_table, BORN, ["13/03/24", "14/03/60"], choices=choices)
        assert ([year(value) for value in values], asked) == ([first, 1960], [])
        assert "as_chosen" in [one.code for one in report.findings]


def test_a_year_at_the_front_is_told(make_table):
    values, asked, report = read(make_table, LONG, ["85-03-15", "60-03-16"])
    assert ([year(value) for value in values], asked) == ([1985, 1960], [])
    assert "the year comes first in this file" in report.findings[0].sentence


@pytest.mark.parametrize(
    ("cell", "meant"), [("1O0", "100"), ("l2", "12"), ("O", "0"), ("1Oo", "100")]
)
def test_a_letter_for_a_digit_is_proposed_and_never_taken(make_table, cell, meant):
    values, _, report = read(make_table, WHOLE, ["5", f" {cell}"])
    assert values == [5, None]
    (finding,) = report.findings
    assert (finding.code, finding.severity) == ("not_a_number", "row")
    assert f"“{cell}” looks like “{meant}”" in finding.sentence
    (proposal,) = finding.proposals
    assert (proposal.found, proposal.meant, proposal.count) == (cell, meant, 1)
    choices = Choices(levels={"x": {cell: meant}})
    values, _, report = read(make_table, WHOLE, ["5", f" {cell}"], choices=choices)
    assert values == [5, float(meant)]
    assert [one.code for one in report.findings] == ["as_chosen"]


@pytest.mark.parametrize("cell", ["Oslo", "lO", "abc", "O O"])
def test_words_are_not_taken_for_digits(make_table, cell):
    *_, report = read(make_table, WHOLE, ["5", cell])
    assert report.findings[0].proposals == ()
