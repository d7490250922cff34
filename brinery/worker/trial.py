"""Whether the sandbox holds here: every forbidden thing is tried in a worker of its own."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import socket
import tempfile
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from brinery.errors import WorkerFailed
from brinery.schema.phrases import joined
from brinery.settings import Settings
from brinery.worker import probe
from brinery.worker.protocol import Pickled

if TYPE_CHECKING:
    from brinery.worker.pool import Pool

__all__ = ["State", "Tried", "try_all", "what_is_open"]

State = Literal["blocked", "open", "untested"]

_EMPTY_LIST = b"\x80\x05]\x94."
_PICKLED = Pickled(hashlib.sha256(_EMPTY_LIST).hexdigest(), _EMPTY_LIST, trained_here=True)
_PATIENCE_SECONDS = 60.0
_LOOP_SECONDS = 1.0
_MANY_THREADS = 6000


@dataclass(frozen=True)
class Tried:
    """One forbidden thing and what came of trying it.

    Attributes
    ----------
    title : str
        What was tried, as it follows "a worker can".
    state : {"blocked", "open", "untested"}
        Whether it failed, as it should; worked; or could not be tried here.
    detail : str
        What the worker got, or why it could not be tried; empty where it was blocked.
    """

    title: str
    state: State
    detail: str = ""


def try_all(pool: Pool, settings: Settings, environment: str = "") -> tuple[Tried, ...]:
    """Try everything, each in a fresh worker of an environment; takes two or three seconds."""
    pickled = dataclasses.replace(_PICKLED, environment=environment)
    secrets = _readable(
        *([] if settings.key else [settings.key_path]), Path(f"/proc/{os.getpid()}/environ")
    )
    others = _readable(Path("/etc/passwd"), Path("/etc/hosts"))
    folders = _writable(tempfile.gettempdir(), "/dev/shm", settings.models, str(Path.cwd()))
    pids = (*pool.pids()[:1], os.getpid())

    def ask(attack: object, *args: str | int, seconds: float = _PATIENCE_SECONDS) -> Future[bytes]:
        return pool.submit(
            attack,  # type: ignore[arg-type]
            *args,
            pickled=pickled,
            fresh=True,
            timeout_seconds=seconds,
        )

    with socket.create_server(("127.0.0.1", 0)) as listener:
        asked = {
            "open a network connection": ask(probe.open_socket, listener.getsockname()[1]),
            "start another process": ask(probe.fork),
            "run another program": ask(probe.execute),
            "read the key of the seals": ask(probe.read_files, *secrets) if secrets else None,
            "read files such as /etc/passwd": ask(probe.read_files, *others) if others else None,
            "write files": ask(probe.write_files, *folders) if folders else None,
            "look into another process": ask(probe.trace, *pids),
            "signal the server": ask(probe.send_signals, *pids),
            "fill the memory": ask(probe.fill_memory, settings.worker_memory_bytes),
            "fill the disk": ask(probe.fill_disk, tempfile.gettempdir()),
            "start threads without end": ask(probe.make_threads, _MANY_THREADS),
            "leave a core dump": ask(probe.dump_core),
        }
        found = [_outcome(title, call) for title, call in asked.items()]
    endless = ask(probe.loop_for_ever, seconds=_LOOP_SECONDS)
    return (*found, _ended("run for ever", endless))


def what_is_open(tried: Iterable[Tried]) -> str:
    """Say what a worker can still do, as it follows "a worker can"; empty where nothing."""
    return joined([one.title for one in tried if one.state == "open"], "and")


def _outcome(title: str, call: Future[bytes] | None) -> Tried:
    if call is None:
        return Tried(title, "untested", "There is nothing here to try it on.")
    try:
        got = call.result().decode()
    except WorkerFailed as error:
        # Whatever it did, it was not told that it must not.
        return Tried(title, "open", f"The worker was lost while it tried. {error.problem}")
    return Tried(title, "open" if got else "blocked", got and f"The worker {got}.")


def _ended(title: str, call: Future[bytes]) -> Tried:
    try:
        call.result(2 * _PATIENCE_SECONDS)
    except WorkerFailed:
        return Tried(title, "blocked")
    except TimeoutError:
        call.cancel()
    return Tried(title, "open", "The worker was not ended when its time was over.")


def _readable(*places: Path) -> list[str]:
    return [str(place) for place in places if place.is_file() and os.access(place, os.R_OK)]


def _writable(*folders: str) -> list[str]:
    return [
        str(Path(folder).absolute())
        for folder in folders
        if Path(folder).is_dir() and os.access(folder, os.W_OK)
    ]
