"""The worker: it holds at most one pickle, and answers calls until its pool hangs up."""

from __future__ import annotations

import errno
import importlib
import os
import threading
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from types import FunctionType
from typing import Any

from brinery.errors import BrineryError, WorkerFailed
from brinery.safety import door
from brinery.safety.table import NOBODY, House
from brinery.worker import inside, limits
from brinery.worker.protocol import receive, send
from brinery.worker.sandbox import Sandbox, enter

__all__ = ["Plan", "serve"]

_BACKGROUND_NICENESS = 10
_NO_MEMORY = ("can't start new thread", "failed to map segment", "annot allocate memory")


@dataclass(frozen=True)
class Plan:
    """What every worker of a pool is told once.

    Attributes
    ----------
    memory_bytes : int
        The most address space that a worker may use.
    packages : tuple of str
        The packages whose functions it calls; nothing else is ever called by name.
    house : set of (module, name)
        The classes of the house's own that a pickle may use.
    """

    memory_bytes: int
    packages: tuple[str, ...]
    house: House = NOBODY


def serve(fd: int, parent_pid: int, plan: Plan, sandbox: Sandbox) -> None:
    """Enter the sandbox, then answer the calls that come over the socket `fd`, until it closes."""
    enter(sandbox, parent_pid, plan.memory_bytes)
    # A lock between processes is a file. A worker has no other process, only threads.
    BaseContext.Lock = _lock  # type: ignore[assignment, method-assign]
    connection = Connection(fd)
    held: list[object] = []
    while True:
        try:
            header, frames = receive(connection, plan.memory_bytes)
        except EOFError:
            return
        if header["do"] == "finish":
            continue  # the call that was to finish had just ended
        try:
            answer = _obey(header, frames, held, connection, plan)
            reply: dict[str, Any] = {"done": True}
        except BrineryError as error:
            answer, reply = b"", {"error": error.to_dict()}
        except Exception as error:  # noqa: BLE001  whatever it is, the caller must hear of it
            found = _too_large(plan) if _ran_short(error) else _unforeseen(error)
            answer, reply = b"", {"error": found.to_dict(), "broken": True}
            if not isinstance(error, MemoryError):
                reply["traceback"] = traceback.format_exc()[-20_000:]
        send(connection, reply, [answer])


def _lock(_context: BaseContext) -> Any:
    return threading.Lock()


def _obey(
    header: dict[str, Any],
    frames: Sequence[bytes],
    held: list[object],
    connection: Connection[Any, Any],
    plan: Plan,
) -> bytes:
    limits.allow_seconds(header["processor_seconds"])
    if header["do"] == "load":
        held[:] = [door.load(frames[0], plan.house)]
        return b""
    if header["background"]:
        os.nice(_BACKGROUND_NICENESS)
    call = _resolve(header["call"], plan.packages)
    later = iter(frames)
    args = [next(later) if arg == {"frame": True} else arg["value"] for arg in header["args"]]
    # While a call runs, nothing comes over its socket but the wish that it finish.
    with inside.listening(lambda fields: send(connection, {"say": fields}), connection.poll):
        answer = call(*held, *args)
    if not isinstance(answer, bytes):
        raise TypeError(f"{header['call']} gave {type(answer).__name__}, not bytes")
    return answer


def _resolve(address: str, packages: tuple[str, ...]) -> Callable[..., object]:
    module_name, _, name = address.partition(":")
    if not module_name.startswith(tuple(f"{package}." for package in packages)):
        raise WorkerFailed(f"A worker does not call {address}.")
    call = vars(importlib.import_module(module_name)).get(name)
    if not isinstance(call, FunctionType) or call.__module__ != module_name:
        raise WorkerFailed(f"There is no function {address}.")
    return call


def _ran_short(error: Exception) -> bool:
    """Tell whether memory ran short, in whichever words: of Python, of a thread, of a library."""
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    return isinstance(error, MemoryError) or any(said in str(error) for said in _NO_MEMORY)


def _too_large(plan: Plan) -> WorkerFailed:
    return WorkerFailed(
        f"The work needs more memory than the {plan.memory_bytes / 2**30:.1f} GiB "
        "that one worker may use.",
        remedy="Try fewer rows, or ask the operator to raise BRINERY_WORKER_MEMORY_BYTES.",
    )


def _unforeseen(error: Exception) -> WorkerFailed:
    return WorkerFailed(
        f"The work failed in an unforeseen way ({type(error).__name__}).",
        remedy="The server's log has the details.",
    )
