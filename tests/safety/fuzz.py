"""Twisted pickles without end: `python -m tests.safety.fuzz --seconds 3600`.

Honest models are changed byte by byte, order by order, and in what they hold, then handed to a
real worker, which answers rows if the door lets the model in. This process stands for the web
process: it reads each file too. What may come of one is a refusal in words, an error in words,
or the answers that plain unpickling of the same bytes gives. A worker that crashes, or takes
more time or memory than it may, answers nobody wrongly, but the door should have refused: it is
kept, with all else that does not end well, in `artefacts/fuzz-door`, to become a test.
"""

import argparse
import collections
import hashlib
import io
import itertools
import logging
import os
import pickle
import pickletools
import random
import resource
import signal
import tempfile
import time
import traceback
import warnings
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import joblib
import numpy as np
import pandas as pd
import pyarrow as pa

from brinery.bringing.look import look_in_worker
from brinery.errors import BrineryError, UnsafePickle, WorkerFailed
from brinery.model import answers
from brinery.safety.audit import audit
from brinery.scoring.answer import answer
from brinery.settings import Settings
from brinery.tables.wire import packed
from brinery.worker.pool import Pool
from brinery.worker.protocol import Pickled
from tools.estimators import fitted
from tools.variants import variants

__all__ = ["seeds", "twisted"]

SECONDS = 10
MEMORY_BYTES = 3 * 2**30
_ROWS = 12
_NUMBERS = (
    0,
    1,
    -1,
    2,
    3,
    7,
    255,
    2**15,
    2**31 - 1,
    2**31,
    -(2**31),
    2**33,
    2**62,
    -(2**63),
    10**30,
)
_FLOATS = (0.0, -0.0, 1.0, -1.0, 0.5, 1e-300, 1e300, float("nan"), float("inf"), -float("inf"))
_TEXTS = ("", "a", "auto", "rbf", "precomputed", "predict", "__class__", "coef_", "é" * 40, "\x00")


def seeds(most=None):
    """Give (name, estimator, rows, how it answers) of the honest models that take a table."""
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, estimator, features in (*fitted(), *variants()):
            rows = _as_table(features)
            if rows is None:
                continue
            by = answers.how(estimator)
            try:
                answer(estimator, packed(rows), by)
                if len(pickle.dumps(estimator, 5)) < 200_000:
                    found.append((name, estimator, rows, by))
            except Exception:  #  it takes no table of numbers or words
                continue
            if most is not None and len(found) >= most:
                break
    return found


def _as_table(features):
    if isinstance(features, pd.DataFrame):
        return pa.Table.from_pandas(features.iloc[:_ROWS], preserve_index=False)
    if isinstance(features, np.ndarray) and features.ndim == 2 and features.dtype.kind in "fiu":
        rows = features[:_ROWS].astype(float)
        return pa.table({f"x{place}": column for place, column in enumerate(rows.T)})
    if isinstance(features, (list, np.ndarray)) and all(isinstance(one, str) for one in features):
        return pa.table({"text": [str(one) for one in features[:_ROWS]]})
    return None


def twisted(estimator, rng):
    """Give a pickle of the estimator, or what joblib writes, with something done to it."""
    kind = rng.choice(("held", "held", "held", "orders", "orders", "bytes", "joblib"))
    protocol = rng.choice((0, 2, 4, 5, 5))
    if kind == "held":
        return kind, _with_other_parts(estimator, rng, protocol)
    if kind == "joblib":
        file = io.BytesIO()
        joblib.dump(estimator, file)
        return kind, _damaged(file.getvalue(), rng)
    data = pickle.dumps(estimator, protocol)
    return kind, (_reordered if kind == "orders" else _damaged)(data, rng)


class _Twisting(pickle.Pickler):
    """Pickles as usual, but twists the parts whose numbers are given."""

    def __init__(self, file, protocol, rng, chosen):
        super().__init__(file, protocol)
        self.protocol, self.rng, self.chosen, self.n_parts = protocol, rng, chosen, 0

    def reducer_override(self, part):
        if isinstance(part, type) or callable(part):
            return NotImplemented
        self.n_parts += 1
        if self.n_parts not in self.chosen:
            return NotImplemented
        if isinstance(part, np.ndarray):
            return _other_array(part, self.rng).__reduce_ex__(self.protocol)
        reduced = part.__reduce_ex__(self.protocol)
        if not isinstance(reduced, tuple):
            return NotImplemented
        made, args, *rest = reduced
        if rest and rest[0] is not None and self.rng.random() < 0.8:
            return made, args, _other(rest[0], self.rng), *rest[1:]
        return made, tuple(_other(list(args), self.rng)) if args else args, *rest


