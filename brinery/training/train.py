"""Training: from a table and the name of its target to a measured, sealed model."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from threadpoolctl import threadpool_limits

from brinery.errors import CannotLearn
from brinery.evaluation.conformal import COVERAGE
from brinery.evaluation.groups import groupings
from brinery.evaluation.measure import measure
from brinery.evaluation.metrics import choosing_metric, main_metric
from brinery.evaluation.threshold import aim_for
from brinery.model.answers import frame as frame_of
from brinery.model.answers import label_text
from brinery.model.card import Compared, Training
from brinery.model.model import Model
from brinery.model.sealing import model_of
from brinery.schema.columns import Schema
from brinery.tables.reading import as_table
from brinery.tables.table import Table
from brinery.training import notes, search, splits, suspicions
from brinery.training.candidates import Candidate
from brinery.training.curve import with_curve
from brinery.training.cuts import Way
from brinery.training.fitting import candidate_of, cores, fitted
from brinery.training.learnable import column_to_cut_by, corrections, learnable
from brinery.training.race import Clock
from brinery.training.recipes import recipe_named
from brinery.training.rows import Rows
from brinery.training.threshold import n_rows_of_twins, threshold_for
from brinery.worker.cluster import asked

__all__ = ["train"]

DONE = "Done"
N_STEPS = 6
MAX_TOLD = 100
"""The most candidates that progress tells."""

Progress = Callable[[dict[str, Any]], None]


def train(
    table: Table | pd.DataFrame | str | Path,
    target: str,
    *,
    recipe: str = "auto",
    parameters: Mapping[str, Any] | None = None,
    seconds: float = 60,
    refit: bool | None = None,
    coverage: float = COVERAGE,
    split: Way = "random",
    split_by: str = "",
    weights: str = "",
    monotonic: Mapping[str, str] | None = None,
    threshold: Mapping[str, Any] | None = None,
    by_group: Sequence[str] = (),
    seed: int = 0,
    schema: Schema | None = None,
    scheduler: str = "",
    progress: Progress | None = None,
    is_stopped: Callable[[], bool] = lambda: False,
) -> Model:
    """Train a model in this process, and measure it on rows that it never saw.

    A fifth of the rows is held out before anything is learned, compared or chosen. The
    model that comes out is the very one that was measured, or, with `refit`, one that was
    then made in the same way from all rows.

    Parameters
    ----------
    table : Table, pandas.DataFrame, str or Path
        The rows to learn from, at least 50.
    target : str
        The column to predict.
    recipe : {"auto", "baseline", "tree", "linear", "boosting", "forest", "extra_trees", "blend"}
        `auto` compares the others by cross-validation, tunes those that lead, and keeps the
        best, or a blend of the best.
    parameters : mapping, optional
        What is fixed of the recipe, as the card of a model tells it, e.g.
        {"learning_rate": 0.05}; of a blend its "members".
    seconds : float, from 5 to 3600
        How long `auto` may take in all; it ends sooner where nothing gets better. After any
        recipe, what is left of it, and a tenth at least, may go to whether more rows would help.
    refit : bool, optional
        Whether the same is fitted again on all rows once it is measured. By default only
        after `auto`, whose cross-validation says how good the recipe is on any rows.
    coverage : float, from 0.5 to 0.99
        The share of rows whose truth the range of a prediction is to hold.
    split : {"random", "group", "time"}
        How the rows to measure on are set aside: by chance, stratified by label; so that rows
        of one group stay on one side; or the latest ones. `brinery.training.cuts.proposed`
        proposes one from a schema.
    split_by : str
        The column with the group or the time.
    weights : str
        The column that says how much each row counts, in learning and in the figures; numbers
        above 0. It is never a feature.
    monotonic : mapping of str to {"up", "down"}, optional
        By column with numbers: which way alone the prediction may move where the number grows,
        all else being the same. Of two labels, the probability of the second moves so. Linear
        models can't be held to it, and `auto` leaves them out.
    threshold : mapping, optional
        When the rarer of two labels is given: {"cost": [of a wrong call, of a miss]}, {"rows": how
        many of each file}, {"precision": share of calls that are right} or {"probability": from
        0 to 1}; else where it is the likelier one.
    by_group : sequence of str
        Columns by whose values the rows to measure on are cut, so that the evaluation tells how
        good the model is for each group, such as a region; features or not.
    seed : int, from 0 to 2**32 - 1
        The same seed, table, recipe, parameters and versions give the same model. What
        `auto` finds depends on the time; the card tells its recipe and parameters.
    schema : Schema, optional
        The columns as the modeler corrected them; inferred from all rows where it is None.
    scheduler : str
        The address of a Dask scheduler, such as tcp://cluster:8786: on its cluster `auto` fits the
        folds of a candidate, through joblib's backend. Without it, on the cores of this machine.
    progress : callable, optional
        Given {"step": words, "done": number, "total": number} before each step and at the
        end; by `auto` also "compared", the leaderboard so far.
    is_stopped : callable, optional
        Asked before each fit of `auto`, from several threads; once it is true, the best so far is
        kept.

    Returns
    -------
    Model
        With its `pipeline`, its evaluation and its proof.

    Raises
    ------
    ReadError
        The file holds no table; bring one that opens in a spreadsheet.
    CannotLearn
        Nothing can be learned from these rows for this target; the message says why, and
        what would help.
    """
    started = time.monotonic()
    recipe_named(recipe)
    if not 0 <= seed < 2**32:
        raise CannotLearn(
            f"The seed is {seed}.", remedy=f"Take a whole number from 0 to {2**32 - 1}."
        )
    if not search.MIN_SECONDS <= seconds <= search.MAX_SECONDS:
        raise CannotLearn(
            f"The time is {seconds:g} seconds.",
            remedy=f"Take a number from {search.MIN_SECONDS} to {search.MAX_SECONDS}.",
        )
    if not 0.5 <= coverage <= 0.99:
        raise CannotLearn(
            f"The coverage is {coverage:g}.", remedy="Take a number from 0.5 to 0.99."
        )
    clock = Clock(started, seconds, is_stopped)
    tell = _teller(progress, started, seconds if recipe == "auto" else 0)

    tell("Reading the columns")
    rows = as_table(table)
    known = learnable(rows, target, schema, weights=weights, monotonic=monotonic)
    task = known.task
    aim = aim_for(threshold, task, target)
    by = column_to_cut_by(rows, known, split, split_by)
    every = Rows(frame_of(known.features), known.values, known.weights, by, split)
    learn, held = splits.holdout(task, every.target, seed=seed, way=split, by=by)
    groups = groupings(rows, by_group, known.rows[held], known.schema)
    learned, aside = every.take(learn), every.take(held)

    metric = choosing_metric(task) if recipe == "auto" else ""
    compared: tuple[Compared, ...] = ()
    if recipe == "auto":
        with cores(len(learned)), asked(scheduler):
            found = search.search(
                known.schema,
                learned,
                metric=metric,
                seed=seed,
                clock=clock,
                tell=tell,
                n_rows_after=n_rows_of_twins(aim, task, learned, seed=seed),
                on_cluster=bool(scheduler),
            )
        candidate, compared = found.candidate, found.compared
    else:
        candidate = candidate_of(recipe, parameters or {}, known.schema)
        _require_scale(candidate, learned.target, target)

    tell(f"Training: {recipe_named(candidate.recipe).title.lower()}", compared)
    began = time.monotonic()
    pipeline, baseline = (
        fitted(one, known.schema, learned, seed=seed) for one in (candidate, Candidate("baseline"))
    )
    fit_seconds = time.monotonic() - began
    tell("Measuring on rows that it never saw", compared)
    again = recipe == "auto" if refit is None else refit
    cut_off = None
    if aim is not None:
        cut_off = threshold_for(aim, candidate, known.schema, learned, seed=seed)
    with threadpool_limits(1):
        evaluation = measure(
            pipeline,
            baseline,
            aside.frame,
            aside.target,
            task=task,
            main_metric=main_metric(task, learned.target),
            n_train=len(learned),
            coverage=coverage,
            notes=(
                *known.notes,
                *suspicions.about_rows(known.schema, every.frame, every.target, rows, known.rows),
                *suspicions.about_split(every.frame, every.target, learn, held),
                *notes.of_training(split, split_by, len(aside), weights, refit=again),
            ),
            weights=aside.weights,
            threshold=cut_off,
            columns=known.schema.features,
            groups=groups,
            seed=seed,
        )
    rows_sha256 = splits.digest(held, aside.target)
    evaluation = dataclasses.replace(evaluation, rows_sha256=rows_sha256)
    tell("Learning from fewer rows, to see whether more would help", compared)
    evaluation = with_curve(
        evaluation,
        pipeline,
        candidate,
        known.schema,
        learned,
        aside,
        fit_seconds=fit_seconds,
        clock=clock.for_curve(1.5 * fit_seconds if again else 0),
        seed=seed,
    )
    if again:
        tell("Learning from all rows", compared)
        pipeline = fitted(candidate, known.schema, every, seed=seed)
    tell("Sealing the model", compared)
    labels = () if task == "amount" else tuple(label_text(one) for one in pipeline.classes_)
    model = model_of(
        pipeline,
        dataclasses.replace(known.schema, labels=labels),
        known.features.take(pa.array(held)),
        evaluation=evaluation,
        training=Training(
            recipe=candidate.recipe,
            parameters=candidate.parameters,
            seed=seed,
            n_rows=len(every),
            elapsed_seconds=round(time.monotonic() - started, 3),
            refit=again,
            coverage=coverage,
            split=split,
            split_by=split_by,
            table=rows.name,
            corrections=corrections(rows, target, schema),
            weights=weights,
            threshold=dict(threshold or {}),
            by_group=tuple(one.column for one in groups),
            metric=metric,
            compared=compared,
        ),
        seed=seed,
    )
    tell(DONE, compared)
    return model


def _teller(progress: Progress | None, started: float, seconds: float) -> Callable[..., None]:
    """Count the steps of a training, or the seconds of a search, where it has any."""
    steps = iter(range(N_STEPS + 1))

    def tell(step: str, compared: tuple[Compared, ...] = ()) -> None:
        if progress is None:
            return
        done, total = float(next(steps, N_STEPS)), float(N_STEPS)
        if seconds:
            total = seconds
            done = min(time.monotonic() - started, total)
        if step == DONE:
            done = total
        rows = [dataclasses.asdict(one) for one in compared[:MAX_TOLD]]
        progress({"step": step, "done": done, "total": total, "compared": rows})

    return tell


def _require_scale(candidate: Candidate, target: np.ndarray, name: str) -> None:
    on_logs = '"log"' in json.dumps(candidate.parameters)
    if on_logs and target.min() <= -1:
        raise CannotLearn(
            f"“{name}” goes down to {target.min():g}, which has no logarithm here.",
            where=name,
            remedy="Learn the amount's value instead: only amounts above -1 have one.",
        )
