"""How a model was trained, in words: its recipe, what was fixed, and what was compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from brinery.evaluation.wording import metric_in_words
from brinery.model.card import Compared, Training
from brinery.report.words import duration, listed, number
from brinery.schema.columns import Schema

__all__ = [
    "comparison_in_words",
    "directions_in_words",
    "parameters_in_words",
    "recipe_in_words",
    "scored",
]

_OFF = {
    "calibrate": "as_they_are",
    "class_weight": "alike",
    "levels": "columns",
    "scale": "value",
    "shape": "lines",
}
_WORDS = {
    ("calibrate", "isotonic"): "probabilities corrected by steps",
    ("calibrate", "sigmoid"): "probabilities corrected by a curve",
    ("class_weight", "balanced"): "rare labels weigh more",
    ("levels", "target"): "levels by the mean of the target",
    ("levels", "order"): "levels in order",
    ("scale", "log"): "on the amount's logarithm",
    ("shape", "curves"): "numbers act by curves",
    ("shape", "surfaces"): "columns act together",
}
_FIGURES = {"max_iter": "trees", "n_estimators": "trees", "l2_regularization": "shrinkage"}


def recipe_in_words(recipe: str) -> str:
    """Give a recipe's name as a word in a sentence."""
    return recipe.replace("_", " ")


def parameters_in_words(parameters: Mapping[str, Any]) -> str:
    """Say what is fixed of a recipe, in a few words; "" where nothing is."""
    said = []
    for name, value in parameters.items():
        if name == "members":
            said += [f"{one['weight']} x {recipe_in_words(one['recipe'])}" for one in value]
        elif isinstance(value, str):
            if _OFF.get(name) != value:
                said.append(_WORDS[name, value])
        else:
            said.append(f"{_FIGURES.get(name, name.replace('_', ' '))} {value:g}")
    return ", ".join(said)


def scored(one: Compared) -> str:
    """Give the score of a candidate with its spread over the folds."""
    return f"{number(one.score)} ± {one.spread:.2g}"


def comparison_in_words(training: Training) -> str:
    """Say what was compared and how the best did, as one sentence; "" where nothing was."""
    if not training.compared:
        return ""
    best: dict[str, Compared] = {}
    for one in training.compared:
        best.setdefault(one.recipe, one)
    said = [f"{recipe_in_words(name)} {scored(one)}" for name, one in best.items()]
    return (
        f"{len(training.compared)} candidates were compared in "
        f"{duration(training.elapsed_seconds)} by cross-validation "
        f"({metric_in_words(training.metric)}, best of each recipe): {listed(said, most=10)}."
    )


def directions_in_words(schema: Schema) -> list[str]:
    """Say with which numbers the prediction may move one way only, a sentence for each way."""
    moves = "the prediction" if schema.task == "amount" else f"“{schema.labels[-1]}”"
    verbs = (
        {"up": "rises", "down": "falls"}
        if schema.task == "amount"
        else {"up": "gets more likely", "down": "gets less likely"}
    )
    said = []
    for way, verb in verbs.items():
        names = [f"“{column.name}”" for column in schema.columns if column.direction == way]
        if names:
            never = "falls" if way == "up" else "rises"
            if schema.task != "amount":
                never = verbs["down" if way == "up" else "up"]
            said.append(
                f"Where {listed(names, most=10, last='or')} grows and all else stays, {moves} "
                f"{verb} or stays as it is, and never {never}."
            )
    return said
