"""The verb that scores a file.

Its libraries and those of the workers take a second each to load, so both do it at once: what is
imported here is what starts the workers, and the rest comes while they start.
"""

from __future__ import annotations

import argparse
import dataclasses
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brinery.cli.buckets import fetched, require_apart, sent
from brinery.cli.given import (
    choices_of,
    features_of,
    hints_of,
    how,
    read_table,
    require_writable,
    settings_of,
    shelf_of,
)
from brinery.cli.output import NowAndThen, say, tell
from brinery.worker.pool import Pool

if TYPE_CHECKING:
    from brinery.scoring.receipt import Receipt
    from brinery.scoring.written import Written
    from brinery.tables.table import Table

__all__ = ["score"]


def score(arguments: argparse.Namespace) -> int:
    """Score a file, and write the result when all of it is there."""
    with Pool(settings_of(arguments)) as pool:
        pool.warm_ahead()
        require_apart(arguments.file, arguments.out)
        with sent(arguments.out) as out, fetched(arguments.file) as source:
            verdict = _scored(arguments, source, out, pool)
    say(f"{arguments.out}: {verdict}")
    return 0


def _scored(arguments: argparse.Namespace, source: Path, out: Path, pool: Pool) -> str:
    from brinery.cli import receipts
    from brinery.registry.events import now
    from brinery.registry.prove import ready
    from brinery.registry.standing import standing_of
    from brinery.report.card import own_in_words
    from brinery.report.check import findings_text, in_one_line
    from brinery.report.usage import to_know
    from brinery.scoring.tofile import to_file

    require_writable(out, source)
    choices, began = choices_of(arguments), now()
    given: Path | Table = source
    if arguments.corrected is not None:
        table = read_table(source, arguments, features_of(arguments))
        given = _with_corrected(table, arguments)
    stored = ready(shelf_of(arguments), arguments.name, pool)

    @cache
    def receipt(written: Written) -> Receipt:
        return receipts.made(
            source,
            stored,
            written,
            hints=hints_of(arguments),
            choices=choices,
            began=began,
        )

    written = to_file(
        stored,
        given,
        out,
        pool,
        choices=choices,
        hints=hints_of(arguments),
        style=lambda came: _csv_style(arguments, came),
        escape=arguments.escape,
        progress=NowAndThen(_rows_done),
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
    for line in (*how(written.table), *findings_text(written.findings)):
        tell(line)
    return in_one_line(written.verdict)


def _with_corrected(table: Any, arguments: argparse.Namespace) -> Any:
    """Put corrected rows back where they came from."""
    import brinery
    from brinery.schema.correction import put_back
    from brinery.tables.hints import Hints
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


def _rows_done(n_done: int) -> str:
    return f"{n_done:,} rows done" if n_done else "Looking which rows are the surest."
