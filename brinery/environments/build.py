"""Build an environment with uv: aside, from wheels alone, and given its name when it is whole."""

from __future__ import annotations

import dataclasses
import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from brinery.environments.kept import NOTE, REMOVED, Built, discard, find
from brinery.environments.pins import Pins
from brinery.errors import NoEnvironment

__all__ = ["OLDEST_PYTHON", "build", "find_uv", "note"]

OLDEST_PYTHON = (3, 11)
"""Older ones can't run a worker's code."""

Progress = Callable[[dict[str, Any]], None]

_ASIDE = ".building-"
_PATIENCE_SECONDS = 1800
_INSTALLED = (
    "import importlib.metadata as m, json, platform; print(json.dumps([platform.python_version(), "
    "{d.metadata['Name'].lower(): d.version for d in m.distributions()}]))"
)
_UNREACHED = re.compile(r"Failed to fetch|Failed to download|error sending request|dns error")


def find_uv() -> str:
    """Give the place of uv: of the package that is installed here, or on the PATH.

    Raises
    ------
    NoEnvironment
        It is in neither.
    """
    try:
        import uv

        return uv.find_uv_bin()
    except (ImportError, FileNotFoundError):
        if found := shutil.which("uv"):
            return found
    raise NoEnvironment(
        "Environments are built by uv, which is not installed here.",
        remedy="Install it beside Brinery: pip install uv.",
    )


def build(folder: Path, pins: Pins, progress: Progress | None = None) -> Built:
    """Build an environment, or give the one that is there.

    Parameters
    ----------
    folder : Path
        Where environments are kept; made where it is missing.
    pins : Pins
        The versions.
    progress : callable, optional
        Told each step, as a page shows it.

    Raises
    ------
    NoEnvironment
        uv is missing, the package index can't be reached, or a version can't be had; the
        message says which.
    OSError
        The folder can't be written.
    """
    if there := find(folder, pins.key):
        return there
    uv = find_uv()
    tell = progress or (lambda _: None)
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        if there := find(folder, pins.key):  # somebody else built it meanwhile
            return there
        for start in (_ASIDE, REMOVED):  # of one who was ended midway
            for left in folder.glob(f"{start}*"):
                shutil.rmtree(left, ignore_errors=True)
        aside, place = folder / f"{_ASIDE}{pins.key}", folder / pins.key
        try:
            _fill(uv, aside, pins, tell)
            if place.exists():  # a damaged one, which is as good as none
                discard(place)
            aside.rename(place)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    built = find(folder, pins.key)
    assert built is not None, "it was written a moment ago"
    return built


def note(place: Path, pins: Pins, python: str, packages: dict[str, str]) -> None:
    """Write down what an environment is; before this, its folder counts for nothing."""
    said = {
        "asked": dataclasses.asdict(pins),
        "python": python,
        "packages": packages,
        "built_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    (place / NOTE).write_text(json.dumps(said, indent=1) + "\n", "utf-8")


def _fill(uv: str, aside: Path, pins: Pins, tell: Progress) -> None:
    tell({"step": f"Finding Python {pins.python}", "done": 0, "total": 4})
    _make(uv, aside, pins.python)
    interpreter = str(aside / "bin" / "python")
    install = [uv, "pip", "install", "--python", interpreter, "--only-binary", ":all:"]
    install.append("--compile-bytecode")  # a worker can't write what it compiles
    for done, wanted in enumerate((pins.packages, pins.upgrades), 1):
        if wanted:
            said = ", ".join(f"{name} {version}" for name, version in wanted)
            tell({"step": f"Installing {said}", "done": done, "total": 4})
            _run([*install, *(f"{name}=={version}" for name, version in wanted)])
    tell({"step": "Looking at what was installed", "done": 3, "total": 4})
    python, packages = json.loads(_run([interpreter, "-I", "-c", _INSTALLED]))
    note(aside, pins, python, packages)


def _make(uv: str, aside: Path, python: str) -> None:
    """Make an empty environment of a Python's release; where that can't be had, of our own."""
    own = sys._base_executable  # type: ignore[attr-defined]  # a venv's own would lead to itself
    here = ".".join(map(str, sys.version_info[:2]))
    too_old = tuple(map(int, python.split("."))) < OLDEST_PYTHON
    make = [uv, "venv", "--no-project", "--relocatable", "--python"]
    if python != here and not too_old:
        try:
            _run([*make, python, str(aside)])
        except NoEnvironment:
            shutil.rmtree(aside, ignore_errors=True)
        else:
            return
    _run([*make, own, str(aside)])


def _run(command: list[str]) -> str:
    """Run a program without our secrets, and give what it wrote.

    Raises
    ------
    NoEnvironment
        It failed; with its own reason.
    """
    known = {k: v for k, v in os.environ.items() if not k.startswith(("BRINERY_", "VIRTUAL_ENV"))}
    try:
        done = subprocess.run(
            command,
            env=known,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NoEnvironment(
            "Building the environment took longer than half an hour.",
            remedy="Try again when the network is less busy.",
        ) from error
    if done.returncode:
        raise _failed(done.stderr)
    return done.stdout


def _failed(said: str) -> NoEnvironment:
    """Say in words why uv gave up."""
    if _UNREACHED.search(said) or "network was disabled" in said:
        return NoEnvironment(
            "The package index could not be reached.",
            remedy="An environment is built once, and that needs the network; a mirror can be "
            "named by UV_DEFAULT_INDEX. What is built runs without.",
        )
    why = re.search(r"cause: (.*?)(?:\n\s*\n|\nhint|\Z)", said, re.DOTALL)
    reason = " ".join((why.group(1) if why else said.strip()[-300:]).split()).rstrip(".")
    return NoEnvironment(
        f"These versions can't be installed here: {reason}.",
        remedy="Only releases that have a wheel for this Python and this machine can be had.",
    )


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait until nobody else builds in this folder."""
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
