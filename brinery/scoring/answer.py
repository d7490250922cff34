"""One chunk answered, inside a worker: features in, answers out, both as Arrow bytes."""

from __future__ import annotations

from brinery.scoring.wire import packed, unpacked

__all__ = ["answer"]


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
        Arrow IPC stream of the answers, one row for each row of `features`.
    """
    from brinery.model import answers  # only a worker needs it, and what it imports

    return packed(answers.answer(estimator, unpacked(features), by))
