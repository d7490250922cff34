"""Runs: scorings that outlive a click, a browser and the server."""

from __future__ import annotations

import dataclasses
import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

from brinery.errors import BrineryError, Cancelled, NotOnShelf
from brinery.registry.events import now
from brinery.registry.shelf import Shelf
from brinery.scoring.inbucket import InBucket
from brinery.scoring.keeper import Keeper
from brinery.scoring.offered import Offered
from brinery.scoring.ondisk import Held, OnDisk, no_room
from brinery.scoring.run import ID_LETTERS, Kind, Request, Run
from brinery.scoring.work import fetched, scored
from brinery.worker.pool import Pool

__all__ = ["Runs"]

_log = logging.getLogger("brinery.scoring")

_SMALL_BYTES = 16 * 2**20
_QUEUES = ((_SMALL_BYTES, 2), (16 * _SMALL_BYTES, 1), (None, 1))
"""Up to how many bytes a file has, and how many of such files are worked on at a time."""
_BEHIND = 10
_UNFORESEEN = "Something unforeseen went wrong; the server's log has more."


class Runs:
    """The runs of one server.

    Small files have places of their own, and so have those of middle size, so that none waits for
    a much larger one; the larger ones also leave them the processor.

    Parameters
    ----------
    folder : Path
        Where the runs are kept; with a bucket, where those are that this server works on.
    shelf : Shelf
    pool : Pool
    url : str, optional
        The bucket that keeps them, such as s3://bucket/runs: several servers may share it.
    most_whole_bytes : int, optional
        The largest file that is read in one piece, where it can't be read block by block.
    """

    def __init__(
        self,
        folder: Path,
        shelf: Shelf,
        pool: Pool,
        *,
        url: str = "",
        most_whole_bytes: int | None = None,
    ) -> None:
        self.folder, self.shelf, self.pool, self.url = folder, shelf, pool, url
        self.most_whole_bytes = most_whole_bytes
        self._lock = threading.Lock()
        self._runs: dict[str, Run] = {}
        self._closing = threading.Event()
        self._place = InBucket(url, folder, shelf.keys, self._closing) if url else OnDisk(folder)
        self._looker: threading.Thread | None = None
        self._queues = [
            (most, ThreadPoolExecutor(n, "brinery-run", None if at == 0 else _stand_back))
            for at, (most, n) in enumerate(_QUEUES)
        ]

    def start(
        self,
        request: Request,
        source: BinaryIO | Path | Offered,
        *,
        take: bool = False,
        progress: Callable[[int, int], None] = lambda *_: None,
    ) -> Run:
        """Begin a run; it is there, whole, when this returns.

        Parameters
        ----------
        request : Request
        source : binary file, pathlib.Path or Offered
            What is to be scored; it is copied, what is offered when the work begins.
        take : bool
            Whether a path is taken over in place of that, and is no more where it was.
        progress : callable
            Told how many bytes of how many are in the bucket, where the runs are kept in one.

        Raises
        ------
        CannotWrite
            The folder can't be written to, or has no room.
        BrineryError
            The store of the bucket does not answer, or refuses.
        """
        request = dataclasses.replace(request, at=request.at or now())
        run = self._place.begin(request, source, take=take, progress=progress)
        self._queue(run)
        return run

    def find(self, id: str | None) -> Run | None:
        """Give a run; None where there is none of that id.

        Raises
        ------
        BrineryError
            The store of the bucket does not answer, or refuses.
        """
        if not id or not set(id) <= ID_LETTERS:
            return None
        return self._known().get(id) or self._place.find(id)

    def all(self, by: str | None = None) -> list[Run]:
        """Give the runs, the latest first; only those of one who asked, where that is given.

        Raises
        ------
        BrineryError
            The store of the bucket does not answer, or refuses.
        """
        known = self._known()
        found = [known.get(run.id, run) for run in self._place.all()]
        found = [run for run in found if by is None or run.request.by == by]
        return sorted(found, key=lambda run: run.asked_at, reverse=True)

    def file(self, run: Run, kind: Kind) -> Offered | None:
        """Give a run's output, or what there is of it; None where there is no such file."""
        return self._place.file(run, kind)

    def cancel(self, id: str) -> None:
        """Stop a run; what it has is kept, and it is not whole.

        Another server that works on it does so some seconds later.

        Raises
        ------
        BrineryError
            The store of the bucket does not answer, or refuses.
        """
        run = self.find(id)
        if run is None or run.has_ended:
            return
        if run.state == "waiting" or run.is_elsewhere:
            self._place.cancel(run)
        else:
            run.stop.set()

    def resume(self) -> None:
        """Take up the runs that were under way when the server ended, or when another one did."""
        if self._place.look_seconds is None:
            self._take_up()
        else:
            self._looker = threading.Thread(target=self._look, name="brinery-look", daemon=True)
            self._looker.start()

    def again(self, id: str) -> None:
        """Take up a run that was stopped, from the last part that is whole.

        Raises
        ------
        NotOnShelf
            There is no such run any more.
        BrineryError
            The store of the bucket does not answer, or refuses.
        """
        run = self.find(id)
        if run is None:
            raise NotOnShelf("There is no such run any more.", remedy="Upload the file again.")
        if run.state in ("stopped", "cancelled") and (anew := self._place.again(run)) is not None:
            self._queue(anew)

    def clear(self, *, keep_seconds: float, keep_bytes: int) -> None:
        """Delete runs that ended long ago, and the oldest where all take too much room.

        Raises
        ------
        BrineryError
            The store of the bucket does not answer, or refuses.
        """
        self._place.sweep()
        kept, sizes = 0, self._place.sizes()
        for run in self.all():
            if not run.has_ended:
                continue
            size, age = sizes.get(run.id, 0), time.time() - run.asked_at
            if age > keep_seconds or kept + size > keep_bytes:
                self._place.delete(run)
                with self._lock:
                    self._runs.pop(run.id, None)
            else:
                kept += size

    def shutdown(self) -> None:
        """End the work; what is under way is taken up by `resume`."""
        self._closing.set()
        if self._looker is not None:
            self._looker.join()
        with self._lock:
            runs = list(self._runs.values())
        for run in runs:
            run.stop.set()
        for _, queue in self._queues:
            queue.shutdown(cancel_futures=True)
        self._place.close()

    def _known(self) -> dict[str, Run]:
        """Give the runs of which this server knows better than what is kept of them."""
        with self._lock:
            return {
                id: run
                for id, run in self._runs.items()
                if (run.state == "running" and not run.is_lost) or not self._place.is_shared
            }

    def _look(self) -> None:
        while not self._closing.is_set():
            try:
                self._take_up()
            except BrineryError:  # the store is away, as the log says already
                pass
            except OSError as error:
                _log.warning("Runs are not taken up: %s", error)
            self._closing.wait(self._place.look_seconds)

    def _take_up(self) -> None:
        for run in self._place.left():
            with self._lock:
                is_known = run.id in self._runs
            if not is_known and not self._closing.is_set():
                self._queue(run)

    def _queue(self, run: Run) -> None:
        with self._lock:
            self._runs[run.id] = run
        queue = next(one for most, one in self._queues if most is None or run.n_bytes <= most)
        queue.submit(self._do, run)

    def _do(self, run: Run) -> None:
        """See one run through, where nobody else does."""
        try:
            with self._place.hold(run) as held:
                if held is not None:
                    self._see_through(held)
        except OSError as error:  # its folder is gone, or can't be read
            told = no_room(run.folder, error)
            run.problem, run.state = f"{told.problem} {told.remedy}", "stopped"
        except Exception:  # noqa: BLE001  nobody else looks at what this thread raises
            _log.exception("Run %s", run.id)
            run.problem, run.state = _UNFORESEEN, "stopped"
        finally:
            if self._place.is_shared:
                with self._lock:
                    self._runs.pop(run.id, None)

    def _see_through(self, held: Held | Keeper) -> None:
        """Do the work of a run; whatever happens is written beside it."""
        run = held.run
        run.state, run.began = "running", time.monotonic()
        try:
            if not run.input.is_file():
                fetched(run)
            held.bring()
            receipt = scored(
                run,
                self.shelf,
                self.pool,
                leaves_partial=lambda: not self._closing.is_set() and not run.is_lost,
                most_whole_bytes=self.most_whole_bytes,
            )
            held.finish(receipt)
        except Cancelled:
            if self._closing.is_set() or run.is_lost:
                held.lay_down()
            else:
                held.end("cancelled", "It was cancelled.")
        except BrineryError as error:
            held.end("stopped", f"{error.problem} {error.remedy}".strip())
        except OSError as error:
            told = no_room(run.folder, error)
            held.end("stopped", f"{told.problem} {told.remedy}")
        except Exception:  # noqa: BLE001  whoever waits for the run must hear of it
            _log.exception("Run %s", run.id)
            held.end("stopped", _UNFORESEEN)


def _stand_back() -> None:
    """Let this thread, and those that it starts, come after the pages that people look at."""
    if sys.platform == "linux":  # elsewhere a thread has no priority of its own
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _BEHIND)
