"""A process that must never unpickle says so once, and Python itself then holds it to it."""

from __future__ import annotations

import sys

from brinery.errors import UnsafePickle

__all__ = ["forbid_unpickling"]


def forbid_unpickling() -> None:
    """Make every import by an unpickler raise in this process, whichever library tries.

    Called by the server when it starts; it can't be undone. Plain values, which need no
    import, are not covered: they can't run anything.
    """
    sys.addaudithook(_refuse)


def _refuse(event: str, args: tuple[object, ...]) -> None:
    if event == "pickle.find_class":
        raise UnsafePickle(
            f"This process does not unpickle, and something in it wanted {args[0]}.{args[1]}.",
            remedy="Only a worker unpickles; hand it the bytes.",
        )
