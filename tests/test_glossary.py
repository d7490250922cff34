import inspect
import re
from pathlib import Path

import numpy as np

from brinery.schema import findings
from brinery.schema.finding import Answer, Proposal, Question

GLOSSARY = (Path(__file__).parents[1] / "docs" / "glossary.md").read_text()
ROWS = np.array([0, 1])
LINES = ROWS + 2
NEAR = Proposal("aa", "a", 2)
ASKED = Question("decimal", "Which?", (Answer(".", "1"), Answer(",", "1234")), ".")

EACH = {
    "blank_cells": lambda make: [make("x", ROWS, LINES, met=met) for met in (True, False)],
    "chosen_column": lambda make: [make("x", "y", last_time=last) for last in (True, False)],
    "chosen_levels": lambda make: [make("x", [NEAR], last_time=last) for last in (True, False)],
    "chosen_reading": lambda make: [
        make("x", "1.234", "1", last_time=last) for last in (True, False)
    ],
    "close_levels": lambda make: [make("x", ROWS, LINES, [NEAR])],
    "empty_rows": lambda make: [make(ROWS, LINES)],
    "empty_table": lambda make: [make()],
    "extra_columns": lambda make: [make(["x"])],
    "formula_cell": lambda make: [make("x", ROWS, LINES, escaped=True)],
    "level_spelling": lambda make: [make("x", ROWS, LINES, "A", "a")],
    "missing_column": lambda make: [make("x", []), make("x", ["y"])],
    "no_answer": lambda make: [make(ROWS, LINES)],
    "outside_range": lambda make: [make("x", ROWS, LINES, "0", "1", "2")],
    "read_as": lambda make: [make("x", "1,5", "1.5", "it is so")],
    "renamed_column": lambda make: [make("x", "X")],
    "repeated_column": lambda make: [make("x", 2, same=same) for same in (True, False)],
    "taken_name": lambda make: [make("status", "status (2)")],
    "too_large": lambda make: [make("x", ROWS, LINES, "1e300")],
    "two_readings": lambda make: [make("x", ROWS, LINES, "1.234", ASKED)],
    "unused_choice": lambda make: [make("x", "y")],
    "unit_differs": lambda make: [make("x", ROWS, LINES, "%", "")],
    "unread_lines": lambda make: [make(LINES)],
    "unreadable": lambda make: [
        make(code, "x", "a number", ROWS, LINES, "?")
        for code in ("not_a_number", "not_a_date", "not_yes_no")
    ],
    "unseen_levels": lambda make: [make("x", ROWS, LINES, [("c", LINES)], 1, ["a", "b"])],
}


def makers():
    return {
        name: function
        for name, function in inspect.getmembers(findings, inspect.isfunction)
        if function.__annotations__.get("return") == "Finding"
    }


def test_every_finding_is_in_the_glossary_with_its_gravity():
    assert sorted(makers()) == sorted(EACH)
    made = [finding for name, make in makers().items() for finding in EACH[name](make)]
    grave = {}
    for finding in made:
        grave.setdefault(finding.code, set()).add(finding.severity)
    table = GLOSSARY.partition("\n## Findings\n")[2]
    told = re.findall(r"^\| `(\w+)` \| ([\w, ]+) \|", table, re.MULTILINE)
    assert {code: set(words.split(", ")) for code, words in told} == grave
