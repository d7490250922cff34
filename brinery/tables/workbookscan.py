"""What an xlsx file would hide: looked at as text, before a library opens it."""

from __future__ import annotations

import html
import re
import zipfile
from dataclasses import dataclass

from brinery.errors import ReadError
from brinery.tables.unpack import ZIP_ERRORS

__all__ = ["SheetFacts", "scan", "too_much"]

_MAX_UNPACKED_BYTES = 2**30
_MAX_RATIO = 100
_LEAST = 2**26
_MAX_BOX = 5_000_000
_MAX_SPARSE = 50
_MAX_LOOKED_AT = 2**28
_SAVE_AS_CSV = "Open it, save the sheet as CSV, then choose that file."
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_ATTRIBUTE = re.compile(rb"([\w:]+)\s*=\s*[\"']([^\"']*)[\"']")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_ERROR = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*? t="e"[^>]*>(?:<f[^>]*(?:/>|>[^<]*</f>))?<v>([^<]*)'
)
_FORMULA = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"([^>]*)><f[^>]*(?:/>|>[^<]*</f>)(<v\s*/>|<v>([^<]*)</v>)?</c>'
)
_RECALCULATED = re.compile(rb'<(?:\w+:)?calcPr\b[^>]*\bfullCalcOnLoad="(?:1|true)"')
_STYLED = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})" s="(\d{1,6})"')
_STYLE = re.compile(rb"<xf\b[^>]*>")
_HIDDEN = re.compile(rb'<row (?=[^>]*\bhidden="(?:1|true)")[^>]*?(?<=[ "])r="(\d{1,7})"')
_REFERENCE = re.compile(rb'<c r="([A-Z]{1,3})')


@dataclass(frozen=True)
class SheetFacts:
    """What stands in one sheet's part.

    Attributes
    ----------
    errors : dict of (int, int) to str
        For row and column, from 1, the error that stands in the cell.
    uncalculated : tuple of (int, int)
        Rows and columns of formulas without a value.
    pivot : bool
        Whether a pivot table is on the sheet.
    zeros : dict of (int, int) to int
        For row and column of a number that is shown with leading zeros, how many digits.
    hidden : tuple of int
        Rows that are not shown, by hand or by a filter.
    """

    errors: dict[tuple[int, int], str]
    uncalculated: tuple[tuple[int, int], ...]
    pivot: bool
    zeros: dict[tuple[int, int], int]
    hidden: tuple[int, ...] = ()


def scan(archive: zipfile.ZipFile, packed_bytes: int, name: str) -> dict[str, SheetFacts]:
    """Look through the parts of a workbook; give the facts of each sheet by its name.

    Raises
    ------
    ReadError
        It unpacks to too much, has entities of its own, takes values from other files, or
        a cell stands far outside.
    """
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    if unpacked > min(_MAX_UNPACKED_BYTES, max(_LEAST, _MAX_RATIO * packed_bytes)):
        raise too_much(name)
    names = {member.filename for member in members}
    if any(member.startswith("xl/externalLinks/") for member in names):
        raise ReadError(
            "This workbook takes values from other files, which can't be followed here.",
            where=name,
            remedy="Open it in Excel, break the links under Data ▸ Edit Links, and upload it "
            "again; or save the sheet as CSV.",
        )
    for member in names:
        if member.endswith((".xml", ".rels")):
            _refuse_entities(_part(archive, member, name, 4096), name)
    if "xl/workbook.xml" not in names:
        return {}
    facts = {}
    book = _part(archive, "xl/workbook.xml", name)
    recalculated = _RECALCULATED.search(book) is not None
    styles = _part(archive, "xl/styles.xml", name) if "xl/styles.xml" in names else b""
    digits = _zero_styles(styles)
    for sheet, part in _parts(archive, name).items():
        if part not in names:
            continue
        text = _part(archive, part, name)
        _refuse_far_cell(text, name)
        relations = part.replace("worksheets/", "worksheets/_rels/") + ".rels"
        beside = _part(archive, relations, name) if relations in names else b""
        facts[sheet] = SheetFacts(
            _errors(text),
            _uncalculated(text, recalculated=recalculated),
            b"pivotTable" in beside,
            _zeros(text, digits),
            _hidden(text),
        )
    return facts


def too_much(name: str) -> ReadError:
    """Make the error for a workbook that is larger than it looks."""
    return ReadError(
        "The workbook unpacks to more than can be read here; perhaps a cell far outside the "
        "table is filled in.",
        where=name,
        remedy=_SAVE_AS_CSV,
    )


