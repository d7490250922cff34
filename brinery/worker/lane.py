"""A queue of calls with a few threads, so that one kind of work never waits for another."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue

from brinery.worker.call import Call

__all__ = ["Lane"]


class Lane:
    """Some daemon threads that see calls through, first come first served."""

    def __init__(self, n_places: int, drive: Callable[[Call], None]) -> None:
        self._n_places = n_places
        self._drive = drive
        self._waiting: SimpleQueue[Call | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._n_free = threading.Semaphore(0)
        self._lock = threading.Lock()

    def put(self, call: Call) -> None:
        """Queue a call."""
        self._waiting.put(call)
        with self._lock:
            if not self._n_free.acquire(blocking=False) and len(self._threads) < self._n_places:
                thread = threading.Thread(target=self._run, name="brinery-pool", daemon=True)
                self._threads.append(thread)
                thread.start()

    def close(self) -> None:
        """Let the calls that wait be done, then end the threads."""
        with self._lock:  # else one may be there that was not started yet
            threads = tuple(self._threads)
        for _ in threads:
            self._waiting.put(None)
        for thread in threads:
            if thread is not threading.current_thread():
                thread.join()

    def _run(self) -> None:
        while (call := self._waiting.get()) is not None:
            self._drive(call)
            del call  # so that what was sent is let go of before the next comes
            self._n_free.release()
