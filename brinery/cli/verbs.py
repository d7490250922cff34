"""What the verbs about tables and files do; each gives the exit code."""

from __future__ import annotations

import argparse
import dataclasses
import json
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import brinery
from brinery.cli import receipts
from brinery.cli.output import Steps, aligned, say, say_json, say_saved, tell
from brinery.cli.shelf import settings_of, shelf_of
from brinery.errors import BrineryError, CannotWrite, ReadError
from brinery.registry.events import now
from brinery.registry.standing import standing_of
from brinery.report import check as check_words
from brinery.report.card import own_in_words
from brinery.report.usage import to_know
from brinery.report.words import count
from brinery.schema.choices import NO_CHOICES, Choices
from brinery.settings import Settings
from brinery.tables.hints import Hints
from brinery.tables.understood import summary

if TYPE_CHECKING:
    from brinery.scoring.receipt import Receipt
    from brinery.scoring.tofile import Written
    from brinery.tables.table import Table

__all__ = [
    "audit",
    "check",
    "choices_of",
    "read_table",
    "require_writable",
    "score",
    "system",
    "train",
]

_TELL_SECONDS = 2.0


def train(arguments: argparse.Namespace) -> int:
    """Train a model in this process, and save it."""
    from brinery.registry import names

    name = names.checked(arguments.name)
    table = read_table(arguments.data, arguments)
    for line in _how(table):
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
    source, out = Path(arguments.file), arguments.to_correct
    if out is not None:
        require_writable(Path(out), source)
    table = read_table(source, arguments, _features(arguments))
    report = brinery.check(
        arguments.name, table, models=arguments.models, choices=choices_of(arguments)
    )
    if out is not None:
        _write_to_correct(table, report, Path(out))
    if arguments.json:
        reading = {"summary": summary(table.reading), "notes": list(table.notes)}
        say_json({**check_words.as_dict(report), "reading": reading})
    else:
        say(check_words.as_text(report), "", *_how(table))
    card = shelf_of(arguments).card(arguments.name)
    for line in to_know(card, shelf_of(arguments).events(card.name)):
        tell(line)
    return 0 if report.can_score else 1


def score(arguments: argparse.Namespace) -> int:
    """Score a file, and write the result when all of it is there."""
    from brinery.registry.prove import ready
    from brinery.scoring.tofile import to_file
    from brinery.worker.pool import Pool

    source, out = Path(arguments.file), Path(arguments.out)
    require_writable(out, source)
    choices, began = choices_of(arguments), now()
    with Pool(settings_of(arguments)) as pool:
        pool.warm_ahead()  # while the file is opened
        given: Path | Table = source
        if arguments.corrected is not None:
            table = read_table(source, arguments, _features(arguments))
            given = _with_corrected(table, arguments)
        stored = ready(shelf_of(arguments), arguments.name, pool)

        @cache
        def receipt(written: Written) -> Receipt:
            return receipts.made(
                arguments,
                stored,
                written,
                hints=_hints(arguments),
                choices=choices,
                began=began,
            )

        written = to_file(
            stored,
            given,
            out,
            pool,
            choices=choices,
            hints=_hints(arguments),
            style=lambda came: _csv_style(arguments, came),
            escape=arguments.escape,
            progress=_Rows(),
            facts=lambda written: receipt(written).facts(),
        )
    if arguments.receipt is not None:
        receipts.write(arguments, receipt(written))
    card = shelf_of(arguments).card(arguments.name)
    happened = shelf_of(arguments).events(card.name)
    if own := standing_of(card, happened).own:
        tell(own_in_words(card, own))
    for line in to_know(card, happened):
        tell(line)
    for line in (*_how(written.table), *check_words.findings_text(written.findings)):
        tell(line)
    say(f"{out}: {check_words.in_one_line(written.verdict)}")
    return 0


