"""The card of a version: everything about a model but its pickle, as plain values."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from typing import Any

from brinery.evaluation.evaluation import Evaluation
from brinery.schema.columns import Schema

__all__ = [
    "CARD_FORMAT",
    "Brought",
    "Card",
    "Compared",
    "Environment",
    "Proved",
    "Sealed",
    "Training",
    "training_from_dict",
]

CARD_FORMAT = 1
"""The card's format. Raise it when a reader of the old format would misread the new
one; a field that is only added does not raise it, since unknown fields are kept."""


@dataclass(frozen=True)
class Environment:
    """What the model was made with: exact versions.

    Attributes
    ----------
    python, platform : str
        As Python itself gives them.
    packages : dict of str to str
        By distribution: what every model stands on, and what else its pickle imports.
    machine : str
        System, processor and C library.
    brinery : str
        Brinery's own version.
    house : dict of str to str
        For each package of the house's own that the pickle uses, a digest of its code.
    """

    python: str
    platform: str
    packages: dict[str, str]
    machine: str = ""
    brinery: str = ""
    house: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Compared:
    """One candidate of a search.

    Attributes
    ----------
    recipe, parameters : str, dict
        Given to a training, they train this candidate.
    score, spread : float
        Mean and standard deviation over the folds, in the metric's own sign.
    n_folds : int
        Fewer than the first one's where it was dropped.
    fit_seconds, answer_seconds : float
        To fit one fold, and to answer a thousand rows.
    n_bytes : int
        Of its pickle.
    """

    recipe: str
    parameters: dict[str, Any]
    score: float
    spread: float
    n_folds: int
    fit_seconds: float
    answer_seconds: float
    n_bytes: int


@dataclass(frozen=True)
class Training:
    """How the model was trained; None on the card of an estimator that was brought.

    Attributes
    ----------
    recipe, parameters : str, dict
        What was trained; with the same rows and seed they give the same model.
    seed, n_rows, elapsed_seconds
        Of chance; that could be learned from or measured on; of the whole training.
    refit : bool
        Whether it learned from all rows once a twin had been measured on some of them.
    coverage : float
        The share of rows whose truth ranges were to hold.
    split, split_by : str
        How the rows to measure on were set aside, and by which column.
    table : str
        The name of the file, where it came as one.
    corrections : tuple of (column, kind, use)
        Where the modeler read the columns otherwise than they were inferred.
    weights : str
        The column that says how much each row counts; "" where all count alike.
    threshold : dict
        What a threshold was asked for, as `train` takes it; empty where nothing was.
    by_group : tuple of str
        The columns by whose groups it was measured.
    metric : str
        What candidates were compared by; "" where nothing was compared.
    compared : tuple of Compared
        The candidates of a search, the best first.
    """

    recipe: str
    seed: int
    n_rows: int
    elapsed_seconds: float
    parameters: dict[str, Any] = field(default_factory=dict)
    refit: bool = False
    coverage: float = 0.9
    split: str = "random"
    split_by: str = ""
    table: str = ""
    corrections: tuple[tuple[str, str, str], ...] = ()
    weights: str = ""
    threshold: dict[str, Any] = field(default_factory=dict)
    by_group: tuple[str, ...] = ()
    metric: str = ""
    compared: tuple[Compared, ...] = ()


@dataclass(frozen=True)
class Brought:
    """Where a brought model came from.

    Attributes
    ----------
    form : str
        What it came as, in words: "a pickle", "an MLflow model", …
    sha256 : str
        Of the file that was brought.
    made_with : dict of str to str
        The versions that it was made with, as far as the file or its folder says.
    """

    form: str
    sha256: str
    made_with: dict[str, str] = field(default_factory=dict)

    def differing(self, here: Environment) -> dict[str, tuple[str, str]]:
        """Give what it was made with in another version than here: (then, here)."""
        now = {**here.packages, "python": here.python}
        return {
            name: (then, now[name])
            for name, then in self.made_with.items()
            if name in now and then != now[name]
        }


@dataclass(frozen=True)
class Sealed:
    """What ties a card to its files, and both to the key.

    `hmac` is over the card's canonical JSON with `hmac` itself left empty; `key_id` is
    the start of the sha256 of the key, so that a foreign key can be told from an edit.
    """

    pickle_sha256: str
    pickle_bytes: int
    proof_sha256: str
    key_id: str = ""
    hmac: str = ""


@dataclass(frozen=True)
class Proved:
    """That a fresh worker loaded the file and answered the replay rows as before."""

    n_rows: int
    proved_at: str
    identical: bool


@dataclass(frozen=True)
class Card:
    """Everything about one version of a model but its pickle.

    Attributes
    ----------
    name, version : str, int
        Where it stands on the shelf.
    saved_at, saved_by : str
        UTC, ISO 8601; the person's or the account's name.
    description, owner : str
        What the modeler wrote; may be empty.
    answers_by : {"predict", "transform", "attributes"}
        How the estimator answers: for new rows by `predict` or `transform`; or, where it
        can't answer for new rows, only by its fitted attributes.
    answer_names : tuple of str
        The columns of its answers, e.g. ("prediction", "probability no", "probability yes").
    estimator : str
        The class of the estimator, or of the pipeline's last step.
    schema, evaluation, training, environment, proved, sealed
        See their classes. `training` is None for a brought estimator.
    brought : Brought or None
        Where a model from a file came from.
    house : tuple of str
        The classes of the house's own that it uses, for whose code the operator vouches.
    review_by : str
        The day by which somebody should look at it again, ISO 8601; empty where none was set.
    extra : dict
        Fields of a later program that this one does not know; kept as they are.
    """

    name: str
    version: int
    saved_at: str
    saved_by: str
    answers_by: str
    answer_names: tuple[str, ...]
    estimator: str
    schema: Schema
    environment: Environment
    proved: Proved
    sealed: Sealed
    evaluation: Evaluation | None = None
    training: Training | None = None
    brought: Brought | None = None
    house: tuple[str, ...] = ()
    description: str = ""
    owner: str = ""
    review_by: str = ""
    format: int = CARD_FORMAT
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def can_predict(self) -> bool:
        """Whether it answers for new rows with a prediction."""
        return self.answers_by == "predict"

    def to_dict(self) -> dict[str, Any]:
        """Give plain values that JSON takes, unknown fields among the known ones."""
        fields = dataclasses.asdict(self)
        return {**fields.pop("extra"), **fields}

    def to_json(self) -> bytes:
        """Give the canonical JSON: sorted keys, UTF-8, one trailing line break."""
        text = json.dumps(self.to_dict(), sort_keys=True, ensure_ascii=False, indent=1)
        return (text + "\n").encode()

    @staticmethod
    def from_dict(fields: dict[str, Any]) -> Card:
        """Make the card that `to_dict` described."""
        known = {one.name for one in dataclasses.fields(Card)} - {"extra"}
        plain = {name: value for name, value in fields.items() if name in known}
        training, evaluation = plain.get("training"), plain.get("evaluation")
        plain |= {
            "answer_names": tuple(plain["answer_names"]),
            "schema": Schema.from_dict(plain["schema"]),
            "environment": Environment(**plain["environment"]),
            "proved": Proved(**plain["proved"]),
            "sealed": Sealed(**plain["sealed"]),
            "evaluation": Evaluation.from_dict(evaluation) if evaluation else None,
            "training": training_from_dict(training) if training else None,
            "brought": Brought(**plain["brought"]) if plain.get("brought") else None,
            "house": tuple(plain.get("house", ())),
        }
        return Card(
            **plain, extra={name: value for name, value in fields.items() if name not in known}
        )


def training_from_dict(fields: dict[str, Any]) -> Training:
    """Make the record that `dataclasses.asdict` described."""
    compared = tuple(Compared(**one) for one in fields.get("compared", ()))
    corrections = tuple((str(a), str(b), str(c)) for a, b, c in fields.get("corrections", ()))
    by_group = tuple(map(str, fields.get("by_group", ())))
    lists = {"compared": compared, "corrections": corrections, "by_group": by_group}
    return Training(**{**fields, **lists})
