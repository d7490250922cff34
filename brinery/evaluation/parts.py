"""Parts of the holdout, and how a model does on each, as values and in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from brinery.evaluation.wording import between, digits, in_100

__all__ = ["Weakness", "weaknesses_in_words"]


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
