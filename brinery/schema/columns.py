"""What a model knows of each column: its kind, its use, and what training saw in it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["QUANTILES", "Column", "Direction", "Kind", "Schema", "Storage", "Task", "Use"]

QUANTILES = tuple(n / 20 for n in range(21))
"""The shares at which a column's quantiles are kept: 0, 5, … 100 %."""

Kind = Literal["number", "yes/no", "category", "date", "text", "id", "constant"]
Use = Literal["feature", "target", "id", "ignored"]
Storage = Literal["float64", "string"]
Task = Literal["yes/no", "classes", "amount"]
Direction = Literal["", "up", "down"]


@dataclass(frozen=True)
class Column:
    """One column as training saw it.

    Attributes
    ----------
    name : str
        As in the training file.
    kind : Kind
        What its cells are.
    use : Use
        What the model does with it. An `id` is never a feature and is always kept.
    storage : {"float64", "string"}
        How the fitted pipeline is given it: what pandas would make of the same cells.
        Dates are given as days since 1970-01-01.
    n_rows, n_blank, n_unique : int
        Rows seen, blank ones among them, and distinct texts that were not blank.
    whole : bool
        Whether every number was whole.
    minimum, maximum : float or None
        The range of a number, or of a date in days since 1970-01-01.
    quantiles : tuple of float
        The values at the shares `QUANTILES`, in the same unit; empty where there are none.
    levels : tuple of (str, int)
        The levels of a category or of a yes/no, each with its count, the most frequent first.
    open_levels : bool
        Whether the model may know more levels than these: those of an estimator that was
        brought are its sample's. No other spelling is taken for an open level.
    date_format : str or None
        The `strptime` format of a date's cells, its time left out.
    order_known : bool
        Whether the cells of training told day from month.
    decimal : {".", ","}
        The decimal mark of a number's cells; settles what an upload leaves open.
    unit : str
        The sign that a number's cells bear, such as "%" or "€"; "" where they bear none.
    example : str
        The most frequent cell as it stood in the file. Of an `id` only the shape,
        "0000-XXXXX", and of a `text` nothing, since they may name a person.
    leak_suspect : bool
        Whether the column alone predicts the target almost perfectly.
    reason : str
        Why the column was given its kind, in plain words.
    direction : {"", "up", "down"}
        Which way the prediction may move where the number grows; "" is either.
    """

    name: str
    kind: Kind
    use: Use
    storage: Storage
    n_rows: int
    n_blank: int
    n_unique: int
    whole: bool = False
    minimum: float | None = None
    maximum: float | None = None
    quantiles: tuple[float, ...] = ()
    levels: tuple[tuple[str, int], ...] = ()
    open_levels: bool = False
    date_format: str | None = None
    order_known: bool = True
    decimal: str = "."
    unit: str = ""
    example: str = ""
    leak_suspect: bool = False
    reason: str = ""
    direction: Direction = ""

    @property
    def blank_share(self) -> float:
        """The share of blank cells that training saw, from 0 to 1."""
        return self.n_blank / self.n_rows if self.n_rows else 0.0

    @property
    def level_names(self) -> tuple[str, ...]:
        """The levels without their counts, the most frequent first."""
        return tuple(level for level, _ in self.levels)

    @staticmethod
    def from_dict(fields: dict[str, Any]) -> Column:
        """Make the column that `dataclasses.asdict` described."""
        plain = dict(fields)
        plain["quantiles"] = tuple(plain.get("quantiles", ()))
        plain["levels"] = tuple((str(level), int(n)) for level, n in plain.get("levels", ()))
        return Column(**plain)


@dataclass(frozen=True)
class Schema:
    """Every column of the training file, in its order, and what is asked of the model.

    Attributes
    ----------
    columns : tuple of Column
        All of them: features, the target, identifiers and those left out.
    task : {"yes/no", "classes", "amount"} or None
        What the target is; None where there is no target.
    labels : tuple of str
        The target's labels as they stood in the file, in the order of the
        classifier's `classes_`; empty for an amount.
    """

    columns: tuple[Column, ...]
    task: Task | None = None
    labels: tuple[str, ...] = ()

    @property
    def features(self) -> tuple[Column, ...]:
        """The columns that the pipeline is given, in its order."""
        return tuple(column for column in self.columns if column.use == "feature")

    @property
    def target(self) -> Column | None:
        """The column to predict, where there is one."""
        return next((column for column in self.columns if column.use == "target"), None)

    def to_dict(self) -> dict[str, Any]:
        """Give plain values that JSON takes."""
        return dataclasses.asdict(self)

    @staticmethod
    def from_dict(fields: dict[str, Any]) -> Schema:
        """Make the schema that `to_dict` described."""
        return Schema(
            columns=tuple(Column.from_dict(column) for column in fields["columns"]),
            task=fields.get("task"),
            labels=tuple(fields.get("labels", ())),
        )
