"""The candidates of a search: what is tried on a table, in which order, and what is near it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.stats import skew

from brinery.schema.columns import Schema
from brinery.training.cuts import Way
from brinery.training.parameters import Parameter
from brinery.training.preprocessing import has_many_levels
from brinery.training.recipes import PLAIN, Recipe, recipe_named

__all__ = ["Candidate", "first_candidates", "near", "plain_candidates"]

_MIN_SKEW = 1.5
"""Amounts more skewed than this may be learned better by their logarithm."""
_RARE_SHARE = 0.2
"""Where the rarest label has less than this share, weighing labels alike is tried."""


@dataclass(frozen=True)
class Candidate:
    """A recipe with the parameters that are fixed."""

    recipe: str
    parameters: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What tells it from every other candidate."""
        return f"{self.recipe} {sorted(self.parameters.items())}"

    @property
    def sort(self) -> str:
        """What sort of model it is: surfaces err otherwise than lines and curves do."""
        return "surfaces" if self.parameters.get("shape") == "surfaces" else self.recipe


def plain_candidates(schema: Schema) -> list[Candidate]:
    """Give every recipe that may be tried, as it is, from cheap to dear."""
    return [Candidate(one.name) for one in PLAIN if _may_be_tried(one, schema)]


def first_candidates(schema: Schema, target: np.ndarray, *, way: Way = "random") -> list[Candidate]:
    """Give the variants that are worth a try on this table, before anything is tuned.

    Parameters
    ----------
    schema : Schema
    target : numpy.ndarray, shape (n_rows,)
        Of the training rows.
    way : {"random", "group", "time"}
        How the folds are cut: a surface knows nothing of what lies beyond its rows, as the
        future does.
    """
    is_amount = schema.task == "amount"
    has_text = any(column.kind == "text" for column in schema.features)
    surfaces = [] if has_text or way == "time" else [Candidate("linear", {"shape": "surfaces"})]
    found = [
        Candidate("linear", {"shape": "curves"}),
        Candidate("boosting", _boosting(0.05, leaves=8, share=0.7)),
        Candidate("extra_trees", {"max_features": 0.6, "min_samples_leaf": 2}),
        Candidate("boosting", _boosting(0.05, leaves=4, share=0.7)),
        Candidate("boosting", _boosting(0.04, leaves=24, share=0.4)),
        Candidate("forest", {"max_features": 1.0 if is_amount else 0.3, "min_samples_leaf": 1}),
        Candidate("forest", {"max_features": 0.3, "min_samples_leaf": 4}),
        Candidate("extra_trees", {"max_features": 0.3, "min_samples_leaf": 4}),
    ]
    changes: list[dict[str, Any]] = []
    if has_many_levels(schema):
        changes.append({"levels": "target"})
    if is_amount:
        if target.min() >= 0 and skew(target) > _MIN_SKEW:
            changes.append({"scale": "log"})
    else:
        counts = np.unique(target, return_counts=True)[1]
        if counts.min() < _RARE_SHARE * counts.sum():
            changes.append({"class_weight": "balanced"})
    changed = [
        Candidate(one.recipe, one.parameters | change)
        for change in changes
        for one in (Candidate("linear"), *found[:3])
    ]
    ordered = [*found[:3], *surfaces, found[3], *changed, *found[4:]]
    return [one for one in ordered if _may_be_tried(recipe_named(one.recipe), schema)]


def _may_be_tried(recipe: Recipe, schema: Schema) -> bool:
    can_direct = recipe.keeps_directions or not any(one.direction for one in schema.columns)
    return schema.task in recipe.tasks and can_direct


def near(candidate: Candidate, schema: Schema, random: np.random.Generator) -> Candidate:
    """Draw a candidate near another: each of its numbers a step away, some choice changed."""
    recipe = recipe_named(candidate.recipe)
    values = dict(candidate.parameters)
    for one in recipe.parameters:
        if not one.fits(schema.task):
            continue
        if one.choices:
            continue  # the first candidates have tried every choice that fits the table
        if one.name not in values and random.random() < 0.5:
            continue
        values[one.name] = _stepped(one, values.get(one.name), random)
    # Boosting finds its number of trees while it is measured.
    values.pop("max_iter", None)
    return Candidate(candidate.recipe, values)


def _boosting(rate: float, *, leaves: int, share: float) -> dict[str, Any]:
    return {"learning_rate": rate, "max_leaf_nodes": leaves, "max_features": share}


_USUAL = {
    "learning_rate": (0.02, 0.15),
    "max_leaf_nodes": (3, 64),
    "min_samples_leaf": (1, 40),
    "l2_regularization": (0.01, 10.0),
    "max_features": (0.15, 1.0),
    "n_estimators": (200, 400),
    "max_depth": (3, 8),
}
"""The range of each number that a search stays in."""


def _stepped(one: Parameter, now: float | None, random: np.random.Generator) -> float:
    low, high = _USUAL.get(one.name, (one.low, one.high))
    at_log = one.log or one.name == "l2_regularization"
    if at_log:
        low, high = np.log(low), np.log(high)
    if now is None:
        value = random.uniform(low, high)
    else:
        start = np.log(max(now, 1e-9)) if at_log else now
        value = float(np.clip(random.normal(start, 0.25 * (high - low)), low, high))
    value = float(np.exp(value)) if at_log else float(value)
    return round(value) if one.whole else float(f"{value:.3g}")
