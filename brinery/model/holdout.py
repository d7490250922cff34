"""Rows with known answers that come with an estimator from a notebook."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from brinery.errors import CannotLearn
from brinery.model.answers import label_text
from brinery.schema.coercion import target_values
from brinery.schema.columns import Column
from brinery.schema.distinct import BLANK_WORDS, distinct
from brinery.schema.inference import infer, require_once, with_kind
from brinery.schema.phrases import joined
from brinery.tables.reading import as_table
from brinery.tables.table import Table

__all__ = ["LEAST_ROWS", "Holdout"]

LEAST_ROWS = 20
"""With fewer rows nothing is measured: the figures would say nothing."""
_SHOWN = 5


@dataclasses.dataclass(frozen=True, eq=False)
class Holdout:
    """Rows with known answers that an estimator did not learn from.

    Attributes
    ----------
    given : DataFrame or Table
        The rows as the notebook has them.
    table : Table, shape (n_rows, n_columns)
        Those that have an answer, as text.
    answers : numpy.ndarray of object, shape (n_rows,)
        What came in each.
    target : str
        What the answer is called.
    """

    given: Any
    table: Table
    answers: np.ndarray
    target: str

    @staticmethod
    def of(X: Any, y: Any, *, sample: Any = None, names: Sequence[str] | None = None) -> Holdout:
        """Make a holdout of what a notebook has.

        Parameters
        ----------
        X : DataFrame, array, Table or path, shape (n_rows, n_features)
        y : Series, array or list, shape (n_rows,)
            Its name is the target's, where it has one.
        sample : DataFrame, Table or path, optional
            Where an array's columns have their names from, if `names` does not tell them.
        names : sequence of str, optional

        Raises
        ------
        CannotLearn
            They are not equally long, or too short; give the same rows to both.
        """
        target = str(getattr(y, "name", None) or "target")
        given = _with_names(X, sample, names, target) if isinstance(X, np.ndarray) else X
        table = as_table(given)
        came = pd.Series(y).reset_index(drop=True)
        if len(came) != table.n_rows:
            raise CannotLearn(
                f"The holdout has {table.n_rows:,} rows and {len(came):,} answers.",
                remedy="Give the answers of the same rows, in the same order.",
            )
        rows = np.flatnonzero(came.notna())
        if len(rows) < LEAST_ROWS:
            raise CannotLearn(
                f"The holdout has only {len(rows)} rows with an answer.",
                remedy=f"Give at least {LEAST_ROWS}, or save it without a holdout.",
            )
        kept = Table(table.cells.take(pa.array(rows)), table.line_numbers[rows], table.name)
        whole = given if isinstance(given, pd.DataFrame) else table
        return Holdout(whole, kept, came.to_numpy(object)[rows], target)

    @staticmethod
    def in_table(given: Any, target: str, *, is_amount: bool) -> Holdout:
        """Make a holdout of one table, the answers among its columns.

        Parameters
        ----------
        given : DataFrame, Table or path, shape (n_rows, n_columns)
        target : str
            The column with what came.
        is_amount : bool
            Whether these are numbers.

        Raises
        ------
        CannotLearn
            It has no such column, or more than one; or too few rows with an answer.
        """
        table = as_table(given)
        require_once(table, target, what="holdout")
        if isinstance(given, pd.DataFrame):
            return Holdout.of(given, given[target])
        alone = Table(table.cells.select([target]), table.line_numbers)
        schema = infer(alone, target=target)
        if is_amount:
            if schema.task != "amount":  # few whole numbers look like labels
                schema = with_kind(alone, schema, target, "number", "target")
            amounts, known = target_values(alone, schema)
            answers = pd.Series(np.where(known, amounts, np.nan), name=target)
        else:
            cells = distinct(alone.cells.column(0))
            texts = np.where(cells.is_blank(BLANK_WORDS), None, cells.trimmed.to_pylist())
            answers = pd.Series(texts[cells.codes], name=target)
        return Holdout.of(table, answers)

    def called(self, target: str) -> Holdout:
        """Give the same with another name for the answer."""
        return dataclasses.replace(self, target=target)

    def described(self) -> Column:
        """Describe the answers as a column of a schema."""
        texts = pa.array([label_text(one) for one in self.answers], pa.string())
        alone = Table(pa.table({self.target: texts}), self.table.line_numbers)
        return infer(alone, target=self.target).columns[0]

    @property
    def n_unknown(self) -> int:
        """How many of the rows that were given have no answer; they are left out."""
        whole = self.given.n_rows if isinstance(self.given, Table) else len(self.given)
        return int(whole) - self.table.n_rows


def _with_names(
    rows: np.ndarray, sample: Any, names: Sequence[str] | None, target: str
) -> pd.DataFrame:
    rows = rows.reshape(len(rows), -1)
    if names is None and sample is not None:
        names = [name for name in as_table(sample).column_names if name != target]
    if names is None:
        names = [f"x{n + 1}" for n in range(rows.shape[1])]
    if len(names) != rows.shape[1]:
        raise CannotLearn(
            f"The holdout's array has {rows.shape[1]} columns, and the estimator takes "
            f"{len(names)}: {joined([*names[:_SHOWN]])}.",
            remedy="Give a frame with the columns' names.",
        )
    return pd.DataFrame(rows, columns=list(names))
