"""Save a model: prove it in a fresh worker, seal it, and put it on the shelf as one whole."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from brinery.environments.kept import Built
from brinery.errors import CannotLearn, NameRefused
from brinery.evaluation.conformal import COVERAGE
from brinery.model.card import Card, Environment, Proved, Sealed
from brinery.model.environment import describe
from brinery.model.model import Model
from brinery.registry import events, seal, storage
from brinery.registry.keys import keys_at
from brinery.registry.names import checked
from brinery.registry.own import add_own
from brinery.registry.prove import pool_for, proved_anew
from brinery.registry.shelf import Shelf
from brinery.registry.versions import CARD, PICKLE, PROOF, folder_of
from brinery.safety import house
from brinery.safety.audit import audit
from brinery.settings import Settings
from brinery.tables.table import Table
from brinery.worker.pool import Pool
from brinery.worker.protocol import Pickled

__all__ = ["Ref", "save"]


@dataclass(frozen=True)
class Ref:
    """Where a model was put."""

    name: str
    version: int

    def __str__(self) -> str:
        return f"{self.name}@{self.version}"


def save(
    model: Model | Any,
    sample: Table | pd.DataFrame | str | Path | None = None,
    *,
    name: str,
    models: str = "models",
    holdout: tuple[Any, Any] | Table | pd.DataFrame | str | Path | None = None,
    target: str | None = None,
    coverage: float = COVERAGE,
    by_group: Sequence[str] = (),
    threshold: Mapping[str, Any] | None = None,
    description: str = "",
    owner: str = "",
    by: str = "",
    pool: Pool | None = None,
    settings: Settings | None = None,
    own: Built | None = None,
    review_by: date | None = None,
) -> Ref:
    """Put a model on the shelf as the next version of its name.

    It is there only after a fresh worker has loaded the pickle and given the answers of
    its proof again, bit for bit. A kill at any instant leaves the whole version or none.
    The first version of a name is live at once; a later one only once it was compared with
    the one that is, see `brinery.registry.live.put_live`.

    Parameters
    ----------
    model : Model or fitted estimator
        What `train` gave, or any fitted scikit-learn estimator with its `sample`, its
        `holdout`, or both.
    sample : Table, DataFrame or path, optional
        For an estimator: rows like those it was fitted on.
    name : str
        The model's name; see `registry.names.checked`.
    models : str
        The shelf: a folder, or a bucket such as s3://bucket/models.
    holdout : (X, y), or Table, DataFrame or path, optional
        For an estimator: rows that it did not learn from, and what came in each, beside them or
        in the column `target`. Measured on these, it gets the same card as a model that was
        trained here.
    target : str, optional
        For an estimator: what its answer is called; the sample's column that holds it.
    coverage : float, from 0.5 to 0.99
        With a holdout: the share of rows whose truth the range of a prediction is to hold.
    by_group : sequence of str
        With a holdout: columns of X by whose groups it is measured too, such as a region.
    threshold : mapping, optional
        With a holdout: when the rarer of two labels is given, as `brinery.train` takes it.
    description, owner : str
        For the card.
    by : str
        Who saves; without it, this account.
    pool : Pool, optional
        The workers; without it, one is started for this call.
    settings : Settings, optional
        Without it, those of the environment.
    own : Built, optional
        The environment in which the model was brought: it is proved there, and runs there.
    review_by : datetime.date, optional
        When somebody should look at it again; past that day it says so to whoever uses it.

    Returns
    -------
    Ref
        The name and the version that it was given.

    Raises
    ------
    NameRefused
        The name can't be one, or differs only in case from one that is there: choose another.
    CannotLearn
        An estimator without its sample, not fitted, or not fitting the sample or the holdout; a
        threshold that can't be had.
    CannotPickle
        It holds what no pickle can hold, or what would not load elsewhere, such as a function
        of the notebook; the message says where, and what to put in its place.
    UnsafePickle
        It holds something that the door does not let in.
    ProofFailed
        The reloaded model does not give the same answers.
    NoSandbox
        It was not trained here, and the sandbox that the settings require does not hold.
    BrineryError
        The shelf can't be written.
    """
    settings = settings or Settings.from_environment()
    shelf = Shelf(models, settings.key_place)
    name = _free(shelf, checked(name))
    if isinstance(model, Model) and threshold:
        raise CannotLearn(
            "This model was made with its threshold, or without one.",
            where=name,
            remedy="Give the threshold to train.",
        )
    whole = (
        model
        if isinstance(model, Model)
        else _described(model, sample, target, holdout, coverage, by_group, threshold)
    )
    with pool_for(pool, settings) as workers:
        given = Pickled(
            seal.sha256(whole.pickled),
            whole.pickled,
            trained_here=whole.training is not None,
            environment=own.key if own else "",
        )
        replayed, proof = proved_anew(workers, given, whole.proof, whole.answers_by)
    imports = audit(whole.pickled, house.parsed(settings.allow)).imports
    of_house = [one for one in imports if one.of_house]
    made_with = describe((one.module for one in imports), (one.module for one in of_house))
    unsigned = Card(
        name=name,
        version=0,
        saved_at=events.now(),
        saved_by=_encodable(by) or events.account(),
        answers_by=whole.answers_by,
        answer_names=whole.answer_names,
        estimator=whole.estimator,
        schema=whole.schema,
        environment=_of_own(own, made_with) if own else made_with,
        proved=Proved(replayed.n_rows, events.now(), identical=True),
        sealed=Sealed(given.sha256, len(whole.pickled), seal.sha256(proof)),
        evaluation=whole.evaluation,
        training=whole.training,
        brought=whole.brought,
        house=tuple(map(str, of_house)),
        description=_encodable(description),
        owner=_encodable(owner),
        review_by=review_by.isoformat() if review_by else "",
    )
    version = _put(shelf, unsigned, whole.pickled, proof)
    if own:
        add_own(shelf, name, version, own, by=by)
    first = shelf.versions(name)[:1] == [version]
    shelf.add_event(name, events.SAVED, by=by, why="", version=version, live=first, instead_of=0)
    return Ref(name, version)


def _free(shelf: Shelf, name: str) -> str:
    for other in shelf.names():
        if other != name and other.casefold() == name.casefold():
            raise NameRefused(
                f"There is a model “{other}” already; the names differ only in large and "
                "small letters.",
                where=f"“{name}”",
                remedy=f"Save it as “{other}”, or choose another name.",
            )
    return name


def _of_own(own: Built, here: Environment) -> Environment:
    """Give what the card says of a model that was made in an environment of its own."""
    return dataclasses.replace(here, python=own.python, packages=dict(own.pins.packages))


def _encodable(text: str) -> str:
    """Replace what UTF-8 can't hold: a shell may hand over bytes that are no text."""
    return text.encode("utf-8", "replace").decode()


