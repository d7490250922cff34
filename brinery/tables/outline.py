"""What can be chosen of a file that could not be read."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import zipfile

from brinery.errors import ReadError
from brinery.tables.content import content_of
from brinery.tables.hints import NO_HINTS, Hints
from brinery.tables.reading import unpacked
from brinery.tables.spreadsheet import outline_workbook
from brinery.tables.textfile import outline_text
from brinery.tables.understood import Reading
from brinery.tables.unpack import members_of

__all__ = ["outline"]


def outline(data: bytes, name: str = "", hints: Hints = NO_HINTS) -> Reading:
    """Give as much of a reading as can be told of a file that `read` refused.

    A hint that does not fit the file is left aside. Where nothing can be told, as of a
    picture, the reading is an empty one.

    Parameters
    ----------
    data : bytes
        The whole file.
    name : str
        Its name.
    hints : Hints
        Those with which it was refused.
    """
    known = Reading(header_lines=())
    # Why the file is refused, `read` has said.
    with contextlib.suppress(ReadError):
        if content_of(data, name) == "zip":
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                known = dataclasses.replace(known, members=tuple(members_of(archive)))
        data, content, packed = unpacked(data, name, hints)
        known = dataclasses.replace(known, member=packed.member)
        inner = known
        if content == "text":
            inner = outline_text(data, name=name, hints=hints)
        elif content == "workbook":
            inner = outline_workbook(data, name=name, hints=hints)
        known = dataclasses.replace(inner, member=known.member, members=known.members)
    return known
