"""The proof: rows of nobody, the answers that the model gave, and the replay that compares."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from brinery.errors import ExampleMissing, ProofFailed
from brinery.model.answers import answer
from brinery.schema.columns import Column, Schema
from brinery.schema.dates import written_date

__all__ = [
    "EXAMPLE_ROWS",
    "PROOF_ROWS",
    "Replay",
    "answer_names",
    "example",
    "make",
    "replay",
    "replay_in_worker",
    "shuffled",
]

PROOF_ROWS = 100
"""How many rows a proof holds."""

EXAMPLE_ROWS = 20
"""How many of them make an example file."""

_IN, _OUT = "in ", "out "


@dataclass(frozen=True)
class Replay:
    """How the answers compare with those of the day the model was saved.

    Attributes
    ----------
    n_rows : int
        Rows replayed.
    n_changed : int
        Rows with at least one answer that is not the same bit for bit.
    largest_difference : float
        Between two numbers; infinite where a text, a type or a column changed.
    """

    n_rows: int
    n_changed: int
    largest_difference: float = 0.0

    @property
    def identical(self) -> bool:
        """Whether every answer is the same, bit for bit."""
        return self.n_changed == 0


def shuffled(features: pa.Table, n: int = PROOF_ROWS, seed: int = 0) -> pa.Table:
    """Make rows of nobody: every column is drawn on its own, so no real record is left.

    Parameters
    ----------
    features : pyarrow.Table
        Typed features of real rows.
    n : int
        How many rows to make; fewer where the table has fewer.
    seed : int
        The same seed gives the same rows.
    """
    random = np.random.default_rng(seed)
    n_rows = min(n, features.num_rows)
    columns = [
        column.take(pa.array(random.permutation(features.num_rows)[:n_rows]))
        for column in features.columns
    ]
    return pa.Table.from_arrays(columns, schema=features.schema)


def make(estimator: Any, rows: pa.Table, by: str) -> bytes:
    """Answer the rows, and give rows and answers as Parquet.

    Parameters
    ----------
    estimator : object
        A fitted scikit-learn estimator.
    rows : pyarrow.Table
        What `shuffled` gave.
    by : {"predict", "transform", "attributes"}
        What `answers.how` said.

    Returns
    -------
    bytes
        Parquet; the columns are "in <feature>" and "out <answer>". Rows that the estimator
        can't answer (a radius without neighbours) are left out.

    Raises
    ------
    ProofFailed
        It answers none of the rows, or twice differently; a `random_state` helps the latter.
    """
    with _one_thread():
        rows = _answerable(estimator, rows, by)
        answers = answer(estimator, rows, by)
        again = _compare(answers, answer(estimator, rows, by))
    if not again.identical:
        raise ProofFailed(
            "The estimator gives other answers when it is asked the same again.",
            remedy="Set its random_state to a number, fit it again, and save that.",
        )
    columns = dict(
        zip((_OUT + name for name in answers.column_names), answers.columns, strict=True)
    )
    if by != "attributes":
        given = zip((_IN + name for name in rows.column_names), rows.columns, strict=True)
        columns = {**dict(given), **columns}
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


def answer_names(proof: bytes) -> tuple[str, ...]:
    """Give the names of the answers that a proof holds, in their order."""
    return tuple(_part(_read(proof), _OUT).column_names)


def replay(estimator: Any, proof: bytes, by: str) -> Replay:
    """Ask the rows of the proof again and compare bit for bit.

    Raises
    ------
    ProofFailed
        The proof can't be read, or the estimator fails on its rows, which happens when it
        was made by another release of scikit-learn: train it again, or install the
        versions that its card names.
    """
    stored = _read(proof)
    try:
        with _one_thread():
            answers = answer(estimator, _part(stored, _IN), by)
    except Exception as error:
        raise ProofFailed(
            f"The model was loaded, but it fails on rows that it once answered "
            f"({type(error).__name__}: {str(error)[:200]}).",
            remedy="Train it again, or use the versions that its card names.",
        ) from error
    return _compare(_part(stored, _OUT), answers)


def replay_in_worker(estimator: Any, proof: bytes, by: str) -> bytes:
    """Replay inside a worker; gives the fields of `Replay` as JSON."""
    return json.dumps(asdict(replay(estimator, proof, by))).encode()


def example(proof: bytes, schema: Schema) -> pa.Table:
    """Give the first rows of a proof as the cells that a user would type.

    Parameters
    ----------
    proof : bytes
        What `make` gave.
    schema : Schema
        The model's.

    Returns
    -------
    pyarrow.Table
        Columns of text: the features, and for each column of ids invented ones ("A0001"),
        in the schema's order; up to `EXAMPLE_ROWS` rows, a blank is "".

    Raises
    ------
    ExampleMissing
        The proof has no rows of features: ask the modeler for a file to try.
    """
    rows = _part(_read(proof), _IN).slice(0, EXAMPLE_ROWS)
    if not rows.num_rows or not {one.name for one in schema.features} <= set(rows.column_names):
        raise ExampleMissing(
            "The model was saved without example rows.",
            remedy="Ask its owner for a file to try.",
        )
    cells = {
        column.name: [f"A{n + 1:04d}" for n in range(rows.num_rows)]
        if column.use == "id"
        else [_typed(value, column) for value in rows.column(column.name).to_pylist()]
        for column in schema.columns
        if column.use in ("id", "feature")
    }
    return pa.table({name: pa.array(texts, pa.string()) for name, texts in cells.items()})


def _typed(value: float | str | None, column: Column) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    if column.kind == "date":
        return written_date(value, column.date_format) + _time_of_day(value)
    if column.kind in ("yes/no", "category"):
        return next((one for one in column.level_names if _as_number(one) == value), f"{value:g}")
    text = str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return text.replace(".", column.decimal)


def _time_of_day(days: float) -> str:
    seconds = round((days % 1) * 86_400)
    clock = f" {seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return clock if 0 < seconds < 86_400 else ""


def _as_number(level: str) -> float:
    words = {"true": 1.0, "false": 0.0}
    return words[level.casefold()] if level.casefold() in words else float(level)


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """Sum in one order: threads that finish in another order change the last bits."""
    import joblib  # here, since the web process names this module's functions but runs none
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1), joblib.parallel_config(backend="sequential"):
        yield


def _answerable(estimator: Any, rows: pa.Table, by: str) -> pa.Table:
    try:
        answer(estimator, rows, by)
    except ValueError as error:
        kept = [n for n in range(rows.num_rows) if _answers(estimator, rows.slice(n, 1), by)]
        if not kept:
            raise ProofFailed(
                f"The estimator answers none of its sample's rows ({str(error)[:200]}).",
                remedy="Check that the sample has the columns that it was fitted on.",
            ) from error
        return rows.take(pa.array(kept))
    return rows


def _answers(estimator: Any, row: pa.Table, by: str) -> bool:
    try:
        answer(estimator, row, by)
    except ValueError:
        return False
    return True


def _read(proof: bytes) -> pa.Table:
    try:
        return pq.read_table(io.BytesIO(proof))
    except (pa.ArrowException, OSError) as error:
        raise ProofFailed(
            "The proof can't be read.", remedy="Put the version's own files back, or save it again."
        ) from error


def _part(stored: pa.Table, prefix: str) -> pa.Table:
    names = [name for name in stored.column_names if name.startswith(prefix)]
    return stored.select(names).rename_columns([name.removeprefix(prefix) for name in names])


def _compare(before: pa.Table, after: pa.Table) -> Replay:
    n_rows = before.num_rows
    same_form = before.schema.equals(after.schema) and n_rows == after.num_rows
    if not same_form:
        return Replay(n_rows, max(n_rows, 1), float("inf"))
    changed = np.zeros(n_rows, dtype=bool)
    largest = 0.0
    for old, new in zip(before.columns, after.columns, strict=True):
        if pa.types.is_floating(old.type):
            x, y = old.to_numpy(), new.to_numpy()
            differs = (x.view("int64") != y.view("int64")) & ~(np.isnan(x) & np.isnan(y))
            gap = np.abs(x[differs] - y[differs])
            largest = max([largest, *np.where(np.isnan(gap), np.inf, gap)])
        else:
            x, y = old.to_numpy(zero_copy_only=False), new.to_numpy(zero_copy_only=False)
            differs = np.array([a != b for a, b in zip(x, y, strict=True)], dtype=bool)
            number = pa.types.is_integer(old.type)
            gaps = np.abs(x[differs] - y[differs]) if number else np.full(differs.sum(), np.inf)
            largest = max([largest, *gaps.astype(float)])
        changed |= differs
    return Replay(n_rows, int(changed.sum()), float(largest))
