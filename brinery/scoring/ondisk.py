"""Runs kept in a folder of this machine."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from brinery.errors import CannotWrite
from brinery.registry.events import now
from brinery.scoring.offered import Offered, lying
from brinery.scoring.receipt import Receipt
from brinery.scoring.run import Kind, Request, Run, State, ending, read_run
from brinery.tables.whole import written_whole

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

__all__ = [
    "HALF_SECONDS",
    "Held",
    "OnDisk",
    "locked",
    "no_room",
    "sweep_halves",
    "taking_in",
    "write",
]

HALF_SECONDS = 24 * 3600
"""What is half there for so long was left by a server that was killed."""

_LOOK_SECONDS = 1.0
_COPY_BYTES = 2**20


@dataclasses.dataclass(frozen=True)
class Held:
    """A run that this server alone works on, and the ways in which that ends.

    Attributes
    ----------
    run : Run
    """

    run: Run

    def bring(self) -> None:
        """Bring here what is kept of the run's answers: on a disk they are here."""

    def finish(self, receipt: Receipt) -> None:
        """Have the run done: its output is there, and this is what it leaves behind.

        Raises
        ------
        OSError
            The disk refuses.
        """
        write(self.run.folder / "receipt.json", receipt.to_json())
        shutil.rmtree(self.run.folder / "parts", ignore_errors=True)
        self.run.state = "done"

    def end(self, state: State, problem: str) -> None:
        """Have the run ended before it was done."""
        end(self.run, state, problem)

    def lay_down(self) -> None:
        """Leave the run as it is, to be taken up again: on a disk it is so already."""


class OnDisk:
    """The runs of one folder; servers of the same machine may share it.

    Parameters
    ----------
    folder : Path
    """

    is_shared = False
    """Whether servers that are elsewhere work on these runs too."""

    look_seconds: float | None = None
    """After how long to look again for runs that others left; None where that is not needed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(
        self,
        request: Request,
        source: BinaryIO | Path | Offered,
        *,
        take: bool,
        progress: Callable[[int, int], None],  # noqa: ARG002  a disk takes no time to speak of
    ) -> Run:
        """Keep what is asked and what came; both are there, whole, when this returns.

        Raises
        ------
        CannotWrite
            The folder can't be written to, or has no room.
        """
        if isinstance(source, Offered):
            request = dataclasses.replace(request, offered=dataclasses.asdict(source))
        id = secrets.token_urlsafe(12)
        with taking_in(self.folder, id, request, source, take=take) as hidden:
            write(hidden / "request.json", json.dumps(dataclasses.asdict(request)))
        run = read_run(self.folder / id)
        assert run is not None
        return run

    def find(self, id: str) -> Run | None:
        """Give a run; None where there is none of that id."""
        return read_run(self.folder / id)

    def all(self) -> list[Run]:
        """Give the runs."""
        if not self.folder.is_dir():
            return []
        ids = [one.name for one in self.folder.iterdir() if not one.name.startswith(".")]
        return [run for id in ids if (run := self.find(id)) is not None]

    def left(self) -> list[Run]:
        """Give the runs that nobody else may be working on, those asked for first at the front."""
        found = [run for run in self.all() if not run.has_ended]
        return sorted(found, key=lambda run: run.asked_at)

    @contextlib.contextmanager
    def hold(self, run: Run) -> Iterator[Held | None]:
        """Have a run for oneself; None where nothing is left to be done.

        Raises
        ------
        OSError
            Its folder can't be read.
        """
        with locked(run):
            found = read_run(run.folder)
            if found is not None and found.has_ended:  # another server saw it through
                run.n_done, run.problem, run.state = found.n_done, found.problem, found.state
            if run.has_ended or run.stop.is_set():
                yield None
                return
            (run.folder / "parts").mkdir(exist_ok=True)
            for left in (run.partial, *run.folder.glob(".*")):  # of an earlier try; not whole
                left.unlink(missing_ok=True)
            yield Held(run)

    def cancel(self, run: Run) -> None:
        """Have a run cancelled that is not being worked on."""
        run.stop.set()
        end(run, "cancelled", "It was cancelled before it began.")

    def again(self, run: Run) -> Run | None:
        """Give a run that was stopped, to be taken up; None where it can't go on."""
        found = self.find(run.id)
        if found is None or found.state == "done":  # another server saw it through
            return found
        for left in ("end.json", "receipt.json"):  # a receipt that can't be read
            (run.folder / left).unlink(missing_ok=True)
        found = self.find(run.id)
        return None if found is None or found.has_ended else found

    def file(self, run: Run, kind: Kind) -> Offered | None:
        """Give a run's output, or what there is of it; None where there is no such file."""
        path = run.partial if kind == "partial" else run.output
        return lying(path) if path.is_file() else None

    def sizes(self) -> dict[str, int]:
        """Give how many bytes each run takes."""
        return {run.id: _n_bytes(run.folder) for run in self.all()}

    def delete(self, run: Run) -> None:
        """Delete a run that has ended."""
        hidden = run.folder.with_name(f".{run.id}.gone")
        with contextlib.suppress(OSError):
            run.folder.rename(hidden)  # first out of sight, so that no half of it is found
            shutil.rmtree(hidden)

    def sweep(self) -> None:
        """Remove what servers that were killed left half taken in, or half deleted."""
        sweep_halves(self.folder)
        for gone in self.folder.glob(".*.gone"):
            shutil.rmtree(gone, ignore_errors=True)

    def close(self) -> None:
        """Let go of what only one server may have: on a disk that is each run by itself."""


