"""Columns of numbers as programs write them, read without a look at each text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["THOUSANDS", "PlainNumbers", "plain_numbers", "thousands"]

_POINT, _SLASH = ord("."), ord("/")
_GROUP = len(".000")

THOUSANDS = r"^[+-]?[1-9][0-9]{0,2}(?:\.[0-9]{3})+$"
"""A plain number that is another one where the point parts thousands: 1.234."""


@dataclass(frozen=True, eq=False)
class PlainNumbers:
    """The numbers of a column in which each cell is empty, or one of `-1234.5`.

    Attributes
    ----------
    values : numpy.ndarray of float64, shape (n_rows,)
        NaN where the cell is empty.
    blank : numpy.ndarray of bool, shape (n_rows,)
        Where it is.
    n_points : int
        How many have a point.
    """

    values: np.ndarray
    blank: np.ndarray
    n_points: int


def plain_numbers(column: pa.ChunkedArray) -> PlainNumbers | None:
    """Read a column of text as plain numbers; None where some cell needs a closer look.

    What it gives is what `read_numbers` gives for `PLAIN`.
    """
    parts: list[tuple[np.ndarray, np.ndarray]] = []
    n_points = 0
    for chunk in column.chunks:
        if chunk.null_count:
            return None
        offsets, letters = _buffers(chunk)
        if not _are_of_numbers(letters):
            return None
        n_points += int(np.count_nonzero(letters == _POINT))
        blank = np.diff(offsets) == 0
        texts = chunk
        if blank.any():
            texts = pc.if_else(pa.array(blank), pa.scalar(None, pa.string()), chunk)
        try:
            numbers = pc.cast(texts, pa.float64())
        except pa.ArrowInvalid:
            return None
        values = numbers.to_numpy(zero_copy_only=False)
        if np.isinf(values).any():
            return None
        parts.append((values, blank))
    if not parts:
        return PlainNumbers(np.empty(0), np.empty(0, bool), 0)
    values, blank = (np.concatenate(one) for one in zip(*parts, strict=True))
    return PlainNumbers(values, blank, n_points)


def thousands(column: pa.ChunkedArray) -> int:
    """Count the cells that are a number too where the point parts thousands, as in "1.234"."""
    n_found = 0
    for chunk in column.chunks:
        offsets, letters = _buffers(chunk)
        ends = (offsets - offsets[0])[1:]
        parted = (np.diff(offsets) > _GROUP) & (letters.take(ends - _GROUP, mode="clip") == _POINT)
        if parted.any():  # few columns have points there, and the expression is slow
            texts = chunk.filter(pa.array(parted))
            n_found += int(pc.sum(pc.match_substring_regex(texts, THOUSANDS)).as_py() or 0)
    return n_found


def _are_of_numbers(letters: np.ndarray) -> bool:
    """Say whether there are only digits, points and minus signs."""
    if not len(letters):
        return True
    within = letters.min() >= ord("-") and letters.max() <= ord("9")
    return bool(within) and not (letters == _SLASH).any()


def _buffers(texts: Any) -> tuple[np.ndarray, np.ndarray]:
    """Give where each text begins, and at last where they end; and the bytes of all."""
    _, starts, letters = texts.buffers()
    if starts is None or not len(texts):
        return np.zeros(len(texts) + 1, np.int32), np.zeros(0, np.uint8)
    offsets = np.frombuffer(starts, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    if letters is None:
        return offsets, np.zeros(0, np.uint8)
    return offsets, np.frombuffer(letters, np.uint8)[offsets[0] : offsets[-1]]
