"""The same table, saved as people's programs save it, gets the same predictions."""

import io
import re

import pandas as pd
import pytest
import xlsxwriter

import brinery
from brinery.settings import Settings
from brinery.worker.pool import Pool
from examples.make_tables import EXAMPLES

NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
DATE = re.compile(r"\d{4}-\d\d-\d\d")


def texts(frame):
    return pd.read_csv(io.StringIO(frame.to_csv(index=False)), dtype=str, keep_default_na=False)


def german(cells):
    """Semicolons, decimal commas, 31.12.2024, Windows' own letters."""

    def cell(text):
        if DATE.fullmatch(text):
            return ".".join(reversed(text.split("-")))
        return text.replace(".", ",") if NUMBER.fullmatch(text) else text

    return cells.map(cell).to_csv(index=False, sep=";", lineterminator="\r\n").encode("cp1252")


def unicode_text(cells):
    """As Excel saves “Unicode text”."""
    return cells.to_csv(index=False, sep="\t", lineterminator="\r\n").encode("utf-16")


def workbook(cells):
    """A title above, real numbers and dates, a total below."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet("Report")
        sheet.write(0, 0, "Monthly report")
        sheet.write(1, 0, "Created on 1 May by the office")
        totals = dict.fromkeys(cells.columns, None)
        for column, name in enumerate(cells.columns):
            sheet.write_string(3, column, name)
            for row, text in enumerate(cells[name], start=4):
                if NUMBER.fullmatch(text):
                    sheet.write_number(row, column, float(text))
                    totals[name] = (totals[name] or 0) + float(text)
                elif DATE.fullmatch(text):
                    sheet.write_datetime(row, column, pd.Timestamp(text).to_pydatetime())
                elif text:
                    sheet.write_string(row, column, text)
        for column, total in enumerate(totals.values()):
            if column and total is not None:
                sheet.write_number(len(cells) + 4, column, total)
        sheet.write_string(len(cells) + 4, 0, "Total")
    return file.getvalue()


def renamed(cells):
    """Other capitals, spaces for underscores, the columns in another order."""
    shuffled = cells[sorted(cells.columns, key=lambda name: name[::-1])]
    loud = shuffled.rename(columns=lambda name: f" {name.replace('_', ' ').upper()}")
    return loud.to_csv(index=False).encode("utf-8-sig")


@pytest.fixture(scope="module")
def pool():
    with Pool(Settings.from_environment()) as started:
        yield started


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = str(tmp_path_factory.mktemp("shelf") / "models")
    for example in EXAMPLES:
        model = brinery.train(example.table(), example.target, recipe="linear", seed=1)
        brinery.save(model, name=example.name, models=folder)
    return folder


@pytest.mark.parametrize("save", [german, unicode_text, workbook, renamed])
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_the_predictions_are_the_same(example, save, pool, models, tmp_path):
    cells = texts(example.make(60, seed=99, first=5000).drop(columns=[example.target]))
    clean, other = tmp_path / "clean.csv", tmp_path / "other"
    clean.write_text(cells.to_csv(index=False))
    other.write_bytes(save(cells))
    expected, given = (
        brinery.score(example.name, str(path), models=models, pool=pool) for path in (clean, other)
    )
    ours = [name for name in expected.added.column_names if name != "notes"]
    assert given.added.select(ours).equals(expected.added.select(ours))
