"""What a worker may not do, set by the worker itself before it touches any data."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys

__all__ = ["allow_seconds", "confine", "die_with_parent"]

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_MAX_OPEN_FILES = 256
_MAX_FILE_BYTES = 64  # joblib's threads need a lock, which the C library keeps in a file of 32


def _prctl(option: int, value: int) -> None:
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl was refused")


def die_with_parent(parent_pid: int) -> None:
    """End this process when the process `parent_pid` ends, also where that was killed."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent_pid:  # it ended before the line above
        os._exit(1)


def confine(memory_bytes: int) -> None:
    """Put this process in a session of its own and take away what scoring does not need.

    Afterwards it can't use more than `memory_bytes` of address space, write a file of any
    size, leave a core dump, open many files, gain rights, or be looked into by its siblings.
    """
    os.setsid()
    for limit, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_NOFILE, _MAX_OPEN_FILES),
        (resource.RLIMIT_FSIZE, _MAX_FILE_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(limit)[1]
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (allowed, allowed))
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    _prctl(_PR_SET_DUMPABLE, 0)


def allow_seconds(seconds: int) -> None:
    """Let this process use so many more seconds of processor time; then it is ended.

    The limit counts from the start of a process, and a worker serves many calls, so it
    is set anew for each.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + 1 + seconds
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    if hard != resource.RLIM_INFINITY:
        soft = min(soft, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
