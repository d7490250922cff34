import numpy as np

from brinery.report.check import as_dict, as_text
from brinery.schema.findings import Finding, Report


def finding(severity, sentence, rows=()):
    rows = np.array(rows, dtype=np.int64)
    return Finding("blank", severity, "age", sentence, len(rows), rows, rows + 2)


def test_a_clean_table_says_so():
    assert as_text(Report((), 3)) == (
        "3 rows read. All can be predicted, and there is nothing to fix."
    )


def test_findings_stand_under_their_gravity():
    report = Report(
        (
            finding("note", "Noted."),
            finding("row", "Bad.", [0, 1]),
            finding("row", "Also bad.", [1]),
        ),
        3,
    )
    assert as_text(report).splitlines() == [
        "3 rows read. 1 can be predicted, 2 can't.",
        "",
        "Rows that get no prediction",
        "  - Bad.",
        "  - Also bad.",
        "",
        "Good to know",
        "  - Noted.",
    ]


def test_a_stop_says_that_nothing_can_be_predicted():
    report = Report((finding("stop", "The column age is missing."),), 1)
    assert as_text(report).startswith("1 row read. Nothing can be predicted yet.")
    assert as_dict(report)["can_score"] is False
