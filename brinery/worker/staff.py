"""Who works for a pool: a crew for each environment, and the workers that are busy or wait."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from brinery.environments import kept
from brinery.errors import WorkerFailed
from brinery.settings import Settings
from brinery.worker import cluster
from brinery.worker.call import Work
from brinery.worker.crew import Crew
from brinery.worker.hands import Hands
from brinery.worker.server import ForkServer, Hand, start

__all__ = ["MOST_ON_CLUSTER", "Staff"]

MOST_ON_CLUSTER = 256
"""At most so many calls are on the cluster at a time."""

_SPARE_IDLE = 2
_REST_SECONDS = 600.0


class Staff:
    """Finds a worker for each call; usable from many threads.

    An environment is named by its key, the server's own by "", the cluster by the address of
    its scheduler.

    Parameters
    ----------
    settings : Settings
        As for `brinery.worker.pool.Pool`.
    packages : tuple of str
        The packages whose functions may be called.
    """

    def __init__(self, settings: Settings, packages: tuple[str, ...]) -> None:
        self._settings = settings
        self._packages = packages
        self._lock = threading.Lock()
        self._crews: dict[str, Crew] = {}
        self._hands = Hands(settings.n_workers + _SPARE_IDLE)
        self._far_hands = Hands(MOST_ON_CLUSTER)
        self._starts_no_more = False

    def crew(self, environment: str) -> Crew:
        """Give the crew of an environment, whose fork server starts when it is first needed."""
        with self._lock:
            return self._crew(environment)

    @contextmanager
    def serving(self, environment: str) -> Iterator[Crew]:
        """Give the crew that serves a call, and count the call as long as it lasts."""
        with self._lock:
            crew = self._crew(environment)
            crew.n_calls += 1
        try:
            yield crew
        finally:
            with self._lock:
                crew.n_calls -= 1
                if environment:
                    crew.rest_after(_REST_SECONDS, lambda: self.leave(environment))

    def hire(self, work: Work, crew: Crew) -> Hand:
        """Give a worker: one that holds the pickle, one that waits for its first, or a new one.

        Raises
        ------
        WorkerFailed, NoEnvironment
            As for `Crew.fork`.
        """
        hands = self._hands_of(work.environment)
        hand = None
        if work.keeps_worker and work.pickled is not None:
            hand = hands.take(work.pickled.sha256, work.environment)
        hand = hand or crew.take_blank()
        if hand is not None and not hand.is_waiting():
            hands.release(hand, keep=False)
            hand = None
        hand = hand or crew.fork()
        hand.environment = work.environment
        hands.employ(hand)
        return hand

    def release(self, hand: Hand, *, keep: bool) -> None:
        """Take a worker back: to wait for the next call, or to end."""
        self._hands_of(hand.environment).release(hand, keep=keep)

    def pids(self) -> tuple[int, ...]:
        """Give the process ids as `Pool.pids` has them."""
        with self._lock:
            crews = sorted(self._crews.items())
        return *(pid for _, crew in crews for pid in crew.pids()), *self._hands.pids()

    def leave(self, environment: str) -> bool:
        """End the workers of an environment, as `Pool.leave` does; False where one is needed."""
        with self._lock:
            crew = self._crews.get(environment)
            if crew is None:
                return True
            if crew.n_calls:
                return False
            del self._crews[environment]
        self._hands_of(environment).forget(environment)
        crew.stop()
        return True

    def start_no_more(self) -> None:
        """Start no fork server from now on; those that run go on until `close`."""
        self._starts_no_more = True

    def close(self) -> None:
        """End every process."""
        with self._lock:
            crews = tuple(self._crews.values())
        self._hands.close()
        self._far_hands.close()
        for crew in crews:
            crew.stop()

    def _crew(self, environment: str) -> Crew:
        crew = self._crews.get(environment)
        if crew is None:
            crew = self._crews[environment] = Crew(lambda: self._start(environment))
        return crew

    def _start(self, environment: str) -> ForkServer:
        settings = self._settings
        if self._starts_no_more:
            raise WorkerFailed("The worker processes were shut down.")
        if environment and environment == settings.scheduler:
            return cluster.start(settings)
        python = None
        if environment:
            python = kept.require(settings.environments_path, environment).interpreter
        return start(settings.worker_memory_bytes, self._packages, settings.allow, python)

    def _hands_of(self, environment: str) -> Hands:
        """Give the workers here, or the lines to the cluster, which cost next to nothing."""
        is_far = bool(environment) and environment == self._settings.scheduler
        return self._far_hands if is_far else self._hands
