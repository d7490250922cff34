"""Where a table begins among its rows: lines above it, the header, the first record."""

from __future__ import annotations

import dataclasses
import itertools
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from brinery.tables.heading import are_years_over_names, heading_at, is_label, same, usual_width
from brinery.tables.naming import naming
from brinery.tables.shapes import column_shapes, filled, fits, is_dashes, shape, trimmed_width

__all__ = ["Start", "find_start", "key_of"]

_N_ROWS = 400
_MAX_TEXTS = 5  # rows of names, units and remarks
_MOST = 0.6  # of the cells of a column


@dataclass(frozen=True)
class Start:
    """Where a table begins; the positions are of rows.

    Attributes
    ----------
    width : int
        How many cells a record has.
    header : tuple of int
        The rows with the names: none, one, or several that are read together.
    units : tuple of int
        Rows under the header that hold units or lines.
    first : int
        The first record.
    names : tuple of str
        As many as `width`, blank where there is none.
    open_names : bool
        Whether the row with the names may be a record.
    """

    width: int
    header: tuple[int, ...]
    units: tuple[int, ...]
    first: int
    names: tuple[str, ...]
    open_names: bool = False

    def headers(self, rows: Sequence[Sequence[str]]) -> list[Sequence[str]]:
        """Give the rows with the names, and the names as they were put together."""
        return [*(rows[at] for at in self.header), self.names] if self.header else []


