"""Every refusal of a file, in the words that were reviewed: what it is, and what to do."""

import ast
import base64
import io
import os
import re
import sys
import zipfile
import zlib
from pathlib import Path
from subprocess import CompletedProcess

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from brinery.errors import ReadError
from brinery.tables import columnar, parquet, reading, spreadsheet
from brinery.tables.columnar import first_rows
from brinery.tables.hints import Hints
from brinery.tables.reading import read
from brinery.tables.writing import to_bytes
from tests.tables import messy_books
from tests.tables.lying import lying

GOLDEN = Path(__file__).parents[1] / "golden" / "refusals.md"
JARGON = re.compile(
    r"\b(encoding|dtype|null|parse\w*|schema|float|int|string|regex|index|utf\S*|arrow|pandas|none"
    r"|exception|coerc\w*|byte order mark)\b",
    re.IGNORECASE,
)


def with_lists():
    file = io.BytesIO()
    pq.write_table(pa.table({"id": ["1"], "tags": [["x"]]}), file)
    return file.getvalue()


def without_rows():
    file = io.BytesIO()
    pq.write_table(pa.table({"id": pa.array([], pa.string())}), file)
    return file.getvalue()


def locked_zip():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.csv", "a\n1\n")
    data = bytearray(file.getvalue())
    data[6] |= 1
    data[data.find(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


LOCKED = """<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="content.xml">
<manifest:encryption-data></manifest:encryption-data>
</manifest:file-entry></manifest:manifest>"""


def locked_sheet():
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return zipped({"mimetype": kind, "content.xml": "?", "META-INF/manifest.xml": LOCKED})


def zipped(members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def book():
    """Give the parts of a workbook."""
    with zipfile.ZipFile(io.BytesIO(to_bytes(pa.table({"a": ["x"]}), "xlsx"))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def garbled(data):
    """Give a packed file with one byte changed in the part of the first sheet."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        at = archive.getinfo(SHEET).header_offset + 30 + len(SHEET) + 20
    return data[:at] + bytes([data[at] ^ 255]) + data[at + 1 :]


def uncalculated():
    file, made = io.BytesIO(), openpyxl.Workbook()
    for row in (["a", "double"], [1, "=A2*2"], [2, "=A3*2"]):
        made.active.append(row)
    made.save(file)
    return file.getvalue()


ALIGNED = ["name   city    n", "Ann  Bath    1", "Jonathan   2", "Mo     Leeds   3"]
TABLE = b"a,b\n1,2\n3,4\n"
MORE = {
    "open quote": (b'a,b\n1,2\n3,4,5,"6\n5,6\n', {}),
    "marks amid the cells": (b'7 "a, b" "c, d"\n7 x "a, b" "c, d"\n' * 4, {}),
    "lists in Parquet": (with_lists(), {}),
    "Parquet without rows": (without_rows(), {}),
    "Parquet of two numbers of rows": (lying(590_000, 0), {}),
    "zip with a password": (locked_zip(), {}),
    "gzip of far too much": (zlib.compress(bytes(300 * 2**20), 9, 31), {}),
    "damaged gzip": (b"\x1f\x8b\x08\0" + bytes(40), {}),
    "SQL": (b"INSERT INTO sales (a, b) VALUES (1, 2);\n", {}),
    "SQL under remarks": (b"-- MySQL dump\n\n/*!40101 SET x */;\nDROP TABLE IF EXISTS `c`;\n", {}),
    "XML in two bytes": ('<?xml version="1.0"?>\n<rows><row/></rows>'.encode("utf-16"), {}),
    "XML without its first line": (b'<c:Doc xmlns:c="urn:x"><a>1</a>\n<b>2</b></c:Doc>', {}),
    "only what parts cells": (b"sep=;\r\n", {}),
    "too many columns": (b"a," * 40_000 + b"a\n" + b"1," * 40_000 + b"1\n", {}),
    "contacts": (b"BEGIN:VCARD\r\nVERSION:3.0\r\n", {}),
    "pointer to a file": (b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n", {}),
    "Weka": (b"% Iris\n@RELATION iris\n@ATTRIBUTE a REAL\n@DATA\n1\n", {}),
    "packed as letters": (base64.encodebytes(bytes(range(256)) * 2), {}),
    "YAML": (b"name: x\nitems:\n  - id: 1\n    label: a\n  - id: 2\n    label: b\n", {}),
    "settings": (b"; main\n[general]\nname = x\n\n[db]\nhost = localhost\n", {}),
    "program": (b"import pandas as pd\n\ndf = pd.read_csv('x.csv')\nprint(df)\n", {}),
    "letter": (b"Dear Ms Lee,\n\nplease find the list of last month here.\n\nYours, Bo\n", {}),
    "thousands commas between commas": (b"id,price\n1,12,500\n2,13,250\n3,9,999\n", {}),
    "7-Zip": (b"7z\xbc\xaf\x27\x1c" + bytes(40), {}),
    "old Feather": (b"FEA1" + bytes(40) + b"FEA1", {}),
    "Office without a table": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"),
        {},
    ),
    "no such sheet": (to_bytes(pa.table({"a": ["x"]}), "xlsx"), {"hints": Hints(sheet="x")}),
    "not in these letters": ("a,b\nÄ,2\n".encode(), {"hints": Hints(encoding="ascii")}),
    "unknown letters": (TABLE, {"hints": Hints(encoding="klingon")}),
    "two marks for one cell": (TABLE, {"hints": Hints(delimiter=",;")}),
    "aligned with spaces": ("\n".join(ALIGNED * 3).encode(), {}),
    "decimal commas between commas": (b"id,price\n1,12,50\n2,13,25\n3,9,99\n", {}),
    "pivot by its mark": (
        zipped(book() | {"xl/worksheets/_rels/sheet1.xml.rels": b'<r Type="pivotTable"/>'}),
        {},
    ),
    "sheet cut off": (zipped(book() | {SHEET: book()[SHEET][:300]}), {}),
    "damaged sheet": (garbled(zipped(book())), {}),
    "formulas never calculated": (uncalculated(), {}),
    "OpenDocument with a password": (locked_sheet(), {}),
    "no such packed file": (
        zipped({"a.csv": TABLE, "b.csv": TABLE}),
        {"hints": Hints(member="c.csv")},
    ),
    "too large": (TABLE, {"max_bytes": 5}),
}


@pytest.fixture(scope="module")
def refused_at():
    """Give the error of each bad file by name, and the places in the code that made them."""
    files = {case.name: (case.data, {}) for case in messy_books.refused()} | MORE
    errors, places = {}, set()
    start = ReadError.__init__

    def noted(self, *args, **options):
        caller = sys._getframe(1)
        places.add((Path(caller.f_code.co_filename), caller.f_lineno))
        start(self, *args, **options)

    def failed(command, **_):
        return CompletedProcess(command, 1, b"", b"a panic")

    def locked(command, **_):
        return CompletedProcess(command, 0, b'{"problem": "password"}', b"")

    def forbidden(path):
        raise PermissionError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ReadError, "__init__", noted)
        for name, (data, options) in files.items():
            with pytest.raises(ReadError) as caught:
                read(data, name="file.csv", **options)
            errors[name] = caught.value
        for path in ("no such file.csv", ".", "\0"):
            with pytest.raises(ReadError) as caught:
                read(path)
            errors[f"path {path!r}"] = caught.value
        patch.setattr(parquet, "_MAX_CELLS", 1)
        for name, data, reader in (
            ("Parquet of too many rows", to_bytes(pa.table({"a": [1, 2]}), "parquet"), failed),
            ("workbook that ends its reader", zipped(book()), failed),
            ("old workbook with a password", zipped(book()), locked),
        ):
            patch.setattr(spreadsheet.subprocess, "run", reader)
            with pytest.raises(ReadError) as caught:
                read(data, name="file")
            errors[name] = caught.value
        for name, limit in (
            ("large Parquet of too long a row", "_PART_TEXT_BYTES"),
            ("large Parquet of too many rows", "_MAX_CELLS"),
        ):
            patch.setattr(columnar, limit, 1)
            data = to_bytes(pa.table({"a": ["long"] * 2}), "parquet")
            with pytest.raises(ReadError) as caught:
                first_rows(io.BytesIO(data), "file.parquet")
            errors[name] = caught.value
        patch.setattr(Path, "read_bytes", forbidden)
        with pytest.raises(ReadError) as caught:
            read(__file__)
        errors["a file that nobody may read"] = caught.value
    return errors, places


@pytest.fixture
def refused(refused_at):
    return refused_at[0]


def test_each_place_that_refuses_has_an_example(refused_at):
    _, places = refused_at
    without = []
    for file in sorted(Path(reading.__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "ReadError":
                lines = {(file, line) for line in range(node.lineno, node.end_lineno + 1)}
                if not lines & places:
                    without.append(f"{file.name}:{node.lineno}: {ast.unparse(node)[:80]}")
    assert not without, "\n".join(without)


def test_each_says_what_it_is_and_what_to_do(refused):
    for name, error in refused.items():
        for said in (error.problem, error.remedy):
            assert re.fullmatch(r"[A-Z“\d].*[.!]", said, re.DOTALL), (name, said)
            assert not JARGON.search(re.sub(r"“[^”]*”", "", said)), (name, said)
        assert error.where, name


def test_the_words_are_those_that_were_reviewed(refused):
    """Set UPDATE_GOLDEN=1 to write them anew, and look at the difference."""
    said: dict[str, list[str]] = {}
    for name, error in refused.items():
        said.setdefault(f"{error.problem} {error.remedy}", []).append(name)
    lines = [f"- {words}\n  ({', '.join(names)})" for words, names in sorted(said.items())]
    text = "# Why a file is refused\n\n" + "\n".join(lines) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(text, "utf-8")
    assert GOLDEN.read_text("utf-8") == text
