"""From a file and a sample of its table to a model for the shelf; the work is a worker's."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from typing import Any

from brinery.bringing.look import Look, brought_estimator, look_in_worker
from brinery.errors import UnsafePickle
from brinery.model.card import Brought
from brinery.safety import house
from brinery.settings import Settings
from brinery.tables.table import Table
from brinery.tables.wire import from_parts, to_parts
from brinery.worker.inside import say
from brinery.worker.pool import Pool

__all__ = ["bring", "bring_in_worker", "look", "refused"]

_LOOK_SECONDS = 120


def look(pool: Pool, data: bytes, settings: Settings, *, environment: str = "") -> Look:
    """Look at a file that somebody brings, in a fresh worker.

    Parameters
    ----------
    pool : Pool
        The workers.
    data : bytes
        A pickle, a file of joblib's or skops', or a zip of a model's folder.
    settings : Settings
        What the operator allows.
    environment : str
        The key of the environment whose worker looks; without it, the server's own.

    Returns
    -------
    Look
        Also for what is refused: then it says why.

    Raises
    ------
    NoSandbox
        The settings require a sandbox, and it does not hold.
    WorkerFailed
        The file ended the worker, or took too long.
    """
    pool.require_sandbox(environment)
    allow = house.as_text(house.parsed(settings.allow))
    call = pool.submit(
        *(look_in_worker, data, allow),
        timeout_seconds=_LOOK_SECONDS,
        fresh=True,
        environment=environment,
    )
    return Look.from_bytes(call.result())


def bring(
    pool: Pool,
    data: bytes,
    sample: Table | None,
    settings: Settings,
    *,
    target: str | None = None,
    columns: Sequence[str] = (),
    holdout: Table | None = None,
    threshold: Mapping[str, Any] | None = None,
    by_group: Sequence[str] = (),
    environment: str = "",
) -> Future[bytes]:
    """Make a model of a file and a sample, a holdout, or both, in a fresh worker.

    Parameters
    ----------
    pool, data, settings
        As for `look`.
    sample : Table, optional
        Rows like those that the estimator was fitted on; the holdout's, where it is None.
    target : str, optional
        The column with what it predicts; with a holdout it has to be named.
    columns : sequence of str
        For an estimator without names: the sample's columns, in its order.
    holdout : Table, optional
        Rows that it did not learn from, the answers in the column `target`.
    threshold : mapping, optional
        With a holdout: when the rarer of two labels is given, as `brinery.train` takes it.
    by_group : sequence of str
        With a holdout: its columns by whose groups it is measured too.
    environment : str
        As for `look`.

    Returns
    -------
    Future of bytes
        What `Model.from_bytes` takes. Its `result` raises `UnsafePickle`, `CannotLearn`,
        `ProofFailed` or `WorkerFailed`, each with what to do.
    """
    pool.require_sandbox(environment)
    tables = {"sample": sample, "holdout": holdout}
    given = {kind: table for kind, table in tables.items() if table is not None}
    asked = {
        "allow": house.as_text(house.parsed(settings.allow)),
        "target": target,
        "columns": list(columns),
        "threshold": dict(threshold or {}),
        "by_group": list(by_group),
        "tables": {kind: table.name for kind, table in given.items()},
    }
    return pool.submit(
        bring_in_worker,
        json.dumps(asked).encode(),
        data,
        *(part for table in given.values() for part in to_parts(table)),
        timeout_seconds=settings.worker_seconds,
        fresh=True,
        environment=environment,
    )


def bring_in_worker(request: bytes, data: bytes, *tables: bytes) -> bytes:
    """Make the model inside a worker; see `bring`."""
    from brinery.model.brought import model_of_brought

    asked = json.loads(request)
    say({"step": "Reading the file", "done": 0, "total": 2})
    allowed = house.parsed(one for one in asked["allow"].split(",") if one)
    brought = brought_estimator(data, allowed)
    say({"step": "Asking it about the rows", "done": 1, "total": 2})
    pairs = zip(asked["tables"].items(), tables[::2], tables[1::2], strict=True)
    given = {kind: from_parts(name, cells, lines) for (kind, name), cells, lines in pairs}
    model = model_of_brought(
        brought.estimator,
        given.get("sample"),
        asked["target"],
        asked["columns"] or None,
        holdout=given.get("holdout"),
        threshold=asked["threshold"],
        by_group=asked["by_group"],
    )
    noted = Brought(brought.opened.form, brought.sha256, brought.made_with)
    return dataclasses.replace(model, brought=noted, pipeline=None).to_bytes()


def refused(look: Look, name: str) -> UnsafePickle:
    """Give the refusal of a look as an error."""
    return UnsafePickle(look.problem, where=name, remedy=look.remedy, lines=look.lines)
