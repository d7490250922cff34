"""Exact versions that make an environment, and the key by which it is found again."""

from __future__ import annotations

import hashlib
import json
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata

from brinery.errors import NoEnvironment
from brinery.model.card import Environment

__all__ = ["KNOWN", "Pins", "in_words", "is_release", "of_card", "of_release", "of_this_server"]

KNOWN = ("scikit-learn", "numpy", "scipy", "pandas", "joblib", "pyarrow")
"""The only packages that are ever installed by name: what a worker needs. A card may come from
a stranger's file, and a package of any name could do anything while it is imported. threadpoolctl,
which scikit-learn brings along, is always the newest: older ones run programs to find a library."""

_RELEASE = re.compile(r"\d+(\.\d+)*((a|b|rc)\d+)?(\.post\d+)?")
_OF_ITS_TIME = {
    "1.4": {"numpy": "1.26.4", "scipy": "1.12.0", "pandas": "2.2.1"}
    | {"joblib": "1.3.2", "pyarrow": "15.0.2"},
    "1.5": {"numpy": "2.0.2", "scipy": "1.14.1", "pandas": "2.2.3"}
    | {"joblib": "1.4.2", "pyarrow": "17.0.0"},
    "1.6": {"numpy": "2.2.2", "scipy": "1.15.1", "pandas": "2.2.3"}
    | {"joblib": "1.4.2", "pyarrow": "19.0.0"},
    "1.7": {"numpy": "2.3.3", "scipy": "1.16.2", "pandas": "2.3.2"}
    | {"joblib": "1.5.2", "pyarrow": "21.0.0"},
    "1.8": {"numpy": "2.4.0", "scipy": "1.16.3", "pandas": "2.3.3"}
    | {"joblib": "1.5.3", "pyarrow": "22.0.0"},
}
"""What people had installed beside each series of scikit-learn when it was current."""

_SHOWN = ("scikit-learn", "numpy", "scipy", "pandas")


@dataclass(frozen=True)
class Pins:
    """Which versions an environment has.

    Attributes
    ----------
    python : str
        Python's release without the last number: "3.11".
    packages : tuple of (str, str)
        Package and version, sorted.
    upgrades : tuple of (str, str)
        Installed over them, with whatever these need: how an upgrade is tried.
    """

    python: str
    packages: tuple[tuple[str, str], ...]
    upgrades: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """The start of the hash of all versions, by which the environment is found again."""
        listed = json.dumps([self.python, self.packages, self.upgrades])
        return hashlib.sha256(listed.encode()).hexdigest()[:16]

    @property
    def in_words(self) -> str:
        """The versions that matter to a reader: "Python 3.11, scikit-learn 1.7.2, …"."""
        return in_words(self.python, dict(self.packages) | dict(self.upgrades))


def is_release(version: str) -> bool:
    """Tell whether a text is the number of a release, which an index can have."""
    return _RELEASE.fullmatch(version) is not None


def in_words(python: str, packages: Mapping[str, str]) -> str:
    """Give the versions that matter to a reader."""
    shown = [f"{name} {packages[name]}" for name in _SHOWN if name in packages]
    return ", ".join([f"Python {python}", *shown])


def of_card(made_with: Environment) -> Pins:
    """Give the versions that a card records, of the packages that a worker needs.

    Raises
    ------
    NoEnvironment
        The card does not say them, or names one that can't be installed: a development version.
    """
    packages = tuple(
        (name, made_with.packages[name]) for name in sorted(KNOWN) if name in made_with.packages
    )
    python = re.match(r"\d+\.\d+", made_with.python)
    if python is None or "scikit-learn" not in made_with.packages:
        raise NoEnvironment(
            "The card does not say with which versions the model was made.",
            remedy="Save the model again, with the versions that are installed here.",
        )
    for name, version in packages:
        if not is_release(version):
            raise NoEnvironment(
                f"The model was made with {name} {version}, which is no release of it.",
                remedy="Save the model again, with a released version.",
            )
    return Pins(python.group(), packages)


def of_release(version: str) -> Pins:
    """Give a release of scikit-learn with what people had installed beside it at its time.

    Raises
    ------
    NoEnvironment
        It is no release, or of a series for which that is not known.
    """
    series = ".".join(version.split(".")[:2])
    if not is_release(version) or series not in _OF_ITS_TIME:
        known = ", ".join(_OF_ITS_TIME)
        raise NoEnvironment(
            f"For scikit-learn {version} no environment is known.",
            remedy=f"It can be one of the series {known}.",
        )
    packages = {**_OF_ITS_TIME[series], "scikit-learn": version}
    return Pins(_python_here(), tuple(sorted(packages.items())))


def _python_here() -> str:
    return ".".join(platform.python_version_tuple()[:2])


def of_this_server(upgrades: tuple[tuple[str, str], ...] = ()) -> Pins:
    """Give the versions that this program runs with, and what is to be installed over them."""
    return Pins(
        _python_here(), tuple((name, metadata.version(name)) for name in sorted(KNOWN)), upgrades
    )
