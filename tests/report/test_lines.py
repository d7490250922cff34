import dataclasses

import numpy as np
import pyarrow as pa

from brinery.report.lines import all_lines
from brinery.schema import findings as make
from brinery.tables.table import Table


def test_every_line_of_every_finding_has_a_row_the_gravest_first():
    cells = pa.table({"Days": ["1", "=soon", "late"], "town": ["A", "B", "C" * 301]})
    table = Table(cells, np.array([2, 3, 7]), "file.csv")
    rows = np.array([1, 2])
    bad = make.unreadable(
        "not_a_number", "days", "a number", rows, table.line_numbers[rows], "=soon"
    )
    new = make.unseen_levels("town", rows[1:], np.array([7]), [("C", np.array([7]))], 1, ["A"])
    found = [
        make.extra_columns(["x"]),
        dataclasses.replace(new, position=1),
        dataclasses.replace(bad, position=0),
        make.unread_lines(np.array([9])),
    ]
    told = all_lines(table, found).to_pylist()
    assert [one["line"] for one in told] == [3, 7, 9, 7, None]
    assert told[0] == {
        "line": 3,
        "column": "Days",
        "cell": "'=soon",
        "what is wrong": "Not a number",
        "what happens": "No prediction.",
        "what to do": "Write a number.",
    }
    assert told[3]["cell"] == "C" * 300 + "…"
    assert told[4]["what to do"] == "Nothing to do."


def test_nothing_found_is_an_empty_table():
    table = Table(pa.table({"a": ["1"]}), np.array([2]))
    assert all_lines(table, []).num_rows == 0
