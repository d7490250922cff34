"""Prove a model: a fresh worker loads the pickle and answers its replay rows again.

Under other versions than it was saved with, that comes before it may answer at all.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator

from brinery.errors import ProofFailed, UnsafePickle
from brinery.model.environment import differing
from brinery.model.proof import Replay, remake_in_worker, replay_in_worker
from brinery.registry.entry import Stored
from brinery.registry.shelf import Shelf
from brinery.registry.standing import PROVED, fields_of, standing_of
from brinery.settings import Settings
from brinery.worker.pool import Pool
from brinery.worker.protocol import Pickled

__all__ = ["pool_for", "prove", "proved", "proved_anew", "ready"]


def prove(
    ref: str,
    *,
    models: str = "models",
    pool: Pool | None = None,
    settings: Settings | None = None,
    by: str = "",
) -> Replay:
    """Replay the proof of a version on the shelf in a fresh worker.

    Under other versions of what answers lean on than those on its card, an event records the
    outcome, and from then on it decides whether the version may answer: see `ready`.

    Parameters
    ----------
    ref : str
        "name", "name@version" or "name@alias".
    models : str
        The shelf.
    pool : Pool, optional
        The workers; without it, one is started for this call.
    settings : Settings, optional
        Without it, those of the environment.
    by : str
        Who asks; without it, this account.

    Returns
    -------
    Replay
        `identical` says whether every answer is the same, bit for bit.

    Raises
    ------
    NotOnShelf, SealBroken
        As `Shelf.open`.
    ProofFailed
        It was loaded, but fails on its own rows.
    UnsafePickle
        The door refuses it.
    NoSandbox
        It is from elsewhere, and the sandbox that the settings require does not hold.
    WorkerFailed
        The worker died.
    """
    settings = settings or Settings.from_environment()
    shelf = Shelf(models, settings.key_place)
    stored = shelf.open(ref)
    with pool_for(pool, settings) as workers:
        return _replayed(shelf, stored, workers, by)


def ready(shelf: Shelf, ref: str, pool: Pool, *, by: str = "") -> Stored:
    """Open a version that is to answer, and have its proof replayed first where that is due.

    It is due under other versions of what answers lean on than those on its card, once for
    each; an event records what came of it. Under the same versions nothing is loaded or read
    that `Shelf.open` does not read.

    Parameters
    ----------
    shelf : Shelf
        Where it stands.
    ref : str
        "name", "name@version" or "name@alias".
    pool : Pool
        The workers that will answer.
    by : str
        Who asks; without it, this account.

    Raises
    ------
    NotOnShelf, SealBroken
        As `Shelf.open`.
    ProofFailed
        It answers otherwise than on the day it was saved, or can't be loaded or asked any
        more; the message says how many answers changed, by how much, and what to do.
    NoSandbox, WorkerFailed
        As `prove`; nothing is recorded, and the next call tries again.
    """
    stored = shelf.open(ref)
    card = stored.card
    if not differing(card.environment, stored.own):
        return stored
    standing = standing_of(card, shelf.events(card.name))
    if standing.state == "unproved":
        with contextlib.suppress(ProofFailed, UnsafePickle):  # recorded, and raised below
            _replayed(shelf, stored, pool, by)
        standing = standing_of(card, shelf.events(card.name))
    if not standing.may_answer:
        raise standing.refusal(f"{card.name}@{card.version}")
    return stored


def _replayed(shelf: Shelf, stored: Stored, pool: Pool, by: str) -> Replay:
    """Replay, and record the outcome where something that matters differs from the card."""
    card = stored.card
    outcome: Replay | ProofFailed | UnsafePickle
    try:
        outcome = proved(pool, stored.given(), stored.proof, card.answers_by)
    except (ProofFailed, UnsafePickle) as error:
        outcome = error
    if differing(card.environment, stored.own):
        fields = fields_of(card, outcome, stored.own)
        shelf.add_event(card.name, PROVED, by=by, why="other versions than on its card", **fields)
    if isinstance(outcome, Replay):
        return outcome
    raise outcome


def proved(pool: Pool, pickled: Pickled, proof: bytes, by: str) -> Replay:
    """Replay a proof in a fresh worker; raises as `prove`."""
    call = pool.submit(replay_in_worker, proof, by, pickled=pickled, fresh=True)
    return Replay(**json.loads(call.result()))


def proved_anew(pool: Pool, pickled: Pickled, proof: bytes, by: str) -> tuple[Replay, bytes]:
    """Prove a pickle that is about to be saved; give its replay, and the proof to store.

    Where the loaded estimator differs from the one in memory in the last digits alone, the
    proof is made again from the loaded one; then another worker must give it bit for bit.

    Raises
    ------
    ProofFailed
        It answers otherwise, with how many rows changed and by how much.
    UnsafePickle, NoSandbox, WorkerFailed
        As `prove`.
    """
    replayed = proved(pool, pickled, proof, by)
    if not replayed.identical and replayed.only_rounding:
        proof = pool.submit(remake_in_worker, proof, by, pickled=pickled, fresh=True).result()
        replayed = proved(pool, pickled, proof, by)
    if not replayed.identical:
        raise ProofFailed(
            f"Loaded again, the model answers {replayed.n_changed} of {replayed.n_rows} rows "
            f"otherwise; {replayed.how_far}.",
            remedy="Train it again; an estimator whose answers depend on chance needs a seed.",
        )
    return replayed, proof


@contextlib.contextmanager
def pool_for(pool: Pool | None, settings: Settings) -> Iterator[Pool]:
    """Give the pool, or one of our own that ends with the block."""
    if pool is not None:
        yield pool
    else:
        with Pool(settings) as own:
            yield own
