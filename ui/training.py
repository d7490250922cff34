"""Training as the pages start it: in a worker, from a table and what was chosen."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from brinery.model.model import Model
from brinery.schema.columns import Schema
from brinery.tables.table import Table
from brinery.tables.wire import to_parts
from brinery.training.remote import recipes_in_worker, train_in_worker
from brinery.worker.call import Call
from ui.services import Services

__all__ = ["recipes", "result", "submit"]


def submit(
    here: Services,
    table: Table,
    target: str,
    *,
    schema: Schema | None = None,
    progress: Callable[[dict[str, Any]], None] | None = None,
    fn: Callable[[bytes, bytes, bytes], bytes] = train_in_worker,
    **given: Any,
) -> Call:
    """Send a training to a fresh worker; cancel it, or let it finish with the best so far.

    Parameters
    ----------
    here : Services
    table : Table
    target : str
    schema : Schema, optional
    progress : callable, optional
    fn : callable
        What the worker calls.
    **given
        What else `brinery.train` takes by name, as JSON has it.
    """
    request = {
        "table": table.name,
        "target": target,
        "schema": schema.to_dict() if schema else None,
        "given": given,
    }
    return here.pool.submit(
        fn,
        json.dumps(request).encode(),
        *to_parts(table),
        progress=progress,
        timeout_seconds=here.settings.training_seconds,
        fresh=True,
    )


def result(future: Future[bytes]) -> Model:
    """Wait for a training and give its model; nothing is unpickled.

    Raises
    ------
    BrineryError
        Why it could not be trained, as the worker said it.
    """
    return Model.from_bytes(future.result())


def recipes(here: Services) -> list[dict[str, Any]]:
    """Give the recipes, as a worker lists them: their words, tasks and parameters.

    Raises
    ------
    WorkerFailed
        The worker can't be started.
    """
    if not here.recipes:
        here.recipes.extend(json.loads(here.pool.submit(recipes_in_worker, fresh=True).result()))
    return here.recipes
