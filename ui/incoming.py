"""Large files on their way in: piece by piece straight to the disk, never held in memory.

```
<folder>/<ticket>/told.json   the file's name and size, once the browser has told them
                  part        what came so far
                  file        all of it
```
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import secrets
import shutil
import time
from collections.abc import AsyncIterable
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any, BinaryIO

import anyio.to_thread

from brinery.errors import CannotWrite, NotOnShelf, ReadError
from brinery.report.words import size
from brinery.tables.whole import require_room, written_whole

__all__ = ["Incoming", "Large"]

_TICKET_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
_KEPT_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Large:
    """A file that was uploaded to the server's disk; a run takes it over.

    Attributes
    ----------
    path : Path
    name : str
        What it is called where it came from.
    n_bytes : int
    """

    path: Path
    name: str
    n_bytes: int

    @property
    def id(self) -> str:
        """What tells the file from every other."""
        return f"{self.path}/{self.n_bytes}/{self.path.stat().st_mtime_ns}"

    def open(self) -> BinaryIO:
        """Open it to be read."""
        return self.path.open("rb")


class Incoming:
    """Takes files in, each under a ticket that a page gave out.

    Parameters
    ----------
    folder : Path
        On the disk of the runs, so that a run takes a file over without copying it.
    most_bytes : int
        The largest file to take.
    """

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self.folder, self.most_bytes = folder, most_bytes

    def ticket(self) -> str:
        """Give the right to send one file; hard to guess, and good for a day.

        Raises
        ------
        CannotWrite
            The folder can't be written to.
        """
        ticket = secrets.token_urlsafe(24)
        try:
            (self.folder / ticket).mkdir(parents=True)
        except OSError as error:
            raise _refused(error) from error
        return ticket

    def is_good(self, ticket: str) -> bool:
        """Say whether there is such a ticket."""
        try:
            self._place(ticket)
        except NotOnShelf:
            return False
        return True

    def tell(self, ticket: str, name: str, n_bytes: int) -> int:
        """Take note of what comes, and give how much of it is here.

        What was here of another file is dropped.

        Raises
        ------
        NotOnShelf
            There is no such ticket.
        ReadError
            The file is empty, or too large.
        CannotWrite
            The disk has no room for it.
        """
        place = self._place(ticket)
        name = PurePath(name.replace("\\", "/")).name[-200:] or "table"
        if not 0 < n_bytes <= self.most_bytes:
            raise ReadError(
                "The file is empty."
                if n_bytes < 1
                else f"The file is larger than {size(self.most_bytes)}, the most that is taken "
                "here.",
                remedy="Choose another file."
                if n_bytes < 1
                else "Split it, or ask whoever runs this server for a higher limit.",
            )
        told = {"name": name, "n_bytes": n_bytes}
        try:
            if self._told(place) != told:
                for old in ("part", "file"):
                    (place / old).unlink(missing_ok=True)
                require_room(place, n_bytes)
                with written_whole(place / "told.json") as file:
                    file.write(json.dumps(told).encode())
        except OSError as error:
            raise _refused(error) from error
        return self.n_here(ticket)

    def n_here(self, ticket: str) -> int:
        """Give how many bytes are here.

        Raises
        ------
        NotOnShelf
            There is no such ticket.
        """
        place = self._place(ticket)
        for name in ("file", "part"):
            if (place / name).is_file():
                return (place / name).stat().st_size
        return 0

    async def take(self, ticket: str, start: int, pieces: AsyncIterable[bytes]) -> int:
        """Take what follows the first `start` bytes, and give how many are here then.

        A piece that does not follow what is here is left aside: the sender looks at the
        number, and goes on from there.

        Raises
        ------
        NotOnShelf
            There is no such ticket, or it was not told what comes.
        ReadError
            More comes than was told.
        CannotWrite
            The disk has no room; what was here is dropped.
        """
        place = self._place(ticket)
        told = self._told(place)
        if told is None:
            raise _gone()
        if start != self.n_here(ticket) or (place / "file").is_file():
            return self.n_here(ticket)
        n_here = start
        try:
            part = place / "part"
            part.touch()
            # A piece that is sent twice at a time lands twice on the same bytes.
            with part.open("r+b") as file:
                file.seek(start)
                async for piece in pieces:
                    n_here += len(piece)
                    if n_here > told["n_bytes"]:
                        raise ReadError(
                            "The file changed while it was sent.", remedy="Upload it again."
                        )
                    await anyio.to_thread.run_sync(file.write, piece)
                if n_here == told["n_bytes"]:  # after a fall no cut file may pass for a whole one
                    file.flush()
                    await anyio.to_thread.run_sync(os.fsync, file.fileno())
            if n_here == told["n_bytes"]:
                part.replace(place / "file")
        except OSError as error:
            (place / "part").unlink(missing_ok=True)
            raise _refused(error) from error
        return n_here

    def arrived(self, ticket: str) -> Large | None:
        """Give the file that came, once all of it is here."""
        if not self.is_good(ticket):
            return None
        place = self._place(ticket)
        told, path = self._told(place), place / "file"
        if told is None or not path.is_file():
            return None
        return Large(path, told["name"], told["n_bytes"])

    def drop(self, ticket: str) -> None:
        """Delete what came."""
        if set(ticket) <= _TICKET_LETTERS and ticket:
            shutil.rmtree(self.folder / ticket, ignore_errors=True)

    def clear(self) -> None:
        """Delete what came and was left for a day."""
        if not self.folder.is_dir():
            return
        for place in self.folder.iterdir():
            # It may be dropped meanwhile, or be nothing of ours.
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                newest = max(one.stat().st_mtime for one in (place, *place.iterdir()))
                if time.time() - newest > _KEPT_SECONDS:
                    self.drop(place.name)

    def _place(self, ticket: str) -> Path:
        place = self.folder / ticket
        if not ticket or not set(ticket) <= _TICKET_LETTERS or not place.is_dir():
            raise _gone()
        return place

    @staticmethod
    def _told(place: Path) -> dict[str, Any] | None:
        try:
            told: dict[str, Any] = json.loads((place / "told.json").read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return told


def _gone() -> NotOnShelf:
    return NotOnShelf("This upload has ended.", remedy="Open the page anew, and upload it again.")


def _refused(error: OSError) -> CannotWrite:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return CannotWrite(
        "The server's disk has no room for this file."
        if full
        else f"The file can't be kept ({error.strerror or error}).",
        remedy="Ask whoever runs this server to make room.",
    )
