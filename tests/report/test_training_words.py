import pytest

from brinery.model.card import Compared, Training
from brinery.report.training import comparison_in_words, parameters_in_words


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({}, ""),
        ({"learning_rate": 0.05, "max_iter": 120}, "learning rate 0.05, trees 120"),
        ({"shape": "lines", "scale": "log"}, "on the amount's logarithm"),
        ({"class_weight": "balanced"}, "rare labels weigh more"),
        (
            {"members": [{"recipe": "extra_trees", "parameters": {}, "weight": 3}]},
            "3 x extra trees",
        ),
    ],
)
def test_what_is_fixed_is_said_in_a_few_words(parameters, words):
    assert parameters_in_words(parameters) == words


def test_of_each_recipe_the_best_is_named():
    compared = tuple(
        Compared(recipe, {}, score, 0.01, 5, 0.1, 0.1, 1000)
        for recipe, score in (("forest", 0.9), ("linear", 0.85), ("forest", 0.8))
    )
    training = Training("forest", 0, 100, 9.0, metric="roc_auc", compared=compared)
    assert comparison_in_words(training) == (
        "3 candidates were compared in 9 seconds by cross-validation (ROC AUC, best of each "
        "recipe): forest 0.9 ± 0.01 and linear 0.85 ± 0.01."
    )
    assert comparison_in_words(Training("tree", 0, 100, 1.0)) == ""
