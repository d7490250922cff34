import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from brinery.evaluation.evaluation import Ranges
from brinery.schema.findings import Finding
from brinery.scoring.result import assemble
from brinery.scoring.worded import in_words
from brinery.tables.csvstyle import CsvStyle


def finding(code, severity, column, rows):
    rows = np.array(rows, dtype=np.int64)
    return Finding(code, severity, column, f"{column}: {code}.", len(rows), rows, rows + 2)


def result(own, answers, scored, findings=(), labels=(), escape=False):
    lines = np.arange(2, own.num_rows + 2, dtype=np.int64)
    return assemble(
        own, lines, answers, np.array(scored), tuple(findings), labels=labels, escape=escape
    )


OWN = pa.table([["1", "2", "3"], ["a", "b", "c"]], names=["x", "x"])
ANSWERS = pa.table(
    [["no", "yes"], [0.75, 0.25], [0.25, 0.75]],
    names=["prediction", "probability no", "probability yes"],
)


def test_rows_that_were_not_scored_keep_their_place():
    bad = finding("not_a_number", "row", "x", [1])
    unseen = finding("unseen_level", "look", "x", [1, 2])
    got = result(OWN, ANSWERS, [True, False, True], [bad, unseen], ("no", "yes"))
    assert got.table.column_names == [
        "x",
        "x",
        "prediction",
        "probability no",
        "probability yes",
        "confidence",
        "status",
        "notes",
    ]
    rows = [column.to_pylist() for column in got.table.columns]
    assert rows[0] == ["1", "2", "3"]
    assert rows[1] == ["a", "b", "c"]
    assert rows[2] == ["no", None, "yes"]
    assert rows[5] == [0.75, None, 0.75]
    assert rows[6] == ["ok", "not scored", "look"]
    assert rows[7][0] == ""
    assert rows[7][1].count("; ") == 1
    assert (got.verdict.n_scored, got.verdict.n_look, got.verdict.n_refused) == (2, 1, 1)


def test_no_row_scored_is_a_result_too():
    none = ANSWERS.slice(0, 0)
    bad = finding("not_a_number", "row", "x", [0, 1, 2])
    got = result(OWN, none, [False] * 3, [bad], ("no", "yes"))
    assert got.table.column("prediction").to_pylist() == [None] * 3
    assert got.table.column("status").to_pylist() == ["not scored"] * 3
    assert got.verdict.n_scored == 0


def test_amounts_have_no_confidence():
    got = result(OWN, pa.table({"prediction": [1.5, 2.5, -3.5]}), [True] * 3)
    assert got.table.column_names == ["x", "x", "prediction", "status", "notes"]
    assert got.table.column("prediction").to_pylist() == [1.5, 2.5, -3.5]


def test_a_column_named_like_ours_keeps_its_name_and_ours_gives_way():
    own = pa.table([["1"], ["2"], ["3"]], names=["Prediction", "status", "status (2)"])
    got = result(own, pa.table({"prediction": [0.5]}), [True])
    assert got.table.column_names == [
        "Prediction",
        "status",
        "status (2)",
        "prediction (2)",
        "status (3)",
        "notes",
    ]
    assert got.added.column_names == ["prediction", "status", "notes"]
    assert [f.code for f in got.findings] == ["taken_name", "taken_name"]
    assert "“prediction (2)”" in got.findings[0].sentence


def test_a_label_that_a_spreadsheet_would_run_is_harmless_outside_and_exact_inside():
    answers = pa.table([["=1+1"], [1.0]], names=["prediction", "probability =1+1"])
    got = result(pa.table({"x": ["1"]}), answers, [True], labels=("=1+1",))
    assert got.table.column("prediction").to_pylist() == ["'=1+1"]
    assert got.to_pandas()["prediction"].tolist() == ["=1+1"]


def test_the_users_formulas_are_told_and_made_harmless_only_when_asked():
    own = pa.table({"=name": ["=1+1", "plain", "-5"]})
    answers = pa.table({"prediction": [1.0, 2.0, 3.0]})
    kept = result(own, answers, [True] * 3)
    assert kept.table.column(0).to_pylist() == ["=1+1", "plain", "-5"]
    assert kept.table.column_names[0] == "=name"
    (told,) = kept.findings
    assert (told.code, told.severity, told.count) == ("formula_cell", "note", 1)
    assert told.line_numbers.tolist() == [2]
    escaped = result(own, answers, [True] * 3, escape=True)
    assert escaped.table.column(0).to_pylist() == ["'=1+1", "plain", "-5"]
    assert escaped.table.column_names[0] == "'=name"
    assert escaped.findings[0].sentence != told.sentence


@pytest.mark.parametrize(
    ("values", "classes", "labels", "expected"),
    [
        ([1, 0], ["0", "1"], ("0", "1"), [1, 0]),
        ([1.0, 0.0], ["0", "1"], ("no", "yes"), ["yes", "no"]),
        ([True, False], ["False", "True"], ("n", "y"), ["y", "n"]),
    ],
)
def test_answers_are_in_the_files_words(values, classes, labels, expected):
    names = ["prediction", *(f"probability {one}" for one in classes)]
    answers = pa.table([values, [0.1, 0.9], [0.9, 0.1]], names=names)
    got = in_words(answers, labels)
    assert got.column("prediction").to_pylist() == expected
    assert got.column_names[1:3] == [f"probability {label}" for label in labels]
    assert got.column("confidence").to_pylist() == [0.9, 0.9]


