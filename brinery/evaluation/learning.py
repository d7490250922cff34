"""Whether more rows would help: what the same recipe made of fewer, as values and in words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from brinery.evaluation.wording import digits

__all__ = ["NO_TIME", "STOPPED", "Learned", "LearningCurve"]

NO_TIME = (
    "Whether more rows would help was not tried: there was no time left for it. To be told, train "
    "again and choose a longer time."
)
STOPPED = "Whether more rows would help was not tried, since the training was stopped."

_SMALL = 0.05
"""Doubling the rows hardly helped where it took away less than this share of what is wrong."""
_A_DOUBLING = 1.5
"""Up to so many doublings, in powers of two, are told as one: groups are never cut in half."""
_WORDS = {
    "roc_auc": "how well it ranks (ROC AUC)",
    "log_loss": "its log loss (less is better)",
    "mean_absolute_error": "its mean error",
}


@dataclass(frozen=True)
class Learned:
    """What came of so many training rows: the metric on the holdout, with its 95 % range."""

    n_rows: int
    score: float
    low: float
    high: float


@dataclass(frozen=True)
class LearningCurve:
    """The same recipe, fitted on ever more of the training rows and measured on the holdout.

    Attributes
    ----------
    metric : {"roc_auc", "log_loss", "mean_absolute_error"}
        The finest one for what is asked.
    points : tuple of Learned
        At least two, each of about twice the rows of the one before, or of more where there was no
        time for that many; the last of all.
    gain, gain_low, gain_high : float
        How much better all rows are than those of the point before, in the metric's unit, above 0
        where they are better; with its 95 % range by a paired bootstrap of the holdout.
    """

    metric: str
    points: tuple[Learned, ...]
    gain: float
    gain_low: float
    gain_high: float

    @staticmethod
    def from_dict(fields: dict[str, Any]) -> LearningCurve:
        """Make the curve that `dataclasses.asdict` described."""
        return LearningCurve(
            **{**fields, "points": tuple(Learned(**one) for one in fields["points"])}
        )

    @property
    def what(self) -> str:
        """The metric in words."""
        return _WORDS[self.metric]

    def sentence(self) -> str:
        """Answer whether more rows would help, by what the last doubling brought.

        Each doubling brings less than the one before, as a rule: where only several were seen
        together, that they brought little tells that another would, and that they brought much
        does not.
        """
        half, whole = self.points[-2:]
        wrong = 1 - half.score if self.metric == "roc_auc" else half.score
        doublings = math.log2(whole.n_rows / half.n_rows)
        little = _SMALL * wrong * (doublings if doublings > _A_DOUBLING else 1)
        rest = ""
        if self.gain_high < 0:
            answer, rest = "No", " More rows made it worse: do all of them tell of the same thing?"
        elif self.gain_high <= little:
            answer = "Hardly"
        elif self.gain <= 0:
            answer, rest = "That can't be told from these", " The difference may be chance."
        elif self.gain_low <= 0:
            answer, rest = "Perhaps", " That may be chance."
        elif doublings > _A_DOUBLING:
            answer, rest = "Perhaps", " There was no time to learn from half of them."
        else:
            answer = "A little" if self.gain < little else "Probably"
        before, after = self.written(half.score), self.written(whole.score)
        return (
            f"Would more rows help? {answer}: {self.what} went from {before} with "
            f"{half.n_rows:,} rows to {after} with {whole.n_rows:,}.{rest}"
        )

    def written(self, score: float) -> str:
        """Write a score with as many digits as tell the points apart."""
        places = digits(score) if self.metric == "mean_absolute_error" else 3
        return f"{score:,.{places}f}"
