"""Which server this is: one that starts again knows what it worked on when it was killed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

__all__ = ["Identity"]

_FILE = ".server"
_BOOT = Path("/proc/sys/kernel/random/boot_id")


class Identity:
    """The name of a server; where it was that of an earlier process, that process is gone.

    It is that of a file in the server's folder which one process at a time has locked; the kernel
    gives the lock back when that process ends, however it ends. A copy of the file, the file on
    another machine and that after a restart of this one give other names, as no lock tells there
    who is alive.

    Parameters
    ----------
    folder : Path
        Made where it is not there. Where nothing can be locked in it, or another process has, the
        name is one that no other process ever had.

    Attributes
    ----------
    name : str
        "place/process": what lasts, and what does not.
    """

    def __init__(self, folder: Path) -> None:
        self._file: int | None = None
        self._place = secrets.token_hex(8)
        with contextlib.suppress(OSError):
            self._lock(folder)
        self.name = f"{self._place}/{secrets.token_hex(8)}"

    def was_mine(self, name: str) -> bool:
        """Say whether this is the name of an earlier process of this server, which is gone."""
        place = name.partition("/")[0]
        return self._file is not None and place == self._place and name != self.name

    def close(self) -> None:
        """Let the next process have the name: this one works on nothing any more."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _lock(self, folder: Path) -> None:
        if fcntl is None:
            return
        folder.mkdir(parents=True, exist_ok=True)
        file = os.open(folder / _FILE, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            mark = os.read(file, 64)
            if not mark:
                mark = secrets.token_hex(16).encode()
                os.write(file, mark)
            facts = os.fstat(file)
            which = f"{_BOOT.read_text()} {facts.st_dev} {facts.st_ino} {mark!r}"
        except OSError:
            os.close(file)
            raise
        self._place, self._file = hashlib.sha256(which.encode()).hexdigest()[:16], file
