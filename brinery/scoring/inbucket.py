"""Runs kept in a bucket, where several servers find them; a folder here has those under way."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import logging
import shutil
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from brinery.errors import BrineryError
from brinery.registry.bucket import RUNS
from brinery.registry.objects import objects_of
from brinery.registry.remote import opened
from brinery.scoring.identity import Identity
from brinery.scoring.journal import Journal
from brinery.scoring.keeper import FILES, Keeper
from brinery.scoring.offered import Offered
from brinery.scoring.ondisk import HALF_SECONDS, locked, sweep_halves, taking_in, write
from brinery.scoring.run import Kind, Request, Run, ending, new_id
from brinery.scoring.told import asked_at
from brinery.scoring.watch import Watch
from brinery.settings import KeyPlace, is_bucket

__all__ = ["InBucket"]

_log = logging.getLogger("brinery.scoring")

LOOK_SECONDS = 5.0
_TRIES = 5


class InBucket:
    """The runs at one URL.

    Parameters
    ----------
    url : str
        Such as s3://bucket/runs.
    folder : Path
        Where the runs that this server works on are meanwhile; it may be lost.
    keys : KeyPlace
        Where the keys are by which one server knows what another put there.
    closing : threading.Event
        Set where the server ends: then nothing is waited for.
    """

    is_shared = True
    """Whether servers that are elsewhere work on these runs too."""

    def __init__(self, url: str, folder: Path, keys: KeyPlace, closing: threading.Event) -> None:
        url = url.rstrip("/")
        self.folder, self.objects, self._closing = folder, objects_of(url), closing
        self._identity = Identity(folder)
        self.journal = Journal(opened(url, RUNS), self.objects, self._identity.name, keys)
        self.look_seconds: float | None = LOOK_SECONDS
        self._watch = Watch(self.journal, self._identity)

    def begin(
        self,
        request: Request,
        source: BinaryIO | Path | Offered,
        *,
        take: bool,
        progress: Callable[[int, int], None],
    ) -> Run:
        """Keep what is asked and what came; both are in the bucket, whole, when this returns.

        Raises
        ------
        CannotWrite
            The folder can't be written to, or has no room.
        BrineryError
            The store does not answer, or refuses.
        ReadError
            What is offered has changed.
        """
        id = new_id()
        with taking_in(self.folder, id, request, source, take=take) as hidden:
            input = hidden / f"input{ending(request.file)}"
            if isinstance(source, Offered) and is_bucket(source.place):
                offered = source
            else:
                if isinstance(source, Offered):
                    source.fetch(input, lambda n: progress(n, source.n_bytes))
                offered = self._sent(id, input, progress)
            request = dataclasses.replace(request, offered=dataclasses.asdict(offered))
            write(hidden / "request.json", json.dumps(dataclasses.asdict(request)))
            self.journal.add(id, 1, "asked", request=dataclasses.asdict(request))
        return Run(id, self.folder / id, request, asked_at=asked_at(request), number=1)

    def find(self, id: str) -> Run | None:
        """Give a run as the journal has it; None where there is none of that id.

        Raises
        ------
        BrineryError
            The store does not answer, or refuses.
        """
        told = self.journal.find(id)
        return None if told is None else told.run(self.folder)

    def all(self) -> list[Run]:
        """Give the runs as the journal has them.

        Raises
        ------
        BrineryError
            The store does not answer, or refuses.
        """
        return [told.run(self.folder) for told in self.journal.all()]

    def left(self) -> list[Run]:
        """Give the runs that nobody works on, those asked for first at the front.

        Those that were to be cancelled are, and what is here of runs that have ended goes.

        Raises
        ------
        BrineryError
            The store does not answer, or refuses.
        """
        here = [one for one in self.folder.glob("[!.]*") if (one / "request.json").is_file()]
        told = self._watch.look({one.name for one in here})
        for folder in here:
            if folder.name not in told or told[folder.name].has_ended:
                shutil.rmtree(folder, ignore_errors=True)
        found = []
        for one in told.values():
            if one.has_ended or not (one.kind == "laid down" or self._watch.is_left(one)):
                continue
            if one.kind == "cancel":
                self.cancel(one.run(self.folder))
            else:
                found.append(one.run(self.folder))
        return sorted(found, key=lambda run: run.asked_at)

    @contextlib.contextmanager
    def hold(self, run: Run) -> Iterator[Keeper | None]:
        """Have a run for oneself; None where another server was first, or the store is away.

        Raises
        ------
        OSError
            The folder can't be written to.
        """
        (run.folder / "parts").mkdir(parents=True, exist_ok=True)
        if not (run.folder / "request.json").is_file():
            write(run.folder / "request.json", json.dumps(dataclasses.asdict(run.request)))
        with locked(run):
            keeper = Keeper(run, self.journal, self._closing)
            if run.stop.is_set() or not self._is_taken(keeper):
                yield None
                return
            try:
                for left in (run.output, run.partial, *run.folder.glob(".*")):  # of an earlier try
                    left.unlink(missing_ok=True)
                yield keeper
            finally:
                keeper.let_go()

    def cancel(self, run: Run) -> None:
        """Have a run cancelled, or tell the server that works on it to do so.

        Raises
        ------
        BrineryError
            The store does not answer, or refuses.
        """
        for _ in range(_TRIES):
            told = self.journal.find(run.id)
            if told is None or told.has_ended:
                return
            number, how_far = told.number + 1, told.how_far
            try:
                if told.state == "waiting" or (told.kind == "cancel" and self._watch.is_left(told)):
                    problem = "It was cancelled before it began."
                    if how_far.get("n_done"):
                        problem = "It was cancelled."
                    self.journal.add(
                        run.id, number, "cancelled", problem=problem, **how_far, kept={}
                    )
                elif told.kind != "cancel":
                    self.journal.add(run.id, number, "cancel", server=told.server, **how_far)
            except FileExistsError:
                continue
            return

    def again(self, run: Run) -> Run | None:
        """Give a run that was stopped, to be taken up; None where another server did that.

        Raises
        ------
        BrineryError
            The store does not answer, or refuses.
        """
        try:
            self.journal.add(run.id, run.number + 1, "again")
        except FileExistsError:
            return None
        return Run(run.id, run.folder, run.request, asked_at=run.asked_at, number=run.number + 1)

    def file(self, run: Run, kind: Kind) -> Offered | None:
        """Give a run's output, or what there is of it; None where there is no such file."""
        if not run.kept or (run.state == "done") != (kind == "output"):
            return None
        name, n_bytes, mark = (run.kept[name] for name in ("name", "n_bytes", "mark"))
        return Offered(f"{self.objects.url}/{FILES}/{run.id}/{name}", n_bytes, mark)

    def sizes(self) -> dict[str, int]:
        """Give how many bytes each run takes.

        Raises
        ------
        BrineryError
            The store does not answer, or refuses.
        """
        found: dict[str, int] = defaultdict(int)
        for path, one in self.objects.below(FILES).items():
            found[path.parts[0]] += one.n_bytes
        return found

    def delete(self, run: Run) -> None:
        """Delete a run that has ended.

        Raises
        ------
        BrineryError
            The store does not answer, or refuses.
        """
        try:
            self.journal.add(run.id, run.number + 1, "cleared")  # from here on nobody finds it
        except FileExistsError:  # it was taken up again
            return
        self._remove_files(run.id)
        self.journal.drop(run.id)

    def sweep(self) -> None:
        """Remove what servers that were killed left half taken in, or half deleted.

        Raises
        ------
        BrineryError
            The store does not answer, or refuses.
        """
        there = self.objects.below(FILES)
        known = {one.id for one in self.journal.all()}
        newest: dict[str, float] = defaultdict(float)
        for path, one in there.items():
            newest[path.parts[0]] = max(newest[path.parts[0]], one.changed_at)
        for id, changed_at in newest.items():
            if id not in known and time.time() - changed_at > HALF_SECONDS:
                self._remove_files(id)
                self.journal.drop(id)
        sweep_halves(self.folder)

    def close(self) -> None:
        """Let go of what only one server may have: nothing is worked on any more."""
        self._identity.close()

    def _sent(self, id: str, input: Path, progress: Callable[[int, int], None]) -> Offered:
        n_bytes, path = input.stat().st_size, f"{FILES}/{id}/{input.name}"
        mark = self.objects.send(input, path, lambda n: progress(n, n_bytes))
        return Offered(f"{self.objects.url}/{path}", n_bytes, mark)

    def _remove_files(self, id: str) -> None:
        folder = f"{FILES}/{id}"
        self.objects.remove(f"{folder}/{path}" for path in self.objects.below(folder))

    def _is_taken(self, keeper: Keeper) -> bool:
        try:
            return keeper.take()
        except BrineryError as error:
            _log.warning("Run %s: %s", keeper.run.id, error)
            return False
