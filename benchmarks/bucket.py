"""How many requests a server makes to the bucket of the runs in a minute, by a store that counts.

`python -m benchmarks.bucket` prints a table; `--runs` chooses how many are kept. Nothing is timed:
a minute is the looks, or what is told of a run, that belong to one.
"""

from __future__ import annotations

import argparse
import dataclasses
import logging
import os
import tempfile
import threading
import time
import unittest.mock
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, cast

from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from brinery.registry.events import now
from brinery.registry.objects import objects_of
from brinery.scoring import inbucket, keeper
from brinery.scoring.inbucket import InBucket
from brinery.scoring.run import Request, Run, first_id
from brinery.scoring.told import Event
from brinery.settings import KeyPlace

BUCKET = "s3://counted"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}
MINUTE = 60
REQUEST = Request("m@1", "x.csv", "y.csv", at=now())


class Store:
    """An S3 store in this process that counts what it is asked, one request at a time."""

    def __init__(self) -> None:
        self.counted: Counter[str] = Counter()
        self._app = DomainDispatcherApplication(create_backend_app)
        self._one = threading.Lock()
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def during(self, action: Callable[[], object]) -> Counter[str]:
        """Give what is asked while something is done."""
        self.counted.clear()
        action()
        return self.counted.copy()

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        is_list = method == "GET" and "list-type" in environ["QUERY_STRING"]
        with self._one:
            self.counted["LIST" if is_list else method] += 1
            return list(self._app(environ, start_response))


def keep(place: InBucket, n_runs: int) -> None:
    """Have so many runs kept that have ended, one each minute, the last one just now."""
    offered = {"place": f"{BUCKET}/x", "n_bytes": 1, "mark": ""}
    request = dataclasses.asdict(dataclasses.replace(REQUEST, offered=offered))

    def one(number: int) -> None:
        id = f"{first_id(time.time() - MINUTE * (n_runs - number))}{number:016d}"
        place.journal.add(id, 1, "asked", request=request)
        for at, kind in enumerate(("taken", "done"), start=2):
            place.journal.add(id, at, cast(Event, kind))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(one, range(n_runs)))


def looks(place: InBucket) -> None:
    """Look for runs as often as a server does in a minute."""
    for _ in range(int(MINUTE / inbucket.LOOK_SECONDS)):
        place.left()


def told(store: Store, place: InBucket, file: Path) -> Counter[str]:
    """Give what is asked while a run is told of for ten minutes, a tenth of it."""
    run = place.begin(REQUEST, file, take=False, progress=lambda *_: None)
    n_told = int(10 * MINUTE / keeper.BEAT_SECONDS)
    with unittest.mock.patch.object(keeper, "BEAT_SECONDS", 0.001), place.hold(run):
        while run.number < 2:
            time.sleep(0.001)
        counted = store.during(lambda: wait_for(run, run.number + n_told))
    return Counter({kind: round(n / 10) for kind, n in counted.items()})


def wait_for(run: Run, number: int) -> None:
    """Wait until so many events were told of a run."""
    while run.number < number:
        time.sleep(0.001)


def main() -> int:
    """Count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, nargs="+", default=[100, 1_000, 5_000])
    chosen = parser.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    store = Store()
    os.environ.update(ENVIRONMENT, AWS_ENDPOINT_URL=store.url)
    objects_of(BUCKET).files.mkdir(BUCKET)
    print("| a minute of a server | requests | of these |\n|---|---|---|")

    def show(what: str, counted: Counter[str]) -> None:
        kinds = ", ".join(f"{n} {kind}" for kind, n in counted.most_common())
        print(f"| {what} | {counted.total()} | {kinds} |", flush=True)

    with tempfile.TemporaryDirectory() as name:
        keys = KeyPlace(Path(name) / "key")
        for n_runs in chosen.runs:
            url = f"{BUCKET}/{n_runs}"
            place = InBucket(url, Path(name) / str(n_runs), keys, threading.Event())
            keep(place, n_runs)
            place.left()  # the first look reads all that is kept
            show(f"that looks on, {n_runs:,} runs kept", store.during(partial(looks, place)))
            show("that asks for the list of them once", store.during(place.all))
        file = Path(name) / "x.csv"
        file.write_text("a\n1\n")
        show("that works on a run", told(store, place, file))
        place.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
