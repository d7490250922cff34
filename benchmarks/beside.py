"""Small work beside a large run: 1,000 rows from upload to download, while ten million go on.

`python -m benchmarks.beside` prints a table; `--rows` and `--uploads` choose less. Only this
machine is asked.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from benchmarks.client import visitor
from benchmarks.load import show_line
from brinery.registry.shelf import Shelf
from brinery.scoring.run import Request, Run, read_run
from brinery.scoring.runs import Runs
from brinery.settings import KeyPlace, Settings
from brinery.worker.pool import Pool
from examples.make_tables import EXAMPLES
from tools.large import repeated
from tools.serving import Served, serve

DONE = ("download_button", "Download CSV")
EXAMPLE = EXAMPLES[0]
PAUSE_SECONDS = 0.5
MOST_DIFFERENT = 100_000


def left_over(folder: Path, table: Path) -> Run:
    """Leave a run behind that the next server takes up."""
    shelf = Shelf(str(folder / "models"), KeyPlace(folder / "key"))
    request = Request(f"{EXAMPLE.name}@1", "large.csv", "large predictions.csv")
    with Pool(Settings()) as pool:
        runs = Runs(folder / "runs", shelf, pool)
        run = runs.start(request, table, take=True)
        runs.shutdown()
    return run


async def uploads(served: Served, n: int, n_rows: int, run: Run | None) -> list[float]:
    """Upload and score again and again, as long as the run goes on; give the seconds of each."""
    rows, seconds = EXAMPLE.new_rows(n_rows), []
    async with visitor(served.url, "/predict", f"model={EXAMPLE.name}") as somebody:
        for turn in range(n + 1):
            marked = rows.assign(customer_id=rows["customer_id"] + f"-{turn}")
            data = marked.to_csv(index=False).encode()
            took = await somebody.upload(f"file {turn}.csv", data, DONE)
            if run is not None and (found := read_run(run.folder)) and found.has_ended:
                print(f"(the run ended after {turn} uploads: {found.state} {found.problem})")
                break
            if turn:  # the first one loads the model
                seconds.append(took)
            await asyncio.sleep(PAUSE_SECONDS)
    return seconds


def main() -> int:
    """Measure alone, then beside a run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--uploads", type=int, default=60)
    parser.add_argument("--small", type=int, default=1000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print("| 1,000 rows, upload to download | n | p50 ms | p95 ms | most ms |")
        print("|---|---|---|---|---|", flush=True)
        with serve(folder) as served:
            show_line("alone", asyncio.run(uploads(served, chosen.uploads, chosen.small, None)))
        some = EXAMPLE.new_rows(min(chosen.rows, MOST_DIFFERENT))
        repeated(folder / "large.csv", some, chosen.rows // len(some))
        run = left_over(folder, folder / "large.csv")
        with serve(folder / "again", models=folder / "models") as served:
            while not any((run.folder / "parts").glob("*")):
                time.sleep(0.1)
            beside = asyncio.run(uploads(served, chosen.uploads, chosen.small, run))
            show_line(f"beside a run of {chosen.rows:,}", beside)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
