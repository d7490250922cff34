"""A table looked at block by block gives what it gives in one piece."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brinery.schema.check import check, findings_of
from brinery.schema.choices import NO_CHOICES, Choices
from brinery.schema.coercion import coerce, styles_of
from brinery.schema.gathered import Gathered, gather
from brinery.schema.inference import infer
from brinery.schema.matching import match

N = 60
TRAINED = {
    "age": [str(20 + i % 30) for i in range(N)],
    "income": ["", *(f"{i % 40}.5" for i in range(N - 1))],
    "share": [f"{i % 40} %" for i in range(N)],
    "member": ["Yes", "No"] * (N // 2),
    "region": ["North", "South", "East"] * (N // 3),
    "since": [f"{1 + i % 28:02}/01/2024" for i in range(N)],
    "bought": ["yes", "no"] * (N // 2),
}
CELLS = {
    "age": ["34", "", "x", "1e39", "99", "4O", "34.0", "NA"],
    "income": ["3.5", "", "n.a.", "1,234.5", "999", "abc", "7"],
    "share": ["3 %", "4", "", "5"],
    "member": ["Yes", "no", "J", "perhaps", "", "x"],
    "region": ["North", "south", "Nrth", "West", "West ", "Nroth", "", "Far"],
    "since": ["03/01/2024", "2024-05-06", "", "31/12/1999", "soon"],
    "other": ["a", "=1+1"],
}
COLUMNS = st.integers(1, 24).flatmap(
    lambda n: st.fixed_dictionaries(
        {
            name: st.lists(st.sampled_from(cells), min_size=n, max_size=n)
            for name, cells in CELLS.items()
        }
    )
)


@pytest.fixture(scope="module")
def schema(make_table):
    return infer(make_table(TRAINED), target="bought")


def in_blocks(table, schema, choices, n_rows):
    matched = match(table, schema, choices)
    styles = styles_of(table, schema, matched.positions, choices)
    whole = Gathered({}, {}, {})
    for start in range(0, table.n_rows, n_rows):
        block = dataclasses.replace(
            table,
            cells=table.cells.slice(start, n_rows),
            line_numbers=table.line_numbers[start : start + n_rows],
        )
        coerced = coerce(block, schema, matched.positions, styles=styles, choices=choices)
        whole.extend(gather(block, schema, matched, coerced, choices))
    features = coerce(table, schema, matched.positions, choices=choices).features

    def median(name):
        return float(np.median(features.column(name).drop_null().to_numpy()))

    return findings_of(whole, schema, matched, choices, table.column_names, (), median)


@settings(max_examples=80, deadline=None)
@given(columns=COLUMNS, n_rows=st.integers(1, 12), gaps=st.booleans())
def test_blocks_give_what_the_whole_gives(make_table, schema, columns, n_rows, gaps):
    table = make_table(columns)
    if gaps:
        table = dataclasses.replace(table, line_numbers=table.line_numbers * 2)
    choices = Choices(levels={"region": {"Far": "North"}}) if gaps else NO_CHOICES
    report = check(table, schema, choices)
    if any(finding.code == "two_readings" for finding in report.findings):
        return  # such a file is asked about as a whole, before it is scored
    found, shifts = in_blocks(table, schema, choices, n_rows)
    assert [one.to_dict() for one in found] == [one.to_dict() for one in report.findings]
    for one, other in zip(found, report.findings, strict=True):
        np.testing.assert_array_equal(one.rows, other.rows)
        assert one.position == other.position
    assert shifts == report.shifts
