"""The pool's end of the fork server: start it, and have workers made and ended by it."""

from __future__ import annotations

import importlib
import itertools
import json
import logging
import os
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO, Any

from brinery.errors import WorkerFailed

__all__ = ["ForkServer", "Hand", "launch", "search_path", "start"]

_LOG = logging.getLogger("brinery.worker")
_PRELOADED = ("brinery.worker.process",)
_KEPT_VARIABLES = ("LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "TZ")
# They choose the arithmetic's code path, and so the last bit of an answer.
_ARITHMETIC_VARIABLES = (
    "MKL_CBWR",
    "MKL_ENABLE_INSTRUCTIONS",
    "NPY_DISABLE_CPU_FEATURES",
    "OPENBLAS_CORETYPE",
    "OPENBLAS_L2_SIZE",
)
_THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)
_MAX_LINE_BYTES = 4000


@dataclass(eq=False)
class Hand:
    """One worker as its pool sees it.

    Attributes
    ----------
    number : int
        By which the fork server knows it; never used twice.
    pid : int
        For the curious only.
    connection : Connection
        The socket to it.
    holds : str
        The sha256 of the pickle that it serves, or "" while it is blank.
    environment : str
        The key of the environment that it is of; "" for the server's own.
    """

    server: ForkServer = field(repr=False)
    number: int
    pid: int
    connection: Connection[Any, Any] = field(repr=False)
    holds: str = ""
    environment: str = ""

    def is_waiting(self) -> bool:
        """Tell whether it is alive and silent, as an idle worker is."""
        try:
            return not self.connection.poll(0)
        except OSError:
            return False

    def end(self) -> int | None:
        """End it; give its exit code or minus its signal, or None where that is not known.

        May be called from any thread, and more than once.
        """
        return self.server.end(self.number)


@dataclass(eq=False)
class ForkServer:
    """A running fork server, or what asks a cluster in its place; usable from many threads.

    Attributes
    ----------
    n_places : int
        How many threads the cluster has; 0 for a fork server.
    """

    process: subprocess.Popen[bytes]
    control: socket.socket
    connection: Connection[Any, Any]
    n_places: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    numbers: itertools.count[int] = field(default_factory=itertools.count)

    def is_alive(self) -> bool:
        """Tell whether the process still runs."""
        return self.process.poll() is None

    def fork(self) -> Hand:
        """Fork a blank worker.

        Raises
        ------
        WorkerFailed
            The system has no room for another process.
        OSError, EOFError
            The fork server is gone; start another.
        """
        ours, theirs = socket.socketpair()
        with ours, theirs, self.lock:
            number = next(self.numbers)
            self._tell({"do": "fork", "worker": number})
            socket.send_fds(self.control, [b"f"], [theirs.fileno()])
            answer = json.loads(self.connection.recv_bytes())
            if "problem" in answer:
                raise WorkerFailed(
                    f"No worker could be started: {answer['problem']}.",
                    remedy="Close other programs on this machine, or try again later.",
                )
            return Hand(self, number, answer["pid"], Connection(ours.detach()))

    def end(self, number: int) -> int | None:
        """End a worker; see `Hand.end`."""
        with self.lock:
            try:
                self._tell({"do": "end", "worker": number})
                code: int | None = json.loads(self.connection.recv_bytes())["exit_code"]
            except (OSError, EOFError):
                return None  # the server is gone, and its workers with it
            return code

    def stop(self) -> None:
        """End the server and all its workers, and wait for it."""
        with self.lock:
            self.control.close()
            self.connection.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _tell(self, request: dict[str, Any]) -> None:
        self.connection.send_bytes(json.dumps(request).encode())


def start(
    memory_bytes: int,
    packages: tuple[str, ...],
    allow: tuple[str, ...] = (),
    python: Path | None = None,
) -> ForkServer:
    """Start a fork server and wait until it has imported its libraries (some seconds).

    Parameters
    ----------
    memory_bytes, packages, allow
        See `process.Plan`.
    python : Path, optional
        The interpreter of another environment, whose libraries are used; of this program it
        is given the packages alone.

    Raises
    ------
    WorkerFailed
        It did not start; the log says why.
    """
    plan = {
        "path": [] if python else search_path(),
        "alone": {name: _folder(name) for name in {"brinery", *packages}} if python else {},
        "preloaded": _PRELOADED,
        "memory_bytes": memory_bytes,
        "packages": packages,
        "allow": allow,
    }
    server, _ = launch(_SCRIPT, plan, _environment(), python)
    return server


def launch(
    script: str, plan: dict[str, Any], environment: dict[str, str], python: Path | None = None
) -> tuple[ForkServer, dict[str, Any]]:
    """Start what makes workers, and wait for its first word.

    Raises
    ------
    WorkerFailed
        It did not start; the log says why.
    """
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            [str(python or sys.executable), "-I", script, str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            env=environment,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,  # so that Ctrl-C in a shell reaches the pool first
        )
    assert process.stderr is not None
    threading.Thread(target=_keep_log, args=(process.stderr,), daemon=True).start()
    server = ForkServer(process, ours, Connection(os.dup(ours.fileno())))
    try:
        server.connection.send_bytes(json.dumps(plan).encode())
        word: dict[str, Any] = json.loads(server.connection.recv_bytes())
    except (OSError, EOFError) as error:
        server.stop()
        raise WorkerFailed(
            "The worker processes could not be started.",
            remedy="The server's log says why; installing the requirements anew often helps.",
        ) from error
    return server, word


def search_path() -> list[str]:
    """Give where this process finds its packages, for one that looks nowhere by itself."""
    return [str(Path(place).absolute()) for place in sys.path]


def _folder(package: str) -> str:
    places = importlib.import_module(package).__path__
    return str(Path(places[0]).absolute())


_SCRIPT = str(Path(__file__).with_name("forkserver.py"))


def _environment() -> dict[str, str]:
    """Give the variables that a worker may know: no secret of the server is among them."""
    wanted = (*_KEPT_VARIABLES, *_ARITHMETIC_VARIABLES)
    kept = {name: os.environ[name] for name in wanted if name in os.environ}
    # Read when the libraries load; a training raises the number again for itself.
    return kept | dict.fromkeys(_THREAD_VARIABLES, "1")


def _keep_log(lines: IO[bytes]) -> None:
    with lines:
        while line := lines.readline(_MAX_LINE_BYTES):
            _LOG.info("worker: %s", line.decode(errors="backslashreplace").rstrip())
