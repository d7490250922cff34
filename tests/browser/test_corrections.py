"""Rows that can't be scored go out alone, are corrected, and come back to their places."""

import csv
import io

import pytest

from examples.make_tables import EXAMPLES

pytestmark = pytest.mark.browser

CUSTOMERS = EXAMPLES[0]
WRONG = ("not yet", "soon", "12,,5", "=1+1", "ten", "free", "x", "~20")


def rows_of(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_rows_are_corrected_alone_and_put_back(visit, tmp_path):
    frame = CUSTOMERS.new_rows(100).astype(object)
    frame.loc[range(5, 85, 10), "monthly_fee"] = WRONG
    lines = frame.to_csv(index=False).splitlines()
    lines[51] += ",extra,more"
    file = tmp_path / "customers.csv"
    file.write_text("\n".join(lines) + "\n")

    visitor = visit(f"/predict?model={CUSTOMERS.name}").upload(file).sees("can't be scored")
    visitor.sees("not read as a row").settle()
    header, *rows = rows_of(visitor.download("Rows to correct, CSV").read_bytes())
    assert len(rows) == len(WRONG) + 1
    at = header.index("monthly_fee")
    for row in rows:
        row[at] = "20.5"
    corrected = tmp_path / "corrected.csv"
    with corrected.open("w", newline="") as target:
        csv.writer(target).writerows([header, *rows])

    visitor.upload(corrected, nth=1).sees("rows were put back").settle()
    names, *given = rows_of(visitor.download("Download CSV").read_bytes())
    assert len(given) == 100
    own = [row[: frame.shape[1]] for row in csv.reader(lines[1:])]
    for row in [*range(5, 85, 10), 50]:
        own[row][list(frame).index("monthly_fee")] = "20.5"
    assert [row[: frame.shape[1]] for row in given] == own
    status = names.index("status")
    assert "not scored" not in [row[status] for row in given]
    assert visitor.violations() == []
    visitor.picture("corrected rows")
