"""Records straight from a file to Arrow, each block looked at on its way."""

from __future__ import annotations

import codecs
import io
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.csv

from brinery.tables.lines import stray_marks
from brinery.tables.records import Records, bytes_in, csv_options

__all__ = ["stream"]

_BLOCK_BYTES = 2 * 2**20
_CR_BYTES = 2**16
_LF, _QUOTE = 10, 34


class _Watched(io.RawIOBase):
    """The bytes of a file up to `end`, and what was seen in those that were read."""

    def __init__(self, file: BinaryIO, start: int, end: int, delimiter: str) -> None:
        super().__init__()
        file.seek(start)
        self._file, self._left, self._delimiter = file, end - start, delimiter
        self._before = b""
        self.n_breaks = self.n_quotes = 0
        self.n_uncounted = 0
        """How many bytes came by before line ends were counted: only marks make that needful."""
        self.is_ascii = True
        self.odd = False
        """Whether a zero byte, a mark that opens or closes nothing, or one that begins a file
        came by."""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(min(size, self._left) if size >= 0 else self._left)
        self._left -= len(block)
        if block:
            self._look_at(block)
        return block

    def _look_at(self, block: bytes) -> None:
        body = np.frombuffer(block, np.uint8)
        self.odd |= not body.min()
        if not block.isascii():
            self.is_ascii = False
            self.odd |= codecs.BOM_UTF8 in block or codecs.BOM_UTF8 in self._before + block[:2]
        marked = b'"' in block
        if marked or b'"' in self._before:
            self.n_quotes += int(np.count_nonzero(body == _QUOTE))
            border = np.frombuffer(self._before + block[:3], np.uint8)
            self.odd |= any(len(stray_marks(part, self._delimiter)) for part in (body, border))
        if marked or self.n_breaks or b"\r" in block[:_CR_BYTES]:
            self.n_breaks += int(np.count_nonzero(body == _LF))
        else:
            self.n_uncounted += len(block)
        self._before = block[-3:]

    @property
    def ends_with_break(self) -> bool:
        return self._before[-1:] in (b"\n", b"\r")


def stream(
    file: BinaryIO, start: int, end: int, *, n_columns: int, delimiter: str, first_line: int
) -> Records | None:
    """Read rows of which each takes one line, without holding the file in memory.

    Parameters
    ----------
    file : binary file
        That can seek.
    start, end : int
        Where the rows begin and end, in bytes.
    n_columns : int
    delimiter : str
    first_line : int
        The line number of the first row.

    Returns
    -------
    Records or None
        None where a row is not as wide as the others, a line is blank, a cell holds a line
        break, a quotation mark stands where it opens or closes nothing, or a byte is no text
        in UTF-8.
    """
    watched = _Watched(file, start, end, delimiter)
    names = [f"f{position}" for position in range(n_columns)]
    try:
        table = pyarrow.csv.read_csv(
            pa.PythonFile(watched, mode="r"),
            **csv_options(names, delimiter, block_bytes=_BLOCK_BYTES, newlines=False),
        )
        if not watched.is_ascii:
            table.validate(full=True)  # that each text is UTF-8
    except pa.ArrowInvalid:
        return None
    n_rows, columns = table.num_rows, tuple(table.columns)
    if watched.n_breaks:
        file.seek(start)
        n_breaks = watched.n_breaks + file.read(watched.n_uncounted).count(b"\n")
    else:  # whatever is of no cell and parts no two is a line end
        n_breaks = end - start - bytes_in(columns) - n_rows * (n_columns - 1)
    n_lines = n_breaks + (not watched.ends_with_break)
    # As many rows as lines: no cell holds a line break, and no line is blank.
    if watched.odd or watched.n_quotes % 2 or n_rows != n_lines:
        return None
    return Records(columns, np.arange(first_line, first_line + n_lines, dtype=np.int64))