def _described(
    estimator: Any,
    sample: Any,
    target: str | None,
    holdout: Any,
    coverage: float,
    by_group: Sequence[str],
    threshold: Mapping[str, Any] | None,
) -> Model:
    if sample is None and holdout is None:
        raise CannotLearn(
            "A fitted estimator needs a sample of its table.",
            where=type(estimator).__name__,
            remedy="Give sample= some rows like those it was fitted on, or holdout=(X, y).",
        )
    from brinery.model.brought import model_of_brought  # here: it needs scikit-learn
    from brinery.model.portable import require_portable

    require_portable(estimator)
    return model_of_brought(
        *(estimator, sample, target),
        holdout=holdout,
        coverage=coverage,
        by_group=by_group,
        threshold=threshold,
    )


def _put(shelf: Shelf, unsigned: Card, pickled: bytes, proof: bytes) -> int:
    """Take the next free number; the card holds it, so each try signs anew."""
    keys = keys_at(shelf.keys)
    folder = f"{unsigned.name}/versions"
    storage.sweep(shelf.models, folder)
    storage.sweep(shelf.models, f"{unsigned.name}/events")
    taken = [int(one) for one in storage.names(shelf.models, folder) if one.isdecimal()]
    version = max(taken, default=0) + 1
    while True:
        card = seal.sign(dataclasses.replace(unsigned, version=version), keys)
        files = {PICKLE: pickled, PROOF: proof, CARD: card.to_json()}
        try:
            storage.create_folder(shelf.models, folder_of(unsigned.name, version), files)
        except FileExistsError:
            version += 1
        else:
            return version
