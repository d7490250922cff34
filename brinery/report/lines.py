"""Every line of every finding as one table, to go through from top to bottom."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from brinery.schema.briefly import brief
from brinery.schema.finding import Finding, worst_first
from brinery.schema.phrases import capitalized
from brinery.tables.formulas import guard
from brinery.tables.table import Table

__all__ = ["all_lines"]

_KIND = pa.schema(
    [
        ("line", pa.int64()),
        ("column", pa.string()),
        ("cell", pa.string()),
        ("what is wrong", pa.string()),
        ("what happens", pa.string()),
        ("what to do", pa.string()),
    ]
)
_LONGEST = 300


def all_lines(table: Table, findings: Iterable[Finding]) -> pa.Table:
    """Give a row for each line that each finding touches, the gravest findings first.

    Parameters
    ----------
    table : Table
    findings : iterable of Finding
        What was found in it. One that is about no line has one row.

    Returns
    -------
    pyarrow.Table
        The line (null where there is none), the column as the file names it, the cell (cut
        after 300 characters), what is wrong, what happens to the row, and what to do; text
        safe for a spreadsheet.
    """
    parts = [_lines_of(table, finding) for finding in worst_first(findings)]
    whole = pa.concat_tables([_KIND.empty_table(), *parts])
    safe = [guard(one) if pa.types.is_string(one.type) else one for one in whole.columns]
    return pa.table(safe, schema=_KIND)


def _lines_of(table: Table, finding: Finding) -> pa.Table:
    at, lines = finding.position, finding.line_numbers
    n = max(len(lines), 1)
    words = brief(finding)
    cells = pa.array([""] * n, pa.string())
    if at is not None and len(finding.rows):
        whole = table.cells.column(at).take(pa.array(finding.rows)).combine_chunks()
        first = pc.utf8_slice_codeunits(whole, 0, _LONGEST)
        cells = pc.if_else(
            pc.equal(first, whole), whole, pc.binary_join_element_wise(first, "…", "")
        )
    column = finding.column if at is None else table.column_names[at]
    what = capitalized(words.what)
    texts = [column, what, words.happens, words.remedy]
    constant = [pa.array(np.full(n, text, dtype=object), pa.string()) for text in texts]
    numbers = pa.array(lines, pa.int64()) if len(lines) else pa.nulls(1, pa.int64())
    return pa.table([numbers, constant[0], cells, *constant[1:]], schema=_KIND)
