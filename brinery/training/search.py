"""The search: which recipe, with which parameters, or which blend, within a time."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import numpy as np
from joblib import parallel_config

from brinery.model.card import Compared
from brinery.schema.columns import Schema
from brinery.training import blending, calibration, splits
from brinery.training.candidates import Candidate, first_candidates, near, plain_candidates
from brinery.training.race import Clock, Race, Tell, compared
from brinery.training.recipes import recipe_named
from brinery.training.rows import Rows
from brinery.training.rules import of_schema
from brinery.training.trials import Folds, Trial

__all__ = ["MAX_SECONDS", "MIN_SECONDS", "Found", "search"]

MIN_SECONDS, MAX_SECONDS = 5, 3600
FIRST_ROWS = 4000
"""The first pass sees so many rows; it tells how many more there is time for."""
MAX_ROWS = 50_000
_PLAIN_SHARE = 0.3
"""The share of the time that the plain recipes may take on more rows."""
_REPEATING_SECONDS = 20
"""With less time than this, small tables are cut into folds only once."""
_PATIENCE = 40
"""A search ends early after so many candidates in a row that were no better."""


@dataclass(frozen=True)
class Found:
    """What a search chose, and all that it compared, the best first."""

    candidate: Candidate
    compared: tuple[Compared, ...]


def search(
    schema: Schema,
    rows: Rows,
    *,
    metric: str,
    seed: int,
    clock: Clock,
    tell: Tell,
    n_rows_after: int = 0,
    on_cluster: bool = False,
) -> Found:
    """Find the best recipe, its parameters, or a blend, by cross-validation.

    Every plain recipe is tried first, from cheap to dear, then the variants that fit the
    table, then candidates near those that lead; whoever is behind after the first folds is
    dropped (successive halving: Jamieson and Talwalkar, 2016, AISTATS 51). At the end the
    best are blended, and the blend is kept unless it does worse than its best member, by more
    than the standard error of that, on folds that did not decide its weights: the best of many
    was also the luckiest, an average less so.

    Parameters
    ----------
    schema : Schema
        Whose features the rows have.
    rows : Rows
        The training rows; of many, as many are used as there is time for. The folds are cut as
        the holdout was.
    metric : str
        What is compared.
    seed : int
        Of the folds and the recipes.
    clock : Clock
        When to end. The plain recipes are tried on some rows however short it is.
    tell : callable
        Given a sentence and the leaderboard before each candidate.
    n_rows_after : int
        Rows that are learned from once it is over, beside the last fit; time is left for them.
    on_cluster : bool
        Whether the folds are fitted on the Dask cluster whose client is the default one.
    """

    def cut(positions: np.ndarray) -> Folds:
        some = rows.take(positions)
        parts = splits.folds(
            schema.task,
            some.target,
            seed=seed,
            once=clock.seconds < _REPEATING_SECONDS,
            way=some.way,
            by=some.by,
        )
        labels: Any = np.array([]) if schema.task == "amount" else np.unique(some.target)
        folds = Folds(schema, some, parts, metric, seed, labels, on_cluster)
        if on_cluster:  # the rows are sent once, for all candidates
            sent.enter_context(parallel_config(backend="dask", scatter=[folds]))
        return folds

    with ExitStack() as sent:
        race = _first_pass(schema, rows.target, cut, n_rows_after, clock=clock, tell=tell)
        for candidate in first_candidates(schema, rows.target, way=rows.way):
            if not clock.has(race.reserve()):
                break
            race.run(candidate)
        _tune(race, schema, np.random.default_rng(seed))
    return _chosen(race)


def _first_pass(
    schema: Schema,
    target: np.ndarray,
    cut: Callable[[np.ndarray], Folds],
    n_rows_after: int,
    *,
    clock: Clock,
    tell: Tell,
) -> Race:
    """Try the plain recipes on some rows; where there are more and time, the best on more."""

    def race_on(n_rows: int) -> Race:
        rows = splits.sample(schema.task, target, n_rows, seed=0)
        return Race(cut(rows), len(target), n_rows_after, clock, tell)

    race = race_on(FIRST_ROWS)
    started = time.monotonic()
    for candidate in plain_candidates(schema):
        if race.trials and clock.is_stopped():
            return race
        race.run(candidate)
    took = time.monotonic() - started
    left = max(0.0, clock.seconds - clock.elapsed)
    n_more = min(int(FIRST_ROWS * _PLAIN_SHARE * left / took), MAX_ROWS, len(target))
    if n_more < 1.5 * FIRST_ROWS:
        return race
    larger = race_on(n_more)
    larger.before = [*race.trials.values()]
    for trial in race.whole()[:4]:
        if larger.trials and not clock.has(larger.reserve()):
            break
        if larger.run(Candidate(trial.candidate.recipe)) is not None:
            larger.before.remove(trial)
    return larger


def _tune(race: Race, schema: Schema, random: np.random.Generator) -> None:
    """Try candidates near those that lead, until the time is over or nothing gets better."""
    n_idle = 0
    while n_idle < _PATIENCE and race.clock.has(race.reserve()):
        leaders: dict[str, Trial] = {}
        for trial in race.whole():
            leaders.setdefault(trial.candidate.recipe, trial)
        ranked = [one for name, one in leaders.items() if recipe_named(name).parameters]
        best = race.whole()[0]
        if not ranked:
            return
        chances = 0.5 ** np.arange(len(ranked))
        leader = ranked[random.choice(len(ranked), p=chances / chances.sum())]
        candidate = near(leader.candidate, schema, random)
        n_idle += 1
        if candidate.key in race.trials:
            continue
        tried = race.run(candidate)
        if tried is not None and race.whole()[0] is tried and tried.mean > best.mean:
            n_idle = 0


def _chosen(race: Race) -> Found:
    whole = race.whole()
    best, rows = whole[0], race.rows()
    if len(whole) > 1:
        race.tell("Blending the best", rows)
        members, given, scores = blending.blended(race.folds, whole)
        if len(members) > 1 and float(np.mean(scores)) > best.mean - best.error:
            trials = [one for one, _ in members]
            best = Trial(
                candidate=_blend_of(members),
                scores=scores,
                given=given,
                fit_seconds=sum(one.fit_seconds for one in trials),
                answer_seconds=sum(one.answer_seconds for one in trials),
                n_bytes=sum(one.n_bytes for one in trials),
            )
            rows = (compared(best, race.folds.metric), *rows)
    is_plain = race.folds.rows.weights is None and not of_schema(race.folds.schema)
    way = calibration.worth(race.folds, best.given) if is_plain else ""
    if not way or not recipe_named(best.candidate.recipe).parameters:
        return Found(best.candidate, rows)
    fixed = best.candidate.parameters | {"calibrate": way}
    corrected = dataclasses.replace(best, candidate=Candidate(best.candidate.recipe, fixed))
    return Found(corrected.candidate, (compared(corrected, race.folds.metric), *rows))


def _blend_of(members: Sequence[tuple[Trial, int]]) -> Candidate:
    return Candidate(
        "blend",
        {
            "members": [
                {
                    "recipe": one.candidate.recipe,
                    "parameters": one.candidate.parameters,
                    "weight": weight,
                }
                for one, weight in members
            ]
        },
    )
