"""The seal: which key made it, and whether card, pickle and proof are the ones it was put on."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from brinery.errors import SealBroken
from brinery.model.card import CARD_FORMAT, Card
from brinery.registry.keys import Keys, hmac_of, is_hmac, key_id
from brinery.safety.audit import audit

__all__ = ["open_card", "sha256", "sign", "verify"]


def sha256(data: bytes) -> str:
    """Give the sha256 in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def sign(card: Card, keys: Keys) -> Card:
    """Give the card with the seal of the key that signs."""
    key = keys.signing
    unsigned = dataclasses.replace(
        card, sealed=dataclasses.replace(card.sealed, key_id=key_id(key), hmac="")
    )
    mark = hmac_of(key, _marked(json.loads(unsigned.to_json())))
    return dataclasses.replace(unsigned, sealed=dataclasses.replace(unsigned.sealed, hmac=mark))


def open_card(raw: bytes, keys: Keys, name: str, version: int) -> Card:
    """Read a card and verify its own seal.

    Parameters
    ----------
    raw : bytes
        The card's file.
    keys : Keys
        The keys of the seals; any of them may have made it.
    name, version : str, int
        Where the file stands on the shelf.

    Raises
    ------
    SealBroken
        It can't be read, was edited, sealed with another key, is of another place, or was
        made by a later program; the message says which and what to do.
    """
    where = f"{name}@{version}, card.json"
    try:
        fields = json.loads(raw)
        given = str(fields["sealed"]["hmac"])
        its_key, its_format = str(fields["sealed"]["key_id"]), int(fields["format"])
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise SealBroken(
            "The card can't be read.", where=where, remedy=_PUT_BACK.format("card.json")
        ) from error
    key = keys.by_id.get(its_key)
    if key is None:
        raise SealBroken(
            "The card was sealed with another key than this server's.",
            where=where,
            remedy="Add the key it was saved with to this server's, below the first, or save the "
            "model again.",
        )
    if not is_hmac(given, key, _marked(fields)):
        raise SealBroken(
            "The card was edited after it was saved.",
            where=where,
            remedy=_PUT_BACK.format("card.json"),
        )
    if its_format > CARD_FORMAT:
        raise _later(where)
    try:
        card = Card.from_dict(fields)
    except (TypeError, KeyError) as error:  # whole, but with fields that this release lacks
        raise _later(where) from error
    if (card.name, card.version) != (name, version):
        raise SealBroken(
            f"The card is that of {card.name}@{card.version}, not of this place.",
            where=where,
            remedy=_PUT_BACK.format("card.json"),
        )
    return card


def verify(
    card: Card, pickled: bytes, proof: bytes, others: Callable[[], Mapping[str, int]]
) -> None:
    """Verify that pickle and proof are those of a card that `open_card` gave.

    Parameters
    ----------
    card : Card
        Its own seal verified.
    pickled, proof : bytes
        The files; nothing of them is run.
    others : callable
        Gives the sha256 of the pickles of the model's other versions, each with its version;
        asked only to name the one that stands here, if it is one of them.

    Raises
    ------
    SealBroken
        One of them is another file than the one that was saved; the message says what is
        wrong with it and what to do.
    """
    place = f"{card.name}@{card.version}"
    found = sha256(pickled)
    if found != card.sealed.pickle_sha256:
        raise SealBroken(
            _what_stands_there(pickled, card, others().get(found)),
            where=f"{place}, model.pkl",
            remedy=_PUT_BACK.format("model.pkl"),
        )
    if sha256(proof) != card.sealed.proof_sha256:
        raise SealBroken(
            "The proof was changed after it was saved.",
            where=f"{place}, proof.parquet",
            remedy=_PUT_BACK.format("proof.parquet"),
        )


_PUT_BACK = "Put {} back from a copy, go back to another version, or save the model again."


def _what_stands_there(pickled: bytes, card: Card, version: int | None) -> str:
    if version is not None:
        return f"The pickle is that of version {version}, not of this one."
    looked = audit(pickled)
    forbidden = [one for one in looked.imports if not one.allowed]
    if forbidden:
        first = forbidden[0]
        return (
            f"Another pickle stands here, and it would use {first.module}.{first.name}, "
            "which no model may. Nothing of it was run. Somebody may have put it there on purpose."
        )
    if len(pickled) < card.sealed.pickle_bytes:
        return (
            f"The pickle was cut short: {len(pickled):,} of {card.sealed.pickle_bytes:,} "
            "bytes are left."
        )
    return "The pickle was changed after it was saved. Nothing of it was run."


def _later(where: str) -> SealBroken:
    return SealBroken(
        "The card was made by a later release of Brinery.",
        where=where,
        remedy="Update Brinery on this server.",
    )


def _marked(fields: dict[str, Any]) -> bytes:
    """Give what is signed: the fields as they stand, with those that this release does not know."""
    sealed = {**fields["sealed"], "hmac": ""}
    return json.dumps({**fields, "sealed": sealed}, sort_keys=True, ensure_ascii=True).encode()
