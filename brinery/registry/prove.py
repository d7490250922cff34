"""Prove a model: a fresh worker loads the pickle and answers its replay rows again."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Iterator

from brinery.errors import ProofFailed
from brinery.model.proof import Replay, remake_in_worker, replay_in_worker
from brinery.registry.shelf import Shelf
from brinery.settings import Settings
from brinery.worker.pool import Pickled, Pool

__all__ = ["pool_for", "prove", "proved", "proved_anew"]


def prove(
    ref: str,
    *,
    models: str = "models",
    pool: Pool | None = None,
    settings: Settings | None = None,
) -> Replay:
    """Replay the proof of a version on the shelf in a fresh worker.

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
    stored = Shelf(models, settings.key_place).open(ref)
    with pool_for(pool, settings) as workers:
        return proved(workers, stored.given(), stored.proof, stored.card.answers_by)


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
        with Pool(dataclasses.replace(settings, n_workers=1)) as own:
            yield own
