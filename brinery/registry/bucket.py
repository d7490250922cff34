"""A bucket: reached through fsspec, and what is wrong with it in words."""

from __future__ import annotations

import contextlib
import functools
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from brinery.errors import BrineryError
from brinery.settings import is_bucket

__all__ = ["RUNS", "SHELF", "Words", "connected", "no_bucket", "read_all", "told"]

_LOG = logging.getLogger("brinery.registry")
_OPTIONS: dict[str, Any] = {
    "use_listings_cache": False,  # else what others put is never seen
    "skip_instance_cache": True,
    "config_kwargs": {"connect_timeout": 5, "retries": {"mode": "standard", "max_attempts": 3}},
}
"""An address that does not answer is told within half a minute, and not after some."""


@dataclass(frozen=True)
class Words:
    """How that is called which is kept in a bucket.

    Attributes
    ----------
    noun : str
        With its article.
    lost : str
        What servers would lose of each other where the store keeps to no conditional writes.
    setting : str
        Where the bucket is set.
    """

    noun: str
    lost: str
    setting: str

    @property
    def not_read(self) -> str:
        """That it can't be read."""
        return f"{self.noun.capitalize()} can't be read"

    @property
    def not_written(self) -> str:
        """That it can't be written."""
        return f"{self.noun.capitalize()} can't be written"

    @property
    def remedy(self) -> str:
        """What to do where there is no such bucket."""
        return f"Make it, or correct {self.setting}."


SHELF = Words("the shelf", "models", "BRINERY_MODELS or --models")
RUNS = Words("the runs", "runs", "BRINERY_RUNS")


def connected(url: str) -> tuple[Any, str]:
    """Give the file system of a bucket, and the path in it; nothing is asked of the store yet.

    All URLs of one bucket have the same, and so its connections.

    Raises
    ------
    BrineryError
        The URL is of no bucket, or the package that it takes is not installed.
    """
    assert is_bucket(url)
    scheme, _, path = url.partition("://")
    # Taken apart here: fsspec would read “::” and “?” in the key of an object as its own.
    return _connected(f"{scheme}://{path.partition('/')[0]}", os.getpid()), path.rstrip("/")


@functools.lru_cache(maxsize=16)
def _connected(url: str, _pid: int) -> Any:
    import fsspec  # here, since a folder needs none of it

    try:
        files, _ = fsspec.core.url_to_fs(url, **_OPTIONS)
    except (ImportError, ValueError) as error:
        raise BrineryError(
            f"A bucket at this address can't be opened ({error}).",
            where=url,
            remedy="pip install 'brinery[s3]'",
        ) from error
    return files


def read_all(files: Any, paths: list[str], at_once: int | None = None) -> list[bytes]:
    """Read objects, several at once; one request each, where `cat` looks first what is there.

    Raises
    ------
    FileNotFoundError
        One is not there.
    Exception
        As the driver raises.
    """
    found = files.cat_ranges(paths, None, None, batch_size=at_once)
    for one in found:
        if isinstance(one, BaseException):
            raise one
    return list(found)


def no_bucket(url: str, remedy: str) -> BrineryError:
    """Say that there is no such bucket."""
    name = url.partition("://")[2].partition("/")[0]
    return BrineryError(f"There is no bucket “{name}”.", where=url, remedy=remedy)


@contextlib.contextmanager
def told(url: str, problem: str) -> Iterator[None]:
    """Put what goes wrong into words; what callers decide on passes as it is.

    Parameters
    ----------
    url : str
        What the store is asked about.
    problem : str
        What then can't be done, without a full stop.

    Raises
    ------
    FileExistsError, FileNotFoundError
        As the store says.
    BrineryError
        Anything else: there are no keys, they may not do that, the store does not answer.
    """
    try:
        yield
    except (BrineryError, FileExistsError, FileNotFoundError):
        raise
    except Exception as error:  # each driver raises kinds of its own
        _LOG.warning("%s: %r", url, error)
        raise BrineryError(
            f"{problem}{_why(error)} ({str(error) or type(error).__name__}).",
            where=url,
            remedy="Whoever runs this server: look whether the store answers, and whether its "
            "address and the name and secret of the account (AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, "
            "AWS_SECRET_ACCESS_KEY) are right.",
        ) from error


def _why(error: Exception) -> str:
    """Say in a few words which of the common troubles it is."""
    from botocore.exceptions import ConnectionError as NoConnection
    from botocore.exceptions import HTTPClientError, NoCredentialsError

    if isinstance(error, NoCredentialsError):
        return ": this server has no keys for the store"
    if isinstance(error, PermissionError):
        return ": the store does not let these keys do that"
    if isinstance(error, HTTPClientError | NoConnection | TimeoutError):
        return ": the store does not answer"
    return ""
