"""The receipt of a scoring, and what a second scoring makes of it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from brinery.cli.buckets import fetched
from brinery.cli.given import settings_of, shelf_of
from brinery.cli.output import say, tell
from brinery.errors import CannotScore, CannotWrite, ReadError
from brinery.registry.events import account, now
from brinery.report.words import count

if TYPE_CHECKING:
    from brinery.registry.entry import Stored
    from brinery.schema.choices import Choices
    from brinery.scoring.receipt import Receipt
    from brinery.scoring.written import Written
    from brinery.tables.hints import Hints

__all__ = ["made", "verify", "write"]


def made(
    source: Path,
    stored: Stored,
    written: Written,
    *,
    hints: Hints,
    choices: Choices,
    began: str,
) -> Receipt:
    """Make the receipt of what `score` did."""
    from brinery.scoring import receipt

    return receipt.make(
        stored,
        written,
        file=source.name,
        file_sha256=receipt.sha256_of(source),
        choices=choices,
        hints=hints,
        started_at=began,
        ended_at=now(),
        by=account(),
    )


def write(arguments: argparse.Namespace, receipt: Receipt) -> None:
    """Write a receipt where the shell asked for it."""
    try:
        Path(arguments.receipt).write_text(receipt.to_json() + "\n", "utf-8")
    except OSError as error:
        raise CannotWrite(
            f"The receipt can't be written ({error.strerror or error}).",
            where=arguments.receipt,
            remedy="Check that the folder is there and may be written to.",
        ) from error
    tell(f"{arguments.receipt}: the receipt.")


def verify(arguments: argparse.Namespace) -> int:
    """Score a file again by its receipt; 1 where anything is otherwise."""
    from brinery.registry.prove import ready
    from brinery.scoring import receipt
    from brinery.worker.pool import Pool

    told = receipt.Receipt.from_json(_text(arguments.receipt))
    with Pool(settings_of(arguments)) as pool, fetched(arguments.file) as source:
        pool.warm_ahead()
        ref = arguments.name or f"{told.model}@{told.version}"
        stored = ready(shelf_of(arguments), ref, pool)
        try:
            again = receipt.scored_again(told, stored, source, pool)
        except CannotScore:
            if stored.card.name != told.model:
                say(receipt.another_model(told, stored.card.name, stored.card.version))
            raise
    found = receipt.differences(told, again)
    for line in found:
        say(line)
    if (told.answers, told.threshold) == (again.answers, again.threshold):
        say(f"The answers for {count(told.n_scored, 'row')} are the same, bit for bit.")
    return 1 if found else 0


def _text(path: str) -> str:
    try:
        return Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ReadError(
            "The receipt can't be read.", where=path, remedy="Check its name and its folder."
        ) from error
