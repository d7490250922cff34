import ctypes
import importlib.util
import json
import mmap
import os
import signal
import sys
import threading
import time
from pathlib import Path

from brinery.errors import CannotScore
from brinery.worker import inside


def echo(data: bytes, text: str, number: float) -> bytes:
    return data + f" {text} {number}".encode()


def shape(held, times: int) -> bytes:
    return f"{type(held).__name__} {times}".encode()


def pid(*_) -> bytes:
    return str(os.getpid()).encode()


def is_open(fd: int) -> bool:
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True


def seen() -> bytes:
    return json.dumps(
        {
            "environment": dict(os.environ),
            "session": os.getsid(0) == os.getpid(),
            "no_new_privileges": ctypes.CDLL(None).prctl(39, 0, 0, 0, 0),
            "open_files": [fd for fd in range(256) if is_open(fd)],
            "niceness": os.nice(0),
            "threads": threading.active_count(),
            "root": 0 in (os.getuid(), os.geteuid(), os.getgid()),
        }
    ).encode()


def count(n: int) -> bytes:
    for done in range(n):
        inside.say({"done": done, "total": n})
    return b"counted"


def wait_to_finish(seconds: float) -> bytes:
    inside.say({"step": "waiting"})
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if inside.is_asked_to_finish():
            return b"finished early"
        time.sleep(0.01)
    return b"waited"


def nap(*args) -> bytes:
    time.sleep(float(args[-1]))
    return b"slept"


def burn(*_) -> bytes:
    while True:
        pass


def refuse(*_) -> bytes:
    raise CannotScore("The column age is missing.", where="age", remedy="Add it.")


def stumble(*_) -> bytes:
    raise ValueError("secret cell value")


def devour(*_) -> bytes:
    return b"x" * 2**40


def spread(*_) -> bytes:
    held, n_bytes = [], 2**28
    while n_bytes > 2**20:
        try:
            held.append(mmap.mmap(-1, n_bytes))
        except OSError:
            n_bytes //= 2
    for _ in range(50):  # some find room in what earlier ones left
        threading.Thread(target=threading.Event().wait, daemon=True).start()
    return b""


def crash(*_) -> bytes:
    ctypes.string_at(0)
    return b""


def vanish(*_) -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


def signal_itself(number: int) -> bytes:
    os.kill(os.getpid(), number)
    return b""


def write(path: str) -> bytes:
    Path(path).write_bytes(b"x" * 5000)
    return b""


def number(*_) -> int:
    return 3


def chatter() -> bytes:
    sys.stderr.write("to standard error\n")
    sys.stdout.write("to standard output\n")
    sys.stderr.flush()
    return b"said"


def fit_and_predict(kind: str) -> bytes:
    import numpy as np
    from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
    from threadpoolctl import threadpool_info

    X = np.random.default_rng(0).normal(size=(2000, 5))
    y = X[:, 0] > 0
    with inside.all_cores() as n_cores:
        n_threads = max(library["num_threads"] for library in threadpool_info())
        made = {
            "boosting": HistGradientBoostingClassifier(max_iter=10),
            "forest": RandomForestClassifier(20, n_jobs=2),
        }[kind].fit(X, y)
        X @ X.T  # BLAS with all its threads
    score = made.score(X, y)
    after = max(library["num_threads"] for library in threadpool_info())
    return json.dumps([n_cores, n_threads, after, score > 0.9]).encode()


def arrow() -> bytes:
    import io

    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({"x": np.arange(100_000.0), "y": ["a"] * 100_000})
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return str(pq.read_table(io.BytesIO(sink.getvalue())).num_rows).encode()


def home(*_) -> bytes:
    return sys.prefix.encode()


def found(name: str) -> bytes:
    return str(importlib.util.find_spec(name) is not None).encode()


def count_and_nap(_held, seconds: float) -> bytes:
    inside.say({"done": 0})
    time.sleep(seconds)
    return b"slept"
