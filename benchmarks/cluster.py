"""What a run costs on a Dask cluster, by process: server, scheduler, workers, and the network.

Run `python -m benchmarks.cluster`. Scheduler and two workers of one thread each are processes of
this machine, so that the wall time says little; the processor's time of each, and the bytes that
pass between them, say how many workers one server and one scheduler can keep busy.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import scoring
from brinery.registry.prove import ready
from brinery.registry.shelf import Shelf
from brinery.scoring.tofile import to_file
from brinery.settings import Settings
from brinery.worker.pool import Pool

_TICKS = os.sysconf("SC_CLK_TCK")


def seconds_of(pids: set[int]) -> float:
    """Give the processor seconds of processes and of all that they started and reaped."""
    return sum(
        sum(int(one) for one in stat.rpartition(")")[2].split()[11:15]) / _TICKS
        for pid in pids
        if (stat := Path(f"/proc/{pid}/stat").read_text())
    )


def family(pid: int) -> set[int]:
    """Give a process and its living descendants."""
    found = {pid}
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found |= family(int(child))
    return found


def n_bytes() -> int:
    """Give how much was sent on the loopback device so far."""
    lines = Path("/proc/net/dev").read_text().splitlines()
    return int(next(one for one in lines if one.strip().startswith("lo:")).split()[1])


def main() -> None:
    """Print a line for each model: locally, and on the cluster."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=1_000_000)
    n_rows = options.parse_args().rows
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        os.environ["BRINERY_KEY_FILE"] = str(folder / "key")
        scoring.fit(folder)
        data = folder / "rows.csv"
        scoring.write_rows(data, n_rows)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = str(free.getsockname()[1])
        address = f"tcp://127.0.0.1:{port}"
        options_of_all = ("--host", "127.0.0.1", "--no-dashboard")
        dask = [sys.executable, "-m", "dask"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        scheduler = subprocess.Popen([*dask, "scheduler", "--port", port, *options_of_all], **quiet)
        a_worker = [*dask, "worker", address, "--nthreads", "1", "--no-nanny", *options_of_all]
        workers = [subprocess.Popen(a_worker, **quiet) for _ in range(2)]
        try:
            time.sleep(10)
            for kind in scoring.KINDS:
                for where in ("", address):
                    print(measure(folder, data, kind, where, scheduler, workers, n_rows))
        finally:
            for process in (*workers, scheduler):
                process.kill()
                process.wait()


def measure(
    folder: Path,
    data: Path,
    kind: str,
    address: str,
    scheduler: subprocess.Popen[bytes],
    workers: list[subprocess.Popen[bytes]],
    n_rows: int,
) -> str:
    """Score once to warm up and once to measure; give processor seconds for a million rows."""
    settings = dataclasses.replace(Settings.from_environment(), scheduler=address, n_workers=2)
    out = folder / "out.csv"
    with Pool(settings) as pool:
        shelf = Shelf(str(folder / "models"), settings.key_place)
        stored = ready(shelf, kind, pool)
        to_file(stored, data, out, pool)
        there = set().union(*(family(one.pid) for one in workers))
        here = family(os.getpid()) - there - {scheduler.pid}
        before = (seconds_of(here), seconds_of({scheduler.pid}), seconds_of(there), n_bytes())
        started = time.perf_counter()
        to_file(stored, data, out, pool)
        wall = time.perf_counter() - started
        after = (seconds_of(here), seconds_of({scheduler.pid}), seconds_of(there), n_bytes())
    server, brain, hands, sent = (
        (b - a) * 1e6 / n_rows for a, b in zip(before, after, strict=True)
    )
    return (
        f"{kind:9} {'cluster' if address else 'local':8} wall {wall:5.1f} s; for a million rows: "
        f"server with its processes {server:5.1f} s, scheduler {brain:4.2f} s, "
        f"workers {hands:5.1f} s, {sent / 1e6:5.0f} MB"
    )


if __name__ == "__main__":
    main()