def test_typed_columns_come_back_as_they_were():
    own = pa.table(
        {"n": pa.array([1, None, 3], pa.int32()), "day": pa.array([0, 1, 2], pa.date32())}
    )
    got = result(own, pa.table({"prediction": [1.0, 2.0, 3.0]}), [True] * 3, escape=True)
    assert got.table.select(["n", "day"]).equals(own)


def test_it_writes_what_the_ending_says(tmp_path):
    got = result(OWN, pa.table({"prediction": [1.5, 2.5, -3.5]}), [True] * 3)
    got.write(tmp_path / "out.csv")
    lines = (tmp_path / "out.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 4
    assert lines[1].startswith("1,a,1.5,ok")


def test_whole_numbers_with_gaps_stay_whole_in_a_frame():
    own = pa.table({"n": pa.array([2**53 + 1, None, 3]), "m": [1, 2, 3]})
    got = result(own, pa.table({"prediction": [1, 0]}), [True, False, True]).to_pandas()
    assert got["n"].tolist() == [2**53 + 1, pd.NA, 3]
    assert got["prediction"].tolist() == [1, pd.NA, 0]
    assert [str(got[name].dtype) for name in ("n", "m", "prediction")] == [
        "Int64",
        "int64",
        "Int64",
    ]


def test_the_confidence_is_that_of_the_answer_given_even_where_another_is_likelier():
    answers = pa.table(
        [["yes", "no"], [0.7, 0.7], [0.3, 0.3]],
        names=["prediction", "probability no", "probability yes"],
    )
    assert in_words(answers, ("no", "yes")).column("confidence").to_pylist() == [0.3, 0.7]


def test_labels_that_differ_in_capitals_alone_both_keep_their_names():
    answers = pa.table(
        [["a", "A"], [0.3, 0.6], [0.7, 0.4]],
        names=["prediction", "probability A", "probability a"],
    )
    got = result(pa.table({"x": ["1", "2"]}), answers, [True, True], labels=("A", "a"))
    assert got.added_names[1:3] == ("probability A", "probability a")
    assert got.findings == ()


def test_it_goes_out_as_it_came_or_as_it_is_asked_for(tmp_path):
    own = pa.table({"a": ["1,5", "007", "x"]})
    lines = np.arange(2, 5, dtype=np.int64)
    answers = pa.table({"prediction": [0.5, 1.5, 2.5]})
    scored = np.ones(3, dtype=bool)
    got = assemble(own, lines, answers, scored, (), labels=(), escape=False, csv=CsvStyle(";", ","))
    got.write(tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text().splitlines()[1] == "1,5;0,5;ok;"
    assert got.to_bytes("csv", csv=CsvStyle("\t")).splitlines()[2] == b"007\t1.5\tok\t"
    got.write(tmp_path / "out.xlsx", csv=CsvStyle())
    assert got.to_bytes("xlsx") == (tmp_path / "out.xlsx").read_bytes()


def test_the_users_formulas_can_be_made_harmless_afterwards():
    own = pa.table({"=name": ["=1+1", "plain", "-5"]})
    kept = result(own, pa.table({"prediction": [1.0, 2.0, 3.0]}), [True] * 3)
    assert kept.escaped(False).findings[0].sentence == kept.findings[0].sentence
    escaped = kept.escaped(True)
    assert escaped.table.column(0).to_pylist() == ["'=1+1", "plain", "-5"]
    assert "apostrophe" in escaped.findings[0].sentence


def test_a_header_of_ours_can_not_run_either():
    answers = pa.table([["a;=1+1"], [1.0]], names=["prediction", "probability a;=1+1"])
    got = result(pa.table({"x": ["1"]}), answers, [True], labels=("a;=1+1",))
    assert "probability a;'=1+1" in got.table.column_names
    assert "probability a;=1+1" in got.to_pandas().columns


def test_an_amount_comes_with_its_range_and_a_label_with_what_is_possible():
    own = pa.table({"jar": ["a", "b", "c"]})
    lines = np.arange(2, 5)
    some = np.array([True, False, True])
    ranges = Ranges(0.9, 50, edges=(5.0,), widths=(1.0, 2.0))
    amounts = pa.table({"prediction": [3.0, 10.0]})
    got = assemble(own, lines, amounts, some, (), labels=(), escape=False, ranges=ranges)
    assert got.added.column_names == ["prediction", "low", "high", "status", "notes"]
    assert got.added.column("low").to_pylist() == [2.0, None, 8.0]
    assert got.added.column("high").to_pylist() == [4.0, None, 12.0]

    answers = pa.table(
        {"prediction": ["yes", "no"], "probability no": [0.3, 0.95], "probability yes": [0.7, 0.05]}
    )
    ranges = Ranges(0.9, 50, least=0.2)
    got = assemble(own, lines, answers, some, (), labels=("no", "yes"), escape=False, ranges=ranges)
    assert got.added.column("possible").to_pylist() == ["no | yes", None, "no"]
    none = assemble(
        own,
        lines,
        answers.slice(0, 0),
        ~(some | True),
        (),
        labels=("no", "yes"),
        escape=False,
        ranges=ranges,
    )
    assert none.added.column("possible").to_pylist() == [None] * 3
