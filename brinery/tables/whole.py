"""Files that are there whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

__all__ = ["require_room", "written_whole"]

_SPARE_BYTES = 64 * 2**20


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """Open a hidden file, which takes the place of another once all is written to it.

    Where something fails nothing of it is left, and what was there before stays.

    Raises
    ------
    OSError
        The disk refuses.
    """
    hidden = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with hidden.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        hidden.replace(path)
    finally:
        hidden.unlink(missing_ok=True)


def require_room(folder: Path, n_bytes: int) -> None:
    """Refuse what will not fit on the disk, before the first byte of it.

    Raises
    ------
    OSError
        There is no room for so many bytes and some more.
    """
    if shutil.disk_usage(folder).free < n_bytes + _SPARE_BYTES:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
