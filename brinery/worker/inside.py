"""What code that runs in a worker can ask of it; all of it also works outside of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

__all__ = ["all_cores", "listening", "say"]

_LISTENER: ContextVar[Callable[[dict[str, Any]], None] | None] = ContextVar(
    "listener", default=None
)


def say(fields: dict[str, Any]) -> None:
    """Send progress, as plain JSON values, to whoever submitted this call.

    Outside a worker, and in a thread that the call started, nothing happens.
    """
    listener = _LISTENER.get()
    if listener is not None:
        listener(fields)


@contextmanager
def listening(listener: Callable[[dict[str, Any]], None]) -> Iterator[None]:
    """Give what is said inside the block to `listener`."""
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)


@contextmanager
def all_cores() -> Iterator[int]:
    """Let BLAS and OpenMP use every core inside the block, and yield how many there are.

    A worker begins with one thread, so that workers side by side do not fight over the
    cores and answers do not depend on how many there are. Training fits inside this
    block; proof rows are answered outside of it.
    """
    import joblib
    from threadpoolctl import threadpool_limits

    n_cores: int = joblib.cpu_count()
    with threadpool_limits(limits=n_cores):
        yield n_cores
