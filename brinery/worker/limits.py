"""What a worker may not do, set by the worker itself before it touches any data."""

from __future__ import annotations

import os
import resource
import signal

from brinery.worker.kernel import ON_LINUX, prctl

__all__ = ["allow_seconds", "confine", "die_with_parent", "seal_off"]

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_MAX_OPEN_FILES = 256


def die_with_parent(parent_pid: int) -> None:
    """End this process when the process `parent_pid` ends, also where that was killed.

    Called after the account has changed: that would undo it.
    """
    if ON_LINUX:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent_pid:  # it ended before the line above
        os._exit(1)


def confine(memory_bytes: int) -> None:
    """Put this process in a session of its own and take away what scoring does not need.

    Afterwards it can't use more than `memory_bytes` of address space, write a byte to a file,
    leave a core dump or open many files.
    """
    os.setsid()
    for limit, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_NOFILE, _MAX_OPEN_FILES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(limit)[1]
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (allowed, allowed))


def seal_off() -> None:
    """Let this process gain no rights, and its siblings not look into it."""
    if ON_LINUX:
        prctl(_PR_SET_NO_NEW_PRIVS, 1)
        prctl(_PR_SET_DUMPABLE, 0)


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
