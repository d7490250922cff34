"""One call of a pool: what is to be done, and the future that its submitter holds."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from brinery.errors import BrineryError, Cancelled, WorkerFailed, WorkerLost
from brinery.worker.protocol import Pickled, send
from brinery.worker.server import Hand

__all__ = ["Call", "Work", "lost"]


@dataclass(frozen=True)
class Work:
    """What a worker is asked to do; see `Pool.submit`."""

    address: str
    args: tuple[bytes | str | int | float | bool, ...] = field(repr=False)
    pickled: Pickled | None
    progress: Callable[[dict[str, Any]], None] | None
    timeout_seconds: float
    processor_seconds: int
    lane: str
    environment: str = ""

    @property
    def keeps_worker(self) -> bool:
        """Whether its worker serves further calls with the same pickle."""
        return self.lane in ("score", "quick", "cluster")

    def header(self) -> dict[str, Any]:
        """Give the message's header."""
        return {
            "do": "call",
            "call": self.address,
            "args": [
                {"frame": True} if isinstance(arg, bytes) else {"value": arg} for arg in self.args
            ],
            "processor_seconds": self.processor_seconds,
            "background": self.lane == "train",
            "trained_here": self.pickled is not None and self.pickled.trained_here,
        }

    def frames(self) -> tuple[bytes, ...]:
        """Give the message's frames."""
        return tuple(arg for arg in self.args if isinstance(arg, bytes))


class Call(Future[bytes]):
    """A future that can also be cancelled while it runs: its worker is ended.

    A cancelled call raises `brinery.errors.Cancelled`, whether it had begun or not.
    """

    def __init__(self, work: Work) -> None:
        super().__init__()
        self.work = work
        self._guard = threading.RLock()  # a callback may ask about the call
        self._hand: Hand | None = None
        self._timer: threading.Timer | None = None
        self._reason: BrineryError | None = None
        self._is_under_way = False
        self._is_to_finish = False

    def cancel(self) -> bool:
        """Stop the call; False where it had ended already."""
        return self._stop(Cancelled("The work was cancelled."))

    def finish(self) -> bool:
        """Ask the call to end soon, with what it has; False where it had ended already.

        A call that never asks `inside.is_asked_to_finish` goes on as before.
        """
        with self._guard:
            if self.done():
                return False
            self._is_to_finish = True
            self._pass_on()
        return True

    def cancelled(self) -> bool:
        """Tell whether the call ended because it was cancelled."""
        return self.done() and isinstance(self._reason, Cancelled)

    def is_stopped(self) -> bool:
        """Tell whether somebody, or the clock, asked for the call to stop."""
        return self._reason is not None

    def begin(self) -> bool:
        """Mark the call as running; False where it was stopped while it waited."""
        with self._guard:
            return self._reason is None and self.set_running_or_notify_cancel()

    def employ(self, hand: Hand) -> None:
        """Say which worker does it, and start its clock."""
        with self._guard:
            self._hand = hand
            self._timer = threading.Timer(self.work.timeout_seconds, self._run_out)
            self._timer.daemon = True
            self._timer.start()
            is_stopped = self._reason is not None
        if is_stopped:
            hand.end()

    def sent(self) -> None:
        """Say that the worker has been sent all of the call, and may be told to finish."""
        with self._guard:
            self._is_under_way = True
            self._pass_on()

    def dismiss(self) -> None:
        """Say that the worker does it no longer, so that nothing ends it for this call."""
        with self._guard:
            self._hand = None
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None  # which holds this call, and with it all that was sent

    def succeed(self, answer: bytes) -> None:
        """End the call with its answer, unless it was stopped."""
        self._finish(answer)

    def fail(self, error: Exception) -> None:
        """End the call with an error, or with the reason why it was stopped."""
        self._finish(error)

    def _finish(self, outcome: bytes | Exception) -> None:
        with self._guard:
            if self.done():
                return
            outcome = self._reason or outcome
            if isinstance(outcome, bytes):
                self.set_result(outcome)
            else:
                self.set_exception(outcome)

    def _pass_on(self) -> None:
        if self._is_to_finish and self._is_under_way and self._hand is not None:
            with contextlib.suppress(OSError):  # the worker is gone, as its driver will find
                send(self._hand.connection, {"do": "finish"})

    def _run_out(self) -> None:
        self._stop(
            WorkerFailed(
                f"The work took longer than {self.work.timeout_seconds:g} seconds.",
                remedy="Try fewer rows, or ask the operator to allow more time.",
            )
        )

    def _stop(self, reason: BrineryError) -> bool:
        with self._guard:
            if self.done():
                return False
            self._reason = self._reason or reason
            hand = self._hand
            if not self.running():
                self.set_exception(self._reason)
        if hand is not None:
            hand.end()
        return True


def lost(exit_code: int | None, work: Work) -> WorkerFailed:
    """Say in words how a worker ended."""
    if exit_code == -signal.SIGXCPU:
        return WorkerFailed(
            f"The work took more than {work.processor_seconds} seconds of processor time.",
            remedy="Try fewer rows, or ask the operator to raise BRINERY_WORKER_SECONDS.",
        )
    if exit_code == -signal.SIGKILL:
        return WorkerLost(
            "The system ended the worker, most likely because memory ran short.",
            remedy="Try fewer rows, or try again when the machine is less busy.",
        )
    if exit_code is not None and exit_code < 0:
        number = -exit_code
        name = next((one.name for one in signal.Signals if one == number), f"signal {number}")
        return WorkerLost(
            f"The worker crashed ({name}).",
            remedy="The model, or a library that it uses, is faulty; the log may say more.",
        )
    return WorkerLost(
        "The worker ended before it had an answer.", remedy="Try again; the log may say more."
    )
