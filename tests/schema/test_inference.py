import dataclasses
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brinery.errors import CannotLearn
from brinery.schema.columns import Schema
from brinery.schema.dates import written_date
from brinery.schema.inference import for_estimator, infer, with_kind


def column(schema, name):
    return next(one for one in schema.columns if one.name == name)


CELLS = {
    "age": [str(20 + i % 30) for i in range(100)],
    "price": [f"{i % 37}.5" for i in range(100)],
    "member": ["yes", "No", "no", "YES"] * 25,
    "flag": ["0", "1"] * 50,
    "region": ["North", "South", "East", "West"] * 25,
    "opened": [f"{1 + i % 28:02}.03.2024" for i in range(100)],
    "zip": [f"{i % 20:05}" for i in range(100)],
    "phone": [f"+49151{i % 95:07}" for i in range(100)],
    "customer_no": [str(5000 - 3 * i) for i in range(100)],
    "row": [str(i) for i in range(100)],
    "code": [f"AB-{i}" for i in range(100)],
    "comment": [f"this is the comment number {i % 90}" for i in range(100)],
    "country": ["DE"] * 100,
    "nothing": ["", " "] * 50,
    "ticked": ["x", ""] * 50,
    "measured": [f"{i}.25" for i in range(100)],
}


@pytest.mark.parametrize(
    ("name", "kind", "use", "storage"),
    [
        ("age", "number", "feature", "float64"),
        ("price", "number", "feature", "float64"),
        ("member", "yes/no", "feature", "string"),
        ("flag", "yes/no", "feature", "float64"),
        ("region", "category", "feature", "string"),
        ("opened", "date", "feature", "float64"),
        ("zip", "category", "feature", "string"),
        ("phone", "text", "ignored", "string"),
        ("customer_no", "id", "id", "string"),
        ("row", "id", "id", "string"),
        ("code", "id", "id", "string"),
        ("comment", "text", "ignored", "string"),
        ("country", "constant", "ignored", "string"),
        ("nothing", "constant", "ignored", "string"),
        ("ticked", "category", "feature", "string"),
        ("measured", "number", "feature", "float64"),
    ],
)
def test_each_kind(make_table, name, kind, use, storage):
    found = column(infer(make_table(CELLS)), name)
    assert (found.kind, found.use, found.storage) == (kind, use, storage)
    assert found.reason


def test_what_is_noted_of_a_number(make_table):
    age = column(
        infer(make_table({"age": [*(str(7 * i % 101) for i in range(101)), " ", "NA"]})), "age"
    )
    assert (age.n_rows, age.n_blank, age.n_unique, age.whole) == (103, 2, 101, True)
    assert (age.minimum, age.maximum) == (0, 100)
    assert age.quantiles == pytest.approx(tuple(range(0, 101, 5)))


def test_a_few_odd_cells_do_not_make_a_text(make_table):
    found = infer(make_table({"age": [*(str(i % 40) for i in range(99)), "unknown"]})).columns[0]
    assert found.kind == "number"
    assert "“unknown”" in found.reason


def test_spellings_of_a_yes_are_one_level(make_table):
    member = column(infer(make_table(CELLS)), "member")
    assert member.levels == (("No", 50), ("YES", 50))


def test_day_first_is_said(make_table):
    found = infer(make_table({"d": ["03/04/2024", "05/06/2024"] * 5})).columns[0]
    assert found.date_format == "%d/%m/%Y"
    assert "the day is taken to come first" in found.reason


def test_the_century_of_two_digits_is_said(make_table):
    born = [f"{13 + i}/03/{(55 + 3 * i) % 100:02}" for i in range(16)]
    found = infer(make_table({"d": born})).columns[0]
    assert (found.kind, found.date_format) == ("date", "%d/%m/%y")
    assert "two digits; they are taken as 1955 to 2000" in found.reason
    assert [written_date(day, "%Y") for day in (found.minimum, found.maximum)] == ["1955", "2000"]
    as_told = with_kind(make_table({"d": born}), infer(make_table({"d": born})), "d", "date")
    assert "they are taken as 1955 to 2000" in as_told.columns[0].reason


def test_dates_in_both_orders_are_not_learned_from(make_table):
    mixed = [f"{1 + i * 5 % 12:02}/{1 + i:02}/2024" for i in range(28)]
    mixed += [f"{1 + i:02}/{1 + i * 5 % 12:02}/2024" for i in range(28)]
    found = infer(make_table({"d": mixed})).columns[0]
    assert (found.kind, found.use) == ("text", "ignored")
    assert "The day comes first in some of its dates and the month in others" in found.reason


def test_an_id_gives_away_nobody(make_table):
    schema = infer(make_table(CELLS))
    assert column(schema, "code").example == "XX-0"
    assert column(schema, "comment").example == ""


@pytest.mark.parametrize(
    ("cells", "task", "labels"),
    [
        (["yes", "no"] * 20, "yes/no", ("no", "yes")),
        (["1", "0"] * 20, "yes/no", ("0", "1")),
        (["male", "female"] * 20, "yes/no", ("female", "male")),
        (["b", "c", "a", "a"] * 10, "classes", ("a", "b", "c")),
        (["10", "9", "2", "2"] * 10, "classes", ("2", "9", "10")),
        ([f"{i}.5" for i in range(40)], "amount", ()),
        ([str(i % 20) for i in range(40)], "amount", ()),
        (["same"] * 40, None, ()),
        ([f"id{i}" for i in range(40)], None, ()),
        ([""] * 40, None, ()),
    ],
)
def test_each_task(make_table, cells, task, labels):
    schema = infer(make_table({"x": [str(i % 7) for i in range(40)], "y": cells}), target="y")
    assert (schema.task, schema.labels) == (task, labels)
    assert schema.target.name == "y"


