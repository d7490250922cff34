"""The verb `env`, and `prove --all`: other versions than the server's own."""

from __future__ import annotations

import argparse
import dataclasses

from brinery.cli.output import Steps, aligned, say, say_json, tell
from brinery.environments import kept
from brinery.environments.pins import in_words
from brinery.registry import own, upgrade
from brinery.registry.prove import pool_for
from brinery.registry.shelf import Shelf
from brinery.report.words import count, day, size
from brinery.settings import Settings

__all__ = ["env", "prove_all"]

WRONG_USAGE = 2
_WOULD = {
    "same": "the same answers",
    "change": "OTHER ANSWERS",
    "fail": "DOES NOT WORK",
    "stay": "runs in its own environment, which no upgrade touches",
}


def env(arguments: argparse.Namespace) -> int:
    """Build, list, leave or remove environments."""
    settings = _settings(arguments)
    if arguments.action == "list":
        return _list(arguments, settings)
    if not arguments.what:
        wanted = "an environment's KEY" if arguments.action == "remove" else "a model's NAME"
        tell(f"brinery env {arguments.action} needs {wanted}.")
        return WRONG_USAGE
    if arguments.action == "remove":
        kept.remove(settings.environments_path, arguments.what)
        say(f"{arguments.what}: removed. A model that runs in it waits until it is built again.")
        return 0
    shelf = Shelf.of(settings)
    if arguments.action == "leave":
        own.leave_own(shelf, arguments.what)
        say(f"{arguments.what}: the server's own environment runs it from now on.")
        return 0
    with pool_for(None, settings) as pool:
        replay = own.run_in_own(shelf, arguments.what, pool, settings, progress=Steps())
    runs = shelf.open(arguments.what).own
    assert runs is not None
    rows = count(replay.n_rows, "replay row")
    say(
        f"{arguments.what}: the same answers as on the day it was saved, for {rows}.",
        f"It runs in its own environment from now on: {in_words(runs.python, runs.packages)}.",
    )
    return 0


def prove_all(arguments: argparse.Namespace) -> int:
    """Say of each live model whether it answers the same, here or after an upgrade; 1 if not."""
    settings, built = _settings(arguments), None
    if arguments.upgrades:
        built = upgrade.aside(settings, tuple(arguments.upgrades), Steps())
        tell(f"Replaying the proofs under {built.in_words}. Nothing on the shelf is changed.")
    found = []
    with pool_for(None, settings) as pool:
        for one in upgrade.outlooks(Shelf.of(settings), pool, built):
            found.append(one)
            detail = f": {one.detail}" if one.detail else ""
            say(f"{one.name}, version {one.version}: {_WOULD[one.would]}{detail}")
    n_bad = sum(one.would in ("change", "fail") for one in found)
    if not found:
        tell(f"The shelf {arguments.models} is empty.")
    elif n_bad:
        after = (
            "would give no predictions after the upgrade" if built else "can't be relied on here"
        )
        tell(
            f"{n_bad} of {count(len(found), 'model')} {after}, until trained anew, or run in an "
            "environment of their own (brinery env build NAME)."
        )
    elif built:
        tell("After the upgrade every model would go on as it is.")
    return 1 if n_bad else 0


def _list(arguments: argparse.Namespace, settings: Settings) -> int:
    """List what was built, and which models run in it."""
    users = own.users_of(Shelf.of(settings))
    built = kept.all_built(settings.environments_path)
    if arguments.json:
        say_json(
            [
                {
                    "key": one.key,
                    "python": one.python,
                    "packages": one.packages,
                    "built_at": one.built_at,
                    "models": users.get(one.key, []),
                }
                for one in built
            ]
        )
        return 0
    rows = [("KEY", "BUILT", "SIZE", "VERSIONS", "RUNS")]
    for one in built:
        held = size(one.n_bytes)
        runs = ", ".join(users.get(one.key, []))
        rows.append((one.key, day(one.built_at), held, one.in_words, runs))
    if built:
        say(*aligned(rows))
    else:
        tell(f"No environment was built in {settings.environments_path}.")
    for key in sorted(set(users) - {one.key for one in built}):
        tell(f"{', '.join(users[key])}: runs in {key}, which is not on this machine; build it.")
    return 0


def _settings(arguments: argparse.Namespace) -> Settings:
    return dataclasses.replace(Settings.from_environment(), models=arguments.models)
