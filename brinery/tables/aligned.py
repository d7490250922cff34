"""Columns that spaces align, as database shells and mainframes print them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from brinery.errors import ReadError

__all__ = ["unaligned", "undrawn"]

_BREAK = re.compile(r"\r\n|\r|\n")
_RUN = re.compile(r" {2,}|\t")
_RULER = re.compile(r"\s*[-=]{2,}(?: +[-=]+)+\s*|\s*[-=]{4,}\s*")
_DRAWN = str.maketrans(
    {
        **dict.fromkeys("│┃║┆┊╎", "|"),
        **dict.fromkeys("─━═╌┄┈", "-"),
        **dict.fromkeys("┌┬┐├┼┤└┴┘╭╮╰╯╒╤╕╞╪╡╘╧╛╔╦╗╠╬╣╚╩╝╟╫╢╓╥╖╙╨╜┏┳┓┣╋┫┗┻┛┡╇┩┢╈┪", "+"),
    }
)
_UPRIGHT = ("│", "┃", "║")
_WITHIN_NUMBER = re.compile(r"(?<=\d),(?=\d)")
_ENOUGH_LINES = 8
_N_LOOKED_AT = 400
_OTHER_MARKS = ',;\t|"'


def unaligned(data: bytes, name: str = "") -> bytes | None:
    """Give the text with tabs between columns that spaces align; None where none do.

    A line of dashes under the names says where the columns stand; without one it is the
    places that are blank on every line, or the runs of spaces.

    Raises
    ------
    ReadError
        The columns are aligned with spaces, and can't be told apart.
    """
    start = data[:65536].decode(errors="ignore")
    sample = [line for line in _BREAK.split(start) if line.strip()][:_N_LOOKED_AT]
    ruler = next((at for at, line in enumerate(sample[:15]) if _RULER.fullmatch(line)), None)
    if ruler and not any(one in sample[ruler - 1] for one in _OTHER_MARKS):
        columns = [hit.span() for hit in re.finditer(r"[-=]+", sample[ruler])]
        if _stand_in(sample[ruler - 1 : ruler + 2], columns):
            return _parted(data, columns, sample[ruler - 1])
    return _by_runs(data, sample, name)


def undrawn(data: bytes) -> bytes | None:
    """Give the text with plain bars for the lines drawn around its cells; None without lines."""
    sample = [line.strip() for line in data[:4096].decode(errors="ignore").splitlines()]
    n_rows = sum(line.startswith(_UPRIGHT) for line in sample)
    if n_rows < 2 or n_rows * 2 < len(sample):
        return None
    return data.decode().translate(_DRAWN).encode()


def _stand_in(lines: Sequence[str], columns: Sequence[tuple[int, int]]) -> bool:
    """Say whether the names and the first row keep to the columns of a line of dashes."""
    return len(columns) > 1 and all(_cells(line, columns) is not None for line in lines)


def _cells(line: str, columns: Sequence[tuple[int, int]]) -> list[str] | None:
    """Part a line at the blanks between columns; None where a text stands across one."""
    starts = [start for start, _ in columns[1:]]
    if any(line[place - 1 : place].strip() for place in starts):
        return None
    edges = [0, *starts, len(line) + 1]
    return [line[left:right].strip() for left, right in itertools.pairwise(edges)]


def _parted(data: bytes, columns: Sequence[tuple[int, int]], header: str) -> bytes:
    below, lines = False, []
    for line in _BREAK.split(data.decode()):
        below |= line == header
        cells = _cells(line, columns) if below else None
        if cells is None or (not any(cells[1:]) and " " in cells[0]):
            lines.append(line.strip())  # a remark
        else:
            lines.append("\t".join(cells) if any(cells) else "")
    return "\n".join(lines).encode()


def _by_runs(data: bytes, lines: Sequence[str], name: str) -> bytes | None:
    lines = [line for line in lines if not line.startswith(("#", "%"))]
    if len(lines) < 3 or sum("  " in line.strip() for line in lines) < 0.9 * len(lines):
        return None
    plain = [_WITHIN_NUMBER.sub("", line) for line in lines]
    n_marked = sum(any(one in line for one in _OTHER_MARKS) for line in plain)
    if n_marked * 2 > len(plain) or any(one in line for line in plain[:2] for one in _OTHER_MARKS):
        return None
    columns = _blank_places(lines)
    names = _RUN.split(lines[0].strip())
    if len(lines) >= _ENOUGH_LINES:
        single = _blank_places(lines, 1)
        for places, own in ((single, lines[0].split()), (columns, names)):
            if len(own) > 1 and _cells(lines[0], places) == own:
                return _parted(data, _at_names(places, lines), lines[0])
    widths = [len(_RUN.split(line.strip())) for line in lines]
    usual = max(set(widths), key=widths.count)
    if usual < 2 or widths.count(usual) < 0.6 * len(widths):
        return None
    if any(one in plain[widths.index(usual)] for one in _OTHER_MARKS):
        return None  # the names, or the first row under what stands above it
    if len(finer := _at_names(columns, lines)) > len(columns) == usual:
        return _parted(data, finer, lines[0])
    if widths.count(usual) == len(widths):
        texts = (_RUN.sub("\t", line.strip()) for line in _BREAK.split(data.decode()))
        return "\n".join(texts).encode()
    if len(columns) != usual or len(columns) != len(names):
        raise ReadError(
            "The columns are aligned with spaces and some cells are blank, so it can't be told "
            "which cell belongs to which column.",
            where=name,
            remedy="Open the file in Excel under Data ▸ From Text, set the columns, and save it "
            "as CSV.",
        )
    return _parted(data, columns, lines[0])


def _at_names(columns: Sequence[tuple[int, int]], lines: Sequence[str]) -> list[tuple[int, int]]:
    """Part columns where one blank on every line stands between two names of the first line."""
    if len(lines) < _ENOUGH_LINES:
        return list(columns)
    names, found = lines[0], []
    for start, end in columns:
        for at in range(start + 1, end - 1):
            between = names[start:at].strip() and names[at + 1 : at + 2].strip()
            if between and not any(line[at : at + 1].strip() for line in lines):
                found.append((start, at))
                start = at + 1
        found.append((start, end))
    return found


def _blank_places(lines: Sequence[str], n_blanks: int = 2) -> list[tuple[int, int]]:
    """Give the columns between so many places or more that are blank on every line."""
    width = max(map(len, lines))
    full = [any(line[at : at + 1].strip() for line in lines) for at in range(width)]
    marks = "".join("x" if one else " " for one in full)
    within = " " * (n_blanks - 1)
    return [hit.span() for hit in re.finditer(rf"x+(?:{within}x+)*", marks)]
