"""A file that is read otherwise than it was meant, put right on the page."""

import re

import pytest
import xlsxwriter

from examples.make_tables import EXAMPLES

pytestmark = pytest.mark.browser

DELIVERIES = EXAMPLES[1]
TUNE = "Is something wrong with it?"


def test_the_line_with_the_names_is_put_right(visit, tmp_path):
    file = tmp_path / "Lieferungen.csv"
    rows = DELIVERIES.new_rows(20).assign(warehouse="Köln")
    head = "Müller GmbH;" + ";".join(["Lieferung"] * (rows.shape[1] - 1))
    text = f"Stand;31.10.2026\n\n{head}\n" + rows.to_csv(index=False, sep=";", decimal=",")
    file.write_bytes(text.encode("cp1252"))

    visitor = visit("/train").upload(file)
    visitor.sees(re.compile("Western European .Windows-1252., semicolons between the cells"))
    visitor.page.get_by_text(TUNE).click()
    visitor.choose("The line with the column names", f"Line 4: {';'.join(rows)[:59]}…")
    visitor.sees(re.compile("column names on line 4[.]"))
    visitor.choose("The column with the answer", "weight_kg")
    visitor.click(re.compile("Read it as it was found"))
    visitor.sees("column names on lines 3 and 4.")
    assert visitor.violations() == []


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_of_two_sheets_one_is_asked_for(visit, tmp_path, theme, width):
    file = tmp_path / "both years.xlsx"
    with xlsxwriter.Workbook(file, {"nan_inf_to_errors": True}) as book:
        for year, n in (("2024", 12), ("2025", 15)):
            rows = DELIVERIES.new_rows(n).assign(weight_kg=1.5)
            sheet = book.add_worksheet(year)
            for at, row in enumerate([list(rows), *rows.astype(object).to_numpy().tolist()]):
                sheet.write_row(at, 0, row)

    visitor = visit(f"/predict?model={DELIVERIES.name}", width=width, theme=theme).upload(file)
    visitor.sees("12 rows predicted")
    visitor.choose("More than one sheet holds a table. Which one is meant?", "2025")
    visitor.sees("15 rows predicted").sees("Sheet “2025”, column names on line 1.")
    assert visitor.violations() == []
    visitor.picture(f"reading-{theme}-{width}")
