"""What whoever uses a version is told of it."""

import dataclasses
from datetime import date

import pytest

from brinery.model.card import Card, Proved, Sealed
from brinery.model.environment import describe
from brinery.report.usage import is_overdue, to_know
from brinery.schema.columns import Schema

AT = "2026-11-03T12:00:00Z"
ARCHIVED = {"kind": "archived", "by": "ann", "at": AT, "why": "old prices"}


@pytest.fixture
def card():
    return Card(
        name="bread",
        version=2,
        saved_at=AT,
        saved_by="",
        answers_by="predict",
        answer_names=("prediction",),
        estimator="Ridge",
        schema=Schema((), task="amount"),
        environment=describe(),
        proved=Proved(100, AT, identical=True),
        sealed=Sealed("a" * 64, 6, "b" * 64),
        owner="Ada",
        review_by="2026-11-25",
    )


def test_nothing_is_said_where_nothing_speaks_against_it(card):
    assert to_know(card, (), date(2026, 11, 25)) == []
    assert to_know(card, ({**ARCHIVED, "version": 1},), date(2026, 11, 25)) == []
    assert not is_overdue(dataclasses.replace(card, review_by=""))


def test_past_its_review_it_says_whom_to_ask(card):
    (line,) = to_know(card, (), date(2026, 11, 26))
    assert "look at version 2 again by 25 November 2026, and that day is past: ask Ada" in line
    (line,) = to_know(dataclasses.replace(card, owner=""), (), date(2027, 1, 1))
    assert "ask whoever runs this server" in line


def test_what_was_archived_says_when_by_whom_and_why(card):
    today = date(2026, 11, 25)
    (line,) = to_know(card, (ARCHIVED,), today)
    assert line == "This model was archived on 3 November 2026 by ann: old prices."
    (line,) = to_know(card, ({**ARCHIVED, "version": 2},), today)
    assert line == "Version 2 was archived on 3 November 2026 by ann: old prices."
    restored = {"kind": "restored", "version": 2}
    assert to_know(card, ({**ARCHIVED, "version": 2}, restored), today) == []
