"""Every refusal of a file, in the words that were reviewed: what it is, and what to do."""

import io
import os
import re
import zipfile
import zlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from brinery.errors import ReadError
from brinery.tables.hints import Hints
from brinery.tables.reading import read
from brinery.tables.writing import to_bytes
from tests.tables import messy_books

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


TABLE = b"a,b\n1,2\n3,4\n"
MORE = {
    "open quote": (b'a,b\n1,2\n3,4,5,"6\n5,6\n', {}),
    "lists in Parquet": (with_lists(), {}),
    "Parquet without rows": (without_rows(), {}),
    "zip with a password": (locked_zip(), {}),
    "gzip of far too much": (zlib.compress(bytes(300 * 2**20), 9, 31), {}),
    "damaged gzip": (b"\x1f\x8b\x08\0" + bytes(40), {}),
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
    "too large": (TABLE, {"max_bytes": 5}),
}


@pytest.fixture(scope="module")
def refused():
    """Give the error of each bad file by name."""
    files = {case.name: (case.data, {}) for case in messy_books.refused()} | MORE
    errors = {}
    for name, (data, options) in files.items():
        with pytest.raises(ReadError) as caught:
            read(data, name="file.csv", **options)
        errors[name] = caught.value
    for path in ("no such file.csv", ".", "\0"):
        with pytest.raises(ReadError) as caught:
            read(path)
        errors[f"path {path!r}"] = caught.value
    return errors


def test_each_says_what_it_is_and_what_to_do(refused):
    for name, error in refused.items():
        for said in (error.problem, error.remedy):
            assert re.fullmatch(r"[A-Z“].*[.!]", said, re.DOTALL), (name, said)
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
