"""Rows answered on the pool, chunk by chunk and in order."""

from __future__ import annotations

import hashlib
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from brinery.errors import WorkerFailed, WorkerLost
from brinery.model.card import Card
from brinery.registry.entry import Stored
from brinery.schema.finding import Finding
from brinery.schema.findings import no_answer
from brinery.scoring.answer import answer
from brinery.tables.csvtext import bytes_of
from brinery.tables.wire import packed, unpacked
from brinery.worker.pool import Pool

__all__ = ["Answering", "Kept", "chunk_rows", "no_answers", "part_refused"]

_TRIES = 3


class Kept(Protocol):
    """Where the answers of whole chunks are kept, so that a run can go on after a fall."""

    def get(self, number: int, asked: bytes) -> bytes | None:
        """Give the answers of a chunk; None where they are not there, or are those of others."""

    def put(self, number: int, asked: bytes, answers: bytes) -> None:
        """Keep the answers of a chunk, and what was asked."""


def chunk_rows(card: Card) -> int:
    """Give how many rows a worker answers at a time: always as many for the same model.

    Libraries of linear algebra multiply small matrices in another order than large ones. A
    chunk is large enough that its rows get the very bits that they get in one piece.
    """
    width = max(1, len(card.schema.features)) * max(2, len(card.schema.labels))
    wanted = 2**20 // width
    return int(min(2**16, max(2**13, 1 << max(0, wanted - 1).bit_length())))


@dataclass(eq=False)
class Answering:
    """The rows of one run on their way to the workers and back.

    Attributes
    ----------
    stored : Stored
        The model, its seal verified.
    pool : Pool
    kept : Kept or None
    n_rows : int
        Rows in one chunk; the last one has up to twice as many.
    most : int
        Chunks on their way at a time; 0 until the pool was asked.
    digests : list of str
        The sha256 of the answers, chunk by chunk, of those that came back.
    """

    stored: Stored
    pool: Pool
    kept: Kept | None = None
    n_rows: int = 0
    most: int = 0
    digests: list[str] = field(default_factory=list)
    _waiting: list[pa.Table] = field(default_factory=list, repr=False)
    _n_waiting: int = 0
    _number: int = 0
    _sent: deque[_Sent] = field(default_factory=deque, repr=False)
    _given: list[pa.Table] = field(default_factory=list, repr=False)
    _n_given: int = 0

    def __post_init__(self) -> None:
        self.n_rows = self.n_rows or chunk_rows(self.stored.card)

    @property
    def is_full(self) -> bool:
        """Whether as many chunks are on their way as there should be.

        Raises
        ------
        WorkerFailed
            The cluster that the settings name does not answer.
        """
        if not self._sent:  # few rows need no cluster, which may be away
            return False
        self.most = self.most or self.pool.most_chunks(self.stored.given().environment)
        return len(self._sent) >= self.most

    def put(self, features: pa.Table) -> None:
        """Send rows off, as soon as they fill a chunk."""
        self._waiting.append(features)
        self._n_waiting += features.num_rows
        while self._n_waiting >= 2 * self.n_rows:
            self._send(self.n_rows)

    def end(self) -> None:
        """Send the rest off."""
        if self._n_waiting:
            self._send(self._n_waiting)

    def has(self, n_rows: int) -> bool:
        """Tell whether so many answers are there."""
        while self._sent and self._sent[0].is_done and self._n_given < n_rows:
            self.wait()
        return self._n_given >= n_rows

    def wait(self) -> None:
        """Wait for the chunk that was sent first.

        Raises
        ------
        WorkerFailed
            Three workers died over it, or it ran out of its limits.
        BrineryError
            The model can't answer these rows.
        """
        if not self._sent:
            raise AssertionError("no chunk is on its way")
        part = self._sent[0].result()
        self._sent.popleft()
        self.digests.append(_digest(part))
        self._given.append(part)
        self._n_given += part.num_rows

    def take(self, n_rows: int) -> pa.Table:
        """Give the next answers, waiting for them where they are not there yet."""
        while not self.has(n_rows):
            self.wait()
        if not n_rows:
            return no_answers(self.stored.card)
        whole = pa.concat_tables(self._given, promote_options="permissive")
        self._given = [whole.slice(n_rows)] if whole.num_rows > n_rows else []
        self._n_given -= n_rows
        return whole.slice(0, n_rows)

    def cancel(self) -> None:
        """Let go of what is on its way."""
        for one in self._sent:
            one.cancel()

    def _send(self, n_rows: int) -> None:
        rows = pa.concat_tables(self._waiting)
        chunk, rest = rows.slice(0, n_rows), rows.slice(n_rows)
        self._waiting, self._n_waiting = [rest], rest.num_rows
        self._sent.append(_Sent(self, self._number, chunk))
        self._number += 1


