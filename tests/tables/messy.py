"""Tables as people really save them, each with the true table beside it.

Every file is made here from a seed. `cases(seed)` gives them all; `messy_books` adds the
workbooks and the files that must be refused.
"""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass, field

__all__ = ["Case", "Sample", "sample", "texts"]


@dataclass(frozen=True)
class Case:
    """One file and what is true of it; `columns` None means that it has no header."""

    name: str
    category: str
    data: bytes
    columns: list[str] | None = None
    rows: list[list[str]] | None = None
    refused: bool = False
    noted: bool = False
    kinds: dict[str, str] = field(default_factory=dict)
    values: dict[str, list] = field(default_factory=dict)


@dataclass(frozen=True)
class Sample:
    """A table in plain values."""

    columns: list[str]
    rows: list[list[str]]


_WORDS = {
    "ascii": ["Smith", "Jones", "Miller", "Taylor", "Brown", "Wilson", "Clark", "Adams"],
    "western": ["Müller", "Gómez", "Lefèvre", "Ångström", "Sørensen", "Strauß", "Peña", "Brûlé"],
    "central": ["Wałęsa", "Dvořák", "Żółć", "Łódź", "Škoda", "Kovács", "Őry", "Čapek"],
    "cyrillic": ["Иванов", "Петров", "Смирнова", "Кузнецов", "Попова", "Васильев", "Орлова"],
    "greek": ["Παπαδόπουλος", "Γεωργίου", "Νικολάου", "Αθήνα", "Ιωάννου", "Κρήτη"],
    "turkish": ["Y\u0131lmaz", "Şahin", "Çelik", "Öztürk", "Doğan", "Güneş", "İzmir"],
    "japanese": ["田中さん", "佐藤さん", "鈴木さん", "高橋さん", "東京です", "大阪です"],
    "chinese": ["北京市朝阳区", "上海市浦东新区", "王小明先生", "李小红女士", "广州的客户"],
}
_CITIES = ["Berlin", "Paris", "Madrid", "Oslo", "London", "Rome", "Vienna", "Lyon", "Porto"]


def sample(seed, n_rows=30, words="ascii"):
    """Make a table of customers: id, name, city, amount, items, opened."""
    rng = random.Random(seed)
    first = datetime.date(2019, 1, 1)
    rows = [
        [
            f"{rng.randrange(10**4):04d}{n:03d}",
            rng.choice(_WORDS[words]),
            rng.choice(_CITIES),
            f"{rng.randrange(100, 99999) / 100:.2f}",
            str(rng.randrange(1, 40)),
            str(first + datetime.timedelta(days=rng.randrange(2500))),
        ]
        for n in range(n_rows)
    ]
    return Sample(["id", "name", "city", "amount", "items", "opened"], rows)


def lined(columns, rows, delimiter=",", end="\n", quote=None):
    """Write a table by hand, so that nothing is quoted unless `quote` says so."""

    def cell(text):
        if quote == "all":
            return '"' + text.replace('"', '""') + '"'
        if any(mark in text for mark in (delimiter, '"', "\n", "\r")):
            return '"' + text.replace('"', '""') + '"'
        return text

    lines = [delimiter.join(map(cell, row)) for row in [*([columns] if columns else []), *rows]]
    return end.join(lines) + end


def _comma(rows):
    return [[*row[:3], row[3].replace(".", ","), *row[4:]] for row in rows]


