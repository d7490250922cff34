"""The live parts of the page that teaches pickling."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import pickle
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from brinery.errors import BrineryError
from brinery.model.model import Model
from brinery.schema.check import check
from brinery.scoring.lesson import answer_in_worker, repeat_in_worker, train_in_worker
from brinery.tables.table import Table
from brinery.tables.wire import packed, unpacked
from brinery.worker.protocol import Pickled
from ui import training
from ui.services import Services

__all__ = [
    "NOTEBOOK",
    "Lesson",
    "hexadecimal",
    "hostile",
    "jars",
    "parse",
    "pickled",
    "repeated",
    "tree",
]

NOTEBOOK = """\
import pickle

from sklearn.tree import DecisionTreeClassifier

tree = DecisionTreeClassifier().fit(features, answers)

with open("tree.pkl", "wb") as file:
    pickle.dump(tree, file, protocol=5)

# Later, in another program, with the same version of scikit-learn:
with open("tree.pkl", "rb") as file:
    tree = pickle.load(file)  # only a file that you trust!
tree.predict(new_features)

# The same with Brinery: proved, sealed, and for everyone to use.
import brinery

brinery.save(tree, name="my tree", sample=table)
brinery.score("my tree", "new rows.csv").write("predictions.csv")
"""

_MOST_CHARACTERS = 500


def parse(text: str) -> list[Any]:
    """Read the list that a reader typed; nothing of it is run.

    Raises
    ------
    BrineryError
        It is no list of plain values.
    """
    said = BrineryError(
        "This is not a list that can be read.",
        remedy='Type something like ["gherkin", 3, 4.5, true].',
    )
    if len(text) > _MOST_CHARACTERS:
        raise BrineryError(
            "This list is long.", remedy=f"Keep it under {_MOST_CHARACTERS} characters."
        )
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        try:
            value = ast.literal_eval(text)
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError) as error:
            raise said from error
    try:
        same = json.loads(json.dumps(value)) == value
    except (ValueError, TypeError, RecursionError) as error:
        raise said from error
    if not isinstance(value, list) or not same:
        raise said
    return value


def pickled(value: list[Any]) -> bytes:
    """Pickle a list of plain values."""
    return pickle.dumps(value, protocol=5)


def hexadecimal(data: bytes) -> str:
    """Give bytes as people look at them: 16 a line, with their letters on the right."""
    lines = []
    for start in range(0, len(data), 16):
        part = data[start : start + 16]
        letters = "".join(chr(byte) if 32 <= byte < 127 else "·" for byte in part)
        lines.append(f"{start:4d}  {part.hex(' '):<47}  {letters}")
    return "\n".join(lines)


def repeated(here: Services, data: bytes) -> tuple[int, Any]:
    """Unpickle in a worker; give its process id and the value that came out.

    Raises
    ------
    UnsafePickle
        The door refuses it.
    """
    call = here.pool.submit(repeat_in_worker, pickled=_named(data), fresh=True)
    fields = json.loads(call.result())
    return int(fields["pid"]), fields["value"]


class _Stranger:
    """What a hostile file does, with a harmless command in the harmful one's place."""

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.system, ("echo This could have been any command",)


def hostile() -> bytes:
    """Pickle an order to run a command. Making it runs nothing; loading it would."""
    return pickle.dumps(_Stranger(), protocol=5)


@dataclass(frozen=True, eq=False)
class Lesson:
    """A tree that was trained in one process and answered in another."""

    model: Model
    trained_in: int
    loaded_in: int
    answers: pd.DataFrame


def jars(n: int, seed: int) -> pd.DataFrame:
    """Make up jars of pickles: what went in, and whether they came out crunchy."""
    draw = np.random.default_rng(seed)
    salt = np.round(draw.uniform(1, 8, n), 1)
    days = draw.integers(2, 40, n)
    vinegar = draw.choice(["apple", "malt", "white"], n)
    crunchy = (salt > 3) & (days < 25) | (vinegar == "malt") & (days < 12)
    return pd.DataFrame(
        {
            "salt_percent": salt,
            "days": days,
            "vinegar": vinegar,
            "crunchy": np.where(crunchy, "yes", "no"),
        }
    )


def tree(here: Services) -> Lesson:
    """Train a decision tree in one worker; load its pickle in another and ask it about new rows.

    Raises
    ------
    BrineryError
        A worker failed.
    """
    table = Table.from_pandas(jars(200, seed=1), name="jars")
    future = training.submit(here, table, "crunchy", recipe="tree", seed=1, fn=train_in_worker)
    given = future.result()
    model = Model.from_bytes(given[8:])
    new = jars(6, seed=2).drop(columns="crunchy")
    report = check(Table.from_pandas(new), model.schema)
    if report.features is None:
        raise BrineryError("The lesson's own rows were refused.")
    reply = here.pool.submit(
        answer_in_worker,
        packed(report.features),
        model.answers_by,
        pickled=_named(model.pickled, trained_here=True),
        fresh=True,
    ).result()
    answers = unpacked(reply[8:]).to_pandas()
    new["prediction"] = answers["prediction"].to_numpy()
    return Lesson(model, _pid(given), _pid(reply), new)


def _pid(data: bytes) -> int:
    return int.from_bytes(data[:8], "big")


def _named(data: bytes, *, trained_here: bool = False) -> Pickled:
    return Pickled(hashlib.sha256(data).hexdigest(), data, trained_here)
