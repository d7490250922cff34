"""What is proposed for columns that are missing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brinery.schema.check import check
from brinery.schema.choices import Choices
from brinery.schema.inference import infer

N = 60


@pytest.fixture(scope="module")
def good():
    return {
        "plan": ["Basic", "Plus", "Premium"] * (N // 3),
        "tenure": [str(i % 50) for i in range(N)],
        "monthly_fee": [f"{20 + i % 30}.5" for i in range(N)],
        "signed_up": [f"2024-01-{1 + i % 28:02}" for i in range(N)],
    }


@pytest.fixture(scope="module")
def trained(make_table, good):
    return infer(make_table(good | {"y": ["a", "b"] * (N // 2)}), target="y")


def proposed(report):
    return {
        one.meant: one.found
        for finding in report.findings
        if finding.code == "close_column"
        for one in finding.proposals
    }


def renamed(make_table, good, **names):
    return make_table({names.get(name, name): cells for name, cells in good.items()})


def test_all_missing_columns_are_told_at_once_in_the_schemas_order(make_table, trained, good):
    names = {
        "tenure": "Tenure (months)",
        "monthly_fee": "fee_eur",
        "plan": "Tarif",
        "signed_up": "d",
    }
    report = check(renamed(make_table, good, **names), trained)
    assert [(one.code, one.column) for one in report.findings] == [
        ("close_column", "plan"),
        ("close_column", "tenure"),
        ("close_column", "monthly_fee"),
        ("missing_column", "signed_up"),
        ("extra_column", ""),
    ]
    assert proposed(report) == {
        "plan": "Tarif",
        "tenure": "Tenure (months)",
        "monthly_fee": "fee_eur",
    }
    taken = Choices(renames=proposed(report) | {"signed_up": "d"})
    report = check(renamed(make_table, good, **names), trained, taken)
    assert report.can_score
    assert [one.code for one in report.findings] == ["as_chosen"] * 4


def test_cells_that_do_not_fit_are_not_proposed(make_table, trained, good):
    cells = {name: given for name, given in good.items() if name != "tenure"}
    report = check(make_table(cells | {"tenures": ["soon"] * N}), trained)
    assert proposed(report) == {}


def test_of_two_close_names_the_one_whose_cells_fit_is_proposed(make_table, trained, good):
    cells = {name: given for name, given in good.items() if name != "tenure"}
    cells |= {"tenure_a": [str(9000 + i) for i in range(N)], "tenure_b": good["tenure"]}
    assert proposed(check(make_table(cells), trained)) == {"tenure": "tenure_b"}


def test_two_columns_as_likely_are_both_named_and_none_proposed(make_table, trained, good):
    cells = {name: given for name, given in good.items() if name != "tenure"}
    cells |= {"Tenure": good["tenure"], "TENURE": good["tenure"]}
    report = check(make_table(cells), trained)
    assert proposed(report) == {}
    assert set(report.findings[0].suggestions) == {"Tenure", "TENURE"}


def test_a_choice_that_fits_nothing_is_said(make_table, trained, good):
    choices = Choices(
        renames={"tenure": "nowhere", "colour": "plan"},
        levels={"plan": {"x": "no level"}, "colour": {"a": "b"}},
        decimal={"colour": ","},
        day_first={"colour": True},
    )
    report = check(make_table(good), trained, choices)
    assert {one.code for one in report.findings} == {"unused_choice"}
    assert len(report.findings) == 6


def test_near_levels_are_proposed_with_their_rows(make_table, trained, good):
    plans = ["Premum", "Basik", "Basik", "Free", *good["plan"][4:]]
    report = check(make_table(good | {"plan": plans}), trained)
    close, unseen = report.findings
    assert (close.code, close.severity, close.count) == ("close_level", "look", 3)
    assert [(one.found, one.meant, one.count) for one in close.proposals] == [
        ("Basik", "Basic", 2),
        ("Premum", "Premium", 1),
    ]
    assert (unseen.code, unseen.rows.tolist()) == ("unseen_level", [3])
    told = Choices(levels={"plan": {one.found: one.meant for one in close.proposals}})
    report = check(make_table(good | {"plan": plans}), trained, told)
    assert report.features.to_pydict()["plan"][:4] == ["Premium", "Basic", "Basic", "Free"]
    assert [one.code for one in report.findings] == ["unseen_level", "as_chosen"]


def test_what_was_chosen_for_an_earlier_file_is_to_be_looked_at(make_table, trained, good):
    told = Choices(renames={"tenure": "t"}, last_time=True)
    report = check(renamed(make_table, good, tenure="t"), trained, told)
    (one,) = report.findings
    assert (one.code, one.severity) == ("as_chosen", "look")
    assert "for an earlier file" in one.sentence


NAMES = st.text(st.sampled_from("abTenurfys_ (%é"), min_size=1, max_size=9)


@settings(deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=6, unique=True), st.randoms())
def test_nothing_is_proposed_twice_and_every_feature_is_told_of(
    make_table, trained, good, names, random
):
    columns = random.sample([*good.values()] * 2, k=min(len(names), 6))
    table = make_table(dict(zip(names, columns, strict=True)))
    report = check(table, trained)
    found = proposed(report)
    assert len(set(found.values())) == len(found)
    assert set(found.values()) <= set(names)
    stopped = [one.column for one in report.findings if one.severity == "stop"]
    taken = [one.column for one in report.findings if one.code == "renamed_column"]
    exact = [name for name in good if name in names]
    assert sorted([*stopped, *taken, *exact]) == sorted(good)
