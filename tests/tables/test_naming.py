"""The first row of a table of texts alone: names, a record, or in doubt."""

import pytest

from brinery.tables.hints import Hints
from brinery.tables.naming import naming
from brinery.tables.reading import read

PEOPLE = ["Anna;Berlin", "Ben;Hamburg", "Carla;Bonn", "Dora;Kiel", "Emil;Ulm", "Finn;Jena"]


def saved(*rows, **hints):
    data = ("\n".join(rows) + "\n").encode()
    return read(data, name="a.csv", hints=Hints(**hints)) if hints else read(data, name="a.csv")


@pytest.mark.parametrize(
    "first",
    [
        "name;city",
        "Name;City",
        "Vorname;Wohnort",
        "first_name;place_of_birth",
        "who;where",
        "sepal-kind;place.of.birth",
    ],
)
def test_words_that_name_columns_are_names(first):
    table = saved(first, *PEOPLE)
    assert table.column_names == first.split(";")
    assert table.notes == ()
    assert table.reading.doubts == ()


def test_texts_that_come_again_make_a_row_that_does_not_the_names():
    table = saved("Alpha;Beta", *(f"{'xyz'[n % 3]}{'pq'[n % 2]};{'uv'[n % 2]}" for n in range(40)))
    assert table.column_names == ["Alpha", "Beta"]
    assert table.notes == ()


@pytest.mark.parametrize(
    "rows",
    [
        ["anna@a.de;Anna", "ben@b.de;Ben", "carla@c.de;Carla", "dora@d.de;Dora"],
        ["AB-12;Anna", "CD-34;Ben", "EF-56;Carla", "GH-78;Dora"],
        ["DE;Anna", "FR;Ben", "IT;Carla", "ES;Dora"],
    ],
)
def test_a_first_row_with_the_habits_of_those_below_is_a_record(rows):
    table = saved(*rows)
    assert table.n_rows == len(rows)
    assert table.reading.doubts == ("header_line",)
    assert "No line with names was found" in table.notes[0]


def test_a_doubt_is_told_and_can_be_settled():
    table = saved(*PEOPLE)
    assert table.column_names == ["Anna", "Berlin"]
    assert table.notes[0] == "Line 1 was taken as the names of the columns; it may be a row."
    assert table.reading.doubts == ("header_line",)
    for line, n_rows in ((1, 5), (0, 6)):
        told = saved(*PEOPLE, header_line=line)
        assert told.n_rows == n_rows
        assert told.reading.doubts == ()
        assert not any("may be a row" in note for note in told.notes)


def test_a_large_file_is_told_in_the_same_way():
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = [
        "".join(letters[n // 26**place % 26] for place in range(4)).title() for n in range(60_000)
    ]
    table = saved(*(f"{word};{word[::-1].title()}" for word in words))
    assert table.n_rows == len(words) - 1
    assert "it may be a row" in table.notes[0]
    assert table.reading.doubts == ("header_line",)


def test_what_was_expected_is_no_doubt():
    table = read(
        b"Anna;Berlin\nBen;Hamburg\nCarla;Bonn\n", hints=Hints(expected=("Anna", "Berlin"))
    )
    assert table.notes == ()


def test_numbers_below_leave_nothing_to_ask():
    assert saved("who;n", "Anna;1", "Ben;2", "Carla;3").notes == ()


def test_two_rows_tell_nothing():
    assert naming(["Anna"], [["Ben"]]) == "open"
