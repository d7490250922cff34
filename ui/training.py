"""Training as the pages start it: in a worker, from a table and what was chosen."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import numpy as np
import pyarrow as pa

from brinery.model.model import Model
from brinery.schema.columns import Schema
from brinery.tables.table import Table
from brinery.training.train import train_in_worker
from brinery.worker.pool import Pool

__all__ = ["result", "submit"]


def submit(
    pool: Pool,
    table: Table,
    target: str,
    *,
    recipe: str,
    seed: int,
    schema: Schema | None = None,
    progress: Callable[[dict[str, Any]], None] | None = None,
    timeout_seconds: float | None = None,
) -> Future[bytes]:
    """Send a training to a fresh worker; cancel the future to end it."""
    request = {
        "target": target,
        "recipe": recipe,
        "seed": seed,
        "schema": schema.to_dict() if schema else None,
    }
    cells = io.BytesIO()
    with pa.ipc.new_stream(cells, table.cells.schema) as stream:
        stream.write_table(table.cells)
    return pool.submit(
        train_in_worker,
        json.dumps(request).encode(),
        cells.getvalue(),
        np.asarray(table.line_numbers, np.int64).tobytes(),
        progress=progress,
        timeout_seconds=timeout_seconds,
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
