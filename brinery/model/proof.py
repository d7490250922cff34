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

from brinery.errors import ProofFailed
from brinery.model.answers import answer

__all__ = [
    "PROOF_ROWS",
    "Replay",
    "answer_names",
    "make",
    "remake_in_worker",
    "replay",
    "replay_in_worker",
    "rows_of",
    "shuffled",
]

PROOF_ROWS = 100
"""How many rows a proof holds."""

_ROUNDING = 1e-9
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
    only_rounding : bool
        Whether nothing changed but the last digits of floats: by no more than a billionth
        of the largest number of their column. Another processor, or another release of
        numpy, sums by other steps and may do so.
    """

    n_rows: int
    n_changed: int
    largest_difference: float = 0.0
    only_rounding: bool = True

    @property
    def identical(self) -> bool:
        """Whether every answer is the same, bit for bit."""
        return self.n_changed == 0

    @property
    def how_far(self) -> str:
        """How far the answers are from those of then, as the end of a sentence."""
        if np.isinf(self.largest_difference):
            return "not only numbers differ"
        return f"the largest difference is {self.largest_difference:.3g}"

    @property
    def by_how_much(self) -> str:
        """By how much answers changed, as the end of a sentence; empty where none did."""
        if self.identical:
            return ""
        if np.isinf(self.largest_difference):
            return "and not only in numbers"
        digits = " (the last digits alone)" if self.only_rounding else ""
        return f"by up to {self.largest_difference:.3g}{digits}"


def shuffled(features: pa.Table, n: int = PROOF_ROWS, seed: int = 0) -> pa.Table:
    """Make rows of nobody: every column is drawn on its own, so no real record is left.

    Parameters
    ----------
    features : pyarrow.Table
        Typed features of real rows.
    n : int
        How many rows to make; where the table has fewer, its cells are drawn again.
    seed : int
        The same seed gives the same rows.
    """
    random = np.random.default_rng(seed)
    n_rounds = -(-n // max(features.num_rows, 1))
    columns = []
    for column in features.columns:
        rounds = [random.permutation(features.num_rows) for _ in range(n_rounds)]
        columns.append(column.take(pa.array(np.concatenate(rounds)[:n])))
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


def rows_of(proof: bytes) -> pa.Table:
    """Give the features of the rows that a proof holds; without columns for "attributes"."""
    return _part(_read(proof), _IN)


def remake_in_worker(estimator: Any, proof: bytes, by: str) -> bytes:
    """Make the proof again from the loaded estimator, inside a worker.

    An array that is a slice of another while it is fitted stands in one piece once it is
    loaded, and other processors sum by other steps; either may change the last digits. What
    counts is the file on its server, so its proof holds the answers of the loaded estimator.
    """
    return make(estimator, rows_of(proof), by)


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
        with pq.ParquetFile(io.BytesIO(proof), pre_buffer=False) as file:
            # In this thread alone: one of Arrow's, still at it as Python ends, aborts the process.
            return file.read(use_threads=False)
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
        return Replay(n_rows, max(n_rows, 1), float("inf"), only_rounding=False)
    changed = np.zeros(n_rows, dtype=bool)
    largest, only_rounding = 0.0, True
    for old, new in zip(before.columns, after.columns, strict=True):
        differs, gap = _gaps(old, new)
        if differs.any():
            floats = pa.types.is_floating(old.type)
            scale = np.nan_to_num(np.abs(old.to_numpy())).max() if floats else 0.0
            only_rounding = only_rounding and floats and bool(gap <= _ROUNDING * scale)
        largest = max(largest, gap)
        changed |= differs
    return Replay(n_rows, int(changed.sum()), largest, only_rounding)


def _gaps(old: pa.ChunkedArray, new: pa.ChunkedArray) -> tuple[np.ndarray, float]:
    """Give where a column changed, bit for bit, and by how much at most."""
    if pa.types.is_floating(old.type):
        x, y = old.to_numpy(), new.to_numpy()
        differs = (x.view("int64") != y.view("int64")) & ~(np.isnan(x) & np.isnan(y))
        gaps = np.abs(x[differs] - y[differs])
        return differs, float(np.where(np.isnan(gaps), np.inf, gaps).max(initial=0.0))
    pairs = list(zip(old.to_pylist(), new.to_pylist(), strict=True))
    differs = np.array([a != b for a, b in pairs], dtype=bool)
    if pa.types.is_integer(old.type):
        return differs, float(max((abs(a - b) for a, b in pairs), default=0))
    return differs, float("inf") if differs.any() else 0.0