def require_writable(out: Path, source: Path) -> None:
    """Refuse what can't be written, before the work and not after it."""
    from brinery.tables import writing

    writing.format_of(out)
    if not out.parent.is_dir():
        raise CannotWrite(
            "There is no such folder.", where=str(out.parent), remedy="Make it first."
        )
    if out.exists() and source.exists() and out.samefile(source):
        raise CannotWrite(
            "That is the file that came, and it would be lost.",
            where=str(out),
            remedy="Give the file to be written another name.",
        )


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


def _with_corrected(table: Any, arguments: argparse.Namespace) -> Any:
    """Put corrected rows back where they came from."""
    from brinery.schema.correction import put_back
    from brinery.tables.reading import read

    report = brinery.check(
        arguments.name, table, models=arguments.models, choices=choices_of(arguments)
    )
    hints = Hints(expected=(*table.column_names, "line"))
    corrected = read(arguments.corrected, hints=hints)
    back = put_back(table, report.findings, corrected)
    for note in (*corrected.notes, *back.notes):
        tell(note)
    return back.table


def _csv_style(arguments: argparse.Namespace, came: Any) -> Any:
    """Give the style in which the file came, but for what the options say."""
    delimiters = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
    marks = {"point": ".", "comma": ","}
    return dataclasses.replace(
        came,
        delimiter=delimiters.get(arguments.out_delimiter, came.delimiter),
        decimal=marks.get(arguments.out_decimal, came.decimal),
        byte_order_mark=arguments.out_bom,
    )


def audit(arguments: argparse.Namespace) -> int:
    """List what a pickle would import; 1 where it would be refused."""
    from brinery.safety import house
    from brinery.safety.audit import audit as audited

    allowed = house.parsed(Settings.from_environment().allow)
    found = audited(Path(arguments.file).read_bytes(), allowed)
    rows = [("IMPORTS", "LET IN")]
    rows += [(f"{one.module}.{one.name}", "yes" if one.allowed else "no") for one in found.imports]
    say(*aligned(rows))
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
            }
        )
    else:
        say(*aligned(report.lines(tried)), "")
        say(*aligned([*facts.server, *facts.versions]), "")
        say(report.verdict(tried))
    if facts.key_problem:
        tell(facts.key_problem)
    return 1 if what_is_open(tried) or facts.key_problem else 0


def _features(arguments: argparse.Namespace) -> tuple[str, ...]:
    card = shelf_of(arguments).card(arguments.name)
    return tuple(column.name for column in card.schema.features)


def read_table(
    path: str | Path, arguments: argparse.Namespace, expected: tuple[str, ...] = ()
) -> Table:
    """Read a table as the verb was told to."""
    return brinery.read(path, **vars(_hints(arguments, expected)))


def _hints(arguments: argparse.Namespace, expected: tuple[str, ...] = ()) -> Hints:
    return Hints(
        encoding=arguments.encoding,
        delimiter=arguments.delimiter,
        header_line=arguments.header_line,
        sheet=arguments.sheet,
        member=arguments.member,
        expected=expected,
    )


def choices_of(arguments: argparse.Namespace) -> Choices:
    """Give what was told of the file; a `--rename` goes before what a file of choices says."""
    told = NO_CHOICES
    if arguments.choices is not None:
        try:
            told = Choices.from_dict(json.loads(Path(arguments.choices).read_text("utf-8")))
        except ValueError as problem:
            if isinstance(problem, BrineryError):
                raise
            raise ReadError(
                "This is no JSON.", where=arguments.choices, remedy=f"Correct it: {problem}."
            ) from problem
    return dataclasses.replace(told, renames={**told.renames, **dict(arguments.rename)})


@dataclasses.dataclass
class _Rows:
    """Tell now and then how many rows are done."""

    told_at: float = dataclasses.field(default_factory=time.monotonic)

    def __call__(self, n_done: int) -> None:
        if time.monotonic() - self.told_at > _TELL_SECONDS:
            self.told_at = time.monotonic()
            tell(f"{n_done:,} rows done")


def _how(table: Table) -> list[str]:
    said = (summary(table.reading), *table.notes)
    return ["How the file was read", *(f"  - {line}" for line in said)]
