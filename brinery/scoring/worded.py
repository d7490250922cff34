"""The answers of an estimator in the training file's words, and how sure each is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from brinery.evaluation.conformal import limits, possible
from brinery.evaluation.evaluation import Ranges
from brinery.evaluation.threshold import Threshold, called
from brinery.model.answers import label_text

__all__ = ["in_words", "worded"]


def worded(
    answers: pa.Table,
    labels: tuple[str, ...],
    ranges: Ranges | None,
    threshold: Threshold | None = None,
) -> pa.Table:
    """Give the answers in words, with the confidence and what the holdout says of each.

    Parameters
    ----------
    answers : pyarrow.Table
        The estimator's named answers.
    labels : tuple of str
        The target's labels in the order of the estimator's classes; empty for an amount.
    ranges : Ranges or None
        What the holdout says; None where there was none.
    threshold : Threshold, optional
        When a row is called the label that is sought, whatever the estimator predicts.
    """
    return _how_sure(in_words(answers, labels, threshold), labels, ranges)


def in_words(
    answers: pa.Table, labels: tuple[str, ...], threshold: Threshold | None = None
) -> pa.Table:
    """Say the answers in the training file's words, and add the confidence.

    The estimator's classes can be written otherwise than the file's labels (1.0 for
    "1"); the probability columns stand in the order of both, and so pair them.
    """
    names = list(answers.column_names)
    places = [i for i, name in enumerate(names) if name.startswith("probability ")]
    columns = list(answers.columns)
    if labels and len(places) == len(labels):
        classes = [names[i].removeprefix("probability ") for i in places]
        for i, label in zip(places, labels, strict=True):
            names[i] = f"probability {label}"
        if "prediction" in names and classes != list(labels):
            at = names.index("prediction")
            word = dict(zip(classes, labels, strict=True))
            given, codes = _distinct(columns[at])
            columns[at] = pa.array([word[one] for one in given], pa.string()).take(pa.array(codes))
    if threshold is not None and threshold.label in labels:
        columns[names.index("prediction")] = _called(columns, names, labels, threshold)
    if places:
        columns.append(_confidence(columns, names, places))
        names.append("confidence")
    return pa.table(columns, names=names)


def _called(
    columns: list[Any], names: list[str], labels: tuple[str, ...], threshold: Threshold
) -> pa.Array:
    """Give the label of each row by the threshold, in the type of the prediction."""
    said = np.asarray(columns[names.index(f"probability {threshold.label}")], dtype=np.float64)
    other = next(label for label in labels if label != threshold.label)
    both = pa.array([other, threshold.label], pa.string())
    kind = columns[names.index("prediction")].type
    return both.cast(kind).take(pa.array(called(threshold, said).astype(np.int64)))


def _how_sure(answers: pa.Table, labels: tuple[str, ...], ranges: Ranges | None) -> pa.Table:
    """Add the range of an amount, after the prediction, or the possible labels, last."""
    if ranges is None:
        return answers
    if ranges.widths:
        predicted = np.asarray(answers.column("prediction"), dtype=np.float64)
        for place, limit in enumerate(zip(("low", "high"), limits(ranges, predicted), strict=True)):
            answers = answers.add_column(place + 1, limit[0], pa.array(limit[1]))
        return answers
    names = [f"probability {label}" for label in labels]
    if not set(names) <= set(answers.column_names):
        return answers
    chances = np.column_stack([np.asarray(answers.column(n), dtype=np.float64) for n in names])
    kept = possible(ranges, chances) if len(chances) else chances
    # Few sets of labels on many rows: each is put in words once.
    sets, codes = np.unique(np.packbits(kept > 0, axis=1), axis=0, return_inverse=True)
    members = np.unpackbits(sets, axis=1, count=len(labels)).astype(bool)
    words = [" | ".join(np.array(labels, dtype=object)[one]) for one in members]
    possible_here = pa.array(words, pa.string()).take(pa.array(codes.reshape(-1)))
    return answers.append_column("possible", possible_here)


def _confidence(columns: list[Any], names: list[str], places: list[int]) -> pa.Array:
    """Give the probability of what is predicted, which need not be the highest.

    A threshold of one's own, or a support vector machine, may predict the rarer label.
    """
    chances = np.column_stack([np.asarray(columns[i], dtype=float) for i in places])
    if "prediction" not in names:
        return pa.array(chances.max(axis=1))
    position = {names[i].removeprefix("probability "): at for at, i in enumerate(places)}
    given, codes = _distinct(columns[names.index("prediction")])
    told = np.array([position[one] for one in given], np.int64)[codes]
    return pa.array(chances[np.arange(len(chances)), told])


def _distinct(answers: Any) -> tuple[list[str], np.ndarray]:
    """Give the labels that occur, as text, and for each row which it is."""
    chunked = answers if isinstance(answers, pa.ChunkedArray) else pa.chunked_array([answers])
    encoded = chunked.dictionary_encode().unify_dictionaries()
    if not encoded.num_chunks:
        return [], np.empty(0, np.int64)
    codes = [np.asarray(chunk.indices, np.int64) for chunk in encoded.chunks]
    given = encoded.chunk(0).dictionary.to_pylist()
    return [label_text(one) for one in given], np.concatenate(codes)
