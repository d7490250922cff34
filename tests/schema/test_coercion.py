import dataclasses
import unicodedata

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brinery.schema.coercion import coerce, styles_of, target_values
from brinery.schema.inference import infer, with_kind


@pytest.fixture(scope="module")
def trained(make_table):
    n = 60
    cells = {
        "age": [str(20 + i % 30) for i in range(n)],
        "day": [f"{1 + i % 12:02}/{1 + i % 28:02}/2024" for i in range(n)],
        "member": ["Yes", "No"] * (n // 2),
        "flag": ["True", "False"] * (n // 2),
        "region": ["North", "South", "None"] * (n // 3),
        "grade": [str(i % 3) for i in range(n)],
        "y": ["a", "b"] * (n // 2),
    }
    table = make_table(cells)
    return with_kind(table, infer(table, target="y"), "grade", "category")


def upload(make_table, schema, **cells):
    n = max(map(len, cells.values()))
    filled = {one.name: cells.get(one.name, [""] * n) for one in schema.features}
    table = make_table(filled)
    return table, {name: at for at, name in enumerate(table.column_names)}


def test_types_and_blanks(make_table, trained):
    table, positions = upload(
        make_table,
        trained,
        age=["31", " ", "NA", "abc", "1e3"],
        member=["Yes", "yes ", "y", "maybe", "NaN"],
        flag=["TRUE", "0", "", "ja", "2"],
        region=["north", "None", "Mars", "NULL", " South "],
        grade=["1", "2.0", "7", "x", ""],
    )
    found = coerce(table, trained, positions)
    plain = found.features.to_pydict()
    assert plain["age"] == [31, None, None, None, 1000]
    assert plain["member"] == ["Yes", "Yes", "Yes", None, None]
    assert plain["flag"] == [1, 0, None, 1, None]
    assert plain["region"] == ["North", "None", "Mars", None, "South"]
    assert plain["grade"] == [1, 2, 7, None, None]
    masks = {
        (name, mask): np.flatnonzero(getattr(one, mask)).tolist()
        for name, one in found.columns.items()
        for mask in ("blank", "unreadable", "too_large", "unseen", "outside", "respelled")
    }
    assert masks["age", "blank"] == [1, 2]
    assert masks["age", "unreadable"] == [3]
    assert masks["age", "outside"] == [4]
    assert masks["member", "unreadable"] == [3]
    assert masks["member", "respelled"] == [1, 2] or masks["member", "respelled"] == [2]
    assert masks["flag", "unreadable"] == [4]
    assert masks["region", "unseen"] == [2]
    assert masks["region", "blank"] == [3]
    assert masks["grade", "unseen"] == [2]
    assert masks["grade", "unreadable"] == [3]
    assert masks["day", "blank"] == [0, 1, 2, 3, 4]


def test_features_come_in_the_schemas_order_and_types(make_table, trained):
    table, _ = upload(make_table, trained, age=["31"])
    names = [one.name for one in trained.features]
    turned = dataclasses.replace(table, cells=table.cells.select(names[::-1]))
    found = coerce(turned, trained, {name: at for at, name in enumerate(names[::-1])}).features
    assert found.column_names == names
    assert [str(kind) for kind in found.schema.types] == [
        "double" if one.storage == "float64" else "string" for one in trained.features
    ]


def test_blank_texts_of_numbers(make_table, trained):
    blanks = ["NA", "N/A", "NaN", "null", "None", "-", "?", "#N/A", ".", "", "\t"]
    table, positions = upload(make_table, trained, age=blanks, day=blanks)
    found = coerce(table, trained, positions).columns
    assert found["age"].blank.all()
    assert found["day"].blank.all()


CELLS = st.one_of(
    st.text(max_size=6), st.sampled_from(["31", "1,5", "1.234", "yes", "North", "03/04/2024", ""])
)


@settings(deadline=None)
@given(st.lists(st.tuples(*[CELLS] * 6), min_size=1, max_size=20), st.integers(1, 7))
def test_chunks_give_what_the_whole_gives(make_table, trained, rows, size):
    names = [one.name for one in trained.features]
    table = make_table({name: [row[at] for row in rows] for at, name in enumerate(names)})
    positions = {name: at for at, name in enumerate(names)}
    whole = coerce(table, trained, positions).features.to_pydict()
    styles = styles_of(table, trained, positions)
    chunked: dict[str, list[object]] = {name: [] for name in names}
    for start in range(0, table.n_rows, size):
        chunk = dataclasses.replace(
            table,
            cells=table.cells.slice(start, size),
            line_numbers=table.line_numbers[start : start + size],
        )
        for name, values in (
            coerce(chunk, trained, positions, styles=styles).features.to_pydict().items()
        ):
            chunked[name] += values
    assert chunked == whole


def test_target_values(make_table):
    def values(cells):
        table = make_table({"x": [str(i % 3) for i in range(len(cells))], "y": cells})
        return target_values(table, infer(table, target="y"))

    y, known = values(["1", "0", " 1", ""] * 10)
    assert y.dtype == np.int64
    assert y[known].tolist() == [1, 0, 1] * 10
    y, known = values(["yes", "No", "no", ""] * 10)
    assert y.dtype == object
    assert set(y[known]) == {"No", "yes"}
    y, known = values([*(f"{i}.5" for i in range(38)), "", "NA"])
    assert y.dtype == np.float64
    assert known.sum() == 38
    table = make_table({"x": ["1"]})
    schema = infer(table)
    with pytest.raises(LookupError, match="no target"):
        target_values(table, schema)


def test_numbers_that_a_file_held_as_numbers_are_never_read_by_marks(make_table):
    cells = [f"{i * 40},{i % 90 + 10}" for i in range(60)]
    schema = infer(make_table({"w": cells, "y": ["a", "b"] * 30}), target="y")
    assert schema.features[0].decimal == ","
    text = make_table({"w": ["1.234"]})
    assert coerce(text, schema, {"w": 0}).features.to_pydict() == {"w": [1234.0]}
    for held in (pa.array([1.234]), pa.array([1.234]).dictionary_encode()):
        typed = dataclasses.replace(text, typed=pa.table({"w": held}))
        assert coerce(typed, schema, {"w": 0}).features.to_pydict() == {"w": [1.234]}
        assert styles_of(typed, schema, {"w": 0})["w"].plain


def test_a_level_whose_accents_are_written_apart_is_the_same_level(make_table):
    table = make_table({"city": ["Köln", "Bonn", "Mainz"] * 20, "y": ["a", "b"] * 30})
    schema = infer(table, target="y")
    apart = make_table({"city": [unicodedata.normalize("NFD", "Köln")]})
    one = coerce(apart, schema, {"city": 0}).columns["city"]
    assert one.values.to_pylist() == ["Köln"]
    assert one.respelled.tolist() == [True]


def test_digits_with_an_underscore_are_no_number(make_table, trained):
    table, positions = upload(make_table, trained, grade=["1_0", "1"])
    one = coerce(table, trained, positions).columns["grade"]
    assert one.unreadable.tolist() == [True, False]
    grades = make_table({"grade": ["1", "10"] * 30, "y": ["a", "b"] * 30})
    schema = with_kind(grades, infer(grades, target="y"), "grade", "category")
    one = coerce(make_table({"grade": ["1_0"]}), schema, {"grade": 0}).columns["grade"]
    assert one.values.to_pylist() == [None]
