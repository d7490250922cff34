"""What the shelf gives: a model in its list, and one version with its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from brinery.environments.pins import of_card
from brinery.model.card import Card, Environment
from brinery.schema.columns import Schema
from brinery.worker.protocol import Pickled

__all__ = ["Entry", "Stored"]


@dataclass(frozen=True, eq=False)
class Stored:
    """One version as it stands on the shelf, its seal verified.

    Attributes
    ----------
    card : Card
        Everything about it.
    pickled, proof : bytes
        The estimator's pickle, which only a worker may load, and the replay rows.
    own : Environment or None
        What is in the environment of its own that runs it; None where the server's does.
    """

    card: Card
    pickled: bytes = field(repr=False)
    proof: bytes = field(repr=False)
    own: Environment | None = None

    @property
    def schema(self) -> Schema:
        """What it knows of each column."""
        return self.card.schema

    def given(self) -> Pickled:
        """Give the pickle as a worker takes it: whether training here made it, what runs it."""
        return Pickled(
            self.card.sealed.pickle_sha256,
            self.pickled,
            trained_here=self.card.training is not None,
            environment=of_card(self.card.environment).key if self.own else "",
        )


@dataclass(frozen=True, eq=False)
class Entry:
    """One model in the list of the shelf.

    Attributes
    ----------
    name : str
        The model's name.
    card : Card or None
        Of the version that answers; None where `problem` says what is wrong with it.
    n_versions : int
        How many versions there are.
    live_version : int
        The version that answers.
    archived : bool
        Whether it is put away.
    aliases : mapping of str to int
        Each alias and its version.
    events : tuple of dict
        What happened to it, the oldest first.
    problem : str
        Why the model can't be used, in words; empty where it can.
    """

    name: str
    card: Card | None
    n_versions: int
    live_version: int
    archived: bool = False
    aliases: Mapping[str, int] = field(default_factory=dict)
    events: tuple[dict[str, Any], ...] = ()
    problem: str = ""
