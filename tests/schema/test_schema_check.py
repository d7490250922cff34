import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brinery.schema.check import check
from brinery.schema.choices import Choices
from brinery.schema.inference import infer

N = 60
FULL = [f"{i % 40}.5" for i in range(N)]


@pytest.fixture(scope="module")
def good():
    return {
        "age": [str(20 + i % 30) for i in range(N)],
        "income": ["", *(f"{i % 40}.5" for i in range(N - 1))],
        "member": ["Yes", "No"] * (N // 2),
        "Region name": ["North", "South", "East"] * (N // 3),
        "since": [f"{1 + i % 28:02}/01/2024" for i in range(N)],
    }


@pytest.fixture(scope="module")
def trained(make_table, good):
    return infer(make_table(good | {"bought": ["yes", "no"] * (N // 2)}), target="bought")


def found(make_table, trained, good, changes, **options):
    table = make_table(good | changes)
    return check(table, trained, **options)


def changed(cells, **at):
    cells = list(cells)
    for row, cell in at.items():
        cells[int(row[1:])] = cell
    return cells


def test_nothing_to_say(make_table, trained, good):
    report = found(make_table, trained, good, {"income": FULL})
    assert report.findings == ()
    assert report.can_score
    assert report.features.column_names == [one.name for one in trained.features]


@pytest.mark.parametrize(
    ("column", "cell", "code", "severity", "sentence"),
    [
        (
            *("age", "abc", "not_a_number", "row"),
            "“age” holds “abc” in line 7, which is not a number. This line gets no prediction. "
            "Correct it and upload again.",
        ),
        (
            *("since", "soon", "not_a_date", "row"),
            "“since” holds “soon” in line 7, which is not a date. This line gets no prediction. "
            "Correct it and upload again.",
        ),
        (
            *("member", "maybe", "not_yes_no", "row"),
            "“member” holds “maybe” in line 7, which is not “No” or “Yes”. This line gets no "
            "prediction. Correct it and upload again.",
        ),
        (
            *("age", "", "blank_unexpected", "look"),
            "“age” is blank in line 7. The model never met a blank here, so the prediction for "
            "this line is less sure. Fill it in if you can, and upload again.",
        ),
        (
            *("Region name", "Mars", "unseen_level", "look"),
            "“Region name” holds “Mars” in line 7, which the model never met. It knows “East”, "
            "“North” and “South”. The prediction for this line is less sure. If it is a typing "
            "error, correct it and upload again.",
        ),
        (
            *("Region name", "NORTH", "level_spelling", "note"),
            "“Region name” is spelled differently in line 7: “NORTH” is taken as “North”.",
        ),
        (
            *("age", "90", "outside_range", "look"),
            "“age” is outside what the model has met, 20 to 49, in line 7: 90. The prediction "
            "for this line is less sure. Check whether it is right.",
        ),
        (
            *("since", "05/01/2025", "outside_range", "look"),
            "“since” is outside what the model has met, 01/01/2024 to 28/01/2024, in line 7: "
            "05/01/2025. The prediction for this line is less sure. Check whether it is right.",
        ),
    ],
)
def test_a_bad_cell(make_table, trained, good, column, cell, code, severity, sentence):
    changes = {"income": FULL, column: changed(good[column], r5=cell)}
    (one,) = found(make_table, trained, good, changes).findings
    assert (one.code, one.severity, one.column, one.count) == (code, severity, column, 1)
    assert (one.rows.tolist(), one.line_numbers.tolist()) == ([5], [7])
    assert one.sentence == sentence


def test_many_lines_are_counted(make_table, trained, good):
    (one,) = found(make_table, trained, good, {"income": [""] * 11 + FULL[11:]}).findings
    assert one.sentence == (
        "“income” is blank in 11 lines (2, 3, 4 and 8 more). "
        "The model has met blanks here and knows what to do."
    )
    assert one.to_dict()["line_numbers"] == list(range(2, 13))


def test_columns_are_found_or_asked_for(make_table, trained, good):
    cells = {
        "AGE ": good["age"],
        "member": good["member"],
        "region": good["Region name"],
        "x": ["1"] * N,
    }
    report = check(make_table(cells), trained)
    assert not report.can_score
    assert report.features is None
    assert [(one.code, one.column) for one in report.findings] == [
        ("renamed_column", "age"),
        ("missing_column", "income"),
        ("close_column", "Region name"),
        ("missing_column", "since"),
        ("extra_column", ""),
    ]
    close = report.findings[2]
    assert close.suggestions == ("region",)
    assert close.sentence == (
        "“Region name” is missing. Did you mean “region”? "
        "Rename that column, or add “Region name”, and upload again."
    )


def test_a_rename_is_taken(make_table, trained, good):
    cells = {("stadt" if name == "Region name" else name): given for name, given in good.items()}
    report = check(make_table(cells), trained, Choices(renames={"Region name": "stadt"}))
    assert report.can_score
    assert [one.code for one in report.findings] == ["blank", "as_chosen"]


def test_two_columns_of_nearly_one_name_are_not_guessed(make_table, trained, good):
    cells = {name: given for name, given in good.items() if name != "age"}
    cells |= {"AGE": good["age"], "Age": good["age"]}
    (one,) = [one for one in check(make_table(cells), trained).findings if one.severity == "stop"]
    assert set(one.suggestions) == {"AGE", "Age"}


def test_a_repeated_column(make_table, trained, good):
    same = check(make_table([*good.items(), ("age", good["age"])]), trained)
    assert ("repeated_column", "note") in [(one.code, one.severity) for one in same.findings]
    other = check(make_table([*good.items(), ("age", good["age"][::-1])]), trained)
    assert ("repeated_column", "stop") in [(one.code, one.severity) for one in other.findings]


def test_an_empty_row_is_one_finding(make_table, trained, good):
    changes = {name: changed(cells, r5="") for name, cells in good.items()}
    report = found(make_table, trained, good, changes | {"income": changed(FULL, r5=" ")})
    (one,) = report.findings
    assert (one.code, one.severity, one.rows.tolist()) == ("empty_row", "row", [5])


def test_an_empty_table(make_table, trained, good):
    report = check(make_table({name: [] for name in good}), trained)
    assert [one.code for one in report.findings] == ["empty_table"]
    assert not report.can_score


def test_another_decimal_mark_is_said(make_table, trained, good):
    changes = {"income": [f"{i % 40},5" for i in range(N)]}
    (one,) = found(make_table, trained, good, changes).findings
    assert one.code == "read_as"
    assert "“0,5” is read as 0.5" in one.sentence


def test_another_order_of_day_and_month_is_said(make_table, trained, good):
    changes = {"income": FULL, "since": [f"01/{1 + i % 28:02}/2024" for i in range(N)]}
    (one,) = found(make_table, trained, good, changes).findings
    assert one.code == "read_as"
    assert "is read as 1 January 2024" in one.sentence


def test_an_open_order_of_day_and_month_is_said(make_table):
    def sentences(trained_days, days):
        schema = infer(make_table({"d": trained_days}))
        return [one.sentence for one in check(make_table({"d": days}), schema).findings]

    iso = [f"2024-{1 + i % 12:02}-{1 + i % 28:02}" for i in range(N)]
    (said,) = sentences(iso, ["03/04/2024"])
    assert "is taken as 3 April 2024 (the day comes first), but could be 4 March 2024" in said
    month_first = [f"{1 + i % 12:02}/{1 + i % 28:02}/2024" for i in range(N)]
    assert sentences(month_first, ["03-04-2024"]) == []
    assert sentences(iso, ["23/04/2024"]) == []


def test_the_time_of_a_day_is_not_beyond_its_range(make_table):
    schema = infer(make_table({"at": [f"{1 + i % 28}.1.2024 10:30" for i in range(N)]}))
    assert check(make_table({"at": ["1.1.2024 08:00", "28.1.2024 23:00"]}), schema).findings == ()


def test_another_unit_is_said(make_table):
    schema = infer(make_table({"rate": [f"{i % 40} %" for i in range(N)]}))
    report = check(make_table({"rate": ["0.12"] * 3}), schema)
    assert [one.code for one in report.findings] == ["unit_differs"]


def test_lines_are_those_of_the_file(make_table, trained, good):
    table = make_table({**good, "age": changed(good["age"], r5="abc")}, first_line=10)
    (one,) = [one for one in check(table, trained).findings if one.severity == "row"]
    assert one.line_numbers.tolist() == [15]


CELL = st.one_of(
    st.text(max_size=8),
    st.text(alphabet="0123456789.,-/ %€e", max_size=10),
    st.sampled_from(["", " ", "1", "yes", "North", "2024-01-01", "03/04/2024", "NA", "9" * 400]),
)


@settings(deadline=None)
@given(st.lists(st.tuples(*[CELL] * 5), max_size=12))
def test_check_never_raises(make_table, trained, good, rows):
    table = make_table({name: [row[at] for row in rows] for at, name in enumerate(good)})
    report = check(table, trained)
    assert report.n_rows == len(rows)
    for one in report.findings:
        assert one.sentence
        np.testing.assert_array_equal(one.line_numbers, one.rows + 2)
        assert one.count == len(one.rows) or not len(one.rows)


@settings(deadline=None)
@given(st.lists(st.text(max_size=8), min_size=1, max_size=6))
def test_any_header_is_checked(make_table, trained, names):
    report = check(make_table([(name, ["1", "2"]) for name in names]), trained)
    assert not report.can_score


def test_a_number_that_no_model_can_hold_is_named_and_not_given(make_table, trained, good):
    report = found(make_table, trained, good, {"age": changed(good["age"], r3="1e300", r5="-4e38")})
    (large,) = (one for one in report.findings if one.column == "age")
    assert (large.code, large.severity, large.line_numbers.tolist()) == ("too_large", "row", [5, 7])
    assert large.sentence == (
        "“age” holds numbers too large for any model in 2 lines (5 and 7); the first is “1e300”. "
        "These lines get no prediction. Correct them and upload again."
    )
    assert report.features.column("age")[3].as_py() is None
    report = found(make_table, trained, good, {"age": changed(good["age"], r3="3.4e38")})
    assert "outside_range" in [one.code for one in report.findings]
    assert report.features.column("age")[3].as_py() == 3.4e38
