"""What runs on a worker of a Dask cluster: a pool of its own, which the chunk goes to.

The Dask worker builds no model and unpickles none: it passes the sealed bytes on to a sandboxed
process, as a server does.
"""

from __future__ import annotations

import dataclasses
import hashlib
import importlib
import json
import logging
import socket
import threading
from typing import Any

from brinery.errors import BrineryError, WorkerFailed
from brinery.settings import Settings
from brinery.worker.cluster import installed, require_same
from brinery.worker.pool import Pool
from brinery.worker.protocol import Pickled

__all__ = ["answer"]

_LOG = logging.getLogger("brinery.worker")
_pools: dict[bool, Pool] = {}  # a process of Dask's has no other place to keep one
_lock = threading.Lock()


def answer(order: bytes, pickled: bytes, *frames: bytes) -> bytes:
    """Do one call of a pool on this machine.

    Parameters
    ----------
    order : bytes
        JSON: the function by its name, its plain arguments, and what the server has installed.
    pickled : bytes
        The pickle, as it stands on the shelf.
    *frames : bytes
        The arguments that are bytes.

    Returns
    -------
    bytes
        A line of JSON, as a worker replies, and the answer behind it. Nothing is raised: it would
        be unpickled by who asked.
    """
    try:
        found = _answered(json.loads(order), pickled, frames)
        return json.dumps({"done": True}).encode() + b"\n" + found
    except BrineryError as error:
        problem = error
    except Exception as error:  # noqa: BLE001  whatever it is, who asked must hear of it
        _LOG.exception("a call of Brinery's failed")
        problem = WorkerFailed(
            f"The work failed in an unforeseen way on {socket.gethostname()} "
            f"({type(error).__name__}).",
            remedy="The log of that Dask worker has the details.",
        )
    return json.dumps({"error": problem.to_dict()}).encode() + b"\n"


def _answered(order: dict[str, Any], pickled: bytes, frames: tuple[bytes, ...]) -> bytes:
    require_same(order["installed"], installed())
    module, _, name = order["call"].partition(":")
    if not module.startswith("brinery."):
        raise WorkerFailed(f"A worker does not call {order['call']}.")
    later = iter(frames)
    args = [next(later) if arg == {"frame": True} else arg["value"] for arg in order["args"]]
    given = Pickled(hashlib.sha256(pickled).hexdigest(), pickled, order["trained_here"])
    function = vars(importlib.import_module(module))[name]
    return _pool(order["require_sandbox"]).submit(function, *args, pickled=given).result()


def _pool(require_sandbox: bool) -> Pool:
    from distributed import get_worker  # here: a server imports this file without it

    with _lock:
        if require_sandbox not in _pools:
            settings = Settings.from_environment()
            _pools[require_sandbox] = Pool(
                dataclasses.replace(
                    settings,
                    scheduler="",
                    n_workers=get_worker().state.nthreads,
                    require_sandbox=settings.require_sandbox or require_sandbox,
                )
            )
        return _pools[require_sandbox]
