"""How a pool and its workers talk: a JSON header, then as many frames of bytes as it says.

`Connection.send` and `Connection.recv` pickle what they carry, so only `send_bytes` and
`recv_bytes` are used: a worker that turned hostile can send nothing but text and bytes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

__all__ = ["MAX_FRAMES", "MAX_HEADER_BYTES", "Pickled", "receive", "send"]

MAX_HEADER_BYTES = 4 * 2**20
MAX_FRAMES = 64


@dataclass(frozen=True)
class Pickled:
    """A pickle on its way to a worker.

    Attributes
    ----------
    sha256 : str
        The hex digest of `data`, by which a worker that holds it is found again.
    data : bytes
        The pickle.
    trained_here : bool
        Whether Brinery's own training made it; every other may be a stranger's.
    environment : str
        The key of the Python environment that runs it; empty for the server's own.
    """

    sha256: str
    data: bytes = field(repr=False)
    trained_here: bool = False
    environment: str = ""


def send(
    connection: Connection[Any, Any], header: dict[str, Any], frames: Sequence[bytes] = ()
) -> None:
    """Send one message.

    Raises
    ------
    OSError
        The other side is gone; a pool replaces the worker.
    ValueError
        The header or the number of frames is larger than the other side takes.
    """
    head = json.dumps({**header, "n_frames": len(frames)}).encode()
    if len(head) > MAX_HEADER_BYTES or len(frames) > MAX_FRAMES:
        raise ValueError("the message is too large; send large values as bytes")
    connection.send_bytes(head)
    for frame in frames:
        connection.send_bytes(frame)


def receive(
    connection: Connection[Any, Any], max_bytes: int
) -> tuple[dict[str, Any], tuple[bytes, ...]]:
    """Receive one message, whose frames are at most `max_bytes` long together.

    Raises
    ------
    EOFError, OSError
        The other side is gone, or the frames are too long.
    ValueError
        What came is not a message.
    """
    try:
        header = json.loads(connection.recv_bytes(MAX_HEADER_BYTES))
    except RecursionError:
        raise ValueError("the header is nested too deeply") from None
    if not isinstance(header, dict):
        raise ValueError("the header is not an object")
    n_frames = header.get("n_frames")
    if not isinstance(n_frames, int) or not 0 <= n_frames <= MAX_FRAMES:
        raise ValueError("the header does not say how many frames follow")
    frames: list[bytes] = []
    for _ in range(n_frames):
        frames.append(connection.recv_bytes(max_bytes))
        max_bytes -= len(frames[-1])
    return header, tuple(frames)
