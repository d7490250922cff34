"""A version as if it had been saved elsewhere: its card and proof changed, and sealed."""

import dataclasses
import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from brinery.model.card import Card
from brinery.registry import seal
from brinery.registry.keys import keys_at

__all__ = ["resealed", "shifted"]


def resealed(shelf, name, version=1, *, packages=None, proof=None, pickled=None, **environment):
    """Change, by the key of the test's own shelf, what a version was made with."""
    folder = Path(shelf.models, name, "versions", f"{version:04d}")
    card = Card.from_dict(json.loads((folder / "card.json").read_bytes()))
    made = dataclasses.replace(
        card.environment,
        packages={**card.environment.packages, **(packages or {})},
        **environment,
    )
    sealed = card.sealed
    if proof is not None:
        (folder / "proof.parquet").write_bytes(proof)
        sealed = dataclasses.replace(sealed, proof_sha256=seal.sha256(proof))
    if pickled is not None:
        (folder / "model.pkl").write_bytes(pickled)
        sealed = dataclasses.replace(
            sealed, pickle_sha256=seal.sha256(pickled), pickle_bytes=len(pickled)
        )
    card = dataclasses.replace(card, environment=made, sealed=sealed)
    (folder / "card.json").write_bytes(seal.sign(card, keys_at(shelf.keys)).to_json())
    return card


def shifted(proof, by=0.2, n_rows=3, column="out prediction"):
    """Give a proof whose first answers were others."""
    table = pq.read_table(io.BytesIO(proof))
    values = table.column(column).to_pylist()
    changed = [value + by if place < n_rows else value for place, value in enumerate(values)]
    place = table.column_names.index(column)
    sink = io.BytesIO()
    pq.write_table(table.set_column(place, column, pa.array(changed)), sink)
    return sink.getvalue()
