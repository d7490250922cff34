"""The one table in a packed file, unpacked within bounds."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib

from brinery.errors import ReadError

__all__ = ["ZIP_ERRORS", "members_of", "unpacked_gzip", "unpacked_zip"]

ZIP_ERRORS = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError),
    *(ValueError, RuntimeError, KeyError, OverflowError),
)
"""What `zipfile` raises where a file is damaged."""

_MAX_BYTES = 2**29
_MAX_RATIO = 200
_LEAST = 2**26  # below this no ratio is suspicious
_TABLES = (".csv", ".tsv", ".tab", ".xlsx", ".xls", ".xlsb", ".ods", ".parquet", ".feather")
_BESIDE = (".md", ".pdf", ".html", ".json", ".xml", ".docx", ".png", ".jpg")
_BLOCK = 2**20
_UNPACK = "Unpack it, then choose the table in it."


def unpacked_gzip(data: bytes, name: str) -> tuple[bytes, str]:
    """Unpack a gzip file; give its content and its name without the ending.

    Raises
    ------
    ReadError
        It is damaged, or unpacks to more than is taken.
    """
    most = _most(len(data))
    if int.from_bytes(data[-4:], "little") > most:  # how long it says that it is
        raise _too_much(name)
    rest, parts, size = data, [], 0
    while rest.startswith(b"\x1f\x8b"):  # a file may be several, one behind the other
        step = zlib.decompressobj(wbits=31)
        try:
            parts.append(step.decompress(rest, most + 1 - size))
        except zlib.error as error:
            raise _damaged(name) from error
        size += len(parts[-1])
        if size > most:
            raise _too_much(name)
        if not step.eof:
            raise _damaged(name)
        rest = step.unused_data
    return b"".join(parts), name.removesuffix(".gz").removesuffix(".GZ")


def _is_beside(member: str) -> bool:
    """Say whether a file is a table by its ending, or what comes with one."""
    name = member.lower().rpartition("/")[2]
    return name.endswith((*_TABLES, *_BESIDE)) or name.startswith(("readme", "license", "licence"))


def members_of(archive: zipfile.ZipFile) -> list[str]:
    """Give the names of the files in a zip file that somebody put there."""
    names = [member.filename for member in archive.infolist() if not member.is_dir()]
    return [
        name
        for name in dict.fromkeys(names)
        if not name.startswith("__MACOSX/") and not name.rpartition("/")[2].startswith(".")
    ]


def unpacked_zip(
    archive: zipfile.ZipFile, packed_bytes: int, name: str, member: str | None = None
) -> tuple[bytes, str]:
    """Unpack one file of a zip file; give its content and its name there.

    Raises
    ------
    ReadError
        There is no file in it, more than one and none was chosen, or not the chosen one; it is
        damaged, or unpacks to too much.
    """
    members = members_of(archive)
    if not members:
        raise ReadError("The packed file (zip) is empty.", where=name, remedy="Pack it again.")
    shown = (
        f"{', '.join(f'“{one}”' for one in members[:4])}{' and more' if len(members) > 4 else ''}"
    )
    if member is not None and member not in members:
        raise ReadError(
            f"There is no “{member}” in the packed file (zip).",
            where=name,
            remedy=f"It holds {shown}.",
        )
    tables = [one for one in members if one.lower().endswith(_TABLES)]
    if member is None and len(tables) == 1 and all(_is_beside(one) for one in members):
        member = tables[0]
    if len(members) > 1 and member is None:
        raise ReadError(
            f"The packed file (zip) holds {len(members)} files: {shown}.",
            where=name,
            remedy="Say which of them is the table, or unpack it and choose that file.",
        )
    most = _most(packed_bytes)
    chosen = archive.getinfo(member or members[0])
    if chosen.file_size > most:
        raise _too_much(name)
    content = io.BytesIO()
    try:
        with archive.open(chosen) as file:
            while block := file.read(_BLOCK):
                content.write(block)
                if content.tell() > most:
                    raise _too_much(name)
    except ReadError:
        raise
    except ZIP_ERRORS as error:
        raise _damaged(name) from error
    return content.getvalue(), chosen.filename


def _most(packed_bytes: int) -> int:
    return min(_MAX_BYTES, max(_LEAST, _MAX_RATIO * packed_bytes))


def _too_much(name: str) -> ReadError:
    return ReadError(
        "The packed file unpacks to far more than a table takes.", where=name, remedy=_UNPACK
    )


def _damaged(name: str) -> ReadError:
    return ReadError(
        "The packed file is damaged or was cut short.",
        where=name,
        remedy="Copy or download it again.",
    )
