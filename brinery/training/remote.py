"""Training for a process that must not import scikit-learn: what it asks of a worker.

The functions are called by name in a worker, so importing this file costs next to nothing.
"""

from __future__ import annotations

import json

__all__ = ["recipes_in_worker", "train_in_worker"]


def recipes_in_worker() -> bytes:
    """Give the recipes as JSON: each its words, its tasks and its parameters."""
    from brinery.training.recipes import RECIPES

    return json.dumps(
        [
            {
                "name": recipe.name,
                "title": recipe.title,
                "sentence": recipe.sentence,
                "tasks": list(recipe.tasks),
                "parameters": [one.to_dict() for one in recipe.parameters],
            }
            for recipe in RECIPES
        ]
    ).encode()


def train_in_worker(request: bytes, table: bytes, lines: bytes) -> bytes:
    """Train in a worker; see `brinery.training.train.train_in_worker`.

    Raises
    ------
    CannotLearn
        Nothing can be learned from these rows for this target; the message says why.
    """
    from brinery.training.train import train_in_worker as train

    return train(request, table, lines)
