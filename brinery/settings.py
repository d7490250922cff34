"""What an operator can set, all of it from the environment."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast, get_args

from brinery.errors import BrineryError

__all__ = ["KeyPlace", "Role", "Settings", "is_bucket", "unknown"]

Role = Literal["user", "modeler", "operator"]

_PREFIX = "BRINERY_"
_NAMES = (
    "BRINERY_MODELS",
    "BRINERY_ROLE",
    "BRINERY_KEY_FILE",
    "BRINERY_KEY",
    "BRINERY_REMEMBERED",
    "BRINERY_RUNS",
    "BRINERY_RUNS_DISK",
    "BRINERY_RUNS_DAYS",
    "BRINERY_RUNS_BYTES",
    "BRINERY_ENVIRONMENTS",
    "BRINERY_SCHEDULER",
    "BRINERY_WORKERS",
    "BRINERY_WORKER_MEMORY_BYTES",
    "BRINERY_WORKER_SECONDS",
    "BRINERY_TRAINING_SECONDS",
    "BRINERY_MAX_UPLOAD_BYTES",
    "BRINERY_MAX_FILE_BYTES",
    "BRINERY_FILES",
    "BRINERY_ALLOW",
    "BRINERY_REQUIRE_SANDBOX",
    "BRINERY_EXAMPLES",
)
_LEAST_WORKER_BYTES = 3 * 2**29
"""The libraries take up half a GiB; a small search with 1 GiB in all was seen to run short."""


def _default_key_path() -> Path:
    home = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(home) / "brinery" / "key"


def _default_environments_path() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(home) / "brinery" / "environments"


@dataclass(frozen=True)
class KeyPlace:
    """Where the keys of the seals are.

    Attributes
    ----------
    path : Path
        The file that holds them.
    given : str
        The keys themselves, in place of the file; empty where they are in it.
    """

    path: Path
    given: str = field(default="", repr=False)


@dataclass(frozen=True)
class Settings:
    """The settings of one server or one command.

    Attributes
    ----------
    models : str
        The shelf: a folder, or a bucket such as s3://bucket/models.
    role : {"user", "modeler", "operator"}
        What the people of this server may do. A user predicts; a modeler also trains
        and downloads pickles; an operator does everything.
    key_path : Path
        The file with the keys of the seals; made at first use, kept outside the shelf.
    key : str
        The keys themselves, in place of that file: the first signs, the others are good for
        reading.
    remembered_path : Path
        The folder of what was chosen for earlier files: columns under other names, words for
        levels. By default `remembered` beside the shelf.
    runs_path : Path
        The folder of the runs: scorings that go on when the browser is closed. By default `runs`
        beside the shelf. Where a bucket keeps them, the folder of those that are under way here.
    runs_url : str
        The bucket that keeps the runs, such as s3://bucket/runs, for several servers; empty where
        the folder does.
    runs_days, runs_bytes : int
        How long a run that has ended is kept, in days, and how much room all may take.
    environments_path : Path
        The folder of the Python environments that were built for models made with other versions
        than the server's own.
    scheduler : str
        The address of a Dask scheduler, such as tcp://cluster:8786, whose workers answer the
        chunks of runs; empty where this machine does.
    n_workers : int
        How many worker processes score at the same time.
    worker_memory_bytes : int
        The most memory that one worker may use.
    worker_seconds : int
        The most processor time that one scoring call may take, in seconds.
    training_seconds : int
        The most wall time that one training may take, in seconds.
    max_upload_bytes : int
        The largest upload that the pages take, and the largest file that is read in one piece.
    max_file_bytes : int
        The largest file that goes straight to the disk and is read block by block.
    files : str
        A folder, or a bucket such as s3://bucket/inbox, whose files everybody may take on the page
        Predict, in place of an upload; empty where there is none.
    require_sandbox : bool
        Whether a model from elsewhere is loaded only where the workers' sandbox holds.
    examples : bool
        Whether an empty shelf is given the two example models at the first start.
    allow : tuple of str
        Dotted names of classes of the house's own package that models may use; the operator
        vouches for their code.
    """

    models: str = "models"
    role: Role = "operator"
    key_path: Path = field(default_factory=_default_key_path)
    key: str = field(default="", repr=False)
    remembered_path: Path = Path("remembered")
    runs_path: Path = Path("runs")
    runs_url: str = ""
    runs_days: int = 30
    runs_bytes: int = 20 * 2**30
    environments_path: Path = field(default_factory=_default_environments_path)
    scheduler: str = ""
    n_workers: int = field(default_factory=lambda: os.cpu_count() or 1)
    worker_memory_bytes: int = 4 * 2**30
    worker_seconds: int = 600
    training_seconds: int = 3600
    max_upload_bytes: int = 200 * 2**20
    max_file_bytes: int = 20 * 2**30
    files: str = ""
    require_sandbox: bool = False
    examples: bool = True
    allow: tuple[str, ...] = ()

    @property
    def key_place(self) -> KeyPlace:
        """Where the keys of the seals are."""
        return KeyPlace(self.key_path, self.key)

    @staticmethod
    def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
        """Read the settings from `BRINERY_…` variables; what is unset keeps its default.

        Raises
        ------
        BrineryError
            A variable holds something that it can't; the message names it and what it takes.
        """
        given = os.environ if environment is None else environment
        default = Settings()
        role = given.get("BRINERY_ROLE", default.role)
        if role not in get_args(Role):
            raise BrineryError(
                f"BRINERY_ROLE is {role!r}.", remedy="Set it to user, modeler or operator."
            )
        key_path = given.get("BRINERY_KEY_FILE")
        models = given.get("BRINERY_MODELS") or default.models
        beside = Path() if "://" in models else Path(models).parent
        for name in ("BRINERY_REMEMBERED", "BRINERY_RUNS_DISK"):
            if "://" in given.get(name, ""):
                raise BrineryError(
                    f"{name} is {given[name]!r}.",
                    remedy="Set it to a folder of this machine; this can't be at a URL.",
                )
        runs, files = (
            _place(given, name, f"s3://bucket/{example}")
            for name, example in (("BRINERY_RUNS", "runs"), ("BRINERY_FILES", "inbox"))
        )
        runs_url = runs if is_bucket(runs) else ""
        runs_folder = given.get("BRINERY_RUNS_DISK") if runs_url else runs
        return Settings(
            models=models,
            role=cast(Role, role),
            key_path=Path(key_path) if key_path else default.key_path,
            key=given.get("BRINERY_KEY", ""),
            remembered_path=Path(
                given.get("BRINERY_REMEMBERED") or beside / default.remembered_path
            ),
            runs_path=Path(runs_folder or beside / default.runs_path),
            runs_url=runs_url,
            runs_days=_number(given, "BRINERY_RUNS_DAYS", default.runs_days),
            runs_bytes=_number(given, "BRINERY_RUNS_BYTES", default.runs_bytes),
            environments_path=Path(
                given.get("BRINERY_ENVIRONMENTS") or default.environments_path
            ).absolute(),
            scheduler=given.get("BRINERY_SCHEDULER", ""),
            n_workers=_number(given, "BRINERY_WORKERS", default.n_workers),
            worker_memory_bytes=_number(
                given,
                "BRINERY_WORKER_MEMORY_BYTES",
                default.worker_memory_bytes,
                least=_LEAST_WORKER_BYTES,
                why=" (1.5 GiB): with less, a worker has no room for its libraries and a model",
            ),
            worker_seconds=_number(given, "BRINERY_WORKER_SECONDS", default.worker_seconds),
            training_seconds=_number(given, "BRINERY_TRAINING_SECONDS", default.training_seconds),
            max_upload_bytes=_number(given, "BRINERY_MAX_UPLOAD_BYTES", default.max_upload_bytes),
            max_file_bytes=_number(given, "BRINERY_MAX_FILE_BYTES", default.max_file_bytes),
            files=files,
            require_sandbox=bool(
                _number(given, "BRINERY_REQUIRE_SANDBOX", int(default.require_sandbox), least=0)
            ),
            examples=bool(_number(given, "BRINERY_EXAMPLES", int(default.examples), least=0)),
            allow=tuple(given.get("BRINERY_ALLOW", "").replace(",", " ").split()),
        )


def is_bucket(place: str) -> bool:
    """Tell a bucket of an S3 store from a folder, and from every other URL."""
    return place.startswith(("s3://", "s3a://"))


def unknown(environment: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Give a sentence for each `BRINERY_…` variable that is set and is no setting.

    The name of a setting that is written nearly like it is proposed.
    """
    given = os.environ if environment is None else environment
    strange = sorted(
        name for name in given if name.upper().startswith(_PREFIX) and name not in _NAMES
    )
    return tuple(f"{name} is set, but no setting has that name. {_meant(name)}" for name in strange)


def _meant(name: str) -> str:
    endings = [one.removeprefix(_PREFIX) for one in _NAMES]
    near = difflib.get_close_matches(name.upper().removeprefix(_PREFIX), endings, n=1)
    return f"Did you mean {_PREFIX}{near[0]}?" if near else "The README has a table of them all."


def _place(given: Mapping[str, str], name: str, example: str) -> str:
    """Give a folder or a bucket; refuse every other URL."""
    place = given.get(name, "")
    if "://" in place and not is_bucket(place):
        raise BrineryError(
            f"{name} is {place!r}.",
            remedy=f"Set it to a folder of this machine, or to a bucket such as {example}.",
        )
    return place


def _number(
    given: Mapping[str, str], name: str, default: int, *, least: int = 1, why: str = ""
) -> int:
    text = given.get(name, "")
    if not text:
        return default
    if not text.isdecimal() or int(text) < least:
        raise BrineryError(
            f"{name} is {text!r}.", remedy=f"Set it to a whole number from {least}{why}."
        )
    return int(text)
