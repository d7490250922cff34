"""The predictions beside the user's own columns."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from brinery.evaluation.evaluation import Ranges
from brinery.evaluation.threshold import Threshold
from brinery.schema.briefly import row_note
from brinery.schema.finding import Finding, Verdict, verdict
from brinery.schema.findings import formula_cell, taken_name
from brinery.schema.names import free_names
from brinery.scoring.worded import worded
from brinery.tables.csvstyle import CsvStyle
from brinery.tables.formulas import guard, is_formula
from brinery.tables.typed import holds_values
from brinery.tables.writing import Format, format_of, to_bytes, write

__all__ = ["LOOK", "NOT_SCORED", "OK", "Result", "assemble"]

OK, LOOK, NOT_SCORED = "ok", "look", "not scored"

_WITH_GAPS = {
    pa.int8(): pd.Int8Dtype(),
    pa.int16(): pd.Int16Dtype(),
    pa.int32(): pd.Int32Dtype(),
    pa.int64(): pd.Int64Dtype(),
    pa.uint8(): pd.UInt8Dtype(),
    pa.uint16(): pd.UInt16Dtype(),
    pa.uint32(): pd.UInt32Dtype(),
    pa.uint64(): pd.UInt64Dtype(),
}
"""As floats, which pandas would make of them, 1 becomes 1.0 and 2**53 + 1 another number."""


@dataclass(frozen=True, eq=False)
class Result:
    """What a scoring gave: as many rows as came in, in their order.

    Attributes
    ----------
    own : pyarrow.Table
        The user's columns as they came.
    added : pyarrow.Table
        Ours: the prediction, for an amount its range, for labels a probability each, the
        confidence and the labels that are possible, then status and notes; shape
        (n_rows, n_added). Always under these names.
    added_names : tuple of str
        What they are called beside the user's columns, some of which may be called alike.
    findings : tuple of Finding
        Everything that the check and the scoring found.
    escape : bool
        Whether the user's own cells are made harmless for spreadsheets too.
    index : pandas.Index or None
        The row labels of the frame that came; None where a file came.
    csv : CsvStyle
        The style in which the table came, and goes out where nothing else is asked for.
    dates : mapping of int to str
        The user's columns of text that hold dates, by position, with their `strptime` format.
    """

    own: pa.Table = field(repr=False)
    added: pa.Table = field(repr=False)
    added_names: tuple[str, ...] = field(repr=False)
    findings: tuple[Finding, ...] = field(repr=False)
    escape: bool = False
    index: pd.Index | None = field(default=None, repr=False)
    csv: CsvStyle = field(default_factory=CsvStyle)
    dates: Mapping[int, str] = field(default_factory=dict, repr=False)

    @property
    def n_rows(self) -> int:
        """How many rows came in, and go out."""
        return int(self.own.num_rows)

    @cached_property
    def verdict(self) -> Verdict:
        """What became of the rows, each counted once."""
        return verdict(self.findings, self.n_rows)

    @property
    def own_harmless(self) -> pa.Table:
        """The user's columns as they go out: harmless for a spreadsheet where that was asked."""
        return _guarded(self.own) if self.escape else self.own

    @cached_property
    def table(self) -> pa.Table:
        """The table to hand out: the user's columns, then ours, ours safe for a spreadsheet."""
        own = self.own_harmless
        names = tuple(guard(pa.array(self.added_names, type=pa.string())).to_pylist())
        return _beside(own, _guarded(self.added), names)

    def to_pandas(self) -> pd.DataFrame:
        """Give the same columns as a frame, every answer exactly as the estimator gave it.

        The rows bear the labels of the frame that came. Whole numbers with gaps, such as the
        labels 0 and 1 where a row was not scored, stay whole, as pandas' type Int64.
        """
        whole = _beside(self.own, self.added, self.added_names)
        frame: pd.DataFrame = whole.to_pandas()
        for position, column in enumerate(whole.columns):
            if column.null_count and column.type in _WITH_GAPS:
                frame.isetitem(position, column.to_pandas(types_mapper=_WITH_GAPS.get))
        return frame if self.index is None else frame.set_axis(self.index)

    def escaped(self, escape: bool) -> Result:
        """Give the same result, the user's own cells and headers harmless or as they came."""
        if escape == self.escape:
            return self
        found = tuple(
            dataclasses.replace(
                formula_cell(one.column, one.rows, one.line_numbers, escaped=escape),
                position=one.position,
            )
            if one.code == "formula_cell"
            else one
            for one in self.findings
        )
        return dataclasses.replace(self, escape=escape, findings=found)

    def write(self, path: str | Path, *, csv: CsvStyle | None = None) -> None:
        """Write the table; the ending chooses csv, xlsx or parquet.

        Parameters
        ----------
        path : str or pathlib.Path
            Ends in .csv, .xlsx or .parquet.
        csv : CsvStyle, optional
            How a CSV file is written; by default as the table came.

        Raises
        ------
        CannotWrite
            The ending is another one, or the rows don't fit the format; the message says
            which format to take instead.
        """
        chosen = self.csv if csv is None or format_of(path) != "csv" else csv
        write(self.table, path, csv=chosen, dates=self.dates)

    def to_bytes(self, format: Format, *, csv: CsvStyle | None = None) -> bytes:
        """Give what `write` writes.

        Raises
        ------
        CannotWrite
            As `write`.
        """
        chosen = self.csv if csv is None or format != "csv" else csv
        return to_bytes(self.table, format, csv=chosen, dates=self.dates)


