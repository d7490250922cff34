"""The frozen set: models of older releases of scikit-learn, with the answers that they gave.

`python -m tools.frozen make FOLDER` builds an environment for each release and has the models made
there. `python -m tools.frozen check FOLDER` puts them on a shelf, as if they had been saved then,
and asks each: under what is installed here, and, where it is refused, in its own environment. With
`--write PAGE` the table of outcomes is written, too. It ends with 1 where any other thing came out.
"""

from __future__ import annotations

import argparse
import dataclasses
import io
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from brinery.environments.build import build
from brinery.environments.pins import of_release, of_this_server
from brinery.errors import BrineryError, ProofFailed
from brinery.model.card import Card, Environment, Proved, Sealed
from brinery.model.proof import rows_of
from brinery.registry import events, seal, storage
from brinery.registry.entry import Stored
from brinery.registry.keys import keys_at
from brinery.registry.own import run_in_own
from brinery.registry.prove import ready
from brinery.registry.shelf import Shelf
from brinery.registry.versions import CARD, PICKLE, PROOF, folder_of
from brinery.schema.columns import Schema
from brinery.scoring.answer import answer
from brinery.settings import Settings
from brinery.tables.wire import packed, unpacked
from brinery.worker.pool import Pool
from tools.frozen_models import ENVIRONMENT
from tools.frozen_table import page

__all__ = ["Outcome", "asked_here", "asked_there", "put_on_shelf", "sets"]

ROOT = Path(__file__).parents[1]

_RELEASES = ("1.4.2", "1.5.2", "1.6.1", "1.7.2", "1.8.0")


@dataclass(frozen=True)
class Outcome:
    """What came of one model of one release.

    Attributes
    ----------
    release, model : str
        Which one.
    refusal : str
        Why it is refused under what is installed here; empty where it answers as then.
    in_own : bool
        Whether it then answered as then, in its own environment.
    third : str
        What came out that may not; empty where nothing did.
    """

    release: str
    model: str
    refusal: str = ""
    in_own: bool = False
    third: str = ""


