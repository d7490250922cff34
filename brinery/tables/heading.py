"""The row or rows of names over a table's columns, and what stands under them."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from brinery.errors import ReadError
from brinery.tables.shapes import (
    column_shapes,
    filled,
    is_bracketed,
    is_dashes,
    is_types,
    is_units,
    shape,
    trimmed_width,
)

__all__ = ["Heading", "are_years_over_names", "heading_at", "is_label", "same", "usual_width"]

_YEAR = re.compile(r"(?:19|20)\d\d")
_N_ROWS = 400
_MAX_HEADER_ROWS = 3


class Heading(NamedTuple):
    """Which rows give the columns their names; the positions are of rows.

    Attributes
    ----------
    rows : tuple of int
        One, or several that are read together.
    units : tuple of int
        Those under them that hold units, types or lines.
    names : tuple of str
        One for each column, blank where there is none.
    """

    rows: tuple[int, ...]
    units: tuple[int, ...]
    names: tuple[str, ...]


def usual_width(rows: Sequence[Sequence[str]]) -> int:
    """Give the width of most rows, wide ones counting for more."""
    counts = Counter(len(row) for row in rows[:5000] if filled(row))
    return max(counts, key=lambda width: (counts[width] * width, width), default=0)


def same(row: Sequence[str], other: Sequence[str]) -> bool:
    """Say whether two rows hold the same, but for spaces."""
    return [cell.strip() for cell in row] == [cell.strip() for cell in other]


def is_label(row: Sequence[str], at: int, above: Sequence[str] = ()) -> bool:
    """Say whether a number in a row may be a name: a year beside texts or other years.

    Years may come again under groups of columns, whose names stand above.
    """
    groups = _spread(above) if filled(above) > 1 and len(above) == len(row) else [""] * len(row)
    years = [
        (group, cell.strip())
        for group, cell in zip(groups, row, strict=True)
        if _YEAR.fullmatch(cell.strip())
    ]
    unique = len(years) == len(set(years)) and len(years) > 1
    return unique and _YEAR.fullmatch(row[at].strip()) is not None


def are_years_over_names(row: Sequence[str], under: Sequence[str], shapes: Sequence[str]) -> bool:
    """Say whether the numbers of a row are years over several columns each, named under them."""
    numbers = [cell.strip() for cell in row if shape(cell) in ("n", "d")]
    return (
        len(set(numbers)) < len(numbers)
        and all(map(_YEAR.fullmatch, numbers))
        and [year for year, _ in itertools.groupby(numbers)] == list(dict.fromkeys(numbers))
        and _n_over_numbers(under, shapes) >= len(numbers)
    )


def heading_at(
    rows: Sequence[Sequence[str]], at: int, width: int, name: str, *, fixed: bool = False
) -> Heading:
    """Take a row as the header, with the rows that belong to it above and below.

    Parameters
    ----------
    rows : sequence of sequences of str
        All rows, blank ones too.
    at : int
        The row.
    width : int
        How many cells a record has.
    name : str
        The file's name, for messages.
    fixed : bool
        Whether no other row has names, because somebody said which one has.

    Raises
    ------
    ReadError
        A comma parts both the cells and the decimals.
    """
    header, units = [at], []
    below = [one for one in range(at + 1, min(at + 8, len(rows))) if filled(rows[one])]
    body = [row for row in rows[at + 4 : _N_ROWS] if filled(row) and not is_dashes(row)]
    if len(body) < 3:
        body = [row for row in rows[at + 2 :] if filled(row) and not is_dashes(row)]
    shapes = column_shapes(body, width) if len(body) >= 2 else []
    for n, one in enumerate(below):
        row = rows[one]
        if _tells_of_columns(rows, at, below, n):
            units.append(one)
        elif shapes and _n_over_numbers(row, shapes) and len(row) >= width - 1:
            n_over = _n_over_numbers(row, shapes)
            clear = n_over > 1 or is_bracketed(row) or n_over == filled(row)
            if is_units(row) and not same(row, rows[at]) and clear:
                units.append(one)
            elif (
                (n_over > 1 or _completes(rows, header, one))
                and not fixed
                and len(header) < _MAX_HEADER_ROWS
                and (one == header[-1] + 1 or _completes(rows, header, one))
            ):
                if not all(_names_all(rows[which], width) for which in (*header, one)):
                    header.append(one)
                elif all(shape(cell) == "t" for cell in rows[header[0]][:width]):
                    units.append(one)  # a name for each column twice: the lower explains
                else:
                    header = [one]
            elif (fixed and n == 0 and n_over > 1 and _names_all(row, width)) or (
                units and one == units[-1] + 1 and n_over == filled(row)
            ):
                units.append(one)
            else:
                break
        elif _is_under_groups(rows, header, one, fixed) or (
            not fixed and one == at + 1 and _names_the_rest(rows, header, one, shapes)
        ):
            header.append(one)
        else:
            break
    while not fixed and header[0] > 0 and _completes(rows, header, header[0] - 1):
        header.insert(0, header[0] - 1)
    width = max(width, trimmed_width(rows[header[-1]]))
    names = _fitted(rows[header[-1]], width, rows, header[-1], name)
    if len(header) > 1:
        names = _joined([rows[one] for one in header], len(names))
    elif _has_groups(rows, at, names):
        header = [at - 1, at]
        names = _joined([_spread(rows[at - 1]), rows[at]], len(names))
    return Heading(tuple(header), tuple(units), tuple(names))


def _tells_of_columns(rows: Sequence[Sequence[str]], at: int, below: list[int], n: int) -> bool:
    """Say whether a row under the names is a line, numbers them, has types or questions."""
    row = rows[below[n]]
    keys = [one for one in below[:2] if _is_key_of_survey(rows[one])]
    types = n == 0 and is_types(row) and not is_types(rows[at])
    counts = (
        n == 0 and _counts_columns(row) and len(below) > 2 and "t" in map(shape, rows[below[1]])
    )
    return is_dashes(row) or types or counts or (bool(keys) and below[n] <= keys[0])


def _counts_columns(row: Sequence[str]) -> bool:
    """Say whether a row numbers four columns or more from 1, as forms do."""
    cells = [cell.strip(" ()") for cell in row]
    return len(cells) > 3 and cells == [str(n) for n in range(1, len(cells) + 1)]


def _names_all(row: Sequence[str], width: int) -> bool:
    """Say whether a row gives each column a name of its own."""
    names = {cell.strip() for cell in row[:width]} - {""}
    return len(row) >= width == len(names)


def _names_the_rest(
    rows: Sequence[Sequence[str]], header: list[int], at: int, shapes: Sequence[str]
) -> bool:
    """Say whether a row names all columns that have no name, and is blank where numbers stand."""
    nameless = [cell for name, cell in zip(rows[header[0]], rows[at], strict=False) if not name]
    typed = [cell for cell, wanted in zip(rows[at], shapes, strict=False) if wanted in ("n", "d")]
    told = len(nameless) > 1 and all(map(str.strip, nameless)) and bool(typed) and not any(typed)
    return told and _completes(rows, header, at)


def _is_key_of_survey(row: Sequence[str]) -> bool:
    """Say whether a row holds the keys that Qualtrics writes under the questions."""
    full = [cell for cell in row if cell.strip()]
    return len(full) > 1 and all(cell.startswith('{"ImportId"') for cell in full)


def _is_under_groups(
    rows: Sequence[Sequence[str]], header: list[int], one: int, fixed: bool
) -> bool:
    """Say whether a row gives the columns under groups, whose names come more than once, theirs."""
    groups = [cell.strip() for cell in rows[header[0]] if cell.strip()]
    names = [cell.strip() for cell in rows[one] if cell.strip()]
    beside = any(left == right for left, right in itertools.pairwise(groups))
    return (
        not fixed
        and len(header) == 1
        and one == header[-1] + 1
        and beside
        and len(groups) > 2
        and len(names) >= len(rows[one]) - 1
        and _are_names(rows[header[0]], rows[one])
    )


def _are_names(groups: Sequence[str], row: Sequence[str]) -> bool:
    """Say whether a row under groups gives each column a name of its own there."""
    pairs = list(zip(_spread(groups), [cell.strip() for cell in row], strict=False))
    words = all(
        shape(name) == "t" or is_label(row, at, groups)
        for at, (_, name) in enumerate(pairs)
        if name
    )
    return words and len(set(pairs)) == len(pairs)


def _n_over_numbers(row: Sequence[str], shapes: Sequence[str]) -> int:
    """Count the texts over columns of numbers and dates; 0 where there is a number among them."""
    typed = [cell for cell, wanted in zip(row, shapes, strict=False) if wanted in ("n", "d")]
    if any(shape(cell) in ("n", "d") for cell in typed):
        return 0
    return sum(shape(cell) == "t" for cell in typed)


def _fitted(
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


def _has_groups(rows: Sequence[Sequence[str]], at: int, names: Sequence[str]) -> bool:
    """Say whether the row above names groups of columns whose own names come again."""
    full = [name for name in names if name]
    if at == 0 or len(set(full)) == len(full):
        return False
    above = rows[at - 1]
    return filled(above) >= 2 and len(above) >= len(names) - 1 and not is_dashes(above)


def _completes(rows: Sequence[Sequence[str]], header: Sequence[int], at: int) -> bool:
    """Say whether a row of texts gives columns a name that have none in the rows of the header."""
    row = rows[at]
    texts = [cell for cell in row if cell.strip()]
    if len(texts) < 2 or is_dashes(row) or any(shape(cell) != "t" for cell in texts):
        return False
    named = {n for one in header for n, cell in enumerate(rows[one]) if cell.strip()}
    own = {n for n, cell in enumerate(row) if cell.strip()}
    return bool(own - named) and bool(named - own) and len(row) >= len(rows[header[0]]) - 1


def _joined(rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """Put the names of several rows together; one that comes again (merged, or twice) stands once.

    A group's name stands over its first column, and belongs to those to the right that have
    a name of their own under it.
    """
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
        " ".join(dict.fromkeys(parts)).strip()
        for parts in zip(*(row[:width] for row in padded), strict=True)
    ]


def _spread(row: Sequence[str]) -> list[str]:
    """Write the name of a group over each of its columns."""
    cells: list[str] = []
    for cell in row:
        cells.append(cell if cell.strip() or not cells else cells[-1])
    return cells
