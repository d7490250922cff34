"""Some rows on their way into a file: the user's columns, and ours."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from brinery.tables.formulas import guard

__all__ = ["Part"]


@dataclass(frozen=True, eq=False)
class Part:
    """Some rows to be written.

    Attributes
    ----------
    own : pyarrow.Table
        The user's columns, harmless for spreadsheets where that was asked for.
    added : pyarrow.Table
        Ours, under the names that they bear beside the user's.
    rows : pyarrow.Array of string or None
        The user's rows as they stand in the file, each behind a line end; None where they
        have to be written anew.
    """

    own: pa.Table
    added: pa.Table
    rows: pa.Array | None = None

    @property
    def added_names(self) -> pa.Array:
        """The names of our columns, harmless for a spreadsheet."""
        return guard(pa.array(self.added.column_names, pa.string()))

    def as_one(self) -> pa.Table:
        """Give our columns beside the user's, ours harmless for a spreadsheet."""
        added = [guard(one) if pa.types.is_string(one.type) else one for one in self.added.columns]
        names = [*self.own.column_names, *self.added_names.to_pylist()]
        return pa.table([*self.own.columns, *added], names=names)
