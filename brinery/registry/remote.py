"""What is put once in a bucket: through fsspec, with few requests, and what is wrong in words.

Nothing of it changes once it is there, so what was read is kept in memory. S3 is asked to put
an object only where there is none (`If-None-Match: *`, Amazon S3 API reference, PutObject).
"""

from __future__ import annotations

import contextlib
import functools
import os
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from brinery.errors import BrineryError
from brinery.registry.bucket import SHELF, Words, connected, no_bucket, read_all, told
from brinery.settings import is_bucket

__all__ = ["Remote", "opened"]

_KEPT_BYTES = 256 * 2**20
_TRIES = 6
_MARK = "brinery-writer"
_PROBE = ".tried"
_AT_ONCE = 4
_PAGE = 1000


@dataclass(eq=False)
class Remote:
    """One shelf, or the journal of the runs, in a bucket; usable from many threads.

    Attributes
    ----------
    url : str
    files : fsspec.AbstractFileSystem
    base : str
        The path of that in it.
    words : Words
        How it is called.
    """

    url: str
    files: Any
    base: str
    words: Words = SHELF
    _kept: OrderedDict[str, bytes] = field(default_factory=OrderedDict, repr=False)
    _n_kept: int = 0
    _is_exclusive: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def put(self, path: str, data: bytes) -> None:
        """Put a file where there is none.

        Raises
        ------
        FileExistsError
            There is one.
        BrineryError
            The store does not answer, refuses, or would overwrite what others put.
        """
        if not self._is_exclusive:
            self._try_exclusive()
        self._put(path, data)

    def read(self, paths: Sequence[str]) -> list[bytes]:
        """Read files, side by side; those that were read before come from memory.

        Raises
        ------
        FileNotFoundError
            One is not there.
        BrineryError
            The store does not answer, or refuses.
        """
        with self._lock:
            found = {path: self._kept[path] for path in paths if path in self._kept}
            for path in found:
                self._kept.move_to_end(path)
        missing = [path for path in paths if path not in found]
        if missing:
            with told(self.url, self.words.not_read):
                whole = read_all(self.files, [f"{self.base}/{path}" for path in missing])
            for path, data in zip(missing, whole, strict=True):
                found[path] = data
                self._keep(path, data)
        return [found[path] for path in paths]

    def forget(self) -> None:
        """Read everything anew from now on: somebody may put right what was wrong."""
        with self._lock:
            self._kept.clear()
            self._n_kept = 0

    def names(self, folder: str) -> list[str]:
        """Give the names in a folder; none where there is no such folder.

        Raises
        ------
        BrineryError
            There is no such bucket, the store does not answer, or it refuses.
        """
        with told(self.url, self.words.not_read):
            try:
                found = self.files.ls(f"{self.base}/{folder}".rstrip("/"), detail=False)
            except FileNotFoundError:
                if not folder and not self.files.exists(self.base.partition("/")[0]):
                    raise no_bucket(self.url, self.words.remedy) from None
                return []
        return [PurePosixPath(one).name for one in found]

    def below(self, folder: str, after: str = "") -> list[PurePosixPath]:
        """Give the paths of the files below a folder, from there; one request a thousand files.

        Parameters
        ----------
        folder : str
        after : str
            Only those whose path from there is sorted behind this are asked for.

        Raises
        ------
        BrineryError
            There is no such bucket, the store does not answer, or it refuses.
        """
        bucket, _, base = f"{self.base}/{folder}/".partition("/")
        found, start = [], f"{base}{after}"
        while True:
            with told(self.url, self.words.not_read):
                try:
                    answer = self.files.call_s3(
                        "list_objects_v2",
                        Bucket=bucket,
                        Prefix=base,
                        StartAfter=start,
                        MaxKeys=_PAGE,
                    )
                except FileNotFoundError as error:
                    raise no_bucket(self.url, self.words.remedy) from error
            keys = [one["Key"] for one in answer.get("Contents", [])]
            found += [PurePosixPath(key.removeprefix(base)) for key in keys]
            if not answer["IsTruncated"]:
                return found
            start = keys[-1]

    def _try_exclusive(self) -> None:
        """See once that of several puts of one file at once the store takes one alone."""
        path = f"{_PROBE}/{secrets.token_hex(8)}"

        def is_taken(_: int) -> bool:
            try:
                self._put(path, b"")
            except FileExistsError:
                return False
            return True

        with ThreadPoolExecutor(_AT_ONCE) as threads:
            n_taken = sum(threads.map(is_taken, range(_AT_ONCE)))
        self._kept.pop(path, None)
        with contextlib.suppress(OSError):  # an account that may not delete leaves an empty file
            self.files.rm_file(f"{self.base}/{path}")
        if n_taken != 1:
            raise BrineryError(
                "This store puts a file over one that is there, so two servers could lose each "
                f"other's {self.words.lost}.",
                where=self.url,
                remedy="Use a store that keeps to conditional writes (If-None-Match), or a folder.",
            )
        self._is_exclusive = True

    def _put(self, path: str, data: bytes) -> None:
        target = f"{self.base}/{path}"
        mark = secrets.token_hex(8)
        # By the mark a writer knows its own object where the answer to its put was lost.
        more = {"Metadata": {_MARK: mark}}
        with told(self.url, self.words.not_written):
            for attempt in range(_TRIES):
                try:
                    self.files.pipe_file(target, data, mode="create", **more)
                except FileNotFoundError as error:  # an object needs no folder, but its bucket
                    raise no_bucket(self.url, self.words.remedy) from error
                except OSError as error:
                    status = _http_status(error)
                    if status == 409 and attempt < _TRIES - 1:  # another put is under way
                        time.sleep(0.05 * 2**attempt)
                        continue
                    if status != 412 and not isinstance(error, FileExistsError):
                        raise
                    if self.files.metadata(target).get(_MARK) != mark:
                        raise FileExistsError(target) from error
                self._keep(path, data)
                return

    def _keep(self, path: str, data: bytes) -> None:
        with self._lock:
            if path in self._kept or len(data) > _KEPT_BYTES:
                return
            self._kept[path] = data
            self._n_kept += len(data)
            while self._n_kept > _KEPT_BYTES:
                _, gone = self._kept.popitem(last=False)
                self._n_kept -= len(gone)


def opened(url: str, words: Words = SHELF) -> Remote:
    """Give what is at a URL; nothing is asked of the store yet.

    Raises
    ------
    BrineryError
        Nothing can be kept at such a URL, or the package that it takes is not installed.
    """
    return _opened(url, words, os.getpid())


@functools.lru_cache(maxsize=8)
def _opened(url: str, words: Words, _pid: int) -> Remote:
    if not is_bucket(url):
        # Other drivers of fsspec look for a file first and write then, so that a trial may pass
        # by chance, and two servers lose a version all the same.
        raise BrineryError(
            f"{words.noun.capitalize()} can't be kept at {url.partition('://')[0]}://: servers "
            f"would lose each other's {words.lost} there.",
            where=url,
            remedy=f"Set {words.setting} to a folder, or to a bucket such as "
            f"s3://bucket/{words.lost}.",
        )
    return Remote(url, *connected(url), words)


def _http_status(error: BaseException) -> int:
    """Give the status that an S3 store answered with; 0 where that is not known."""
    response = getattr(error.__cause__, "response", None) or {}
    return int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
