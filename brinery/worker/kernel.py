"""The few calls of Linux that Python's standard library does not offer."""

from __future__ import annotations

import ctypes
import functools
import os
import sys

__all__ = ["ON_LINUX", "prctl", "syscall", "unshare_user"]

ON_LINUX = sys.platform == "linux"
_CLONE_NEWUSER = 0x10000000


@functools.cache
def _libc() -> ctypes.CDLL:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    return libc


def prctl(option: int, value: int) -> None:
    """Change a property of this process.

    Raises
    ------
    OSError
        The kernel refuses it.
    """
    unsigned = ctypes.c_ulong
    if _libc().prctl(option, unsigned(value), unsigned(0), unsigned(0), unsigned(0)) != 0:
        raise OSError(ctypes.get_errno(), f"prctl({option}) was refused")


def syscall(number: int, *args: object) -> int:
    """Call the kernel by number; each argument is a whole number or what ctypes takes.

    Raises
    ------
    OSError
        The kernel refuses it, or does not know the number.
    """
    given = [ctypes.c_long(arg) if isinstance(arg, int) else arg for arg in args]
    answer: int = _libc().syscall(ctypes.c_long(number), *given)
    if answer < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"system call {number}: {os.strerror(code)}")
    return answer


def unshare_user() -> bool:
    """Move this process into a user namespace of its own; False where the system forbids it."""
    return bool(_libc().unshare(_CLONE_NEWUSER) == 0)
