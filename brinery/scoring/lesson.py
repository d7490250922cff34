"""What the page that teaches pickling has a worker do; each says in which process it ran."""

from __future__ import annotations

import json
import os
from typing import Any

__all__ = ["answer_in_worker", "repeat_in_worker", "train_in_worker"]


def repeat_in_worker(value: Any) -> bytes:
    """Give what was unpickled as JSON: {"pid", "value"}."""
    return json.dumps({"pid": os.getpid(), "value": value}).encode()


def train_in_worker(request: bytes, table: bytes, lines: bytes) -> bytes:
    """Train as `brinery.training.remote.train_in_worker`; the pid comes first, 8 bytes.

    Raises
    ------
    CannotLearn
        Nothing can be learned from these rows; the message says why.
    """
    from brinery.training.remote import train_in_worker as train

    return os.getpid().to_bytes(8, "big") + train(request, table, lines)


def answer_in_worker(estimator: Any, features: bytes, by: str) -> bytes:
    """Answer as `brinery.scoring.answer.answer`; the pid comes first, 8 bytes."""
    from brinery.scoring.answer import answer

    return os.getpid().to_bytes(8, "big") + answer(estimator, features, by)
