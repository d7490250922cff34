"""Workbooks, packed files and files that must be refused, each with what is true of it."""

from __future__ import annotations

import datetime
import gzip
import io
import struct
import zipfile
import zlib

import openpyxl
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import xlsxwriter

from tests.tables.messy import Case, lined, sample
from tests.tables.messy_typed import numbers_and_dates

__all__ = ["books", "refused"]


def _book(fill, **options):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, **options}) as book:
        fill(book)
    return file.getvalue()


def _write(sheet, rows, top=0, left=0):
    for n, row in enumerate(rows):
        for m, cell in enumerate(row):
            if cell != "":
                sheet.write(top + n, left + m, cell)


def _typed(table):
    return [[row[0], row[1], row[2], float(row[3]), int(row[4]), row[5]] for row in table.rows]


def _excel(seed):
    table = sample(seed + 600, 25, "western")
    table = type(table)(table.columns, [[*row[:3], repr(float(row[3])).removesuffix(".0"), *row[4:]]
                                        for row in table.rows])  # fmt: skip
    columns, rows, cells = table.columns, table.rows, _typed(table)

    def case(name, fill, expected=rows, header=columns, noted=True, **more):
        return Case(name, "excel", _book(fill), header, expected, noted=noted, **more)

    def at(top=0, left=0, head=(), foot=()):
        def fill(book):
            sheet = book.add_worksheet("Data")
            _write(sheet, head)
            _write(sheet, [columns, *cells], top, left)
            _write(sheet, foot, top + 1 + len(cells))

        return fill

    yield case("plain", at(), noted=False)
    yield case("preamble", at(3, head=[["Sales report"], ["Created", "2024-05-01"]]))
    yield case("preamble, no gap", at(2, head=[["Sales report 2024"], ["all regions"]]))
    yield case("total", at(foot=[["Total", "", "", sum(row[3] for row in cells)]]))
    yield case("total, source", at(foot=[["Total", "", "", 5.0, 7], [], ["Source: office"]]))
    yield case("in the middle", at(4, 2), noted=False)
    yield case("blank rows", lambda book: _write(book.add_worksheet(), [columns, *cells[:9], [],
                                                                      *cells[9:]]))  # fmt: skip

    def units(book):
        _write(book.add_worksheet(), [columns, ["", "", "", "EUR", "pcs", ""], *cells])

    yield case("units", units)

    def sheets(book):
        _write(book.add_worksheet("Read me"), [["This workbook holds sales."], ["Ask Jane."]])
        _write(book.add_worksheet("Data"), [columns, *cells])
        _write(book.add_worksheet("Lists"), [["a", "b"], ["x", "y"]])

    yield case("several sheets", sheets)

    def dates(book):
        sheet = book.add_worksheet()
        _write(sheet, [["id", "when"]])
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for n, row in enumerate(rows):
            sheet.write(n + 1, 0, row[0])
            sheet.write_datetime(n + 1, 1, datetime.date.fromisoformat(row[5]), day)

    yield case("real dates", dates, [[row[0], row[5]] for row in rows], ["id", "when"], False)

    def merged(book):
        sheet = book.add_worksheet()
        for n in (0, 1, 2, 5):
            sheet.merge_range(0, n, 1, n, columns[n])
        sheet.merge_range(0, 3, 0, 4, "Sales")
        _write(sheet, [["amount", "items"]], 1, 3)
        _write(sheet, cells, 2)

    yield case("merged header", merged,
               header=[*columns[:3], "Sales amount", "Sales items", "opened"])  # fmt: skip

    def title(book):
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 5, "Sales report 2024")
        _write(sheet, [columns, *cells], 2)

    yield case("merged title", title)

    def errors(book):
        sheet = book.add_worksheet()
        _write(sheet, [columns, *cells])
        sheet.write_formula(4, 3, "=1/0", None, "#DIV/0!")

    yield case(
        "error cell",
        errors,
        [[*row[:3], "#DIV/0!", *row[4:]] if n == 3 else row for n, row in enumerate(rows)],
    )

    def formulas(book):
        sheet = book.add_worksheet()
        _write(sheet, [columns, *cells])
        for n, row in enumerate(cells):
            sheet.write_formula(n + 1, 3, "=1*2", None, row[3])

    def zeros(book):
        sheet = book.add_worksheet()
        _write(sheet, [["zip", "n"]])
        shown = book.add_format({"num_format": "00000"})
        for n in range(9):
            sheet.write(n + 1, 0, 1230 + n, shown)
            sheet.write(n + 1, 1, n)

    yield case("leading zeros shown", zeros, [[f"0{1230 + n}", str(n)] for n in range(9)],
               ["zip", "n"], False)  # fmt: skip
    yield case("calculated formulas", formulas, noted=False)
    book = openpyxl.Workbook()
    book.active.append([*columns, "double"])
    for n, row in enumerate(cells, start=2):
        book.active.append([*row, f"=D{n}*2"])
    file = io.BytesIO()
    book.save(file)
    yield Case("never calculated", "excel", file.getvalue(), refused=True)
    file = io.BytesIO()
    arrow = pa.table({"id": [row[0] for row in rows], "n": [int(row[4]) for row in rows]})
    expected = [[row[0], row[4]] for row in rows]
    pa.parquet.write_table(arrow, file)
    yield Case("parquet", "columnar", file.getvalue(), ["id", "n"], expected)
    file = io.BytesIO()
    pa.feather.write_feather(arrow, file, compression="uncompressed")
    yield Case("feather", "columnar", file.getvalue(), ["id", "n"], expected)
    big = pa.table({"n": pa.array([2**53 + 1, None, 7])})
    file = io.BytesIO()
    pa.parquet.write_table(big, file)
    yield Case("long numbers", "columnar", file.getvalue(), ["n"], [[str(2**53 + 1)], [""], ["7"]])


