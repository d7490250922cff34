"""Damaged files without end: `python -m tests.tables.fuzz --seconds 3600`.

Each is made from the corpus of messy files by cutting, splicing, repeating and flipping, and
must end in bounded time and memory, in a table or in a refusal. What does not is kept in
`artefacts/fuzz`, to become a test.
"""

import argparse
import contextlib
import random
import resource
import time
import traceback
import zipfile
from io import BytesIO
from pathlib import Path

from brinery.errors import ReadError
from brinery.schema.reading import read
from brinery.tables.table import Table
from tests.tables import messy, messy_books

__all__ = ["SEEDS", "ends_well"]

SEEDS = [case.data for case in (*messy.texts(), *messy_books.books()) if len(case.data) < 50_000]
KINDS = ("text", "number", "percent", "date", "datetime", "id")
SECONDS = 5
MEGABYTES = 300
_PIECES = (
    *(b"\n", b"\r\n", b"\r", b'"', b'""', b"'", b",", b";", b"\t", b"|", b"\\", b" ", b"  "),
    *(b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xe9", b"\xc3", b"sep=;\n", b"Total", b"#", b"-"),
    *(b"1.234,5", b"1e999", b"nan", b"2024-13-01", b"=1+1", b"PK\x03\x04", b"<table>", b"\x1f\x8b"),
)


def ends_well(data, **options):
    """Read; whatever comes of it is sound, and takes a bounded time of the processor."""
    start = _processor_seconds()
    table = None
    with contextlib.suppress(ReadError):
        table = read(data, **options)
    if table is not None:
        assert isinstance(table, Table)
        assert len(table.line_numbers) == table.n_rows > 0
        assert table.to_pandas().shape == (table.n_rows, table.cells.num_columns)
        assert all(table.line_numbers[1:] > table.line_numbers[:-1])
    assert _processor_seconds() - start < SECONDS


def _processor_seconds():
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def damaged(data, rng):
    """Give the bytes with one to eight things done to them."""
    for _ in range(rng.choice((1, 1, 2, 3, 8))):
        at, to = sorted(rng.randrange(len(data) + 1) for _ in range(2))
        to = min(to, at + rng.choice((1, 10, 100, 10_000)))
        what = rng.randrange(7)
        if what == 0:
            data = data[:at] + data[to:]
        elif what == 1:
            data = data[:at] + rng.choice(_PIECES) * rng.choice((1, 1, 2, 50)) + data[at:]
        elif what == 2 and at < len(data):
            data = data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]
        elif what == 3:
            data = data[:to] + data[at:to] * rng.choice((1, 3, 40)) + data[to:]
        elif what == 4:
            other = rng.choice(SEEDS)
            data = data[:at] + other[rng.randrange(len(other) + 1) :]
        elif what == 5:
            data = data[:at] + rng.randbytes(rng.randrange(1, 9)) + data[to:]
        else:
            data = data.replace(rng.choice(_PIECES), rng.choice(_PIECES))
    return data[:2_000_000]


def damaged_inside(data, rng):
    """Give a workbook with something done to one of its members, its sums put right."""
    source, target = zipfile.ZipFile(BytesIO(data)), BytesIO()
    names = source.namelist() or [""]
    chosen = rng.choice(names)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in filter(None, names):
            member = source.read(name)
            archive.writestr(name, damaged(member, rng) if name == chosen else member)
    return target.getvalue()


def main():
    """Read damaged files for a while, and keep those that don't end well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("artefacts/fuzz"))
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    end = time.monotonic() + arguments.seconds
    n_read = n_bad = 0
    while time.monotonic() < end:
        seed = rng.choice(SEEDS)
        try:
            data = damaged_inside(seed, rng) if rng.random() < 0.7 else damaged(seed, rng)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError):  # no workbook, or locked
            data = damaged(seed, rng)
        options = {"kinds": {"amount": rng.choice(KINDS)}} if rng.random() < 0.3 else {}
        n_read += 1
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        try:
            ends_well(data, **options)
            grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
            assert grown < MEGABYTES, f"{grown:.0f} MB more"
        except Exception:
            n_bad += 1
            arguments.out.mkdir(parents=True, exist_ok=True)
            path = arguments.out / f"{arguments.seed}-{n_read}"
            path.with_suffix(".bin").write_bytes(data)
            path.with_suffix(".txt").write_text(f"{options}\n{traceback.format_exc()}")
            print(path, traceback.format_exc().splitlines()[-1][:200], flush=True)
    print(f"{n_read:,} files read, {n_bad:,} did not end well")
    return min(n_bad, 1)


if __name__ == "__main__":
    raise SystemExit(main())
