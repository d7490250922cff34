"""What became of a file that was scored into another."""

from __future__ import annotations

from dataclasses import dataclass

from brinery.schema.comparison import Shift
from brinery.schema.finding import Finding, Verdict
from brinery.tables.table import Table

__all__ = ["Written"]


@dataclass(frozen=True, eq=False)
class Written:
    """What became of a file that was scored into another.

    Attributes
    ----------
    findings : tuple of Finding
        Everything that the check and the scoring found. Where the file was read block by
        block, of the rows of each only the first.
    verdict : Verdict
        What became of the rows, each counted once.
    shifts : tuple of Shift
        In which columns the file is otherwise than the training data.
    table : Table
        How the file was read; perhaps without its rows.
    answers : tuple of str
        The sha256 of the answers, chunk by chunk.
    chunk_rows : int
        How many answers a chunk has.
    """

    findings: tuple[Finding, ...]
    verdict: Verdict
    shifts: tuple[Shift, ...]
    table: Table
    answers: tuple[str, ...]
    chunk_rows: int
