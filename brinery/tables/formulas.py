"""Cells that a spreadsheet would run, and how they are made harmless."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["guard", "is_formula"]

# Excel takes signs of full width for the narrow ones where Japanese is written.
_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
_STARTS_FORMULA = rf"^\s*[{_SIGNS}]|^[\t\r\n\x00]"
# Digits, points, commas and spaces make no formula; nor does a lone sign, which often means "none".
_PLAIN_NUMBER = r"^ *[+\-]?([\d., ]*\d[\d., ]*([eE][+\-]?\d+)?\s?%?)? *\z"
# What begins behind a delimiter is a cell of its own where a program takes another delimiter.
_MAY_BEGIN_INSIDE = rf'[,;\t|\r\n][\s"]*[{_SIGNS}]'
_BEGINS_INSIDE = re.compile(
    rf'([,;\t|\r\n][\s"]*)(?=[{_SIGNS}])(?![+\-]?(?:\d[\d.]*|inf)?\s*(?:[,;\t\r\n\])]|$))'
)

# What a cell that matches _STARTS_FORMULA begins with, and what plain numbers hold.
_BEGINS, _IN_NUMBERS, _IS_DIGIT = (np.zeros(256, bool) for _ in range(3))
_BEGINS[[0, 9, 10, 12, 13, *b" =+-@", "\uff1d".encode()[0]]] = True
_IN_NUMBERS[list(b"0123456789.-")] = True
_IS_DIGIT[list(b"0123456789")] = True


def is_formula(texts: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Say which cells a spreadsheet may run: those that start with = + - @ or a control.

    Blanks before these signs count for nothing, as in Excel. A plain number is none (-1.5,
    +4912, -3,5 %), nor is a lone sign.

    Parameters
    ----------
    texts : pyarrow array of string, or of bytes, or a dictionary of them

    Returns
    -------
    pyarrow array of bool, without nulls

    References
    ----------
    CWE-1236; OWASP ASVS 5.0, 1.2.10; OWASP, "CSV Injection".
    """
    texts = _as_strings(texts)
    if pa.types.is_dictionary(texts.type):
        return is_formula(texts.cast(texts.type.value_type))
    if not _may_start(texts):
        return _none(texts)
    starts = pc.fill_null(pc.match_substring_regex(texts, _STARTS_FORMULA), False)
    if not pc.any(starts).as_py():
        return starts
    plain = pc.fill_null(pc.match_substring_regex(texts, _PLAIN_NUMBER), False)
    return pc.and_not(starts, plain)


def _as_strings(texts: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Give texts that come as bytes or in views as strings, and all others as they are."""
    kind = texts.type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return texts
    return texts.cast(kind).cast(pa.string())


def _may_start(texts: pa.Array | pa.ChunkedArray) -> bool:
    """Tell whether some cell may begin like a formula, by the first bytes alone."""
    chunks = texts.chunks if isinstance(texts, pa.ChunkedArray) else [texts]
    return any(_any_may_start(chunk) for chunk in chunks)


def _any_may_start(texts: pa.Array) -> bool:
    if not pa.types.is_string(texts.type):
        return True
    _, starts, letters = texts.buffers()
    if letters is None or not len(texts):
        return False
    offsets = np.frombuffer(starts, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    body = np.frombuffer(letters, np.uint8)
    full = offsets[:-1][np.diff(offsets) > 0]
    begins = body[full]
    if not _BEGINS[begins].any():
        return False
    here = body[offsets[0] : offsets[-1]]
    # Numbers below zero are the commonest: a minus, then a digit, then digits and points alone.
    signed = full[begins == ord("-")]
    plain = bool(_IN_NUMBERS[here].all()) and len(signed) == np.count_nonzero(here == ord("-"))
    return not plain or not bool(_IS_DIGIT[body[np.minimum(signed + 1, len(body) - 1)]].all())


def _none(texts: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    chunks = texts.chunks if isinstance(texts, pa.ChunkedArray) else [texts]
    nothing = [pa.array(np.zeros(len(chunk), bool)) for chunk in chunks]
    if isinstance(texts, pa.ChunkedArray):
        return pa.chunked_array(nothing, pa.bool_())
    return nothing[0]


def guard(texts: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Put an apostrophe before whatever a spreadsheet may run; leave all else alone.

    That is the beginning of a cell, and what stands behind a delimiter inside of it: a
    program that takes another delimiter than the file's begins a cell there, and no quotes
    help ("a;=1+1" in a file with commas).

    Parameters
    ----------
    texts : pyarrow array of string, or of bytes, or a dictionary of them

    Returns
    -------
    pyarrow array of the same type; of string where they came as bytes or in views
    """
    texts = _as_strings(texts)
    if isinstance(texts, pa.ChunkedArray):
        return pa.chunked_array([guard(chunk) for chunk in texts.chunks], texts.type)
    if pa.types.is_dictionary(texts.type):
        return pa.DictionaryArray.from_arrays(texts.indices, guard(texts.dictionary))
    inside = pc.fill_null(pc.match_substring_regex(texts, _MAY_BEGIN_INSIDE), False)
    if pc.any(inside).as_py():
        safe = [_BEGINS_INSIDE.sub(r"\1'", text) for text in texts.filter(inside).to_pylist()]
        texts = pc.replace_with_mask(texts, inside, pa.array(safe, texts.type))
    risky = is_formula(texts)
    if not pc.any(risky).as_py():
        return texts
    before, after = (pa.scalar(one, texts.type) for one in ("'", ""))
    return pc.if_else(risky, pc.binary_join_element_wise(before, texts, after), texts)
