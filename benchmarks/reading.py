"""`brinery.read` beside the bare fast reader, on a clean file of a million rows.

Run `python -m benchmarks.reading`. Both read the same file in turn, all cells as text, and the
ratio is taken pair by pair, so that it holds when the machine's speed drifts.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv

import brinery

N_ROWS, N_ROUNDS = 1_000_000, 11


def write(path: Path, *, quoted: bool) -> None:
    """Write a table of an id, six numbers and two categories; one with commas where `quoted`."""
    rng = np.random.default_rng(0)
    columns: dict[str, object] = {"id": [f"{n:08d}" for n in range(N_ROWS)]}
    for n in range(6):
        columns[f"number {n}"] = rng.normal(100, 30, N_ROWS).round(3)
    for n in range(2):
        columns[f"category {n}"] = rng.choice(["alpha", "beta", "gamma delta"], N_ROWS)
    if quoted:
        columns["quoted"] = rng.choice(["one, two", "three"], N_ROWS)
    pd.DataFrame(columns).to_csv(path, index=False)


def bare(path: Path) -> pa.Table:
    """Read all cells as text with Arrow alone."""
    names = path.open().readline().strip().split(",")
    options = pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()))
    return pyarrow.csv.read_csv(path, convert_options=options)


def seconds(read: Callable[[Path], object], path: Path) -> float:
    """Time one read; what it gives is let go before the clock is read."""
    start = time.perf_counter()
    read(path)
    return time.perf_counter() - start


def main() -> None:
    """Print the table of docs/BENCHMARKS.md."""
    print("| file | MB | bare s | Brinery s | times, median | least to most |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for what, quoted in (("plain", False), ("one column in quotes", True)):
            path = Path(folder, f"{quoted}.csv")
            write(path, quoted=quoted)
            pairs = [
                (seconds(bare, path), seconds(brinery.read, path)) for _ in range(N_ROUNDS + 1)
            ]
            pairs = pairs[1:]  # the first pair pays for the imports
            times = sorted(ours / theirs for theirs, ours in pairs)
            theirs, ours = (statistics.median(one) for one in zip(*pairs, strict=True))
            print(
                f"| {what} | {path.stat().st_size / 1e6:.0f} | {theirs:.2f} | {ours:.2f} "
                f"| {statistics.median(times):.2f} | {times[0]:.2f} to {times[-1]:.2f} |"
            )


if __name__ == "__main__":
    main()
