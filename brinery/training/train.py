"""Training: from a table and the name of its target to a measured, sealed model."""

from __future__ import annotations

import dataclasses
import difflib
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from threadpoolctl import threadpool_limits

from brinery.errors import CannotLearn
from brinery.evaluation.measure import measure
from brinery.evaluation.metrics import main_metric
from brinery.model.answers import frame as frame_of
from brinery.model.answers import label_text
from brinery.model.card import Training
from brinery.model.model import Model
from brinery.model.sealing import model_of
from brinery.schema.coercion import coerce, target_values
from brinery.schema.columns import Schema
from brinery.schema.inference import infer
from brinery.tables.reading import as_table
from brinery.tables.table import Table
from brinery.training import search, splits
from brinery.training.recipes import COMPARED, recipe_named
from brinery.worker.inside import say

__all__ = ["train", "train_in_worker"]

Progress = Callable[[dict[str, Any]], None]


def train(
    table: Table | pd.DataFrame | str | Path,
    target: str,
    *,
    recipe: str = "auto",
    seed: int = 0,
    schema: Schema | None = None,
    progress: Progress | None = None,
) -> Model:
    """Train a model in this process, and measure it on rows that it never saw.

    A fifth of the rows is held out before anything is learned, compared or chosen; the
    model that comes out is the very one that was measured.

    Parameters
    ----------
    table : Table, pandas.DataFrame, str or Path
        The rows to learn from, at least 50.
    target : str
        The column to predict.
    recipe : {"auto", "baseline", "tree", "linear", "forest", "boosting"}
        `auto` compares the others by cross-validation and keeps the best.
    seed : int, from 0 to 2**32 - 1
        The same seed, table and versions give the same model.
    schema : Schema, optional
        The columns as the modeler corrected them; inferred from all rows where it is None.
    progress : callable, optional
        Given {"step": words, "done": int, "total": int} before each step and at the end.

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
    chosen = recipe_named(recipe)
    if not 0 <= seed < 2**32:
        raise CannotLearn(
            f"The seed is {seed}.", remedy=f"Take a whole number from 0 to {2**32 - 1}."
        )
    n_compared = len(COMPARED) if chosen.build is None else 0
    tell = _teller(progress, total=n_compared + 4)

    tell("Reading the columns")
    rows = as_table(table)
    _require_column(rows, target)
    known_schema = infer(rows, target=target) if schema is None else schema
    _require_target(known_schema, target)
    for column in known_schema.features:
        _require_column(rows, column.name)
    values, known = target_values(rows, known_schema)
    usable = splits.usable(known_schema, values, known)
    task = usable.task
    features = _features(rows, known_schema).take(pa.array(usable.rows))
    known_schema, sparse = _without_sparse(known_schema, features)
    features = features.select([column.name for column in known_schema.features])
    values = values[usable.rows]
    learn, held = splits.holdout(task, values, seed=seed)
    frame, main = frame_of(features), main_metric(task, values[learn])

    compared: tuple[tuple[str, float, float], ...] = ()
    if chosen.build is None:
        ranking = search.compare(
            known_schema, frame.iloc[learn], values[learn], main_metric=main, seed=seed, tell=tell
        )
        chosen = ranking[0][0]
        compared = tuple((one.name, mean, spread) for one, mean, spread in ranking)

    tell(f"Training: {chosen.title.lower()}")
    pipeline, baseline = (
        search.fitted(one, known_schema, frame.iloc[learn], values[learn], seed=seed)
        for one in (chosen, COMPARED[0])
    )
    tell("Measuring on rows that it never saw")
    with threadpool_limits(1):
        evaluation = measure(
            pipeline,
            baseline,
            frame.iloc[held],
            values[held],
            task=task,
            main_metric=main,
            n_train=len(learn),
            notes=(*_suspects(known_schema), *usable.notes, *sparse),
            seed=seed,
        )
    tell("Sealing the model")
    labels = () if task == "amount" else tuple(label_text(one) for one in pipeline.classes_)
    model = model_of(
        pipeline,
        dataclasses.replace(known_schema, labels=labels),
        features.take(pa.array(held)),
        evaluation=evaluation,
        training=Training(
            recipe=chosen.name,
            seed=seed,
            n_rows=len(usable.rows),
            elapsed_seconds=round(time.monotonic() - started, 3),
            compared=compared,
        ),
        seed=seed,
    )
    tell("Done")
    return model


def train_in_worker(request: bytes, table: bytes, lines: bytes) -> bytes:
    """Train in a worker.

    Parameters
    ----------
    request : bytes
        JSON: {"target": str, "recipe": str, "seed": int, "schema": dict or null}.
    table : bytes
        The cells, an Arrow IPC stream.
    lines : bytes
        The line numbers, int64, as `numpy.ndarray.tobytes` gives them.

    Returns
    -------
    bytes
        What `Model.from_bytes` takes.

    Raises
    ------
    CannotLearn
        See `train`.
    """
    asked = json.loads(request)
    with pa.ipc.open_stream(table) as stream:
        cells = stream.read_all()
    rows = Table(cells=cells, line_numbers=np.frombuffer(lines, dtype=np.int64))
    model = train(
        rows,
        asked["target"],
        recipe=asked["recipe"],
        seed=asked["seed"],
        schema=Schema.from_dict(asked["schema"]) if asked["schema"] else None,
        progress=say,
    )
    return model.to_bytes()


def _teller(progress: Progress | None, *, total: int) -> Callable[[str], None]:
    steps = iter(range(total + 1))

    def tell(step: str) -> None:
        if progress is not None:
            progress({"step": step, "done": next(steps), "total": total})

    return tell


def _require_column(table: Table, target: str) -> None:
    names = table.column_names
    if target in names:
        return
    close = difflib.get_close_matches(target, names, n=1, cutoff=0.5)
    meant = f"Did you mean “{close[0]}”? " if close else ""
    raise CannotLearn(
        f"There is no column “{target}”.",
        where=table.name,
        remedy=f"{meant}The columns are: {', '.join(names)}.",
    )


def _require_target(schema: Schema, target: str) -> None:
    if schema.target is None or schema.target.name != target:
        raise CannotLearn(
            f"The columns as given do not name “{target}” as the target.",
            where=target,
            remedy="Choose the target again.",
        )


def _features(table: Table, schema: Schema) -> pa.Table:
    positions = {name: at for at, name in reversed([*enumerate(table.column_names)])}
    return coerce(table, schema, positions).features


def _without_sparse(schema: Schema, features: pa.Table) -> tuple[Schema, tuple[str, ...]]:
    # From a few cells nothing can be learned, and a fold may hold none of them.
    n_filled = {
        name: features.num_rows - features.column(name).null_count for name in features.column_names
    }
    sparse = [name for name, count in n_filled.items() if count < splits.MIN_FILLED]
    if len(sparse) == features.num_columns:
        raise CannotLearn(
            "Every column to predict from is blank in nearly all rows.",
            remedy=f"Bring at least one with {splits.MIN_FILLED} filled cells or more.",
        )
    if not sparse:
        return schema, ()
    reason = f"Filled in fewer than {splits.MIN_FILLED} of the rows that can be learned from."
    columns = tuple(
        dataclasses.replace(column, use="ignored", reason=reason)
        if column.use == "feature" and column.name in sparse
        else column
        for column in schema.columns
    )
    names = ", ".join(f"“{name}”" for name in sparse)
    return dataclasses.replace(schema, columns=columns), (f"Left out as nearly blank: {names}.",)


def _suspects(schema: Schema) -> tuple[str, ...]:
    return tuple(
        f"“{column.name}” alone nearly gives the answer away. If it is only known "
        "afterwards, leave it out and train again."
        for column in schema.features
        if column.leak_suspect
    )
