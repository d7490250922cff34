"""The journal of the runs in a bucket: one event each, numbered by the puts that fail where one is.

```
<url>/journal/<id>/000001.json   asked: the request; a run without it does not exist
                   000002.json   taken: a server works on it
                   000003.json   working: how far it is, every few seconds
                   …             cancel, laid down, again; done, stopped, cancelled; cleared
```

Who takes a run puts the number after the last one, and so does who works on it: of two one fails,
and knows that the other was first. A server that is gone puts no more numbers. That is the lock of
Amazon's DynamoDB client (its "record version number"): a run whose journal stood still for so
long, by the clock of who looks on, has nobody who works on it. No two clocks are compared.
"""

from __future__ import annotations

import contextlib
import json
import logging
import secrets
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, cast

from brinery.registry.events import now
from brinery.registry.objects import Objects
from brinery.registry.remote import Remote
from brinery.scoring.run import ID_LETTERS, Request, Run, State
from brinery.settings import is_bucket

__all__ = ["FOLDER", "HOW_FAR", "Event", "Journal", "Told", "asked_at", "first_id", "new_id"]

_log = logging.getLogger("brinery.scoring")
FOLDER = "journal"
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
_TRIES = 3
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


@dataclass(frozen=True)
class Journal:
    """The events of the runs at one URL.

    Attributes
    ----------
    remote : Remote
    objects : Objects
    server : str
        The name of this server, which its events bear.
    """

    remote: Remote
    objects: Objects
    server: str
    _known: dict[str, Told] = field(default_factory=dict, repr=False)

    def add(self, id: str, number: int, kind: Event, **fields: Any) -> None:
        """Put an event.

        Raises
        ------
        FileExistsError
            There is one of that number: somebody else was first.
        BrineryError
            The store does not answer, or refuses.
        """
        event = {"kind": kind, "at": now(), "server": self.server, **fields}
        self.remote.put(_path(id, number), json.dumps(event, ensure_ascii=False).encode())

    def event(self, id: str, number: int) -> dict[str, Any]:
        """Give an event.

        Raises
        ------
        FileNotFoundError
            There is none of that number.
        BrineryError
            The store does not answer, or refuses.
        """
        return cast(dict[str, Any], json.loads(self.remote.read([_path(id, number)])[0]))

    def find(self, id: str) -> Told | None:
        """Give what there is of a run; None where there is no such run.

        Raises
        ------
        BrineryError
            The store does not answer, or refuses.
        """
        for _ in range(_TRIES):
            with contextlib.suppress(FileNotFoundError):  # it went on meanwhile
                return next(iter(self._told({id: self.remote.names(f"{FOLDER}/{id}")})), None)
        return None

    def all(self, since: str = "") -> list[Told]:
        """Give what there is of every run; one request for a thousand events.

        Parameters
        ----------
        since : str
            The id of the first one that is wanted, or what is sorted before it.

        Raises
        ------
        BrineryError
            The store does not answer, or refuses.
        """
        names: dict[str, list[str]] = defaultdict(list)
        for path in self.remote.below(FOLDER, since):
            if len(path.parts) == 2 and set(path.parts[0]) <= ID_LETTERS:
                names[path.parts[0]].append(path.name)
        for gone in {id for id in self._known if id >= since} - set(names):
            self._known.pop(gone, None)
        try:
            return self._told(names)
        except FileNotFoundError:  # one went on, or was cleared, between list and look
            each = (self._one(id, found) for id, found in names.items())
            return [told for told in each if told is not None]

    def forget(self, id: str, numbers: Iterable[int]) -> None:
        """Remove events that tell nothing any more.

        Raises
        ------
        BrineryError
            The store does not answer, or refuses.
        """
        self.objects.remove(_path(id, number) for number in numbers)

    def drop(self, id: str) -> None:
        """Remove all events of a run, the first one first: from then on it does not exist.

        Raises
        ------
        BrineryError
            The store does not answer, or refuses.
        """
        self.forget(id, [1])
        self.objects.remove(f"{FOLDER}/{id}/{name}" for name in self.remote.names(f"{FOLDER}/{id}"))

    def _one(self, id: str, names: list[str]) -> Told | None:
        try:
            return next(iter(self._told({id: names})), None)
        except FileNotFoundError:
            return self.find(id)

    def _told(self, names: dict[str, list[str]]) -> list[Told]:
        first = _path("", 1).rpartition("/")[2]
        last = {id: max(map(_number, found)) for id, found in names.items() if first in found}
        told = {
            id: known
            for id, number in last.items()
            if (known := self._known.get(id)) is not None and known.number == number
        }
        new = {id: number for id, number in last.items() if id not in told}
        paths = [_path(id, at) for id, number in new.items() for at in (1, number)]
        found = iter(self.remote.read(paths) if paths else [])
        for (id, number), request, event in zip(new.items(), found, found, strict=True):
            if (one := _read(id, number, request, event)) is not None:
                told[id] = self._known[id] = one
        return list(told.values())


def new_id() -> str:
    """Give an id that is hard to guess; ids are sorted by when they were made, to the second."""
    return f"{first_id(time.time())}{secrets.token_urlsafe(12)}"


def first_id(at: float) -> str:
    """Give what is sorted before every id that was made at a time or later.

    Parameters
    ----------
    at : float
        In seconds since 1970.
    """
    return f"{int(at):08x}"


def asked_at(request: Request) -> float:
    """Give when a run was asked for, in seconds since 1970.

    Raises
    ------
    ValueError
        It does not say.
    """
    return _seconds(request.at)


def _read(id: str, number: int, first: bytes, last: bytes) -> Told | None:
    try:
        told = Told(id, Request(**json.loads(first)["request"]), number, json.loads(last))
        asked_at(told.request), _seconds(told.last["at"])  # whether they can be read
        if not is_bucket(told.request.offered["place"]):
            raise ValueError("its file is not in a bucket")
        return told if told.last["kind"] in _STATES else None
    except (ValueError, KeyError, TypeError) as problem:
        _log.warning("The journal of run %s can't be read: %r", id, problem)
        return None


def _seconds(at: str) -> float:
    return datetime.fromisoformat(at).timestamp()


def _path(id: str, number: int) -> str:
    return f"{FOLDER}/{id}/{number:06d}.json"


def _number(name: str) -> int:
    stem, _, ending = name.partition(".")
    return int(stem) if ending == "json" and stem.isdecimal() else 0
