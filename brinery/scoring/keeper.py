"""A run that this server has taken, and what it keeps of it in the bucket while it works."""

from __future__ import annotations

import json
import logging
import re
import secrets
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from brinery.errors import BrineryError, Cancelled
from brinery.scoring.journal import Journal
from brinery.scoring.parts import Parts
from brinery.scoring.receipt import Receipt
from brinery.scoring.run import Run, State, ending, heed
from brinery.scoring.told import HOW_FAR, Event
from brinery.tables.whole import require_room

__all__ = ["BEAT_SECONDS", "FILES", "MINE_SECONDS", "Keeper"]

_log = logging.getLogger("brinery.scoring")
T = TypeVar("T")

BEAT_SECONDS = 5.0
"""How often the journal is told how far a run is."""
MINE_SECONDS = 20.0
"""For how long a server may work on a run after it last told of it."""
FILES = "files"
_PARTS_AT_ONCE = 16
_MOST_TOLD = 12
_SEAL_BYTES = 64
_PART = re.compile(r"\d{6}")


class Keeper:
    """A run that this server alone works on: told of in the journal, its parts in the bucket.

    Attributes
    ----------
    run : Run
    journal : Journal
    closing : threading.Event
        Set where the server ends: then nothing is waited for.
    """

    def __init__(self, run: Run, journal: Journal, closing: threading.Event) -> None:
        self.run, self.journal, self.closing = run, journal, closing
        self._mark = secrets.token_hex(8)
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._sent: set[str] = set()
        self._told: list[int] = []
        self._attempt = 0
        self._is_cancelled = False
        self._teller = threading.Thread(target=self._tell_on, name="brinery-keep", daemon=True)

    def take(self) -> bool:
        """Take the run; whether nobody else was first.

        Raises
        ------
        BrineryError
            The store does not answer, or refuses.
        """
        began = time.monotonic()
        try:
            self.journal.add(self.run.id, self.run.number + 1, "taken", by=self._mark)
        except FileExistsError:
            return False
        self.run.number += 1
        self.run.mine_until = began + MINE_SECONDS
        self._attempt = self.run.number
        self._teller.start()
        return True

    def let_go(self) -> None:
        """Tell nothing more."""
        self._over.set()
        if self._teller.is_alive():
            self._teller.join()

    def bring(self) -> None:
        """Bring here the answers that another server left in the bucket.

        Raises
        ------
        Cancelled
            The run is to stop.
        BrineryError
            The store does not answer, or refuses.
        OSError
            The disk refuses.
        """
        parts = Parts(self.run.folder / "parts")
        there = self.journal.objects.below(self._place("parts"))
        names = [str(path) for path in there if _PART.fullmatch(str(path))]
        self._sent |= set(names)
        wanted = [name for name in names if not (parts.folder / name).is_file()]
        require_room(parts.folder, sum(there[PurePosixPath(name)].n_bytes for name in wanted))
        for start in range(0, len(wanted), _PARTS_AT_ONCE):
            heed(self.run)
            some = wanted[start : start + _PARTS_AT_ONCE]
            found = self.journal.objects.read([self._place(f"parts/{name}") for name in some])
            for name, data in zip(some, found, strict=True):
                answers = data[_SEAL_BYTES:]
                seal = data[:_SEAL_BYTES].decode(errors="replace")
                if self.journal.is_sealed(self._place(f"parts/{name}"), answers, seal):
                    parts.lay(name, answers)
                else:  # they are asked anew, and put in its place
                    self._sent.discard(name)

    def finish(self, receipt: Receipt) -> None:
        """Have the run done: its output goes to the bucket, and then the journal says so.

        Raises
        ------
        Cancelled
            The run is to stop, or another server has it.
        BrineryError
            The store does not answer for long, or refuses.
        """
        run = self.run
        run.kept = self._insist(lambda: self._send(run.output))
        fields = {"n_done": run.n_done, "kept": run.kept, "receipt": json.loads(receipt.to_json())}
        self._insist(lambda: self._add("done", **fields))
        run.left = fields["receipt"]
        self._end("done")

    def end(self, state: State, problem: str) -> None:
        """Have the run ended before it was done.

        Where the store does not take note of that, it is left to be taken up again.
        """
        run = self.run
        run.n_to_send = 0
        try:
            kept = self._insist(lambda: self._send(run.partial)) if run.partial.is_file() else {}
            fields = {"problem": problem, "n_done": run.n_done, "kept": kept}
            self._insist(lambda: self._add(state, **fields))  # type: ignore[arg-type]
        except (BrineryError, OSError) as error:
            _log.warning("Run %s is left to be taken up again: %s (%s)", run.id, problem, error)
            run.problem, run.state = problem, "waiting"
            return
        run.problem, run.kept = problem, kept
        self._end(state)

    def lay_down(self) -> None:
        """Leave the run to whoever takes it up."""
        run = self.run
        if not run.is_lost:
            try:
                self._add("laid down", **_how_far(run))
            except BrineryError as error:  # it is taken up once the journal stood still
                _log.warning("Run %s: %s", run.id, error)
        run.state = "waiting"

    def _end(self, state: State) -> None:
        self.let_go()
        run = self.run
        try:
            self.journal.forget(run.id, self._told)
            there = self.journal.objects.below(self._place("parts")) if state == "done" else {}
            self.journal.objects.remove(self._place(f"parts/{path}") for path in there)
        except BrineryError as error:  # that goes with the run
            _log.warning("Run %s: %s", run.id, error)
        shutil.rmtree(run.folder, ignore_errors=True)
        run.state = state

    def _tell_on(self) -> None:
        while not self._over.wait(BEAT_SECONDS):
            try:
                if self.run.is_lost:
                    return
                self._tell()
                self._send_parts()
                self._forget(_MOST_TOLD)
            except Cancelled:
                return
            except (BrineryError, OSError) as error:
                _log.warning("Run %s: %s", self.run.id, error)

    def _tell(self) -> None:
        # Where it is to be cancelled and this server is killed first, whoever finds it knows that.
        self._add("cancel" if self._is_cancelled else "working", **_how_far(self.run))
        self._told.append(self.run.number)

    def _forget(self, most: int) -> None:
        """Remove what was told, once it is so much; others may still read the last two."""
        if len(self._told) > most:
            old, self._told = self._told[:-2], self._told[-2:]
            self.journal.forget(self.run.id, old)

    def _send_parts(self) -> None:
        """Put the answers that are new into the bucket, as many as there is time for."""
        began, folder = time.monotonic(), self.run.folder / "parts"
        here = sorted(one.name for one in folder.glob("*") if _PART.fullmatch(one.name))
        new = [name for name in here if name not in self._sent]
        for start in range(0, len(new), _PARTS_AT_ONCE):
            if self._over.is_set() or time.monotonic() - began > BEAT_SECONDS:
                return
            some = new[start : start + _PARTS_AT_ONCE]
            data = {self._place(f"parts/{name}"): (folder / name).read_bytes() for name in some}
            sealed = {
                path: self.journal.seal(path, one).encode() + one for path, one in data.items()
            }
            self.journal.objects.put(sealed)
            self._sent |= set(some)

    def _add(self, kind: Event, **fields: Any) -> None:
        """Put the next event; what others put meanwhile is heeded.

        Raises
        ------
        Cancelled
            Another server has the run, or it has ended here.
        BrineryError
            The store does not answer, or refuses.
        """
        run = self.run
        with self._lock:
            while True:
                began = time.monotonic()
                if run.is_lost or self._over.is_set():
                    raise Cancelled("Nothing more is told of the run by this server.")
                try:
                    self.journal.add(run.id, run.number + 1, kind, by=self._mark, **fields)
                except FileExistsError:
                    found = self.journal.event(run.id, run.number + 1)
                    run.number += 1
                    is_ours = found.get("by") == self._mark  # a put whose answer was lost
                    its_kind = found.get("kind")
                    if is_ours and its_kind == kind:
                        break
                    if its_kind == "cancel":
                        self._is_cancelled = True
                        run.stop.set()
                    elif not is_ours or its_kind != "working":
                        run.is_given_up = True
                else:
                    run.number += 1
                    run.mine_until = began + MINE_SECONDS
                    break
            if kind not in ("working", "cancel"):
                self._over.set()

    def _send(self, path: Path) -> dict[str, Any]:
        run = self.run
        run.n_to_send, run.n_sent = path.stat().st_size, 0

        def told(n_bytes: int) -> None:
            run.n_sent = n_bytes
            if path == run.output:
                heed(run)

        name = f"{self._attempt:06d}{ending(path.name)}"
        mark = self.journal.objects.send(path, self._place(name), told)
        return {"name": name, "n_bytes": run.n_to_send, "mark": mark}

    def _insist(self, action: Callable[[], T]) -> T:
        """Do something, and again where the store fails for a moment."""
        until = time.monotonic() + MINE_SECONDS
        while True:
            try:
                return action()
            except Cancelled:
                raise
            except BrineryError:
                if self.closing.is_set() or self.run.is_lost or time.monotonic() > until:
                    raise
            self.closing.wait(BEAT_SECONDS)

    def _place(self, path: str) -> str:
        return f"{FILES}/{self.run.id}/{path}"


def _how_far(run: Run) -> dict[str, Any]:
    """Give what others show of a run."""
    seconds = time.monotonic() - run.began if run.began else 0.0
    return {"seconds": round(seconds, 1), **{name: getattr(run, name) for name in HOW_FAR}}
