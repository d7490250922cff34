"""Records straight from a file to Arrow, a slice at a time on every core."""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO, FileIO
from threading import Lock

import numpy as np
import pyarrow as pa
import pyarrow.csv

from brinery.tables.encoding import is_utf8
from brinery.tables.lines import stray_marks
from brinery.tables.oddities import Texts, odd_among, texts_of
from brinery.tables.records import Records, csv_options

__all__ = ["stream"]

_SLICE_BYTES, _LEAST_BYTES = 4 * 2**20, 2**20
_SHARES = 4
_STEP_BYTES = 2**18
_BEYOND_ASCII = 0x80


def stream(
    file: FileIO | BytesIO,
    start: int,
    end: int,
    *,
    n_columns: int,
    delimiter: str,
    first_line: int,
    headers: Sequence[Sequence[str]],
) -> Records | None:
    """Read rows of which each takes one line, without holding the file in memory.

    Parameters
    ----------
    file : FileIO or BytesIO
    start, end : int
        Where the rows begin and end, in bytes.
    n_columns : int
    delimiter : str
    first_line : int
        The line number of the first row.
    headers : sequence of sequences of str
        The rows with the names.

    Returns
    -------
    Records or None
        None where a row is not as wide as the others or looks like no record, a line is blank,
        a cell holds a line break, a quotation mark stands where it opens or closes nothing, or
        a byte is no text in UTF-8.
    """
    slices = _Slices(file, start, end)
    names = [f"f{at}" for at in range(n_columns)]
    parser = _Parser(names, delimiter, headers)
    tables: dict[int, pa.Table] = {}

    def work() -> None:
        room = bytearray(_SLICE_BYTES + 2)
        while (taken := slices.next_in(room)) is not None:
            at, size = taken
            table = parser.table(room, size)
            if table is None:
                slices.stop()
                return
            tables[at] = table

    n_threads = min(os.cpu_count() or 1, -(-(end - start) // _SLICE_BYTES))
    with ThreadPoolExecutor(n_threads) as threads:
        others = [threads.submit(work) for _ in range(n_threads - 1)]
        work()
        for one in others:
            one.result()
    if not slices.done:
        return None
    table = pa.concat_tables([tables[at] for at in sorted(tables)])
    lines = np.arange(first_line, first_line + table.num_rows, dtype=np.int64)
    return Records(tuple(table.columns), lines)


class _Slices:
    """A part of a file, given out by whole lines."""

    def __init__(self, file: FileIO | BytesIO, start: int, end: int) -> None:
        self._file, self._at, self._end, self._lock = file, start, end, Lock()

    @property
    def done(self) -> bool:
        return self._at == self._end

    def stop(self) -> None:
        with self._lock:
            self._end = -1

    def next_in(self, room: bytearray) -> tuple[int, int] | None:
        """Put the next slice between two line ends; give where it begins and how long it is."""
        with self._lock:
            at, left = self._at, self._end - self._at
            if left <= 0:
                return None
            # The last ones are smaller, so that no thread waits long for another.
            most = min(left, _SLICE_BYTES, max(_LEAST_BYTES, left // _SHARES))
            self._file.seek(at)
            size = self._file.readinto(memoryview(room)[1 : most + 1])
            if at + size < self._end:
                size = room.rfind(b"\n", 1, size + 1)
            if size <= 0:  # a line longer than a slice, or a file that shrank
                self._end = -1
                return None
            self._at = at + size
        room[0] = room[size + 1] = ord("\n")
        return at, size


class _Parser:
    """Whole lines to a table, where each is a row and nothing in them needs a careful look."""

    def __init__(self, names: list[str], delimiter: str, headers: Sequence[Sequence[str]]) -> None:
        self._delimiter, self._headers = delimiter, headers
        self._plain, self._quoted = (
            csv_options(
                names,
                delimiter,
                quote=quote,
                block_bytes=_SLICE_BYTES + 1,
                newlines=False,
                threads=False,
            )
            for quote in (None, '"')
        )

    def table(self, room: bytearray, size: int) -> pa.Table | None:
        """Parse the lines that stand in `room` with one line end more before and behind."""
        text = memoryview(room)[1 : size + 1]
        marked = room.find(b'"', 1, size + 1) >= 0
        try:
            table = pyarrow.csv.read_csv(
                pa.BufferReader(text), **(self._quoted if marked else self._plain)
            )
        except pa.ArrowInvalid:
            return None
        if not table.num_rows:
            return None
        (batch,) = table.to_batches()
        columns = [texts_of(column) for column in batch.columns]
        unended = room[size] != ord("\n")
        n_parting = size + unended - sum(len(one.letters) for one in columns)
        if marked or n_parting != table.num_rows * len(columns):
            # Some byte is neither of a cell nor right behind one.
            body = np.frombuffer(room, np.uint8)[: size + 2]
            if marked and not _well_marked(body, self._delimiter):
                return None
            n_lines = _n_lines(body, returned=room.find(b"\r", 1, size + 1) >= 0)
            if n_lines is None or n_lines + unended != table.num_rows:
                return None  # a cell holds a line break, or a line is blank
        if not _is_text(columns, text) or odd_among(columns, self._headers).any():
            return None
        return table


def _is_text(columns: Sequence[Texts], text: memoryview) -> bool:
    """Say whether the cells are UTF-8, without a zero byte or a mark that begins a file."""
    mark, most = codecs.BOM_UTF8, max(one.most for one in columns)
    if not all(one.least for one in columns) or text[: len(mark)] == mark:  # which Arrow drops
        return False
    if most >= mark[0] and mark in bytes(text):
        return False
    return most < _BEYOND_ASCII or is_utf8(text)


def _well_marked(body: np.ndarray, delimiter: str) -> bool:
    """Say whether each quotation mark opens or closes a cell."""
    marks = np.concatenate([np.flatnonzero(part == ord('"')) + at for at, part in _parts(body)])
    return len(marks) % 2 == 0 and not len(stray_marks(body, marks, delimiter))


def _n_lines(body: np.ndarray, *, returned: bool) -> int | None:
    """Count the line ends between the first and the last; None where a CR is one by itself."""
    n_lines = 0
    for at, part in _parts(body[1:-1]):
        behind = body[at + 2 :][: len(part)]
        if returned and np.any((part == ord("\r")) > (behind == ord("\n"))):
            return None
        n_lines += int(np.count_nonzero(part == ord("\n")))
    return n_lines


def _parts(body: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Give so much of a text at a time as stays in the cache, and where it stands."""
    return ((at, body[at : at + _STEP_BYTES]) for at in range(0, len(body), _STEP_BYTES))
