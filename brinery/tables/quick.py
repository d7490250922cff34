"""The fast way for large files: the layout is found in a sample, the rows by Arrow."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from brinery.errors import ReadError
from brinery.tables.assemble import Assembled, above, header_notes, named
from brinery.tables.body import find_body
from brinery.tables.dialect import Dialect
from brinery.tables.hints import NO_HINTS, Hints
from brinery.tables.layout import Start, find_start
from brinery.tables.lines import count_breaks, lines_of
from brinery.tables.records import Header, Records, fast
from brinery.tables.tokens import Tokens, tokens
from brinery.tables.understood import LeftOut, said

__all__ = ["MIN_BYTES", "quickly"]

MIN_BYTES = 2**20
"""From this size on; below it the careful way takes no time either."""

_HEAD_BYTES = 2**14
_TAIL_BYTES = 2**13
_MARKS = (
    *(
        "Total",
        "total",
        "TOTAL",
        "Subtotal",
        "Grand Total",
        "Grand total",
        "Summe",
        "Sum",
        "Gesamt",
    ),
    *("Zwischensumme", "Total:", "Summe:", "---", "----", "-----", "------", "===", "====="),
)


def quickly(text: bytes, dialect: Dialect, hints: Hints = NO_HINTS) -> Assembled | None:
    """Read a large text of even rows; None where it needs the careful way.

    The first and the last bytes tell the header and what stands above and below the rows.
    A row between them that is no record (a repeated header, a total, a blank one) or is
    longer or shorter than the others gives None.
    """
    if hints.header_line is not None:
        return None
    head = _head(text, dialect)
    if head is None:
        return None
    start = find_start(head.rows, expected=hints.expected)
    sample = find_body(head.rows, head.line_numbers, start, dialect.delimiter)
    if sample.notes or _without_blanks(sample.left_out) or len(start.names) != start.width:
        return None
    if start.first >= len(head.rows) or any(len(row) != start.width for row in sample.rows):
        return None
    end = _end(text, dialect, start)
    if end is None:
        return None
    stop, below = end
    first_line = head.line_numbers[start.first]
    offset = _offset(text, dialect, first_line)
    records = fast(text, Header(start.names, offset, first_line), dialect.delimiter, end=stop)
    if records is None or _has_marks(records, start):
        return None
    names, notes = named(start.names, header=bool(start.header))
    if any(not name.strip() for name in start.names) and start.header:
        return None
    left_out = list(above(head.rows, head.line_numbers, start))
    if records.blank_lines:
        what = "A blank line" if len(records.blank_lines) == 1 else "Blank lines"
        left_out.append(LeftOut(what, records.blank_lines))
    left_out += below
    return Assembled(
        pa.Table.from_arrays(list(records.columns), names=names),
        records.line_numbers,
        head.line_numbers[start.header[-1]] if start.header else None,
        tuple(left_out),
        (
            *header_notes(start, head.line_numbers),
            *notes,
            *(said(one) for one in left_out),
        ),
    )


def _without_blanks(left_out: Sequence[LeftOut]) -> list[LeftOut]:
    return [one for one in left_out if "blank line" not in one.what.lower()]


def _head(text: bytes, dialect: Dialect) -> Tokens | None:
    stop = text.rfind(b"\n", 0, dialect.offset + _HEAD_BYTES)
    if stop < 0:
        return None
    lines = list(lines_of(text[: stop + 1], dialect.offset))
    try:
        return tokens(lines, dialect, first_line=dialect.n_lines_before + 1)
    except ReadError:
        return None


def _offset(text: bytes, dialect: Dialect, line_number: int) -> int:
    offset = dialect.offset
    lines = lines_of(text[: dialect.offset + 2 * _HEAD_BYTES], dialect.offset)
    for number, line in enumerate(lines, start=dialect.n_lines_before + 1):
        if number == line_number:
            break
        offset += len(line.encode())
    return offset


def _end(text: bytes, dialect: Dialect, start: Start) -> tuple[int, list[LeftOut]] | None:
    """Give where the rows end, and what stands below them; None where that is not plain."""
    at = text.find(b"\n", len(text) - _TAIL_BYTES) + 1
    if at == 0:
        return None
    tail = text[at:]
    try:
        rows = tokens(list(lines_of(tail)), dialect)
    except ReadError:
        return None
    if rows.mended:
        return None
    only_rows = Start(start.width, (), (), 0, start.names)
    body = find_body(rows.rows, rows.line_numbers, only_rows, dialect.delimiter)
    if body.notes or not body.rows:
        return None
    below = _without_blanks(body.left_out)
    if not below:
        return len(text), []
    first_below = min(one.line_numbers[0] for one in below)
    if first_below < body.line_numbers[-1]:
        return None
    cut = at + sum(len(line.encode()) for line in list(lines_of(tail))[: first_below - 1])
    before = dialect.n_lines_before + count_breaks(text, dialect.offset, at)
    return cut, [
        dataclasses.replace(one, line_numbers=tuple(line + before for line in one.line_numbers))
        for one in below
    ]


def _has_marks(records: Records, start: Start) -> bool:
    """Say whether some row looks like a repeated header, a total, a line or a blank row."""
    first = records.columns[0]
    marks = pa.array([*_MARKS, *(name for name in start.names[:1] if name)], pa.string())
    if pc.any(pc.is_in(first, value_set=marks)).as_py():
        return True
    blank = pc.equal(first, "")
    for column in records.columns[1:]:
        if not pc.any(blank).as_py():
            return False
        blank = pc.and_(blank, pc.equal(column, ""))
    return bool(pc.any(blank).as_py()) and len(records.columns) > 1