def make(folder: Path) -> None:
    """Make the set of each release, and of today's, in an environment of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    one_thread = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    for pins in (*map(of_release, _RELEASES), of_this_server()):
        built = build(Settings.from_environment().environments_path, pins)
        out = folder / f"scikit-learn-{built.packages['scikit-learn']}.zip"
        print(f"{out.name}: {built.in_words}", flush=True)
        subprocess.run(
            [built.interpreter, "-m", "tools.frozen_models", out],
            check=True,
            cwd=ROOT,
            env={**os.environ, **one_thread, "PYTHONPATH": str(ROOT)},
        )


def sets(folder: Path) -> list[Path]:
    """Give the sets in a folder, the oldest release first."""
    return sorted(folder.glob("scikit-learn-*.zip"))


def put_on_shelf(file: Path, shelf: Shelf) -> list[str]:
    """Put the models of a set on a shelf as a Brinery of then had, and give their names."""
    names = []
    with zipfile.ZipFile(file) as frozen:
        made_with = Environment(**json.loads(frozen.read(ENVIRONMENT)))
        for name in (one.removesuffix(".pkl") for one in frozen.namelist() if one[-4:] == ".pkl"):
            said = json.loads(frozen.read(f"{name}.json"))
            pickled, proof = frozen.read(f"{name}.pkl"), frozen.read(f"{name}.parquet")
            card = Card(
                name=name,
                version=1,
                saved_at=events.now(),
                saved_by="the frozen set",
                answers_by=said["answers_by"],
                answer_names=tuple(said["answer_names"]),
                estimator=said["estimator"],
                schema=Schema.from_dict(said["schema"]),
                environment=made_with,
                proved=Proved(rows_of(proof).num_rows, events.now(), identical=True),
                sealed=Sealed(seal.sha256(pickled), len(pickled), seal.sha256(proof)),
            )
            signed = seal.sign(card, keys_at(shelf.keys)).to_json()
            files = {PICKLE: pickled, PROOF: proof, CARD: signed}
            storage.create_folder(shelf.models, folder_of(name, 1), files)
            names.append(name)
    return names


def asked_here(shelf: Shelf, name: str, pool: Pool, release: str = "") -> Outcome:
    """Ask a model as the app does, under what is installed here."""
    asked = Outcome(release, name)
    try:
        return _compared(asked, ready(shelf, name, pool), pool)
    except ProofFailed as error:
        return dataclasses.replace(asked, refusal=error.problem)
    except BrineryError as error:
        return dataclasses.replace(asked, third=str(error))


def asked_there(asked: Outcome, shelf: Shelf, name: str, pool: Pool, settings: Settings) -> Outcome:
    """Ask a model that is refused here in its own environment, which is built for it."""
    try:
        run_in_own(shelf, name, pool, settings)
        return _compared(dataclasses.replace(asked, in_own=True), ready(shelf, name, pool), pool)
    except BrineryError as error:
        return dataclasses.replace(asked, third=str(error))


def _compared(asked: Outcome, stored: Stored, pool: Pool) -> Outcome:
    rows = packed(rows_of(stored.proof))
    call = pool.submit(answer, rows, stored.card.answers_by, pickled=stored.given())
    if _bits(unpacked(call.result())) == _bits(_answers_then(stored.proof)):
        return asked
    return dataclasses.replace(asked, third="it gave other answers than then")


def _answers_then(proof: bytes) -> pa.Table:
    whole = pq.read_table(io.BytesIO(proof))
    names = [name for name in whole.column_names if name.startswith("out ")]
    return whole.select(names).rename_columns([name.removeprefix("out ") for name in names])


def _bits(table: pa.Table) -> dict[str, bytes | list[str]]:
    """Give the answers in a form in which two are equal only if every bit is."""
    return {
        name: column.to_pylist() if pa.types.is_string(column.type) else column.to_numpy().tobytes()
        for name, column in zip(table.column_names, table.columns, strict=True)
    }


def check(folder: Path, settings: Settings) -> Iterator[Outcome]:
    """Ask every model of every set in a folder."""
    for file in sets(folder):
        release = file.stem.removeprefix("scikit-learn-")
        with tempfile.TemporaryDirectory() as place, Pool(settings) as pool:
            here = dataclasses.replace(
                settings, models=str(Path(place, "models")), key_path=Path(place, "key")
            )
            shelf = Shelf.of(here)
            for name in put_on_shelf(file, shelf):
                asked = asked_here(shelf, name, pool, release)
                if asked.refusal:
                    asked = asked_there(asked, shelf, name, pool, here)
                yield asked


def main() -> int:
    """Make, or check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("do", choices=("make", "check"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", metavar="PAGE", type=Path, help="write the table of outcomes")
    arguments = parser.parse_args()
    if arguments.do == "make":
        make(arguments.folder)
        return 0
    outcomes = []
    for one in check(arguments.folder, Settings.from_environment()):
        outcomes.append(one)
        where = "in its own environment" if one.in_own else "here"
        said = f"NEITHER: {one.third}" if one.third else f"the same answers {where}"
        refused = f"refused here ({one.refusal}), then " if one.refusal else ""
        print(f"{one.release} {one.model}: {refused}{said}", flush=True)
    if arguments.write:
        arguments.write.write_text(page(outcomes), "utf-8")
    n_third = sum(bool(one.third) for one in outcomes)
    n_own = sum(one.in_own and not one.third for one in outcomes)
    n_here = len(outcomes) - n_own - n_third
    print(f"{len(outcomes)} models: {n_here} answer here, {n_own} in their own, {n_third} neither")
    return 1 if n_third or not outcomes else 0


if __name__ == "__main__":
    sys.exit(main())
