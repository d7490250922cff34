"""The row or rows of names over a table's columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from brinery.errors import ReadError
from brinery.tables.shapes import filled, is_dashes, shape

__all__ = ["completes", "fitted", "has_groups", "joined", "same", "spread", "usual_width"]


def usual_width(rows: Sequence[Sequence[str]]) -> int:
    """Give the width of most rows, wide ones counting for more."""
    counts = Counter(len(row) for row in rows[:5000] if filled(row))
    return max(counts, key=lambda width: (counts[width] * width, width), default=0)


def same(row: Sequence[str], other: Sequence[str]) -> bool:
    """Say whether two rows hold the same, but for spaces."""
    return [cell.strip() for cell in row] == [cell.strip() for cell in other]


def fitted(
    row: Sequence[str], width: int, rows: Sequence[Sequence[str]], at: int, name: str
) -> list[str]:
    """Make the header as wide as the records: a name too few or a blank one too many."""
    names = [cell.lstrip("\ufeff") for cell in row]
    body = [one for one in rows[at + 1 : at + 200] if filled(one)]
    usual = usual_width(body) if body else width
    if len(names) > usual and len(names) - usual <= len(names) - filled(names) and usual > 1:
        for position in range(len(names) - 1, -1, -1):
            if not names[position].strip() and len(names) > usual:
                del names[position]
        return names
    if len(names) == width - 1 and any(len(one) == width and one[-1].strip() for one in body):
        if _halves(body, width):
            raise ReadError(
                "A comma stands both between the cells and in the numbers, so the cells can't be "
                "told apart.",
                where=name,
                remedy="Export the file with semicolons between the cells, or with quotation "
                "marks around numbers.",
            )
        firsts = [one[0] for one in body if one]
        if len(set(firsts)) == len(firsts):
            return ["", *names]  # as R writes the names of rows
    return names + [""] * (width - len(names))


def _halves(rows: Sequence[Sequence[str]], width: int) -> bool:
    """Say whether two columns of digits beside each other look like one number cut in two."""
    whole = [row for row in rows if len(row) == width]
    for at in range(1, width):
        pairs = [(row[at - 1].strip(), row[at].strip()) for row in whole]
        lengths = {len(right) for _, right in pairs}
        digits = all(left.lstrip("-").isdigit() and right.isdigit() for left, right in pairs)
        thousands = lengths == {3} and all(
            len(left.lstrip("-")) <= 3 and not left.startswith("0") for left, _ in pairs
        )
        decimals = lengths in ({1}, {2})
        n_others = len({right for _, right in pairs})
        if len(pairs) > 2 and digits and (decimals or thousands) and n_others > 2:
            return True
    return False


def has_groups(rows: Sequence[Sequence[str]], at: int, names: Sequence[str]) -> bool:
    """Say whether the row above names groups of columns whose own names come again."""
    full = [name for name in names if name]
    if at == 0 or len(set(full)) == len(full):
        return False
    above = rows[at - 1]
    return filled(above) >= 2 and len(above) >= len(names) - 1 and not is_dashes(above)


def completes(rows: Sequence[Sequence[str]], header: Sequence[int], at: int) -> bool:
    """Say whether a row of texts gives columns a name that have none in the rows of the header."""
    row = rows[at]
    texts = [cell for cell in row if cell.strip()]
    if len(texts) < 2 or is_dashes(row) or any(shape(cell) != "t" for cell in texts):
        return False
    named = {n for one in header for n, cell in enumerate(rows[one]) if cell.strip()}
    own = {n for n, cell in enumerate(row) if cell.strip()}
    return bool(own - named) and bool(named - own) and len(row) >= len(rows[header[0]]) - 1


def spread(row: Sequence[str]) -> list[str]:
    """Write the name of a group over each of its columns."""
    cells: list[str] = []
    for cell in row:
        cells.append(cell if cell.strip() or not cells else cells[-1])
    return cells


def joined(rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """Put the names of several rows together; a name over two rows (merged) stands once.

    A group's name stands over its first column, and belongs to those to the right that have
    a name of their own under it.
    """
    identical = all(same(row, rows[0]) for row in rows)
    padded = [[cell.strip() for cell in row] + [""] * (width - len(row)) for row in rows]
    for upper, *lower in (padded[n:] for n in range(len(padded) - 1)):
        for at in range(1, width):
            if (
                not upper[at]
                and any(row[at] for row in lower)
                and any(row[at - 1] for row in lower)
            ):
                upper[at] = upper[at - 1]
    return [
        " ".join(parts if identical else dict.fromkeys(parts)).strip()
        for parts in zip(*(row[:width] for row in padded), strict=True)
    ]