def sweep_halves(folder: Path) -> None:
    """Remove what a server that was killed left half taken in."""
    for half in folder.glob(".*/parts"):
        with contextlib.suppress(FileNotFoundError):  # it was taken in meanwhile
            if time.time() - half.stat().st_mtime > HALF_SECONDS:
                shutil.rmtree(half.parent, ignore_errors=True)


@contextlib.contextmanager
def taking_in(
    folder: Path, id: str, request: Request, source: BinaryIO | Path | Offered, *, take: bool
) -> Iterator[Path]:
    """Have a run's folder out of sight with what came; it appears whole after the block.

    Where that fails, a path that was taken over is back where it was.

    Raises
    ------
    CannotWrite
        The folder can't be written to, or has no room.
    """
    hidden = folder / f".{id}"
    input = hidden / f"input{ending(request.file)}"
    taken = source if take and isinstance(source, Path) else None
    try:
        (hidden / "parts").mkdir(parents=True)
        if not isinstance(source, Offered):
            _put(source, input, take=take)
        yield hidden
        hidden.rename(folder / id)
    except BaseException as error:
        if taken is not None and input.exists() and not taken.exists():
            shutil.move(input, taken)
        shutil.rmtree(hidden, ignore_errors=True)
        if isinstance(error, OSError):
            raise no_room(folder, error) from error
        raise


@contextlib.contextmanager
def locked(run: Run) -> Iterator[None]:
    """Have a run's folder for oneself, once no other server of this machine works in it.

    The lock ends with the process, however that ends. Waiting for it ends where the run is
    stopped.
    """
    with (run.folder / "request.json").open("rb") as file:
        while fcntl is not None and not run.stop.is_set():
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                run.stop.wait(_LOOK_SECONDS)
            except OSError:  # a disk that knows no locks
                break
            else:
                break
        yield


def end(run: Run, state: State, problem: str) -> None:
    """Write beside a run why it ended before it was done."""
    run.problem = problem
    fields = {"state": state, "problem": problem, "n_done": run.n_done, "at": now()}
    with contextlib.suppress(OSError):  # on a full disk the run is found unfinished instead
        write(run.folder / "end.json", json.dumps(fields))
    run.state = state


def write(path: Path, text: str) -> None:
    """Write a text file that is there whole or not at all."""
    with written_whole(path) as file:
        file.write(text.encode())


def no_room(folder: Path, error: OSError) -> CannotWrite:
    """Say that the disk refuses."""
    return CannotWrite(
        f"The run can't be kept ({error.strerror or error}).",
        where=str(folder),
        remedy="Ask the operator whether there is room on the disk.",
    )


def _n_bytes(folder: Path) -> int:
    """Give how many bytes are in a folder in which somebody may be at work."""
    n_bytes = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                n_bytes += Path(place, name).stat().st_size
    return n_bytes


def _put(source: BinaryIO | Path, to: Path, *, take: bool) -> None:
    if isinstance(source, Path) and take:
        shutil.move(source, to)
        return
    with contextlib.ExitStack() as stack:
        if isinstance(source, Path):
            source = stack.enter_context(source.open("rb"))
        file = stack.enter_context(to.open("wb"))
        shutil.copyfileobj(source, file, _COPY_BYTES)
        file.flush()
        os.fsync(file.fileno())
