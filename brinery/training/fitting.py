"""Fitting one candidate, or a blend of some, on every core."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from joblib import parallel_config
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import VotingClassifier, VotingRegressor
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import LabelEncoder
from sklearn.utils import Bunch
from threadpoolctl import threadpool_limits

from brinery.errors import CannotLearn
from brinery.evaluation.threads import quiet_threads
from brinery.schema.columns import Schema
from brinery.training.candidates import Candidate
from brinery.training.parameters import checked
from brinery.training.recipes import RECIPES, recipe_named
from brinery.training.rows import Rows
from brinery.training.rules import of_schema
from brinery.training.trials import built, direct
from brinery.worker.inside import all_cores

__all__ = ["MIN_THREADED_ROWS", "candidate_of", "cores", "fitted"]

MIN_THREADED_ROWS = 100_000
"""From so many rows on, BLAS and OpenMP get every core too."""


def candidate_of(recipe: str, parameters: Mapping[str, Any], schema: Schema) -> Candidate:
    """Check a recipe and the parameters that were fixed for it.

    Raises
    ------
    CannotLearn
        There is no such recipe or parameter, or a value can't be taken; the remedy says
        what can.
    """
    known = recipe_named(recipe)
    if of_schema(schema) and not known.keeps_directions:
        keeping = [
            one.name for one in RECIPES if one.keeps_directions and one.build and one.parameters
        ]
        raise CannotLearn(
            f"The recipe {recipe} can't be held to go one way only with a number.",
            remedy=f"Take one of auto, {', '.join(keeping)}, or leave the directions out.",
        )
    if recipe != "blend":
        return Candidate(recipe, checked(known.parameters, parameters, schema.task))
    rest = {name: value for name, value in parameters.items() if name != "members"}
    fixed = checked(known.parameters, rest, schema.task)
    members = parameters.get("members")
    if not members:
        raise CannotLearn(
            "A blend needs members.",
            remedy="Train with “auto”, which finds them, or name them as its card does.",
        )
    parts = []
    for member in members:
        one = candidate_of(member["recipe"], member["parameters"], schema)
        parts.append(
            {"recipe": one.recipe, "parameters": one.parameters, "weight": member["weight"]}
        )
    return Candidate("blend", {"members": parts, **fixed})


def fitted(
    candidate: Candidate,
    schema: Schema,
    rows: Rows,
    *,
    seed: int,
) -> Any:
    """Fit a candidate on every core; what comes out answers on one, the same on any machine.

    Parameters
    ----------
    candidate : Candidate
        What `candidate_of` checked; not `auto`, which is a choice among others.
    schema : Schema
    rows : Rows
    seed : int

    Returns
    -------
    sklearn.pipeline.Pipeline, VotingClassifier, VotingRegressor or CalibratedClassifierCV
        That takes the raw table.

    Raises
    ------
    CannotLearn
        Probabilities are to be corrected, and rows have weights or numbers a direction.
    """
    estimator = _unfitted(candidate, schema, seed)
    with cores(len(rows)):
        if rows.weights is None and not of_schema(schema):
            return estimator.fit(rows.frame, rows.target)
        if isinstance(estimator, CalibratedClassifierCV):
            raise CannotLearn(
                "Probabilities can't be corrected where rows have weights or numbers a direction.",
                remedy="Leave the parameter calibrate out.",
            )
        if isinstance(estimator, Pipeline):
            return _by_the_rules(estimator, schema, rows)
        return _blended(estimator, schema, rows)


def _by_the_rules(pipeline: Pipeline, schema: Schema, rows: Rows) -> Pipeline:
    """Fit the steps one after the other: how many columns the model gets is known only then."""
    prepare, model = pipeline[0], pipeline[-1]
    known = prepare.fit_transform(rows.frame, rows.target)
    direct(model, schema, known.shape[1])
    model.fit(known, rows.target, sample_weight=rows.weights)
    return pipeline


def _blended(blend: VotingClassifier | VotingRegressor, schema: Schema, rows: Rows) -> Any:
    """Fit the members of a blend; its own fit would hand no weights to the end of a pipeline."""
    if isinstance(blend, VotingClassifier):
        blend.le_ = LabelEncoder().fit(rows.target)
        blend.classes_ = blend.le_.classes_
        rows = dataclasses.replace(rows, target=blend.le_.transform(rows.target))
    names, parts = zip(*blend.estimators, strict=True)
    blend.estimators_ = [_by_the_rules(clone(part), schema, rows) for part in parts]
    blend.named_estimators_ = Bunch(**dict(zip(names, blend.estimators_, strict=True)))
    blend.feature_names_in_ = blend.estimators_[0].feature_names_in_
    return blend


@contextmanager
def cores(n_rows: int) -> Iterator[None]:
    """Let a fit on so many rows use the cores as it does best."""
    # The threads of OpenMP wait for each other by spinning: on a busy machine they make
    # boosting fifteen times slower, and on an idle one they save little on small tables.
    # The trees of a forest are threads of joblib's and take every core in any case.
    threads = all_cores() if n_rows >= MIN_THREADED_ROWS else threadpool_limits(1)
    with threads, parallel_config(backend="threading", n_jobs=-1), quiet_threads():
        yield


def _unfitted(candidate: Candidate, schema: Schema, seed: int) -> Any:
    if candidate.recipe == "blend":
        estimator = _blend(candidate.parameters["members"], schema, seed)
    else:
        estimator = built(candidate, schema, seed)
    way = candidate.parameters.get("calibrate", "as_they_are")
    if way == "as_they_are":
        return estimator
    folds = StratifiedKFold(3, shuffle=True, random_state=seed)
    return CalibratedClassifierCV(estimator, method=way, cv=folds, ensemble=False)


def _blend(members: Sequence[Mapping[str, Any]], schema: Schema, seed: int) -> Any:
    parts = [
        (f"{n + 1} {one['recipe']}", built(_part(one), schema, seed))
        for n, one in enumerate(members)
    ]
    weights = [one["weight"] for one in members]
    if schema.task == "amount":
        return VotingRegressor(parts, weights=weights)
    return VotingClassifier(parts, voting="soft", weights=weights)


def _part(member: Mapping[str, Any]) -> Candidate:
    return Candidate(member["recipe"], dict(member["parameters"]))
