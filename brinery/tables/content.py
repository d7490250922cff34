"""What a file is, told by its content and never by its ending."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Literal

from brinery.errors import ReadError
from brinery.tables.unpack import ZIP_ERRORS

__all__ = ["Content", "content_of", "may_be_text", "typed_content"]

Content = Literal["text", "workbook", "parquet", "feather", "gzip", "zip"]

_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_PARQUET, _FEATHER, _FEATHER_1, _GZIP = b"PAR1", b"ARROW1\x00\x00", b"FEA1", b"\x1f\x8b"
_PARTING = (b"\t", b"\r", b"\n")
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAVE_AS_CSV = "Open it in the program that made it and save the table as CSV or Excel."
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF87a", "a picture (GIF)"),
    (b"GIF89a", "a picture (GIF)"),
    (b"RIFF", "a picture or a recording"),
    (b"\x00\x00\x01\x00", "a picture (icon)"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"%!PS", "a PostScript document"),
    (b"ID3\x02", "a recording"),
    (b"ID3\x03", "a recording"),
    (b"ID3\x04", "a recording"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\xff\xfb", "a recording"),
    (b"II*\x00", "a picture (TIFF)"),
    (b"MM\x00*", "a picture (TIFF)"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"SQLite format 3", "an SQLite database"),
)
_PACKED: tuple[tuple[bytes, str], ...] = (
    *((b"BZh%d1AY&SY" % level, "packed (bzip2)") for level in range(1, 10)),
    (b"\xfd7zXZ", "packed (xz)"),
    (b"7z\xbc\xaf\x27\x1c", "packed (7-Zip)"),
    (b"Rar!\x1a\x07", "packed (RAR)"),
    (b"\x28\xb5\x2f\xfd", "packed (zstd)"),
)
_MANIFEST = "META-INF/manifest.xml"
_WRITTEN: tuple[tuple[re.Pattern[bytes], str, str], ...] = (
    (
        re.compile(
            rb"\s*(<!--.*?-->\s*)?<(!doctype\s+html|html|head|body|table|meta|script)\b", re.I
        ),
        "This is a web page (HTML), not a table.",
        "Open it in a spreadsheet program and save it as CSV or Excel.",
    ),
    (
        re.compile(
            rb"\s*(From|To|Return-Path|Received|Delivered-To|MIME-Version|Subject): .*\n[\w-]+:"
        ),
        "This is an e-mail, not a table.",
        "Save the file that is attached to it, and choose that one.",
    ),
    (
        re.compile(
            rb"\s*(<\?xml\b|<(\w[\w.-]*:)?\w[\w.-]*(\s+[\w:.-]+=(\"[^\"]*\"|'[^']*'))*\s*>\s*<)",
            re.I,
        ),
        "This is XML, not a table.",
        _SAVE_AS_CSV,
    ),
    (
        re.compile(rb"\s*(\{\s*(\"[^\"\n]*\"\s*:|\})|\[\s*(\{|\[|\"[^\"\n]*\"\s*[,\]]))"),
        "This is JSON, not a table of rows and columns.",
        "Export the data as CSV, Excel or Parquet.",
    ),
    (
        re.compile(
            rb"\s*((--[^\n]*\n|/\*.*?\*/;?)\s*)*(INSERT\s+INTO\s|COPY\s+\S+\s*\(|SET\s+[\w@]+\s*=|USE\s+`"
            rb"|(CREATE|DROP|ALTER|LOCK)\s+(TABLES?|DATABASE|SCHEMA)\s)",
            re.I,
        ),
        "These are commands for a database (SQL), not a table.",
        "Export the table itself as CSV.",
    ),
    (
        re.compile(rb"\s*BEGIN:(VCARD|VCALENDAR)\b", re.I),
        "These are contacts or appointments, not a table.",
        "Export them as CSV.",
    ),
    (
        re.compile(rb"version https://git-lfs\.github\.com/spec/"),
        "This only says where a large file is kept (Git LFS); it is not the table.",
        "Fetch the file itself, with “git lfs pull”, and choose that one.",
    ),
    (
        re.compile(rb"\s*(%[^\n]*\n\s*)*@relation\s", re.I),
        "This is a file for Weka (ARFF), not a plain table.",
        "Open it in Weka and save it as CSV.",
    ),
    (
        re.compile(
            rb"\s*-----BEGIN [A-Z ]+-----|(?=[^\n]*[G-Zg-z+/])[A-Za-z0-9+/]{60,76}\r?\n"
            rb"(?=[^\n]*[G-Zg-z+/])[A-Za-z0-9+/]{60,76}\r?\n[A-Za-z0-9+/]{4,76}={0,2}\r?(\n|\Z)"
        ),
        "This is a file packed as letters (base64), not a table.",
        "Unpack it, or ask for the file itself, and choose that one.",
    ),
    (
        re.compile(rb"(---\r?\n)?(\w[\w .-]*:( [^\n]*)?\r?\n)+\s*- \w[\w .-]*:"),
        "These are lists in YAML, not a table of rows and columns.",
        "Export the data as CSV, Excel or Parquet.",
    ),
    (
        re.compile(
            rb"(?=\s*([;#][^\n]*\n\s*)*\[)"
            rb"([ \t]*([;#][^\n]*|\[[^\],;\n]+\]|[\w.-][\w .-]*=[^\n]*)?\r?\n)+[^\n]*\Z"
        ),
        "These are settings of a program, not a table.",
        _SAVE_AS_CSV,
    ),
    (
        re.compile(
            rb"\s*(#!/|#include\s*[<\"]|<\?php|import [\w.]+ as \w+\s*\n"
            rb"|from [\w.]+ import [\w, *]+\n|package [\w.]+;|using [\w.]+;|library\(\w+\))"
        ),
        "This is the text of a program, not a table.",
        "Choose the file that the program reads or writes.",
    ),
    (
        re.compile(
            rb"\s*(dear|hello|hi|sehr geehrte[rs]?|liebe[rs]?|hallo|guten tag|bonjour|madame"
            rb"|monsieur|ch(\xc3\xa8|\xe8)re?|estimad[oa]s?|querid[oa]s?|gentile|egregi[oa]|prezad[oa]s?|geachte"
            rb"|beste)\b[^,;|\t\r\n]{0,60}[,!]?\r?\n\s*[^,;|\t\r\n]{25,}",
            re.I,
        ),
        "This is a letter, not a table.",
        "Choose the file with the table.",
    ),
)


def content_of(data: bytes, name: str = "") -> Content:
    """Say which reader a file is for.

    Parameters
    ----------
    data : bytes
        The whole file.
    name : str
        The file's name, for the message.

    Raises
    ------
    ReadError
        The file is empty or holds something else than a table; the message says what it
        is and what to do instead.
    """
    if not data:
        raise ReadError(
            "The file is empty.", where=name, remedy="Export it again, then choose the new file."
        )
    if data.startswith(_ZIP):
        return _in_zip(data, name)
    if data.startswith(_OLE2):
        return _in_ole2(data, name)
    if data.startswith(_PARQUET) and data.endswith(_PARQUET):
        return "parquet"
    if (typed := typed_content(data)) is not None:
        return typed
    if data.startswith(_GZIP):
        return "gzip"
    if data[:1] == b"\x80" and data[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05"):
        raise ReadError(
            "This is a pickle (a saved model, perhaps), not a table.",
            where=name,
            remedy="Choose the file with the rows. A model is put on the shelf by a modeler.",
        )
    for start, what in _PACKED:
        if data.startswith(start):
            raise ReadError(
                f"The file is {what}.", where=name, remedy="Unpack it, then choose the table in it."
            )
    for start, what in _OTHERS:
        if data.startswith(start):
            raise ReadError(f"This is {what}, not a table.", where=name, remedy=_SAVE_AS_CSV)
    _refuse_written(_start_of_text(data), name)
    return "text"


def _start_of_text(data: bytes) -> bytes:
    """Give the first letters, without the mark before them."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data[:8192].decode("utf-16", errors="ignore").encode()
    return data[:4096].removeprefix(b"\xef\xbb\xbf")


