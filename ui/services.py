"""What every page uses: settings, the shelf, the worker pool, the runs, the running jobs."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

from brinery.registry.shelf import Shelf
from brinery.scoring.runs import Runs
from brinery.settings import Settings
from brinery.worker.pool import Pool
from ui.jobs import Jobs

__all__ = ["Services", "get", "reset"]


@dataclass(frozen=True)
class Services:
    """One of each for the whole server."""

    settings: Settings
    shelf: Shelf
    pool: Pool
    runs: Runs
    jobs: Jobs = field(default_factory=Jobs)
    recipes: list[dict[str, Any]] = field(default_factory=list)


_lock = threading.Lock()
_made: list[Services] = []


def get() -> Services:
    """Give the server's services, made from the environment when first asked for."""
    with _lock:
        if not _made:
            settings = Settings.from_environment()
            shelf = Shelf(settings.models, settings.key_place)
            pool = Pool(settings)
            _made.append(Services(settings, shelf, pool, Runs(settings.runs_path, shelf, pool)))
        return _made[0]


def reset() -> None:
    """End the workers and forget the services; the next `get` reads the environment anew."""
    with _lock:
        while _made:
            ended = _made.pop()
            ended.runs.shutdown()
            ended.pool.shutdown(wait=False)
