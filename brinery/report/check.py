"""What a check found, as text for a terminal, and the words that every place shares."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

from brinery.report.words import count
from brinery.schema.briefly import brief
from brinery.schema.finding import Finding, Report, Severity, Verdict, worst_first
from brinery.schema.phrases import capitalized, quoted, some

__all__ = [
    "HEADINGS",
    "as_dict",
    "as_text",
    "findings_text",
    "in_one_line",
    "in_the_download",
    "touches",
]

HEADINGS: dict[Severity, str] = {
    "stop": "To fix before anything can be scored",
    "row": "Rows that can't be scored",
    "look": "Scored, but worth a look",
    "note": "Good to know",
}
"""Over the findings of one severity, the gravest first."""


def as_text(report: Report) -> str:
    """Give every finding as text, the gravest first, under the verdict."""
    return "\n".join([in_one_line(report.verdict), *findings_text(report.findings)])


def in_one_line(verdict: Verdict) -> str:
    """Say in one line what becomes of the rows, each counted once.

    "1,240 rows: 1,180 fine, 52 to look at, 8 can't be scored."
    """
    n_rows = verdict.n_rows
    none = (
        "The one row can't be scored"
        if n_rows == 1
        else f"None of the {n_rows:,} rows can be scored"
    )
    parts = (
        (verdict.n_fine, "fine"),
        (verdict.n_look, "to look at"),
        (verdict.n_refused, "can't be scored"),
    )
    said = [f"{number:,} {words}" for number, words in parts if number]
    if not n_rows:
        line = "There is no row to score"
    elif verdict.stops:
        line = ". ".join([f"{none} yet", *_reasons(verdict.stops)])
    elif verdict.n_refused == n_rows:
        line = f"{none}: {'it' if n_rows == 1 else 'each'} has something to fix"
    elif verdict.n_fine == n_rows:
        line = f"{count(n_rows, 'row')}: {'fine' if n_rows == 1 else 'all fine'}"
    elif verdict.n_look == n_rows:
        line = f"{count(n_rows, 'row')}: {'to look at' if n_rows == 1 else 'all to look at'}"
    else:
        line = f"{n_rows:,} rows: {', '.join(said)}"
    if verdict.n_unread:
        were = "was not read as a row" if verdict.n_unread == 1 else "were not read as rows"
        line += f"; {count(verdict.n_unread, 'line')} of the file {were}"
    return f"{line}."


def in_the_download(verdict: Verdict) -> str:
    """Say which rows of the file the download has: all that were read."""
    n_rows, n_unread = verdict.n_rows, verdict.n_unread
    rows = "The one row" if n_rows == 1 else f"All {n_rows:,} rows"
    verb = "is" if n_rows == 1 else "are"
    if not n_unread:
        return f"{rows} of your table {verb} in the download."
    lines = "the line that was" if n_unread == 1 else f"the {n_unread:,} lines that were"
    as_row = "a row" if n_unread == 1 else "rows"
    return (
        f"{rows} that could be read {verb} in the download, but not {lines} not read as {as_row}."
    )


def _reasons(stops: Iterable[Finding]) -> list[str]:
    """Name the columns of each reason: "Missing: “a”, “b” and 2 more"."""
    columns: dict[str, list[str]] = {}
    for one in map(brief, stops):
        columns.setdefault(one.what, []).append(quoted(one.column))
    return [f"{capitalized(what)}: {some(of, 3)}" for what, of in columns.items()]


def touches(finding: Finding) -> str:
    """Say how much a finding touches: "8 rows", "2 lines", "3 columns"."""
    if len(finding.rows):
        return count(finding.count, "row")
    return count(finding.count, "line" if len(finding.line_numbers) else "column")


def findings_text(findings: Iterable[Finding]) -> list[str]:
    """Give the findings as lines, the gravest first, under a heading for each severity."""
    lines: list[str] = []
    of_severity = itertools.groupby(worst_first(findings), key=lambda one: one.severity)
    for severity, of_it in of_severity:
        lines += ["", HEADINGS[severity], *(f"  - {finding.sentence}" for finding in of_it)]
    return lines


def as_dict(report: Report) -> dict[str, Any]:
    """Give plain values that JSON takes; the findings in the schema's order."""
    verdict = report.verdict
    return {
        "n_rows": report.n_rows,
        "can_score": report.can_score,
        "verdict": {
            "sentence": in_one_line(verdict),
            "n_fine": verdict.n_fine,
            "n_look": verdict.n_look,
            "n_refused": verdict.n_refused,
            "n_unread": verdict.n_unread,
        },
        "findings": [finding.to_dict() for finding in report.findings],
    }
