"""What the check found, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pyarrow as pa

__all__ = ["Finding", "Report", "Severity"]

Severity = Literal["stop", "row", "look", "note"]


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
        How many rows (or columns) it touches.
    rows : numpy.ndarray of int64
        The row numbers, from 0; empty where it is about a whole column.
    line_numbers : numpy.ndarray of int64
        The lines of the file, one for each of `rows`.
    suggestions : tuple of str
        Columns of the file that could be meant, the likeliest first; for `close_column`.
    """

    code: str
    severity: Severity
    column: str
    sentence: str
    count: int = 0
    rows: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64), repr=False)
    line_numbers: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64), repr=False)
    suggestions: tuple[str, ...] = ()

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
        }


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
    """

    findings: tuple[Finding, ...]
    n_rows: int
    features: pa.Table | None = field(default=None, repr=False)

    @property
    def can_score(self) -> bool:
        """Whether nothing stops the scoring."""
        return all(finding.severity != "stop" for finding in self.findings)
