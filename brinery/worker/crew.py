"""The fork server of one environment, and the blank worker that waits there."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from brinery.errors import BrineryError, WorkerFailed
from brinery.worker.server import ForkServer, Hand

if TYPE_CHECKING:
    from brinery.worker.trial import Tried

__all__ = ["Crew"]

_LOG = logging.getLogger("brinery.worker")


class Crew:
    """Starts a fork server when the first worker is asked for, and another where it died.

    Parameters
    ----------
    launch : callable
        Starts the fork server; may raise `BrineryError`.

    Attributes
    ----------
    n_calls : int
        How many calls it serves now; the staff counts them.
    tried : tuple of Tried
        What its workers can and can't do, once it was tried.
    """

    def __init__(self, launch: Callable[[], ForkServer]) -> None:
        self.n_calls = 0
        self.tried: tuple[Tried, ...] = ()
        self._launch = launch
        self._lock = threading.Lock()
        self._starting = threading.Lock()
        self._server: ForkServer | None = None
        self._blank: Hand | None = None
        self._rest: threading.Timer | None = None
        self._is_stopped = False

    def fork(self) -> Hand:
        """Fork a worker; where the fork server died, start another, once.

        Raises
        ------
        WorkerFailed
            No worker can be started.
        NoEnvironment
            The environment is not there.
        """
        for is_last in (False, True):
            server = self._alive()
            try:
                return server.fork()
            except (OSError, EOFError) as error:
                server.process.kill()
                server.process.wait()
                if is_last:
                    raise WorkerFailed(
                        "The worker processes end as soon as they are started.",
                        remedy="The server's log says why.",
                    ) from error
        raise AssertionError("the loop above returns or raises")

    def n_places(self) -> int:
        """Give how many calls the cluster behind it does at a time; 0 for a fork server."""
        return self._alive().n_places

    def take_blank(self) -> Hand | None:
        """Give the worker that waits for its first call, if there is one."""
        with self._lock:
            hand, self._blank = self._blank, None
            return hand

    def spare(self) -> None:
        """Have a blank worker ready, so that the next new pickle does not wait for one."""
        with self._lock:
            if self._blank is not None and self._blank.is_waiting():
                return
        spent: Hand | None = self.fork()
        with self._lock:
            if not self._is_stopped:
                spent, self._blank = self._blank, spent
        if spent is not None:
            spent.end()
            spent.connection.close()

    def spare_quietly(self) -> None:
        """Do as `spare`, but only note where that fails: the next call will say it."""
        try:
            self.spare()
        except BrineryError as error:
            if not self._is_stopped:
                _LOG.warning("no spare worker: %s", error)

    def rest_after(self, seconds: float, leave: Callable[[], object]) -> None:
        """Call `leave` after so many seconds, counted anew each time that it is called."""
        with self._lock:
            if self._is_stopped:
                return
            if self._rest is not None:
                self._rest.cancel()
            self._rest = threading.Timer(seconds, leave)
            self._rest.daemon = True
            self._rest.start()

    def pids(self) -> tuple[int, ...]:
        """Give the process ids of the fork server and of the blank worker, if they live."""
        with self._lock:
            if self._server is None or not self._server.is_alive():
                return ()
            return self._server.process.pid, *([self._blank.pid] if self._blank else [])

    def stop(self) -> None:
        """End the fork server with all its workers, for good."""
        with self._starting, self._lock:
            self._is_stopped = True
            server, self._server, self._blank = self._server, None, None
            rest = self._rest
        if rest is not None:
            rest.cancel()
        if server is not None:
            server.stop()

    def _alive(self) -> ForkServer:
        with self._starting:
            if self._is_stopped:
                raise WorkerFailed("The worker processes were shut down.")
            server = self._server
            if server is None or not server.is_alive():
                if server is not None:
                    _LOG.warning("the fork server had ended; another is started")
                    server.stop()
                server = self._launch()
                with self._lock:
                    self._server = server
            return server