@dataclass(eq=False)
class _Sent:
    """One chunk on its way; where its worker dies, another tries it."""

    of: Answering
    number: int
    chunk: pa.Table
    future: Future[bytes] | None = None
    answers: bytes | None = None

    asked: bytes = b""

    def __post_init__(self) -> None:
        self.asked = packed(self.chunk)
        if self.of.kept is not None:
            self.answers = self.of.kept.get(self.number, self.asked)
        if self.answers is None:
            self._submit()

    def _submit(self) -> None:
        stored = self.of.stored
        self.future = self.of.pool.submit(
            answer, self.asked, stored.card.answers_by, pickled=stored.given()
        )

    @property
    def is_done(self) -> bool:
        return self.future is None or self.future.done()

    def cancel(self) -> None:
        if self.future is not None:
            self.future.cancel()

    def result(self) -> pa.Table:
        if self.answers is None:
            self.answers = self._answered()
        part = unpacked(self.answers)
        if part.num_rows != self.chunk.num_rows:
            raise WorkerFailed(
                f"The model gave {part.num_rows} answers for {self.chunk.num_rows} rows.",
                where=self.of.stored.card.name,
                remedy="Save the model again: one row has to give one answer.",
            )
        if self.future is not None and self.of.kept is not None:
            self.of.kept.put(self.number, self.asked, self.answers)
        return part

    def _answered(self) -> bytes:
        assert self.future is not None
        for _ in range(_TRIES - 1):
            try:
                return self.future.result()
            except WorkerLost:
                self._submit()
        return self.future.result()


def _digest(answers: pa.Table) -> str:
    """Give the sha256 of a chunk's answers: of their names, types and values."""
    found = hashlib.sha256()
    for name, column in zip(answers.column_names, answers.columns, strict=True):
        found.update(f"{name}\0{column.type}\0".encode())
        whole = column.combine_chunks()
        if pa.types.is_floating(column.type) or pa.types.is_integer(column.type):
            found.update(np.asarray(whole.is_valid()).tobytes())
            found.update(whole.fill_null(0).to_numpy().tobytes())
        else:
            texts = whole.cast(pa.string())
            found.update(pc.fill_null(pc.binary_length(texts), -1).to_numpy().tobytes())
            found.update(bytes_of(texts.fill_null("")))
    return found.hexdigest()


def no_answers(card: Card) -> pa.Table:
    """Give the answers to no rows: scikit-learn refuses an empty table."""
    kind = pa.string() if card.schema.labels else pa.float64()
    kinds = [pa.float64() if n.startswith("probability ") else kind for n in card.answer_names]
    return pa.table([pa.array([], type=kind) for kind in kinds], names=list(card.answer_names))


def part_refused(
    answers: pa.Table, scored: np.ndarray, line_numbers: np.ndarray
) -> tuple[pa.Table, np.ndarray, tuple[Finding, ...]]:
    """Part the answers from the rows that the model refused, whose answer is a null.

    Parameters
    ----------
    answers : pyarrow.Table
        One row for each that was asked.
    scored : numpy.ndarray of bool, shape (n_rows,)
        Which rows were asked.
    line_numbers : numpy.ndarray of int64, shape (n_rows,)

    Returns
    -------
    tuple of pyarrow.Table, numpy.ndarray of bool and tuple of Finding
        The answers that there are, which rows have one, and what is to be said of the others.
    """
    refused = np.asarray(answers.column(0).is_null())
    if not refused.any():
        return answers, scored, ()
    rows = np.flatnonzero(scored)[refused]
    left = scored.copy()
    left[rows] = False
    return answers.filter(pa.array(~refused)), left, (no_answer(rows, line_numbers[rows]),)
