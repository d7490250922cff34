"""Files that the shell names in a bucket: fetched for the work, and sent once all is there."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from brinery.cli.output import tell
from brinery.errors import BrineryError, CannotWrite
from brinery.settings import is_bucket

__all__ = ["fetched", "require_apart", "sent"]

_TELL_SECONDS = 2.0
_ROOM = "Make room there, or name another folder by TMPDIR."


@contextlib.contextmanager
def fetched(file: str) -> Iterator[Path]:
    """Have a file on this machine; one of a bucket is here for as long as the block lasts.

    Raises
    ------
    ReadError, BrineryError
        There is no such file in the bucket, or the store does not let it be read.
    CannotWrite
        There is no room for it.
    """
    if not is_bucket(file):
        yield Path(file)
        return
    from brinery.scoring.offered import lying_in_bucket

    offered = lying_in_bucket(file)
    with tempfile.TemporaryDirectory(prefix="brinery-") as folder:
        path = Path(folder) / PurePosixPath(file).name
        try:
            offered.fetch(path, _Bytes("fetched", offered.n_bytes))
        except CannotWrite as error:
            raise CannotWrite(error.problem, where=folder, remedy=_ROOM) from error
        yield path


@contextlib.contextmanager
def sent(out: str) -> Iterator[Path]:
    """Have a path to write to; what is for a bucket goes there, as one object, after the block.

    Until then, and where anything goes wrong, what was in the bucket stays as it was.

    Raises
    ------
    CannotWrite
        No file is named, or the store does not take it; what was written is kept here.
    BrineryError
        There is no such bucket.
    """
    if not is_bucket(out):
        yield Path(out)
        return
    from brinery.registry.bucket import Words
    from brinery.registry.objects import objects_of

    url, _, name = out.rpartition("/")
    if not is_bucket(url) or not name:
        raise CannotWrite(
            "This names no file in a bucket.",
            where=out,
            remedy="Name one, such as s3://bucket/predictions.csv.",
        )
    objects = objects_of(url, Words("the file", "files", "--out"))
    objects.require_bucket()
    folder = Path(tempfile.mkdtemp(prefix="brinery-"))
    path = folder / name
    try:
        yield path
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    try:
        objects.send(path, name, _Bytes("sent", path.stat().st_size))
    except BrineryError as error:
        remedy = f"{error.remedy} What was written is kept in {path}."
        raise CannotWrite(error.problem, where=out, remedy=remedy) from error
    shutil.rmtree(folder)


def require_apart(file: str, out: str) -> None:
    """Refuse to put what is written in the place of the file that came.

    Raises
    ------
    CannotWrite
        Both are the same object.
    """
    if is_bucket(out) and file.partition("://")[2] == out.partition("://")[2]:
        raise CannotWrite(
            "That is the file that came, and it would be lost.",
            where=out,
            remedy="Give the file to be written another name.",
        )


class _Bytes:
    """Tell now and then how much of a file is done."""

    def __init__(self, verb: str, n_bytes: int) -> None:
        self._verb, self._n_bytes, self._told_at = verb, n_bytes, time.monotonic()

    def __call__(self, n_done: int) -> None:
        from brinery.report.words import size

        if time.monotonic() - self._told_at > _TELL_SECONDS:
            self._told_at = time.monotonic()
            tell(f"{size(n_done)} of {size(self._n_bytes)} {self._verb}")
