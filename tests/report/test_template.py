import dataclasses
import io
import re
import zipfile

import numpy as np
import pyarrow as pa
import pytest
from python_calamine import CalamineWorkbook

from brinery.report.template import describe, template
from brinery.schema.columns import Schema
from brinery.schema.inference import infer
from brinery.tables.table import Table

N = 60


@pytest.fixture(scope="module")
def schema():
    cells = {
        "bought": ["yes", "no"] * (N // 2),
        "age": [str(20 + i % 30) for i in range(N)],
        "customer id": [f"AB-{i}" for i in range(N)],
        "income": ["", *(f"{i % 40}.5" for i in range(N - 1))],
        "member": ["Yes", "No"] * (N // 2),
        "region": ["North", "South", "East"] * (N // 3),
        "branch": [f"Branch, long name number {i % 20}" for i in range(N)],
        "since": [f"{1 + i % 28:02}.01.2024" for i in range(N)],
        "comment": [f"some words of number {i}" for i in range(N)],
    }
    arrays = [pa.array(column) for column in cells.values()]
    table = Table(pa.Table.from_arrays(arrays, names=list(cells)), np.arange(2, N + 2))
    return infer(table, target="bought")


def test_what_a_model_needs_in_words(schema):
    rows = {row["column"]: row for row in describe(schema)}
    assert list(rows) == ["age", "income", "member", "region", "branch", "since"]
    assert rows["age"]["what it is"] == "a whole number, mostly 21 to 48"
    assert rows["age"]["may it be blank"] == "better not"
    assert rows["income"]["may it be blank"] == "yes"
    assert rows["member"]["what it is"] == "“No” or “Yes”"
    assert rows["region"]["what it is"] == "one of 3: “East”, “North” and “South”"
    assert rows["since"]["what it is"] == "a date, mostly 01.01.2024 to 27.01.2024"


def test_the_csv_is_its_header(schema):
    text = template(schema, "csv").decode("utf-8-sig")
    assert text == "customer id,age,income,member,region,branch,since\r\n"


def test_the_workbook(schema):
    data = template(schema, "xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert book.sheet_names[:2] == ["Data", "What each column means"]
    (header,) = book.get_sheet_by_name("Data").to_python()
    assert header == ["customer id", "age", "income", "member", "region", "branch", "since"]
    meaning = book.get_sheet_by_name("What each column means").to_python()
    assert [row[0] for row in meaning[1:]] == header
    assert meaning[1][3] == "XX-0"


def test_the_workbooks_limits_and_lists(schema):
    files = zipfile.ZipFile(io.BytesIO(template(schema, "xlsx")))
    sheet = files.read("xl/worksheets/sheet1.xml").decode()
    rules = re.findall(r"<dataValidation .*?</dataValidation>", sheet)
    sorts = [re.search(r'type="(\w+)"', rule).group(1) for rule in rules]
    assert sorts == ["whole", "decimal", "list", "list", "list", "date"]
    assert all('errorStyle="warning"' in rule for rule in rules)
    assert "<formula1>20</formula1><formula2>49</formula2>" in rules[0]
    assert '"East,North,South"' in rules[3].replace("&quot;", '"')
    assert "Lists!$F$1:$F$20" in rules[4]
    assert "<formula1>45292</formula1><formula2>45319</formula2>" in rules[5]
    assert 'state="frozen"' in sheet
    assert 'state="hidden"' in files.read("xl/workbook.xml").decode()


def test_a_whole_number_is_mostly_between_whole_numbers(schema):
    age = next(column for column in schema.features if column.name == "age")
    between = dataclasses.replace(age, quantiles=(60.0, 65.95, 200.0, 725.2, 900.0))
    (row,) = describe(Schema((between,)))
    assert row["what it is"] == "a whole number, mostly 65 to 726"
