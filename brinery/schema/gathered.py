"""What the check gathers of a table: of all its rows at once, or block by block."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from brinery.schema.choices import Choices
from brinery.schema.coerced import Style
from brinery.schema.coercion import Coerced
from brinery.schema.columns import Schema
from brinery.schema.dates import DateStyle
from brinery.schema.finding import Finding
from brinery.schema.matching import Matched
from brinery.schema.proposing import texts_told
from brinery.schema.readings import of_style
from brinery.schema.seen import Seen
from brinery.tables.table import Table

__all__ = ["Gathered", "gather"]


@dataclass(eq=False)
class Gathered:
    """What was gathered so far.

    Attributes
    ----------
    seen : dict of str to Seen
        For each feature that has a column.
    styles : dict of str to Style
        How each is read.
    about_style : dict of str to dict of str to Finding
        For each feature what there is to say of how it is read, by code.
    n_rows : int
    """

    seen: dict[str, Seen]
    styles: dict[str, Style]
    about_style: dict[str, dict[str, Finding]]
    n_rows: int = 0
    _empty: list[np.ndarray] = field(default_factory=list, repr=False)
    _lines: list[np.ndarray | int] = field(default_factory=list, repr=False)
    _starts: list[int] = field(default_factory=list, repr=False)

    def extend(self, other: Gathered) -> None:
        """Take over what was gathered of the next block."""
        for name, seen in other.seen.items():
            if name in self.seen:
                self.seen[name].extend(seen, self.n_rows)
            else:
                self.seen[name] = seen
            about = self.about_style.setdefault(name, {})
            for code, finding in other.about_style[name].items():
                about.setdefault(code, finding)
            seen.near = self.seen[name].near
        self.styles |= other.styles
        self._empty += [rows + self.n_rows for rows in other._empty]
        self._starts += [start + self.n_rows for start in other._starts]
        self._lines += other._lines
        self.n_rows += other.n_rows

    @property
    def empty(self) -> np.ndarray:
        """The rows in which every feature is blank."""
        return np.concatenate(self._empty) if self._empty else np.empty(0, np.int64)

    @property
    def dates(self) -> dict[str, str]:
        """For each feature whose cells are dates in one format beyond doubt, that format."""
        return {
            name: style.exact_format
            for name, style in self.styles.items()
            if isinstance(style, DateStyle) and style.exact_format
        }

    def lines(self, rows: np.ndarray) -> np.ndarray:
        """Give the lines of the file for some rows."""
        found = np.empty(len(rows), np.int64)
        bounds = np.searchsorted(rows, [*self._starts, self.n_rows])
        for at, lines in enumerate(self._lines):
            here = slice(bounds[at], bounds[at + 1])
            inside = rows[here] - self._starts[at]
            found[here] = inside + lines if isinstance(lines, int) else lines[inside]
        return found


def gather(
    table: Table, schema: Schema, matched: Matched, coerced: Coerced, choices: Choices
) -> Gathered:
    """Look at a table, or at a block of one.

    Parameters
    ----------
    table : Table
    schema : Schema
    matched : Matched
        The features' columns.
    coerced : Coerced
        The same rows, typed.
    choices : Choices
        What a person told about the file.
    """
    empty = np.zeros(table.n_rows, dtype=bool)
    if coerced.columns:
        empty = np.all([one.blank for one in coerced.columns.values()], axis=0)
    found = Gathered({}, {}, {}, table.n_rows)
    for column in schema.features:
        one = coerced.columns.get(column.name)
        if one is None:
            continue
        cells = table.cells.column(matched.positions[column.name])
        seen = Seen(column)
        seen.add(one, cells, empty=empty, told=texts_told(column, choices))
        about = of_style(column, one, cells, table.line_numbers, choices)
        if any(finding.code == "unit_differs" for finding in about):
            seen.mark_valid(one)
        seen.look_for_near()
        found.seen[column.name] = seen
        found.styles[column.name] = one.style
        found.about_style[column.name] = {finding.code: finding for finding in about}
    found._empty.append(np.flatnonzero(empty))
    found._starts.append(0)
    found._lines.append(_short(table.line_numbers))
    return found


def _short(lines: np.ndarray) -> np.ndarray | int:
    """Give the first line where each row takes one line, which most files do."""
    if len(lines) and lines[-1] - lines[0] == len(lines) - 1 and bool(np.all(np.diff(lines) == 1)):
        return int(lines[0])
    return lines
