"""Objects of a bucket that may be large, or may be replaced: sent, listed, read and removed."""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from brinery.registry.bucket import RUNS, Words, connected, no_bucket, read_all, told

__all__ = ["Object", "Objects", "objects_of"]

_PIECE_BYTES = 8 * 2**20
_AT_ONCE = 4


@dataclass(frozen=True)
class Object:
    """One object as it was when it was listed.

    Attributes
    ----------
    n_bytes : int
    changed_at : float
        When it was put, by the clock of the store, in seconds since 1970.
    """

    n_bytes: int
    changed_at: float


@dataclass(frozen=True, eq=False)
class Objects:
    """The objects at a URL; usable from many threads.

    Attributes
    ----------
    url : str
    files : fsspec.AbstractFileSystem
    base : str
        The path of the URL in it.
    words : Words
        How that is called which is kept there.
    """

    url: str
    files: Any
    base: str
    words: Words = RUNS

    def require_bucket(self) -> None:
        """See that the bucket is there, as far as the store lets this account know.

        Raises
        ------
        BrineryError
            It is not, or the store does not answer.
        """
        try:
            with told(self.url, self.words.not_written), contextlib.suppress(PermissionError):
                self.files.call_s3("head_bucket", Bucket=self.base.partition("/")[0])
        except FileNotFoundError as error:
            raise no_bucket(self.url, self.words.remedy) from error

    def send(self, source: Path, path: str, progress: Callable[[int], None]) -> str:
        """Put a file of the disk, in pieces: the object is there whole, or not at all.

        Parameters
        ----------
        source : pathlib.Path
        path : str
            Below the URL.
        progress : callable
            Called with the number of bytes that were sent; what it raises ends the sending.

        Returns
        -------
        str
            What tells this content from every other: the object's ETag.

        Raises
        ------
        BrineryError
            There is no such bucket, the store does not answer, or it refuses.
        """
        from fsspec.callbacks import Callback

        class Told(Callback):  # type: ignore[misc]
            def relative_update(self, inc: int = 1) -> None:
                super().relative_update(inc)
                progress(self.value)

        target = f"{self.base}/{path}"
        with told(self.url, self.words.not_written):
            try:
                self.files.put_file(
                    str(source),
                    target,
                    callback=Told(),
                    chunksize=_PIECE_BYTES,
                    max_concurrency=_AT_ONCE,
                )
            except FileNotFoundError as error:
                raise no_bucket(self.url, self.words.remedy) from error
            return str(self.files.info(target)["ETag"])

    def put(self, small: Mapping[str, bytes]) -> None:
        """Put small objects, several at once, in place of those that are there.

        Raises
        ------
        BrineryError
            As `send`.
        """
        with told(self.url, self.words.not_written):
            self.files.pipe(
                {f"{self.base}/{path}": data for path, data in small.items()}, batch_size=_AT_ONCE
            )

    def read(self, paths: Sequence[str]) -> list[bytes]:
        """Read small objects, several at once.

        Raises
        ------
        FileNotFoundError
            One is not there.
        BrineryError
            The store does not answer, or refuses.
        """
        places = [f"{self.base}/{path}" for path in paths]
        with told(self.url, self.words.not_read):
            return read_all(self.files, places, _AT_ONCE)

    def below(self, folder: str) -> dict[PurePosixPath, Object]:
        """Give the objects below a folder by their path from there; one request a thousand.

        Raises
        ------
        BrineryError
            The store does not answer, or refuses.
        """
        place = f"{self.base}/{folder}"
        with told(self.url, self.words.not_read):
            found = self.files.find(place, detail=True)
        return {
            PurePosixPath(path).relative_to(place): Object(
                int(one["size"]), one["LastModified"].timestamp()
            )
            for path, one in found.items()
            if path != place
        }

    def remove(self, paths: Iterable[str]) -> None:
        """Remove objects; those that are not there any more are left aside.

        Raises
        ------
        BrineryError
            The store does not answer, or refuses.
        """
        places = [f"{self.base}/{path}" for path in paths]
        if places:
            with told(self.url, self.words.not_written):
                self.files.rm(places)


def objects_of(url: str, words: Words = RUNS) -> Objects:
    """Give the objects at a URL; nothing is asked of the store yet.

    Raises
    ------
    BrineryError
        The package that it takes is not installed.
    """
    return _objects_of(url, words, os.getpid())


@functools.lru_cache(maxsize=8)
def _objects_of(url: str, words: Words, _pid: int) -> Objects:
    return Objects(url, *connected(url), words)
