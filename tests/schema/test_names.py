import unicodedata

import pytest

from brinery.schema.names import CLOSE, closeness, closest, loosely


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Größe", unicodedata.normalize("NFD", "GRÖSSE")),
        ("Total Charges", "total_charges"),
        ("weight ﬁrst", "Weight First"),
        ("e-mail (work)", "Email work"),
        ("tenureMonths", "Tenure_Months"),
        ("\ufeffage", "Age"),
        ("ï»¿age", "Age"),
        ("Prénom d'usage", "prenom d'usage"),
        ("Łódź", "lodz"),
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
        ("size 1.5", "size 15"),
        ("2020-01", "202001"),
    ],
)
def test_names_that_mean_two_things_stay_two(one, other):
    assert loosely(one) != loosely(other)


def test_a_name_of_punctuation_alone_is_still_a_name():
    assert loosely(" -- ") == "--"


@pytest.mark.parametrize(
    ("one", "other"),
    [("tenure", "Tenure (months)"), ("customer tenure now", "tenure"), ("salt", "slat_")],
)
def test_names_that_are_close(one, other):
    assert loosely(one) != loosely(other)
    assert closeness(one, other) >= CLOSE
    assert closeness(other, one) >= CLOSE


def test_names_with_other_signs_are_not_close():
    assert closeness("price (€)", "price ($)") == 0


def test_the_closest_come_first():
    assert closest("income", ["outcome", "Incomes", "age"]) == ["Incomes"]
