"""The environments that were built: each a folder named by its key, there whole or not at all."""

from __future__ import annotations

import json
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brinery.environments.pins import Pins, in_words
from brinery.errors import NoEnvironment

__all__ = ["NOTE", "REMOVED", "Built", "all_built", "discard", "find", "remove", "require"]

NOTE = "environment.json"
"""The file in which an environment says what it is; written before the folder has its name."""

REMOVED = ".removed-"
"""How the name of one begins that is being removed."""


@dataclass(frozen=True)
class Built:
    """An environment as it stands in its folder.

    Attributes
    ----------
    key : str
        As `Pins.key`.
    folder : Path
        Where it lies.
    pins : Pins
        What was asked for.
    python : str
        The release of Python that it has: another than asked for where that was not to be had.
    packages : dict of str to str
        Everything that is installed in it.
    built_at : str
        UTC, ISO 8601.
    """

    key: str
    folder: Path
    pins: Pins
    python: str
    packages: dict[str, str]
    built_at: str

    @property
    def interpreter(self) -> Path:
        """Its Python."""
        return self.folder / "bin" / "python"

    @property
    def n_bytes(self) -> int:
        """How much it takes on the disk; less where uv could link its files."""
        return sum(one.lstat().st_size for one in self.folder.rglob("*"))

    @property
    def in_words(self) -> str:
        """What is in it, for a reader."""
        return in_words(self.python, self.packages)

    @property
    def has_other_python(self) -> bool:
        """Whether its Python is not the one that was asked for."""
        return not f"{self.python}.".startswith(f"{self.pins.python}.")


def all_built(folder: Path) -> list[Built]:
    """Give the environments in a folder, the oldest first."""
    try:
        keys = [place.name for place in folder.iterdir() if not place.name.startswith(".")]
    except FileNotFoundError:
        return []
    found = [find(folder, key) for key in keys]
    return sorted((one for one in found if one), key=lambda one: (one.built_at, one.key))


def find(folder: Path, key: str) -> Built | None:
    """Give the environment of a key, or None where it is not there."""
    place = folder / key
    try:
        said: dict[str, Any] = json.loads((place / NOTE).read_text("utf-8"))
        pins = Pins(
            said["asked"]["python"],
            tuple((name, version) for name, version in said["asked"]["packages"]),
            tuple((name, version) for name, version in said["asked"]["upgrades"]),
        )
        return Built(key, place, pins, said["python"], said["packages"], said["built_at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None  # as good as not there: it is built anew


def require(folder: Path, key: str) -> Built:
    """Give the environment of a key.

    Raises
    ------
    NoEnvironment
        It was not built on this machine, or is not whole.
    """
    built = find(folder, key)
    if built is None or not built.interpreter.exists():
        raise NoEnvironment(
            "The model runs in an environment of its own, which is not on this machine.",
            remedy="The operator builds it: on the Shelf, or by `brinery env build NAME`.",
        )
    return built


def remove(folder: Path, key: str) -> None:
    """Remove an environment; the models that run in it wait until it is built again.

    Raises
    ------
    NoEnvironment
        There is none of that key.
    OSError
        A file can't be removed.
    """
    if find(folder, key) is None:
        raise NoEnvironment(
            f"There is no environment {key}.", remedy="`brinery env list` has those that are there."
        )
    discard(folder / key)


def discard(place: Path) -> None:
    """Remove a folder that others may build anew meanwhile."""
    removed = place.with_name(f"{REMOVED}{place.name}-{secrets.token_hex(4)}")
    place.rename(removed)  # from here on it is not there
    shutil.rmtree(removed)
