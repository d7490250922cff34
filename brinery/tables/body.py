"""Rows under a header to records: what is no record is set aside, each with its line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from brinery.tables.layout import Start
from brinery.tables.mending import (
    Mended,
    always_blank,
    is_broken,
    lengthened,
    patterns_of,
    shortened,
)
from brinery.tables.shapes import (
    column_shapes,
    filled,
    fits,
    is_dashes,
    is_remark,
    is_subtotal,
    shape,
    trimmed_width,
)
from brinery.tables.tail import below, end_of_records, kept_last, left_out, one_line
from brinery.tables.understood import LeftOut, listed

__all__ = ["Body", "find_body"]

_N_SAMPLED = 500
_MAX_TITLES = 5
_BLANK = "Blank lines"
_WIDE = 4
_TOO_LONG = "Rows with more cells than the header has names"


@dataclass
class Body:
    """The records of a table.

    Attributes
    ----------
    rows : list of list of str
        Each as wide as the table.
    line_numbers : list of int
    left_out : list of LeftOut
    notes : list of str
        What was done to rows that are in the table.
    second : int or None
        The row at which another table begins.
    shapes : list of str
        What most cells of each column look like.
    """

    rows: list[list[str]] = field(default_factory=list)
    line_numbers: list[int] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    second: int | None = None
    shapes: list[str] = field(default_factory=list)


def find_body(
    rows: Sequence[list[str]], lines: Sequence[int], start: Start, delimiter: str = ""
) -> Body:
    """Part the records from blank rows, lines, repeated headers, totals and remarks.

    A row with fewer cells is put right where only one way fits the columns, else filled with
    blanks; one with more is put right in the same way, else set aside. All of it is noted.

    Parameters
    ----------
    rows : sequence of list of str
        All rows of the file or sheet.
    lines : sequence of int
        The line of each.
    start : Start
        Where the table begins.
    delimiter : str
        Between the cells; "" in a workbook.
    """
    width = start.width
    whole = [row for row in rows[start.first :] if len(row) == width and filled(row)]
    several = [row for row in whole[:_N_SAMPLED] if width < _WIDE or filled(row) > 1]
    shapes = column_shapes(several or whole[:_N_SAMPLED], width)
    body = Body(shapes=shapes)
    blanks = always_blank(whole[:_N_SAMPLED], width)
    always = _always_filled([row for row in whole[:_N_SAMPLED] if not is_subtotal(row)], shapes)
    pages = {_outline(rows[at]) for at in range(min(start.header, default=0)) if filled(rows[at])}
    end = end_of_records(rows, start, shapes, padded=not delimiter)
    second = _second_table(rows, start, shapes, end)
    second = _under_a_title(rows, start, second)
    headers = [[cell.strip() for cell in row] for row in start.headers(rows)]
    last = end
    if second < end:  # what stands at the end of the first table
        last = end_of_records(rows[:second], start, shapes, padded=not delimiter)
    aside: dict[str, list[int]] = {}
    mended = Mended()
    patterns: list[set[str]] = []
    at = start.first - 1
    while at + 1 < last:
        at += 1
        row, line = rows[at], lines[at]
        why = _why_not(row, headers, shapes, width, rows, at) if filled(row) else _BLANK
        if not why and pages and _outline(row) in pages:
            why = "Headings of pages"
        elif not why and always and _lacks(row, always) and is_subtotal(row):
            why = "Totals between the rows"
        if width == 1 and row and delimiter and why == _BLANK:
            why = ""
        if why:
            aside.setdefault(why, []).append(at)
            continue
        if len(row) > width:
            fitted = shortened(row, width, shapes, blanks, delimiter)
            if fitted is None:
                aside.setdefault(_TOO_LONG, []).append(at)
                continue
            (mended.cut if row[:width] == fitted else mended.joined).append(line)
            row = fitted
        elif is_broken(rows, at, last, width, shapes):
            mended.broken.append(line)
            row = [*row[:-1], f"{row[-1]}\n{rows[at + 1][0]}", *rows[at + 1][1:]]
            at += 1
        elif len(row) < width:
            fitted = None
            if fits(row, shapes) and delimiter:
                patterns = patterns or patterns_of(whole[:_N_SAMPLED], width)
                fitted = lengthened(row, shapes, blanks, patterns)
                (mended.parted if fitted else mended.shifted).append(line)
            if fitted is None:
                mended.short.append(line)
            row = fitted or row + [""] * (width - len(row))
        body.rows.append(row)
        body.line_numbers.append(line)
    body.left_out = [
        left_out(why, which, rows, lines, whole=why == _TOO_LONG) for why, which in aside.items()
    ]
    if second < end:
        body.left_out += below(rows[:second], lines, last, padded=not delimiter)
        body.second = second
        where = [one for one in range(second, end) if filled(rows[one])]
        body.left_out.append(left_out("Lines of a second table below", where, rows, lines))
    body.left_out += below(rows, lines, end, padded=not delimiter)
    body.notes = [*mended.notes(len(body.rows), width), *_headings_note(body, width)]
    if what := kept_last(body.rows, shapes):
        place = f"{listed(body.line_numbers[-1:])}: “{one_line(body.rows[-1])}”"
        body.notes.append(f"The last row may be {what}; it was kept ({place}).")
    return body


def _headings_note(body: Body, width: int) -> list[str]:
    """Say which rows may be headings of groups: text in the first cell, and in no other."""
    which = [
        line
        for row, line in zip(body.rows, body.line_numbers, strict=True)
        if row[0].strip() and not any(map(str.strip, row[1:]))
    ]
    if width < _WIDE or not 1 < len(which) < len(body.rows) / 2:
        return []
    return [
        f"Rows with one cell alone may be headings of groups; they were kept ({listed(which)})."
    ]


def _outline(row: Sequence[str]) -> str:
    """Give a row without its digits: the headings of two pages differ in those alone."""
    return re.sub(r"\d+", "0", "\0".join(row).strip("\0"))


def _always_filled(rows: Sequence[Sequence[str]], shapes: Sequence[str]) -> list[int]:
    """Give the first column and those of texts, of three or more, in which few have a blank."""
    if len(shapes) < 3:
        return []
    return [
        at
        for at, wanted in enumerate(shapes)
        if (wanted == "t" or at == 0) and sum(not row[at].strip() for row in rows) * 10 <= len(rows)
    ]


def _lacks(row: Sequence[str], always: Sequence[int]) -> bool:
    """Say whether a text is missing that nearly every record has."""
    return any(at >= len(row) or not row[at].strip() for at in always)


def _second_table(rows: Sequence[list[str]], start: Start, shapes: list[str], end: int) -> int:
    """Give where another table begins, as a rule below a blank line; `end` where there is none."""
    headers = [[cell.strip() for cell in rows[at]] for at in start.header]
    pages = {_outline(rows[at]) for at in range(min(start.header, default=0))}
    for at in range(start.first + 1, end - 1):
        row = rows[at]
        if headers and _is_shuffled(row, headers[-1]):
            return at
        if headers and row and row[0].strip() == headers[-1][0] != "":
            title = at - 1 if filled(rows[at - 1]) == 1 < start.width else at
            if _is_other_header(rows, at, headers[-1], end, apart=not filled(rows[title - 1])):
                return title
        if filled(row) < 2 or filled(rows[at - 1]) or [cell.strip() for cell in row] in headers:
            continue
        if _outline(row) in pages:
            continue
        n_over = sum(
            wanted in ("n", "d") and shape(cell) == "t"
            for cell, wanted in zip(row, shapes, strict=False)
        )
        narrow = len(row) != start.width and end - at > 2 and _even(rows[at:end])
        if (
            narrow
            or _is_narrower(rows[at:end], start.width)
            or (n_over > 1 and n_over == fits(row, shapes) and _all_text(row))
        ):
            return at
    return end


def _is_shuffled(row: Sequence[str], names: list[str]) -> bool:
    """Say whether a row holds the names of the columns in another order."""
    if len(row) != len(names) or row[0].strip() not in names:
        return False
    own = [cell.strip() for cell in row]
    return all(names) and own != names and sorted(own) == sorted(names)


def _under_a_title(rows: Sequence[list[str]], start: Start, end: int) -> int:
    """Give where a narrower table begins under a title below a blank line; else `end`."""
    for at in range(start.first + 2, end - 1):
        row, title = rows[at], rows[at - 1]
        n_names = filled(row)
        if filled(title) != 1 or not title[0].strip() or not 1 < n_names < start.width - 1:
            continue
        apart = _is_apart(rows, at - 1)
        own = trimmed_width(row) == n_names >= trimmed_width(rows[at + 1]) > 1
        if apart is None or not own or not _all_text(row) or len(set(row[:n_names])) < n_names:
            continue
        above = [one for one in rows[start.first : apart][:_N_SAMPLED] if filled(one)]
        if sum(trimmed_width(one) > n_names for one in above) * 2 >= len(above) > 1:
            return apart
    return end


def _is_apart(rows: Sequence[list[str]], at: int) -> int | None:
    """Give the first of the titles above a row, and its own place, that a blank line parts off."""
    first = None
    for above in range(at, max(at - _MAX_TITLES, 0), -1):
        if filled(rows[above]) > 1:
            break
        if filled(rows[above]) and rows[above][0].strip() and not filled(rows[above - 1]):
            first = above
    return first


def _is_other_header(
    rows: Sequence[list[str]], at: int, names: list[str], end: int, *, apart: bool
) -> bool:
    """Say whether a row that begins as the header does has other names than it."""
    row = [cell.strip() for cell in rows[at]]
    own, known = [cell for cell in row if cell], [name for name in names if name]
    if own == known or len(own) < 2 or not _all_text(row):
        return False
    if apart:
        return True
    below = [one for one in rows[at + 1 : end] if filled(one)]
    n_alike = sum(len(one) == len(row) for one in below)
    n_shared = len(set(own) & set(known))
    return (
        len(row) != len(names)
        and n_alike > len(below) / 2
        and n_shared * 2 >= max(len(own), len(known))
    )


def _is_narrower(rows: Sequence[list[str]], width: int) -> bool:
    """Say whether rows have blanks behind a few columns, and begin with names for those."""
    full = [row for row in rows if filled(row)]
    names = full[0]
    wide = trimmed_width(names)
    return (
        1 < wide < width - 1
        and len(full) > 2
        and all(trimmed_width(row) == wide for row in full)
        and filled(names) == wide
        and _all_text(names)
        and any(shape(cell) in ("n", "d") for row in full[1:] for cell in row)
    )


def _even(rows: Sequence[list[str]]) -> bool:
    return len({len(row) for row in rows if filled(row)}) == 1


def _all_text(row: list[str]) -> bool:
    return all(shape(cell) in ("t", "") for cell in row)


def _why_not(
    row: list[str],
    headers: list[list[str]],
    shapes: list[str],
    width: int,
    rows: Sequence[list[str]],
    at: int,
) -> str:
    n_filled = filled(row)
    if row[0][:1] in "-=_*+|~#" and is_dashes(row):
        return "Lines of dashes"
    for names in headers:
        if row[0].strip() == names[0] and _is_repeat(row, names):
            return "Repeated headers"
    if width > 1 and (len(row) == 1 or n_filled == 1):
        text = next(cell for cell in row if cell.strip())
        comment = text.lstrip().startswith(("#", "//"))
        at_all = next(n for n, cell in enumerate(row) if cell.strip())
        alone = len(row) == 1 or width >= _WIDE
        odd = alone and shapes[at_all] in ("n", "d") and shape(text) == "t"
        if comment or odd or (is_remark(text) and (len(row) == 1 or _beside_blank(rows, at))):
            return "Remarks between the rows"
    elif len(row) < width and row[0].startswith("#") and shapes[0] != "t":
        return "Remarks between the rows"
    if width > 2 and n_filled < width and is_subtotal(row) and fits(row, shapes):
        return "Totals between the rows"
    if width > 2 and n_filled <= width // 2 and is_subtotal(row):
        return "Totals between the rows"
    return ""


def _is_repeat(row: Sequence[str], names: Sequence[str]) -> bool:
    full = [cell.strip() for cell in row]
    same = sum(one == other for one, other in zip(full, names, strict=False) if other)
    return same > 0 and same >= 0.8 * sum(map(bool, names)) and filled(names) > 0


def _beside_blank(rows: Sequence[list[str]], at: int) -> bool:
    return not filled(rows[at - 1]) or at + 1 >= len(rows) or not filled(rows[at + 1])
