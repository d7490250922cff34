"""A file scored block by block: read, checked, answered and written at the same time.

The file is never held as a whole, the answers do not depend on how it is cut, and what is
found is what the check of the whole finds.
"""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from brinery.schema.check import findings_of
from brinery.schema.coerced import Style
from brinery.schema.coercion import coerce
from brinery.schema.dates import DateStyle
from brinery.schema.finding import Finding, Verdict, can_be_scored, verdict
from brinery.schema.findings import formula_cell, no_answer
from brinery.schema.gathered import Gathered, gather
from brinery.schema.seen import Marked
from brinery.schema.settled import Unsettled, Watch
from brinery.scoring.answers import Answering, part_refused
from brinery.scoring.plan import Plan, looked_at_first, styles_of
from brinery.scoring.result import assemble
from brinery.scoring.surest import Surest
from brinery.scoring.written import Written
from brinery.tables.blocks import Block, Blocks, Uneven
from brinery.tables.part import Part
from brinery.tables.sink import Sink
from brinery.tables.typedblocks import TypedBlocks

__all__ = ["MOST_ROWS_TOLD", "streamed"]

MOST_ROWS_TOLD = 1000
"""Of so many rows of a finding the lines are told; all are counted."""


def streamed(
    plan: Plan,
    answering: Callable[[], Answering],
    sink: Sink,
    *,
    escape: bool = False,
    dates: dict[int, str] | None = None,
    progress: Callable[[int], None] | None = None,
) -> Written | None:
    """Score a file; None where, after all, it has to be read whole, and nothing was written.

    Where the model calls so many rows of each file, it is gone through twice: which they are is
    known once all have been answered.

    Parameters
    ----------
    plan : Plan
    answering : callable
        Gives what sends the rows to the workers; called for each time that the file is gone
        through.
    sink : Sink
        Where the rows go; closing it is left to the caller.
    escape : bool
        Whether the user's own cells are made harmless for spreadsheets too.
    dates : dict, optional
        Is told which of the user's columns hold dates, as `Result.dates` has it.
    progress : callable, optional
        Called with the number of rows written so far.

    Raises
    ------
    WorkerFailed, CannotWrite
        As their messages say.
    """
    asked = looked_at_first(plan)
    try:
        while True:
            styles = styles_of(plan, asked)
            if styles is None:
                return None
            surest = None
            if plan.threshold is not None and plan.threshold.n_rows:
                surest = Surest(plan.threshold, plan.schema.labels)
            run = _Run(plan, styles, sink, escape, progress, surest)
            if dates is not None:
                dates |= {
                    plan.matched.positions[name]: style.exact_format
                    for name, style in styles.items()
                    if isinstance(style, DateStyle) and style.exact_format
                }
            try:
                if surest is not None:
                    _Run(plan, styles, sink, escape, progress, surest).seen(answering())
                return run.through(answering())
            except Unsettled as found:
                asked = (*asked, found.column)
                sink.again()
    except Uneven:
        return None


@dataclass(eq=False)
class _Waiting:
    """A checked block whose answers are on their way."""

    block: Block
    findings: list[Finding]
    scored: np.ndarray
    plain: set[int]


