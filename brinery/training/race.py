"""A search under way: its clock, its leaderboard, and how one candidate is tried."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from brinery.evaluation import metrics
from brinery.model.card import Compared
from brinery.training import blending
from brinery.training.candidates import Candidate
from brinery.training.recipes import recipe_named
from brinery.training.trials import Folds, Stopped, Trial, try_on

__all__ = ["Clock", "Race", "Tell", "compared"]

_CURVE_SHARE = 0.1
"""The share of the time for a training that its learning curve has in any case."""
_MEASURING_SECONDS = 3.0

Tell = Callable[[str, tuple[Compared, ...]], None]
"""Takes what is being done, and the leaderboard so far."""


@dataclass(frozen=True)
class Clock:
    """When a search has to end.

    Attributes
    ----------
    started, seconds : float
        By `time.monotonic`, and how long it may take in all, the last fit included.
    is_stopped : callable
        Tells whether somebody asked it to end now with what it has.
    """

    started: float
    seconds: float
    is_stopped: Callable[[], bool] = lambda: False

    @property
    def elapsed(self) -> float:
        """The seconds since it started."""
        return time.monotonic() - self.started

    def has(self, seconds: float) -> bool:
        """Tell whether so many seconds are left."""
        return not self.is_stopped() and self.elapsed + seconds < self.seconds

    def for_curve(self, seconds_to_come: float) -> Clock:
        """Give the clock of the learning curve, from now on.

        Parameters
        ----------
        seconds_to_come : float
            What is left alone for the fits after it.
        """
        least = _CURVE_SHARE * self.seconds
        left = self.seconds - self.elapsed - seconds_to_come
        return Clock(time.monotonic(), max(least, left), self.is_stopped)


@dataclass(eq=False)
class Race:
    """A search under way.

    Attributes
    ----------
    folds : Folds
    n_train : int
        Rows that the last fit learns from.
    n_rows_after : int
        Rows that are learned from after it, all fits added: what a threshold is chosen by.
    """

    folds: Folds
    n_train: int
    n_rows_after: int
    clock: Clock
    tell: Tell
    trials: dict[str, Trial] = field(default_factory=dict)
    before: list[Trial] = field(default_factory=list)

    def whole(self) -> list[Trial]:
        """Give the trials on every fold, the best first; on a tie the earlier one."""
        n_folds = len(self.folds.folds)
        whole = [one for one in self.trials.values() if len(one.scores) == n_folds]
        return sorted(whole, key=lambda one: -one.mean)

    def reserve(self) -> float:
        """Estimate the seconds that the last fit, those after it and the measuring will take."""
        best = self.whole()[: blending.MOST_MEMBERS]
        a_row = sum(one.fit_seconds for one in best) / max(1, len(self.folds.folds[0][0]))
        fits = 1.5 * a_row * (self.n_train + self.n_rows_after)
        curve = min(a_row * self.n_train, _CURVE_SHARE * self.clock.seconds)
        return _MEASURING_SECONDS + fits + curve

    def rows(self) -> tuple[Compared, ...]:
        """Give the leaderboard: whole trials, then those that were dropped."""
        whole = self.whole()
        dropped = [one for one in self.trials.values() if one not in whole]
        dropped += self.before
        dropped.sort(key=lambda one: -one.mean)
        return tuple(compared(one, self.folds.metric) for one in (*whole, *dropped))

    def run(self, candidate: Candidate) -> Trial | None:
        """Try a candidate on the first folds, and on the rest where it may still win.

        Where the search is stopped meanwhile, what is left of its folds is not fitted any more,
        and it counts as not tried; but for the first one, which has to be there.
        """
        best = next(iter(self.whole()), None)
        self.tell(f"Trying: {recipe_named(candidate.recipe).title.lower()}", self.rows())
        try:
            trial = self._tried(candidate, best)
        except Stopped:
            return None
        self.trials[candidate.key] = trial
        return trial

    def _tried(self, candidate: Candidate, best: Trial | None) -> Trial:
        is_stopped = self.clock.is_stopped if best else lambda: False
        n_folds = len(self.folds.folds)
        n_first = max(2, n_folds // 3)
        trial = try_on(self.folds, candidate, range(n_first), is_stopped)
        if best is not None and _has_lost(trial, best):
            return trial
        if trial.candidate.key != candidate.key:
            # The held rows told how many trees to stop at, so they can't score it as well.
            trial = try_on(self.folds, trial.candidate, range(n_first), is_stopped)
        rest = try_on(self.folds, trial.candidate, range(n_first, n_folds), is_stopped)
        return trial.and_more(rest)


def _has_lost(trial: Trial, best: Trial) -> bool:
    """Tell whether a candidate is behind the best on the same folds by more than they vary."""
    gaps = np.array(best.scores[: len(trial.scores)]) - np.array(trial.scores)
    return bool(gaps.mean() > max(best.spread, 2 * gaps.std() / np.sqrt(len(gaps))))


def compared(trial: Trial, metric: str) -> Compared:
    """Describe a trial for the leaderboard, in the metric's own sign."""
    return Compared(
        recipe=trial.candidate.recipe,
        parameters=trial.candidate.parameters,
        score=_signed(trial.mean, metric),
        spread=trial.spread,
        n_folds=len(trial.scores),
        fit_seconds=trial.fit_seconds,
        answer_seconds=trial.answer_seconds,
        n_bytes=trial.n_bytes,
    )


def _signed(score: float, metric: str) -> float:
    return score if metrics.higher_is_better(metric) else -score