def assemble(
    own: pa.Table,
    line_numbers: np.ndarray,
    answers: pa.Table,
    scored: np.ndarray,
    findings: tuple[Finding, ...],
    *,
    labels: tuple[str, ...],
    escape: bool,
    ranges: Ranges | None = None,
    threshold: Threshold | None = None,
    csv: CsvStyle | None = None,
    dates: Mapping[int, str] | None = None,
    plain: Collection[int] = (),
) -> Result:
    """Put the answers back beside the rows that they belong to.

    Parameters
    ----------
    own : pyarrow.Table
        The user's columns, n_rows rows.
    line_numbers : numpy.ndarray of int64, shape (n_rows,)
        The line of the file for each row.
    answers : pyarrow.Table
        The estimator's named answers for the scored rows only, in their order.
    scored : numpy.ndarray of bool, shape (n_rows,)
        Which rows were scored.
    findings : tuple of Finding
        From the check.
    labels : tuple of str
        The target's labels in the order of the estimator's classes; empty for an amount.
    escape : bool
        Whether the user's own cells are made harmless too.
    ranges : Ranges, optional
        What the holdout says of how sure a prediction is.
    threshold : Threshold, optional
        When a row is called the label that is sought.
    csv, dates
        As `Result` has them.
    plain : collection of int
        The user's columns, by position, that hold plain numbers: nothing that a spreadsheet
        would run.
    """
    n_rows = own.num_rows
    found = list(findings)
    found += _formula_cells(own, line_numbers, plain, escape=escape)
    answers = worded(answers, labels, ranges, threshold)
    columns = _spread(answers, scored)
    looked = _touched(found, "look", n_rows) & scored
    status = np.where(scored, looked.astype(np.int8), 2)
    columns["status"] = pa.array([OK, LOOK, NOT_SCORED]).take(pa.array(status))
    columns["notes"] = _notes(found, n_rows)
    names, taken = free_names(own.column_names, list(columns))
    found += [taken_name(old, new) for old, new in taken]
    return Result(
        own=own,
        added=pa.table(columns),
        added_names=tuple(names),
        findings=tuple(found),
        escape=escape,
        csv=csv or CsvStyle(),
        dates=dates or {},
    )


def _spread(answers: pa.Table, scored: np.ndarray) -> dict[str, pa.Array]:
    """Give every row its answer, and a null to the rows that were not scored."""
    if scored.all():
        return dict(zip(answers.column_names, answers.columns, strict=True))
    where = np.cumsum(scored) - 1
    indices = pa.array(where, type=pa.int64(), mask=~scored)
    return {
        name: column.combine_chunks().take(indices)
        for name, column in zip(answers.column_names, answers.columns, strict=True)
    }


def _touched(findings: list[Finding], severity: str, n_rows: int) -> np.ndarray:
    mask = np.zeros(n_rows, dtype=bool)
    for finding in findings:
        if finding.severity == severity:
            mask[finding.rows] = True
    return mask


def _notes(findings: list[Finding], n_rows: int) -> pa.Array:
    touched = [one for one in findings if len(one.rows) and row_note(one)]
    if not touched:
        return pa.repeat("", n_rows)
    notes = np.full(n_rows, "", dtype=object)
    for finding in touched:
        words = row_note(finding)
        old = notes[finding.rows]
        notes[finding.rows] = np.where(old == "", words, old + ("; " + words))
    return pa.array(notes, type=pa.string())


def _formula_cells(
    own: pa.Table, line_numbers: np.ndarray, plain: Collection[int], *, escape: bool
) -> list[Finding]:
    found = []
    for at, (name, column) in enumerate(zip(own.column_names, own.columns, strict=True)):
        if at not in plain and _is_text(column.type):
            rows = np.flatnonzero(np.asarray(is_formula(column)))
            if len(rows):
                one = formula_cell(name, rows, line_numbers[rows], escaped=escape)
                found.append(dataclasses.replace(one, position=at))
    return found


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return not (holds_values(kind) or pa.types.is_null(kind))


def _guarded(table: pa.Table) -> pa.Table:
    """Make the headers and the text cells harmless for a spreadsheet."""
    columns = [guard(column) if _is_text(column.type) else column for column in table.columns]
    names = guard(pa.array(table.column_names, type=pa.string())).to_pylist()
    return pa.table(columns, names=names)


def _beside(own: pa.Table, added: pa.Table, names: tuple[str, ...]) -> pa.Table:
    return pa.table([*own.columns, *added.columns], names=[*own.column_names, *names])
