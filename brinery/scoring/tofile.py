"""A file scored into a file: block by block where that can be, else as a whole."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from brinery.errors import BrineryError, CannotWrite, ReadError
from brinery.registry.entry import Stored
from brinery.schema import check as against_schema
from brinery.schema.choices import NO_CHOICES, Choices
from brinery.scoring.answers import Answering, Kept, chunk_rows
from brinery.scoring.plan import plan
from brinery.scoring.result import Result
from brinery.scoring.score import predictions
from brinery.scoring.stream import streamed
from brinery.scoring.written import Written
from brinery.tables.blocks import Blocks, open_blocks
from brinery.tables.csvstyle import CsvStyle
from brinery.tables.hints import NO_HINTS, Hints
from brinery.tables.part import Part
from brinery.tables.reading import read
from brinery.tables.sink import open_sink
from brinery.tables.table import Table
from brinery.tables.typed import holds_times, time_form
from brinery.tables.typedblocks import TypedBlocks, open_typed_blocks
from brinery.tables.workbook import MAX_ROWS
from brinery.tables.workbooksink import Facts
from brinery.tables.writing import format_of
from brinery.worker.pool import Pool

__all__ = ["to_file"]

_PART_ROWS = 2**16


def to_file(
    stored: Stored,
    source: Path | Table,
    out: Path,
    pool: Pool,
    *,
    choices: Choices = NO_CHOICES,
    hints: Hints = NO_HINTS,
    style: Callable[[CsvStyle], CsvStyle] = lambda came: came,
    escape: bool = False,
    progress: Callable[[int], None] | None = None,
    kept: Kept | None = None,
    partial: Callable[[], Path | None] = lambda: None,
    most_whole_bytes: int | None = None,
    facts: Callable[[Written], Sequence[tuple[str, str]]] = lambda _: (),
) -> Written:
    """Score a file, and write the user's columns beside the predictions.

    A large text in UTF-8 is read, checked, answered and written block by block, and so is a large
    Parquet or Feather file: it may have any length. Where a text goes out in the style in which it
    came, its rows are those that came, byte for byte, with ours behind. Anything else is read as a
    whole.

    Parameters
    ----------
    stored : Stored
        The model, its seal verified.
    source : pathlib.Path or Table
        The file, or what was read already.
    out : pathlib.Path
        Ends in .csv, .csv.gz, .parquet or .xlsx; appears when all of it is there.
    pool : Pool
    choices : Choices
        What a person told about the file.
    hints : Hints
        What is known of how it is to be read.
    style : callable
        Gives the style of a CSV file, told the one in which the file came.
    escape : bool
        Whether the user's own cells are made harmless for spreadsheets too.
    progress : callable, optional
        Called with the number of rows done so far; with 0 while the surest are looked for.
    kept : Kept, optional
        Where the answers of whole chunks are kept; it may have some already.
    partial : callable
        Asked when the scoring fails: gives the path where the rows that were done by then are
        kept, or None where they are dropped. A file that is read as a whole leaves none.
    most_whole_bytes : int, optional
        The largest file that is read as a whole.
    facts : callable
        Gives names and values for a sheet of their own, where a workbook is written.

    Raises
    ------
    CannotScore
        The table lacks what the model needs.
    CannotWrite
        The file can't be written, or does not fit the format.
    ReadError
        There is no table in the file.
    WorkerFailed
        Workers died, or ran out of their limits.
    """
    scoring = _Scoring(stored, out, pool, choices, style, escape, progress, kept, partial, facts)
    names = tuple(column.name for column in stored.card.schema.features)
    hints = dataclasses.replace(hints, expected=names)
    if isinstance(source, Path):
        blocks = _blocks_of(source, hints) if source.is_file() else None
        if blocks is not None:
            if format_of(out) == "xlsx":
                _refuse_long(blocks)
            if (written := scoring.by_blocks(blocks)) is not None:
                return written
            _refuse_large(source, most_whole_bytes)
        source = read(source, max_bytes=most_whole_bytes, hints=hints)
    return scoring.whole(source)


def _blocks_of(source: Path, hints: Hints) -> Blocks | TypedBlocks | None:
    return open_typed_blocks(source) or open_blocks(source, hints)


@dataclass(frozen=True, eq=False)
class _Scoring:
    """What `to_file` is told of one scoring, whichever way the file is read."""

    stored: Stored
    out: Path
    pool: Pool
    choices: Choices
    style: Callable[[CsvStyle], CsvStyle]
    escape: bool
    progress: Callable[[int], None] | None
    kept: Kept | None
    partial: Callable[[], Path | None]
    facts: Callable[[Written], Sequence[tuple[str, str]]]

    def by_blocks(self, blocks: Blocks | TypedBlocks) -> Written | None:
        """Score while reading; None where the file has to be read whole."""
        way = plan(blocks, self.stored.card, self.choices)
        if way is None:
            return None
        dates: dict[int, str] = {}
        n_done = 0
        written: Written | None = None

        def about() -> Sequence[tuple[str, str]]:
            if written is None:
                why = f"Not all rows are here: the scoring stopped after the first {n_done:,}."
                return [("Not whole", why)]
            return self.facts(written)

        def told(n_rows: int) -> None:
            nonlocal n_done
            n_done = n_rows
            if self.progress is not None:
                self.progress(n_rows)

        sink = open_sink(
            self.out,
            csv=self.style(way.csv),
            dates=dates,
            times=blocks.times,
            came=blocks if isinstance(blocks, Blocks) and not self.escape else None,
            facts=about,
        )
        try:
            written = streamed(
                way,
                lambda: Answering(self.stored, self.pool, self.kept),
                sink,
                escape=self.escape,
                dates=dates,
                progress=told,
            )
            if written is not None:
                sink.close()
            return written
        except CannotWrite:
            raise
        except BrineryError:
            if n_done and (path := self.partial()) is not None:
                sink.close(at=path)
            raise
        finally:
            sink.drop()

    def whole(self, table: Table) -> Written:
        """Score a table that is read already."""
        report = against_schema.check(table, self.stored.card.schema, self.choices)
        digests: list[str] = []
        result = predictions(
            self.stored,
            table,
            report,
            self.pool,
            escape=self.escape,
            progress=self.progress,
            kept=self.kept,
            digests=digests,
        )
        written = Written(
            result.findings,
            result.verdict,
            report.shifts,
            table,
            tuple(digests),
            chunk_rows(self.stored.card),
        )
        _write(result, self.out, self.style, lambda: self.facts(written))
        return written


def _refuse_large(source: Path, most_bytes: int | None) -> None:
    """Say why a text that looked even can't be taken, where it is too large to be read whole."""
    if most_bytes is not None and source.stat().st_size > most_bytes:
        raise ReadError(
            f"The file is too large to be read in one piece (at most {most_bytes / 2**20:,.0f} MB "
            "are), and it can't be read piece by piece: a column that the model needs is missing "
            "or there twice, some line in it is unlike the others, a column could be read in two "
            "ways, or its letters are not in UTF-8.",
            where=source.name,
            remedy="Save it as CSV in UTF-8 with the names in the first line, and one row a line; "
            "or split it.",
        )


def _refuse_long(blocks: Blocks | TypedBlocks) -> None:
    """Say before the work that a workbook has no room for so many rows."""
    n_rows = blocks.count_rows()
    if n_rows is not None and n_rows > MAX_ROWS:
        raise CannotWrite(
            f"An Excel sheet takes {MAX_ROWS:,} rows under its header; this table has {n_rows:,}.",
            remedy="Write CSV or Parquet instead.",
        )


def _write(result: Result, out: Path, style: Callable[[CsvStyle], CsvStyle], facts: Facts) -> None:
    own = result.own_harmless
    times = {
        at: time_form([column]) for at, column in enumerate(own.columns) if holds_times(column.type)
    }
    sink = open_sink(out, csv=style(result.csv), dates=result.dates, times=times, facts=facts)
    added = result.added.rename_columns(list(result.added_names))
    try:
        for start in range(0, max(1, result.n_rows), _PART_ROWS):
            sink.write(Part(own.slice(start, _PART_ROWS), added.slice(start, _PART_ROWS)))
        sink.close()
    finally:
        sink.drop()
