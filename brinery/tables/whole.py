"""Files that are there whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from brinery.errors import CannotWrite

__all__ = ["Hidden", "failures_told", "hidden_beside", "require_room", "written_whole"]

_SPARE_BYTES = 64 * 2**20


@dataclass(frozen=True)
class Hidden:
    """A hidden file, which takes the place of another once all is written to it.

    Attributes
    ----------
    path : pathlib.Path
        What it is to become.
    at : pathlib.Path
        Where it is until then.
    """

    path: Path
    at: Path

    def open(self) -> BinaryIO:
        """Begin it.

        Raises
        ------
        OSError
            The disk refuses.
        """
        return self.at.open("xb")

    def place(self, file: BinaryIO, path: Path | None = None) -> None:
        """Close it, and put it where it belongs, or at another `path`.

        Raises
        ------
        OSError
            The disk refuses.
        """
        file.flush()
        os.fsync(file.fileno())
        file.close()
        self.at.replace(path or self.path)

    def drop(self, file: BinaryIO | None = None) -> None:
        """Leave nothing of it, if it was not placed."""
        if file is not None:
            with contextlib.suppress(OSError):  # what it still holds finds no room either
                file.close()
        self.at.unlink(missing_ok=True)


def hidden_beside(path: Path) -> Hidden:
    """Name the hidden file that is to become `path`."""
    return Hidden(path, path.with_name(f".{path.name}.{secrets.token_hex(4)}"))


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """Open a hidden file, which takes the place of another once all is written to it.

    Where something fails nothing of it is left, and what was there before stays.

    Raises
    ------
    OSError
        The disk refuses.
    """
    hidden = hidden_beside(path)
    try:
        with hidden.open() as file:
            yield file
            hidden.place(file)
    finally:
        hidden.drop()


@contextmanager
def failures_told(path: Path) -> Iterator[None]:
    """Say in words why a file can't be written, where the disk refuses.

    Raises
    ------
    CannotWrite
        As its message says.
    """
    try:
        yield
    except OSError as error:
        raise CannotWrite(
            f"The file can't be written ({error.strerror or error}).",
            where=str(path),
            remedy="Check that the folder is there, may be written to, and has room.",
        ) from error


def require_room(folder: Path, n_bytes: int) -> None:
    """Refuse what will not fit on the disk, before the first byte of it.

    Raises
    ------
    OSError
        There is no room for so many bytes and some more.
    """
    if shutil.disk_usage(folder).free < n_bytes + _SPARE_BYTES:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
