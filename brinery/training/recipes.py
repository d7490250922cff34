"""The recipes: which pipelines Brinery trains, each under one name, with its words."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass

from sklearn.pipeline import Pipeline

from brinery.errors import CannotLearn
from brinery.schema.columns import Schema, Task
from brinery.training import pipelines
from brinery.training.parameters import (
    CALIBRATE,
    LEAF,
    LEVELS,
    SCALE,
    SHARE,
    WEIGHT,
    Parameter,
)

__all__ = ["CHOOSING", "PLAIN", "RECIPES", "Recipe", "recipe_named"]

_TASKS: tuple[Task, ...] = ("yes/no", "classes", "amount")


@dataclass(frozen=True)
class Recipe:
    """One way to make a model.

    Attributes
    ----------
    name, title, sentence : str
        The word for code and shell, the words on screen, and what it is good for.
    tasks : tuple of {"yes/no", "classes", "amount"}
        What it can learn.
    build : callable or None
        Makes the unfitted pipeline from the schema, the seed and the parameters that are
        fixed. None for what is made of other recipes: `auto` and `blend`.
    parameters : tuple of Parameter
        What may be fixed; what is not is chosen by the size of the table.
    keeps_directions : bool
        Whether it can be held to move one way only where a number grows.
    """

    name: str
    title: str
    sentence: str
    tasks: tuple[Task, ...]
    build: Callable[[Schema, int, pipelines.Values], Pipeline] | None
    parameters: tuple[Parameter, ...] = ()
    keeps_directions: bool = True


def recipe_named(name: str) -> Recipe:
    """Give the recipe of that name.

    Raises
    ------
    CannotLearn
        There is none; the remedy lists the names.
    """
    names = [recipe.name for recipe in RECIPES]
    if name not in names:
        close = difflib.get_close_matches(name, names, n=1)
        meant = f"Did you mean {close[0]}? " if close else ""
        raise CannotLearn(
            f"There is no recipe {name!r}.", remedy=f"{meant}Take one of {', '.join(names)}."
        )
    return RECIPES[names.index(name)]


_OF_TREES = (
    Parameter("n_estimators", "Trees", 10, 2000, whole=True, log=True),
    LEAF,
    SHARE,
    LEVELS,
    SCALE,
    WEIGHT,
    CALIBRATE,
)

PLAIN: tuple[Recipe, ...] = (
    Recipe(
        "baseline",
        "Baseline",
        "Always gives the most common answer. Any useful model must beat it.",
        _TASKS,
        pipelines.baseline,
    ),
    Recipe(
        "tree",
        "Decision tree",
        "A short list of questions that anyone can read and follow.",
        _TASKS,
        pipelines.tree,
        (
            Parameter("max_depth", "Most questions in a row", 1, 30, whole=True),
            LEAF,
            WEIGHT,
            CALIBRATE,
        ),
    ),
    Recipe(
        "linear",
        "Linear model",
        "Adds up what each column contributes. Steady, small and fast.",
        _TASKS,
        pipelines.linear,
        (
            Parameter("shape", "Numbers act by", choices=("lines", "curves", "surfaces")),
            Parameter("levels", "Levels become", choices=("columns", "target")),
            SCALE,
            WEIGHT,
            CALIBRATE,
        ),
        keeps_directions=False,
    ),
    Recipe(
        "boosting",
        "Gradient boosting",
        "Trees that each mend the errors of those before. Often the most accurate.",
        _TASKS,
        pipelines.boosting,
        (
            Parameter("learning_rate", "Learning rate", 0.005, 1.0, log=True),
            Parameter("max_iter", "Trees", 10, 5000, whole=True, log=True),
            Parameter("max_leaf_nodes", "Most leaves of a tree", 2, 500, whole=True, log=True),
            LEAF,
            Parameter("l2_regularization", "Shrinkage (L2)", 0.0, 1000.0),
            SHARE,
            LEVELS,
            SCALE,
            WEIGHT,
            CALIBRATE,
        ),
    ),
    Recipe(
        "forest",
        "Random forest",
        "Hundreds of trees that vote. Good without any tuning.",
        _TASKS,
        pipelines.forest,
        _OF_TREES,
    ),
    Recipe(
        "extra_trees",
        "Extra trees",
        "Trees that split at random and vote. Often steadier than a forest on small tables.",
        _TASKS,
        pipelines.extra_trees,
        _OF_TREES,
    ),
)
"""The recipes that are one pipeline, from cheap to dear."""

CHOOSING: tuple[Recipe, ...] = (
    Recipe(
        "auto",
        "Find the best",
        "Tries the recipes on parts of your rows within a time that you choose, tunes those "
        "that lead, and keeps the best or a blend of the best.",
        _TASKS,
        None,
    ),
    Recipe(
        "blend",
        "Blend",
        "The average of several models, each with a weight.",
        _TASKS,
        None,
        (CALIBRATE,),
    ),
)
"""The recipes that are made of others: their choice, and their average."""

RECIPES: tuple[Recipe, ...] = (CHOOSING[0], *PLAIN, CHOOSING[1])
"""Every recipe, as a page lists them."""
