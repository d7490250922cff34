"""What the verbs about the shelf do; each gives the exit code."""

from __future__ import annotations

import argparse
import dataclasses
from typing import Any

import brinery
from brinery.cli.environments import WRONG_USAGE, prove_all
from brinery.cli.given import shelf_of
from brinery.cli.output import aligned, say, say_json, tell
from brinery.model.environment import differing
from brinery.registry import prove as proving
from brinery.registry.entry import Entry
from brinery.registry.standing import REMEDY, Standing, standing_of
from brinery.report.card import own_in_words
from brinery.report.export import card_markdown, card_page
from brinery.report.usage import is_overdue, to_know
from brinery.report.words import count, day

__all__ = ["models", "prove", "show"]


def models(arguments: argparse.Namespace) -> int:
    """List the shelf."""
    entries = shelf_of(arguments).entries()
    if arguments.json:
        say_json(
            [
                {
                    "name": entry.name,
                    "live_version": entry.live_version,
                    "n_versions": entry.n_versions,
                    "problem": entry.problem,
                    "standing": _standing(entry),
                    "card": entry.card.to_dict() if entry.card else None,
                }
                for entry in entries
            ]
        )
        return 0
    if not entries:
        tell(f"The shelf {arguments.models} is empty.")
        return 0
    rows = [("NAME", "VERSION", "PREDICTS", "SAVED", "BY", "DESCRIPTION")]
    for entry in entries:
        if entry.card is None:
            rows.append((entry.name, "", "", "", "", f"({entry.problem})"))
            continue
        card, standing = entry.card, standing_of(entry.card, entry.events)
        target = card.schema.target.name if card.schema.target else ""
        said = f"(refused here: {standing.reason})" if standing.is_refused else card.description
        if is_overdue(card):
            said = f"{said} (to be looked at again by {day(card.review_by)})".lstrip()
        if standing.state == "unproved":
            said = f"{said} (to be proved before it answers: {standing.versions})".lstrip()
        rows.append(
            (
                entry.name,
                str(card.version),
                target,
                day(card.saved_at),
                card.saved_by,
                said,
            )
        )
    say(*aligned(rows))
    return 0


def show(arguments: argparse.Namespace) -> int:
    """Show a card."""
    shelf = shelf_of(arguments)
    card = shelf.card(arguments.name)
    if arguments.json:
        say_json(card.to_dict())
        return 0
    if arguments.format is not None:
        say((card_page if arguments.format == "html" else card_markdown)(card).rstrip())
        return 0
    say(brinery.report(card).rstrip())
    happened = shelf.events(card.name)
    if own := standing_of(card, happened).own:
        say("", own_in_words(card, own))
    for line in to_know(card, happened):
        say("", line)
    return 0


def prove(arguments: argparse.Namespace) -> int:
    """Replay the proof rows; 1 where an answer changed by more than its last digits."""
    if arguments.all:
        return prove_all(arguments)
    if arguments.upgrades:
        tell("brinery prove: --with needs --all.")
        return WRONG_USAGE
    stored = shelf_of(arguments).open(arguments.name)
    others = differing(stored.card.environment, stored.own)
    if stored.own is not None:
        tell(own_in_words(stored.card, stored.own))
    if others:
        tell(Standing("unproved", others).versions)
    replay = proving.prove(arguments.name, models=arguments.models)
    rows = count(replay.n_rows, "replay row")
    if replay.n_changed == 0:
        say(f"{arguments.name}: the same answers, bit for bit, for {rows}.")
        return 0
    if replay.only_rounding and not others:
        say(
            f"{arguments.name}: the same answers for {rows} but for the last digits of "
            f"{replay.n_changed:,}, as another processor gives them; {replay.how_far}."
        )
        return 0
    say(f"{arguments.name}: {replay.n_changed:,} of {rows} changed; {replay.how_far}.")
    if others:
        tell(f"So it gives no predictions here. {REMEDY}")
    return 1


def _standing(entry: Entry) -> dict[str, Any] | None:
    if entry.card is None:
        return None
    return dataclasses.asdict(standing_of(entry.card, entry.events))
