"""Seccomp: the system calls that a process may make from now on; all others fail.

The filter is a program of the classic packet filter, which the kernel runs at each call:
https://docs.kernel.org/userspace-api/seccomp_filter.html.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Sequence

from brinery.worker.kernel import ON_LINUX, syscall
from brinery.worker.syscalls import ALLOWED, CHECKED

__all__ = ["install", "is_known", "program"]

# struct seccomp_data: the call's number, the processor, the caller's address, six arguments.
_NUMBER_AT, _PROCESSOR_AT, _ARGUMENTS_AT = 0, 4, 16
_LOAD, _AND, _RETURN = 0x20, 0x54, 0x06
_IF_EQUAL, _IF_GREATER, _IF_AT_LEAST = 0x15, 0x25, 0x35
_ALLOW, _FAIL, _END_PROCESS = 0x7FFF0000, 0x00050000, 0x80000000

_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_SECCOMP = {"x86_64": 317, "aarch64": 277}
_SET_FILTER = 1
_NO_SLOWDOWN = 4  # else kernels before 5.16 switch off the processor's prediction
_OTHER_TABLE = 0x40000000  # x86_64 has its calls a second time from here on
_NEWEST = 450  # calls of later kernels are "unknown", so that the C library takes an older one

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# What glibc's and musl's pthread_create ask of clone; musl adds a flag that does nothing.
_NEW_THREAD, _DOES_NOTHING = 0x3D0F00, 0x400000
_FCNTL = (0, 1, 2, 3, 4, 1030)  # duplicate, flags; no owner, whom a signal could be sent to
_IOCTL = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)  # is it a terminal, is there input
_PRCTL = (2, 3, 15, 16, 21, 39)  # a thread's name, and reading what the limits are

_Order = tuple[int, int, int, int]


def is_known() -> bool:
    """Tell whether there is a filter for this system and processor."""
    return ON_LINUX and platform.machine() in _MACHINES


def program(machine: str, pid: int) -> bytes:
    """Give the filter for the process `pid`.

    Parameters
    ----------
    machine : {"x86_64", "aarch64"}
        The processor, as `platform.machine` names it.
    pid : int
        The process that will be held to it; it may signal itself.

    Returns
    -------
    bytes
        An array of struct sock_filter.
    """
    column, processor = _MACHINES[machine]
    orders: list[_Order] = [
        (_LOAD, 0, 0, _PROCESSOR_AT),
        (_IF_EQUAL, 1, 0, processor),
        _returns(_END_PROCESS),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_IF_AT_LEAST, 0, 1, _OTHER_TABLE),
        _returns(_FAIL | errno.EPERM),
    ]
    for name, numbers in ALLOWED.items():
        if (number := numbers[column]) is not None:
            assert name not in CHECKED
            orders += [(_IF_EQUAL, 0, 1, number), _returns(_ALLOW)]
    for name, checked in _checks(pid).items():
        if (number := CHECKED[name][column]) is not None:
            orders += [(_IF_EQUAL, 0, len(checked), number), *checked]
    orders += [
        (_IF_GREATER, 0, 1, _NEWEST),
        _returns(_FAIL | errno.ENOSYS),
        _returns(_FAIL | errno.EPERM),
    ]
    return b"".join(struct.pack("=HBBI", *order) for order in orders)


def install(filter_program: bytes) -> None:
    """Hold this process to the filter; it must have given up new privileges.

    Raises
    ------
    OSError
        The kernel refuses it.
    """
    kept = ctypes.create_string_buffer(filter_program, len(filter_program))
    size = struct.calcsize("=HBBI")
    head = struct.pack("@HP", len(filter_program) // size, ctypes.addressof(kept))
    syscall(
        _SECCOMP[platform.machine()], _SET_FILTER, _NO_SLOWDOWN, ctypes.create_string_buffer(head)
    )


def _checks(pid: int) -> dict[str, list[_Order]]:
    """Give what is asked of a call's arguments; each list of orders ends the filter."""
    only_reading = [
        (_AND, 0, 0, _WRITING),
        (_IF_EQUAL, 0, 1, 0),
        _returns(_ALLOW),
        _returns(_FAIL | errno.EACCES),
    ]
    return {
        "open": [_argument(1), *only_reading],
        "openat": [_argument(2), *only_reading],
        "fcntl": _one_of(1, _FCNTL),
        "ioctl": _one_of(1, _IOCTL),
        "prctl": _one_of(0, _PRCTL),
        "prlimit64": _one_of(0, (0,)),
        "setpriority": [
            _argument(0),
            (_IF_EQUAL, 1, 0, 0),
            _returns(_FAIL | errno.EPERM),
            *_one_of(1, (0,)),
        ],
        "kill": _one_of(0, (pid,)),
        "tgkill": _one_of(0, (pid,)),
        "clone": [
            _argument(0),
            (_AND, 0, 0, 0xFFFFFFFF ^ _DOES_NOTHING),
            (_IF_EQUAL, 0, 1, _NEW_THREAD),
            _returns(_ALLOW),
            _returns(_FAIL | errno.EPERM),
        ],
        # Its arguments lie in memory, where no filter can look.
        "clone3": [_returns(_FAIL | errno.ENOSYS)],
    }


def _argument(position: int) -> _Order:
    """Load an argument's lower half: of these calls, the kernel reads no more either."""
    return _LOAD, 0, 0, _ARGUMENTS_AT + 8 * position


def _one_of(position: int, values: Sequence[int]) -> list[_Order]:
    orders = [_argument(position)]
    for value in values:
        orders += [(_IF_EQUAL, 0, 1, value), _returns(_ALLOW)]
    return [*orders, _returns(_FAIL | errno.EPERM)]


def _returns(action: int) -> _Order:
    return _RETURN, 0, 0, action
