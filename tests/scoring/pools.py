"""Pools that wait, and waiting for runs."""

import threading
import time

from brinery.errors import WorkerLost

__all__ = ["MOST_CHUNKS", "Deadly", "Halting", "ended"]

MOST_CHUNKS = 4


def ended(run, seconds=60):
    until = time.monotonic() + seconds
    while not run.has_ended:
        assert time.monotonic() < until, run
        time.sleep(0.02)
    return run


class Halting:
    """A pool whose calls after the first few wait, until it is let go."""

    def __init__(self, pool, n_free):
        self.pool, self.left, self.go = pool, n_free, threading.Event()
        self.n_asked = 0

    def most_chunks(self, _environment):
        return MOST_CHUNKS

    def submit(self, *arguments, **options):
        self.n_asked += 1
        if self.n_asked > self.left:
            self.go.wait(30)
        return self.pool.submit(*arguments, **options)


class Deadly(Halting):
    """A pool whose workers die over every call after the first few."""

    def submit(self, *arguments, **options):
        call = super().submit(*arguments, **options)
        if self.n_asked > self.left:
            call.cancel()
            call._reason = WorkerLost("The system ended the worker.", remedy="Try again.")
        return call
