"""A version that runs in an environment of its own: the versions that it was made with."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from brinery.environments.build import build
from brinery.environments.kept import Built
from brinery.environments.pins import of_card, of_release
from brinery.errors import NoEnvironment, ProofFailed
from brinery.model.card import Environment
from brinery.model.environment import differing
from brinery.model.proof import Replay
from brinery.registry import events
from brinery.registry.prove import proved
from brinery.registry.shelf import Shelf
from brinery.settings import Settings
from brinery.worker.pool import Pool

__all__ = ["add_own", "leave_own", "of_its_time", "run_in_own", "users_of"]


def run_in_own(
    shelf: Shelf,
    ref: str,
    pool: Pool,
    settings: Settings,
    *,
    by: str = "",
    progress: Callable[[dict[str, Any]], None] | None = None,
) -> Replay:
    """Build the environment that a version was made in, and have it answer there from now on.

    Its proof is replayed there first, and decides; only then an event says that it runs there.

    Parameters
    ----------
    shelf : Shelf
        Where it stands.
    ref : str
        "name", "name@version" or "name@alias".
    pool : Pool
        The workers.
    settings : Settings
        Where environments are kept.
    by : str
        Who asks; without it, this account.
    progress : callable, optional
        Told each step.

    Raises
    ------
    NotOnShelf, SealBroken
        As `Shelf.open`.
    NoEnvironment
        It can't be built here; the message says why.
    ProofFailed
        It answers otherwise there, too; the message says how many rows, and by how much.
    UnsafePickle, NoSandbox, WorkerFailed
        As `prove`.
    """
    stored = shelf.open(ref)
    card = stored.card
    where = f"{card.name}@{card.version}"
    if card.house:
        raise NoEnvironment(
            "It uses classes of the house's own, which only the server's own environment has.",
            where=where,
            remedy="Install the versions that its card names on the server.",
        )
    built = build(settings.environments_path, of_card(card.environment), progress)
    own = Environment(built.python, "", built.packages)
    if progress is not None:
        progress({"step": "Replaying its proof there", "done": 3, "total": 4})
    there = dataclasses.replace(stored, own=own)
    replayed = proved(pool, there.given(), stored.proof, card.answers_by)
    rounded = replayed.only_rounding and not differing(card.environment, own)
    if not replayed.identical and not rounded:
        raise ProofFailed(
            f"In the environment of its card ({built.in_words}) it answers {replayed.n_changed} of "
            f"{replayed.n_rows} rows otherwise; {replayed.how_far}.",
            where=where,
            remedy="It was made on another machine or with other versions than its card says; "
            "train it or bring it again.",
        )
    if stored.own != own:
        add_own(shelf, card.name, card.version, built, by=by)
    return replayed


def add_own(shelf: Shelf, name: str, version: int, built: Built, *, by: str) -> None:
    """Write down that a version runs in an environment of its own from now on."""
    shelf.add_event(
        name, events.OWN, by=by, version=version, python=built.python, packages=built.packages
    )


def of_its_time(
    settings: Settings, version: str, progress: Callable[[dict[str, Any]], None] | None = None
) -> Built:
    """Build the environment of a release of scikit-learn, to bring a model in that it made.

    Raises
    ------
    NoEnvironment
        It is of no known series, or can't be built here; the message says why.
    """
    pins = of_release(version)
    return build(settings.environments_path, pins, progress)


def users_of(shelf: Shelf) -> dict[str, list[str]]:
    """Give the names of the models in use that run in an environment, by its key."""
    users: dict[str, list[str]] = {}
    for entry in shelf.entries():
        if entry.card and entry.live_version in events.fold(entry.events).own:
            users.setdefault(of_card(entry.card.environment).key, []).append(entry.name)
    return users


def leave_own(shelf: Shelf, ref: str, *, by: str = "") -> None:
    """Have a version answer in the server's own environment again; its proof decides there.

    Raises
    ------
    NotOnShelf, SealBroken
        As `Shelf.open`.
    NoEnvironment
        It does not run in one of its own.
    """
    stored = shelf.open(ref)
    if stored.own is None:
        raise NoEnvironment(
            "It runs in the server's own environment already.",
            where=f"{stored.card.name}@{stored.card.version}",
        )
    shelf.add_event(stored.card.name, events.LEFT, by=by, version=stored.card.version)
