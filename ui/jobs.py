"""Work that outlives a click: it runs in the pool and is found again by its id."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from brinery.worker.call import Call

__all__ = ["Job", "Jobs"]

_KEPT = 20
_KEPT_BYTES = 2**29


@dataclass(eq=False)
class Job:
    """One piece of work.

    Attributes
    ----------
    id : str
        Hard to guess: whoever has it may look and cancel.
    about : dict
        What the page needs to show it again after a reload.
    progress : dict
        What the work said last: `step`, `done`, `total`, and what it found so far.
    future : Call
        The work itself.
    """

    id: str
    about: dict[str, Any]
    future: Call
    progress: dict[str, Any] = field(default_factory=dict)
    started: float = field(default_factory=time.monotonic)

    @property
    def elapsed_seconds(self) -> float:
        """How long ago it began."""
        return time.monotonic() - self.started

    @property
    def share(self) -> float:
        """How much is done, from 0 to 1."""
        total = self.progress.get("total") or 0
        return min(1.0, self.progress.get("done", 0) / total) if total else 0.0

    @property
    def n_bytes(self) -> int:
        """How large the result is; 0 where there is none."""
        done = self.future
        if not done.done() or done.cancelled() or done.exception() is not None:
            return 0
        return len(done.result())


class Jobs:
    """The jobs of this server: those that run, and of those that are done the last ones.

    Kept are as many as 20, and of their results as much as 512 MiB, but at least the last.
    """

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()

    def start(
        self,
        submit: Callable[[Callable[[dict[str, Any]], None]], Call],
        about: dict[str, Any],
    ) -> Job:
        """Begin the work that `submit` sends off, given the function that takes its progress."""
        progress: dict[str, Any] = {}
        job = Job(secrets.token_urlsafe(9), about, submit(progress.update), progress)
        with self._lock:
            self._jobs[job.id] = job
            self._forget()
        return job

    def _forget(self) -> None:
        done = [one for one in self._jobs.values() if one.future.done()]
        kept_bytes = 0
        for n_newer, one in enumerate(reversed(done)):
            kept_bytes += one.n_bytes
            if n_newer >= _KEPT or (n_newer and kept_bytes > _KEPT_BYTES):
                del self._jobs[one.id]

    def find(self, id: str | None) -> Job | None:
        """Give the job, or None where it was never there or is long gone."""
        with self._lock:
            return self._jobs.get(id or "")
