"""What code that runs in a worker can ask of it; all of it also works outside of one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

__all__ = ["all_cores", "is_asked_to_finish", "listening", "say", "who_asks_to_finish"]

_ASKED: ContextVar[Callable[[], bool] | None] = ContextVar("asked", default=None)
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


def is_asked_to_finish() -> bool:
    """Tell whether whoever submitted this call wants it to end soon, with what it has.

    Outside a worker, and in a thread that the call started, nobody does.
    """
    asked = _ASKED.get()
    return asked is not None and asked()


def who_asks_to_finish() -> Callable[[], bool]:
    """Give what `is_asked_to_finish` asks, for the threads that this call starts."""
    return _ASKED.get() or (lambda: False)


@contextmanager
def listening(
    listener: Callable[[dict[str, Any]], None], asked: Callable[[], bool] = lambda: False
) -> Iterator[None]:
    """Give what is said inside the block to `listener`; `asked` tells whether to finish."""
    tokens = _LISTENER.set(listener), _ASKED.set(asked)
    try:
        yield
    finally:
        _LISTENER.reset(tokens[0])
        _ASKED.reset(tokens[1])


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
