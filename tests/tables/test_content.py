import io
import json
import pickle
import zipfile

import pytest

from brinery.errors import ReadError
from brinery.tables.content import content_of
from brinery.tables.reading import read


def zipped(*names):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            # Stamped with a time of its own, so that a test's name is the same in each process.
            archive.writestr(zipfile.ZipInfo(name), "x")
    return file.getvalue()


OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"\xff\xd8\xff\xe0", "a picture"),
        (b"GIF89a", "a picture"),
        (b"  <!DOCTYPE html><html>", "a web page"),
        (b"\xef\xbb\xbf<HTML><body>", "a web page"),
        (b"<table><tr>", "a web page"),
        (b"<?xml version='1.0'?>", "XML"),
        (json.dumps({"a": [1]}).encode(), "JSON"),
        (json.dumps([{"a": 1}], indent=2).encode(), "JSON"),
        (json.dumps([["a"], [1]]).encode(), "JSON"),
        (b"-- dump\nINSERT INTO sales (a, b) VALUES (1, 2);\n", "SQL"),
        (b"CREATE TABLE sales (a int, b int);\n", "SQL"),
        (b"BEGIN:VCARD\r\nVERSION:3.0\r\n", "contacts"),
        (pickle.dumps([1, 2]), "a pickle"),
        (pickle.dumps([1, 2], protocol=2), "a pickle"),
        (b"SQLite format 3\0", "database"),
        (zipped("word/document.xml"), "a text document"),
        (zipped("xl/workbook.xml")[:-30], "damaged"),
        (b"PK\x03\x04", "damaged"),
        (OLE2 + "EncryptedPackage".encode("utf-16-le"), "locked with a password"),
        (OLE2 + "WordDocument".encode("utf-16-le"), "without a table"),
    ],
)
def test_what_is_no_table_is_named(data, words):
    with pytest.raises(ReadError, match=words) as caught:
        content_of(data, "upload.csv")
    assert caught.value.where == "upload.csv"
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("data", "content"),
    [
        (b"a,b\n", "text"),
        (b'"a","b"\n', "text"),
        (b"[a],{b}\n", "text"),
        (b"<5,>5\n", "text"),
        (zipped("xl/workbook.xml"), "workbook"),
        (zipped("mimetype", "content.xml"), "workbook"),
        (OLE2 + "Workbook".encode("utf-16-le"), "workbook"),
        (b"PAR1\x15\x04", "parquet"),
        (b"FEA1\0\0", "feather"),
    ],
)
def test_tables_are_told_by_their_content(data, content):
    assert content_of(data) == content


@pytest.mark.parametrize("name", ["PK", "PAR1", "FEA1", "ID3", "BZh", "GIF8", "Rar!", "%PDF"])
def test_a_column_may_be_called_as_other_files_begin(name):
    assert content_of(f"{name},b\n1,2\n".encode()) == "text"
    assert read(f"{name}\n1\n".encode()).column_names == [name]
