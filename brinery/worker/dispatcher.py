"""The dispatcher: the one process that is a client of the Dask cluster.

It is run as a script by `python -I` and obeys a pool as the fork server does, but the workers
that it makes are threads, each with a line to the cluster: what comes over its socket goes to a
Dask worker, and the reply back. When its control socket closes, it ends.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import functools
import hashlib
import json
import os
import signal
import socket
import sys
import threading
import time
from collections import OrderedDict
from multiprocessing.connection import Connection
from typing import Any

__all__: list[str] = []

_NO_WORKER_SECONDS = 30.0
_LOOK_SECONDS = 0.2
_MOST_PICKLES = 8


class _Cluster:
    """The connection to the cluster, and the pickles that it holds."""

    def __init__(self, plan: dict[str, Any]) -> None:
        import dask

        from brinery.worker import cluster

        dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GiB"})
        self.address, self.plan = plan["scheduler"], plan
        self.installed = cluster.installed()
        self.held: OrderedDict[str, Any] = OrderedDict()
        self.lock = threading.Lock()
        self.connect()

    def connect(self) -> None:
        from brinery.worker import cluster

        self.client = cluster.client_of(self.address)
        self.executor = self.client.get_executor(pure=False)
        self.held.clear()

    def find_again(self) -> None:
        """Connect anew where Dask gave up a scheduler that was away for long."""
        with self.lock:
            if self.client.status in ("closing", "closed"):
                self.connect()

    def n_places(self) -> int:
        return sum(int(one["nthreads"]) for one in self._workers().values())

    def put(self, sha256: str, pickled: bytes) -> Any:
        """Put a pickle on the cluster, once, from where its workers fetch it from each other."""
        with self.lock:
            future = self.held.get(sha256)
            if future is None or future.status != "finished":
                (future,) = self.client.scatter([pickled], broadcast=True)
                self.held[sha256] = future
            self.held.move_to_end(sha256)
            while len(self.held) > _MOST_PICKLES:
                self.held.popitem(last=False)
            return future

    def answered(
        self,
        sha256: str,
        pickled: bytes,
        header: dict[str, Any],
        frames: tuple[bytes, ...],
        is_gone: Any,
    ) -> bytes | None:
        """Have a call done; None where nobody waits for it any more."""
        from brinery.worker import guest

        order = {
            "call": header["call"],
            "args": header["args"],
            "trained_here": header["trained_here"],
            "require_sandbox": self.plan["require_sandbox"],
            "installed": self.installed,
        }
        try:
            self.find_again()
            future = self.executor.submit(
                guest.answer, json.dumps(order).encode(), self.put(sha256, pickled), *frames
            )
            done = threading.Event()
            future.add_done_callback(lambda _: done.set())
            alone_since = time.monotonic()
            while not done.wait(_LOOK_SECONDS):
                if is_gone():
                    future.cancel()
                    return None
                if self._workers():
                    alone_since = time.monotonic()
                elif time.monotonic() - alone_since > _NO_WORKER_SECONDS:
                    future.cancel()
                    return _failed(
                        "The cluster has no worker any more.",
                        self.address,
                        "Start its workers again, then take the run up.",
                    )
            found: bytes = future.result()
            return found
        except Exception as error:  # noqa: BLE001  what is unforeseen is raised again
            return self._told(error)

    def _told(self, error: Exception) -> bytes:
        """Give the reply that says why a call failed."""
        from distributed import KilledWorker

        from brinery.errors import BrineryError
        from brinery.worker import cluster

        if isinstance(error, BrineryError):
            return _reply(error)
        if isinstance(error, KilledWorker):
            return _failed(
                "Four workers of the cluster were lost over the same rows.",
                self.address,
                "The logs of the Dask workers say why; most likely their memory ran short.",
            )
        if isinstance(error, ImportError):
            return _reply(cluster.not_there(self.address, error))
        is_there = self.client.status == "running"
        # Without its scheduler, each call of a client fails in a way of its own.
        if is_there and not isinstance(error, concurrent.futures.CancelledError | OSError):
            raise error
        return _failed(
            "The cluster lost what it was sent."
            if is_there
            else "The cluster can't be reached any more.",
            self.address,
            "Look whether its scheduler and workers run, then take the run up.",
            try_again=is_there,  # the workers that held the model are gone; others get it anew
        )

    def _workers(self) -> dict[str, Any]:
        if self.client.status != "running":
            return {}
        found: dict[str, Any] = self.client.scheduler_info(n_workers=-1)["workers"]
        return found


def _failed(problem: str, where: str, remedy: str, *, try_again: bool = False) -> bytes:
    from brinery.errors import WorkerFailed, WorkerLost

    kind = WorkerLost if try_again else WorkerFailed
    return _reply(kind(problem, where=where, remedy=remedy))


def _reply(error: Any) -> bytes:
    return json.dumps({"error": error.to_dict()}).encode() + b"\n"


def _serve(line: socket.socket, cluster: _Cluster, max_bytes: int) -> None:
    """Be a worker for the pool: take a pickle, then answer calls, until the line closes."""
    from brinery.worker.protocol import receive, send

    connection = Connection(os.dup(line.fileno()))
    sha256, pickled = "", b""

    def is_gone() -> bool:
        with contextlib.suppress(EOFError, OSError):
            while connection.poll(0):
                receive(connection, max_bytes)  # the wish to finish, which a chunk does not heed
            return False
        return True

    try:
        while True:
            header, frames = receive(connection, max_bytes)
            if header["do"] == "load":
                pickled = frames[0]
                sha256 = hashlib.sha256(pickled).hexdigest()
                send(connection, {"done": True}, [b""])
            elif header["do"] == "call":
                found = cluster.answered(sha256, pickled, header, frames, is_gone)
                if found is None:
                    return
                head, _, answer = found.partition(b"\n")
                send(connection, json.loads(head), [answer])
    except (EOFError, OSError):
        pass  # the pool has let go of it
    finally:
        connection.close()
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)  # whatever went wrong, the pool must see an end


def _obey(
    request: dict[str, Any],
    control: Connection[Any, Any],
    serve: Any,
    lines: dict[int, socket.socket],
) -> dict[str, Any]:
    number = request["worker"]
    if request["do"] == "fork":
        with socket.socket(fileno=os.dup(control.fileno())) as passing:
            _, fds, _, _ = socket.recv_fds(passing, 1, 1)
        line = socket.socket(fileno=fds[0])
        lines[number] = line
        threading.Thread(target=serve, args=(line,), daemon=True).start()
        return {"pid": os.getpid()}
    if number in lines:
        with lines.pop(number) as line, contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
    return {"exit_code": None}


def _main() -> None:
    control = Connection(int(sys.argv[1]))
    plan = json.loads(control.recv_bytes())
    sys.path[:] = plan["path"]
    from brinery.errors import BrineryError

    try:
        cluster = _Cluster(plan)
    except BrineryError as error:
        control.send_bytes(json.dumps(error.to_dict()).encode())
        return
    control.send_bytes(json.dumps({"n_places": cluster.n_places()}).encode())
    lines: dict[int, socket.socket] = {}
    serve = functools.partial(_serve, cluster=cluster, max_bytes=plan["memory_bytes"])
    with contextlib.suppress(EOFError, OSError):
        while True:
            answer = _obey(json.loads(control.recv_bytes()), control, serve, lines)
            control.send_bytes(json.dumps(answer).encode())
    os._exit(0)  # what is under way on the cluster has nobody left who waits for it


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _main()
