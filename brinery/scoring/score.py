"""Check a table against a model on the shelf, and score it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd
import pyarrow as pa

from brinery.errors import CannotScore
from brinery.model.card import Card
from brinery.registry.entry import Stored
from brinery.registry.prove import pool_for, ready
from brinery.registry.shelf import Shelf
from brinery.schema import check as against_schema
from brinery.schema.choices import NO_CHOICES, Choices
from brinery.schema.columns import Schema
from brinery.schema.finding import can_be_scored
from brinery.schema.findings import Report
from brinery.scoring.answers import Answering, Kept, no_answers, part_refused
from brinery.scoring.result import Result, assemble
from brinery.settings import Settings
from brinery.tables.csvstyle import CsvStyle
from brinery.tables.hints import Hints
from brinery.tables.reading import as_table
from brinery.tables.table import Table
from brinery.worker.pool import Pool

__all__ = ["Data", "check", "predictions", "read_for", "score"]

Data = Table | pd.DataFrame | str | Path


def check(
    ref: str,
    data: Data,
    *,
    models: str = "models",
    choices: Choices = NO_CHOICES,
) -> Report:
    """Say what a model would make of a table, without scoring it.

    Parameters
    ----------
    ref : str
        The model's name, or "name@version", or "name@alias".
    data : Table, DataFrame or path
        What is to be checked.
    models : str
        The shelf.
    choices : Choices
        What a person told about the file: columns under other names, levels, decimal marks.

    Returns
    -------
    Report
        Every finding at once; bad data raises nothing.

    Raises
    ------
    CannotScore
        The model does not predict; pick another.
    NotOnShelf
        There is no such model; the message has the closest names.
    SealBroken
        The card is not the one that was saved; ask for a version that is whole.
    ReadError
        The file holds no table; the message says what it seems to be.
    """
    card = Shelf(models, Settings.from_environment().key_place).card(ref)
    _require_predicting(card)
    return against_schema.check(_table(data, card.schema), card.schema, choices)


def score(
    ref: str,
    data: Data,
    *,
    models: str = "models",
    choices: Choices = NO_CHOICES,
    pool: Pool | None = None,
    escape: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Result:
    """Predict every row of a table with a model on the shelf.

    Parameters
    ----------
    ref, data, models, choices
        As in `check`.
    pool : Pool, optional
        The workers; without it, some are started for this call.
    escape : bool
        Whether the user's own cells are made harmless for spreadsheets too.
    progress : callable, optional
        Called with the number of rows answered so far.

    Returns
    -------
    Result
        As many rows as came in, in their order; a frame's under its own row labels.

    Raises
    ------
    CannotScore
        The table lacks what the model needs, or the model does not predict.
    NotOnShelf, SealBroken, ReadError
        As in `check`.
    ProofFailed
        Under the versions here it answers otherwise than on the day it was saved; see `ready`.
    WorkerFailed
        A worker died or ran out of its limits; try a smaller table, or raise the limits.
    """
    settings = Settings.from_environment()
    with pool_for(pool, settings) as workers:
        stored = ready(Shelf(models, settings.key_place), ref, workers)
        table = _table(data, stored.card.schema)
        report = against_schema.check(table, stored.card.schema, choices)
        _require(stored.card, report)
        result = predictions(stored, table, report, workers, escape=escape, progress=progress)
    if isinstance(data, pd.DataFrame):
        return dataclasses.replace(result, index=data.index)
    return result


def predictions(
    stored: Stored,
    table: Table,
    report: Report,
    pool: Pool,
    *,
    escape: bool = False,
    progress: Callable[[int], None] | None = None,
    kept: Kept | None = None,
    digests: list[str] | None = None,
) -> Result:
    """Predict the rows of a checked table.

    Parameters
    ----------
    stored : Stored
        The model, its seal verified.
    table : Table
        What came.
    report : Report
        What `check` found in it.
    pool, escape, progress
        As in `score`.
    kept : Kept, optional
        Where the answers of whole chunks are kept.
    digests : list of str, optional
        Is told the sha256 of the answers, chunk by chunk.

    Raises
    ------
    CannotScore
        A finding says `stop`, or the model does not predict.
    WorkerFailed
        A worker died or ran out of its limits.
    """
    features = _require(stored.card, report)
    scored = can_be_scored(report.findings, table.n_rows)
    sendable = features if scored.all() else features.filter(pa.array(scored))
    answers = _answers(stored, sendable, pool, progress, kept, digests)
    answers, scored, without = part_refused(answers, scored, table.line_numbers)
    if not scored.any():
        answers = no_answers(stored.card)
    return assemble(
        table.cells if table.typed is None else table.typed,
        table.line_numbers,
        answers,
        scored,
        (*report.findings, *without),
        labels=stored.card.schema.labels,
        escape=escape,
        ranges=stored.card.evaluation.ranges if stored.card.evaluation else None,
        threshold=stored.card.evaluation.threshold if stored.card.evaluation else None,
        csv=CsvStyle.like(table),
        dates=report.dates,
    )


def _table(data: Data, schema: Schema) -> Table:
    return read_for(data, [column.name for column in schema.features])


def read_for(data: Data, expected: Iterable[str]) -> Table:
    """Give the table, its header found by the names that are expected; a frame keeps its types."""
    table = as_table(data, hints=Hints(expected=tuple(expected)))
    if not isinstance(data, pd.DataFrame):
        return table
    columns = []
    for position, texts in enumerate(table.cells.columns):
        try:
            columns.append(pa.array(data.iloc[:, position], from_pandas=True))
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
            columns.append(texts)  # one column of several types: as text, like its check
    typed = pa.table(columns, names=table.column_names)
    return dataclasses.replace(table, typed=typed)


def _require_predicting(card: Card) -> None:
    if not card.can_predict:
        raise CannotScore(
            f"This model does not predict: it is a {card.estimator}, kept with what it was "
            "fitted to.",
            where=card.name,
            remedy="Pick a model that answers with a prediction.",
        )


def _require(card: Card, report: Report) -> pa.Table:
    """Give the features, or say why nothing can be scored."""
    _require_predicting(card)
    if report.features is None or not report.can_score:
        stops = [finding.sentence for finding in report.findings if finding.severity == "stop"]
        raise CannotScore(" ".join(stops), where=card.name)
    return report.features


def _answers(
    stored: Stored,
    features: pa.Table,
    pool: Pool,
    progress: Callable[[int], None] | None,
    kept: Kept | None,
    digests: list[str] | None,
) -> pa.Table:
    """Answer chunk by chunk on the pool; only a few chunks are on their way at a time."""
    answering = Answering(stored, pool, kept)
    parts: list[pa.Table] = []
    n_done = 0

    def take(n_rows: int) -> None:
        nonlocal n_done
        parts.append(answering.take(n_rows))
        n_done += n_rows
        if progress is not None:
            progress(n_done)

    try:
        for start in range(0, features.num_rows, answering.n_rows):
            answering.put(features.slice(start, answering.n_rows))
            while answering.is_full:
                take(answering.n_rows)
        answering.end()
        while n_done < features.num_rows:
            take(min(answering.n_rows, features.num_rows - n_done))
    except BaseException:
        answering.cancel()
        raise
    if digests is not None:
        digests += answering.digests
    if not parts:
        return no_answers(stored.card)
    return pa.concat_tables(parts, promote_options="permissive")
