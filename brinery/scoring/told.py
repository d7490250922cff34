"""What the journal has of a run: its last event."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, cast

from brinery.scoring.run import Request, Run, State
from brinery.settings import is_bucket

__all__ = ["HOW_FAR", "Event", "Told", "asked_at"]

Event = Literal[
    "asked",
    "taken",
    "working",
    "cancel",
    "laid down",
    "again",
    "done",
    "stopped",
    "cancelled",
    "cleared",
]
_STATES: dict[str, State] = {
    "asked": "waiting",
    "again": "waiting",
    "laid down": "waiting",
    "taken": "running",
    "working": "running",
    "cancel": "running",
    "done": "done",
    "stopped": "stopped",
    "cancelled": "cancelled",
}
HOW_FAR = ("n_done", "n_expected", "n_fetched", "n_to_fetch", "n_sent", "n_to_send")
"""What an event says of how far a run is: fields of `Run`."""


@dataclass(frozen=True)
class Told:
    """What the journal has of a run.

    Attributes
    ----------
    id : str
    request : Request
    number : int
        Of the last event.
    last : dict
        That event: its `kind`, `at`, and what belongs to it.
    """

    id: str
    request: Request
    number: int
    last: dict[str, Any]

    @staticmethod
    def checked(id: str, request: Request, number: int, last: dict[str, Any]) -> Told:
        """Make one of what was read, where it can be understood.

        Raises
        ------
        KeyError, TypeError, ValueError
            It can't.
        """
        told = Told(id, request, number, last)
        asked_at(request), _seconds(last["at"]), _STATES[told.kind]
        if not is_bucket(request.offered["place"]):
            raise ValueError("its file is not in a bucket")
        return told

    @property
    def kind(self) -> Event:
        """What happened last."""
        return cast(Event, self.last["kind"])

    @property
    def state(self) -> State:
        """What has become of the run."""
        return _STATES[self.kind]

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will come."""
        return self.state in ("done", "stopped", "cancelled")

    @property
    def server(self) -> str:
        """The server that has the run, or will begin it."""
        return str(self.last.get("server", ""))

    @property
    def how_far(self) -> dict[str, Any]:
        """How far the run is, as far as the last event says."""
        return {name: self.last[name] for name in HOW_FAR if name in self.last}

    def run(self, folder: Path) -> Run:
        """Give the run, whose folder is below this one where it is here."""
        run = Run(self.id, folder / self.id, self.request, self.state)
        run.asked_at, run.number = asked_at(self.request), self.number
        run.is_elsewhere, run.is_cancelling = self.state == "running", self.kind == "cancel"
        run.heard_at = _seconds(self.last["at"])
        run.problem, run.kept = self.last.get("problem", ""), self.last.get("kept", {})
        run.left = self.last.get("receipt", {})
        for name, value in self.how_far.items():
            setattr(run, name, value)
        if "seconds" in self.last:
            run.began = time.monotonic() - self.last["seconds"]
        return run


def asked_at(request: Request) -> float:
    """Give when a run was asked for, in seconds since 1970.

    Raises
    ------
    ValueError
        It does not say.
    """
    return _seconds(request.at)


def _seconds(at: str) -> float:
    return datetime.fromisoformat(at).timestamp()
