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
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from brinery.registry.events import now
from brinery.registry.keys import keys_at
from brinery.registry.objects import Objects
from brinery.registry.remote import Remote
from brinery.scoring.run import ID_LETTERS, Request
from brinery.scoring.told import Event, Told
from brinery.settings import KeyPlace

__all__ = ["FOLDER", "Journal"]

_log = logging.getLogger("brinery.scoring")
FOLDER = "journal"
_TRIES = 3


@dataclass(frozen=True)
class Journal:
    """The events of the runs at one URL.

    Attributes
    ----------
    remote : Remote
    objects : Objects
    server : str
        The name of this server, which its events bear.
    keys : KeyPlace
        Where the keys of the seals are, which they bear too.
    """

    remote: Remote
    objects: Objects
    server: str
    keys: KeyPlace
    _known: dict[str, Told] = field(default_factory=dict, repr=False)
    _refused: dict[str, int] = field(default_factory=dict, repr=False)

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
        path = _path(id, number)
        event["seal"] = self.seal(path, _text(event))
        self.remote.put(path, _text(event))

    def event(self, id: str, number: int) -> dict[str, Any]:
        """Give an event; an empty one where no server that has the key put it.

        Raises
        ------
        FileNotFoundError
            There is none of that number.
        BrineryError
            The store does not answer, or refuses.
        """
        path = _path(id, number)
        return self._opened(path, self.remote.read([path])[0])

    def seal(self, path: str, data: bytes) -> str:
        """Give the seal of what stands at a path.

        Raises
        ------
        BrineryError
            The key can't be used.
        """
        return keys_at(self.keys).seal(_standing(path, data))

    def is_sealed(self, path: str, data: bytes, seal: str) -> bool:
        """Say whether a server that has the key put this at that path.

        Raises
        ------
        BrineryError
            The key can't be used.
        """
        return keys_at(self.keys).made(seal, _standing(path, data))

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
            if (one := self._read(id, number, request, event)) is not None:
                told[id] = self._known[id] = one
        return list(told.values())

    def _read(self, id: str, number: int, first: bytes, last: bytes) -> Told | None:
        asked, event = self._opened(_path(id, 1), first), self._opened(_path(id, number), last)
        try:
            if not asked or not event:
                raise ValueError("it bears no seal of this server's keys")
            if event["kind"] == "cleared":
                return None
            return Told.checked(id, Request(**asked["request"]), number, event)
        except (ValueError, KeyError, TypeError) as problem:
            if self._refused.get(id) != number:  # it is looked at again every few seconds
                self._refused[id] = number
                _log.warning("The journal of run %s can't be read: %r", id, problem)
            return None

    def _opened(self, path: str, raw: bytes) -> dict[str, Any]:
        try:
            event = dict(json.loads(raw))
            seal, text = str(event.pop("seal")), _text(event)
        except (ValueError, KeyError, TypeError, RecursionError):
            return {}
        return event if self.is_sealed(path, text, seal) else {}


def _text(event: dict[str, Any]) -> bytes:
    return json.dumps(event, sort_keys=True).encode()


def _standing(path: str, data: bytes) -> bytes:
    return f"brinery run {path}\n".encode() + data


def _path(id: str, number: int) -> str:
    return f"{FOLDER}/{id}/{number:06d}.json"


def _number(name: str) -> int:
    stem, _, ending = name.partition(".")
    return int(stem) if ending == "json" and stem.isdecimal() else 0
