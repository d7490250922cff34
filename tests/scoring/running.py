"""Sees the runs of a folder through until it is killed; run by test_run_kills.py and others.

Usage: running.py FOLDER [URL [N [SECONDS]]]. The shelf and its key are in the folder, as the runs
are; or these are at the URL, and after N chunks the workers are given no more. With SECONDS, after
so many a run is taken up of which nothing is heard, and the end is that of standard input.
"""

import sys
import time
from pathlib import Path

from brinery.registry.shelf import Shelf
from brinery.scoring import answers, inbucket, keeper, tofile, watch
from brinery.scoring.runs import Runs
from brinery.settings import KeyPlace, Settings
from brinery.tables import blocks
from brinery.worker.pool import Pool
from tests.scoring.pools import Halting

CHUNK_ROWS, BLOCK_BYTES = 4096, 2**18
BEAT_SECONDS = 0.05


def main(folder: Path, url: str = "", n_chunks: str = "", silent: str = "") -> None:
    blocks.BLOCK_BYTES = BLOCK_BYTES
    answers.chunk_rows = tofile.chunk_rows = lambda _: CHUNK_ROWS
    keeper.BEAT_SECONDS = BEAT_SECONDS
    if silent:
        watch.SILENT_SECONDS, inbucket.LOOK_SECONDS = float(silent), 2 * BEAT_SECONDS
        keeper.MINE_SECONDS = watch.SILENT_SECONDS * 2 / 3
    shelf = Shelf(str(folder / "models"), KeyPlace(folder / "key"))
    with Pool(Settings(n_workers=2)) as pool:
        given = Halting(pool, int(n_chunks or 10**9))
        runs = Runs(folder / "runs", shelf, given, url=url)
        runs.resume()
        if silent:
            sys.stdin.read()
        while not silent and not all(run.has_ended for run in runs.all()):
            time.sleep(0.02)
        given.go.set()
        runs.shutdown()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
