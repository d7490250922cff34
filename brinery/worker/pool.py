"""The pool: a `concurrent.futures.Executor` whose workers are confined processes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Executor
from types import TracebackType
from typing import Any

from brinery.errors import NoSandbox, WorkerFailed
from brinery.safety import house
from brinery.settings import Settings
from brinery.worker.call import Call, Work, lost
from brinery.worker.lane import Lane
from brinery.worker.protocol import Pickled
from brinery.worker.server import ForkServer, Hand, start
from brinery.worker.talk import talk
from brinery.worker.trial import Tried, try_all, what_is_open

__all__ = ["Pickled", "Pool"]

_LOG = logging.getLogger("brinery.worker")
_SPARE_IDLE = 2


class Pool(Executor):
    """Runs functions of the program in worker processes; usable from many threads.

    A call with a pickle goes to a worker that holds it, or to a new one that loads it
    through the door; that worker serves this one pickle for its life. A call without a
    pickle, and a fresh one, get a worker of their own. Scoring has `n_workers` places;
    training and fresh calls have places of their own, so that none waits for the other.

    Parameters
    ----------
    settings : Settings
        How many workers, and what each may use.
    packages : tuple of str
        The packages whose functions may be called.
    """

    def __init__(self, settings: Settings, *, packages: tuple[str, ...] = ("brinery",)) -> None:
        house.parsed(settings.allow)  # a name that can't be allowed is said here, not in a worker
        self._settings = settings
        self._packages = packages
        self._lock = threading.Lock()
        self._starting = threading.Lock()
        self._trying = threading.Lock()
        self._tried: tuple[Tried, ...] = ()
        self._server: ForkServer | None = None
        self._blank: Hand | None = None
        self._idle: list[Hand] = []  # the longest idle first
        self._busy: set[Hand] = set()
        self._calls: set[Call] = set()
        self._is_shut = False
        n_places = max(1, settings.n_workers)
        self._lanes = {
            "score": Lane(n_places, self._drive),
            "fresh": Lane(max(2, n_places), self._drive),
            "train": Lane(max(2, n_places), self._drive),
        }

    def submit(  # type: ignore[override]
        self,
        fn: Callable[..., bytes],
        /,
        *args: bytes | str | int | float | bool,
        pickled: Pickled | None = None,
        progress: Callable[[dict[str, Any]], None] | None = None,
        timeout_seconds: float | None = None,
        fresh: bool = False,
    ) -> Call:
        """Call a module-level function of the program in a worker.

        Parameters
        ----------
        fn : function
            Gives bytes; with `pickled`, takes the loaded object as its first argument.
        *args : bytes, str, int, float or bool
            Its other arguments.
        pickled : Pickled, optional
            The pickle that the worker loads.
        progress : callable, optional
            Given, in a thread of the pool, what the call says by `inside.say`.
        timeout_seconds : float, optional
            The most wall time for the call, loading included but not the wait for a
            worker; without it, what the settings allow.
        fresh : bool
            Whether a worker is made for this call alone.

        Returns
        -------
        Call
            A future; `cancel()` also stops it while it runs. Its `result()` raises
            `Cancelled`, `WorkerFailed`, or any `BrineryError` that the function raised.

        Raises
        ------
        RuntimeError
            The pool was shut down.
        NoSandbox
            The settings require a sandbox for a stranger's pickle, and it does not hold.
        """
        if pickled is not None and not pickled.trained_here:
            self.require_sandbox()
        if pickled is None:
            lane, seconds = "train", self._settings.training_seconds
        else:
            lane, seconds = "fresh" if fresh else "score", self._settings.worker_seconds
        work = Work(
            address=f"{fn.__module__}:{fn.__qualname__}",
            args=args,
            pickled=pickled,
            progress=progress,
            # The processor's clock is the limit; the wall's only catches what sleeps.
            timeout_seconds=timeout_seconds or (seconds if pickled is None else 10 * seconds),
            processor_seconds=seconds if pickled else seconds * 1024,
            lane=lane,
        )
        call = Call(work)
        with self._lock:
            if self._is_shut:
                raise RuntimeError("cannot submit a call to a pool that was shut down")
            self._calls.add(call)
        call.add_done_callback(self._forget)
        self._lanes[lane].put(call)
        return call

    def warm(self) -> None:
        """Start the fork server and a blank worker, and wait until they are ready.

        Raises
        ------
        WorkerFailed
            They do not start.
        """
        self._spare()

    def sandbox(self) -> tuple[Tried, ...]:
        """Give what a worker can and can't do here, by trying it; once in a pool's life.

        Raises
        ------
        WorkerFailed
            The workers do not start.
        """
        with self._trying:
            if not self._tried:
                self.warm()
                self._tried = try_all(self, self._settings)
            return self._tried

    def pids(self) -> tuple[int, ...]:
        """Give the process ids of the fork server and of the workers that live."""
        with self._lock:
            if self._server is None or not self._server.is_alive():
                return ()
            hands = [*self._idle, *self._busy, *([self._blank] if self._blank else [])]
            return self._server.process.pid, *(hand.pid for hand in hands)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End every process of the pool.

        Parameters
        ----------
        wait : bool
            Whether calls that were submitted are finished first; otherwise they are
            cancelled, for no worker outlives its pool.
        cancel_futures : bool
            Whether to cancel them although `wait` is set.
        """
        with self._lock:
            self._is_shut = True
            calls = tuple(self._calls)
        for call in calls:
            if cancel_futures or not wait:
                call.cancel()
        for lane in self._lanes.values():
            lane.close()
        with self._starting, self._lock:
            server, self._server, self._blank = self._server, None, None
            self._idle.clear()
        if server is not None:
            server.stop()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.shutdown(cancel_futures=error is not None)

    def require_sandbox(self) -> None:
        """Refuse to go on with a stranger's file where the settings ask for a sandbox in vain.

        Raises
        ------
        NoSandbox
            A worker can still do what the sandbox should keep from it; the operator mends that.
        """
        if not self._settings.require_sandbox:
            return
        if missing := what_is_open(self.sandbox()):
            raise NoSandbox(
                "This server takes models from elsewhere only where the sandbox holds, and here "
                f"a worker can still {missing}.",
                remedy="Its operator finds more on the System page, or by `brinery system`.",
            )

    def _forget(self, call: Any) -> None:
        with self._lock:
            self._calls.discard(call)

    def _drive(self, call: Call) -> None:
        """See one call through, in a thread of its lane."""
        if not call.begin():
            return
        try:
            hand = self._hire(call.work)
        except Exception as error:  # noqa: BLE001  the submitter must hear of it, this thread go on
            call.fail(error)
            return
        keep = False
        call.employ(hand)
        try:
            keep = talk(call, hand, self._settings.worker_memory_bytes)
        except (EOFError, OSError, ValueError) as error:
            _LOG.info("worker %d is lost: %r", hand.pid, error)
            call.fail(lost(hand.end(), call.work))
        except Exception as error:  # noqa: BLE001  e.g. what `progress` raised
            call.fail(error)
        finally:
            call.dismiss()
            self._release(hand, keep=keep and not call.is_stopped())
        with self._lock:
            is_shut = self._is_shut
        if not is_shut:
            self._spare_quietly()

    def _hire(self, work: Work) -> Hand:
        with self._lock:
            hand = None
            if work.pickled is not None and work.lane == "score":
                hand = next((h for h in self._idle if h.holds == work.pickled.sha256), None)
            if hand is not None:
                self._idle.remove(hand)
            else:
                hand, self._blank = self._blank, None
            if hand is not None and hand.is_waiting():
                self._busy.add(hand)
                return hand
        if hand is not None:
            self._release(hand, keep=False)
        hand = self._fork()
        with self._lock:
            self._busy.add(hand)
        return hand

    def _release(self, hand: Hand, *, keep: bool) -> None:
        with self._lock:
            self._busy.discard(hand)
            if keep and not self._is_shut:
                self._idle.append(hand)
            n_over = len(self._idle) - self._settings.n_workers - _SPARE_IDLE
            ended = [] if keep else [hand]
            ended += [self._idle.pop(0) for _ in range(n_over)]
        for one in ended:
            one.end()
            one.connection.close()

    def _fork(self) -> Hand:
        """Fork a worker; where the fork server died, start another, once."""
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

    def _alive(self) -> ForkServer:
        with self._starting:
            if self._is_shut:
                raise WorkerFailed("The worker processes were shut down.")
            server = self._server
            if server is None or not server.is_alive():
                if server is not None:
                    _LOG.warning("the fork server had ended; another is started")
                    server.stop()
                server = start(
                    self._settings.worker_memory_bytes, self._packages, self._settings.allow
                )
                with self._lock:
                    self._server = server
            return server

    def _spare(self) -> None:
        """Have a blank worker ready, so that the next new pickle does not wait for one."""
        with self._lock:
            if self._blank is not None and self._blank.is_waiting():
                return
        hand = self._fork()
        with self._lock:
            if self._blank is None and not self._is_shut:
                self._blank = hand
                return
            spent, self._blank = self._blank, hand
        if spent is not None:
            self._release(spent, keep=False)

    def _spare_quietly(self) -> None:
        try:
            self._spare()
        except WorkerFailed as error:
            _LOG.warning("no spare worker: %s", error)