def _encodings(seed):
    pairs = [
        ("cp1252", "western"), ("latin-1", "western"), ("mac-roman", "western"),
        ("cp1250", "central"), ("iso8859-2", "central"), ("cp1251", "cyrillic"),
        ("koi8-r", "cyrillic"), ("cp1253", "greek"), ("cp1254", "turkish"),
        ("shift_jis", "japanese"), ("gb18030", "chinese"), ("utf-8", "western"),
        ("utf-8-sig", "cyrillic"), ("utf-16", "western"), ("utf-16-le", "ascii"),
        ("utf-16-be", "ascii"), ("utf-16", "japanese"), ("utf-32", "western"), ("cp850", "western"),
    ]  # fmt: skip
    for n, (encoding, words) in enumerate(pairs):
        table = sample(seed + n, 60, words)
        delimiter = ";" if n % 2 else ","
        text = lined(table.columns, table.rows, delimiter, "\r\n")
        data = text.encode(encoding)
        if encoding == "utf-16-be":
            data = b"\xfe\xff" + data
        noted = not encoding.startswith("utf")
        yield Case(f"{encoding} {words}", "encoding", data, table.columns, table.rows, noted=noted)


def _delimiters(seed):
    for n, delimiter in enumerate([",", ";", "\t", "|", ":", "~", "^", ", ", " "]):
        table = sample(seed + 50 + n)
        rows = [[cell.replace(":", "") for cell in row] for row in table.rows]
        data = lined(table.columns, rows, delimiter).encode()
        yield Case(f"delimiter {delimiter!r}", "delimiter", data, table.columns, rows)
    for delimiter in ",;\t|":
        table = sample(seed + 60)
        text = f"sep={delimiter}\r\n" + lined(table.columns, table.rows, delimiter, "\r\n")
        yield Case(f"sep={delimiter!r}", "delimiter", text.encode(), table.columns, table.rows)
    table = sample(seed + 61)
    rows = _comma(table.rows)
    for delimiter in ";\t|":
        data = lined(table.columns, rows, delimiter).encode()
        yield Case(f"decimal comma {delimiter!r}", "delimiter", data, table.columns, rows)
    data = lined(table.columns, rows, ",").encode()
    yield Case("decimal comma, quoted", "delimiter", data, table.columns, rows)
    for end in ("\r", "\r\n"):
        data = lined(table.columns, table.rows, ",", end).encode()
        yield Case(f"line end {end!r}", "delimiter", data, table.columns, table.rows)
    one = [[row[1]] for row in table.rows]
    yield Case("one column", "delimiter", lined(["name"], one).encode(), ["name"], one)
    two = [[row[4], row[3]] for row in table.rows]
    data = lined(["items", "amount"], two, ";").encode()
    yield Case("two numbers", "delimiter", data, ["items", "amount"], two)
    data = lined(table.columns, table.rows[:1]).encode()
    yield Case("one row", "delimiter", data, table.columns, table.rows[:1])


_PREAMBLES = {
    "title": ["Sales report"],
    "title and blank": ["Sales report 2024", ""],
    "three lines": ["Sales report", "Created 2024-05-01 by admin", ""],
    "key;value": ["Report;Sales", "Period;2024-01", "User;admin", ""],
    "key: value": ["Report: Sales, monthly", "Period: 2024-01, 2024-02", "User: admin"],
    "padded": ["Sales report;;;;;", "Quarter;1;;;;", ";;;;;"],
    "hash comments": ["# exported by tool 3.1", "# filter: a=1, b=2; c=3"],
    "six lines": ["Bank of Examples", "Account;123456", "Owner;Jane Doe", "From;2024-01-01",
                  "To;2024-12-31", ""],
    "long sentence": ["This file was made by the warehouse; please do not edit it, ever; thanks"],
}  # fmt: skip


def _preambles(seed):
    for n, (what, lines) in enumerate(_PREAMBLES.items()):
        for delimiter in ";,\t":
            table = sample(seed + 100 + n, 25)
            head = [line.replace(";", delimiter) for line in lines]
            text = "\n".join(head) + "\n" + lined(table.columns, table.rows, delimiter)
            yield Case(
                f"{what} {delimiter!r}", "preamble", text.encode(), table.columns, table.rows,
                noted=True,
            )  # fmt: skip


