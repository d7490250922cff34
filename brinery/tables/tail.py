"""What stands below the last record: totals, remarks, rows of blank cells."""

from __future__ import annotations

from collections.abc import Sequence

from brinery.tables.layout import Start
from brinery.tables.shapes import filled, fits, is_dashes, is_remark, is_total, shape
from brinery.tables.summaries import is_summary, may_be_summary, number_of, proven
from brinery.tables.understood import LeftOut

__all__ = ["below", "end_of_records", "kept_last", "left_out", "may_be_sum", "one_line"]

_MAX_TAIL = 30


def end_of_records(
    rows: Sequence[list[str]], start: Start, shapes: list[str], *, padded: bool
) -> int:
    """Give the place behind the last record: below stand totals and remarks.

    Parameters
    ----------
    rows : sequence of list of str
    start : Start
    shapes : list of str
        What most cells of each column look like.
    padded : bool
        Whether all rows are equally long, as in a workbook.
    """
    end = len(rows)
    kept = start.width == 1 and not padded  # where a quoted blank is a record
    full = [
        at
        for at in range(max(start.first, end - 200), end)
        if (rows[at] and kept) or filled(rows[at])
    ]
    end = full[-1] + 1 if full else start.first
    end = _before_signature(rows, full[-_MAX_TAIL:], start, padded=padded) or end
    end = _before_line(rows, [at for at in full[-_MAX_TAIL:] if at < end], shapes) or end
    last = [at for at in full[-_MAX_TAIL:] if at < end]
    called = proven(rows, start.first, last, shapes)
    for at in reversed(last):
        if at in called:
            end = at
            continue
        if at == start.first or not _is_footer(rows, at, start, shapes, padded=padded):
            break
        end = at
    while end > start.first and not (rows[end - 1] if kept else filled(rows[end - 1])):
        end -= 1
    return end


def _before_signature(
    rows: Sequence[list[str]], full: Sequence[int], start: Start, *, padded: bool
) -> int | None:
    """Give the end of the rows before lines of one text each, which a blank line parts off."""
    end = None
    for n in range(len(full) - 1, 0, -1):
        row = rows[full[n]]
        narrow = filled(row) == 1 and row[0].strip() != ""
        if not narrow or (not padded and len(row) > 1) or start.width < 2 + padded:
            break
        if full[n] > full[n - 1] + 1 and full[n - 1] >= start.first:
            end = full[n - 1] + 1
    return end


def _before_line(rows: Sequence[list[str]], full: Sequence[int], shapes: list[str]) -> int | None:
    """Give the place of a line of dashes under which most rows are no records."""
    lines = [n for n, at in enumerate(full) if is_dashes(rows[at])]
    for n in lines if len(shapes) > 1 else ():
        below = [rows[at] for at in full[n + 1 :] if not is_dashes(rows[at])]
        n_odd = sum(fits(row, shapes) > 0 or filled(row) * 2 < len(shapes) for row in below)
        if n and below and fits(below[0], shapes) and n_odd * 2 > len(below):
            return full[n]
    return None


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
    n_told = sum(bool(shape(cell)) for cell in row)  # "--" is said of nothing
    says = not is_summary(row) or "n" in map(shape, row)
    if is_total(row) and says and (n_told < width or fits(row, shapes)):
        return True
    apart = at > start.first and not filled(rows[at - 1])
    narrow = n_filled == 1 and width > 2 if padded else len(row) == 1 and width > 1
    column = next(position for position, cell in enumerate(row) if cell.strip())
    odd = column < len(shapes) and shapes[column] in ("n", "d")
    narrow = narrow or (n_filled == 1 and (width > 3 or (width > 2 and apart and odd)))
    if narrow and shape(text) == "t":
        return odd or apart or is_remark(text) or ": " in text or text.strip()[:1] in "(*["
    if narrow and apart:
        return True
    if width == 2 and apart and is_remark(text) and text.strip().endswith(":"):
        return True
    if width > 3 and 1 < n_filled <= width // 2 and shape(row[0]) == "t":
        if (len(row) < width or apart) and (apart or is_remark(row[0]) or row[0].endswith(":")):
            return True
        return is_remark(row[0]) and filled(row[2:]) == 0
    whole = " ".join(cell.strip() for cell in row if cell.strip())
    if not padded and len(row) < width and len(row) <= 2 and is_remark(whole):
        return apart or ": " in whole
    if width == 1:
        return is_remark(text) and (apart or "(" in text or ":" in text)
    return not is_summary(row) and may_be_sum(row, shapes) and _is_sum(rows, at, start)


def may_be_sum(row: Sequence[str], shapes: Sequence[str]) -> bool:
    """Say whether a last row is a record or a total as its numbers are: the sums, or not.

    It is called a total, or has blanks where the records have texts.
    """
    row = [cell.strip("-=_ \u2014") for cell in row]  # dashes name nothing
    texts = [cell for cell, wanted in zip(row, shapes, strict=False) if wanted in ("t", "d")]
    unnamed = bool(texts) and not any(map(str.strip, texts)) and not row[0].strip()
    return unnamed or is_total(row)