def test_a_target_that_is_not_there(make_table):
    with pytest.raises(CannotLearn, match="Did you mean “Churn”"):
        infer(make_table({"Churn": ["a"], "x": ["b"]}), target="churn")
    with pytest.raises(CannotLearn, match="2 columns named “y”"):
        infer(make_table([("y", ["a"]), ("y", ["b"])]), target="y")


def test_a_repeated_column_is_described_once(make_table):
    schema = infer(make_table([("x", ["1", "2"]), ("x", ["1", "2"]), ("z", ["1"] * 2)]))
    assert [one.name for one in schema.columns] == ["x", "z"]
    schema = infer(make_table([("x", ["1", "2"]), ("x", ["1", "3"])]))
    assert schema.columns[0].use == "ignored"


def test_leaks_are_named_and_not_dropped(make_table):
    chance = np.random.default_rng(3)
    truth = chance.integers(0, 2, 400)
    cells = {
        "truth": [str(one) for one in truth],
        "alive": ["yes" if one else "no" for one in truth],
        "score": [f"{one + chance.random() / 2:.4f}" for one in truth],
        "noise": [f"{one:.4f}" for one in chance.random(400)],
    }
    schema = infer(make_table(cells), target="truth")
    assert [one.name for one in schema.columns if one.leak_suspect] == ["alive", "score"]
    assert column(schema, "alive").use == "feature"


def test_a_leak_of_an_amount(make_table):
    chance = np.random.default_rng(3)
    amount = chance.random(400)
    cells = {
        "amount": [repr(float(one)) for one in amount],
        "in_cents": [repr(float(one * 100 + 3)) for one in amount],
        "near": [repr(float(one + chance.random() / 3)) for one in amount],
    }
    schema = infer(make_table(cells), target="amount")
    assert [one.name for one in schema.columns if one.leak_suspect] == ["in_cents"]


def test_with_kind(make_table):
    table = make_table(CELLS)
    schema = infer(table, target="flag")
    age = column(with_kind(table, schema, "age", "category"), "age")
    assert (age.kind, age.use, age.storage) == ("category", "feature", "float64")
    comment = column(with_kind(table, schema, "comment", "category", "feature"), "comment")
    assert (comment.use, len(comment.levels)) == ("feature", 90)
    amount = with_kind(table, schema, "flag", "number")
    assert (amount.task, amount.labels, amount.target.name) == ("amount", (), "flag")
    moved = with_kind(table, schema, "member", "yes/no", "target")
    assert (moved.task, moved.target.name) == ("yes/no", "member")
    assert column(moved, "flag").use == "ignored"
    assert with_kind(table, schema, "flag", "yes/no", "ignored").task is None
    with pytest.raises(CannotLearn, match="no column “Ages”"):
        with_kind(table, schema, "Ages", "number")


def test_for_estimator_keeps_its_names_and_order(make_table):
    table = make_table(CELLS)
    schema = for_estimator(table, ["region", "country", "row", "code", "age"], "flag")
    assert [one.name for one in schema.features] == ["region", "country", "row", "code", "age"]
    storages = [one.storage for one in schema.features]
    assert storages == ["string", "string", "float64", "string", "float64"]
    assert schema.task == "yes/no"
    unnamed = for_estimator(make_table({"a": ["1", "2"], "b": ["3", "4"]}), None)
    assert [one.name for one in unnamed.features] == ["a", "b"]
    with pytest.raises(CannotLearn, match="Did you mean “age”"):
        for_estimator(table, ["Age"], None)


def test_a_schema_survives_json(make_table):
    schema = infer(make_table(CELLS), target="member")
    assert Schema.from_dict(json.loads(json.dumps(schema.to_dict()))) == schema
    assert dataclasses.replace(schema) == schema


CELL = st.one_of(
    st.text(max_size=8), st.sampled_from(["", " ", "1", "0", "yes", "2024-01-01", "NA", "1,5"])
)


@settings(deadline=None)
@given(st.lists(st.tuples(CELL, CELL), max_size=30))
def test_any_table_has_a_schema(make_table, rows):
    table = make_table({"a": [row[0] for row in rows], "y": [row[1] for row in rows]})
    schema = infer(table, target="y")
    assert Schema.from_dict(json.loads(json.dumps(schema.to_dict()))) == schema


def test_a_number_that_no_model_can_hold_does_not_count_for_the_range(make_table):
    cells = [*(f"{i}.5" for i in range(59)), "1e300"]
    column = infer(make_table({"x": cells})).columns[0]
    assert (column.kind, column.minimum, column.maximum) == ("number", 0.5, 58.5)


def test_the_row_labels_of_pandas_are_no_feature_even_shuffled(make_table):
    labels = np.random.default_rng(0).permutation(60)
    column = infer(make_table({"Unnamed: 0": labels})).columns[0]
    assert (column.kind, column.use) == ("id", "id")
