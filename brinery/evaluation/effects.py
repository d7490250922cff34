"""How each feature acts on a model's answers, as values and in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from brinery.evaluation.wording import digits, in_100
from brinery.schema.phrases import quoted

__all__ = ["HOW_TO_READ", "Effect"]

HOW_TO_READ = (
    "One column is changed, all else in a row stays as it is, and the answers for many rows are "
    "averaged. It says how the model answers, not what causes what; where columns go together, "
    "some of these rows could not be."
)

_WIGGLE = 0.15
"""A way back of no more than this share of the whole move is not told as one."""
_MOST_ROWS = 0.75
"""Where fewer rows than this go the way of the mean, the mean alone says little."""


@dataclass(frozen=True)
class Effect:
    """What a model answers on average where one feature is changed and all else stays.

    Attributes
    ----------
    feature : str
        The column.
    kind : {"number", "date", "level"}
        What it is changed to.
    at : tuple of str
        The points, as a reader writes them; a blank is "".
    marks : tuple of float
        The points as numbers, or as days since 1970-01-01; empty for levels.
    labels : tuple of str
        Whose values these are: the rarer of two, up to five of more; empty for amounts.
    values : tuple of tuple of float
        For each label (for amounts, once) the mean answer at each point: a probability from 0
        to 1, or an amount.
    agree : float
        The share of the rows whose own answer moves the way that the mean does, between the
        points where that is lowest and highest; of the label that moves most.
    is_share : bool
        Whether the model gives bare labels, so that a value is the share of rows given one.

    References
    ----------
    Friedman (2001), Greedy Function Approximation, doi:10.1214/aos/1013203451, section 8.2;
    Goldstein et al. (2015), doi:10.1080/10618600.2014.907095, on single rows.
    """

    feature: str
    kind: Literal["number", "date", "level"]
    at: tuple[str, ...]
    marks: tuple[float, ...]
    labels: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    agree: float
    is_share: bool = False

    @staticmethod
    def from_dict(fields: dict[str, Any]) -> Effect:
        """Make the effect that `dataclasses.asdict` described."""
        values = tuple(tuple(one) for one in fields["values"])
        lists = {name: tuple(fields[name]) for name in ("at", "marks", "labels")}
        return Effect(**{**fields, **lists, "values": values})

    @property
    def lead(self) -> int:
        """The label that moves most, as its position in `labels`; 0 for amounts."""
        return int(np.argmax([max(one) - min(one) for one in self.values]))

    @property
    def what(self) -> str:
        """What the values of the label that moves most are, in words."""
        if not self.labels:
            return "predicted amount"
        label = quoted(self.labels[self.lead])
        return f"share of rows called {label}" if self.is_share else f"predicted chance of {label}"

    def sentence(self) -> str:
        """Say what the answers do where the feature grows, or is another level."""
        values = np.array(self.values[self.lead])
        told = self._written(values)
        low, high = int(values.argmin()), int(values.argmax())
        what, name = f"The {self.what}", quoted(self.feature)
        if told[low] == told[high]:
            return f"{what} hardly moves with {name}, on average: it stays at about {told[low]}."
        if self.kind == "level":
            said = (
                f"{what} is highest where {name} is {self._point(high)} ({told[high]}) and "
                f"lowest where it is {self._point(low)} ({told[low]})."
            )
        else:
            said = f"{what} {self._way(values, told)}."
        return f"{said} {self._row_by_row()}"

    def _row_by_row(self) -> str:
        if self.agree == 1:
            return "Between these ends it goes the same way for every row."
        rows = f"{in_100(self.agree)} of 100 rows"
        if self.agree < _MOST_ROWS:
            return f"It depends on the rest of a row: it goes this way for only {rows}."
        return f"Between these ends it goes the same way for {rows}."

    def _way(self, values: np.ndarray, told: list[str]) -> str:
        """Say which way a line goes: one way, there and back, or up and down."""
        name, at = quoted(self.feature), self.at
        last = len(values) - 1
        reach = _WIGGLE * float(values.max() - values.min())
        for sign, verb, back in ((1, "rises", "falls"), (-1, "falls", "rises")):
            line = sign * values
            top = int(line.argmax())
            if not _climbs(line[: top + 1], reach) or not _climbs(-line[top:], reach):
                continue
            start = f"from {told[0]} where {name} is {at[0]}"
            if line[top] - line[last] <= reach and line[last] > line[0]:
                return f"{verb} {start} to {told[last]} where it is {at[last]}"
            if line[top] - line[0] > reach:
                return (
                    f"{verb} {start} to {told[top]} where it is {at[top]}, and {back} again to "
                    f"{told[last]} where it is {at[last]}"
                )
        low, high = int(values.argmin()), int(values.argmax())
        return (
            f"goes up and down with {name}: it is highest where that is {at[high]} "
            f"({told[high]}) and lowest where it is {at[low]} ({told[low]})"
        )

    def _point(self, position: int) -> str:
        return quoted(self.at[position]) if self.at[position] else "blank"

    def _written(self, values: np.ndarray) -> list[str]:
        top = float(np.abs(values).max())
        if not self.labels:
            return [f"{one:,.{digits(top)}f}" for one in values]
        if top < 0.1:  # whole hundredths would hide what a rare label does
            return [f"{100 * one:.1f} in 100" for one in values]
        return [f"{in_100(one)} in 100" for one in values]


def _climbs(line: np.ndarray, reach: float) -> bool:
    """Say whether a line nowhere falls by more than `reach` below where it was."""
    return bool((np.maximum.accumulate(line) - line).max() <= reach)
