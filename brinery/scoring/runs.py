"""Runs: scorings that outlive a click, a browser and the server."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import json
import logging
import os
import secrets
import shutil
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, BinaryIO

from brinery.errors import BrineryError, Cancelled, CannotWrite, NotOnShelf
from brinery.registry.events import now
from brinery.registry.prove import ready
from brinery.registry.shelf import Shelf
from brinery.schema.choices import Choices
from brinery.scoring import receipt as receipts
from brinery.scoring.offered import Offered
from brinery.scoring.parts import Parts
from brinery.scoring.receipt import Receipt
from brinery.scoring.run import Request, Run, State, ending, held, read_run
from brinery.scoring.tofile import Written, to_file
from brinery.tables.csvstyle import CsvStyle
from brinery.tables.hints import Hints
from brinery.tables.typedblocks import open_typed_blocks
from brinery.tables.whole import written_whole
from brinery.worker.pool import Pool

__all__ = ["Runs"]

_log = logging.getLogger("brinery.scoring")

_SMALL_BYTES = 16 * 2**20
_QUEUES = ((_SMALL_BYTES, 2), (16 * _SMALL_BYTES, 1), (None, 1))
"""Up to how many bytes a file has, and how many of such files are worked on at a time."""
_BEHIND = 10
_HALF_SECONDS = 24 * 3600
_COPY_BYTES = 2**20
_ID_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


class Runs:
    """The runs of one server.

    Small files have places of their own, and so have those of middle size, so that none waits for
    a much larger one; the larger ones also leave them the processor.

    Parameters
    ----------
    folder : Path
        Where the runs are kept.
    shelf : Shelf
    pool : Pool
    most_whole_bytes : int, optional
        The largest file that is read in one piece, where it can't be read block by block.
    """

    def __init__(
        self, folder: Path, shelf: Shelf, pool: Pool, *, most_whole_bytes: int | None = None
    ) -> None:
        self.folder, self.shelf, self.pool = folder, shelf, pool
        self.most_whole_bytes = most_whole_bytes
        self._lock = threading.Lock()
        self._runs: dict[str, Run] = {}
        self._is_closed = False
        self._queues = [
            (most, ThreadPoolExecutor(n, "brinery-run", None if at == 0 else _stand_back))
            for at, (most, n) in enumerate(_QUEUES)
        ]

    def start(
        self, request: Request, source: BinaryIO | Path | Offered, *, take: bool = False
    ) -> Run:
        """Begin a run; the folder is there, whole, when this returns.

        Parameters
        ----------
        request : Request
        source : binary file, pathlib.Path or Offered
            What is to be scored; it is copied, what is offered when the work begins.
        take : bool
            Whether a path is taken over in place of that, and is no more where it was.

        Raises
        ------
        CannotWrite
            The folder can't be written to, or has no room.
        """
        offered = dataclasses.asdict(source) if isinstance(source, Offered) else {}
        request = dataclasses.replace(request, at=request.at or now(), offered=offered)
        id = secrets.token_urlsafe(12)
        hidden = self.folder / f".{id}"
        try:
            (hidden / "parts").mkdir(parents=True)
            if not isinstance(source, Offered):
                _put(source, hidden / f"input{ending(request.file)}", take=take)
            _write(hidden / "request.json", json.dumps(dataclasses.asdict(request)))
            hidden.rename(self.folder / id)
        except OSError as error:
            shutil.rmtree(hidden, ignore_errors=True)
            raise _no_room(self.folder, error) from error
        run = Run(id, self.folder / id, request)
        self._queue(run)
        return run

    def find(self, id: str | None) -> Run | None:
        """Give a run; None where there is none of that id."""
        with self._lock:
            if (run := self._runs.get(id or "")) is not None:
                return run
        if not id or not set(id) <= _ID_LETTERS:
            return None
        return read_run(self.folder / id)

    def all(self, by: str | None = None) -> list[Run]:
        """Give the runs, the latest first; only those of one who asked, where that is given."""
        found = [run for id in self._ids() if (run := self.find(id)) is not None]
        found = [run for run in found if by is None or run.request.by == by]
        return sorted(found, key=lambda run: run.asked_at, reverse=True)

    def cancel(self, id: str) -> None:
        """Stop a run; what it has is kept, and it is not whole."""
        run = self.find(id)
        if run is not None and not run.has_ended:
            run.stop.set()
            if run.state == "waiting":
                self._end(run, "cancelled", "It was cancelled before it began.")

    def resume(self) -> None:
        """Take up the runs that were under way when the server ended."""
        for run in reversed(self.all()):
            with self._lock:
                known = run.id in self._runs
            if not run.has_ended and not known:
                self._queue(run)

    def again(self, id: str) -> None:
        """Take up a run that was stopped, from the last part that is whole.

        Raises
        ------
        NotOnShelf
            There is no such run any more.
        """
        run = self.find(id)
        if run is None:
            raise NotOnShelf("There is no such run any more.", remedy="Upload the file again.")
        if run.state in ("stopped", "cancelled"):
            (run.folder / "end.json").unlink(missing_ok=True)
            self._queue(Run(run.id, run.folder, run.request))

    def clear(self, *, keep_seconds: float, keep_bytes: int) -> None:
        """Delete runs that ended long ago, and the oldest where all take too much room."""
        for half in self.folder.glob(".*/parts"):  # a server was killed while it took a file in
            if time.time() - half.stat().st_mtime > _HALF_SECONDS:
                shutil.rmtree(half.parent, ignore_errors=True)
        kept = 0
        for run in self.all():
            if not run.has_ended:
                continue
            size = sum(file.stat().st_size for file in run.folder.rglob("*") if file.is_file())
            age = time.time() - run.asked_at
            kept += size
            if age > keep_seconds or kept > keep_bytes:
                kept -= size
                self._delete(run)

    def shutdown(self) -> None:
        """End the work; what is under way is taken up by `resume`."""
        with self._lock:
            self._is_closed = True
            runs = list(self._runs.values())
        for run in runs:
            run.stop.set()
        for _, queue in self._queues:
            queue.shutdown(cancel_futures=True)

    def _ids(self) -> list[str]:
        if not self.folder.is_dir():
            return []
        return [one.name for one in self.folder.iterdir() if not one.name.startswith(".")]

    def _queue(self, run: Run) -> None:
        with self._lock:
            self._runs[run.id] = run
        queue = next(one for most, one in self._queues if most is None or run.n_bytes <= most)
        queue.submit(self._do, run)

    def _do(self, run: Run) -> None:
        """See one run through; whatever happens is written beside it."""
        try:
            with held(run):
                found = read_run(run.folder)
                if found is not None and found.has_ended:  # another server saw it through
                    run.n_done, run.problem, run.state = found.n_done, found.problem, found.state
                if run.has_ended or run.stop.is_set():
                    return
                run.state, run.began = "running", time.monotonic()
                self._score(run)
        except Cancelled:
            if not self._is_closed:
                self._end(run, "cancelled", "It was cancelled.")
        except BrineryError as error:
            self._end(run, "stopped", f"{error.problem} {error.remedy}".strip())
        except OSError as error:
            told = _no_room(run.folder, error)
            self._end(run, "stopped", f"{told.problem} {told.remedy}")
        except Exception:  # noqa: BLE001  whoever waits for the run must hear of it
            _log.exception("Run %s", run.id)
            self._end(run, "stopped", "Something unforeseen went wrong; the server's log has more.")
        else:
            run.state = "done"
            shutil.rmtree(run.folder / "parts", ignore_errors=True)

    def _score(self, run: Run) -> None:
        request, began = run.request, now()
        _tidy(run)
        if request.offered:
            _fetch(run)
        run.n_expected = _about_rows(run.input)
        stored = ready(self.shelf, request.ref, self.pool, by=request.by)
        choices, hints = Choices.from_dict(request.choices), Hints(**request.hints)

        @functools.cache
        def receipt(written: Written) -> Receipt:
            return receipts.make(
                stored,
                written,
                id=run.id,
                file=request.file,
                file_sha256=receipts.sha256_of(run.input),
                choices=choices,
                hints=hints,
                started_at=began,
                ended_at=now(),
                by=request.by,
            )

        def told(n_done: int) -> None:
            run.n_done = n_done
            _heed(run)

        written = to_file(
            stored,
            run.input,
            run.output,
            self.pool,
            choices=choices,
            hints=hints,
            style=lambda came: _styled(came, request.style),
            escape=request.escape,
            progress=told,
            kept=Parts(run.folder / "parts"),
            partial=lambda: None if self._is_closed else run.partial,
            most_whole_bytes=self.most_whole_bytes,
            facts=lambda written: receipt(written).facts(),
        )
        run.n_done = written.verdict.n_rows
        _write(run.folder / "receipt.json", receipt(written).to_json())

    def _end(self, run: Run, state: State, problem: str) -> None:
        run.problem = problem
        fields = {"state": state, "problem": problem, "n_done": run.n_done, "at": now()}
        with contextlib.suppress(OSError):  # on a full disk the run is found unfinished instead
            _write(run.folder / "end.json", json.dumps(fields))
        run.state = state

    def _delete(self, run: Run) -> None:
        hidden = run.folder.with_name(f".{run.id}")
        with contextlib.suppress(OSError):
            run.folder.rename(hidden)  # first out of sight, so that no half of it is found
            shutil.rmtree(hidden)
        with self._lock:
            self._runs.pop(run.id, None)


def _write(path: Path, text: str) -> None:
    with written_whole(path) as file:
        file.write(text.encode())


def _tidy(run: Run) -> None:
    """Drop what an earlier try left that is not whole."""
    run.partial.unlink(missing_ok=True)
    for left in run.folder.glob(".*"):
        left.unlink()


def _fetch(run: Run) -> None:
    """Get the file that was offered, if it is not here yet; it is there whole, or not at all."""

    def told(n_bytes: int) -> None:
        run.n_fetched = n_bytes
        _heed(run)

    if not run.input.is_file():
        Offered(**run.request.offered).fetch(run.input, told)
        run.began = time.monotonic()  # what was fetched tells nothing of rows a second
    run.n_fetched = run.n_bytes


def _heed(run: Run) -> None:
    if run.stop.is_set():
        raise Cancelled("The run was cancelled.")


def _stand_back() -> None:
    """Let this thread, and those that it starts, come after the pages that people look at."""
    if sys.platform == "linux":  # elsewhere a thread has no priority of its own
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _BEHIND)


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


def _about_rows(path: Path) -> int:
    """Give the number of rows, of a text guessed from the length of the first lines."""
    if (typed := open_typed_blocks(path)) is not None:
        return typed.n_rows
    with path.open("rb") as file:
        start = file.read(2**16)
    n_lines = start.count(b"\n")
    return 0 if n_lines < 2 else int(path.stat().st_size / len(start) * n_lines)


def _styled(came: CsvStyle, wanted: dict[str, Any]) -> CsvStyle:
    return dataclasses.replace(came, **wanted)


def _no_room(folder: Path, error: OSError) -> CannotWrite:
    return CannotWrite(
        f"The run can't be kept ({error.strerror or error}).",
        where=str(folder),
        remedy="Ask the operator whether there is room on the disk.",
    )
