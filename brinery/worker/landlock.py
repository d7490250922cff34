"""Landlock: the part of the file system that a process may read, and no network.

The kernel's own description is https://docs.kernel.org/userspace-api/landlock.html.
"""

from __future__ import annotations

import ctypes
import os
import stat
from collections.abc import Iterable

from brinery.worker.kernel import ON_LINUX, syscall

__all__ = ["release", "restrict"]

# The same numbers on every processor.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_RELEASE = 1
_BENEATH_PATH = 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
# Rights of the file system by the release of Landlock that brought them, so that all are
# taken away which this kernel knows of.
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: 1 << 13, 3: 1 << 14, 5: 1 << 15}
_BIND_AND_CONNECT, _WITH_NETWORK = 0b11, 4
_SOCKETS_AND_SIGNALS, _WITH_SCOPES = 0b11, 6


class _Ruleset(ctypes.Structure):
    _fields_ = [
        ("files", ctypes.c_uint64),
        ("network", ctypes.c_uint64),
        ("scopes", ctypes.c_uint64),
    ]


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = [("allowed", ctypes.c_uint64), ("fd", ctypes.c_int32)]


def release() -> int:
    """Give the release of Landlock that the kernel has; 0 where it has none."""
    if not ON_LINUX:
        return 0
    try:
        return syscall(_CREATE_RULESET, None, 0, _ASK_RELEASE)
    except OSError:
        return 0


def restrict(known: int, readable: Iterable[str]) -> None:
    """Hold this process to reading below these paths, and to doing nothing else to any file.

    It must have given up new privileges, and can't undo this.

    Parameters
    ----------
    known : int
        What `release` gave.
    readable : iterable of str
        Folders and files. One of this process's own in /proc stays open, or the kernel could
        forget which one was meant.

    Raises
    ------
    OSError
        The kernel refuses the rules, or a path can't be reached.
    """
    asked = _Ruleset(
        files=sum(rights for since, rights in _FILE_RIGHTS.items() if since <= known),
        network=_BIND_AND_CONNECT if known >= _WITH_NETWORK else 0,
        scopes=_SOCKETS_AND_SIGNALS if known >= _WITH_SCOPES else 0,
    )
    size = 8 + 8 * (known >= _WITH_NETWORK) + 8 * (known >= _WITH_SCOPES)
    rules = syscall(_CREATE_RULESET, ctypes.byref(asked), size, 0)
    for path in readable:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
        reading = _READ_FILE | (_READ_DIR if stat.S_ISDIR(os.fstat(fd).st_mode) else 0)
        syscall(_ADD_RULE, rules, _BENEATH_PATH, ctypes.byref(_Beneath(reading, fd)), 0)
        if not path.startswith("/proc/self/"):
            os.close(fd)
    syscall(_RESTRICT_SELF, rules, 0)
    os.close(rules)
