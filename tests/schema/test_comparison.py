"""An upload beside the training data: no cry of wolf, and a shifted population is told."""

import dataclasses

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from scipy import stats

from brinery.schema.check import check
from brinery.schema.columns import QUANTILES
from brinery.schema.comparison import compare, ks_distance, psi
from brinery.schema.inference import infer
from brinery.schema.tally import Tally, tally
from brinery.tables.table import Table


def people(n, seed):
    draw = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "tenure": draw.integers(0, 73, n),
            "charges": np.round(draw.gamma(3, 20, n), 2),
            "rooms": draw.choice([1, 2, 3], n, p=[0.6, 0.3, 0.1]),
            "contract": draw.choice(["monthly", "yearly", "two years"], n, p=[0.55, 0.25, 0.2]),
            "town": draw.choice([f"t{i}" for i in range(40)], n),
            "paperless": draw.choice(["yes", "no"], n),
            "since": pd.Timestamp("2020-01-01") + pd.to_timedelta(draw.integers(0, 900, n), "D"),
            "income": pd.Series(np.round(draw.normal(3000, 500, n))).mask(draw.random(n) < 0.1),
            "left": draw.choice(["yes", "no"], n),
        }
    )


TRAINED = people(3000, 1)
SCHEMA = infer(Table.from_pandas(TRAINED), target="left")


def shifts(frame):
    return check(Table.from_pandas(frame), SCHEMA).shifts


@pytest.mark.parametrize("n", [20, 100, 1000])
def test_files_of_the_trainings_own_kind_raise_no_alarm(n):
    alarms = sum(bool(shifts(TRAINED.sample(n, random_state=seed))) for seed in range(20))
    alarms += sum(bool(shifts(people(n, 100 + seed))) for seed in range(20))
    assert alarms == 0


@pytest.mark.parametrize("n", [30, 1000])
def test_much_newer_customers_are_told_first(n):
    first = shifts(TRAINED[TRAINED["tenure"] < 6].head(n))[0]
    assert (first.column, first.what) == ("tenure", "values")
    assert first.before == np.median(TRAINED["tenure"])
    assert first.here < 4


def test_levels_and_blanks_that_differ_are_told():
    other = people(400, 2).assign(contract="monthly", income="")
    found = {one.column: one for one in shifts(other)}
    assert set(found) == {"contract", "income"}
    assert found["contract"].level == "monthly"
    assert found["contract"].before == pytest.approx(0.55, abs=0.03)
    assert found["contract"].here == 1.0
    assert (found["income"].what, found["income"].here) == ("blanks", 1.0)


def test_cells_that_cannot_be_read_are_no_blanks():
    other = people(300, 2)
    other["since"] = other["since"].dt.strftime("%Y-%m-%d")
    other.loc[:99, "since"] = "some time"
    other.loc[:99, "charges"] = 1e300
    other.loc[:99, "paperless"] = "perhaps"
    assert shifts(other) == ()


def test_rows_without_any_feature_are_no_blanks():
    other = people(300, 2).astype(object)
    other.loc[200:, [one.name for one in SCHEMA.features]] = ""
    assert shifts(other) == ()


def test_a_level_that_training_hardly_saw_and_now_rules_is_told():
    trained = TRAINED.assign(paperless=["maybe"] * 5 + ["yes", "no"] * 1497 + ["yes"])
    schema = infer(Table.from_pandas(trained), target="left")
    upload = people(50, 3).assign(paperless="maybe")
    (found,) = check(Table.from_pandas(upload), schema).shifts
    assert (found.column, found.level, found.here) == ("paperless", "maybe", 1.0)


def test_levels_that_training_never_saw_count_as_one():
    (found,) = shifts(people(200, 4).assign(town="elsewhere"))
    assert (found.column, found.what, found.level, found.here) == ("town", "levels", "", 1.0)


def test_dates_that_move_on_are_as_they_should_be_and_much_earlier_ones_are_told():
    assert shifts(people(300, 5).assign(since="2024-05-01")) == ()
    (found,) = shifts(people(300, 5).assign(since="2011-05-01"))
    assert found.column == "since"


def test_a_large_file_raises_no_alarm_over_a_trifle():
    assert shifts(people(20_000, 6).assign(charges=lambda f: f["charges"] * 1.1)) == ()


@pytest.mark.parametrize("seed", range(8))
def test_the_distance_is_that_of_scipy_but_for_what_quantiles_leave_open(seed):
    draw = np.random.default_rng(seed)
    trained = draw.normal(size=2000) if seed % 2 else draw.integers(0, 6, 2000).astype(float)
    here = draw.normal(seed / 4, 1, 300) if seed % 2 else draw.integers(seed // 2, 6, 300) * 1.0
    exact = stats.ks_2samp(trained, here).statistic
    quantiles = np.quantile(trained, QUANTILES)
    column = dataclasses.replace(SCHEMA.features[0], quantiles=tuple(quantiles))
    halves = [tally(column, pa.array(half)) for half in (here[:100], here[100:])]
    counted = halves[0] + halves[1]
    told = ks_distance(quantiles, counted.up_to / 300, counted.below / 300)
    assert exact - 0.1 <= told <= exact + 1e-3


def test_the_index_is_that_of_the_textbook():
    expected, found = np.array([0.5, 0.3, 0.2]), np.array([0.4, 0.4, 0.2])
    by_hand = (0.4 - 0.5) * np.log(0.4 / 0.5) + (0.4 - 0.3) * np.log(0.4 / 0.3)
    assert psi(expected, found) == pytest.approx(by_hand)
    assert psi(expected, expected) == 0
    assert np.isfinite(psi(np.array([1.0, 0.0]), np.array([0.0, 1.0])))


def test_without_rows_or_columns_there_is_nothing_to_tell():
    nothing = {column.name: Tally() for column in SCHEMA.features}
    assert compare(SCHEMA, nothing, len) == ()
    assert compare(SCHEMA, {}, len) == ()


def test_what_is_found_is_a_finding_that_marks_no_row():
    report = check(Table.from_pandas(TRAINED[TRAINED["tenure"] < 6]), SCHEMA)
    found = [one for one in report.findings if one.code == "population_differs"]
    assert [one.column for one in found] == [one.column for one in report.shifts]
    assert "“tenure” is much lower in this file than in the table" in found[0].sentence
    assert not any("PSI" in one.sentence or "KS" in one.sentence for one in found)
    assert report.verdict.n_look == 0
    assert report.can_score


def test_what_can_not_be_scored_is_not_compared():
    report = check(Table.from_pandas(TRAINED[TRAINED["tenure"] < 6].drop(columns="rooms")), SCHEMA)
    assert report.shifts == ()
