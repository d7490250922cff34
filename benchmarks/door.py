"""How long the door takes beside plain unpickling, and where the time goes.

Run it as `python -m benchmarks.door`; it prints the table of docs/BENCHMARKS.md.
"""

from __future__ import annotations

import io
import pickle
import time
from collections.abc import Callable

import joblib
import numpy as np
from sklearn.ensemble import GradientBoostingRegressor, RandomForestRegressor
from sklearn.feature_extraction.text import TfidfVectorizer

from brinery.safety import door
from brinery.safety.audit import audited
from brinery.safety.contents import contents
from brinery.safety.machine import read
from brinery.safety.unfold import measure

ROUNDS = 5


def main() -> None:
    """Print one row a model."""
    print("| model | MB | plain | door | times | reading | measuring | building | in words |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, data in models():
        plain = best(lambda data=data: load_plainly(data))
        whole = best(lambda data=data: door.load(data))
        reading = best(lambda data=data: read(data))
        root = read(data).root
        measuring = best(lambda root=root: measure(root))
        _, root = audited(data)
        told = best(lambda root=root: contents(root))
        print(
            f"| {name} | {len(data) / 1e6:.0f} | {plain:.0f} | {whole:.0f} | {whole / plain:.1f} "
            f"| {reading:.0f} | {measuring:.0f} | {whole - reading - measuring:.0f} | {told:.0f} |"
        )


def models() -> list[tuple[str, bytes]]:
    """Fit the models and pickle them."""
    draw = np.random.default_rng(0)
    rows, answers = draw.normal(size=(6_000, 10)), draw.normal(size=6_000)
    forest = RandomForestRegressor(100, random_state=0, n_jobs=2).fit(rows, answers)
    small = RandomForestRegressor(3_000, max_leaf_nodes=8, random_state=0).fit(
        rows[:300], answers[:300]
    )
    boosted = GradientBoostingRegressor(n_estimators=500, random_state=0).fit(
        rows[:500], answers[:500]
    )
    words = [" ".join(f"w{n}" for n in range(at, at + 10)) for at in range(0, 200_000, 10)]
    buffer = io.BytesIO()
    joblib.dump(forest, buffer)
    return [
        ("forest of 100 deep trees", pickle.dumps(forest, 5)),
        ("the same by joblib", buffer.getvalue()),
        ("forest of 3,000 small trees", pickle.dumps(small, 5)),
        ("500 boosted trees", pickle.dumps(boosted, 5)),
        ("vocabulary of 200,000 words", pickle.dumps(TfidfVectorizer().fit(words), 5)),
    ]


def load_plainly(data: bytes) -> object:
    """Load as everybody else does, to compare with."""
    if b"joblib.numpy_pickle" in data[:100_000]:
        return joblib.load(io.BytesIO(data))  # noqa: TID251  our own bytes, and to compare
    return pickle.loads(data)  # noqa: S301, TID251  our own bytes, and to compare


def best(call: Callable[[], object]) -> float:
    """Give the least milliseconds of processor time of some rounds."""
    times = []
    for _ in range(ROUNDS):
        started = time.process_time()
        call()
        times.append(time.process_time() - started)
    return 1_000 * min(times)


if __name__ == "__main__":
    main()
