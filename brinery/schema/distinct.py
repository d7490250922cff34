"""A column as its distinct texts and where each stands, so that work is done once a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["BLANK_NUMBERS", "BLANK_WORDS", "Distinct", "distinct", "probe"]

BLANK_NUMBERS = (
    *("", "na", "n/a", "#n/a", "#na", "<na>", "n.a.", "nan", "-nan", "null", "none"),
    *("-", "--", "\N{EN DASH}", "\N{EM DASH}", "?", "."),
    *("k.a.", "k. a.", "n.v.", "s/d", "n.d.", "missing", "(blank)", "(leer)", "#null!", "\\n"),
)
"""What stands for a blank among numbers and dates, in small letters."""

BLANK_WORDS = ("", "nan", "null", "#n/a", "\\n")
"""What stands for a blank among words, in small letters; "None" and "NA" may be real levels."""

_PROBED = 2000


@dataclass(frozen=True, eq=False)
class Distinct:
    """A column's distinct texts.

    Attributes
    ----------
    texts : pyarrow.Array of string, shape (n_texts,)
        As they stand in the file, in the order of first appearance.
    trimmed : pyarrow.Array of string, shape (n_texts,)
        The same without white space around them.
    codes : numpy.ndarray of int, shape (n_rows,)
        For each row the position of its text.
    counts : numpy.ndarray of int64, shape (n_texts,)
        How many rows have each text.
    """

    texts: Any
    trimmed: Any
    codes: np.ndarray
    counts: np.ndarray

    def is_blank(self, blanks: tuple[str, ...]) -> np.ndarray:
        """Tell for each distinct text whether it is one of `blanks`, shape (n_texts,)."""
        lowered = pc.utf8_lower(self.trimmed)
        found = pc.is_in(lowered, value_set=pa.array(blanks, pa.string()))
        return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)

    def n_rows_where(self, mask: np.ndarray) -> int:
        """Count the rows whose text is in `mask`, shape (n_texts,)."""
        return int(self.counts[mask].sum())


def distinct(column: Any) -> Distinct:
    """Find the distinct texts of a string column (pyarrow Array or ChunkedArray)."""
    if isinstance(column, pa.Array):
        column = pa.chunked_array([column])
    column = column.cast(pa.string())
    if column.null_count:
        column = pc.fill_null(column, "")
    encoded = column.dictionary_encode().combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = (
            encoded.chunk(0)
            if encoded.num_chunks
            else pa.array([], pa.string()).dictionary_encode()
        )
    texts = encoded.dictionary
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    return Distinct(
        texts=texts,
        trimmed=pc.utf8_trim_whitespace(texts),
        codes=codes,
        counts=np.bincount(codes, minlength=len(texts)).astype(np.int64),
    )


def probe(counts: np.ndarray) -> np.ndarray:
    """Pick at most 2,000 texts to try first: the most frequent, and some from everywhere.

    What fits none of them can't fit most rows; only what fits is tried on all texts.

    Parameters
    ----------
    counts : numpy.ndarray of int64, shape (n_texts,)

    Returns
    -------
    numpy.ndarray of int64, shape (n_probed,)
        Positions, ascending.
    """
    if len(counts) <= _PROBED:
        return np.arange(len(counts))
    frequent = np.argpartition(-counts, _PROBED // 2)[: _PROBED // 2]
    everywhere = np.linspace(0, len(counts) - 1, _PROBED // 2).astype(np.int64)
    return np.unique(np.concatenate([frequent, everywhere]))
