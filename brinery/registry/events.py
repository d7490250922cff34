"""What happened to a model, one file each; how it stands is read off all of them."""

from __future__ import annotations

import getpass
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from brinery.errors import BrineryError
from brinery.model.card import Environment
from brinery.registry import storage

__all__ = ["LEFT", "LIVE", "OWN", "SAVED", "State", "account", "add", "fold", "now", "read_all"]

LIVE = "live"
"""The alias of the version that answers when a model is asked by its name alone."""

SAVED = "saved"
"""The kind of the event that a version was saved; the first of its name is live by it."""

OWN, LEFT = "own_environment", "own_environment_left"
"""The kinds of the events that a version runs in an environment of its own, or no longer."""

_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)


@dataclass(frozen=True)
class State:
    """How a model stands after all its events.

    Attributes
    ----------
    archived : bool
        Whether it is put away: listed only on request.
    aliases : mapping of str to int
        Each alias and its version; "live" is the one that answers.
    put_live : tuple of mapping
        The events that made a version live, the oldest first.
    deleted : frozenset of int
        Versions that were deleted.
    put_away : mapping of int to mapping
        The versions that were archived by themselves, and the event that did it.
    own : mapping of int to Environment
        The versions that run in an environment of their own, and what is in it.
    """

    archived: bool
    aliases: Mapping[str, int]
    put_live: tuple[Mapping[str, Any], ...]
    deleted: frozenset[int]
    put_away: Mapping[int, Mapping[str, Any]]
    own: Mapping[int, Environment]

    def live(self, versions: Sequence[int]) -> int:
        """Give the version that answers.

        Parameters
        ----------
        versions : sequence of int
            Those that are whole and not deleted, ascending; at least one.

        Returns
        -------
        int
            The one that was made live last and is still there; else the oldest, so that no
            version answers that nobody put in use.
        """
        there = (int(event["version"]) for event in reversed(self.put_live))
        return next((version for version in there if version in versions), versions[0])


def add(root: str, name: str, kind: str, *, by: str, why: str, **fields: Any) -> int:
    """Write the next event of a model and give its number.

    Raises
    ------
    BrineryError
        The shelf can't be written.
    """
    event = {**fields, "kind": kind, "by": by or account(), "at": now(), "why": why}
    data = (json.dumps(event, sort_keys=True, indent=1) + "\n").encode()
    number = max(_numbers(root, name), default=0) + 1
    while True:
        try:
            storage.create_file(root, f"{name}/events/{number:06d}.json", data)
        except FileExistsError:
            number += 1
        else:
            return number


def read_all(root: str, name: str) -> tuple[dict[str, Any], ...]:
    """Give a model's events in their order, each with its `number`.

    Raises
    ------
    BrineryError
        One can't be read: put the file back from a copy.
    """
    events = []
    paths = {number: f"{name}/events/{number:06d}.json" for number in _numbers(root, name)}
    found = storage.read_all(root, list(paths.values()))
    for (number, path), data in zip(paths.items(), found, strict=True):
        try:
            event = json.loads(data)
            fold([event])
            events.append({**event, "number": number})
        except _UNREADABLE as error:
            storage.forget(root)
            raise BrineryError(
                "This record of a change can't be read.",
                where=path,
                remedy="Put the file back from a copy.",
            ) from error
    return tuple(events)


def fold(events: Iterable[Mapping[str, Any]]) -> State:
    """Work out how a model stands; later events count over earlier ones.

    What puts a version live names the one that it found live, as `instead_of`. Where another
    was put live meanwhile, it does not count: of two at once, the first in the order holds.
    """
    archived = False
    aliases: dict[str, int] = {}
    put_live: list[Mapping[str, Any]] = []
    deleted: set[int] = set()
    put_away: dict[int, Mapping[str, Any]] = {}
    own: dict[int, Environment] = {}
    for event in events:
        kind = event["kind"]
        if kind == "archived" and "version" in event:
            put_away[int(event["version"])] = event
        elif kind == "restored" and "version" in event:
            put_away.pop(int(event["version"]), None)
        elif kind in ("archived", "restored"):
            archived = kind == "archived"
        elif kind == SAVED or (kind == "alias" and event["alias"] == LIVE):
            version, instead_of = int(event["version"]), int(event["instead_of"])
            if (kind == "alias" or event["live"]) and instead_of == aliases.get(LIVE, 0):
                aliases[LIVE] = version
                put_live.append(event)
        elif kind == "alias":
            aliases[str(event["alias"])] = int(event["version"])
        elif kind == "deleted":
            deleted.add(int(event["version"]))
        elif kind == OWN:
            packages = {str(name): str(one) for name, one in event["packages"].items()}
            own[int(event["version"])] = Environment(str(event["python"]), "", packages)
        elif kind == LEFT:
            own.pop(int(event["version"]), None)
    return State(archived, aliases, tuple(put_live), frozenset(deleted), put_away, own)


def account() -> str:
    """Give the name of the account that runs this process; empty where it has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's bare user id
        return ""


def now() -> str:
    """Give the time in UTC, ISO 8601, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _numbers(root: str, name: str) -> list[int]:
    found = (one.partition(".") for one in storage.names(root, f"{name}/events"))
    return sorted(int(stem) for stem, _, ending in found if ending == "json" and stem.isdecimal())
