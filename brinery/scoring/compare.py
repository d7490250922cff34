"""Two versions asked about the same file: which answers change, how far, and who is right."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pyarrow as pa

from brinery.errors import (
    CannotCompare,
    CannotScore,
    NoEnvironment,
    NoSandbox,
    ProofFailed,
    SealBroken,
    UnsafePickle,
)
from brinery.model.card import Card
from brinery.registry.prove import pool_for, ready
from brinery.registry.shelf import Shelf
from brinery.schema import check as against_schema
from brinery.schema.choices import NO_CHOICES, Choices
from brinery.scoring.comparison import Comparison, compared
from brinery.scoring.result import Result
from brinery.scoring.score import Data, predictions, read_for
from brinery.settings import Settings
from brinery.tables.table import Table
from brinery.worker.pool import Pool

__all__ = [
    "GIVES_NO_ANSWERS",
    "between",
    "compare",
    "needed",
    "require_alike",
]

GIVES_NO_ANSWERS = (NoEnvironment, NoSandbox, ProofFailed, SealBroken, UnsafePickle)
"""What is wrong with a version itself: then there is nothing to compare another one with."""


def compare(
    before: str,
    after: str,
    data: Data,
    *,
    models: str = "models",
    choices: Choices = NO_CHOICES,
    pool: Pool | None = None,
    progress: Callable[[int], None] | None = None,
) -> Comparison:
    """Ask two versions about the same table, through the same check and scoring as `score`.

    Parameters
    ----------
    before, after : str
        "name@version" or "name@alias", or the name alone for the version that is live.
    data, models, choices, pool, progress
        As in `score`; `progress` is told the rows of both versions together.

    Raises
    ------
    CannotCompare
        They answer different questions.
    CannotScore
        One of them can't use the table; the message says which, and why.
    NotOnShelf, SealBroken, ReadError, ProofFailed, WorkerFailed
        As in `score`.
    """
    settings = Settings.from_environment()
    shelf = Shelf(models, settings.key_place)
    cards = []
    for ref in (before, after):
        with suppress(SealBroken):  # what it means for either, `between` says
            cards.append(shelf.card(ref))
    table = read_for(data, needed(*cards))
    with pool_for(pool, settings) as workers:
        return between(
            shelf, before, after, table, workers, choices=lambda _: choices, progress=progress
        )


def between(
    shelf: Shelf,
    before: str,
    after: str,
    table: Table,
    pool: Pool,
    *,
    choices: Callable[[Card], Choices],
    by: str = "",
    progress: Callable[[int], None] | None = None,
) -> Comparison:
    """Compare as `compare` does, with workers and a table at hand.

    Parameters
    ----------
    shelf : Shelf
        Where the versions stand.
    before, after, progress
        As in `compare`.
    table : Table
        The rows.
    pool : Pool
        The workers that answer.
    choices : callable
        Gives what was told of the file for a version.
    by : str
        Who asks; without it, this account.

    Raises
    ------
    BrineryError
        As `compare`. Where only the old version is broken or refused here, nothing is
        raised: the comparison has its `problem`.
    """
    name, version = shelf.resolve(before)
    card = shelf.card(after)

    def asked(one: Card, n_done: int) -> tuple[Result, pa.Table]:
        def tell(n: int) -> None:
            if progress is not None:
                progress(n_done + n)

        stored = ready(shelf, f"{one.name}@{one.version}", pool, by=by)
        report = against_schema.check(table, one.schema, choices(one))
        if report.features is None or not report.can_score:
            stops = [found.sentence for found in report.findings if found.severity == "stop"]
            raise CannotScore(" ".join(stops), where=f"{one.name}@{one.version}")
        return predictions(stored, table, report, pool, progress=tell), report.features

    old_card, old, problem = None, None, ""
    try:
        old_card = shelf.card(f"{name}@{version}")
    except SealBroken as error:
        problem = error.problem
    if old_card is not None:
        require_alike(old_card, card)
    new, features = asked(card, 0)
    columns = card.schema.features
    if old_card is not None:
        try:
            old, others = asked(old_card, table.n_rows)
            for one in old_card.schema.features:
                if one.name not in features.column_names:
                    features = features.append_column(one.name, others.column(one.name))
                    columns = (*columns, one)
        except GIVES_NO_ANSWERS as error:
            problem = error.problem
    return compared(version, card, old, new, table, features, columns, problem=problem)


def needed(*cards: Card) -> list[str]:
    """Give the columns that any of some versions needs, those of the first first."""
    return list(dict.fromkeys(one.name for card in cards for one in card.schema.features))


def require_alike(before: Card, after: Card) -> None:
    """Refuse what can't be compared.

    Raises
    ------
    CannotCompare
        One does not predict, or they predict different things: take two that answer the same.
    """
    where = f"{before.name}@{before.version} and {after.name}@{after.version}"
    for card in (before, after):
        if not card.can_predict or "prediction" not in card.answer_names:
            raise CannotCompare(
                "Only models that give one prediction a row can be compared.",
                where=where,
                remedy=f"{card.name}, version {card.version}, does not.",
            )
    targets = [one.schema.target.name for one in (before, after) if one.schema.target]
    if before.schema.task != after.schema.task or len(set(targets)) > 1:
        raise CannotCompare(
            "They answer different questions.",
            where=where,
            remedy="Take two that predict the same column.",
        )
