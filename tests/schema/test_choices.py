import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brinery.errors import ReadError
from brinery.schema.check import check
from brinery.schema.choices import NO_CHOICES, Choices
from brinery.schema.inference import infer

N = 60
WORDS = st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3)
ANY = st.builds(
    Choices,
    renames=WORDS,
    levels=st.dictionaries(st.text(max_size=5), WORDS, max_size=2),
    decimal=st.dictionaries(st.text(max_size=5), st.sampled_from([".", ","]), max_size=2),
    day_first=st.dictionaries(st.text(max_size=5), st.booleans(), max_size=2),
)


@pytest.fixture(scope="module")
def trained(make_table):
    cells = {
        "fee": [f"{i}.25" for i in range(N)],
        "day": [f"{1 + i % 12:02}/{1 + i % 12:02}/2024" for i in range(N)],
        "plan": ["Month-to-month", "Two years", "One year"] * (N // 3),
        "y": ["a", "b"] * (N // 2),
    }
    return infer(make_table(cells), target="y")


def features(make_table, trained, choices=NO_CHOICES, **cells):
    filled = {"fee": ["1"], "day": ["01/01/2024"], "plan": ["One year"]}
    report = check(make_table(filled | cells), trained, choices)
    return report.features.to_pydict()


@given(ANY)
def test_choices_come_back_from_json(choices):
    assert Choices.from_dict(json.loads(json.dumps(choices.to_dict()))) == choices
    assert (choices.key() == NO_CHOICES.key()) == (not choices)


@pytest.mark.parametrize(
    "fields",
    [
        *(None, [], "x", {"colour": {}}, {"renames": []}, {"renames": {"a": 1}}),
        *({"levels": {"a": "b"}}, {"levels": {"a": {"b": None}}}),
        *({"decimal": {"a": ";"}}, {"day_first": {"a": "yes"}}),
    ],
)
def test_what_are_no_choices_is_refused_with_an_example(fields):
    with pytest.raises(ReadError, match="Choices look like"):
        Choices.from_dict(fields)


def test_a_level_that_was_told_is_taken(make_table, trained):
    told = Choices(levels={"plan": {"monthly": "Month-to-month", "never": "no such level"}})
    assert features(make_table, trained, told, plan=[" monthly "])["plan"] == ["Month-to-month"]
    assert features(make_table, trained, told, plan=["never"])["plan"] == ["never"]


@pytest.mark.parametrize(("mark", "value"), [(".", 1.234), (",", 1234.0)])
def test_a_decimal_mark_that_was_told_is_taken(make_table, trained, mark, value):
    told = Choices(decimal={"fee": mark})
    assert features(make_table, trained, told, fee=["1.234"])["fee"] == [value]


@pytest.mark.parametrize(("first", "days"), [(True, 19816.0), (False, 19786.0)])
def test_an_order_of_day_and_month_that_was_told_is_taken(make_table, trained, first, days):
    told = Choices(day_first={"day": first})
    assert features(make_table, trained, told, day=["03/04/2024"])["day"] == [days]
    assert features(make_table, trained, told, day=["2024-04-03"])["day"] == [19816.0]


def test_an_order_that_was_told_holds_against_the_cells(make_table, trained):
    cells = {"day": ["03/04/2024", "03/25/2024"], "fee": ["1", "2"], "plan": ["One year"] * 2}
    report = check(make_table(cells), trained, Choices(day_first={"day": True}))
    assert report.features.to_pydict()["day"] == [19816.0, None]
    assert "not_a_date" in [one.code for one in report.findings]