def _png():
    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + head + zlib.compress(b"\0" * 4)


def _zip(members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def _changed(book, changes):
    """Change parts of a workbook."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    return _zip(
        members | {name: change(members.get(name, b"")) for name, change in changes.items()}
    )


def refused(seed=0):
    """Give files that hold no table."""
    table = sample(seed + 800)
    book = _book(lambda one: _write(one.add_worksheet(), [table.columns, *table.rows]))
    laughs = b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY a "&lol;&lol;">]>'
    sheet = "xl/worksheets/sheet1.xml"
    files = {
        "empty": b"",
        "blank": b" \r\n\n",
        "byte order mark": b"\xef\xbb\xbf",
        "header only": b"id,name,amount\n",
        "header only, utf-16": "id;name;amount\r\n".encode("utf-16"),
        "picture": _png(),
        "jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(range(256)) * 9,
        "pdf": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n",
        "random": bytes((n * 7919 + n // 3) % 256 for n in range(5000)),
        "zeros": bytes(5000),
        "html": b"<!DOCTYPE html><html><body><table><tr><td>1</td></tr></table></body></html>",
        "html table": b"<table border=1><tr><th>id</th></tr><tr><td>1</td></tr></table>",
        "html after text": b"\n\n  <html><head><title>Log in</title></head></html>",
        "json": b'{"rows": [{"id": 1}, {"id": 2}]}',
        "json list": b'[{"id": 1}, {"id": 2}]',
        "json lines": b'{"id": 1, "name": "a"}\n{"id": 2, "name": "b"}\n',
        "xml": b'<?xml version="1.0"?><rows><row id="1"/></rows>',
        "rtf": b"{\\rtf1\\ansi hello}",
        "pickle": b"\x80\x04\x95\x0f\0\0\0\0\0\0\0\x8c\x05hello\x94.",
        "sqlite": b"SQLite format 3\0" + bytes(100),
        "password": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
        + "EncryptedPackage".encode("utf-16-le") + bytes(600),
        "word": _zip({"word/document.xml": b"<w/>", "[Content_Types].xml": b"<t/>"}),
        "cut off": book[: len(book) // 2],
        "cut off at the end": book[:-30],
        "empty workbook": _book(lambda one: one.add_worksheet()),
        "header only workbook": _book(lambda one: _write(one.add_worksheet(), [["a", "b"]])),
        "zip of two": _zip({"a.csv": b"a\n1\n", "b.csv": b"a\n1\n"}),
        "zip in zip": _zip({"a.zip": _zip({"b.csv": b"a\n1\n"})}),
        "empty zip": _zip({}),
        "laughs": _changed(book, {sheet: lambda old: laughs + old[old.find(b"<worksheet"):]}),
        "laughs in strings": _changed(book, {"xl/sharedStrings.xml": lambda old: laughs + old}),
        "external links": _changed(book, {"xl/externalLinks/externalLink1.xml": lambda _: b"<x/>"}),
        "far cell": _book(_far),
        "pivot": _book(lambda one: _write(one.add_worksheet(), [
            ["Sum of amount", "Column Labels"], ["Row Labels", "2023", "2024", "Grand Total"],
            ["North", 1, 2, 3], ["South", 4, 5, 9], ["Grand Total", 5, 7, 12]])),
        "cut parquet": _parquet()[:-20],
        "prose": b"Dear all,\n\nplease find the numbers in the other file.\n\nBest, Jane\n",
        "email": b"From: a@example.com\nTo: b@example.com\nSubject: data\n\nHello\n",
    }  # fmt: skip
    for name, data in files.items():
        yield Case(name, "refused", data, refused=True)


def _bombs(seed):
    table = sample(seed + 800)
    book = _book(lambda one: _write(one.add_worksheet(), [table.columns, *table.rows]))
    sheet = "xl/worksheets/sheet1.xml"
    files = {
        "zip bomb": _zip({"xl/workbook.xml": bytes(150 * 2**20)}),
        "sheet bomb": _changed(book, {sheet: lambda old: old + b" " * (200 * 2**20)}),
        "gzip bomb": zlib.compress(bytes(300 * 2**20), 9, 31),
        "parquet of millions": _parquet(200_000_000),
    }
    for name, data in files.items():
        yield Case(name, "refused", data, refused=True)


def _far(book):
    sheet = book.add_worksheet()
    _write(sheet, [["a"], [1]])
    sheet.write(1048575, 16383, 1)


def _parquet(n_rows=100):
    file = io.BytesIO()
    column = pa.nulls(min(n_rows, 10**6), pa.int8())
    with pa.parquet.ParquetWriter(file, pa.schema({"a": pa.int8()})) as writer:
        for _ in range(max(1, n_rows // 10**6)):
            writer.write_table(pa.table({"a": column}))
    return file.getvalue()


def _packed(seed):
    table = sample(seed + 500)
    data = lined(table.columns, table.rows, ";").encode()
    yield Case("gzip", "packed", gzip.compress(data), table.columns, table.rows, noted=True)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("export/rows.csv", data)
        archive.writestr("__MACOSX/._rows.csv", b"\0\5\x16\7")
    yield Case("zip", "packed", file.getvalue(), table.columns, table.rows, noted=True)


def books(seed=0):
    """Give every case that is not a plain text file."""
    for make in (_packed, _excel, numbers_and_dates, refused, _bombs):
        yield from make(seed)
