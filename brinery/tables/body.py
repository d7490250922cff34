"""Rows under a header to records: what is no record is set aside, each with its line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from brinery.tables.layout import Start
from brinery.tables.shapes import (
    column_shapes,
    filled,
    fits,
    is_dashes,
    is_remark,
    is_subtotal,
    is_total,
    shape,
)
from brinery.tables.understood import LeftOut, listed

__all__ = ["Body", "find_body", "one_line"]

_N_SAMPLED = 500
_MAX_TAIL = 30
_BLANK = "Blank lines"


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
    """

    rows: list[list[str]] = field(default_factory=list)
    line_numbers: list[int] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def find_body(
    rows: Sequence[list[str]], lines: Sequence[int], start: Start, delimiter: str = ""
) -> Body:
    """Part the records from blank rows, lines, repeated headers, totals and remarks.

    A row with fewer cells is filled with blanks; one with more is put right where only one
    way fits the columns, else set aside. All of it is noted.

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
    body, width = Body(), start.width
    whole = [row for row in rows[start.first :] if len(row) == width and filled(row)]
    shapes = column_shapes(whole[:_N_SAMPLED], width)
    end = _tail(rows, start, shapes, padded=not delimiter)
    headers = [[cell.strip() for cell in rows[at]] for at in start.header]
    headers += [[name.strip() for name in start.names]] if start.header else []
    aside: dict[str, list[int]] = {}
    short: list[int] = []
    cut: list[int] = []
    joined: list[int] = []
    for at in range(start.first, end):
        row = rows[at]
        why = _why_not(row, headers, shapes, width, rows, at) if filled(row) else _BLANK
        if width == 1 and row and delimiter and why == _BLANK:
            why = ""
        if why:
            aside.setdefault(why, []).append(at)
            continue
        if len(row) > width:
            fitted = _shortened(row, width, shapes, delimiter)
            if fitted is None:
                aside.setdefault("Rows with more cells than the header has names", []).append(at)
                continue
            (cut if row[:width] == fitted else joined).append(at)
            row = fitted
        elif len(row) < width:
            short.append(at)
            row = row + [""] * (width - len(row))
        body.rows.append(row)
        body.line_numbers.append(lines[at])
    body.left_out = [_left_out(why, which, rows, lines) for why, which in aside.items()]
    body.left_out += _tail_left_out(rows, lines, end, padded=not delimiter)
    odd = [[lines[at] for at in which] for which in (short, cut, joined)]
    body.notes = _notes(odd[0], odd[1], odd[2], len(body.rows), width)
    return body


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
        alone = _beside_blank(rows, at)
        comment = text.lstrip().startswith(("#", "//"))
        odd = len(row) == 1 and shapes[0] in ("n", "d") and shape(text) == "t"
        if comment or odd or (is_remark(text) and (alone or len(row) == 1)):
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


def _tail(rows: Sequence[list[str]], start: Start, shapes: list[str], *, padded: bool) -> int:
    """Give the place behind the last record: below stand totals and remarks."""
    end = len(rows)
    kept = start.width == 1 and not padded  # where a quoted blank is a record
    full = [
        at
        for at in range(max(start.first, end - 200), end)
        if (rows[at] and kept) or filled(rows[at])
    ]
    end = full[-1] + 1 if full else start.first
    for at in reversed(full[-_MAX_TAIL:]):
        if at == start.first or not _is_footer(rows, at, start, shapes, padded=padded):
            break
        end = at
    while end > start.first and not (rows[end - 1] if kept else filled(rows[end - 1])):
        end -= 1
    return end


def _is_footer(
    rows: Sequence[list[str]], at: int, start: Start, shapes: list[str], *, padded: bool
) -> bool:
    row, width = rows[at], start.width
    n_filled = filled(row)
    text = next((cell for cell in row if cell.strip()), "")
    if not text:
        return False
    if is_dashes(row) and (n_filled > 1 or len(text.strip()) > 2):
        return True
    if is_total(row) and (n_filled < width or fits(row, shapes) or _is_sum(rows, at, start)):
        return True
    apart = at > start.first and not filled(rows[at - 1])
    narrow = n_filled == 1 and width > 2 if padded else len(row) == 1 and width > 1
    narrow = narrow or (n_filled == 1 and width > 3)
    if narrow and shape(text) == "t":
        column = next(position for position, cell in enumerate(row) if cell.strip())
        odd = column < len(shapes) and shapes[column] in ("n", "d")
        return odd or apart or is_remark(text) or ": " in text or text.strip()[:1] in "(*["
    if narrow and apart:
        return True
    if width > 3 and 1 < n_filled <= width // 2 and shape(row[0]) == "t":
        if (len(row) < width or apart) and (apart or is_remark(row[0]) or row[0].endswith(":")):
            return True
        return is_remark(row[0]) and filled(row[2:]) == 0
    if width == 1:
        return is_remark(text) and (apart or "(" in text or ":" in text)
    blank_texts = all(
        not cell.strip() for cell, wanted in zip(row, shapes, strict=False) if wanted == "t"
    )
    return "t" in shapes and blank_texts and not row[0].strip() and _is_sum(rows, at, start)


def _is_sum(rows: Sequence[list[str]], at: int, start: Start) -> bool:
    """Say whether every number of a row is the sum of those above it."""
    said = {n: _number(cell) for n, cell in enumerate(rows[at][: start.width]) if cell.strip()}
    numbers = {n: value for n, value in said.items() if value is not None}
    if not numbers or at - start.first < 2:
        return False
    for n, value in numbers.items():
        above = [_number(row[n]) for row in rows[start.first : at] if len(row) > n]
        total = sum(one for one in above if one is not None)
        if abs(total - value) > 0.006 * max(1.0, abs(value)) ** 0.5:
            return False
    return True


def _number(text: str) -> float | None:
    plain = "".join(mark for mark in text if mark in "0123456789.,-")
    if "," in plain and "." in plain:
        last = max(plain.rfind(","), plain.rfind("."))
        plain = plain[:last].replace(",", "").replace(".", "") + "." + plain[last + 1 :]
    try:
        return float(plain.replace(",", "."))
    except ValueError:
        return None


def _shortened(row: list[str], width: int, shapes: list[str], delimiter: str) -> list[str] | None:
    """Make a row as narrow as the others; None where no one way fits the columns."""
    surplus = len(row) - width
    if not any(cell.strip() for cell in row[width:]) and not fits(row, shapes):
        return row[:width]
    dropped: list[list[str]] = []
    merged: list[list[str]] = []
    if surplus <= 3:
        for at in range(width + 1):
            behind = at + surplus
            if not any(cell.strip() for cell in row[at:behind]):
                dropped.append(row[:at] + row[behind:])
            if delimiter and at < width:
                cell = delimiter.join(row[at : behind + 1])
                merged.append([*row[:at], cell, *row[behind + 1 :]])
    for ways in (dropped, merged):
        sound = {tuple(way): way for way in ways if not fits(way, shapes)}
        spaced = [way for way in sound.values() if any(f"{delimiter} " in cell for cell in way)]
        if len(sound) > 1 and len(spaced) == 1:
            return spaced[0]
        if len(sound) == 1:
            return next(iter(sound.values()))
    return None if any(cell.strip() for cell in row[width:]) else row[:width]


def _left_out(
    why: str, which: list[int], rows: Sequence[list[str]], lines: Sequence[int]
) -> LeftOut:
    if len(which) == 1:
        why = {
            "Blank lines": "A blank line", "Lines of dashes": "A line of dashes",
            "Repeated headers": "A repeated header", "Totals between the rows":
            "A total between the rows", "Remarks between the rows": "A remark between the rows",
            "Rows with more cells than the header has names":
            "A row with more cells than the header has names",
        }.get(why, why)  # fmt: skip
    texts = tuple(one_line(rows[at]) for at in which[:3])
    return LeftOut(why, tuple(lines[at] for at in which), texts if texts[0] else ())


def one_line(row: Sequence[str]) -> str:
    """Give a row as one short text, for a note."""
    text = " ".join(cell.strip() for cell in row if cell.strip())
    return text if len(text) <= 60 else text[:59] + "…"


def _tail_left_out(
    rows: Sequence[list[str]], lines: Sequence[int], end: int, *, padded: bool
) -> list[LeftOut]:
    below = [at for at in range(end, len(rows)) if filled(rows[at])]
    totals = [at for at in below if is_total(rows[at])]
    others = [at for at in below if at not in totals]
    blank = [at for at in range(end, len(rows)) if len(rows[at]) > 1 and at not in below]
    found = []
    for which, one, many in (
        (totals, "A total at the end", "Totals at the end"),
        (others, "A line at the end", "Lines at the end"),
        ([] if padded else blank, "A row of blank cells at the end", "Rows of blank cells"),
    ):
        if which:
            found.append(_left_out(one if len(which) == 1 else many, which, rows, lines))
    return found


def _notes(
    short: list[int], cut: list[int], joined: list[int], n_rows: int, width: int
) -> list[str]:
    notes = []
    if short:
        notes.append(
            f"{_rows(len(short))} fewer cells than the header has names ({listed(short)}); "
            "the missing ones count as blank."
        )
    if cut and len(cut) == n_rows:
        notes.append("Every row ends with a separator; the blank cell behind it was left out.")
    elif cut:
        notes.append(
            f"{_rows(len(cut))} blank cells beyond the {width} columns ({listed(cut)}); "
            "they were left out."
        )
    if joined:
        notes.append(
            f"{_rows(len(joined))} a separator too many ({listed(joined)}); the cells were put "
            "together where they fit the columns."
        )
    return notes


def _rows(count: int) -> str:
    return "1 row has" if count == 1 else f"{count:,} rows have"
