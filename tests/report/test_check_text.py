import numpy as np
import pytest

from brinery.report.check import as_dict, as_text, in_one_line, in_the_download
from brinery.schema.finding import Report, verdict, worst_first
from brinery.schema.findings import Finding, empty_table, missing_column, unread_lines


def finding(severity, sentence, rows=()):
    rows = np.array(rows, dtype=np.int64)
    return Finding("blank", severity, "age", sentence, len(rows), rows, rows + 2)


def found(severity, *rows):
    return finding(severity, "", rows)


@pytest.mark.parametrize(
    ("n_rows", "findings", "line"),
    [
        (1240, [], "1,240 rows: all fine."),
        (1, [], "1 row: fine."),
        (0, [empty_table()], "There is no row to score."),
        (9, [found("look", 1, 2)], "9 rows: 7 fine, 2 to look at."),
        (2, [found("look", 0, 1)], "2 rows: all to look at."),
        (1, [found("look", 0)], "1 row: to look at."),
        (
            1240,
            [found("look", *range(60)), found("row", *range(8))],
            "1,240 rows: 1,180 fine, 52 to look at, 8 can't be scored.",
        ),
        (3, [found("row", 1), found("row", 1)], "3 rows: 2 fine, 1 can't be scored."),
        (
            3,
            [found("row", 0, 1, 2)],
            "None of the 3 rows can be scored: each has something to fix.",
        ),
        (1, [found("row", 0)], "The one row can't be scored: it has something to fix."),
        (
            3,
            [missing_column("age", []), found("row", 0)],
            "None of the 3 rows can be scored yet. Missing: “age”.",
        ),
        (
            3,
            [missing_column(name, []) for name in "abcd"],
            "None of the 3 rows can be scored yet. Missing: “a”, “b” and 2 more.",
        ),
        (1, [missing_column("b", [])], "The one row can't be scored yet. Missing: “b”."),
        (
            3,
            [unread_lines(np.array([17, 203]))],
            "3 rows: all fine; 2 lines of the file were not read as rows.",
        ),
        (
            2,
            [found("look", 0), unread_lines(np.array([17]))],
            "2 rows: 1 fine, 1 to look at; 1 line of the file was not read as a row.",
        ),
    ],
)
def test_the_verdict_counts_each_row_once(n_rows, findings, line):
    told = verdict(findings, n_rows)
    assert in_one_line(told) == line
    if not told.stops:
        assert told.n_fine + told.n_look + told.n_refused == n_rows


def test_findings_stand_under_their_gravity_those_of_most_rows_first():
    report = Report(
        (
            finding("note", "Noted."),
            finding("row", "Bad.", [1]),
            finding("row", "Also bad.", [1]),
            finding("row", "Worse.", [0, 1]),
        ),
        3,
    )
    assert as_text(report).splitlines() == [
        "3 rows: 1 fine, 2 can't be scored.",
        "",
        "Rows that can't be scored",
        "  - Worse.",
        "  - Bad.",
        "  - Also bad.",
        "",
        "Good to know",
        "  - Noted.",
    ]
    assert worst_first(report.findings)[0].sentence == "Worse."


def test_the_values_keep_the_order_of_the_schema():
    report = Report((finding("note", "Noted."), finding("stop", "Stopped.")), 1)
    told = as_dict(report)
    assert told["can_score"] is False
    assert [one["sentence"] for one in told["findings"]] == ["Noted.", "Stopped."]
    assert told["verdict"]["sentence"].startswith("The one row can't be scored yet")


@pytest.mark.parametrize(
    ("n_rows", "lines", "words"),
    [
        (9, [], "All 9 rows of your table are in the download."),
        (1, [], "The one row of your table is in the download."),
        (
            9,
            [3],
            "All 9 rows that could be read are in the download, but not the line that was not "
            "read as a row.",
        ),
        (
            9,
            [3, 5],
            "All 9 rows that could be read are in the download, but not the 2 lines that were "
            "not read as rows.",
        ),
    ],
)
def test_the_download_has_every_row_that_was_read(n_rows, lines, words):
    found_there = [unread_lines(np.array(lines))] if lines else []
    assert in_the_download(verdict(found_there, n_rows)) == words
