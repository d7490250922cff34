import inspect
import os
import re
from pathlib import Path

import numpy as np

from brinery.schema import findings
from brinery.schema.briefly import brief
from brinery.schema.finding import Answer, Proposal, Question

GLOSSARY = (Path(__file__).parents[1] / "docs" / "glossary.md").read_text()
ROWS = np.array([0, 1])
LINES = ROWS + 2
NEAR = Proposal("aa", "a", 2)
ASKED = Question("decimal", "Which?", (Answer(".", "1"), Answer(",", "1234")), ".")

EACH = {
    "blank_cells": lambda make: [make("x", ROWS, LINES, met=met) for met in (True, False)],
    "blanks_differ": lambda make: [make("x", 0.1, 0.5)],
    "both_orders": lambda make: [make("x")],
    "chosen_column": lambda make: [make("x", "y", last_time=last) for last in (True, False)],
    "chosen_levels": lambda make: [make("x", [NEAR], last_time=last) for last in (True, False)],
    "chosen_reading": lambda make: [
        make("x", "1.234", "1", last_time=last) for last in (True, False)
    ],
    "close_levels": lambda make: [make("x", ROWS, LINES, [NEAR])],
    "empty_rows": lambda make: [make(ROWS, LINES)],
    "empty_table": lambda make: [make()],
    "extra_columns": lambda make: [make(["x"]), make(["x", "y"])],
    "formula_cell": lambda make: [
        make("x", ROWS, LINES, escaped=escaped) for escaped in (True, False)
    ],
    "level_spelling": lambda make: [make("x", ROWS, LINES, "A", "a")],
    "levels_differ": lambda make: [make("x", level, 0.1, 0.5) for level in ("a", "")],
    "missing_column": lambda make: [make("x", []), make("x", ["y"])],
    "no_answer": lambda make: [make(ROWS, LINES)],
    "outside_range": lambda make: [make("x", ROWS, LINES, "0", "1", "2")],
    "read_as": lambda make: [make("x", "1,5", "1.5", "the decimal mark of this column is “,”")],
    "renamed_column": lambda make: [make("x", "X")],
    "repeated_column": lambda make: [make("x", 2, same=same) for same in (True, False)],
    "taken_name": lambda make: [make("status", "status (2)")],
    "too_large": lambda make: [make("x", ROWS, LINES, "1e300")],
    "two_orders": lambda make: [
        make("x", ROWS, LINES, "03/04/2024", "3 April 2024", "4 March 2024", ASKED)
    ],
    "two_readings": lambda make: [make("x", ROWS, LINES, "1.234", ASKED)],
    "unused_choice": lambda make: [make("x", "y")],
    "unit_differs": lambda make: [make("x", ROWS, LINES, "%", "")],
    "unread_lines": lambda make: [make(LINES)],
    "unreadable": lambda make: [
        make(code, "x", what, ROWS, LINES, "soon", hint)
        for code, what, hint in (
            ("not_a_number", "a number", "Here, the decimal mark is “,”."),
            ("not_a_date", "a date", "Here, 31 January 2024 is written 31/01/2024."),
            (
                "not_a_date",
                "a date",
                "Here, a date that could be two days is not read: write 31 January 2024.",
            ),
            ("not_yes_no", "“yes” or “no”", ""),
        )
    ],
    "values_differ": lambda make: [
        make("x", "1", "2", lower=lower, dates=dates)
        for lower in (True, False)
        for dates in (True, False)
    ],
    "unseen_levels": lambda make: [make("x", ROWS, LINES, [("c", LINES)], 1, ["a", "b"])],
}


def makers():
    return {
        name: function
        for name, function in inspect.getmembers(findings, inspect.isfunction)
        if function.__annotations__.get("return") == "Finding" and not name.startswith("_")
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


GOLDEN = Path(__file__).parent / "golden" / "findings.md"
JARGON = re.compile(
    r"\b(encod\w*|dtype|null|nan|pars(e|ed|ing)|delimiter|schema|feature\w*|floats?|int|integers?"
    r"|strings?|regex|index"
    r"|utf\S*|arrow|pandas|none|exception|coerc\w*|array|tuple|level|row id)\b",
    re.IGNORECASE,
)
TO_DO = re.compile(
    r"upload again|Check (that|whether|how)|look at them|undo it|as you chose|[Cc]hoose"
    r"|comes? back as|is taken as|first is used|knows what to do|is called|stays text|nothing to do"
)


def fewer(value):
    """Cut whatever holds rows or lines down to the first one."""
    if isinstance(value, np.ndarray):
        return value[:1]
    if isinstance(value, list | tuple):
        return type(value)(map(fewer, value))
    return value


def every_finding():
    """Give each finding that the examples make, about several rows and about one."""
    for name, make in makers().items():
        yield from EACH[name](make)
        yield from EACH[name](lambda *given, make=make, **named: make(*map(fewer, given), **named))


def test_a_sentence_names_its_column_and_what_to_do_in_plain_words():
    for finding in every_finding():
        words, sentence = brief(finding), finding.sentence
        assert not any(JARGON.search(re.sub(r"“[^”]*”", "", said)) for said in (sentence, *words))
        assert f"“{finding.column}”" in sentence or not finding.column
        assert TO_DO.search(sentence), sentence
        assert re.fullmatch(r"[“A-Z].*\.", sentence), sentence
        assert all((words.title, *words[2:]))
        assert words.title.removeprefix(f"“{finding.column}”: ") == words.what
        assert len(words.what.split()) <= 7
        if finding.code != "unit_differs":  # it is about all of the column
            assert all(str(line) in sentence for line in finding.line_numbers[:2]), sentence


def test_the_words_are_those_that_were_reviewed():
    """Set UPDATE_GOLDEN=1 to write them anew, and look at the difference."""
    told: dict[str, list[str]] = {}
    for one in every_finding():
        words = brief(one)
        item = f"- {one.severity}: {one.sentence}\n  ({' | '.join((words.title, *words[2:]))})"
        told.setdefault(one.code, []).append(item)
    parts = [f"## {code}\n\n" + "\n".join(dict.fromkeys(told[code])) for code in sorted(told)]
    text = "# What the check says\n\n" + "\n\n".join(parts) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(text, "utf-8")
    assert GOLDEN.read_text("utf-8") == text
