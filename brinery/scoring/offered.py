"""Files that the operator offers, in a folder or a bucket: listed, looked into, and fetched."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from brinery.errors import BrineryError, CannotWrite, ReadError
from brinery.registry.bucket import connected, no_bucket, told
from brinery.settings import is_bucket
from brinery.tables.whole import require_room, written_whole

__all__ = ["MOST_LISTED", "Offered", "lying", "lying_in_bucket", "offered"]

MOST_LISTED = 1000
"""So many files are offered: that many answer to one request to a store."""

_PIECE_BYTES = 8 * 2**20
_MAKE_IT = "Ask whoever runs this server to make it, or to correct BRINERY_FILES."


@dataclass(frozen=True)
class Offered:
    """A file as it was when it was listed.

    Attributes
    ----------
    place : str
        Its path, or its URL.
    n_bytes : int
    mark : str
        What tells its content from what may stand there later: of an object its ETag, of a file
        its number on the disk and the time of its last change.
    """

    place: str
    n_bytes: int
    mark: str

    @property
    def name(self) -> str:
        """What it is called."""
        return _readable(PurePosixPath(self.place).name)

    @property
    def id(self) -> str:
        """What tells the file from every other."""
        return f"{_readable(self.place)}/{self.n_bytes}/{self.mark}"

    @contextlib.contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Open it to be read; of an object only what is asked for is fetched.

        Raises
        ------
        ReadError
            It is gone, or another stands in its place.
        BrineryError
            The disk or the store does not let it be read.
        """
        try:
            with self._troubles(), self._opened() as file:
                yield file
        except FileNotFoundError as error:
            raise ReadError(
                "The file is no longer there.", where=self.name, remedy="Choose another one."
            ) from error

    def fetch(self, to: Path, progress: Callable[[int], None]) -> None:
        """Copy it, a piece at a time; all of it is there then, as it was when it was listed.

        Parameters
        ----------
        to : pathlib.Path
        progress : callable
            Called with the number of bytes that are there.

        Raises
        ------
        ReadError, BrineryError
            As `open`; also where it is changed meanwhile.
        CannotWrite
            There is no room for it.
        """
        n_bytes = 0
        try:
            require_room(to.parent, self.n_bytes)
            with written_whole(to) as file:
                for piece in self._pieces():
                    file.write(piece)
                    n_bytes += len(piece)
                    progress(n_bytes)
                if n_bytes != self.n_bytes:
                    raise self._changed()
        except OSError as error:
            raise CannotWrite(
                f"The file can't be fetched to the server's disk ({error.strerror or error}).",
                where=self.name,
                remedy="Ask whoever runs this server to make room.",
            ) from error

    def _pieces(self) -> Iterator[bytes]:
        with self.open() as file:
            while piece := file.read(_PIECE_BYTES):
                yield piece
            if not is_bucket(self.place) and _mark(os.fstat(file.fileno())) != self.mark:
                raise self._changed()

    @contextlib.contextmanager
    def _opened(self) -> Iterator[BinaryIO]:
        if not is_bucket(self.place):
            with Path(self.place).open("rb") as file:
                if _mark(os.fstat(file.fileno())) != self.mark:
                    raise self._changed()
                yield file
            return
        from s3fs.utils import FileExpired

        files, path = connected(self.place)
        try:
            with files.open(path, "rb", block_size=_PIECE_BYTES) as file:
                if str(file.details.get("ETag")) != self.mark:
                    raise self._changed()
                yield file
        except FileExpired as error:
            raise self._changed() from error

    @contextlib.contextmanager
    def _troubles(self) -> Iterator[None]:
        problem = "The file can't be read"
        if is_bucket(self.place):
            with told(self.place, problem):
                yield
            return
        try:
            yield
        except FileNotFoundError:
            raise
        except OSError as error:
            raise BrineryError(
                f"{problem} ({error.strerror or error}).",
                where=self.name,
                remedy="Ask whoever runs this server.",
            ) from error

    def _changed(self) -> ReadError:
        return ReadError(
            "The file has changed since it was chosen.", where=self.name, remedy="Choose it again."
        )


