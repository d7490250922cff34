"""How fast the page stays for others while somebody trains: `python -m benchmarks.training`.

Some sessions pick models on the Predict page, for a while without and for a while with a search
by `auto` under way that another session started in the browser. Then that search is stopped.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import tempfile
import time
from pathlib import Path

from benchmarks.client import Visitor, visitor
from benchmarks.load import Timed, sessions, show_line
from examples.make_tables import customers
from tools.serving import Served, serve

TARGET = ("selectbox", "The column with the answer")


async def picks(somebody: Visitor, timed: Timed, draw: random.Random, until: float) -> None:
    """Pick one model after the other."""
    options = list(somebody.find("selectbox").options)
    turn = draw.randrange(len(options))
    while time.monotonic() < until:
        await asyncio.sleep(draw.uniform(1, 3))
        turn += 1
        timed.add("rerun", await somebody.pick("", options[turn % len(options)]))


async def measured(served: Served, n_sessions: int, seconds: float, n_rows: int) -> list[Timed]:
    """Let visitors pick without and with a training beside them."""
    alone = await sessions(served.url, "/predict", n_sessions, seconds, picks)
    async with visitor(served.url, "/train") as modeler:
        data = customers(n_rows).to_csv(index=False).encode()
        await modeler.upload("customers.csv", data, TARGET)
        await modeler.pick(TARGET[1], "cancelled")
        await modeler.pick("Time", modeler.find("selectbox", "Time").options[-1])
        started = time.monotonic()
        await modeler.press("Train")
        while not modeler.has("progress"):
            await asyncio.sleep(0.1)
            await modeler.rerun()
        print(f"progress was seen {time.monotonic() - started:.2f} s after the button")
        beside = await sessions(served.url, "/predict", n_sessions, seconds, picks)
        await modeler.rerun()
        if not modeler.has("progress"):
            raise LookupError("the training had ended before its time")
        started = time.monotonic()
        await modeler.press("Cancel")
        while modeler.has("progress"):
            await asyncio.sleep(0.1)
            await modeler.rerun()
        print(f"it was cancelled {time.monotonic() - started:.2f} s after the button\n")
    return [alone, beside]


def main() -> int:
    """Print the quantiles; the exit code is 1 where a session failed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sessions", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rows", type=int, default=20_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, serve(Path(name)) as served:
        found = asyncio.run(measured(served, chosen.sessions, chosen.seconds, chosen.rows))
    print(f"{os.cpu_count()} cores; {chosen.sessions} sessions, {chosen.seconds:g} s each\n")
    print("| picking a model, rerun | n | p50 ms | p95 ms | most ms |\n|---|---|---|---|---|")
    for what, timed in zip(("nobody trains", "somebody trains"), found, strict=True):
        show_line(what, timed.seconds["rerun"])
    errors = [error for timed in found for error in timed.errors]
    print("".join(f"\nERROR {error}" for error in errors))
    return 1 if errors else 0


if __name__ == "__main__":
    raise SystemExit(main())
