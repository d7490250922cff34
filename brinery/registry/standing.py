"""Whether a version may answer under what is installed here, and what is said where it may not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from brinery.errors import BrineryError, ProofFailed
from brinery.model.card import Card, Environment
from brinery.model.environment import at_hand, differing
from brinery.model.proof import Replay
from brinery.registry.events import fold
from brinery.schema.phrases import joined

__all__ = ["PROVED", "Standing", "fields_of", "standing_of"]

PROVED = "proved"
"""The kind of the event that records what a replay under other versions gave."""

_MOST_NAMED = 4
_TOLD_FIRST = ("scikit-learn", "numpy", "scipy", "pandas", "joblib")


@dataclass(frozen=True)
class Standing:
    """How a version stands under what is installed here.

    Attributes
    ----------
    state : {"as saved", "unproved", "proved", "changed", "broken"}
        "as saved": nothing that matters differs from its card. All others: something does, and
        its proof was not yet replayed; gave the same answers; gave others; or could not be
        replayed, since the model can't be loaded or fails on its rows.
    differs : mapping of str to (str, str)
        What differs: as on the card, and as it is here.
    n_rows, n_changed : int
        Rows replayed, and those with another answer.
    how_far : str
        By how much, as the end of a sentence; empty where nothing changed.
    problem : str
        Why it is "broken".
    at : str
        When its proof was replayed.
    own : Environment or None
        What is in the environment of its own that runs the version; None where the server's does.
    """

    state: Literal["as saved", "unproved", "proved", "changed", "broken"]
    differs: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    n_rows: int = 0
    n_changed: int = 0
    how_far: str = ""
    problem: str = ""
    at: str = ""
    own: Environment | None = None

    @property
    def may_answer(self) -> bool:
        """Whether it may answer as it stands, with no replay before."""
        return self.state in ("as saved", "proved")

    @property
    def is_refused(self) -> bool:
        """Whether its proof was replayed, and spoke against it."""
        return self.state in ("changed", "broken")

    @property
    def versions(self) -> str:
        """What differs, as a sentence."""
        rank = {name: place for place, name in enumerate(_TOLD_FIRST)}
        names = sorted(self.differs, key=lambda name: rank.get(name, len(rank)))
        said, now = [], []
        for name in names[:_MOST_NAMED]:
            then, here = self.differs[name]
            said.append(f"{name} {then or '(unknown)'}")
            now.append(here if len(names) == 1 else f"{name} {here}")
        more = len(names) - _MOST_NAMED
        rest = [f"{more} more"] if more > 0 else []
        return f"It was saved under {joined([*said, *rest])}; this is {joined([*now, *rest])}."

    @property
    def reason(self) -> str:
        """Why it is refused, for those who can do something about it."""
        if self.state == "broken":
            return f"It does not work here: {self.problem} {self.versions}"
        return (
            f"{self.n_changed:,} of {self.n_rows:,} answers differ from those of the day it was "
            f"saved{', ' + self.how_far if self.how_far else ''}. {self.versions}"
        )

    def refusal(self, where: str) -> ProofFailed:
        """Give the reason as an error, with what can be done."""
        return ProofFailed(self.reason, where=where, remedy=REMEDY)


REMEDY = (
    "Train it or bring it again, put another version in use, or have the operator run it in an "
    "environment of its own, with its card's versions (on the Shelf, or by `brinery env build`)."
)


def standing_of(card: Card, happened: Iterable[Mapping[str, Any]]) -> Standing:
    """Read off a card and its model's events whether the version may answer here.

    Parameters
    ----------
    card : Card
        Of the version.
    happened : iterable of mapping
        The model's events, the oldest first. They also say whether the version runs in an
        environment of its own, which then counts in the place of the server's.
    """
    happened = tuple(happened)
    own = fold(happened).own.get(card.version)
    differs = differing(card.environment, own)
    if not differs:
        return Standing("as saved", own=own)
    here = at_hand(card.environment, own)
    found = [
        event
        for event in happened
        if (event["kind"], event.get("version"), event.get("under")) == (PROVED, card.version, here)
    ]
    if not found:
        return Standing("unproved", differs, own=own)
    last = found[-1]
    if last.get("problem"):
        return Standing(
            "broken", differs, problem=str(last["problem"]), at=str(last.get("at", "")), own=own
        )
    n_changed = int(last.get("n_changed", 0))
    return Standing(
        "changed" if n_changed else "proved",
        differs,
        n_rows=int(last.get("n_rows", 0)),
        n_changed=n_changed,
        how_far=str(last.get("how_far", "")),
        at=str(last.get("at", "")),
        own=own,
    )


def fields_of(
    card: Card, outcome: Replay | BrineryError, own: Environment | None
) -> dict[str, Any]:
    """Give what the event says: under what a version was proved, and what came of it."""
    told: dict[str, Any] = {"version": card.version, "under": at_hand(card.environment, own)}
    if isinstance(outcome, BrineryError):
        return {**told, "problem": outcome.problem}
    return {
        **told,
        "n_rows": outcome.n_rows,
        "n_changed": outcome.n_changed,
        "how_far": outcome.by_how_much,
    }