def key_of(name: str) -> str:
    """Give a name without case, accents, spaces and punctuation."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in plain if letter.isalnum())


def find_start(
    rows: Sequence[Sequence[str]],
    *,
    expected: Sequence[str] = (),
    header_row: int | None = None,
    name: str = "",
) -> Start:
    """Find the header where the table becomes regular, or by the names that are expected.

    Parameters
    ----------
    rows : sequence of sequences of str
        All rows, blank ones too.
    expected : sequence of str
        Names that the table should have; the row with most of them is the header.
    header_row : int, optional
        The row with the names, where it is known; -1 says that there is none.
    name : str
        The file's name, for messages.

    Raises
    ------
    ReadError
        A comma parts both the cells and the decimals.
    """
    width = usual_width(rows)
    head = rows[:_N_ROWS]
    if header_row is not None and header_row >= 0:
        return _with_header(rows, header_row, width, name, fixed=True)
    told = None if header_row is not None else _expected_row(head, expected)
    if told is not None:
        return _with_header(rows, told, width, name, fixed=True)
    at = _first_wide(head, width)
    if header_row is None:
        named = _is_header(head, at, width)
        fitting = trimmed_width(head[at]) <= width + 1
        shapes = _usual_shapes(head, at, width)
        if not (named and fitting and _leads_to_records(head, at, shapes, width)):
            later = _later_header(head, at, shapes, width)
            named, at = (True, later) if later is not None else (named, at)
        if named:
            found = _with_header(rows, at, width, name)
            return dataclasses.replace(found, open_names=_may_be_record(head, found, width))
        if names := _names_in_remark(head, at, width):
            return Start(width, (at - 1,), (), at, names)
    return Start(width, (), (), at, ("",) * width)


def _names_in_remark(rows: Sequence[Sequence[str]], at: int, width: int) -> tuple[str, ...]:
    """Give the names of a table that has none, as programs of science write them: "# x y"."""
    text = " ".join(rows[at - 1]).strip() if at else ""
    words = tuple(text.lstrip("#%").split())
    fit = text.startswith(("#", "%")) and 1 < len(words) == width == len(set(words))
    return words if fit and all(shape(word) == "t" for word in words) else ()


def _expected_row(rows: Sequence[Sequence[str]], expected: Sequence[str]) -> int | None:
    wanted = {key_of(name) for name in expected} - {""}
    if not wanted:
        return None
    counts = [len(wanted & {key_of(cell) for cell in row}) for row in rows]
    best = max(range(len(rows)), key=lambda at: counts[at], default=0)
    return best if rows and counts[best] * 2 >= len(wanted) else None


def _first_wide(rows: Sequence[Sequence[str]], width: int) -> int:
    """Give the first row that is as wide and as full as the table's."""
    full = [at for at, row in enumerate(rows) if filled(row)]
    if not full:
        return 0
    start = _after_small_blocks(rows, full, width)
    least = max(1, (width + 1) // 2) if width != 2 else 2
    for n, at in enumerate(full):
        row = rows[at]
        if at < start or is_dashes(row) or _is_comment(row, width):
            continue
        if filled(row) < least and not (width > 1 and _leads_down(rows, full, n)):
            continue
        if len(row) < width - 1 and not _leads_down(rows, full, n):
            continue
        if width > 2 and _is_page_heading(rows, full, n):
            continue
        return at
    return full[0]


def _usual_shapes(rows: Sequence[Sequence[str]], at: int, width: int) -> list[str]:
    """Give what most cells below a row look like, where what is no record may be among them."""
    below = [row for row in rows[at + 1 :] if len(row) == width and not is_dashes(row)]
    return column_shapes(below, width, _MOST)


def _leads_to_records(
    rows: Sequence[Sequence[str]], at: int, shapes: Sequence[str], width: int
) -> bool:
    """Say whether a record stands under names, or under a few more rows of texts."""
    below = [row for row in rows[at + 1 :] if filled(row) and not is_dashes(row)][:_MAX_TEXTS]
    for row in below:
        if filled(row) * 2 < width or any(shape(cell) in ("n", "d") for cell in row):
            return len(row) >= width - 1 and not fits(row, shapes)
    return len(below) < _MAX_TEXTS or not {"n", "d"}.intersection(shapes)


def _later_header(
    rows: Sequence[Sequence[str]], first: int, shapes: Sequence[str], width: int
) -> int | None:
    """Give a row of names below others that are no records, where the first wide one is none."""
    for at in range(first + 1, len(rows)):
        row = rows[at]
        wide = trimmed_width(row)
        if not wide:
            continue
        if len(row) >= width - 1 and not fits(row, shapes):
            return None  # a record
        names = [cell.strip() for cell in row[:wide]]
        apart = fits(rows[at - 1], shapes) or filled(rows[at - 1]) * 2 <= width
        if (
            apart
            and width - 1 <= wide <= width
            and all(shape(name) == "t" for name in names)
            and len(set(names)) == wide
            and _leads_to_records(rows, at, shapes, width)
        ):
            return at
    return None


def _is_comment(row: Sequence[str], width: int) -> bool:
    sparse = len(row) != width or filled(row) * 2 <= width
    return row[0].lstrip().startswith(("#", "//")) and sparse


def _leads_down(rows: Sequence[Sequence[str]], full: list[int], n: int) -> bool:
    """Say whether a narrow row is one of the table's: those under it are no wider.

    Where a blank row parts them, those before it count, if they are more than those behind it.
    """
    block = next((end for end in range(n + 1, len(full)) if full[end] > full[end - 1] + 1), None)
    end = block if block is not None and block - n > len(full) - block else len(full)
    below = [filled(rows[at]) for at in full[n + 1 : end]]
    least = filled(rows[full[n]])
    n_wider = sum(one > least for one in below)
    return bool(below) and least > 1 and not n_wider * 10 > len(below) and max(below[:5]) <= least


def _is_page_heading(rows: Sequence[Sequence[str]], full: list[int], n: int) -> bool:
    """Say whether a row with a few texts stands over one with the names of all columns."""
    if n + 2 >= len(full):
        return False
    row, behind, record = (rows[at] for at in full[n : n + 3])
    names = [cell for cell in behind if cell.strip()]
    return (
        filled(row) * 4 < len(names) * 3
        and filled(record) >= len(names) - 1
        and all(shape(cell) == "t" for cell in names)
        and not all(shape(cell) == "t" for cell in record if cell.strip())
        and len(set(names)) == len(names)
    )


def _after_small_blocks(rows: Sequence[Sequence[str]], full: list[int], width: int) -> int:
    """Give the start of the block under a narrower one, or a small one, and a blank row."""
    breaks = [after for before, after in itertools.pairwise(full) if after > before + 1]
    for at in breaks[:1]:
        widths = [len(rows[one]) for one in full]
        n_above = full.index(at)
        if max(widths[:n_above]) < width and widths[n_above : n_above + 2] == [width, width]:
            return at
    if width > 3 or len(full) < 4:
        return full[0]
    for at in reversed(breaks):
        above = [one for one in full if one < at]
        below = [rows[one] for one in full if one >= at]
        if len(above) <= 10 and len(below) > max(3, len(above)) and _is_header(rows, at, width):
            keys = [rows[one][0] for one in above]
            if all(shape(key) == "t" for key in keys):
                return at
    return full[0]


def _is_header(rows: Sequence[Sequence[str]], at: int, width: int) -> bool:
    """Weigh a row against those under it: names stand over numbers, and come once."""
    row, above = rows[at], rows[at - 1] if at else []
    below = [
        one for one in rows[at + 1 :] if filled(one) and not is_dashes(one) and not same(one, row)
    ]
    body = [one for one in below[1:] if len(one) >= width - 1] or below
    if not body:
        return any(shape(cell) == "t" for cell in row)
    shapes = column_shapes(body, width)
    if _counts_behind_blank(row) and all(filled(one[:1]) for one in below):
        return True
    if are_years_over_names(row, below[0], shapes):
        return True
    over = against = 0
    for position, wanted in enumerate(shapes[: len(row)]):
        cell = shape(row[position])
        if wanted in ("n", "d") and cell:
            over += cell == "t"
            against += cell == wanted and not is_label(row, position, above)
        elif wanted == "t" and cell in ("n", "d"):
            against += not is_label(row, position, above)
    if over != against:
        return over > against
    if over:
        return True
    block = list(itertools.takewhile(filled, rows[at + 1 :]))
    near = block if len(block) > 2 else body
    texts = [
        (row[position].strip(), {one[position].strip() for one in near if len(one) > position})
        for position in range(min(width, len(row)))
    ]
    if any(name and name in values for name, values in texts):
        return False
    return not _all_text(shapes, row) or naming(row, near) != "record"


def _all_text(shapes: Sequence[str], row: Sequence[str]) -> bool:
    return "t" in shapes and not {"n", "d"}.intersection((*shapes, *map(shape, row)))


def _may_be_record(rows: Sequence[Sequence[str]], found: Start, width: int) -> bool:
    """Say of names that were found over texts alone whether they may be a record's."""
    body = [row for row in rows[found.first :] if filled(row)]
    if len(found.header) != 1 or found.units or not _all_text(column_shapes(body, width), ()):
        return False
    return bool(body) and naming(rows[found.header[0]], body) == "open"


def _counts_behind_blank(row: Sequence[str]) -> bool:
    """Say whether a row numbers the columns behind the first, as the wells of a plate are."""
    cells = [cell.strip() for cell in row]
    return len(cells) > 3 and cells == ["", *(str(n) for n in range(1, len(cells)))]


def _with_header(
    rows: Sequence[Sequence[str]], at: int, width: int, name: str, *, fixed: bool = False
) -> Start:
    """Take the row as the header, with the rows that belong to it."""
    found = heading_at(rows, at, width, name, fixed=fixed)
    first = max([*found.rows, *found.units]) + 1
    return Start(len(found.names), found.rows, found.units, first, found.names)