def _part(archive: zipfile.ZipFile, member: str, name: str, most: int = _MAX_LOOKED_AT) -> bytes:
    try:
        with archive.open(member) as file:
            return file.read(most)
    except ZIP_ERRORS as error:
        raise ReadError(
            "The workbook is damaged or was cut short.",
            where=name,
            remedy="Copy or download it again, or open it and save it anew.",
        ) from error


def _refuse_entities(start: bytes, name: str) -> None:
    plain = start.replace(b"\0", b"")
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise ReadError(
            "This workbook holds instructions (XML entities) that no spreadsheet program writes; "
            "it may be made to do harm.",
            where=name,
            remedy="Open it in a program that you trust and save it anew, or ask who sent it.",
        )


def _refuse_far_cell(text: bytes, name: str) -> None:
    last = text.rfind(b"<row ")
    row = re.search(rb'\br="(\d+)"', text[last : last + 300]) if last >= 0 else None
    n_rows = int(row.group(1)) if row else 0
    if n_rows * 16384 <= _MAX_BOX:
        return
    n_columns = max(map(_column, set(_REFERENCE.findall(text))), default=0)
    box = n_rows * n_columns
    if box > _MAX_BOX and box > _MAX_SPARSE * max(1, text.count(b"<c ")):
        raise too_much(name)


def _parts(archive: zipfile.ZipFile, name: str) -> dict[str, str]:
    """Give the part of each sheet by the sheet's name."""
    targets = {}
    if "xl/_rels/workbook.xml.rels" in archive.namelist():
        for relation in _RELATION.findall(_part(archive, "xl/_rels/workbook.xml.rels", name)):
            said = dict(_ATTRIBUTE.findall(relation))
            target = said.get(b"Target", b"").decode(errors="replace")
            targets[said.get(b"Id", b"")] = (
                target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            )
    parts = {}
    for sheet in _SHEET.findall(_part(archive, "xl/workbook.xml", name)):
        said = dict(_ATTRIBUTE.findall(sheet))
        number = next((value for key, value in said.items() if key.endswith(b":id")), b"")
        if b"name" in said and number in targets:
            parts[_plain(said[b"name"])] = targets[number]
    return parts


def _plain(text: bytes) -> str:
    return html.unescape(text.decode(errors="replace"))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _errors(text: bytes) -> dict[tuple[int, int], str]:
    if b't="e"' not in text:
        return {}
    return {
        (int(row), _column(column)): error.decode(errors="replace")
        for column, row, error in _ERROR.findall(text)
    }


def _uncalculated(text: bytes, *, recalculated: bool) -> tuple[tuple[int, int], ...]:
    """Give the formulas without a value.

    An empty value is one where its type is text, or where other formulas have one. And 0 is
    none where all have it and the file asks to be calculated when it is opened.
    """
    if b"<f" not in text:
        return ()
    formulas = _FORMULA.findall(text)
    values = {value for *_, value in formulas}
    none_yet = recalculated and len(formulas) > 1 and values <= {b"0", b""}
    return tuple(
        (int(row), _column(column))
        for column, row, said, there, value in formulas
        if none_yet or not (value or (there and (b't="str"' in said or len(values) > 1)))
    )


def _hidden(text: bytes) -> tuple[int, ...]:
    if b"hidden=" not in text:
        return ()
    return tuple(int(row) for row in _HIDDEN.findall(text))


def _zero_styles(styles: bytes) -> dict[bytes, int]:
    """Give the styles whose format is only zeros, "00000", and how many of them."""
    formats = {}
    for tag in re.findall(rb"<numFmt\b[^>]*>", styles):
        said = dict(_ATTRIBUTE.findall(tag))
        code = said.get(b"formatCode", b"")
        if re.fullmatch(rb"0{2,20}", code):
            formats[said.get(b"numFmtId", b"")] = len(code)
    if not formats:
        return {}
    cells = styles.partition(b"<cellXfs")[2].partition(b"</cellXfs>")[0]
    ids = [dict(_ATTRIBUTE.findall(tag)).get(b"numFmtId") for tag in _STYLE.findall(cells)]
    return {str(at).encode(): formats[one] for at, one in enumerate(ids) if one in formats}


def _zeros(text: bytes, digits: dict[bytes, int]) -> dict[tuple[int, int], int]:
    if not digits:
        return {}
    return {
        (int(row), _column(column)): digits[style]
        for column, row, style in _STYLED.findall(text)
        if style in digits
    }
