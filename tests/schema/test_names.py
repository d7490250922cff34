import unicodedata

import pytest

from brinery.schema.names import closest, loosely


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Größe", unicodedata.normalize("NFD", "GRÖSSE")),
        ("Total Charges", "total_charges"),
        ("weight ﬁrst", "Weight First"),
        ("e-mail (work)", "Email work"),
    ],
)
def test_the_same_name_in_another_spelling(one, other):
    assert loosely(one) == loosely(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("दिन", "दान"),
        ("price (€)", "price ($)"),
        ("growth", "growth %"),
        ("x<5", "x>5"),
        ("a", "b"),
    ],
)
def test_names_that_mean_two_things_stay_two(one, other):
    assert loosely(one) != loosely(other)


def test_a_name_of_punctuation_alone_is_still_a_name():
    assert loosely(" -- ") == "--"


def test_the_closest_come_first():
    assert closest("income", ["outcome", "Incomes", "age"]) == ["Incomes"]
