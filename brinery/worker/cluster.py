"""A Dask cluster: how it is reached, what it has installed, and who asks it for the pool.

What comes from a cluster is unpickled by Dask, and the web process unpickles nothing. So there the
client of the cluster is the dispatcher: a process that a pool asks for workers as it asks a fork
server, and that gives it lines to the cluster.
"""

from __future__ import annotations

import importlib.util
import os
import socket
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from brinery.errors import BrineryError, WorkerFailed
from brinery.model.environment import describe, leant_on
from brinery.settings import Settings
from brinery.worker.server import ForkServer, launch, search_path

__all__ = ["asked", "client_of", "installed", "not_there", "require_same", "start"]

_SCRIPT = str(Path(__file__).with_name("dispatcher.py"))
_KEPT = ("HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "TMPDIR", "TZ", "USER")
_CONNECT = "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT"


def start(settings: Settings) -> ForkServer:
    """Start the dispatcher for the cluster that the settings name.

    Raises
    ------
    WorkerFailed
        Dask is not installed, the scheduler does not answer, or it has no worker.
    """
    _require_dask(settings.scheduler)
    plan = {
        "path": search_path(),
        "scheduler": settings.scheduler,
        "memory_bytes": settings.worker_memory_bytes,
        "require_sandbox": settings.require_sandbox,
    }
    environment = {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT or name.startswith("DASK_")  # certificates, for one
    }
    server, word = launch(_SCRIPT, plan, environment)
    if "error" in word:
        server.stop()
        raise BrineryError.from_dict(word)
    server.n_places = word["n_places"]
    return server


def client_of(scheduler: str) -> Any:
    """Connect to a cluster, in a process that may unpickle what it sends.

    Raises
    ------
    WorkerFailed
        The scheduler does not answer, or it has no worker.
    """
    import distributed  # here: most never ask a cluster

    make: Any = distributed.Client
    try:
        client = make(scheduler, timeout=os.environ.get(_CONNECT, "10s"))
    except (OSError, ValueError) as error:  # what can't be an address is a ValueError
        reason = str(error).partition("\n")[0][:200]
        raise WorkerFailed(
            f"The Dask scheduler does not answer ({reason}).",
            where=scheduler,
            remedy="Start it (`dask scheduler`), or correct BRINERY_SCHEDULER or --scheduler.",
        ) from error
    if not client.scheduler_info(n_workers=-1)["workers"]:
        client.close()
        raise WorkerFailed(
            "The cluster has no worker.",
            where=scheduler,
            remedy=f"Start some: `dask worker {scheduler}`.",
        )
    return client


@contextmanager
def asked(scheduler: str) -> Iterator[None]:
    """Have joblib's Dask backend ask this cluster; none where the address is empty.

    Raises
    ------
    WorkerFailed
        Dask is not installed, the scheduler does not answer, it has no worker, a worker has other
        versions installed, or the cluster is lost in the middle.
    OSError
        What is wrong with a disk, here or on a worker, as the system told it.
    """
    if not scheduler:
        yield
        return
    _require_dask(scheduler)
    from distributed import KilledWorker

    with client_of(scheduler) as client:
        try:
            there = client.run(installed)
        except ImportError as error:
            raise not_there(scheduler, error) from error
        for worker, versions in there.items():
            require_same(installed(), versions, worker)
        try:
            yield
        except (CancelledError, OSError, KilledWorker) as error:
            if client.status == "running" and _is_of_the_machine(error):
                raise
            raise WorkerFailed(
                f"The cluster was lost in the middle of the work ({type(error).__name__}).",
                where=scheduler,
                remedy="Look whether its scheduler and workers run, then try again.",
            ) from error


def _is_of_the_machine(error: BaseException) -> bool:
    """Tell a full disk and its like from a lost line, whose number is none or of a connection."""
    is_of_a_line = isinstance(error, ConnectionError | TimeoutError)
    return isinstance(error, OSError) and error.errno is not None and not is_of_a_line


def installed() -> dict[str, str]:
    """Give what answers lean on, each with its version; of the system, not the kernel."""
    here = describe()
    return {"brinery": here.brinery, **leant_on(here)}


def require_same(wanted: dict[str, str], there: dict[str, str], worker: str = "") -> None:
    """Refuse a worker whose answers could differ.

    Raises
    ------
    WorkerFailed
        It has other versions than the server.
    """
    for name in sorted({*wanted, *there}):
        ours, theirs = wanted.get(name, "none"), there.get(name, "none")
        if ours != theirs:
            raise WorkerFailed(
                f"The Dask worker has {name} {theirs}, and the server {ours}: its answers could "
                "differ.",
                where=worker or socket.gethostname(),
                remedy="Install the same there as on the server; one image for both is easiest.",
            )


def not_there(scheduler: str, error: ImportError) -> WorkerFailed:
    """Say that the workers do not know Brinery."""
    return WorkerFailed(
        f"Brinery is not installed on the cluster's workers ({error}).",
        where=scheduler,
        remedy="Install the same there as on the server; one image for both is easiest.",
    )


def _require_dask(scheduler: str) -> None:
    if importlib.util.find_spec("distributed") is None:
        raise WorkerFailed(
            "Dask is not installed, so no cluster can be asked.",
            where=scheduler,
            remedy="Run pip install 'brinery[dask]', or leave BRINERY_SCHEDULER and --scheduler "
            "away.",
        )
