"""What the check found, as values."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from brinery.schema.comparison import Shift

__all__ = [
    "SEVERITIES",
    "Answer",
    "Finding",
    "Proposal",
    "Question",
    "Report",
    "Severity",
    "Verdict",
    "can_be_scored",
    "verdict",
    "worst_first",
]

Severity = Literal["stop", "row", "look", "note"]
SEVERITIES: tuple[Severity, ...] = ("stop", "row", "look", "note")
"""The gravest first."""


@dataclass(frozen=True)
class Proposal:
    """What could be meant, for a person to agree to; nothing is taken before that.

    Attributes
    ----------
    found : str
        What the file has: the name of a column, or a cell.
    meant : str
        What it may stand for: a feature, a level, a number.
    count : int
        How many rows it touches.
    """

    found: str
    meant: str
    count: int


@dataclass(frozen=True)
class Answer:
    """One answer to a question: what `Choices` is told, and the words for it."""

    told: str | bool | int | None
    words: str


@dataclass(frozen=True)
class Question:
    """What a person should say about a column that can be read in two ways.

    Attributes
    ----------
    about : {"decimal", "day_first", "first_year"}
        The part of `Choices` that an answer goes into.
    words : str
        The question, with a cell of the file.
    answers : tuple of Answer
        Each worked out for that cell.
    taken : str, bool, int or None
        What is told by the answer that is taken until somebody says otherwise.
    """

    about: Literal["decimal", "day_first", "first_year"]
    words: str
    answers: tuple[Answer, ...]
    taken: str | bool | int | None


@dataclass(frozen=True, eq=False)
class Finding:
    """One thing found in an upload.

    Attributes
    ----------
    code : str
        Stable; see `docs/glossary.md`.
    severity : {"stop", "row", "look", "note"}
        `stop`: nothing can be scored. `row`: these rows are not scored. `look`: these
        rows are scored, and somebody should look. `note`: nothing to do.
    column : str
        The column's name (the schema's, where it is a feature).
    sentence : str
        What it is, which lines, what happens to them, and what to do.
    count : int
        How many rows (or columns, or lines that are no rows) it touches.
    rows : numpy.ndarray of int64
        The row numbers, from 0; empty where it is about a whole column, or about lines that
        are not in the table.
    line_numbers : numpy.ndarray of int64
        The lines of the file, one for each of `rows`.
    position : int or None
        Which column of the file it is about, from 0; None where it is about no single one.
    suggestions : tuple of str
        Columns of the file that could be meant, the likeliest first; for `close_column`.
    proposals : tuple of Proposal
        What to agree to: the column that is likeliest meant, or what words may stand for.
    question : Question or None
        What to ask a person.
    """

    code: str
    severity: Severity
    column: str
    sentence: str
    count: int = 0
    rows: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64), repr=False)
    line_numbers: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64), repr=False)
    suggestions: tuple[str, ...] = ()
    position: int | None = None
    proposals: tuple[Proposal, ...] = ()
    question: Question | None = None

    def to_dict(self) -> dict[str, Any]:
        """Give plain values that JSON takes; `count` stays whole, of the lines the first 100."""
        return {
            "code": self.code,
            "severity": self.severity,
            "column": self.column,
            "sentence": self.sentence,
            "count": self.count,
            "line_numbers": self.line_numbers[:100].tolist(),
            "suggestions": list(self.suggestions),
            "proposals": [dataclasses.asdict(one) for one in self.proposals],
            "question": None if self.question is None else dataclasses.asdict(self.question),
        }


@dataclass(frozen=True)
class Verdict:
    """What became of the rows, each counted once.

    Attributes
    ----------
    n_rows : int
        Rows in the table.
    n_look, n_refused : int
        Rows that are scored and worth a look; rows that can't be scored.
    n_unread : int
        Lines of the file that are no rows of the table, and should be.
    stops : tuple of Finding
        What keeps every row from being scored.
    """

    n_rows: int
    n_look: int = 0
    n_refused: int = 0
    n_unread: int = 0
    stops: tuple[Finding, ...] = ()

    @property
    def n_scored(self) -> int:
        """How many rows can be scored."""
        return 0 if self.stops else self.n_rows - self.n_refused

    @property
    def n_fine(self) -> int:
        """How many rows are scored and need no look."""
        return self.n_scored - self.n_look if self.n_scored else 0


@dataclass(frozen=True, eq=False)
class Report:
    """Everything that the check found, and the features as the pipeline takes them.

    Attributes
    ----------
    findings : tuple of Finding
        In the schema's order, the gravest of a column first.
    n_rows : int
        Rows in the table.
    features : pyarrow.Table or None
        The typed features in the schema's order; None where a finding says `stop`.
    dates : mapping of int to str
        For the file's columns that hold dates, by position, the `strptime` format in which
        they were read.
    shifts : tuple of Shift
        The columns in which the table as a whole is otherwise than the training data, the most
        telling first.
    """

    findings: tuple[Finding, ...]
    n_rows: int
    features: pa.Table | None = field(default=None, repr=False)
    dates: Mapping[int, str] = field(default_factory=dict)
    shifts: tuple[Shift, ...] = ()

    @property
    def can_score(self) -> bool:
        """Whether nothing stops the scoring."""
        return all(finding.severity != "stop" for finding in self.findings)

    @cached_property
    def verdict(self) -> Verdict:
        """What becomes of the rows, each counted once."""
        return verdict(self.findings, self.n_rows)


def can_be_scored(findings: Iterable[Finding], n_rows: int) -> np.ndarray:
    """Say which rows of a table no finding keeps from being scored: shape (n_rows,), bool."""
    scored = np.ones(n_rows, dtype=bool)
    for finding in findings:
        if finding.severity == "row":
            scored[finding.rows] = False
    return scored


def verdict(findings: Iterable[Finding], n_rows: int) -> Verdict:
    """Count what becomes of a table's rows.

    Parameters
    ----------
    findings : iterable of Finding
    n_rows : int
        Rows in the table.
    """
    looked, refused = np.zeros(n_rows, dtype=bool), np.zeros(n_rows, dtype=bool)
    stops, n_unread = [], 0
    for finding in findings:
        if finding.severity == "stop":
            stops.append(finding)
        elif finding.severity == "row":
            refused[finding.rows] = True
            n_unread += 0 if len(finding.rows) else finding.count
        elif finding.severity == "look":
            looked[finding.rows] = True
    n_look = int((looked & ~refused).sum())
    return Verdict(n_rows, n_look, int(refused.sum()), n_unread, tuple(stops))


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Order findings to be shown: the gravest first, then those of most rows, else as they are."""
    return sorted(findings, key=lambda one: (SEVERITIES.index(one.severity), -one.count))