def _with_other_parts(estimator, rng, protocol):
    counting = _Twisting(io.BytesIO(), protocol, rng, ())
    counting.dump(estimator)
    n_twists = rng.choice((1, 1, 1, 2, 5))
    chosen = {rng.randint(1, max(counting.n_parts, 1)) for _ in range(n_twists)}
    file = io.BytesIO()
    _Twisting(file, protocol, rng, chosen).dump(estimator)
    return file.getvalue()


def _other(value, rng, depth=0):
    """Give a value like this one, but not it."""
    if isinstance(value, np.ndarray):
        return _other_array(value, rng)
    if isinstance(value, dict) and value and depth < 4:
        made, key = dict(value), rng.choice(list(value))
        what = rng.randrange(6)
        if what == 0:
            del made[key]
        elif what == 1:
            made[key] = made[rng.choice(list(value))]
        elif what == 2 and isinstance(key, str):
            made[rng.choice(("predict", "_x", key + "_", *_TEXTS))] = made.pop(key)
        else:
            made[key] = _other(made[key], rng, depth + 1)
        return made
    if isinstance(value, (list, tuple)) and value and depth < 4:
        made, place = list(value), rng.randrange(len(value))
        what = rng.randrange(5)
        if what == 0:
            del made[place]
        elif what == 1:
            made *= rng.choice((2, 3))
        elif what == 2:
            made[place] = made[rng.randrange(len(made))]
        else:
            made[place] = _other(made[place], rng, depth + 1)
        return made if isinstance(value, list) else tuple(made)
    if isinstance(value, bytes) and value:
        return _damaged(value, rng)
    if rng.random() < 0.15:
        return rng.choice((None, True, 3, 2.5, "a", (), [], {}, b"", np.zeros(3), np.float64(2)))
    if isinstance(value, (bool, np.bool_)):
        return not value
    if isinstance(value, (int, np.integer)):
        return rng.choice((*_NUMBERS, int(value) + 1, int(value) - 1, -int(value)))
    if isinstance(value, (float, np.floating)):
        return rng.choice((*_FLOATS, float(value) * 2))
    return rng.choice((*_TEXTS, *_NUMBERS[:5], None))


def _other_array(array, rng):
    """Give an array with other contents, another shape or another type."""
    made, what = array.copy(), rng.randrange(7)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if what == 0:
            return made[: rng.randrange(len(made) + 1)] if made.ndim else made.reshape(1)
        if what == 1:
            return np.concatenate([made, made]) if made.ndim else made
        if what == 2:
            return made.reshape(-1) if made.ndim > 1 else made[None]
        if what == 3 and made.dtype.kind in "fiub":
            return made.astype(rng.choice(("f4", "i4", "i8", "u1", ">f8", "f2", "O", "c16", "U3")))
        if made.dtype.names and made.size:
            field = rng.choice(made.dtype.names)
            made[field].flat[rng.randrange(made.size)] = np.asarray(
                rng.choice((*_NUMBERS[:12], 1.5, -7))
            ).astype(made.dtype[field].base)
        elif made.dtype.kind in "iu" and made.size:
            for _ in range(rng.choice((1, 1, 4))):
                one = np.asarray(rng.choice(_NUMBERS[:13])).astype(made.dtype)
                made.flat[rng.randrange(made.size)] = one
        elif made.dtype.kind == "f" and made.size:
            made.flat[rng.randrange(made.size)] = rng.choice(_FLOATS)
        elif made.dtype.kind == "O" and made.size:
            place = rng.randrange(made.size)
            made.flat[place] = _other(made.flat[place], rng, 3)
        elif made.dtype.kind == "b" and made.size:
            made.flat[rng.randrange(made.size)] ^= True
    return made


def _reordered(data, rng):
    """Give the pickle with orders left out, doubled, exchanged, or with other numbers."""
    places = [place for _, _, place in pickletools.genops(data)] + [len(data)]
    parts = [data[start:end] for start, end in itertools.pairwise(places)]
    for _ in range(rng.choice((1, 1, 2, 4))):
        one, two = rng.randrange(len(parts)), rng.randrange(len(parts))
        what = rng.randrange(5)
        if what == 0 and len(parts) > 1:
            del parts[one]
        elif what == 1:
            parts.insert(two, parts[one])
        elif what == 2:
            parts[one], parts[two] = parts[two], parts[one]
        elif what == 3:
            parts[one] = parts[two]
        else:
            alike = [part for part in parts if part[:1] == parts[one][:1]]
            parts[one] = rng.choice(alike)
    return b"".join(parts)


