"""Cells that look like several, or like less than one: what parts them was not found whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

__all__ = ["doubled_notes", "single_notes"]

_N_LOOKED_AT = 300
_LEAST_LINES = _LEAST_NAMES = 3
_PARTING = tuple(";,:|~^&=/>\\")
_SIGN = re.compile(r"[^\w\s\"'()]|_|\u00a0|[\u00de\u00fe]")
_ALIGNED = re.compile(r"\S {2,}\S")


def single_notes(names: Sequence[str], column: Any, *, delimiter: str = "") -> tuple[str, ...]:
    """Say of a column that is alone whether its cells may be rows of several.

    They may be where the name and every cell hold some sign twice or more, equally often, or
    where most have runs of spaces within.

    Parameters
    ----------
    names : sequence of str
        The name of the column; none where the file has no names.
    column : pyarrow.ChunkedArray of string
    delimiter : str
        What was taken to part the cells; "" in a workbook.
    """
    lines = [*names, *(str(cell) for cell in column.slice(0, _N_LOOKED_AT).to_pylist() if cell)]
    if len(lines) < _LEAST_LINES:
        return ()
    signs = [sign for sign in dict.fromkeys(_SIGN.findall(lines[0])) if sign != delimiter]
    for sign in signs if names else ():
        n_signs = lines[1].count(sign)
        even = all(line.count(sign) == n_signs for line in lines[1:])
        if even and 1 < n_signs <= lines[0].count(sign):  # a name may hold one itself
            if not delimiter:
                return (
                    f"The sheet has one column, with {n_signs} “{sign}” in every cell. If they "
                    "part what should be several columns, part it in Excel under Data ▸ Text to "
                    "Columns, save it, and upload it again.",
                )
            return (
                f"There is one column, with {n_signs} “{sign}” in every line. If they part what "
                "should be several columns, choose that sign as what stands between the cells.",
            )
    if sum(_ALIGNED.search(line.strip()) is not None for line in lines) * 5 > len(lines) * 4:
        return (
            "There is one column, with several spaces within most of its cells. If they part "
            "what should be several columns, open the file in Excel under Data ▸ From Text, set "
            "the columns, and save it as CSV.",
        )
    return ()


def doubled_notes(names: Sequence[str], delimiter: str) -> tuple[str, ...]:
    """Say of a table whose names end with the same sign that two signs may part its cells."""
    ends = {name.strip()[-1:] for name in names[:-1]}
    end = next(iter(ends), "")
    if len(names) < _LEAST_NAMES or len(ends) > 1 or end not in _PARTING or names[-1][-1:] == end:
        return ()
    return (
        f"Every name but the last ends with “{end}”, which may be part of what stands between the "
        f"cells. If so, put “{delimiter}” alone between them.",
    )
