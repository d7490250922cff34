"""What an operator wants to know of this machine: versions, places, the key, the sandbox."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Iterable
from dataclasses import dataclass

import brinery
from brinery.errors import BrineryError
from brinery.registry.keys import key_id, keys_at
from brinery.report.words import count
from brinery.scoring.offered import offered
from brinery.settings import KeyPlace, Settings, unknown
from brinery.worker.trial import State, Tried, what_is_open

__all__ = ["REMEDY", "Facts", "doubts", "facts", "lines", "verdict"]

REMEDY = (
    "All of it holds on Linux 6.12 or later, on x86_64 and aarch64 processors, unless a container "
    "forbids the calls that it takes (Landlock, seccomp). Until then, take models only from people "
    "you trust, or set `BRINERY_REQUIRE_SANDBOX=1`, which refuses all that were not trained here."
)
_STATE: dict[State, str] = {
    "blocked": "blocked",
    "open": "not blocked",
    "untested": "can't be tested here",
}
_SHOWN = ("streamlit", "scikit-learn", "numpy", "scipy", "pandas", "pyarrow", "joblib")


@dataclass(frozen=True)
class Facts:
    """What is so, as pairs of a name and words.

    Attributes
    ----------
    server : tuple of (str, str)
        Shelf, workers, key.
    versions : tuple of (str, str)
        Of the program and what it stands on.
    key_problem : str
        What is wrong with the key of the seals; empty where nothing is.
    doubts : tuple of str
        What was set in vain, as `doubts` says it.
    """

    server: tuple[tuple[str, str], ...]
    versions: tuple[tuple[str, str], ...]
    key_problem: str
    doubts: tuple[str, ...]


def facts(settings: Settings) -> Facts:
    """Find out what is so on this machine; makes the key where there is none."""
    key, problem = "can't be used", ""
    try:
        key = _key_words(settings.key_place)
    except BrineryError as error:
        problem = str(error)
    return Facts(
        server=(
            ("Shelf", settings.models),
            ("Runs", settings.runs_url or str(settings.runs_path)),
            ("Role of everybody here", settings.role),
            ("Workers that score at the same time", f"{settings.n_workers:,}"),
            ("Cluster for the rows of large files", settings.scheduler or "none; this machine"),
            ("The most memory of one worker", f"{settings.worker_memory_bytes / 2**30:.1f} GiB"),
            ("Key of the seals", key),
            (
                "Models from elsewhere",
                "only where all of the sandbox holds (BRINERY_REQUIRE_SANDBOX)"
                if settings.require_sandbox
                else "are taken, as the door lets them in",
            ),
        ),
        versions=(
            ("Brinery", brinery.__version__),
            ("Python", platform.python_version()),
            *((name, importlib.metadata.version(name)) for name in _SHOWN),
            ("System", f"{platform.system()} {platform.release()}, {platform.machine()}"),
        ),
        key_problem=problem,
        doubts=doubts(settings),
    )


def doubts(settings: Settings) -> tuple[str, ...]:
    """Say what the operator set in vain: names that are no settings, files that can't be listed.

    Nothing of it keeps the server from its work, so it would not be noticed.
    """
    found = list(unknown())
    if settings.files:
        try:
            offered(settings.files)
        except BrineryError as error:
            found.append(
                f"Predict can't offer the files of BRINERY_FILES, {settings.files}. "
                f"{error.problem} Mend that, or set BRINERY_FILES to another place."
            )
    return tuple(found)


def lines(tried: Iterable[Tried]) -> list[tuple[str, str]]:
    """Give for each thing that was tried what it was and what came of it."""
    return [
        (one.title, f"{_STATE[one.state]}. {one.detail}" if one.detail else _STATE[one.state])
        for one in tried
    ]


def verdict(tried: Iterable[Tried]) -> str:
    """Say in one sentence whether the sandbox holds."""
    tried = tuple(tried)
    if missing := what_is_open(tried):
        return f"The sandbox does not hold here: a worker can {missing}."
    n_blocked = sum(one.state == "blocked" for one in tried)
    said = f"The sandbox holds: {n_blocked} of {count(len(tried), 'attack')} were blocked"
    return f"{said}, as they should be." if n_blocked == len(tried) else f"{said}, none worked."


def _key_words(place: KeyPlace) -> str:
    keys = keys_at(place)
    words = "given by BRINERY_KEY" if place.given else f"{place.path}, readable by the server alone"
    words += f". Its number, on each card, is {key_id(keys.signing)}"
    n_older = len(keys.by_id) - 1
    return f"{words}. {count(n_older, 'older one')} still good for reading" if n_older else words