def offered(place: str) -> dict[str, Offered]:
    """List the files of a folder or a bucket, and of the folders in it, by their path from there.

    The first `MOST_LISTED` are given, and no hidden one. On a disk a link may lead anywhere, and
    is left aside.

    Raises
    ------
    BrineryError
        There is no such folder or bucket, the store does not answer, or it refuses.
    """
    found = _in_bucket(place) if is_bucket(place) else _in_folder(Path(place))
    return dict(sorted(found.items()))


def lying(path: Path) -> Offered:
    """Give a file of this machine as it is now.

    Raises
    ------
    OSError
        It can't be looked at.
    """
    stat = path.stat()
    return Offered(str(path), stat.st_size, _mark(stat))


def lying_in_bucket(url: str) -> Offered:
    """Give a file in a bucket as it is now.

    Raises
    ------
    ReadError
        There is no such file.
    BrineryError
        The store does not answer, or refuses.
    """
    files, path = connected(url)
    with told(url, "The file can't be read"), contextlib.suppress(FileNotFoundError):
        facts = files.info(path)
        if facts["type"] == "file":
            return Offered(url, facts["size"], facts["ETag"])
    raise ReadError("There is no such file.", where=url, remedy="Check its name.")


def _in_folder(folder: Path) -> dict[str, Offered]:
    try:
        os.scandir(folder).close()
    except OSError as error:
        raise BrineryError(
            f"The folder can't be opened ({error.strerror or error}).",
            where=str(folder),
            remedy=_MAKE_IT,
        ) from error
    found = {}
    for path in islice(_files_below(folder), MOST_LISTED):
        with contextlib.suppress(FileNotFoundError):  # it went away meanwhile
            found[_readable(str(path.relative_to(folder)))] = lying(path)
    return found


def _files_below(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(one for one in folders if not one.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            if not name.startswith(".") and _is_own_file(path):
                yield path


def _is_own_file(path: Path) -> bool:
    try:
        return path.is_file() and not path.is_symlink()
    except OSError:  # what the server may not look at is not offered
        return False


def _in_bucket(url: str) -> dict[str, Offered]:
    files, base = connected(url)
    bucket, _, folder = base.partition("/")
    prefix = f"{folder}/" if folder else ""
    found: dict[str, Offered] = {}
    answer: dict[str, Any] = {"IsTruncated": True}
    start = ""
    while answer["IsTruncated"] and len(found) < MOST_LISTED:
        with told(url, "The files in the bucket can't be listed"):
            try:
                # s3fs's own listing goes through all that there is.
                answer = files.call_s3(
                    "list_objects_v2",
                    Bucket=bucket,
                    Prefix=prefix,
                    MaxKeys=MOST_LISTED,
                    StartAfter=start,
                )
            except FileNotFoundError as error:
                raise no_bucket(url, _MAKE_IT) from error
        for one in answer.get("Contents", []):
            name = start = one["Key"].removeprefix(prefix)
            if name and not any(part[:1] in ("", ".") for part in name.split("/")):
                found[name] = Offered(f"s3://{bucket}/{one['Key']}", one["Size"], one["ETag"])
        start = prefix + _past_hidden(start)
    return dict(islice(found.items(), MOST_LISTED))


def _past_hidden(key: str) -> str:
    """Give what is sorted right behind the hidden folder that a key is in, or the key itself."""
    parts = key.split("/")
    for n_parts, part in enumerate(parts[:-1], start=1):
        if part.startswith("."):
            return "/".join(parts[:n_parts]) + chr(ord("/") + 1)
    return key


def _readable(name: str) -> str:
    """Give a file's name as a page can show it: a disk may hold names that are not in UTF-8."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name).decode("latin-1")
    return name


def _mark(stat: os.stat_result) -> str:
    return f"{stat.st_ino}/{stat.st_mtime_ns}"
