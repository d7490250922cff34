"""Sees the runs of a folder through until it is killed; run by test_run_kills.py.

Usage: running.py FOLDER. The shelf and its key are in the folder, as the runs are.
"""

import sys
import time
from pathlib import Path

from brinery.registry.shelf import Shelf
from brinery.scoring import answers, tofile
from brinery.scoring.runs import Runs
from brinery.settings import KeyPlace, Settings
from brinery.tables import blocks
from brinery.worker.pool import Pool

CHUNK_ROWS, BLOCK_BYTES = 4096, 2**18


def main(folder: Path) -> None:
    blocks.BLOCK_BYTES = BLOCK_BYTES
    answers.chunk_rows = tofile.chunk_rows = lambda _: CHUNK_ROWS
    shelf = Shelf(str(folder / "models"), KeyPlace(folder / "key"))
    with Pool(Settings(n_workers=2)) as pool:
        runs = Runs(folder / "runs", shelf, pool)
        runs.resume()
        while not all(run.has_ended for run in runs.all()):
            time.sleep(0.02)
        runs.shutdown()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
