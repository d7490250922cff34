"""From a fitted estimator to a `Model`: its bytes and its proof."""

from __future__ import annotations

import pickle  # writes only; reading a pickle is the door's alone
from typing import Any

import pyarrow as pa

from brinery.evaluation.evaluation import Evaluation
from brinery.model import answers, proof
from brinery.model.card import Training
from brinery.model.model import Model
from brinery.model.portable import CANNOT, unpicklable
from brinery.schema.columns import Schema

__all__ = ["PROTOCOL", "estimator_name", "model_of", "pickle_of"]

PROTOCOL = 5
"""The pickle protocol of every model on the shelf."""


def pickle_of(estimator: Any) -> bytes:
    """Pickle a fitted estimator.

    Raises
    ------
    CannotPickle
        It holds something that no pickle can hold, such as a lambda; the message says where,
        and what to put in its place.
    """
    try:
        return pickle.dumps(estimator, protocol=PROTOCOL)
    except CANNOT as error:
        raise unpicklable(estimator, error) from error


def estimator_name(estimator: Any) -> str:
    """Give the class of the estimator, or of the pipeline's last step."""
    steps = getattr(estimator, "steps", None)
    return type(steps[-1][1] if steps else estimator).__name__


def model_of(
    estimator: Any,
    schema: Schema,
    features: pa.Table,
    *,
    evaluation: Evaluation | None = None,
    training: Training | None = None,
    seed: int = 0,
) -> Model:
    """Make the model of a fitted estimator: pickle and proof.

    Parameters
    ----------
    estimator : object
        A fitted scikit-learn estimator.
    schema : Schema
        What it was fitted on.
    features : pyarrow.Table
        Typed features of real rows, the holdout's at best; the proof's rows are made from
        them by `proof.shuffled`.
    evaluation, training
        As on the card; None for an estimator that was brought.
    seed : int
        Of the shuffle.

    Raises
    ------
    CannotPickle
        It can't be pickled.
    ProofFailed
        It can't answer, or not twice alike.
    """
    by = answers.how(estimator)
    pickled = pickle_of(estimator)
    replayed = proof.make(estimator, proof.shuffled(features, seed=seed), by)
    return Model(
        pickled=pickled,
        proof=replayed,
        schema=schema,
        answers_by=by,
        answer_names=proof.answer_names(replayed),
        estimator=estimator_name(estimator),
        evaluation=evaluation,
        training=training,
        pipeline=estimator,
    )