_FOOTERS = {
    "Total": lambda d, s, n: [f"Total{d}{d}{d}{s}{d}{n}{d}"],
    "Summe:": lambda d, s, n: [f"Summe:{d}{d}{d}{s}{d}{n}{d}"],
    "second column": lambda d, s, n: [f"{d}Grand Total{d}{d}{s}{d}{n}{d}"],
    "no word": lambda d, s, n: [f"{d}{d}{d}{s}{d}{n}{d}"],
    "rows": lambda *_: ["Rows: 30"],
    "source": lambda *_: ["", "Source: central office"],
    "sql": lambda *_: ["", "(30 rows affected)"],
    "several": lambda d, s, n: [
        f"Total{d}{d}{d}{s}{d}{n}{d}", "", "* provisional figures", "Printed 2024-05-01",
    ],
    "padded": lambda d, *_: [d * 5, f"Source: central office{d * 5}"],
    "end": lambda *_: ["*** END OF REPORT ***"],
}  # fmt: skip


def _footers(seed):
    for n, (what, lines) in enumerate(_FOOTERS.items()):
        for delimiter in ";,":
            table = sample(seed + 200 + n)
            amount = f"{sum(float(row[3]) for row in table.rows):.2f}"
            items = str(sum(int(row[4]) for row in table.rows))
            tail = "\n".join(lines(delimiter, amount, items))
            text = lined(table.columns, table.rows, delimiter) + tail + "\n"
            yield Case(
                f"{what} {delimiter!r}", "footer", text.encode(), table.columns, table.rows,
                noted=True,
            )  # fmt: skip


def _rows(seed):
    table = sample(seed + 300)
    columns, rows = table.columns, table.rows
    lines = lined(columns, rows).splitlines()

    def case(name, lines, expected=rows, header=columns, noted=True):
        text = "\n".join(lines) + "\n"
        return Case(name, "rows", text.encode(), header, expected, noted=noted)

    yield case("blank lines", [one for line in lines for one in (line, "")])
    yield case("blank line under header", [lines[0], "", *lines[1:]])
    yield case("blank lines at the end", [*lines, "", "", ""], noted=False)
    yield case("delimiters only", [*lines[:9], ",,,,,", *lines[9:]])
    yield case("trailing delimiter everywhere", [line + "," for line in lines])
    yield case("trailing delimiter on rows", [lines[0], *(line + "," for line in lines[1:])])
    yield case("short rows", [*lines[:5], lines[5].rsplit(",", 1)[0], *lines[6:]],
               [*rows[:4], [*rows[4][:5], ""], *rows[5:]])  # fmt: skip
    yield case("header twice", [*lines[:10], lines[0], *lines[10:20], lines[0], *lines[20:]])
    yield case("page breaks", [*lines[:10], "", "Page 2", "", lines[0], *lines[10:]])
    yield case("dashes under header", [lines[0], ",".join(["------"] * 6), *lines[1:]])
    yield case("one dash line", [lines[0], "-" * 40, *lines[1:], "-" * 40])
    yield case("units", [lines[0], ",,,(EUR),(pcs),", *lines[1:]])
    yield case("units in words", [lines[0], "-,-,-,EUR,pcs,yyyy-mm-dd", *lines[1:]])
    yield case("comments between", [*lines[:9], "# checked by hand", *lines[9:]])
    yield case("no header", lines[1:], header=None)
    numbers = [[row[4], row[3], row[4]] for row in rows]
    yield case("no header, numbers", lined(None, numbers).splitlines(), numbers, None)
    shift = [rows[6][0], "", *rows[6][1:]]
    yield case("one extra delimiter", [*lines[:7], ",".join(shift), *lines[8:]])
    extra = ["Smith, John" if n == 1 else cell for n, cell in enumerate(rows[3])]
    yield case("unquoted comma", [*lines[:4], ",".join(extra), *lines[5:]],
               [*rows[:3], extra, *rows[4:]])  # fmt: skip
    twice = ["id", "name", "name", "amount", "items", "opened"]
    yield case("name twice", [",".join(twice), *lines[1:]], header=twice, noted=True)
    empty = ["id", "", "city", "amount", "", "opened"]
    yield case("empty names", [",".join(empty), *lines[1:]],
               header=["id", "*", "city", "amount", "*", "opened"])  # fmt: skip
    counted = [[str(n), *row] for n, row in enumerate(rows)]
    yield case("index without name", lined(["", *columns], counted).splitlines(), counted,
               ["*", *columns])  # fmt: skip
    yield case("row names without a name", [lines[0], *lined(None, counted).splitlines()],
               counted, ["*", *columns])  # fmt: skip
    spaced = ["  id ", " name", "city ", "amount", "items", "opened"]
    yield case("names with spaces", [",".join(spaced), *lines[1:]], noted=False)
    yield case("two header rows", ["Who,Who,Where,Sales,Sales,When", *lines],
               header=["Who id", "Who name", "Where city", "Sales amount", "Sales items",
                       "When opened"])  # fmt: skip
    yield case("gaps", [lines[0], *(",".join([*row[:2], "", "NA", *row[4:]]) if n % 3 else
                                    ",".join(row) for n, row in enumerate(rows))],
               [[*row[:2], "", "NA", *row[4:]] if n % 3 else row for n, row in enumerate(rows)],
               noted=False)  # fmt: skip


