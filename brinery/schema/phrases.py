"""Names, cells, lines and lists as they stand in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

__all__ = ["capitalized", "in_lines", "joined", "quoted", "some"]

_LONGEST = 40
_MOST_LINES = 4


def capitalized(text: str) -> str:
    """Give a text with a capital at its beginning, the rest as it is."""
    return text[:1].upper() + text[1:]


def quoted(text: str) -> str:
    """Give a name or a cell between quotation marks, on one line and at most 40 letters long."""
    line = " ".join(text.split())
    return f"“{line[: _LONGEST - 1]}…”" if len(line) > _LONGEST else f"“{line}”"


def in_lines(lines: np.ndarray) -> str:
    """Give "in line 7", or "in 11 lines (489, 754, 937 and 8 more)"."""
    if len(lines) == 1:
        return f"in line {int(lines[0])}"
    first = [str(int(line)) for line in lines[:_MOST_LINES]]
    return f"in {len(lines):,} lines ({some(first, _MOST_LINES, len(lines))})"


def some(names: Sequence[str], most: int, n: int | None = None) -> str:
    """Give at most `most` of the names, "a, b and 7 more", where there are `n` in all."""
    n = len(names) if n is None else n
    if n <= most:
        return joined(names)
    return joined([*names[: most - 1], f"{n - most + 1:,} more"])


def joined(names: Sequence[str], last: str = "and") -> str:
    """Give "a, b and c"."""
    return (
        f" {last} ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
    )
