from datetime import UTC, timedelta, timezone

import pytest

from brinery.report import words


def test_one_thing_is_singular_and_many_have_separators():
    assert words.count(1, "row") == "1 row"
    assert words.count(0, "row") == "0 rows"
    assert words.count(12345, "row") == "12,345 rows"
    assert words.count(2, "category", "categories") == "2 categories"


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0 %"), (1, "100 %"), (0.001, "under 1 %"), (0.999, "over 99 %"), (0.384, "38 %")],
)
def test_a_share_never_rounds_to_nothing_or_all(share, text):
    assert words.percent(share) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3.0, "3"),
        (1234567.0, "1,234,567"),
        (0.123456, "0.1235"),
        (1234.56, "1,235"),
        (-2.5, "-2.5"),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
    ],
)
def test_numbers_are_short(value, text):
    assert words.number(value) == text


def test_lists_name_a_few_and_count_the_rest():
    assert words.listed([]) == ""
    assert words.listed(["a"]) == "a"
    assert words.listed(["a", "b", "c"]) == "a, b and c"
    assert words.listed(list("abcdef")) == "a, b, c, d, e and f"
    assert words.listed(list("abcdefg"), most=3) == "a, b and 5 more"


def test_times_are_told_in_the_readers_zone():
    at = "2026-11-03T23:30:00Z"
    assert words.moment(at, UTC) == "3 November 2026, 23:30"
    assert words.moment(at, timezone(timedelta(hours=2))) == "4 November 2026, 01:30"
    assert words.day(at, UTC) == "3 November 2026"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "under a second"),
        (1.2, "1 second"),
        (89, "89 seconds"),
        (200, "3 minutes"),
        (7200, "2 hours"),
    ],
)
def test_durations(seconds, text):
    assert words.duration(seconds) == text


def test_sizes():
    assert words.size(1) == "1 byte"
    assert words.size(812) == "812 bytes"
    assert words.size(14 * 1024) == "14 KiB"
    assert words.size(int(3.2 * 2**20)) == "3.2 MiB"
