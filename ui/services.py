"""What every page uses: settings, shelf, worker pool, runs and their uploads, running jobs."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

from brinery.registry.shelf import Shelf
from brinery.scoring.runs import Runs
from brinery.settings import Settings
from brinery.worker.pool import Pool
from ui.incoming import Incoming
from ui.jobs import Jobs

__all__ = ["Services", "get", "reset"]


@dataclass(frozen=True)
class Services:
    """One of each for the whole server."""

    settings: Settings
    shelf: Shelf
    pool: Pool
    runs: Runs
    incoming: Incoming
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
            runs = Runs(
                settings.runs_path,
                shelf,
                pool,
                url=settings.runs_url,
                most_whole_bytes=settings.max_upload_bytes,
            )
            incoming = Incoming(settings.runs_path / ".uploads", settings.max_file_bytes)
            _made.append(Services(settings, shelf, pool, runs, incoming))
        return _made[0]


def reset() -> None:
    """End the workers and forget the services; the next `get` reads the environment anew."""
    with _lock:
        while _made:
            ended = _made.pop()
            ended.runs.shutdown()
            ended.pool.shutdown(wait=False)
