"""What the verbs about the version in use do; each gives the exit code."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
from pathlib import Path
from typing import Any

import brinery
from brinery.cli.environments import WRONG_USAGE
from brinery.cli.given import choices_of, read_table, require_writable, shelf_of
from brinery.cli.output import aligned, say, say_json, tell
from brinery.errors import SealBroken
from brinery.registry import live as registry
from brinery.registry.events import account
from brinery.registry.shelf import Shelf
from brinery.report import compare as words
from brinery.report.words import moment
from brinery.scoring.compare import needed
from brinery.scoring.comparison import Comparison

__all__ = ["alias", "compare", "live", "rollback"]

_SHOWN = 10


def compare(arguments: argparse.Namespace) -> int:
    """Ask two versions about one file, and say what changes."""
    source, out = Path(arguments.file), arguments.out
    if out is not None:
        require_writable(Path(out), source)
    shelf = shelf_of(arguments)
    before, after = (shelf.card(ref) for ref in (arguments.before, arguments.after))
    comparison = _compared(arguments.before, arguments.after, arguments)
    if arguments.json:
        say_json(
            {
                "before": before.version,
                "after": after.version,
                "n_rows": comparison.n_rows,
                "n_changed": int(comparison.changed.sum()),
                "n_lost": int(comparison.lost.sum()),
                "n_gained": int(comparison.gained.sum()),
                "problem": comparison.problem,
                "measured": words.measured(before, after),
                "scores": words.scores(before, after),
                "changes": words.changes(comparison),
                "rows": comparison.answers().to_pylist(),
            }
        )
    else:
        rows = words.scores(before, after)
        if rows:
            say(*aligned([tuple(rows[0]), *(tuple(row.values()) for row in rows)]))
        say(words.measured(before, after), "", *_told(comparison))
        for line in words.needs_otherwise(before, after):
            say(line)
    if out is not None:
        from brinery.tables import writing
        from brinery.tables.csvstyle import CsvStyle

        writing.write(comparison.rows(), Path(out), csv=CsvStyle.like(comparison.table))
        tell(f"{out}: the rows that change.")
    return 0


def live(arguments: argparse.Namespace) -> int:
    """Put a version live after comparing it with the one that is; without a file, tell who did."""
    shelf = shelf_of(arguments)
    if arguments.file is None:
        if arguments.reason:
            tell("brinery live: --reason needs FILE, on which the versions are compared.")
            return WRONG_USAGE
        _timeline(shelf, arguments)
        return 0
    if not arguments.reason:
        tell("brinery live: say why with --reason.")
        return WRONG_USAGE
    name, version = shelf.resolve(arguments.name)
    comparison = _compared(name, f"{name}@{version}", arguments)
    say(*_told(comparison))
    registry.put_live(shelf, name, version, comparison.evidence(), why=arguments.reason)
    say(f"{name}: version {version} answers from now on.")
    return 0


def rollback(arguments: argparse.Namespace) -> int:
    """Let the version answer again that was live before."""
    shelf = shelf_of(arguments)
    version = registry.roll_back(shelf, arguments.name, why=arguments.reason)
    say(f"{arguments.name}: version {version} answers again.")
    return 0


def alias(arguments: argparse.Namespace) -> int:
    """Let a name of its own stand for a version."""
    shelf = shelf_of(arguments)
    name, version = shelf.resolve(arguments.name)
    shelf.set_alias(name, arguments.alias, version, by=account(), why=arguments.reason)
    say(f"{name}@{arguments.alias} is version {version} from now on.")
    return 0


def _compared(before: str, after: str, arguments: argparse.Namespace) -> Comparison:
    cards = []
    for ref in (before, after):
        with contextlib.suppress(SealBroken):  # what it means for the old one, `compare` says
            cards.append(shelf_of(arguments).card(ref))
    table = read_table(arguments.file, arguments, tuple(needed(*cards)))
    return brinery.compare(
        before, after, table, models=arguments.models, choices=choices_of(arguments)
    )


def _told(comparison: Comparison) -> list[str]:
    lines = [words.in_one_line(comparison), *words.changes(comparison)]
    if comparison.has_distances and not comparison.problem:
        lines.append(words.moved(comparison))
    rows = comparison.largest_first[:_SHOWN]
    if len(rows) and not comparison.problem:
        lines += ["", *aligned(_table(comparison))]
        if comparison.changed.sum() > _SHOWN:
            lines.append(f"The first {_SHOWN} of those that change; --out has all of them.")
    return lines


def _table(comparison: Comparison) -> list[tuple[str, ...]]:
    heads = ["LINE", f"VERSION {comparison.version}", f"VERSION {comparison.after.version}"]
    if comparison.has_distances:
        heads.append("DIFFERENCE")
    rows = zip(*(one.to_pylist() for one in comparison.answers(_SHOWN).columns), strict=True)
    return [tuple(heads), *(tuple(map(_cell, row)) for row in rows)]


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _timeline(shelf: Shelf, arguments: argparse.Namespace) -> None:
    name, _ = shelf.resolve(arguments.name)
    told = registry.turns(shelf.events(name))
    if arguments.json:
        say_json([dataclasses.asdict(turn) for turn in told])
        return
    rows = [
        (
            str(turn.version),
            moment(turn.since),
            moment(turn.until) if turn.until else "now",
            turn.by,
            turn.why or "saved first",
            words.evidence(turn.compared) if turn.compared else "",
        )
        for turn in told
    ]
    say(*aligned([("VERSION", "FROM", "TO", "BY", "WHY", "COMPARED"), *rows]))
