"""Parts of the holdout, and how a model does on each, as values and in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

from brinery.evaluation.intervals import Z_95
from brinery.evaluation.wording import between, digits, in_100, metric_in_words

__all__ = ["ByGroup", "Group", "Weakness", "weaknesses_in_words"]


@dataclass(frozen=True)
class Weakness:
    """A part of the holdout on which the model errs more than elsewhere.

    Attributes
    ----------
    where : str
        Which rows, in words: "“contract” is “monthly” and “months” is at most 4".
    n_rows : int
        How many there are.
    error, low, high : float
        For labels the share of them that is wrong, for amounts how far off the answers are on
        average; with its 95 % range.
    elsewhere : float
        The same of the rows that are in no such part.
    """

    where: str
    n_rows: int
    error: float
    low: float
    high: float
    elsewhere: float


def weaknesses_in_words(weaknesses: Sequence[Weakness], *, is_amount: bool) -> list[str]:
    """Say where a model is weak, a sentence for each part; the first has what is so elsewhere."""
    told: list[str] = []
    for weak in weaknesses:
        where = f"eaker where {weak.where} ({weak.n_rows:,} rows)"
        if is_amount:
            places = digits(weak.elsewhere)
            far, low, high, elsewhere = (
                f"{one:,.{places}f}" for one in (weak.error, weak.low, weak.high, weak.elsewhere)
            )
            how = f"off by {far} there on average{between(low, high)}"
            rest = f"elsewhere by {elsewhere}"
        else:
            often, low, high, elsewhere = (
                in_100(1 - one) for one in (weak.error, weak.high, weak.low, weak.elsewhere)
            )
            how = f"right there for {often} of 100{between(low, high)}"
            rest = f"elsewhere for {elsewhere}"
        told.append(f"Also w{where}: {how}." if told else f"W{where}: {how}, {rest}.")
    return told


@dataclass(frozen=True)
class Group:
    """The rows with one value of a column, and how good the model is for them.

    Attributes
    ----------
    name : str
        The value, or several: "north", "over 21, up to 35", "blank", "8 other values".
    n_rows : int
        How many there are.
    value, low, high : float or None
        The metric and its 95 % interval; None where it can't be told.
    why : str
        Why it can't be told, e.g. "Only 3 rows: too few to tell."; else "".
    came, predicted : float or None
        For two labels the share of the rows that are the sought one, and of those that are called
        it; for amounts the mean of what came, and of what was predicted. None for several labels,
        and of so few rows that a single one could be read off it.
    """

    name: str
    n_rows: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    why: str = ""
    came: float | None = None
    predicted: float | None = None


@dataclass(frozen=True)
class ByGroup:
    """How good a model is for each group of a column that the modeler named.

    Attributes
    ----------
    column : str
        By whose values the holdout is cut.
    metric : str
        The main one.
    higher_is_better : bool
        Which way it is good.
    label : str
        For two labels: the sought one.
    whole : Group
        All rows of the holdout.
    groups : tuple of Group
        The commonest first; those of a number or a date in their order.
    """

    column: str
    metric: str
    higher_is_better: bool
    label: str
    whole: Group
    groups: tuple[Group, ...]

    @staticmethod
    def from_dict(fields: dict[str, Any]) -> ByGroup:
        """Make what `dataclasses.asdict` described."""
        return ByGroup(
            **{
                **fields,
                "whole": Group(**fields["whole"]),
                "groups": tuple(Group(**one) for one in fields["groups"]),
            }
        )

    def sentence(self) -> str:
        """Say for which group it is worst, and whether that may be chance."""
        told = [one for one in self.groups if one.value is not None]
        by = f"By “{self.column}”"
        if not told:
            return f"{by} nothing can be told: no group has rows enough."
        sign = 1 if self.higher_is_better else -1
        worst = min(told, key=lambda one: sign * _known(one.value))
        if len(told) == 1:
            return (
                f"{by} only “{worst.name}” ({worst.n_rows:,} rows) has rows enough: "
                f"{self._figure(worst)}; for all rows, {self._figure(self.whole)}."
            )
        if sign * _known(worst.value) >= sign * _known(self.whole.value):
            return f"{by} no group that can be told is worse than all rows together."
        return (
            f"{by} it is worst for “{worst.name}” ({worst.n_rows:,} rows): {self._figure(worst)}; "
            f"for all rows, {self._figure(self.whole)}. {self._chance(worst, len(told))}"
        )

    def _figure(self, one: Group) -> str:
        value, low, high = map(_known, (one.value, one.low, one.high))
        if self.metric == "accuracy":
            return f"right for {in_100(value)} of 100{between(in_100(low), in_100(high))}"
        if self.metric == "mean_absolute_error":
            places = digits(_known(self.whole.value))
            ends = between(f"{low:,.{places}f}", f"{high:,.{places}f}")
            return f"off by {value:,.{places}f} on average{ends}"
        return f"{metric_in_words(self.metric)} {value:.2f}{between(f'{low:.2f}', f'{high:.2f}')}"

    def _chance(self, worst: Group, n_told: int) -> str:
        """Compare with an interval that is wider the more groups the worst one is the worst of."""
        value, low, high = map(_known, (worst.value, worst.low, worst.high))
        if self.higher_is_better:
            gap, reach = _known(self.whole.low) - high, high - value
        else:
            gap, reach = low - _known(self.whole.high), value - low
        if gap <= 0:
            return "The intervals overlap, so this may be chance."
        # Bonferroni: one of so many intervals misses by chance more often than one alone.
        wider = NormalDist().inv_cdf(1 - 0.025 / n_told) / Z_95 - 1
        if gap <= reach * wider:
            return (
                f"The intervals do not overlap, but among {n_told} groups one may be so by chance."
            )
        return "The intervals do not overlap."


def _known(value: float | None) -> float:
    if value is None:
        raise LookupError("a group that can't be told has no figures")
    return value
