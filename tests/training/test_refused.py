import pandas as pd
import pytest

from brinery.errors import CannotLearn
from brinery.schema.inference import infer
from brinery.tables.table import Table
from brinery.training.train import train
from tests.training.customers import TARGETS, customers, only

ROWS = pd.DataFrame({"x": range(60), "z": [1.5, 2.5] * 30, "y": ["a", "b"] * 30})


def test_a_seed_that_cannot_be_one_is_refused():
    with pytest.raises(CannotLearn, match=r"The seed is -1\. Take a whole number from 0 to"):
        train(ROWS, "y", seed=-1)


def test_a_schema_of_another_table_is_refused():
    schema = infer(Table.from_pandas(ROWS), target="y")
    with pytest.raises(CannotLearn, match="There is no column “z”"):
        train(ROWS.drop(columns="z"), "y", schema=schema)


def _refused(frame: pd.DataFrame, target: str, match: str, **given) -> CannotLearn:
    with pytest.raises(CannotLearn, match=match) as caught:
        train(frame, target, **{"recipe": "tree", **given})
    assert caught.value.remedy
    return caught.value


def test_refused_a_target_that_is_not_there():
    error = _refused(only(customers(), "churned"), "chruned", "no column “chruned”")
    assert "Did you mean “churned”?" in error.remedy


def test_refused_an_unknown_recipe():
    error = _refused(customers(), "churned", "no recipe 'forrest'", recipe="forrest")
    assert "Did you mean forest?" in error.remedy


def test_refused_a_parameter_that_the_recipe_does_not_have():
    error = _refused(customers(), "churned", "no parameter 'depth'", parameters={"depth": 3})
    assert "Did you mean max_depth?" in error.remedy


def test_refused_a_logarithm_of_amounts_below_nothing():
    frame = only(customers(), "spent").assign(spent=lambda one: one["spent"] - 1000)
    given = {"recipe": "linear", "parameters": {"scale": "log"}}
    _refused(frame, "spent", "which has no logarithm", **given)


@pytest.mark.parametrize("seconds", [0, 1e6])
def test_refused_a_time_that_is_too_short_or_too_long(seconds):
    _refused(customers(), "churned", "The time is", seconds=seconds)


def test_refused_a_blend_of_nothing():
    _refused(customers(), "churned", "A blend needs members", recipe="blend")


def test_refused_a_blank_target():
    _refused(only(customers(), "churned").assign(churned=None), "churned", "blank in every row")


def test_refused_one_label():
    _refused(only(customers(), "churned").assign(churned="no"), "churned", "same value")


def test_refused_one_amount():
    _refused(only(customers(), "spent").assign(spent=1.5), "spent", "same value")


@pytest.mark.parametrize("target", list(TARGETS.values()))
def test_refused_ten_rows(target):
    _refused(only(customers(), target).head(10), target, "only 10 rows|too few|every row")


def test_refused_a_target_that_is_an_identifier():
    _refused(customers(), "customer", "is an identifier")


def test_refused_a_label_with_too_few_rows():
    frame = only(customers(), "churned")
    frame["churned"] = "no"
    frame.loc[:6, "churned"] = "yes"
    _refused(frame, "churned", "too few rows of “yes”: 7")


def test_refused_labels_that_are_nearly_all_rare():
    frame = only(customers(), "plan")
    frame["plan"] = [f"town {number % 15}" if number > 150 else "city" for number in range(240)]
    frame.loc[30:60, "plan"] = "village"
    _refused(frame, "plan", "17 different labels, too many")


def test_refused_dates_and_free_text():
    frame = only(customers(), "plan")
    days = pd.date_range("2024-01-01", periods=240).strftime("%Y-%m-%d")
    _refused(frame.assign(plan=days), "plan", "holds dates")
    words = [f"it was good {number // 2} times" for number in range(240)]
    _refused(frame.assign(plan=words), "plan", "is free text: 120 different values")


def test_refused_without_any_feature():
    _refused(customers()[["customer", "always", "churned"]], "churned", "No column is left")


def test_refused_a_schema_for_another_target():
    frame = only(customers(), "churned")
    schema = infer(Table.from_pandas(frame), target="colour")
    _refused(frame, "churned", "do not name “churned”", schema=schema)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"split_by": "z"}, "“z” is to split by, but not whether it holds a group or the time"),
        ({"split": "time"}, "A split by time needs the column with the time"),
        ({"split": "group"}, "A split by group needs the column with the group"),
    ],
)
def test_a_column_to_split_by_and_a_way_to_split_go_together(given, told):
    with pytest.raises(CannotLearn, match=told):
        train(ROWS, "y", **given)