def typed_content(start: bytes) -> Literal["parquet", "feather"] | None:
    """Say whether a file that begins so has typed columns; None where it has not."""
    # A column may be called PAR1 or FEA1; behind such a name stands what can be read.
    if start.startswith(_PARQUET) and start[4:5] < b" " and start[4:5] not in _PARTING:
        return "parquet"
    if start.startswith(_FEATHER) or (start.startswith(_FEATHER_1) and start[4:5] == b"\0"):
        return "feather"
    return None


def may_be_text(start: bytes) -> bool:
    """Say whether a file that begins so may be text: it is not of a kind that is read whole."""
    others = (*_ZIP, _OLE2, _PARQUET, _FEATHER, _FEATHER_1, _GZIP)
    return not start.startswith(others)


def _refuse_written(start: bytes, name: str) -> None:
    for pattern, problem, remedy in _WRITTEN:
        if pattern.match(start):
            raise ReadError(problem, where=name, remedy=remedy)


def _in_zip(data: bytes, name: str) -> Content:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = set(archive.namelist())
            locked = any(member.flag_bits & 1 for member in archive.infolist())
            told = _start_of(archive, _MANIFEST) if _MANIFEST in members and not locked else b""
    except ZIP_ERRORS as error:
        raise ReadError(
            "The file is damaged or was cut short.",
            where=name,
            remedy="Copy or download it again. If it is a workbook, open it and save it anew.",
        ) from error
    if "encrypted-package" in members or b"encryption-data" in told:
        raise _locked(name)
    if locked:
        raise ReadError(
            "This packed file is locked with a password.",
            where=name,
            remedy="Unpack it with the password, and upload the table in it.",
        )
    if members & {"xl/workbook.xml", "xl/workbook.bin"} or {"content.xml", "mimetype"} <= members:
        return "workbook"
    if "word/document.xml" in members or "ppt/presentation.xml" in members:
        raise ReadError(
            "This is a text document or a presentation, not a table.",
            where=name,
            remedy="Copy the table into a spreadsheet and save that.",
        )
    return "zip"


def _start_of(archive: zipfile.ZipFile, member: str) -> bytes:
    with archive.open(member) as file:
        return file.read(2**16)


def _in_ole2(data: bytes, name: str) -> Content:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise _locked(name)
    if any(stream.encode("utf-16-le") in data for stream in ("Workbook", "Book")):
        return "workbook"
    raise ReadError("This is an Office file without a table.", where=name, remedy=_SAVE_AS_CSV)


def _locked(name: str) -> ReadError:
    return ReadError(
        "This workbook is locked with a password.",
        where=name,
        remedy="Open it, take the password away (in Excel under File ▸ Info), save it, and upload "
        "it again.",
    )
