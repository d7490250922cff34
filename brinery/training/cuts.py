"""How rows are parted into those to learn from and those to measure on, and which way fits.

By chance; so that rows of one group (a customer) stay on one side; or by time, so that what is
measured comes after what was learned. Importing this costs next to nothing: the pages propose a
cut too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from brinery.schema.columns import Column, Schema
from brinery.schema.kinds import is_key_name

__all__ = ["BY_CHANCE", "Cut", "Way", "possible_cuts", "proposed"]

Way = Literal["random", "group", "time"]
_MIN_GROUPS = 10
_MIN_DAYS = 20


@dataclass(frozen=True)
class Cut:
    """One way to part the rows.

    Attributes
    ----------
    way : {"random", "group", "time"}
    column : str
        The column with the group or the time; "" for chance.
    reason : str
        Why it is proposed, in one plain sentence.
    """

    way: Way = "random"
    column: str = ""
    reason: str = ""


BY_CHANCE = Cut(reason="Chance decides; each side gets its share of every label.")
"""What is left where no column names a group that comes more than once, or a time."""


def proposed(schema: Schema) -> Cut:
    """Propose a cut from the schema: by group before by time before by chance."""
    return possible_cuts(schema)[0]


def possible_cuts(schema: Schema) -> tuple[Cut, ...]:
    """Give every cut that the schema allows, the proposed one first."""
    others = [column for column in schema.columns if column.use != "target"]
    groups = [
        Cut(
            "group",
            one.name,
            f"“{one.name}” comes {_times(one)} times on average: rows of one "
            "of them are alike, and on both sides they would flatter the model.",
        )
        for one in others
        if _repeats(one)
    ]
    times = [
        Cut(
            "time",
            one.name,
            f"“{one.name}” tells when: the model is asked about rows to come, so "
            "it is measured on the last fifth and learns from those before.",
        )
        for one in others
        if one.kind == "date" and one.n_unique >= _MIN_DAYS and not one.n_blank
    ]
    return (*groups, *times, BY_CHANCE)


def _repeats(column: Column) -> bool:
    n_filled = column.n_rows - column.n_blank
    return (
        is_key_name(column.name)
        and column.kind in ("id", "number", "category", "text")
        and column.n_unique >= _MIN_GROUPS
        and n_filled >= 1.5 * column.n_unique
    )


def _times(column: Column) -> str:
    return f"{(column.n_rows - column.n_blank) / column.n_unique:.2g}"
