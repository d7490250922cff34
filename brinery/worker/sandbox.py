"""The sandbox: prepared once in the fork server, entered by each worker before it is told anything.

Every layer that the kernel has is put on, or the worker ends; what a kernel lacks is left out, and
the probes (`trial.py`) find out what does not hold.
"""

from __future__ import annotations

import os
import platform
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from brinery.worker import landlock, limits, rights, seccomp

__all__ = ["Sandbox", "enter", "prepare"]

_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache")
_CLOCKS = ("/usr/share/zoneinfo", "/etc/localtime")
# Which libraries are loaded; threadpoolctl looks there. Only of the worker itself.
_OWN = ("/proc/self/maps",)
# How many cores there are, and how many of them a container may use.
_CORES = (
    "/sys/devices/system/cpu",
    "/sys/fs/cgroup/cpu.max",
    "/sys/fs/cgroup/cpu/cpu.cfs_quota_us",
    "/sys/fs/cgroup/cpu/cpu.cfs_period_us",
)


@dataclass(frozen=True)
class Sandbox:
    """What a worker is held to.

    Attributes
    ----------
    landlock : int
        The release of Landlock that the kernel has; 0 where it has none.
    readable : tuple of str
        What may still be read.
    filtered : bool
        Whether there is a filter of system calls for this machine.
    keep_reading : bool
        Whether Python itself lies where only root may read.
    """

    landlock: int
    readable: tuple[str, ...]
    filtered: bool
    keep_reading: bool


def prepare(packages: tuple[str, ...]) -> Sandbox:
    """Find what this kernel offers and where the code lies; called once all of it is imported."""
    code = tuple(_code(packages))
    places = (*code, *_LIBRARIES, *_CLOCKS, *_CORES, *_OWN)
    readable = tuple(place for place in places if Path(place).exists())
    release = landlock.release()
    filtered = seccomp.is_known()
    # Root could read on as another account only by a right that opens every file; so only
    # where Landlock and the filter hold that right down.
    keep_reading = (
        os.geteuid() == 0
        and release > 0
        and filtered
        and not rights.readable_by_all((*code, *_imported()))
    )
    return Sandbox(release, readable, filtered, keep_reading)


def enter(sandbox: Sandbox, parent_pid: int, memory_bytes: int) -> None:
    """Take from this process all that a worker does not need, for good.

    Raises
    ------
    OSError
        The kernel refuses a layer that it has: the process must end.
    """
    machine = platform.machine()
    limits.confine(memory_bytes)
    rights.give_up(machine, keep_reading=sandbox.keep_reading)
    limits.seal_off()
    limits.die_with_parent(parent_pid)
    if sandbox.landlock:
        landlock.restrict(sandbox.landlock, sandbox.readable)
    if sandbox.filtered:
        seccomp.install(seccomp.program(machine, os.getpid()))


def _code(packages: tuple[str, ...]) -> Iterator[str]:
    """Give the folders of Python and its packages; of other folders only what was imported.

    A folder that is on the path because a program lies there may hold anything else too, such
    as the shelf.
    """
    paths = sysconfig.get_paths()
    whole = {paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    whole |= {place for place in sys.path if place.endswith(("site-packages", "dist-packages"))}
    yield from sorted(whole)
    inside = tuple(f"{folder}/" for folder in whole)
    for top in sorted({name.partition(".")[0] for name in (*sys.modules, *packages)}):
        module = sys.modules.get(top)
        # Of a package the folder is enough; a module of one file has no folder of its own.
        places = getattr(module, "__path__", None) or [getattr(module, "__file__", None)]
        yield from (place for place in places if place and not place.startswith(inside))


def _imported() -> Iterator[str]:
    for module in tuple(sys.modules.values()):
        if place := getattr(module, "__file__", None):
            yield place
