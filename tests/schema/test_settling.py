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
        (DAYS, ["03/04/2024", *(f"04/{d}/2024" for d in (25, 26, 27)), "28/04/2024"], 19816, True),
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
