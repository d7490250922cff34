"""Many sessions on one server, beside a hello-world page; then many uploads in a row.

`make bench` runs it; `python -m benchmarks.load --help` lists what can be changed. Only this
machine is asked: each server listens on 127.0.0.1, on a port of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.client import Visitor, visitor
from examples.make_tables import EXAMPLES
from tools.serving import ROOT, Served, serve

DONE = ("download_button", "Download CSV")
HELLO = ("Hello", "Good day")


@dataclass
class Timed:
    """Seconds by what was done, and what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def add(self, what: str, seconds: float) -> None:
        """Note one action."""
        self.seconds.setdefault(what, []).append(seconds)


def files(n_rows: int) -> dict[str, bytes]:
    """Give an upload of `n_rows` rows for each example model, by its name."""
    return {one.name: one.new_rows(n_rows).to_csv(index=False).encode() for one in EXAMPLES}


async def greet(somebody: Visitor, timed: Timed, draw: random.Random, until: float) -> None:
    """Change the one widget of the hello page, now and then."""
    turn = 0
    while time.monotonic() < until:
        await asyncio.sleep(draw.uniform(1, 3))
        turn += 1
        timed.add("hello: rerun", await somebody.pick("Greeting", HELLO[turn % 2]))


async def work(
    somebody: Visitor, timed: Timed, draw: random.Random, until: float, uploads: dict[str, bytes]
) -> None:
    """Pick models; every third time or so score a file with the one picked."""
    options = list(somebody.find("selectbox").options)
    turn = draw.randrange(len(uploads))
    while time.monotonic() < until:
        await asyncio.sleep(draw.uniform(1, 3))
        turn += 1
        name = list(uploads)[turn % len(uploads)]
        option = next(option for option in options if option.startswith(name))
        timed.add("predict: pick a model, rerun", await somebody.pick("", option))
        if draw.random() < 0.3:
            await asyncio.sleep(draw.uniform(1, 3))
            took = await somebody.upload(f"{name}.csv", uploads[name], DONE)
            timed.add("predict: upload and score 1,000 rows", took)
            await asyncio.sleep(draw.uniform(1, 3))
            timed.add("predict: take the file away, rerun", await somebody.take_back())


async def sessions(
    url: str,
    path: str,
    n: int,
    seconds: float,
    act: Callable[[Visitor, Timed, random.Random, float], Awaitable[None]],
) -> Timed:
    """Let `n` visitors act on one server for that long, each with a seed of its own."""
    timed = Timed()

    async def one(number: int) -> None:
        draw = random.Random(number)
        await asyncio.sleep(draw.uniform(0, 2))
        try:
            async with visitor(url, path) as somebody:
                await act(somebody, timed, draw, time.monotonic() + seconds)
        except (LookupError, OSError, TimeoutError) as error:
            timed.errors.append(f"session {number}: {error!r}")

    await asyncio.gather(*(one(number) for number in range(n)))
    return timed


async def upload_often(served: Served, n: int, n_rows: int) -> list[tuple[int, float, float]]:
    """Upload and score again and again in one session; give memory at a few points.

    Returns
    -------
    list of (uploads so far, web process MiB, all processes MiB)
    """
    example = EXAMPLES[0]
    points = {0, n // 10, n // 2, n}
    table = example.new_rows(n_rows)
    found = []
    async with visitor(served.url, "/predict", f"model={example.name}") as somebody:
        found.append((0, *memory(served.pid)))
        for turn in range(1, n + 1):
            marked = table.assign(customer_id=table["customer_id"] + f"-{turn}")
            data = marked.to_csv(index=False).encode()
            await somebody.upload(f"file {turn}.csv", data, DONE)
            if turn in points:
                found.append((turn, *memory(served.pid)))
    return found


def memory(pid: int) -> tuple[float, float]:
    """Give the resident memory in MiB: of one process, and of it with all its children.

    Pages that the children share with their parent count once for each.
    """
    own = _resident(pid)
    return own, own + sum(_resident(child) for child in _below(pid))


def _below(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield int(child)
            yield from _below(int(child))


def _resident(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def show_line(what: str, seconds: list[float]) -> None:
    """Print the quantiles of one action, in milliseconds."""
    p50, p95, most = np.quantile(np.array(seconds) * 1000, [0.5, 0.95, 1.0])
    print(f"| {what} | {len(seconds):,} | {p50:,.0f} | {p95:,.0f} | {most:,.0f} |", flush=True)


def show(timed: Timed) -> None:
    """Print the quantiles of every action, in milliseconds."""
    for what, seconds in sorted(timed.seconds.items()):
        show_line(what, seconds)
    for error in timed.errors:
        print(f"ERROR {error}")


def main() -> int:
    """Run everything; the exit code is 1 where a session failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=25)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--uploads", type=int, default=200)
    parser.add_argument("--rows", type=int, default=1000)
    chosen = parser.parse_args()
    uploads = files(chosen.rows)

    async def predict(somebody: Visitor, timed: Timed, draw: random.Random, until: float) -> None:
        await work(somebody, timed, draw, until, uploads)

    print(f"{os.cpu_count()} cores, Python {platform.python_version()}; ", end="")
    print(f"{chosen.sessions} sessions, {chosen.seconds:g} s, 1-3 s between actions\n")
    print("| action | n | p50 ms | p95 ms | most ms |\n|---|---|---|---|---|")
    errors: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with serve(folder / "hello", script=ROOT / "benchmarks" / "hello.py") as served:
            hello = asyncio.run(
                sessions(served.url, "/", chosen.sessions, chosen.seconds / 2, greet)
            )
        show(hello)
        with serve(folder / "app") as served:
            timed = asyncio.run(
                sessions(served.url, "/predict", chosen.sessions, chosen.seconds, predict)
            )
            show(timed)
            print("\n| uploads | web process MiB | all processes MiB |\n|---|---|---|")
            for turn, own, whole in asyncio.run(upload_often(served, chosen.uploads, chosen.rows)):
                print(f"| {turn} | {own:.0f} | {whole:.0f} |", flush=True)
            if "Traceback" in served.log():
                errors.append(served.log())
    errors += hello.errors + timed.errors
    print("".join(f"\n{error}" for error in errors))
    return 1 if errors else 0


if __name__ == "__main__":
    raise SystemExit(main())
