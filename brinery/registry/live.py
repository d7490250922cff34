"""Which version is live: putting one in use after a comparison, going back, and who did it when."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from brinery.errors import CannotPutLive
from brinery.registry.events import LIVE, State, fold
from brinery.registry.shelf import Shelf

__all__ = ["Compared", "Turn", "before", "put_live", "roll_back", "turns"]


@dataclass(frozen=True)
class Compared:
    """What a version was compared with before it was put live.

    Attributes
    ----------
    against : int
        The version that was live.
    n_rows, n_changed : int
        Rows of the file, and those that get another answer.
    file : str
        The file's name; empty where no file came.
    problem : str
        Why the version that was live could not be asked; empty where it could.
    """

    against: int
    n_rows: int
    n_changed: int
    file: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Turn:
    """A stretch of time in which a version was live.

    Attributes
    ----------
    version : int
        Which one.
    since, until : str
        UTC, ISO 8601; `until` is empty for the one that still is.
    by, why : str
        Who put it live, and the reason given.
    compared : Compared or None
        With what; None for a first save and for a way back.
    back_from : int
        The version that was left by going back; 0 where it was not.
    number : int
        Of the event.
    """

    version: int
    since: str
    until: str
    by: str
    why: str
    compared: Compared | None
    back_from: int
    number: int


def turns(happened: Iterable[Mapping[str, Any]]) -> tuple[Turn, ...]:
    """Read off a model's events which version was live when, the oldest first."""
    put = fold(happened).put_live
    ends = [*(str(event.get("at", "")) for event in put[1:]), ""]
    return tuple(_turn(event, until) for event, until in zip(put, ends, strict=True))


def before(happened: Iterable[Mapping[str, Any]], versions: Iterable[int]) -> int | None:
    """Give the version to go back to: the one that the live one took the place of.

    Who has gone back goes further back from there; only a comparison goes forth again.

    Parameters
    ----------
    happened : iterable of mapping
        The model's events, the oldest first.
    versions : iterable of int
        Those that are still there.

    Returns
    -------
    int or None
        None where there is none that was live and is neither deleted nor archived.
    """
    state = fold(happened)
    return _before(state, versions)


def put_live(
    shelf: Shelf, name: str, version: int, compared: Compared, *, why: str, by: str = ""
) -> None:
    """Let a version answer from now on, after it was compared with the one that is live.

    Parameters
    ----------
    shelf : Shelf
        Where it stands.
    name : str
        The model.
    version : int
        Who is to answer.
    compared : Compared
        What the comparison with the live version gave.
    why : str
        The reason; it stands in the timeline.
    by : str
        Who does it; without it, this account.

    Raises
    ------
    CannotPutLive
        There is no reason, the version is live already or archived, or it was compared with
        another one than is live now: compare it with that one.
    NotOnShelf
        No such model or version.
    """
    where = f"{name}@{version}"
    if not why.strip():
        raise CannotPutLive("A reason is missing.", where=where, remedy="Say why in a few words.")
    name, version = shelf.resolve(where)
    state = fold(shelf.events(name))
    if version in state.put_away:
        raise CannotPutLive("It was archived.", where=where, remedy="Restore it first.")
    live = state.live(shelf.versions(name))
    if version == live:
        raise CannotPutLive("It is in use already.", where=where)
    if compared.against != live:
        raise _meanwhile(where, live)
    fields = {"compared": dataclasses.asdict(compared)}
    _put(shelf, name, version, state, by=by, why=why.strip(), **fields)


def roll_back(shelf: Shelf, name: str, *, why: str = "", by: str = "") -> int:
    """Let the version answer again that was live before, and give its number.

    Parameters
    ----------
    shelf, name, by
        As in `put_live`.
    why : str
        The reason; without it, that it was a way back.

    Raises
    ------
    CannotPutLive
        No other version was live before: compare one with it instead.
    NotOnShelf
        No such model.
    """
    name, live = shelf.resolve(name)
    state = fold(shelf.events(name))
    version = _before(state, shelf.versions(name))
    if version is None:
        raise CannotPutLive(
            "No other version was in use before this one.",
            where=f"{name}@{live}",
            remedy="Compare another version with it, and put that one in use.",
        )
    why = why.strip() or f"back from version {live}"
    _put(shelf, name, version, state, by=by, why=why, back_from=live)
    return version


def _put(
    shelf: Shelf, name: str, version: int, state: State, *, by: str, why: str, **fields: Any
) -> None:
    fields |= {"alias": LIVE, "version": version, "instead_of": state.aliases.get(LIVE, 0)}
    number = shelf.add_event(name, "alias", by=by, why=why, **fields)
    after = fold(shelf.events(name))
    if number not in [event["number"] for event in after.put_live]:
        raise _meanwhile(f"{name}@{version}", after.live(shelf.versions(name)))


def _meanwhile(where: str, live: int) -> CannotPutLive:
    return CannotPutLive(
        f"It was not compared with the version that is in use now, which is {live}.",
        where=where,
        remedy=f"Compare it with version {live}.",
    )


def _before(state: State, versions: Iterable[int]) -> int | None:
    stack: list[int] = []
    for event in state.put_live:
        version = int(event["version"])
        if event.get("back_from") and version in stack:
            del stack[len(stack) - 1 - stack[::-1].index(version) :]
        stack.append(version)
    there = set(versions) - set(state.put_away)
    live = state.live(sorted(versions))
    return next((one for one in reversed(stack[:-1]) if one in there and one != live), None)


def _turn(event: Mapping[str, Any], until: str) -> Turn:
    told = event.get("compared")
    known = {field.name for field in dataclasses.fields(Compared)}
    return Turn(
        version=int(event["version"]),
        since=str(event.get("at", "")),
        until=until,
        by=str(event.get("by", "")),
        why=str(event.get("why", "")),
        compared=Compared(**{k: v for k, v in told.items() if k in known}) if told else None,
        back_from=int(event.get("back_from", 0)),
        number=int(event.get("number", 0)),
    )
