"""What the verbs about tables and files do; each gives the exit code."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path
from typing import Any

import brinery
from brinery.cli.buckets import fetched
from brinery.cli.given import (
    bytes_of,
    choices_of,
    features_of,
    how,
    name_to_save,
    read_table,
    require_writable,
    settings_of,
    shelf_of,
)
from brinery.cli.output import Steps, aligned, say, say_json, say_saved, tell
from brinery.report import check as check_words
from brinery.report.usage import to_know
from brinery.report.words import count
from brinery.settings import Settings, unknown
from brinery.tables.understood import summary

__all__ = ["audit", "check", "system", "train"]


def train(arguments: argparse.Namespace) -> int:
    """Train a model in this process, and save it."""
    name = name_to_save(arguments)
    table = read_table(arguments.data, arguments)
    for line in how(table):
        tell(line)
    model = brinery.train(
        table,
        arguments.target,
        recipe=arguments.recipe,
        parameters=arguments.parameters,
        seconds=arguments.seconds,
        refit=arguments.refit,
        coverage=arguments.coverage,
        split=arguments.split,
        split_by=arguments.split_by,
        weights=arguments.weights,
        monotonic=dict.fromkeys(arguments.up, "up") | dict.fromkeys(arguments.down, "down"),
        threshold=arguments.threshold,
        by_group=arguments.by_group,
        seed=arguments.seed,
        scheduler=settings_of(arguments).scheduler,
        progress=Steps(),
    )
    tell("Saving, and proving in a fresh process.")
    ref = brinery.save(
        model,
        name=name,
        models=arguments.models,
        description=arguments.description,
        review_by=arguments.review_by,
        settings=Settings.from_environment(),
    )
    say_saved(ref, model, shelf_of(arguments))
    return 0


def check(arguments: argparse.Namespace) -> int:
    """Check a file; 1 only where nothing in it can be scored."""
    with fetched(arguments.file) as source:
        return _checked(arguments, source)


def _checked(arguments: argparse.Namespace, source: Path) -> int:
    out = arguments.to_correct
    if out is not None:
        require_writable(Path(out), source)
    table = read_table(source, arguments, features_of(arguments))
    report = brinery.check(
        arguments.name, table, models=arguments.models, choices=choices_of(arguments)
    )
    if out is not None:
        _write_to_correct(table, report, Path(out))
    if arguments.json:
        reading = {"summary": summary(table.reading), "notes": list(table.notes)}
        say_json({**check_words.as_dict(report), "reading": reading})
    else:
        say(check_words.as_text(report), "", *how(table))
    card = shelf_of(arguments).card(arguments.name)
    for line in to_know(card, shelf_of(arguments).events(card.name)):
        tell(line)
    return 0 if report.can_score else 1


def _write_to_correct(table: Any, report: Any, out: Path) -> None:
    from brinery.schema.correction import to_correct
    from brinery.tables import writing
    from brinery.tables.csvstyle import CsvStyle

    rows = to_correct(table, report.findings)
    if not rows.num_rows:
        tell(f"No row has to be corrected, so {out} was not written.")
        return
    writing.write(rows, out, csv=CsvStyle.like(table))
    tell(f"{out}: {count(rows.num_rows, 'row')} to correct.")


def audit(arguments: argparse.Namespace) -> int:
    """List what a pickle would import; 1 where it would be refused."""
    from brinery.safety import house
    from brinery.safety.audit import audit as audited

    allowed = house.parsed(Settings.from_environment().allow)
    found = audited(bytes_of(arguments.file), allowed)
    rows = [(f"{one.module}.{one.name}", "yes" if one.allowed else "no") for one in found.imports]
    if rows:
        say(*aligned([("IMPORTS", "LET IN"), *rows]))
    if found.allowed:
        tell("It would be let in. Nothing was run.")
        return 0
    assert found.refusal is not None
    tell(f"It would be refused: {found.refusal.problem} {found.refusal.remedy}")
    return 1


def system(arguments: argparse.Namespace) -> int:
    """Say what holds and what is installed; 1 where an attack worked or the key can't be used."""
    from brinery.report import system as report
    from brinery.worker.pool import Pool
    from brinery.worker.trial import what_is_open

    settings = dataclasses.replace(Settings.from_environment(), models=arguments.models)
    tell("Trying each attack in a worker.")
    with Pool(settings) as pool:
        tried = pool.sandbox()
    facts = report.facts(settings)
    if arguments.json:
        say_json(
            {
                "sandbox": [dataclasses.asdict(one) for one in tried],
                "server": dict(facts.server),
                "versions": dict(facts.versions),
                "key_problem": facts.key_problem,
                "doubts": facts.doubts,
            }
        )
    else:
        say(*aligned(report.lines(tried)), "")
        say(*aligned([*facts.server, *facts.versions]), "")
        say(report.verdict(tried))
    if facts.key_problem:
        tell(facts.key_problem)
    for doubt in facts.doubts:
        if doubt not in unknown():  # which every verb tells
            tell(doubt)
    return 1 if what_is_open(tried) or facts.key_problem else 0
