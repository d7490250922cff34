"""The work of one run: its file scored into another, and the receipt of that."""

from __future__ import annotations

import dataclasses
import functools
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from brinery.registry.events import now
from brinery.registry.prove import ready
from brinery.registry.shelf import Shelf
from brinery.schema.choices import Choices
from brinery.scoring import receipt as receipts
from brinery.scoring.offered import Offered
from brinery.scoring.parts import Parts
from brinery.scoring.receipt import Receipt
from brinery.scoring.run import Run, heed
from brinery.scoring.tofile import to_file
from brinery.scoring.written import Written
from brinery.tables.csvstyle import CsvStyle
from brinery.tables.hints import Hints
from brinery.tables.typedblocks import open_typed_blocks
from brinery.worker.pool import Pool

__all__ = ["fetched", "scored"]


def scored(
    run: Run,
    shelf: Shelf,
    pool: Pool,
    *,
    leaves_partial: Callable[[], bool],
    most_whole_bytes: int | None,
) -> Receipt:
    """Score a run's file into its output, from the parts that are there.

    Parameters
    ----------
    run : Run
        Its file is here; it is told how far the work is.
    shelf : Shelf
    pool : Pool
    leaves_partial : callable
        Asked when the scoring fails: whether what there is of the output is kept.
    most_whole_bytes : int or None
        The largest file that is read in one piece.

    Raises
    ------
    Cancelled
        The run is to stop.
    BrineryError
        As `brinery.scoring.tofile.to_file`.
    OSError
        The disk refuses.
    """
    request, began = run.request, now()
    run.n_expected = _about_rows(run.input)
    stored = ready(shelf, request.ref, pool, by=request.by)
    choices, hints = Choices.from_dict(request.choices), Hints(**request.hints)

    @functools.cache
    def receipt(written: Written) -> Receipt:
        return receipts.make(
            stored,
            written,
            id=run.id,
            file=request.file,
            file_sha256=receipts.sha256_of(run.input),
            choices=choices,
            hints=hints,
            started_at=began,
            ended_at=now(),
            by=request.by,
        )

    def told(n_done: int) -> None:
        run.n_done = n_done
        heed(run)

    written = to_file(
        stored,
        run.input,
        run.output,
        pool,
        choices=choices,
        hints=hints,
        style=lambda came: _styled(came, request.style),
        escape=request.escape,
        progress=told,
        kept=Parts(run.folder / "parts"),
        partial=lambda: run.partial if leaves_partial() else None,
        most_whole_bytes=most_whole_bytes,
        facts=lambda written: receipt(written).facts(),
    )
    run.n_done = written.verdict.n_rows
    return receipt(written)


def fetched(run: Run) -> None:
    """Get the file of a run that is not here yet; it is there whole, or not at all.

    Raises
    ------
    Cancelled
        The run is to stop.
    ReadError, CannotWrite, BrineryError
        As `Offered.fetch`.
    """

    def told(n_bytes: int) -> None:
        run.n_fetched = n_bytes
        heed(run)

    offered = Offered(**run.request.offered)
    run.n_to_fetch = offered.n_bytes
    offered.fetch(run.input, told)
    run.began = time.monotonic()  # what was fetched tells nothing of rows a second


def _about_rows(path: Path) -> int:
    """Give the number of rows, of a text guessed from the length of the first lines."""
    if (typed := open_typed_blocks(path)) is not None:
        return typed.n_rows
    with path.open("rb") as file:
        start = file.read(2**16)
    n_lines = start.count(b"\n")
    return 0 if n_lines < 2 else int(path.stat().st_size / len(start) * n_lines)


def _styled(came: CsvStyle, wanted: dict[str, Any]) -> CsvStyle:
    return dataclasses.replace(came, **wanted)
