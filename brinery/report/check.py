"""What a check found, as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from brinery.report.words import count
from brinery.schema.findings import Finding, Report

__all__ = ["as_dict", "as_text", "findings_text", "summary"]

HEADINGS = (
    ("stop", "To fix before anything can be predicted"),
    ("row", "Rows that get no prediction"),
    ("look", "Predicted, but have a look"),
    ("note", "Good to know"),
)


def as_text(report: Report) -> str:
    """Give every finding as text, the gravest first, under one line that sums them up."""
    return "\n".join([summary(report), *findings_text(report.findings)])


def summary(report: Report) -> str:
    """Say in one line whether the table can be predicted."""
    rows = count(report.n_rows, "row")
    if not report.can_score:
        return f"{rows} read. Nothing can be predicted yet."
    n_refused = len({row for f in report.findings if f.severity == "row" for row in f.rows})
    if n_refused:
        return f"{rows} read. {report.n_rows - n_refused:,} can be predicted, {n_refused:,} can't."
    if not report.findings:
        return f"{rows} read. All can be predicted, and there is nothing to fix."
    return f"{rows} read. All can be predicted."


def findings_text(findings: Iterable[Finding]) -> list[str]:
    """Give the findings as lines, under a heading for each severity that occurs."""
    known = list(findings)
    lines: list[str] = []
    for severity, heading in HEADINGS:
        of_it = [finding.sentence for finding in known if finding.severity == severity]
        if of_it:
            lines += ["", heading, *(f"  - {sentence}" for sentence in of_it)]
    return lines


def as_dict(report: Report) -> dict[str, Any]:
    """Give plain values that JSON takes."""
    return {
        "n_rows": report.n_rows,
        "can_score": report.can_score,
        "findings": [finding.to_dict() for finding in report.findings],
    }
