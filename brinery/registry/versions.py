"""The files of a version: where they stand, and reading them with their seal verified."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator

from brinery.errors import SealBroken
from brinery.model.card import Card
from brinery.registry import seal, storage
from brinery.registry.keys import keys_at
from brinery.settings import KeyPlace

__all__ = ["CARD", "PICKLE", "PROOF", "folder_of", "opened", "read_card", "whole"]

PICKLE, PROOF, CARD = "model.pkl", "proof.parquet", "card.json"


def folder_of(name: str, version: int) -> str:
    """Give the place of a version below the shelf."""
    return f"{name}/versions/{version:04d}"


def whole(models: str, name: str) -> list[int]:
    """Give the versions that have a card, sorted; one without a card does not exist."""
    there = storage.folders_with(models, f"{name}/versions", CARD)
    return sorted(int(number) for number in there if number.isdecimal())


def read_card(models: str, keys: KeyPlace, name: str, version: int) -> Card:
    """Read a card and verify its seal.

    Raises
    ------
    SealBroken
        The card is not there, or not the one that was saved.
    """
    raw = _file(models, name, version, CARD)
    with _anew_where_broken(models):
        return seal.open_card(raw, keys_at(keys), name, version)


def opened(models: str, keys: KeyPlace, name: str, version: int) -> tuple[Card, bytes, bytes]:
    """Read card, pickle and proof, and verify the seal.

    Raises
    ------
    SealBroken
        A file is not there, or not the one that was saved.
    """
    card = read_card(models, keys, name, version)
    pickled = _file(models, name, version, PICKLE)
    proof = _file(models, name, version, PROOF)
    with _anew_where_broken(models):
        seal.verify(card, pickled, proof, lambda: _other_pickles(models, name, version))
    return card, pickled, proof


@contextlib.contextmanager
def _anew_where_broken(models: str) -> Iterator[None]:
    """Read a broken file anew the next time, when it may have been put back."""
    try:
        yield
    except SealBroken:
        storage.forget(models)
        raise


def _file(models: str, name: str, version: int, file: str) -> bytes:
    try:
        return storage.read(models, f"{folder_of(name, version)}/{file}")
    except FileNotFoundError as error:
        raise SealBroken(
            "The file is missing.",
            where=f"{name}@{version}, {file}",
            remedy="Put it back from a copy, go back to another version, or save again.",
        ) from error


def _other_pickles(models: str, name: str, version: int) -> dict[str, int]:
    """Give the sha256 of the other versions' pickles, as their cards claim it."""
    found = {}
    for other in whole(models, name):
        if other != version:
            try:
                sealed = json.loads(_file(models, name, other, CARD))["sealed"]
                found[str(sealed["pickle_sha256"])] = other
            except (SealBroken, ValueError, KeyError, TypeError):
                continue  # a broken card names no pickle
    return found
