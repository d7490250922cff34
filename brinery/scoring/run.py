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
import math
import secrets
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any, Literal

from brinery.errors import Cancelled
from brinery.scoring.receipt import Receipt

__all__ = [
    "ID_LETTERS",
    "Kind",
    "Request",
    "Run",
    "State",
    "ending",
    "first_id",
    "heed",
    "new_id",
    "read_run",
]

ID_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
Kind = Literal["output", "partial"]
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
    asked_at : float
        When it was asked for, in seconds since 1970.
    n_fetched, n_to_fetch : int
        Bytes of the file that are here so far, and how many are to come, where it is fetched.
    n_sent, n_to_send : int
        Bytes of the output that are in the bucket so far, and how many are to be, where it goes
        to one.
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
    is_elsewhere : bool
        Whether another server works on it.
    is_cancelling : bool
        Whether that server was asked to end it.
    heard_at : float
        When that server last told of it, in seconds since 1970.
    number : int
        Of the last event that was read in the journal, where there is one.
    mine_until : float
        Until when no other server takes it up, by the clock that only goes forward.
    is_given_up : bool
        Whether that was over once, or another server has it: this one does not go on.
    kept : dict
        The file that it left in a bucket: its `name` there, `n_bytes` and `mark`.
    left : dict
        The receipt that it left in a bucket.
    """

    id: str
    folder: Path
    request: Request
    state: State = "waiting"
    asked_at: float = 0.0
    n_fetched: int = 0
    n_to_fetch: int = 0
    n_sent: int = 0
    n_to_send: int = 0
    n_done: int = 0
    n_expected: int = 0
    problem: str = ""
    began: float = 0.0
    stop: threading.Event = field(default_factory=threading.Event, repr=False)
    is_elsewhere: bool = False
    is_cancelling: bool = False
    heard_at: float = 0.0
    number: int = 0
    mine_until: float = math.inf
    is_given_up: bool = False
    kept: dict[str, Any] = field(default_factory=dict, repr=False)
    left: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def is_lost(self) -> bool:
        """Whether another server may have taken it up."""
        return self.is_given_up or time.monotonic() > self.mine_until

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will come."""
        return self.state in ("done", "stopped", "cancelled")

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
        if self.left:
            return Receipt.from_json(json.dumps(self.left))
        return Receipt.from_json((self.folder / "receipt.json").read_text("utf-8"))


def new_id() -> str:
    """Give an id that is hard to guess; ids are sorted by when they were made, to the second."""
    return f"{first_id(time.time())}{secrets.token_urlsafe(12)}"


def first_id(at: float) -> str:
    """Give what is sorted before every id that was made at a time or later.

    Parameters
    ----------
    at : float
        In seconds since 1970.
    """
    return f"{int(at):08x}"


def read_run(folder: Path) -> Run | None:
    """Give a run as its folder has it."""
    place = folder / "request.json"
    try:
        request = Request(**json.loads(place.read_text("utf-8")))
        run = Run(folder.name, folder, request, asked_at=place.stat().st_mtime)
    except (OSError, ValueError, TypeError):
        return None
    try:
        run.n_done, run.state = run.receipt().n_rows, "done"
    except FileNotFoundError:
        with contextlib.suppress(OSError, ValueError):
            end = json.loads((folder / "end.json").read_text("utf-8"))
            run.state, run.problem, run.n_done = end["state"], end["problem"], end["n_done"]
        if not run.has_ended and not request.offered and not run.input.is_file():
            run.state, run.problem = "stopped", "The file that came is gone. Upload it again."
    except (OSError, ValueError):
        run.state = "stopped"
        run.problem = "Its receipt can't be read. Go on, and the predictions are made anew."
    return run


def heed(run: Run) -> None:
    """Stop the work where the run is to stop.

    Raises
    ------
    Cancelled
        It is.
    """
    if run.is_lost:
        run.is_given_up = True
        raise Cancelled("Another server may have taken the run up.")
    if run.stop.is_set():
        raise Cancelled("The run was cancelled.")


def ending(name: str) -> str:
    """Give a file name's ending, which tells how the file is written: ".csv", ".csv.gz"."""
    suffixes = PurePath(name.replace("\\", "/")).suffixes
    return "".join(one for one in suffixes[-2:] if len(one) < 9).lower()
