"""Files that the shell names in a bucket: fetched for the work, and sent once all is there."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from brinery.cli.output import NowAndThen
from brinery.errors import BrineryError, CannotWrite
from brinery.settings import is_bucket

__all__ = ["fetched", "require_apart", "sent"]

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
            offered.fetch(path, _moved("fetched", offered.n_bytes))
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
        objects.send(path, name, _moved("sent", path.stat().st_size))
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


def _moved(verb: str, n_bytes: int) -> NowAndThen:
    """Tell now and then how much of a file was fetched, or sent."""
    from brinery.report.words import size

    return NowAndThen(lambda n_done: f"{size(n_done)} of {size(n_bytes)} {verb}")