class _Run:
    """One way through the file."""

    def __init__(
        self,
        plan: Plan,
        styles: Mapping[str, Style],
        sink: Sink,
        escape: bool,
        progress: Callable[[int], None] | None,
        surest: Surest | None,
    ) -> None:
        self.surest = surest
        self.plan, self.sink, self.escape, self.progress = plan, sink, escape, progress
        positions = plan.matched.positions
        self.watches = {
            column.name: Watch(column, plan.blocks.most_rows)
            for column in plan.schema.features
            if column.name in positions and column.kind == "number" and column.name not in styles
        }
        self.styles: dict[str, Style] = {column.name: None for column in plan.schema.features}
        self.styles |= {name: watch.style for name, watch in self.watches.items()}
        self.styles |= styles
        self.gathered = Gathered({}, {}, {})
        self.refused, self.formulas = Marked(), dict[int, Marked]()
        self.taken: list[Finding] = []
        self.n_written = self.n_look = self.n_refused = 0

    def through(self, answering: Answering) -> Written:
        """Write every row, and tell what became of the file."""
        self._go(answering, self._write)
        return self._written(answering)

    def seen(self, answering: Answering) -> None:
        """Write nothing, and only see which rows are the surest."""
        self._go(answering, self._see)

    def _go(self, answering: Answering, use: Callable[[_Waiting, pa.Table], None]) -> None:
        waiting: deque[_Waiting] = deque()
        try:
            with ThreadPoolExecutor(1, "brinery-write") as writer:
                written: deque[Future[None]] = deque()

                def write_first() -> None:
                    one = waiting.popleft()
                    answers = answering.take(int(np.count_nonzero(one.scored)))
                    written.append(writer.submit(use, one, answers))
                    while len(written) > 2:
                        written.popleft().result()

                for block in _ahead(self.plan.blocks):
                    one, features = self._checked(block)
                    answering.put(features)
                    waiting.append(one)
                    while waiting and answering.has(int(np.count_nonzero(waiting[0].scored))):
                        write_first()
                    while answering.is_full:
                        answering.wait()
                answering.end()
                for watch in self.watches.values():
                    watch.end()
                while waiting:
                    write_first()
                while written:
                    written.popleft().result()
        except BaseException:
            answering.cancel()
            raise

    def _checked(self, block: Block) -> tuple[_Waiting, pa.Table]:
        plan, table = self.plan, block.table
        coerced = coerce(
            table, plan.schema, plan.matched.positions, styles=self.styles, choices=plan.choices
        )
        for name, watch in self.watches.items():
            watch.add(coerced.columns[name], table.cells.column(plan.matched.positions[name]))
        here = gather(table, plan.schema, plan.matched, coerced, plan.choices)
        self.gathered.extend(here)
        found, _ = findings_of(
            here, plan.schema, plan.matched, plan.choices, plan.names, (), lambda _: 0.0
        )
        scored = can_be_scored(found, table.n_rows)
        features = coerced.coded
        if not scored.all():
            features = features.filter(pa.array(scored))
        plain = {
            plan.matched.positions[name]
            for name, one in coerced.columns.items()
            if one.n_points is not None
        }
        return _Waiting(block, found, scored, plain), features

    def _see(self, one: _Waiting, answers: pa.Table) -> None:
        assert self.surest is not None
        answered, _, _ = part_refused(answers, one.scored, one.block.table.line_numbers)
        self.surest.see(answered)
        if self.progress is not None:
            self.progress(0)  # none is written yet, but who waits may cancel

    def _write(self, one: _Waiting, answers: pa.Table) -> None:
        table, scored, found = one.block.table, one.scored, one.findings
        answers, scored, without = part_refused(answers, scored, table.line_numbers)
        own = table.cells if table.typed is None else table.typed
        result = assemble(
            own,
            table.line_numbers,
            answers,
            scored,
            (*found, *without),
            labels=self.plan.schema.labels,
            escape=self.escape,
            ranges=self.plan.ranges,
            threshold=self.surest.threshold_of(answers) if self.surest else self.plan.threshold,
            plain=one.plain,
        )
        added = result.added.rename_columns(list(result.added_names))
        if self.escape:
            self.sink.write(Part(result.own_harmless, added))
        else:
            self.sink.write(Part(own, added, one.block.rows))
        self._count(without, result.findings, table.n_rows)

    def _count(self, without: tuple[Finding, ...], found: tuple[Finding, ...], n_rows: int) -> None:
        counted = verdict(found, n_rows)
        self.n_look += counted.n_look
        self.n_refused += counted.n_refused
        for finding in without:
            self._mark(self.refused, finding.rows, n_rows)
        self.taken = [finding for finding in found if finding.code == "taken_name"]
        for finding in found:
            if finding.code == "formula_cell" and finding.position is not None:
                marked = self.formulas.setdefault(finding.position, Marked())
                self._mark(marked, finding.rows, n_rows)
        self.n_written += n_rows
        if self.progress is not None:
            self.progress(self.n_written)

    def _mark(self, marked: Marked, rows: np.ndarray, n_rows: int) -> None:
        if len(rows):
            where = np.zeros(n_rows, dtype=bool)
            where[rows] = True
            marked.add(where, self.n_written)

    def _written(self, answering: Answering) -> Written:
        plan, gathered = self.plan, self.gathered
        table = plan.blocks.whole
        assert table is not None
        found, shifts = findings_of(
            gathered, plan.schema, plan.matched, plan.choices, plan.names, (), self._median
        )
        if len(rows := self.refused.rows()):
            found.append(no_answer(rows, gathered.lines(rows)))
        for at in sorted(self.formulas):
            rows = self.formulas[at].rows()
            one = formula_cell(plan.names[at], rows, gathered.lines(rows), escaped=self.escape)
            found.append(dataclasses.replace(one, position=at))
        found += self.taken
        told = tuple(
            dataclasses.replace(
                one,
                rows=one.rows[:MOST_ROWS_TOLD],
                line_numbers=one.line_numbers[:MOST_ROWS_TOLD],
            )
            for one in found
        )
        counted = Verdict(gathered.n_rows, self.n_look, self.n_refused)
        return Written(told, counted, shifts, table, tuple(answering.digests), answering.n_rows)

    def _median(self, name: str) -> float:
        """Go through the file once more for the middle of one column."""
        at = self.plan.matched.positions[name]
        schema = dataclasses.replace(
            self.plan.schema,
            columns=tuple(one for one in self.plan.schema.columns if one.name == name),
        )
        parts = [
            coerce(
                block.table, schema, {name: at}, styles=self.styles, choices=self.plan.choices
            ).features.column(0)
            for block in self.plan.blocks
        ]
        values = pa.chunked_array([chunk for part in parts for chunk in part.chunks])
        return float(np.median(values.drop_null().to_numpy()))


def _ahead(blocks: Blocks | TypedBlocks) -> Iterator[Block]:
    """Read each block while the one before is worked on."""
    source = iter(blocks)
    with ThreadPoolExecutor(1, "brinery-read") as reader:
        coming = reader.submit(next, source, None)
        while (block := coming.result()) is not None:
            coming = reader.submit(next, source, None)
            yield block
