"""The fast way for large files: the layout is found in a sample, the rows by Arrow."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from brinery.errors import ReadError
from brinery.tables.assemble import Assembled, above, header_notes, named
from brinery.tables.body import find_body
from brinery.tables.dialect import Dialect
from brinery.tables.hints import NO_HINTS, Hints
from brinery.tables.layout import Start, find_start
from brinery.tables.lines import count_breaks, lines_of
from brinery.tables.oddities import odd_rows
from brinery.tables.records import Header, Records, fast
from brinery.tables.summaries import summed_up
from brinery.tables.tail import may_be_sum
from brinery.tables.tokens import Tokens, tokens
from brinery.tables.understood import LeftOut, said

__all__ = ["HEAD_BYTES", "MIN_BYTES", "TAIL_BYTES", "Plan", "plan", "quickly"]

MIN_BYTES = 2**20
"""From this size on; below it the careful way takes no time either."""

HEAD_BYTES = 2**15
"""How many first bytes tell the layout; the rows begin within them."""

TAIL_BYTES = 2**12
"""How many last bytes tell what stands below the rows."""

_SAMPLE_BYTES = 2**13


@dataclass(frozen=True)
class Plan:
    """Where the rows of a large text are, told from its first and its last bytes.

    Attributes
    ----------
    start : Start
        The header, and what stands above the rows.
    head : Tokens
        The first rows.
    offset, stop : int
        Where the rows begin and end, in bytes.
    first_line : int
        The line number of the first row.
    below : tuple of LeftOut
        What stands below the rows, its lines counted from `stop`.
    """

    start: Start
    head: Tokens
    offset: int
    stop: int
    first_line: int
    below: tuple[LeftOut, ...]

    @property
    def headers(self) -> list[Sequence[str]]:
        """The rows with the names."""
        return self.start.headers(self.head.rows)

    def assembled(self, records: Records, n_lines: int) -> Assembled:
        """Give the table of records that take `n_lines`."""
        start, lines = self.start, self.head.line_numbers
        names, notes = named(start.names, header=bool(start.header))
        left_out = list(above(self.head.rows, lines, start))
        if records.blank_lines:
            what = "A blank line" if len(records.blank_lines) == 1 else "Blank lines"
            left_out.append(LeftOut(what, records.blank_lines))
        before = self.first_line + n_lines - 1
        for one in self.below:
            where = tuple(before + line for line in one.line_numbers)
            left_out.append(dataclasses.replace(one, line_numbers=where))
        return Assembled(
            pa.Table.from_arrays(list(records.columns), names=names),
            records.line_numbers,
            tuple(lines[at] for at in start.header),
            tuple(left_out),
            (
                *header_notes(start, lines),
                *notes,
                *(said(one) for one in left_out),
            ),
            start.open_names,
        )


def plan(head: bytes, tail: bytes, n_bytes: int, dialect: Dialect, hints: Hints) -> Plan | None:
    """Find where the rows of a large text are; None where that is not plain.

    Parameters
    ----------
    head, tail : bytes
        The text's first and last bytes, at least `HEAD_BYTES` and `TAIL_BYTES`.
    n_bytes : int
        How long the text is.
    dialect : Dialect
    hints : Hints
    """
    if hints.header_line is not None or not dialect.plain:
        return None
    first = _head(head, dialect)
    if first is None:
        return None
    try:
        start = find_start(first.rows, expected=hints.expected)
    except ReadError:
        return None  # said where it is read the careful way
    sample = find_body(first.rows, first.line_numbers, start, dialect.delimiter)
    if sample.notes or _without_blanks(sample.left_out) or len(start.names) != start.width:
        return None
    if start.first >= len(first.rows) or any(len(row) != start.width for row in sample.rows):
        return None
    if any(not name.strip() for name in start.names) and start.header:
        return None
    end = _end(tail[-TAIL_BYTES:], dialect, start)
    if end is None:
        return None
    from_end, below = end
    first_line = first.line_numbers[start.first]
    offset, stop = _offset(head, dialect, first_line), n_bytes - from_end
    if stop <= offset:
        return None
    return Plan(start, first, offset, stop, first_line, tuple(below))


def quickly(text: bytes, dialect: Dialect, hints: Hints = NO_HINTS) -> Assembled | None:
    """Read a large text of even rows; None where it needs the careful way.

    The first and the last bytes tell the header and what stands above and below the rows.
    A row between them that is no record (a repeated header, a total, a blank one) or is
    longer or shorter than the others gives None.
    """
    found = plan(text[: dialect.offset + HEAD_BYTES], text[-TAIL_BYTES:], len(text), dialect, hints)
    if found is None:
        return None
    header = Header(found.start.names, found.offset, found.first_line)
    records = fast(text, header, dialect.delimiter, end=found.stop)
    if records is None or len(odd_rows(records.columns, found.headers)):
        return None
    n_lines = count_breaks(text, found.offset, found.stop) if found.below else 0
    return found.assembled(records, n_lines)


def _without_blanks(left_out: Sequence[LeftOut]) -> list[LeftOut]:
    return [one for one in left_out if "blank line" not in one.what.lower()]


def _head(head: bytes, dialect: Dialect) -> Tokens | None:
    stop = head.rfind(b"\n", 0, dialect.offset + _SAMPLE_BYTES)
    if stop < 0:
        return None
    lines = list(lines_of(head[: stop + 1], dialect.offset))
    try:
        return tokens(lines, dialect, first_line=dialect.n_lines_before + 1)
    except ReadError:
        return None


def _offset(head: bytes, dialect: Dialect, line_number: int) -> int:
    offset = dialect.offset
    lines = lines_of(head[: head.rfind(b"\n") + 1], dialect.offset)
    for number, line in enumerate(lines, start=dialect.n_lines_before + 1):
        if number == line_number:
            break
        offset += len(line.encode())
    return offset


def _end(tail: bytes, dialect: Dialect, start: Start) -> tuple[int, list[LeftOut]] | None:
    """Give how far from the end the rows end, and what stands below; None where it is not plain.

    The lines of what stands below are counted from where the rows end.
    """
    at = tail.find(b"\n") + 1
    if at == 0:
        return None
    lines = list(lines_of(tail, at))
    try:
        rows = tokens(lines, dialect)
    except ReadError:
        return None
    if rows.notes():
        return None
    only_rows = Start(start.width, (), (), 0, start.names)
    body = find_body(rows.rows, rows.line_numbers, only_rows, dialect.delimiter)
    if body.notes or not body.rows or may_be_sum(body.rows[-1], body.shapes):
        return None
    if summed_up(rows.rows):
        return None
    below = _without_blanks(body.left_out)
    if not below:
        return 0, []
    first_below = min(one.line_numbers[0] for one in below)
    if first_below < body.line_numbers[-1]:
        return None
    from_end = sum(len(line.encode()) for line in lines[first_below - 1 :])
    before = first_below - 1
    return from_end, [
        dataclasses.replace(one, line_numbers=tuple(line - before for line in one.line_numbers))
        for one in below
    ]
