"""The workers of a pool: those that do a call, and those that wait with the pickle they hold."""

from __future__ import annotations

import threading

from brinery.worker.server import Hand

__all__ = ["Hands"]


class Hands:
    """Keeps count of busy and idle workers; usable from many threads.

    Parameters
    ----------
    n_idle : int
        How many idle ones are kept; the longest idle are ended first.
    """

    def __init__(self, n_idle: int) -> None:
        self._n_idle = n_idle
        self._lock = threading.Lock()
        self._idle: list[Hand] = []  # the longest idle first
        self._busy: set[Hand] = set()
        self._is_closed = False

    def take(self, sha256: str, environment: str) -> Hand | None:
        """Give an idle worker that holds a pickle in an environment, if there is one."""
        wanted = (sha256, environment)
        with self._lock:
            for hand in self._idle:
                if (hand.holds, hand.environment) == wanted:
                    self._idle.remove(hand)
                    return hand
        return None

    def employ(self, hand: Hand) -> None:
        """Count a worker as busy."""
        with self._lock:
            self._busy.add(hand)

    def release(self, hand: Hand, *, keep: bool) -> None:
        """Take a worker back: to wait for the next call, or to end."""
        with self._lock:
            self._busy.discard(hand)
            if keep and not self._is_closed:
                self._idle.append(hand)
            ended = [] if keep else [hand]
            ended += [self._idle.pop(0) for _ in range(len(self._idle) - self._n_idle)]
        for one in ended:
            one.end()
            one.connection.close()

    def forget(self, environment: str) -> None:
        """Let go of the idle workers of an environment, whose fork server ends them."""
        with self._lock:
            ended = [hand for hand in self._idle if hand.environment == environment]
            self._idle = [hand for hand in self._idle if hand.environment != environment]
        for hand in ended:
            hand.connection.close()

    def close(self) -> None:
        """Keep none from now on."""
        with self._lock:
            self._is_closed = True
            self._idle.clear()

    def pids(self) -> tuple[int, ...]:
        """Give the process ids of all whose fork server lives."""
        with self._lock:
            hands = (*self._idle, *self._busy)
        return tuple(hand.pid for hand in hands if hand.server.is_alive())
