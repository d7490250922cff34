"""Workbooks to tables: xlsx, xls, xlsb and ods."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from brinery.errors import ReadError
from brinery.tables import sheetreader
from brinery.tables.understood import listed
from brinery.tables.table import Table
from brinery.tables.assemble import named, only_a_header

__all__ = ["read_workbook"]

_MAX_UNPACKED_BYTES = 2**30
_MAX_RATIO = 400
_SAVE_AS_CSV = "Open it, save the sheet as CSV, then choose that file."


def read_workbook(data: bytes, *, name: str = "", sheet: str | None = None) -> Table:
    """Read one sheet: numbers as their shortest text, dates as ISO 8601, lines = sheet rows.

    Parameters
    ----------
    data : bytes
        The whole workbook.
    name : str
        The file's name, for messages.
    sheet : str, optional
        Which sheet; else the first visible one with data, and a note where there are more.

    Raises
    ------
    ReadError
        The workbook is damaged, too large, protected, or has no such sheet or no rows.
    """
    if data.startswith(b"PK"):
        _refuse_bomb(data, name)
    answer = _asked(data, sheet, name)
    if "problem" in answer:
        raise _refusal(answer, sheet, name)
    rows, lines, blank = _filled(answer["rows"])
    if len(rows) < 2:
        raise only_a_header(name)
    columns = list(zip(*rows, strict=True))
    while not any(cell.strip() for cell in columns[-1]):
        del columns[-1]
    names, notes = named(tuple(column[0] for column in columns))
    if answer["others"] and sheet is None:
        others = ", ".join(f"“{other}”" for other in answer["others"])
        notes += (f"The sheet “{answer['sheet']}” was read. Others have data too: {others}.",)
    if blank:
        notes += (
            f"{'A blank row was' if len(blank) == 1 else 'Blank rows were'} left out: "
            f"{listed(blank)}.",
        )
    return Table(
        cells=pa.Table.from_arrays(
            [pa.chunked_array([pa.array(column[1:], pa.string())]) for column in columns],
            names=names,
        ),
        line_numbers=np.array(lines[1:], dtype=np.int64),
        name=name,
        notes=notes,
    )


def _filled(rows: list[list[str]]) -> tuple[list[list[str]], list[int], list[int]]:
    """Part the rows with a value, made equally long, from the blank ones."""
    width = max((len(row) for row in rows), default=0)
    kept: list[list[str]] = []
    lines: list[int] = []
    blank: list[int] = []
    for line, row in enumerate(rows, start=1):
        if any(cell.strip() for cell in row):
            kept.append(row + [""] * (width - len(row)))
            lines.append(line)
        elif lines:
            blank.append(line)
    last = lines[-1] if lines else 0
    return kept, lines, [line for line in blank if line < last]


def _asked(data: bytes, sheet: str | None, name: str) -> dict[str, Any]:
    request = json.dumps({"path": sys.path, "sheet": sheet})
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(Path(sheetreader.__file__)), request],
            input=data,
            capture_output=True,
            check=False,
            env={},
            timeout=sheetreader.SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise _too_much(name) from error
    if done.returncode < 0 or b"MemoryError" in done.stderr:
        raise _too_much(name)
    if done.returncode:
        raise ReadError(
            "The workbook can't be read.", where=name, remedy=_SAVE_AS_CSV
        ) from RuntimeError(done.stderr.decode(errors="replace")[-2000:])
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _refuse_bomb(data: bytes, name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        unpacked = sum(member.file_size for member in archive.infolist())
    if unpacked > _MAX_UNPACKED_BYTES or unpacked > max(64 * 2**20, _MAX_RATIO * len(data)):
        raise _too_much(name)


def _too_much(name: str) -> ReadError:
    return ReadError(
        "The workbook unpacks to more than can be read here; perhaps a cell far outside the "
        "table is filled in.",
        where=name,
        remedy=_SAVE_AS_CSV,
    )


def _refusal(answer: dict[str, Any], sheet: str | None, name: str) -> ReadError:
    problem = answer["problem"]
    if problem == "password":
        return ReadError(
            "The file is protected by a password.",
            where=name,
            remedy="Open it, save a copy without the password, then choose the copy.",
        )
    if problem == "no such sheet":
        there = ", ".join(f"“{other}”" for other in answer["sheets"])
        return ReadError(
            f"The workbook has no sheet “{sheet}”.", where=name, remedy=f"It has {there}."
        )
    if problem == "blank":
        return ReadError(
            "The workbook holds no data.",
            where=name,
            remedy="Check that the table is on a visible sheet and that the file was saved.",
        )
    return ReadError(
        "The workbook is damaged or was cut short.",
        where=name,
        remedy="Copy or download it again, or open it and save it anew.",
    )
