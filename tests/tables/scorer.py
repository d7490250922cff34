"""How a case came out."""

from __future__ import annotations

import math
from collections import Counter

from brinery.errors import ReadError
from brinery.schema.reading import read

__all__ = ["RIGHT", "outcome", "table_of_rates"]

RIGHT = ("right", "refused")


def outcome(case) -> tuple[str, str]:
    """Give (what, detail): right, refused, refused though readable, noted, SILENT, read."""
    try:
        table = read(case.data, name=case.name)
    except ReadError as error:
        if case.refused:
            return "refused", str(error)
        return "refused though readable", str(error)
    if case.refused:
        return "read though hostile", str(table.notes)
    wrong = _wrong(case, table)
    if not wrong:
        if case.noted and not table.notes:
            return "right but unsaid", ""
        if not case.noted and table.notes:
            return "right but noted for nothing", str(table.notes)
        return _typed(case) if case.kinds else ("right", "")
    return ("noted" if table.notes else "SILENT"), f"{wrong} {table.notes}"


def _wrong(case, table):
    frame = table.to_pandas()
    if case.columns is None:
        if table.reading.header_line is not None:
            return f"header {table.column_names}"
    elif not _same_names([str(name) for name in frame.columns], case.columns):
        return f"names {list(frame.columns)}"
    rows = [[str(cell).strip() for cell in row] for row in table.cells.to_pandas().to_numpy()]
    true = [[cell.strip() for cell in row] for row in case.rows]
    if rows == true:
        return ""
    if len(rows) != len(true):
        return f"{len(rows)} rows, not {len(true)}: {rows[-1]}"
    at = next(n for n, (row, other) in enumerate(zip(rows, true, strict=True)) if row != other)
    return f"row {at}: {rows[at]} not {true[at]}"


def _same_names(names, true):
    return len(names) == len(true) and all(
        wanted == "*" or name.strip() == wanted.strip()
        for name, wanted in zip(names, true, strict=True)
    )


def _typed(case):
    table = read(case.data, name=case.name, kinds=case.kinds)
    frame = table.to_pandas()
    for name, true in case.values.items():
        given = frame[name].tolist()
        for n, (value, wanted) in enumerate(zip(given, true, strict=True)):
            blank = wanted is None
            is_blank = value is None or value == "" or value != value
            same = is_blank if blank else _equal(value, wanted)
            if not same:
                what = "noted" if table.notes else "SILENT"
                return what, f"{name}[{n}]: {value!r} not {wanted!r} {table.notes}"
    return "right", ""


def _equal(value, wanted):
    if isinstance(wanted, float):
        return isinstance(value, float | int) and math.isclose(value, wanted, rel_tol=1e-12)
    return value == wanted


def table_of_rates(cases):
    """Count the outcomes of each category, and list those that are not right."""
    counts: dict[str, Counter] = {}
    bad = []
    for case in cases:
        what, why = outcome(case)
        counts.setdefault(case.category, Counter())[what] += 1
        if what not in RIGHT:
            bad.append(f"{case.category}/{case.name}: {what}: {why[:400]}")
    return counts, bad