def _damaged(data, rng):
    made = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 5))):
        at = rng.randrange(len(made)) if made else 0
        what = rng.randrange(5)
        if what == 0 and made:
            made[at] ^= 1 << rng.randrange(8)
        elif what == 1 and made:
            made[at] = rng.randrange(256)
        elif what == 2:
            del made[at : at + rng.choice((1, 2, 8, 100))]
        elif what == 3:
            made[at:at] = rng.randbytes(rng.choice((1, 2, 8)))
        else:
            made[at : at + 8] = rng.choice(_NUMBERS[:13]).to_bytes(8, "little", signed=True)
    return bytes(made)


def plainly(data, rows, by, *, is_of_joblib):
    """Answer after plain unpickling, in a process of its own; None where that fails or ends.

    Twice, since plain unpickling of a damaged file may give what lay in memory before.
    """
    first = _plainly(data, rows, by, is_of_joblib)
    return first if first == _plainly(data, rows, by, is_of_joblib) else None


def _plainly(data, rows, by, is_of_joblib):
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read_end)
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        try:
            made = joblib.load(io.BytesIO(data)) if is_of_joblib else pickle.loads(data)
            said = b"+" + answer(made, packed(rows), by)
        except BaseException:  # then plain unpickling gives no answer
            said = b""
        with os.fdopen(write_end, "wb") as pipe:
            pipe.write(said)
        os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as pipe:
        said = pipe.read()
    os.waitpid(pid, 0)
    return said[1:] if said else None


def tried(pool, data, rows, by, *, looks):
    """Hand one file to a worker; give in a word what came of it, and the error or the answers."""
    audit(data)
    try:
        if looks:
            pool.submit(look_in_worker, data, "", timeout_seconds=SECONDS, fresh=True).result()
            return "looked at", ""
        pickled = Pickled(hashlib.sha256(data).hexdigest(), data)
        call = pool.submit(answer, packed(rows), by, pickled=pickled, timeout_seconds=SECONDS)
        return "answered", call.result()
    except UnsafePickle as error:
        return ("refused", error) if error.problem and error.remedy else ("without words", error)
    except WorkerFailed as error:
        said = str(error)
        if "unforeseen" in said:
            return "failed in words", error
        return ("out of its limits" if "memory" in said or "seconds" in said else "crashed"), error
    except BrineryError as error:
        return "failed in words", error


def main():
    """Try twisted models for a while, and keep those that don't end well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("artefacts/fuzz-door"))
    arguments = parser.parse_args()
    rng, kept = random.Random(arguments.seed), arguments.out.absolute()
    honest = seeds()
    print(f"{len(honest):,} honest models", flush=True)
    end = time.monotonic() + arguments.seconds
    counted = collections.Counter()
    limits = Settings(
        n_workers=1,
        worker_seconds=SECONDS,
        worker_memory_bytes=MEMORY_BYTES,
        models="",
        examples=False,
    )
    with tempfile.TemporaryDirectory() as empty, Pool(limits) as pool:
        os.chdir(empty)
        while time.monotonic() < end:
            name, estimator, rows, by = rng.choice(honest)
            try:
                kind, data = twisted(estimator, rng)
            except Exception:  # it can't be written in this way
                counted["not written"] += 1
                continue
            started = time.monotonic()
            try:
                what, gave = tried(pool, data, rows, by, looks=rng.random() < 0.15)
                if what == "answered":
                    before = plainly(data, rows, by, is_of_joblib=kind == "joblib")
                    if before is None:
                        what = "answered, though plain unpickling fails"
                    elif before != gave:
                        what, gave = "answered otherwise", f"{len(before)}, {len(gave)} bytes"
            except Exception:  # whatever goes wrong is kept
                what, gave = "WEB PROCESS", traceback.format_exc()
            counted[what] += 1
            bad = what in ("crashed", "out of its limits", "answered otherwise", "without words")
            if bad or what == "WEB PROCESS":
                path = kept / f"{arguments.seed}-{counted.total()}"
                kept.mkdir(parents=True, exist_ok=True)
                path.with_suffix(".bin").write_bytes(data)
                took = time.monotonic() - started
                path.with_suffix(".txt").write_text(
                    f"{name}, {kind}: {what} {took:.1f} s\n{gave}\n"
                )
                print(path, name, kind, what, str(gave)[:200], flush=True)
    for what, n_files in counted.most_common():
        print(f"{n_files:9,} {what}")
    return 0


if __name__ == "__main__":
    logging.getLogger("brinery.worker").setLevel(logging.CRITICAL)  # a traceback for each odd model
    signal.signal(signal.SIGTERM, lambda *_: exit(1))
    raise SystemExit(main())
