"""The pool: a `concurrent.futures.Executor` whose workers are confined processes."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from concurrent.futures import Executor
from types import TracebackType
from typing import Any

from brinery.errors import NoSandbox
from brinery.safety import house
from brinery.settings import Settings
from brinery.worker.call import Call, Work, lost
from brinery.worker.crew import Crew
from brinery.worker.lane import Lane
from brinery.worker.protocol import Pickled
from brinery.worker.staff import MOST_ON_CLUSTER, Staff
from brinery.worker.talk import talk
from brinery.worker.trial import Tried, try_all, what_is_open

__all__ = ["Pool"]

_LOG = logging.getLogger("brinery.worker")
_WHILE_THEY_START = 8
"""Chunks that are read and checked meanwhile; a few MB each."""
_QUICK_BYTES = 2**19


class Pool(Executor):
    """Runs functions of the program in worker processes; usable from many threads.

    A call with a pickle goes to a worker that holds it, or to a new one that loads it
    through the door; that worker serves this one pickle for its life. A call without a
    pickle, and a fresh one, get a worker of their own. Scoring has `n_workers` places; scoring
    of a few rows, training and fresh calls have places of their own, so that none waits for the
    other: what somebody looks at a page for is not behind the many chunks of a run.

    Workers are forked by one fork server for each Python environment: the server's own, and
    those of models made with other versions, which start when they are first needed and end
    when nothing has needed them for ten minutes. Where the settings name the scheduler of a Dask
    cluster, the chunks of runs are answered there, in the sandbox of its machines.

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
        self._staff = Staff(settings, packages)
        self._lock = threading.Lock()
        self._trying = threading.Lock()
        self._calls: set[Call] = set()
        self._is_shut = False
        n_places = max(1, settings.n_workers)
        self._lanes = {
            "score": Lane(n_places, self._drive),
            "quick": Lane(n_places, self._drive),
            "fresh": Lane(max(2, n_places), self._drive),
            "train": Lane(max(2, n_places), self._drive),
            "cluster": Lane(MOST_ON_CLUSTER, self._drive),
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
        environment: str = "",
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
        environment : str
            The key of the environment that runs a call without a pickle; a pickle brings its
            own. Without one, the server's own.

        Returns
        -------
        Call
            A future; `cancel()` also stops it while it runs. Its `result()` raises
            `Cancelled`, `WorkerFailed`, `NoEnvironment` where the environment was not built
            here, or any `BrineryError` that the function raised.

        Raises
        ------
        RuntimeError
            The pool was shut down.
        NoSandbox
            The settings require a sandbox for a stranger's pickle, and it does not hold.
        """
        if pickled is not None:
            environment = pickled.environment
            if not pickled.trained_here:
                self.require_sandbox(environment)
        if pickled is None:
            lane, seconds = "train", self._settings.training_seconds
        else:
            n_bytes = sum(len(arg) for arg in args if isinstance(arg, bytes))
            lane = "fresh" if fresh else "quick" if n_bytes <= _QUICK_BYTES else "score"
            seconds = self._settings.worker_seconds
            if lane == "score" and not environment and self._settings.scheduler:
                lane, environment = "cluster", self._settings.scheduler
        work = Work(
            address=f"{fn.__module__}:{fn.__qualname__}",
            args=args,
            pickled=pickled,
            progress=progress,
            # The processor's clock is the limit; the wall's only catches what sleeps.
            timeout_seconds=timeout_seconds or (seconds if pickled is None else 10 * seconds),
            processor_seconds=seconds if pickled else seconds * 1024,
            lane=lane,
            environment=environment,
        )
        call = Call(work)
        call.add_done_callback(self._forget)
        with self._lock:
            if self._is_shut:
                raise RuntimeError("cannot submit a call to a pool that was shut down")
            self._calls.add(call)
            self._lanes[lane].put(call)  # in a lane that has closed it would wait for ever
        return call

    def most_chunks(self, environment: str = "") -> int:
        """Give how many chunks of a run keep every worker busy; some wait, so that none idles.

        Parameters
        ----------
        environment : str
            The key of the model's own environment; its chunks are answered here, whatever the
            settings name.

        Raises
        ------
        WorkerFailed
            The cluster that the settings name does not answer.
        """
        if self._settings.scheduler and not environment:
            n_places = self._staff.crew(self._settings.scheduler).n_places()
            return min(MOST_ON_CLUSTER, 2 * n_places)
        return 2 * (os.cpu_count() or 1) + _WHILE_THEY_START

    def warm(self) -> None:
        """Start the fork server and a blank worker, and wait until they are ready.

        Raises
        ------
        WorkerFailed
            They do not start.
        """
        self._staff.crew("").spare()

    def warm_ahead(self) -> None:
        """Begin `warm` without waiting for it; what goes wrong is said by the first call."""
        spare = self._staff.crew("").spare_quietly
        threading.Thread(target=spare, name="brinery-warm", daemon=True).start()

    def sandbox(self, environment: str = "") -> tuple[Tried, ...]:
        """Give what a worker can and can't do here, by trying it; once while they live.

        Parameters
        ----------
        environment : str
            The key of the environment that the worker is of; without one, the server's own.

        Raises
        ------
        WorkerFailed, NoEnvironment
            The workers do not start.
        """
        with self._trying:
            crew = self._staff.crew(environment)
            if not crew.tried:
                self.warm()
                crew.tried = try_all(self, self._settings, environment)
            return crew.tried

    @property
    def is_shut(self) -> bool:
        """Whether it takes no more calls."""
        return self._is_shut

    def pids(self) -> tuple[int, ...]:
        """Give the process ids of the fork servers and of the workers that live.

        The first is that of the server's own environment, once it was started.
        """
        return self._staff.pids()

    def leave(self, environment: str) -> bool:
        """End the workers of an environment that no call needs now, until one does again.

        Returns
        -------
        bool
            False where some call needs them: nothing was ended.
        """
        return self._staff.leave(environment)

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
        self._staff.start_no_more()
        for call in calls:
            if cancel_futures or not wait:
                call.cancel()
        for lane in self._lanes.values():
            lane.close()
        self._staff.close()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.shutdown(cancel_futures=error is not None)

    def require_sandbox(self, environment: str = "") -> None:
        """Refuse to go on with a stranger's file where the settings ask for a sandbox in vain.

        Parameters
        ----------
        environment : str
            Of the worker that would take it, as for `sandbox`.

        Raises
        ------
        NoSandbox
            A worker can still do what the sandbox should keep from it; the operator mends that.
        """
        if not self._settings.require_sandbox:
            return
        if missing := what_is_open(self.sandbox(environment)):
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
        with self._staff.serving(call.work.environment) as crew:
            self._serve(call, crew)
            if not self._is_shut:
                crew.spare_quietly()

    def _serve(self, call: Call, crew: Crew) -> None:
        try:
            hand = self._staff.hire(call.work, crew)
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
            self._staff.release(hand, keep=keep and not call.is_stopped())
