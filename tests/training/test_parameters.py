import pytest

from brinery.errors import CannotLearn
from brinery.training.parameters import checked
from brinery.training.recipes import PLAIN, recipe_named

BOOSTING = recipe_named("boosting").parameters


def test_whole_numbers_stay_whole_and_others_become_floats():
    given = {"max_leaf_nodes": 8.0, "learning_rate": 1, "levels": "target"}
    found = checked(BOOSTING, given, "yes/no")
    assert found == {"max_leaf_nodes": 8, "learning_rate": 1.0, "levels": "target"}
    assert [type(one) for one in found.values()] == [int, float, str]


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("learning_rate", 7, "number from 0.005 to 1"),
        ("max_leaf_nodes", 2.5, "whole number from 2 to 500"),
        ("max_leaf_nodes", True, "whole number"),
        ("levels", "alphabet", "columns, target, order"),
    ],
)
def test_what_can_not_be_taken_is_refused_with_the_bounds(name, value, remedy):
    with pytest.raises(CannotLearn, match=f"parameter {name} can't be") as caught:
        checked(BOOSTING, {name: value}, "yes/no")
    assert remedy in caught.value.remedy


def test_some_parameters_are_for_amounts_only_and_some_for_labels():
    assert checked(BOOSTING, {"scale": "log"}, "amount") == {"scale": "log"}
    for name, value, task in (("scale", "log", "classes"), ("class_weight", "balanced", "amount")):
        with pytest.raises(CannotLearn, match=f"no parameter '{name}' for this target"):
            checked(BOOSTING, {name: value}, task)


def test_every_parameter_has_words_and_bounds():
    for recipe in PLAIN:
        for one in recipe.parameters:
            assert one.title
            assert bool(one.choices) != (one.low < one.high)