def _quotes(seed):
    table = sample(seed + 400)
    columns = [*table.columns, "remark"]
    remarks = ['12" pipe', "a, b; c", "line one\nline two", "it's", 'say "yes"', "", "plain"]
    rows = [[*row, remarks[n % len(remarks)]] for n, row in enumerate(table.rows)]

    def case(name, text, expected=rows, header=columns, noted=False):
        return Case(name, "quotes", text.encode(), header, expected, noted=noted)

    yield case("as needed", lined(columns, rows))
    yield case("all", lined(columns, rows, quote="all"))
    yield case("all ; crlf", lined(columns, rows, ";", "\r\n", quote="all"))
    slashed = "\n".join(
        ",".join('"' + cell.replace('"', '\\"') + '"' for cell in row) for row in [columns, *rows]
    )
    yield case("backslash", slashed + "\n")
    flat = [[cell.replace("\n", " ").replace("'", "") for cell in row] for row in rows]
    single = "\n".join(",".join(f"'{cell}'" for cell in row) for row in [columns, *flat])
    yield case("single", single + "\n", flat)
    wrapped = "\n".join(
        '"' + line.replace('"', '""') + '"' for line in lined(columns, flat).splitlines()
    )
    yield case("whole line", wrapped + "\n", flat, noted=True)
    half = [columns, *flat]
    some = "\n".join(
        ",".join(
            '"' + cell.replace('"', '""') + '"' if (n + m) % 3 == 0 or "," in cell or '"' in cell
            else cell for m, cell in enumerate(row)
        ) for n, row in enumerate(half)
    )  # fmt: skip
    yield case("some", some + "\n", flat)
    loose = [[*row[:-1], '5" disk'] for row in table.rows]
    yield case("mark within", "\n".join(",".join(r) for r in [table.columns, *loose]) + "\n",
               loose, table.columns)  # fmt: skip
    opened = [list(row) for row in table.rows]
    opened[8][1] = '"' + opened[8][1]
    text = "\n".join(",".join(row) for row in [table.columns, *opened]) + "\n"
    yield case("stray opening mark", text, opened, table.columns, noted=True)
    tabs = [[*row[:-1], remarks[n % 2 + 3]] for n, row in enumerate(rows)]
    yield case("tab, unquoted marks", "\n".join("\t".join(r) for r in [columns, *tabs]) + "\n",
               tabs)  # fmt: skip


def texts(seed=0):
    """Give every case in text form."""
    for make in (_encodings, _delimiters, _preambles, _footers, _rows, _quotes):
        yield from make(seed)
