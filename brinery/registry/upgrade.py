"""Before an upgrade: whether each live model would answer the same under other versions."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from brinery.environments.build import build
from brinery.environments.kept import Built
from brinery.environments.pins import of_this_server
from brinery.errors import BrineryError
from brinery.registry.entry import Entry
from brinery.registry.prove import proved
from brinery.registry.shelf import Shelf
from brinery.settings import Settings
from brinery.worker.pool import Pool

__all__ = ["Outlook", "aside", "outlooks"]


@dataclass(frozen=True)
class Outlook:
    """What would become of a model.

    Attributes
    ----------
    name, version : str, int
        Which one.
    would : {"same", "change", "fail", "stay"}
        Answer as on the day it was saved; otherwise; not at all; or as now, since it runs in an
        environment of its own.
    detail : str
        How many answers, and by how much; or why not.
    """

    name: str
    version: int
    would: Literal["same", "change", "fail", "stay"]
    detail: str = ""


def aside(
    settings: Settings,
    upgrades: tuple[tuple[str, str], ...],
    progress: Callable[[dict[str, Any]], None] | None = None,
) -> Built:
    """Build what an upgrade would make of the server's own versions, beside it.

    Parameters
    ----------
    settings : Settings
        Where environments are kept.
    upgrades : tuple of (str, str)
        Package and version, installed over the present ones with what else they need.
    progress : callable, optional
        Told each step.

    Raises
    ------
    NoEnvironment
        It can't be built; the message says why.
    """
    return build(settings.environments_path, of_this_server(upgrades), progress)


def outlooks(shelf: Shelf, pool: Pool, built: Built | None = None) -> Iterator[Outlook]:
    """Replay the proof of every live model; nothing on the shelf is changed.

    Parameters
    ----------
    shelf : Shelf
        Where the models stand.
    pool : Pool
        The workers.
    built : Built, optional
        What `aside` gave; without it, each model is tried as it runs now.
    """
    for entry in shelf.entries():
        yield _outlook(shelf, pool, built, entry)


def _outlook(shelf: Shelf, pool: Pool, built: Built | None, entry: Entry) -> Outlook:
    if entry.problem or entry.card is None:
        return Outlook(entry.name, entry.live_version, "fail", entry.problem)
    try:
        stored = shelf.open(f"{entry.name}@{entry.live_version}")
        given = stored.given()
        if built is not None:
            if stored.own is not None:
                return Outlook(entry.name, entry.live_version, "stay")
            given = dataclasses.replace(given, environment=built.key)
        replayed = proved(pool, given, stored.proof, stored.card.answers_by)
    except BrineryError as error:
        return Outlook(entry.name, entry.live_version, "fail", error.problem)
    if replayed.identical:
        return Outlook(entry.name, entry.live_version, "same")
    said = f"{replayed.n_changed:,} of {replayed.n_rows:,} answers, {replayed.by_how_much}"
    return Outlook(entry.name, entry.live_version, "change", said)
