"""Training for a process that must not import scikit-learn: what it asks of a worker.

The functions are called by name in a worker, so importing this file costs next to nothing.
"""

from __future__ import annotations

import json

from brinery.schema.columns import Schema
from brinery.tables.wire import from_parts
from brinery.worker.inside import say, who_asks_to_finish

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
                "keeps_directions": recipe.keeps_directions,
            }
            for recipe in RECIPES
        ]
    ).encode()


def train_in_worker(request: bytes, table: bytes, lines: bytes) -> bytes:
    """Train in a worker.

    Parameters
    ----------
    request : bytes
        JSON: {"table": str, "target": str, "schema": dict or null, "given": dict}, the last one
        being what `brinery.train` takes by name.
    table : bytes
        The cells, an Arrow IPC stream.
    lines : bytes
        The line numbers, int64, as `numpy.ndarray.tobytes` gives them.

    Returns
    -------
    bytes
        What `Model.from_bytes` takes.

    Raises
    ------
    CannotLearn
        Nothing can be learned from these rows for this target; the message says why.
    """
    from brinery.training.train import train

    asked = json.loads(request)
    model = train(
        from_parts(asked["table"], table, lines),
        asked["target"],
        **asked["given"],
        schema=Schema.from_dict(asked["schema"]) if asked["schema"] else None,
        progress=say,
        is_stopped=who_asks_to_finish(),
    )
    return model.to_bytes()
