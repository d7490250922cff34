"""A model on its way to the shelf: the pickle of a fitted pipeline and all that describes it."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from typing import Any

from brinery.evaluation.evaluation import Evaluation
from brinery.model.card import Brought, Training, training_from_dict
from brinery.schema.columns import Schema

__all__ = ["Model"]


@dataclass(frozen=True, eq=False)
class Model:
    """A fitted estimator as bytes, with its schema, its evaluation and its proof.

    Attributes
    ----------
    pickled : bytes
        The estimator, pickle protocol 5.
    proof : bytes
        Parquet: the replay rows and the answers that the estimator gave for them.
    schema, evaluation, training, answers_by, answer_names, estimator, brought
        As on the card.
    pipeline : object or None
        The fitted estimator itself, where it was fitted in this process; None where it
        came from a worker, since only a worker turns a pickle into objects.
    """

    pickled: bytes = field(repr=False)
    proof: bytes = field(repr=False)
    schema: Schema = field(repr=False)
    answers_by: str
    answer_names: tuple[str, ...]
    estimator: str
    evaluation: Evaluation | None = None
    training: Training | None = None
    brought: Brought | None = None
    pipeline: Any = field(default=None, repr=False)

    def to_bytes(self) -> bytes:
        """Give the model without its `pipeline` as bytes that can cross a process border."""
        words = {
            "schema": self.schema.to_dict(),
            "answers_by": self.answers_by,
            "answer_names": self.answer_names,
            "estimator": self.estimator,
            "evaluation": self.evaluation.to_dict() if self.evaluation else None,
            "training": dataclasses.asdict(self.training) if self.training else None,
            "brought": dataclasses.asdict(self.brought) if self.brought else None,
            "pickle_bytes": len(self.pickled),
        }
        head = json.dumps(words).encode()
        return len(head).to_bytes(8, "big") + head + self.pickled + self.proof

    @staticmethod
    def from_bytes(data: bytes) -> Model:
        """Make the model that `to_bytes` gave; nothing is unpickled."""
        start = 8 + int.from_bytes(data[:8], "big")
        words = json.loads(data[8:start])
        middle = start + words["pickle_bytes"]
        evaluation, training = words["evaluation"], words["training"]
        return Model(
            pickled=data[start:middle],
            proof=data[middle:],
            schema=Schema.from_dict(words["schema"]),
            answers_by=words["answers_by"],
            answer_names=tuple(words["answer_names"]),
            estimator=words["estimator"],
            evaluation=Evaluation.from_dict(evaluation) if evaluation else None,
            training=training_from_dict(training) if training else None,
            brought=Brought(**words["brought"]) if words["brought"] else None,
        )