def _is_sum(rows: Sequence[list[str]], at: int, start: Start) -> bool:
    """Say whether every number of a row is the sum of those above it.

    That is of all rows, of those that are no totals, or of those since the last total. In a
    row that is called a total one sum is enough: others may be means and shares.
    """
    numbers = {n: cell for n, cell in enumerate(rows[at][: start.width]) if shape(cell) == "n"}
    numbers = {n: cell for n, cell in numbers.items() if "%" not in cell}  # a share is no sum
    if not numbers or at - start.first < 2:
        return False
    above = rows[start.first : at]
    totals = [n for n, row in enumerate(above) if is_total(row)]
    parts = [above]
    if totals:
        parts += [[row for row in above if not is_total(row)], above[totals[-1] + 1 :]]
    enough = any if is_total(rows[at]) else all
    return any(
        enough(
            _comes_to([row[n] for row in part if len(row) > n], cell) for n, cell in numbers.items()
        )
        for part in parts
        if len(part) > 1
    )


def kept_last(rows: Sequence[Sequence[str]], shapes: Sequence[str]) -> str:
    """Say what the last record may be instead, unlike those above it; "" where it is none."""
    if not rows:
        return ""
    row, above = rows[-1], rows[:-1]
    if _is_labelled(row, shapes) and not any(_is_labelled(one, shapes) for one in above):
        return "a total"
    if len(rows) < 3:
        return ""
    if is_summary(row):
        return "a summary of those above" if may_be_summary(row, above) else ""
    if not may_be_sum(row, shapes):
        return ""
    label = next((at for at, cell in enumerate(row) if shape(cell) == "t"), None)
    if label is not None:
        return "" if any(is_total([one[label]]) for one in above) else "a total"
    texts = [at for at, wanted in enumerate(shapes) if wanted == "t"]
    return "a total" if all(any(one[at].strip() for at in texts) for one in above) else ""


def _is_labelled(row: Sequence[str], shapes: Sequence[str]) -> bool:
    """Say whether a word stands first in a row where the records have a number or a date."""
    word = row[0].strip()
    typed = bool(shapes) and shapes[0] in ("n", "d")
    return typed and len(word) > 3 and not any(map(str.isdigit, word)) and shape(word) == "t"


def _comes_to(cells: Sequence[str], sum_of_them: str) -> bool:
    """Say whether numbers add up, with a point or a comma before their decimals."""
    for mark in ".,":
        value = number_of(sum_of_them, mark)
        total = sum(one for one in (number_of(cell, mark) for cell in cells) if one is not None)
        if value is not None and abs(total - value) <= 0.006 * max(1.0, abs(value)) ** 0.5:
            return True
    return False


def left_out(
    why: str,
    which: list[int],
    rows: Sequence[list[str]],
    lines: Sequence[int],
    *,
    whole: bool = False,
) -> LeftOut:
    """Name the lines that are no records, one of them or several; their `whole` cells or none."""
    if len(which) == 1:
        why = {
            "Blank lines": "A blank line", "Lines of dashes": "A line of dashes",
            "Repeated headers": "A repeated header", "Headings of pages": "A heading of a page",
            "Totals between the rows":
            "A total between the rows", "Remarks between the rows": "A remark between the rows",
            "Rows with more cells than the header has names":
            "A row with more cells than the header has names",
        }.get(why, why)  # fmt: skip
    texts = tuple(one_line(rows[at]) for at in which[:3])
    cells = tuple(tuple(rows[at]) for at in which) if whole else ()
    return LeftOut(why, tuple(lines[at] for at in which), texts if texts[0] else (), cells)


def one_line(row: Sequence[str]) -> str:
    """Give a row as one short text, for a note."""
    text = " ".join(cell.strip() for cell in row if cell.strip())
    return text if len(text) <= 60 else text[:59] + "…"


def below(
    rows: Sequence[list[str]], lines: Sequence[int], end: int, *, padded: bool
) -> list[LeftOut]:
    """Give what stands from `end` on, totals apart from the rest."""
    full = [at for at in range(end, len(rows)) if filled(rows[at])]
    totals = [at for at in full if is_total(rows[at]) or is_summary(rows[at])]
    others = [at for at in full if at not in totals]
    blank = [at for at in range(end, len(rows)) if len(rows[at]) > 1 and at not in full]
    found = []
    for which, one, many in (
        (totals, "A total at the end", "Totals at the end"),
        (others, "A line at the end", "Lines at the end"),
        ([] if padded else blank, "A row of blank cells at the end", "Rows of blank cells"),
    ):
        if which:
            found.append(left_out(one if len(which) == 1 else many, which, rows, lines))
    return found
