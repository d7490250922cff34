"""One chunk answered, inside a worker: features in, answers out, both as Arrow bytes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from brinery.tables.wire import packed, unpacked

__all__ = ["MOST_REFUSED", "answer"]

MOST_REFUSED = 200
"""Where so many rows are refused one by one and none is answered, the fault is not the rows'."""

_REFUSALS = (ValueError, TypeError)


def answer(estimator: object, features: bytes, by: str) -> bytes:
    """Answer one chunk.

    Parameters
    ----------
    estimator : object
        The fitted estimator that the worker holds.
    features : bytes
        Arrow IPC stream of the typed features, shape (n_rows, n_features).
    by : {"predict", "transform", "attributes"}
        How the estimator answers, as on its card.

    Returns
    -------
    bytes
        Arrow IPC stream of the answers, one row for each row of `features`; nulls for a row
        that the estimator refuses. A model from a notebook may take no blank, or no level
        that it never met, and then refuses every row that comes together with such a one.

    Raises
    ------
    ValueError, TypeError
        The estimator refuses every row; see the worker's log for its reason.
    """
    from brinery.model import answers  # only a worker needs it, and what it imports

    rows = unpacked(features)
    try:
        return packed(answers.answer(estimator, rows, by))
    except _REFUSALS:
        return packed(_one_by_one(rows, lambda some: answers.answer(estimator, some, by)))


def _one_by_one(rows: pa.Table, ask: Callable[[pa.Table], pa.Table]) -> pa.Table:
    """Halve the rows until each part is answered, or is one row that is refused."""
    place = np.full(rows.num_rows, -1)
    parts: list[pa.Table] = []
    n_answered = n_refused = 0
    left = [_alike_together(rows)]
    while left:
        at = left.pop()
        try:
            parts.append(ask(rows.take(pa.array(at))))
        except _REFUSALS:
            if len(at) > 1:
                left += [at[len(at) // 2 :], at[: len(at) // 2]]
                continue
            n_refused += 1
            if n_refused >= MOST_REFUSED and not parts:
                raise
        else:
            place[at] = np.arange(n_answered, n_answered + len(at))
            n_answered += len(at)
    if not parts:
        return pa.table({"prediction": pa.nulls(rows.num_rows)})
    found = pa.concat_tables(parts, promote_options="permissive").combine_chunks()
    return found.take(pa.array(place, mask=place < 0))


def _alike_together(rows: pa.Table) -> np.ndarray:
    """Order the rows by where they are blank and by their words, so that few cuts part them."""
    keys = [np.asarray(column.is_null()) for column in rows.columns]
    for column in rows.columns:
        if pa.types.is_string(column.type):
            codes = column.combine_chunks().dictionary_encode().indices.fill_null(-1)
            keys.append(np.asarray(codes))
    return np.lexsort(keys)
