"""One call over the wire, from the pool's side: load, call, progress, answer."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from brinery.errors import BrineryError
from brinery.worker.call import Call
from brinery.worker.protocol import receive, send
from brinery.worker.server import Hand

__all__ = ["talk"]

_LOG = logging.getLogger("brinery.worker")


def talk(call: Call, hand: Hand, max_bytes: int) -> bool:
    """Have a worker do a call, and end the call; tell whether it can do another.

    Raises
    ------
    EOFError, OSError
        The worker is gone.
    ValueError
        It answered what no worker of ours answers.
    """
    work = call.work
    if work.pickled is not None and not hand.holds:
        load = {"do": "load", "processor_seconds": work.processor_seconds}
        send(hand.connection, load, (work.pickled.data,))
        reply, _ = _answer(hand, None, max_bytes)
        if "done" not in reply:
            _fail(call, reply)
            return False
        hand.holds = work.pickled.sha256
    send(hand.connection, work.header(), work.frames())
    call.sent()
    reply, frames = _answer(hand, work.progress, max_bytes)
    if "done" not in reply:
        _fail(call, reply)
        return work.keeps_worker and not reply.get("broken")
    call.succeed(frames[0])
    return work.keeps_worker


def _answer(
    hand: Hand, progress: Callable[[dict[str, Any]], None] | None, max_bytes: int
) -> tuple[dict[str, Any], tuple[bytes, ...]]:
    while True:
        reply, answer = receive(hand.connection, max_bytes)
        if "say" not in reply:
            if not answer:
                raise ValueError("the answer has no frame")
            return reply, answer
        if progress is not None and isinstance(reply["say"], dict):
            progress(reply["say"])


def _fail(call: Call, reply: dict[str, Any]) -> None:
    if reply.get("traceback"):
        _LOG.error("%s failed in a worker:\n%s", call.work.address, reply["traceback"])
    fields = reply.get("error")
    if not isinstance(fields, dict):
        raise ValueError("the answer is neither a result nor an error")
    call.fail(BrineryError.from_dict({str(key): str(value) for key, value in fields.items()}))
