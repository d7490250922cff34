"""Files, bytes and frames to tables."""

from __future__ import annotations

import dataclasses
import io
import zipfile
from pathlib import Path
from typing import BinaryIO

import pandas as pd

from brinery.errors import ReadError
from brinery.tables.content import Content, content_of
from brinery.tables.even import read_even
from brinery.tables.hints import NO_HINTS, Hints
from brinery.tables.parquet import read_feather, read_parquet
from brinery.tables.spreadsheet import read_workbook
from brinery.tables.table import Table
from brinery.tables.textfile import read_text
from brinery.tables.understood import Reading
from brinery.tables.unpack import members_of, unpacked_gzip, unpacked_zip

__all__ = ["as_table", "read", "unpacked", "unreadable"]


def read(
    source: str | Path | BinaryIO | bytes,
    *,
    name: str = "",
    max_bytes: int | None = None,
    hints: Hints = NO_HINTS,
) -> Table:
    """Read a CSV, a workbook, a Parquet or Feather file, packed or not, as a table of text.

    What the file is, is told by its content, not by its ending. Cells come exactly as they
    stand in the file: nothing is trimmed, and no word counts as missing.

    Parameters
    ----------
    source : str, pathlib.Path, binary file or bytes
        The path, the open file, or the content.
    name : str, optional
        The file's name for messages; else taken from the path.
    max_bytes : int, optional
        The largest file to take.
    hints : Hints
        What is known of the file; the rest is found.

    Returns
    -------
    Table
        Text cells, the line of each row, and notes on what was guessed.

    Raises
    ------
    ReadError
        There is no table in it, or it can't be read whole; the message says what it is
        and what to do.
    """
    even = _read_even(source, name, max_bytes, hints)
    if even is not None:
        return even
    data, own_name = _bytes_of(source, name, max_bytes)
    data, content, packed = unpacked(data, own_name, hints)
    if content == "workbook":
        table = read_workbook(data, name=own_name, hints=hints)
    elif content == "parquet":
        table = read_parquet(data, name=own_name)
    elif content == "feather":
        table = read_feather(data, name=own_name)
    else:
        table = read_text(data, name=own_name, hints=hints)
    return _said_unpacked(table, packed) if packed.member else table


def _read_even(
    source: str | Path | BinaryIO | bytes, name: str, max_bytes: int | None, hints: Hints
) -> Table | None:
    """Read a large text of even rows, straight from the disk where it lies there."""
    if isinstance(source, bytes):
        small = max_bytes is None or len(source) <= max_bytes
        return read_even(io.BytesIO(source), name=name, hints=hints) if small else None
    if not isinstance(source, str | Path):
        return None
    path = Path(source)
    try:
        if not path.is_file() or (max_bytes is not None and path.stat().st_size > max_bytes):
            return None
        with path.open("rb", buffering=0) as file:
            return read_even(file, name=name or path.name, hints=hints)
    except ReadError:
        raise
    except (OSError, ValueError):
        return None  # said where it is read whole


def unpacked(
    data: bytes, name: str = "", hints: Hints = NO_HINTS
) -> tuple[bytes, Content, Reading]:
    """Give what a file holds, unpacked where it was packed; what that is; and from where.

    Raises
    ------
    ReadError
        As `read`, where there is no table or it can't be unpacked.
    """
    content = content_of(data, name)
    packed = Reading()
    if content == "gzip":
        data, member = unpacked_gzip(data, name or "the file")
        packed = Reading(member=member)
    elif content == "zip":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = tuple(members_of(archive))
            data, member = unpacked_zip(archive, len(data), name, hints.member)
        packed = Reading(member=member, members=members)
    content = content_of(data, name)
    if content in ("gzip", "zip"):
        raise ReadError(
            "The file is packed twice.",
            where=name,
            remedy="Unpack it, then choose the table in it.",
        )
    return data, content, packed


def _said_unpacked(table: Table, packed: Reading) -> Table:
    reading = dataclasses.replace(table.reading, member=packed.member, members=packed.members)
    note = f"The file was packed; “{packed.member}” in it was read."
    return dataclasses.replace(table, notes=(note, *table.notes), reading=reading)


def as_table(
    data: Table | pd.DataFrame | str | Path | BinaryIO | bytes,
    *,
    name: str = "",
    max_bytes: int | None = None,
    hints: Hints = NO_HINTS,
) -> Table:
    """Give a table as it is; make one from a frame; read one from anything else.

    Raises
    ------
    ReadError
        As `read`.
    """
    if isinstance(data, Table):
        return data
    if isinstance(data, pd.DataFrame):
        return Table.from_pandas(data, name)
    return read(data, name=name, max_bytes=max_bytes, hints=hints)


def _bytes_of(
    source: str | Path | BinaryIO | bytes, name: str, max_bytes: int | None
) -> tuple[bytes, str]:
    if isinstance(source, bytes):
        data = source
    elif isinstance(source, str | Path):
        path = Path(source)
        name = name or path.name
        try:
            too_large = max_bytes is not None and path.stat().st_size > max_bytes
            data = b"" if too_large else path.read_bytes()
        except (OSError, ValueError) as error:
            raise unreadable(path, error) from error
        if too_large:
            raise _too_large(name, max_bytes or 0)
    else:
        name = name or Path(str(getattr(source, "name", ""))).name
        data = source.read() if max_bytes is None else source.read(max_bytes + 1)
    if max_bytes is not None and len(data) > max_bytes:
        raise _too_large(name, max_bytes)
    return data, name


def _too_large(name: str, max_bytes: int) -> ReadError:
    size = f"{max_bytes / 2**20:,.0f} MB" if max_bytes >= 2**20 else f"{max_bytes:,} bytes"
    return ReadError(
        f"The file is larger than {size}, the most that is taken here.",
        where=name,
        remedy="Split it into smaller files, or ask whoever runs this server for a higher limit.",
    )


def unreadable(path: Path, error: OSError | ValueError) -> ReadError:
    """Say why a file can't be opened, and what to do."""
    if isinstance(error, FileNotFoundError):
        problem, remedy = "There is no such file.", "Check the name and the folder."
    elif isinstance(error, IsADirectoryError) or path.is_dir():
        problem, remedy = "This is a folder, not a file.", "Name the file in it."
    elif isinstance(error, PermissionError):
        problem, remedy = "You have no right to open the file.", "Ask its owner for it."
    else:
        problem = "The file can't be opened."
        remedy = "Close it where else it is open, check its name, and try again."
    return ReadError(problem, where=str(path), remedy=remedy)
