"""The attacks that a worker must not be able to make, each really tried in a worker.

Each function gives b"" where the attack failed, and else what it got, in a few words. They take
the loaded object first, like every function that serves a pickle.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from brinery.worker.kernel import prctl

__all__ = [
    "dump_core",
    "execute",
    "fill_disk",
    "fill_memory",
    "fork",
    "loop_for_ever",
    "make_threads",
    "open_socket",
    "read_files",
    "send_signals",
    "trace",
    "write_files",
]

_ATTACH, _DETACH = 16, 17
_SET_DUMPABLE, _OUTLIVE_PARENT = 4, 1
_MEBIBYTE = 2**20


def open_socket(_held: object, port: int) -> bytes:
    """Reach a listener of the server's on this machine, and make sockets of other kinds."""

    def connect() -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            pass

    def make(family: int, kind: int) -> Callable[[], None]:
        return lambda: socket.socket(family, kind).close()

    return _first(
        ("reached a listener", connect),
        ("made a socket of UDP", make(socket.AF_INET, socket.SOCK_DGRAM)),
        ("made a local socket", make(socket.AF_UNIX, socket.SOCK_STREAM)),
    )


def fork(_held: object) -> bytes:
    """Start a second process."""

    def split() -> None:
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)

    return _first(("started a process", split))


def execute(_held: object) -> bytes:
    """Run another program, beside this one and in its place."""
    program = sys.executable
    return _first(
        ("ran a program", lambda: subprocess.run([program, "-c", ""], check=True)),
        # Where this works there is no answer, and that is taken for an answer too.
        ("became another program", lambda: os.execv(program, [program, "-c", ""])),
    )


def read_files(_held: object, *paths: str) -> bytes:
    """Read files that are none of a worker's business."""
    return _first(*((f"read {path}", Path(path).read_bytes) for path in paths))


def write_files(_held: object, *folders: str) -> bytes:
    """Leave a file behind."""

    def leave(folder: str) -> Callable[[], None]:
        place = Path(folder, f"brinery-probe-{os.getpid()}")

        def write() -> None:
            place.touch()
            place.unlink()

        return write

    return _first(*((f"made a file in {folder}", leave(folder)) for folder in folders))


def trace(_held: object, *pids: int) -> bytes:
    """Take hold of another process, or look into its memory."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.restype = ctypes.c_long

    def attach(pid: int) -> Callable[[], None]:
        def hold() -> None:
            if libc.ptrace(ctypes.c_long(_ATTACH), pid, None, None) != 0:
                raise OSError(ctypes.get_errno(), "ptrace")
            os.waitpid(pid, 0)
            libc.ptrace(ctypes.c_long(_DETACH), pid, None, None)

        return hold

    def look(pid: int) -> Callable[[], None]:
        return lambda: Path(f"/proc/{pid}/mem").open("rb").close()

    return _first(
        *((f"took hold of process {pid}", attach(pid)) for pid in pids),
        *((f"opened the memory of process {pid}", look(pid)) for pid in pids),
    )


def send_signals(_held: object, *pids: int) -> bytes:
    """Send a signal, which asks only whether it may, and set a limit of another process."""

    def signals(pid: int) -> Callable[[], None]:
        return lambda: os.kill(pid, 0)

    def limits(pid: int) -> Callable[[], object]:
        return lambda: resource.prlimit(pid, resource.RLIMIT_CORE)

    limited = pids if sys.platform == "linux" else ()
    return _first(
        *((f"may signal process {pid}", signals(pid)) for pid in pids),
        *((f"may limit process {pid}", limits(pid)) for pid in limited),
    )


def fill_memory(_held: object, most_bytes: int) -> bytes:
    """Take more memory than a worker may; it is not touched, so that a failure costs nothing."""
    size = 64 * _MEBIBYTE

    def take() -> list[mmap.mmap]:
        return [mmap.mmap(-1, size) for _ in range(most_bytes // size + 2)]

    return _first((f"was given more than {most_bytes // _MEBIBYTE} MiB", take))


def fill_disk(_held: object, folder: str) -> bytes:
    """Write a large file: a new one, one without a name, and whatever is open already."""
    place = Path(folder, f"brinery-probe-{os.getpid()}")

    def write() -> None:
        try:
            place.write_bytes(b"x" * _MEBIBYTE)
        finally:
            with suppress(OSError):
                place.unlink()

    def without_a_name() -> None:
        with open(os.memfd_create("probe"), "wb") as file:  # noqa: PTH123  a descriptor
            file.write(b"x" * _MEBIBYTE)

    return _first(
        (f"wrote a large file in {folder}", write),
        *([("wrote a file without a name", without_a_name)] if sys.platform == "linux" else []),
    )


def make_threads(_held: object, n: int) -> bytes:
    """Start threads without end, each with as little memory as it takes."""
    stop = threading.Event()

    def start() -> None:
        threading.stack_size(128 * 1024)
        try:
            for _ in range(n):
                threading.Thread(target=stop.wait, daemon=True).start()
        finally:
            stop.set()

    return _first((f"started {n} threads", start))


def dump_core(_held: object) -> bytes:
    """Make the system write this process's memory to a file when it crashes."""
    hard = resource.RLIM_INFINITY

    def allow() -> None:
        resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))

    if sys.platform != "linux":
        return _first(("may leave a core dump", allow))
    return _first(
        ("may leave a core dump", allow),
        ("can be looked into", lambda: prctl(_SET_DUMPABLE, 1)),
        ("may outlive the server", lambda: prctl(_OUTLIVE_PARENT, 0)),
    )


def loop_for_ever(_held: object) -> bytes:
    """Never end, and ignore the signal that says that the time is over."""
    signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    while True:
        pass


def _first(*attempts: tuple[str, Callable[[], object]]) -> bytes:
    """Give the words of the first attempt that the system lets happen."""
    for words, attempt in attempts:
        try:
            attempt()
        except (OSError, MemoryError, RuntimeError, ValueError, subprocess.SubprocessError):
            continue
        return words.encode()
    return b""
