"""Saves, each time in a child that is killed before its next step on the disk; for test_kill.py.

Usage: crashing.py MODELS KEY. Tells, for each save, the step before which it was killed, or
"whole" when it came to its end; then stops.
"""

import os
import signal
import sys
from pathlib import Path

from conftest import HerePool, tiny_model

from brinery.registry import storage
from brinery.registry.save import save
from brinery.settings import Settings


def killed_before(step: int) -> None:
    """Let the process die just before its `step`-th step on the disk, counted from 0."""
    left = [step]

    def counted(name, real):
        def call(*args, **options):
            if left[0] == 0:
                sys.stdout.write(f"{name}\n")
                sys.stdout.flush()
                os.kill(os.getpid(), signal.SIGKILL)
            left[0] -= 1
            return real(*args, **options)

        return call

    for holder, names in (
        (storage.os, ("open", "fsync", "link")),
        (storage.Path, ("mkdir", "rename", "unlink")),
        (storage.shutil, ("rmtree",)),
    ):
        for name in names:
            setattr(holder, name, counted(name, getattr(holder, name)))


def main(models: str, key: str) -> None:
    model = tiny_model()
    settings = Settings(models=models, key_path=Path(key))
    whole = {"name": "bread", "models": models, "settings": settings, "pool": HerePool()}
    save(model, **whole)
    step = 0
    while True:
        child = os.fork()
        if child == 0:
            killed_before(step)
            save(model, **whole)
            sys.stdout.write("whole\n")
            sys.stdout.flush()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            return
        step += 1


if __name__ == "__main__":
    main(*sys.argv[1:])
