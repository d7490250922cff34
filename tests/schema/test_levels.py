import pytest

from brinery.schema.inference import infer
from brinery.schema.levels import loose_levels, near_levels, same_level

LEVELS = ["Month-to-month", "One year", "Two year", "Köln", "A", "A+", "Model 1", "male", "4-10"]


@pytest.fixture(scope="module")
def column(make_table):
    return infer(make_table({"x": LEVELS * 20, "y": ["a", "b"] * 90}), target="y").features[0]


@pytest.fixture(scope="module")
def flag(make_table):
    return infer(make_table({"x": ["Yes", "No"] * 20, "y": ["a", "b"] * 20})).columns[0]


@pytest.mark.parametrize(
    ("text", "level"),
    [
        *(("month to month", "Month-to-month"), ("MONTH_TO\u00a0MONTH", "Month-to-month")),
        *(("One  Year.", "One year"), ("Koln", "Köln"), ("'male'", "male")),
        *(("A-", None), ("a+", "A+"), ("410", None), ("4 10", None), ("Model 2", None)),
    ],
)
def test_another_spelling_is_the_same_level(column, text, level):
    assert same_level(text, column, loose_levels(column)) == level


@pytest.mark.parametrize(
    ("text", "level"),
    [
        *(("Month to mnth", "Month-to-month"), ("monthtomonth", "Month-to-month")),
        *(("Two yeers", "Two year"), ("Model 2", None), ("female", None), ("Kiel", None)),
        ("B", None),
    ],
)
def test_a_slip_of_the_pen_is_near_one_level(column, text, level):
    assert near_levels([text], column).get(text) == level


@pytest.mark.parametrize(
    ("text", "level"),
    [
        *(("ja", "Yes"), ("NEIN", "No"), ("oui", "Yes"), ("non", "No"), ("sí", "Yes")),
        *(("✓", "Yes"), ("✗", "No"), ("да", "Yes"), ("1", "Yes"), ("0.0", "No")),
        *(("x", None), ("ne", "No"), ("perhaps", None)),
    ],
)
def test_yes_and_no_in_other_words(flag, text, level):
    assert same_level(text, flag, loose_levels(flag)) == level


def test_a_cross_among_yes_and_no_is_asked_about(flag):
    assert near_levels(["x", "Yess", "perhaps"], flag) == {"x": "Yes", "Yess": "Yes"}


@pytest.mark.parametrize(
    ("text", "level"),
    [("1067", "01067"), ("007", "0007"), ("00099084", "99084"), ("067", None), ("12", None)],
)
def test_a_code_may_have_lost_the_zeros_in_front_of_it(make_table, text, level):
    codes = ["01067", "99084", "0007", "012", "0012"]
    column = infer(make_table({"x": codes * 20, "y": ["a", "b"] * 50}), target="y").features[0]
    assert (column.kind, column.storage) == ("category", "string")
    assert near_levels([text], column).get(text) == level


def test_a_letter_in_a_level_of_digits(make_table):
    cells = {"x": ["0", "1"] * 20, "y": ["a", "b"] * 20}
    column = infer(make_table(cells), target="y").features[0]
    assert column.storage == "float64"
    assert near_levels(["O", "l", "Z"], column) == {"O": "0", "l": "1"}
