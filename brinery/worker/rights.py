"""Giving up an account's rights: another user where this is root, no capability in any case."""

from __future__ import annotations

import ctypes
import os
import resource
from collections.abc import Iterable
from pathlib import Path

from brinery.worker.kernel import ON_LINUX, prctl, syscall, unshare_user

__all__ = ["give_up", "readable_by_all"]

_CAPSET = {"x86_64": 126, "aarch64": 91}
_CAPABILITIES_VERSION = 0x20080522
_READ_ANY_FILE = 1 << 2  # CAP_DAC_READ_SEARCH
_KEEP_CAPABILITIES = 8
# Numbers that systemd sets aside for short-lived accounts: no file belongs to them.
_FIRST_ACCOUNT, _N_ACCOUNTS = 61184, 4336

MOST_THREADS = 256 + 4 * (os.cpu_count() or 1)
"""Of one worker, where the system counts them for each worker alone."""

MOST_THREADS_OF_ACCOUNT = 4096
"""Of all processes of the account, where the system only counts those together."""


def readable_by_all(paths: Iterable[str]) -> bool:
    """Tell whether any account may read these files and folders and reach them."""
    seen: dict[Path, bool] = {}

    def reachable(folder: Path) -> bool:
        if folder not in seen:
            seen[folder] = bool(folder.stat().st_mode & 0o001) and (
                folder == folder.parent or reachable(folder.parent)
            )
        return seen[folder]

    return all(
        bool(path.stat().st_mode & 0o004) and reachable(path.parent)
        for path in map(Path, paths)
        if path.exists()
    )


def give_up(machine: str, *, keep_reading: bool) -> None:
    """Become nobody in particular, with no rights, and with few threads.

    Root becomes an account of this process's own; everybody else moves into a user namespace
    of its own, where the system allows it. Either makes the count of threads this worker's own.

    Parameters
    ----------
    machine : str
        The processor, as `platform.machine` names it.
    keep_reading : bool
        Whether a former root still has to read files that only root may read, because
        Python itself is among them; only safe where Landlock says which.

    Raises
    ------
    OSError
        The kernel refuses what it should allow.
    """
    if not ON_LINUX:
        return
    is_own = _leave_root(keep_reading) if os.geteuid() == 0 else unshare_user()
    if machine in _CAPSET:
        _set_capabilities(_CAPSET[machine], _READ_ANY_FILE if keep_reading else 0)
    most = MOST_THREADS if is_own else MOST_THREADS_OF_ACCOUNT
    hard = resource.getrlimit(resource.RLIMIT_NPROC)[1]
    allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_NPROC, (allowed, allowed))


def _leave_root(keep_reading: bool) -> bool:
    account = _FIRST_ACCOUNT + os.getpid() % _N_ACCOUNTS
    if keep_reading:
        prctl(_KEEP_CAPABILITIES, 1)
    try:
        os.setgroups([])
        os.setresgid(account, account, account)
        os.setresuid(account, account, account)
    except OSError:  # a container may leave its root without the right to become another
        return False
    return True


def _set_capabilities(number: int, kept: int) -> None:
    head = (ctypes.c_uint32 * 2)(_CAPABILITIES_VERSION, 0)
    held = ctypes.c_uint32 * 6  # effective, permitted, inheritable; then their upper halves
    if kept:
        try:
            syscall(number, ctypes.byref(head), ctypes.byref(held(kept, kept)))
        except OSError:  # it was not ours to keep
            pass
        else:
            return
    syscall(number, ctypes.byref(head), ctypes.byref(held()))
