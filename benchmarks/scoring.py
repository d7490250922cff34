"""Brinery, the notebook way, MLflow's pyfunc and the floor, on the same rows in the same run.

Run `python -m benchmarks.scoring`. Each is a process of its own, started cold; the four take
turns, so that the ratios hold when the machine's speed drifts. What is measured is the wall time
of the whole process and, sampled, the memory of it and all its children together (their
proportional set size: what processes share counts once).
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

ROUNDS = 3
KINDS = ("logistic", "boosting", "forest")
WAYS = ("brinery", "notebook", "mlflow", "floor")
_ROWS_AT_ONCE = 1_000_000
_LEVELS = (2, 3, 5, 8, 12, 30)


def rows(n: int, seed: int, first: int = 0) -> pd.DataFrame:
    """Make an id, 12 numbers and 6 categories, and a target that leans on some of them."""
    draw = np.random.default_rng(seed)
    X = draw.normal(size=(n, 12))
    columns: dict[str, Any] = {"id": [f"C{row:08d}" for row in range(first, first + n)]}
    for k in range(12):
        columns[f"number {k + 1}"] = (X[:, k] * 10 ** (k % 4)).round(4)
    for k, n_levels in enumerate(_LEVELS):
        columns[f"category {k + 1}"] = draw.choice(
            [f"level {'abcdef'[k]}{one}" for one in range(n_levels)], n
        )
    frame = pd.DataFrame(columns)
    score = X[:, 0] + X[:, 1] * X[:, 2] - 0.5 * X[:, 3] + draw.normal(size=n)
    score += 1.5 * (frame["category 2"] == "level b1")
    return frame.assign(target=np.where(score > 0.5, "yes", "no"))


def write_rows(path: Path, n: int) -> None:
    """Write a file of `n` rows without the target, a million at a time."""
    for first in range(0, n, _ROWS_AT_ONCE):
        some = rows(min(_ROWS_AT_ONCE, n - first), 2 + first, first).drop(columns="target")
        some.to_csv(path, index=False, mode="a", header=first == 0)


def fit(folder: Path) -> None:
    """Fit the three models as a notebook would, and put them on a shelf by Import."""
    import joblib
    from sklearn.compose import make_column_transformer
    from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    table = rows(20_000, 1)
    X, y = table.drop(columns=["id", "target"]), table["target"]
    words = [name for name in X.columns if name.startswith("category")]
    numbers = [name for name in X.columns if name.startswith("number")]
    models = {
        "logistic": LogisticRegression(max_iter=1000),
        "boosting": HistGradientBoostingClassifier(random_state=0),
        "forest": RandomForestClassifier(200, min_samples_leaf=20, random_state=0),
    }
    sample = folder / "sample.csv"
    table.drop(columns="id").to_csv(sample, index=False)
    for kind in KINDS:
        encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
        pipeline = make_pipeline(
            make_column_transformer((StandardScaler(), numbers), (encoder, words)), models[kind]
        ).fit(X, y)
        joblib.dump(pipeline, folder / f"{kind}.joblib")
        brinery(
            *("import", folder / f"{kind}.joblib", "--name", kind, "--sample", sample),
            *("--target", "target", "--models", folder / "models"),
        )


def brinery(*arguments: object) -> None:
    """Run a verb of the shell."""
    command = [sys.executable, "-m", "brinery", *map(str, arguments)]
    subprocess.run(command, check=True, capture_output=True)


def ready_matrix(folder: Path, kind: str, data: Path) -> None:
    """Keep the matrix that the floor's estimator is given, made before the clock starts."""
    import joblib

    target = folder / f"{kind} {data.stem}.npy"
    pipeline = joblib.load(folder / f"{kind}.joblib")
    parts = pd.read_csv(data, chunksize=_ROWS_AT_ONCE)
    np.save(target, np.concatenate([pipeline[:-1].transform(part) for part in parts]))


def command(way: str, kind: str, folder: Path, data: Path) -> list[str]:
    """Give the command of one way."""
    out = str(folder / f"{way}.csv")
    if way == "brinery":
        where = ["--models", str(folder / "models")]
        return [sys.executable, "-m", "brinery", "score", kind, str(data), "--out", out, *where]
    own = [sys.executable, "-m", f"benchmarks.ways.{way}"]
    if way == "mlflow" and (python := os.environ.get("MLFLOW_PYTHON")):
        own[0] = python
    return [*own, str(folder / f"{kind}.joblib"), str(data), out, str(folder)]


