"""The shelf's one primitive: create, and fail if it exists. On a disk or behind a URL."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import TypeVar

from brinery.errors import BrineryError
from brinery.registry import remote

__all__ = [
    "OLD_SECONDS",
    "create_file",
    "create_folder",
    "folders_with",
    "forget",
    "is_local",
    "names",
    "read",
    "read_all",
    "side_by_side",
    "sweep",
]

T = TypeVar("T")
_AT_ONCE = 8
OLD_SECONDS = 3600
"""A hidden file or folder that is older than this was left by a writer that was killed."""


def create_file(root: str, path: str, data: bytes) -> None:
    """Create one file, whole or not at all.

    Parameters
    ----------
    root : str
        The shelf: a folder, or a bucket such as s3://bucket/models.
    path : str
        Below the root, with forward slashes.
    data : bytes
        All of it.

    Raises
    ------
    FileExistsError
        There is one already: take another name.
    BrineryError
        The disk is full, or may not be written.
    """
    if not is_local(root):
        remote.opened(root).put(path, data)
        return
    final = _local(root, path)
    with _told(final):
        hidden = _hidden(final)
        try:
            _write(hidden, data)
            os.link(hidden, final)
        finally:
            hidden.unlink(missing_ok=True)
        _sync_folder(final.parent)


def create_folder(root: str, path: str, files: Mapping[str, bytes]) -> None:
    """Create a folder with its files.

    On a disk it appears whole by one rename, or not at all. Behind a URL the files are put
    one by one in their order, each only if it is not there yet: so the first claims the
    folder, and the last one, `card.json`, makes it whole.

    Raises
    ------
    FileExistsError
        There is one already: take another name.
    BrineryError
        The disk is full, or may not be written.
    """
    if not is_local(root):
        for name, data in files.items():
            remote.opened(root).put(f"{path}/{name}", data)
        return
    final = _local(root, path)
    with _told(final):
        hidden = _hidden(final)
        try:
            hidden.mkdir()
            for name, data in files.items():
                _write(hidden / name, data)
            _sync_folder(hidden)
            _rename(hidden, final)
        finally:
            shutil.rmtree(hidden, ignore_errors=True)
        _sync_folder(final.parent)


def read(root: str, path: str) -> bytes:
    """Read one file.

    Raises
    ------
    FileNotFoundError
        There is none.
    BrineryError
        It can't be read; the message has the system's reason.
    """
    if not is_local(root):
        return remote.opened(root).read([path])[0]
    place = _local(root, path)
    with _told(place, verb="read"):
        return place.read_bytes()


def read_all(root: str, paths: Sequence[str]) -> list[bytes]:
    """Read several files, behind a URL side by side; raises as `read`."""
    if not is_local(root):
        return remote.opened(root).read(paths)
    return [read(root, path) for path in paths]


def side_by_side(root: str, work: Callable[[str], T], names: Sequence[str]) -> list[T]:
    """Do the same for each name; behind a URL for several at once, since each waits for answers."""
    if is_local(root):
        return [work(name) for name in names]
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        return list(threads.map(work, names))


def forget(root: str) -> None:
    """Read what is behind a URL anew: something there was broken, and may be put right."""
    if not is_local(root):
        remote.opened(root).forget()


def names(root: str, folder: str = "") -> list[str]:
    """Give the names in a folder, sorted, hidden ones left out; none where it is missing.

    Raises
    ------
    BrineryError
        This account may not look, or the shelf is a file; the message says which.
    """
    if not is_local(root):
        listed = remote.opened(root).names(folder)
    else:
        place = _local(root, folder)
        with _told(place, verb="read"):
            try:
                listed = [one.name for one in place.iterdir()]
            except FileNotFoundError:
                return []
            except NotADirectoryError as error:
                if folder:
                    return []
                raise BrineryError(
                    "The shelf is no folder.",
                    where=str(place),
                    remedy="Set BRINERY_MODELS or --models to a folder; where there is none yet, "
                    "it is made.",
                ) from error
    return sorted(name for name in listed if not name.startswith("."))


def folders_with(root: str, folder: str, file: str) -> list[str]:
    """Give the names of the folders in a folder that have a certain file, sorted.

    Raises
    ------
    BrineryError
        This account may not look; the message has the system's reason.
    """
    if not is_local(root):
        below = remote.opened(root).below(folder)
        return sorted(path.parts[0] for path in below if path.parts[1:] == (file,))
    place = _local(root, folder)
    with _told(place, verb="read"):
        return [name for name in names(root, folder) if (place / name / file).exists()]


def sweep(root: str, folder: str) -> None:
    """Remove what killed writers left hidden in a folder of a disk more than an hour ago."""
    if not is_local(root):
        return
    place = _local(root, folder)
    if not place.is_dir():
        return
    for left in place.glob(".*.new"):
        with contextlib.suppress(FileNotFoundError):  # another writer swept it
            if time.time() - left.stat().st_mtime > OLD_SECONDS:
                if left.is_dir():
                    shutil.rmtree(left, ignore_errors=True)
                else:
                    left.unlink()


def is_local(root: str) -> bool:
    """Tell a folder of this machine from a URL."""
    return "://" not in root


def _local(root: str, path: str) -> Path:
    parts = PurePosixPath(path).parts
    if path.startswith("/") or ".." in parts or "\\" in path or "\0" in path:
        raise BrineryError("A path leaves the shelf.", where=repr(path))
    return Path(root, *parts)


def _hidden(final: Path) -> Path:
    """Choose a hidden name beside the final one, and see that its folder stands."""
    missing = [one for one in (final.parent, *final.parent.parents) if not one.exists()]
    for folder in reversed(missing):
        folder.mkdir(exist_ok=True)
        _sync_folder(folder.parent)
    return final.parent / f".{final.name}.{os.getpid()}.{secrets.token_hex(4)}.new"


def _write(path: Path, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(path, flags, 0o644), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _rename(hidden: Path, final: Path) -> None:
    try:
        hidden.rename(final)
    except OSError as error:
        if final.exists():
            raise FileExistsError(str(final)) from error
        raise


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return  # Windows syncs no folders
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _told(place: Path, verb: str = "written") -> Iterator[None]:
    """Put a failure of the system into words; what callers decide on passes as it is."""
    try:
        yield
    except (FileExistsError, FileNotFoundError):
        raise
    except OSError as error:
        raise BrineryError(
            f"The shelf can't be {verb} ({error.strerror or error}).",
            where=str(place),
            remedy="Free some space, or let this account use the folder; nothing was changed.",
        ) from error
