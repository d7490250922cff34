"""What tests that kill processes share."""

import contextlib
import dataclasses
import json
import shutil
import time
from pathlib import Path

from brinery.scoring.run import Request

__all__ = ["descendants", "left_run", "started_at", "wait_until"]


def started_at(pid: int) -> str | None:
    """Tell a process from a later one with its number; None for one that is gone."""
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return None if fields[0] in "ZX" else fields[19]
    return None


def descendants(pid: int) -> list[tuple[int, str]]:
    found, todo = [], [pid]
    while todo:
        parent = todo.pop()
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{parent}/task").iterdir():
                for child in map(int, (task / "children").read_text().split()):
                    todo.append(child)
                    found.append((child, started_at(child)))
    return [(child, start) for child, start in found if start is not None]


def wait_until(condition, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def left_run(folder: Path, request: Request, table: Path) -> Path:
    """Leave a run as a server that was killed leaves it."""
    (folder / "parts").mkdir(parents=True)
    shutil.copy(table, folder / f"input{table.suffix}")
    (folder / "request.json").write_text(json.dumps(dataclasses.asdict(request)))
    return folder
