"""One run as its folder has it: what is asked, how far it is, and what it left.

```
runs/<id>/request.json     what is to be done; the folder appears with it and the input, whole
          input …          the file that came; one that was offered comes when the run begins
          parts/000000     the answers of one chunk each, with the digest of what was asked
          output …         the file to hand out; appears when all of it is there
          partial …        what there was to hand out when it was stopped; not whole
          receipt.json     what was done; written last: a run with a receipt is whole
          end.json         why a run without a receipt ended
```
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any, Literal

from brinery.scoring.receipt import Receipt

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

__all__ = ["Request", "Run", "State", "ending", "held", "read_run"]

_LOOK_SECONDS = 1.0
State = Literal["waiting", "running", "done", "stopped", "cancelled"]


@dataclass(frozen=True)
class Request:
    """What is to be done.

    Attributes
    ----------
    ref : str
        "name@version": a run keeps to the version that it began with.
    file : str
        The name of the file that came.
    out : str
        The name of the file to hand out; its ending chooses the format.
    choices, hints : dict
        What a person told of the file.
    style : dict
        How a CSV file is written, where it is not as it came.
    escape : bool
        Whether the user's own cells are made harmless for spreadsheets too.
    by : str
        Who asked.
    at : str
        When; UTC, ISO 8601.
    offered : dict
        The file that is to be fetched, where the operator offers it: the fields of `Offered`.
    """

    ref: str
    file: str
    out: str
    choices: dict[str, Any] = field(default_factory=dict)
    hints: dict[str, Any] = field(default_factory=dict)
    style: dict[str, Any] = field(default_factory=dict)
    escape: bool = False
    by: str = ""
    at: str = ""
    offered: dict[str, Any] = field(default_factory=dict)


@dataclass(eq=False)
class Run:
    """One run: what is asked, and how far it is.

    Attributes
    ----------
    id : str
        Hard to guess: whoever has it may look and cancel.
    folder : Path
    request : Request
    state : {"waiting", "running", "done", "stopped", "cancelled"}
    n_fetched : int
        Bytes of an offered file that are here so far.
    n_done : int
        Rows written so far.
    n_expected : int
        About how many rows there are; 0 where that is not known.
    problem : str
        Why it was stopped, and what to do.
    began : float
        When its work began, by the clock that only goes forward; 0 before.
    stop : threading.Event
        Set where it is to end.
    """

    id: str
    folder: Path
    request: Request
    state: State = "waiting"
    n_fetched: int = 0
    n_done: int = 0
    n_expected: int = 0
    problem: str = ""
    began: float = 0.0
    stop: threading.Event = field(default_factory=threading.Event, repr=False)

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will come."""
        return self.state in ("done", "stopped", "cancelled")

    @property
    def asked_at(self) -> float:
        """When it was asked for, in seconds since 1970."""
        return (self.folder / "request.json").stat().st_mtime

    @property
    def n_bytes(self) -> int:
        """How large the file is that came, or that is still to be fetched."""
        offered = self.request.offered
        return int(offered["n_bytes"]) if offered else self.input.stat().st_size

    @property
    def input(self) -> Path:
        """The file that came."""
        return self.folder / f"input{ending(self.request.file)}"

    @property
    def output(self) -> Path:
        """The file to hand out; there where the run is done."""
        return self.folder / f"output{ending(self.request.out)}"

    @property
    def partial(self) -> Path:
        """What there is of the file where the run was stopped: its first rows, and no more."""
        return self.folder / f"partial{ending(self.request.out)}"

    @property
    def partial_name(self) -> str:
        """The name under which that is handed out: it says that rows are missing."""
        kind = ending(self.request.out)
        return f"{self.request.out.removesuffix(kind)} PARTIAL, NOT WHOLE{kind}"

    @property
    def rows_a_second(self) -> float:
        """How fast it is."""
        return self.n_done / max(1e-9, time.monotonic() - self.began) if self.began else 0.0

    @property
    def seconds_left(self) -> float | None:
        """About how long it will still take; None where that is not known."""
        if not self.n_expected or not self.n_done:
            return None
        return max(0, self.n_expected - self.n_done) / self.rows_a_second

    def receipt(self) -> Receipt:
        """Give what the run left behind.

        Raises
        ------
        OSError
            It is not done.
        """
        return Receipt.from_json((self.folder / "receipt.json").read_text("utf-8"))


def read_run(folder: Path) -> Run | None:
    """Give a run as its folder has it."""
    try:
        request = Request(**json.loads((folder / "request.json").read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    run = Run(folder.name, folder, request)
    if (folder / "receipt.json").is_file():
        run.state, run.n_done = "done", run.receipt().n_rows
        return run
    with contextlib.suppress(OSError, ValueError):
        end = json.loads((folder / "end.json").read_text("utf-8"))
        run.state, run.problem, run.n_done = end["state"], end["problem"], end["n_done"]
    return run


@contextlib.contextmanager
def held(run: Run) -> Iterator[None]:
    """Have a run for oneself, once no other server of the same folder works on it.

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


def ending(name: str) -> str:
    """Give a file name's ending, which tells how the file is written: ".csv", ".csv.gz"."""
    suffixes = PurePath(name.replace("\\", "/")).suffixes
    return "".join(one for one in suffixes[-2:] if len(one) < 9).lower()