def run(arguments: list[str]) -> tuple[float, float]:
    """Run a process; give its seconds, and the most MB of it and its children together."""
    start = time.perf_counter()
    process = subprocess.Popen(
        arguments,
        # What is installed is compiled once, as Python does by itself.
        env={
            name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    peak = [0.0]

    def watch() -> None:
        while process.poll() is None:
            peak[0] = max(peak[0], memory_mb(process.pid))
            time.sleep(0.1)

    watcher = threading.Thread(target=watch)
    watcher.start()
    _, said = process.communicate()
    seconds = time.perf_counter() - start
    watcher.join()
    if process.returncode:
        raise RuntimeError(said.decode()[-2000:])
    return seconds, peak[0]


def memory_mb(pid: int) -> float:
    """Give the memory of a process and of all that it started, in MB."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    total, left = 0.0, [pid]
    while left:
        one = left.pop()
        left += parents.get(one, [])
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1000
    return total


def measure(folder: Path, data: Path, kind: str, ways: tuple[str, ...], rounds: int) -> list[str]:
    """Let the ways take turns; give the lines of a table."""
    found: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way in ways:
            found[way].append(run(command(way, kind, folder, data)))
    ours = [seconds for seconds, _ in found["brinery"]]
    lines = []
    for way in ways:
        times = [seconds for seconds, _ in found[way]]
        ratio = statistics.median(one / own for one, own in zip(times, ours, strict=True))
        most = max(mb for _, mb in found[way])
        lines.append(
            f"| {kind} | {way} | {statistics.median(times):.1f} | {min(times):.1f} "
            f"| {ratio:.2f} | {most:,.0f} |"
        )
    return lines


def same_answers(folder: Path) -> bool:
    """Say whether Brinery's probabilities are those of the notebook, bit for bit."""
    given, expected = (
        pd.read_csv(folder / f"{way}.csv", usecols=lambda name: name.startswith("pr"))
        for way in ("brinery", "notebook")
    )
    names = [name for name in expected.columns if name.startswith("probability")]
    same = given[names].equals(expected[names])
    return bool(same and given["prediction"].equals(expected["prediction"]))


def main() -> None:
    """Print the tables of docs/BENCHMARKS.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument(
        "--grow", type=int, default=10_000_000, help="rows of the last line; 0: none"
    )
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--kinds", nargs="+", default=KINDS, choices=KINDS)
    chosen = parser.parse_args()
    has_mlflow = "MLFLOW_PYTHON" in os.environ or importlib.util.find_spec("mlflow") is not None
    ways = tuple(way for way in WAYS if way != "mlflow" or has_mlflow)
    if not has_mlflow:
        print("MLflow is not installed here; MLFLOW_PYTHON names a Python that has it.\n")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fit(folder)
        for n in chosen.rows:
            data = folder / f"{n}.csv"
            write_rows(data, n)
            print(f"\n{n:,} rows, {data.stat().st_size / 1e6:.0f} MB, {chosen.rounds} rounds:\n")
            print("| model | way | seconds, median | least | times Brinery's | MB at most |")
            print("|---|---|---|---|---|---|")
            for kind in chosen.kinds:
                ready_matrix(folder, kind, data)
                print("\n".join(measure(folder, data, kind, ways, chosen.rounds)), flush=True)
                same = "the same" if same_answers(folder) else "NOT the same"
                print(f"| {kind} | answers | {same} as the notebook's, bit for bit | | | |")
            if n != max(chosen.rows) or not chosen.grow:
                data.unlink()
        if chosen.grow:
            grow(folder, max(chosen.rows), chosen.grow)


def grow(folder: Path, small: int, large: int) -> None:
    """Print how time and memory grow with the rows."""
    data = folder / f"{large}.csv"
    write_rows(data, large)
    print("\n| rows | seconds | rows a second | MB at most, all processes |")
    print("|---|---|---|---|")
    for n, path in ((small, folder / f"{small}.csv"), (large, data)):
        seconds, most = run(command("brinery", "logistic", folder, path))
        print(f"| {n:,} | {seconds:.1f} | {n / seconds:,.0f} | {most:,.0f} |", flush=True)


if __name__ == "__main__":
    main()
