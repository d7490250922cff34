"""How good a model is for each group, as lines of a table."""

from __future__ import annotations

from brinery.evaluation.parts import ByGroup, Group
from brinery.evaluation.wording import metric_in_words
from brinery.report.words import number, percent

__all__ = ["group_heads", "group_rows"]


def group_heads(by: ByGroup) -> tuple[str, ...]:
    """Give the heads of the table of a column's groups."""
    heads = (by.column, "rows", metric_in_words(by.metric), "95 % interval")
    if by.label:
        return (*heads, f"are “{by.label}”", f"called “{by.label}”")
    if by.whole.came is not None:
        return (*heads, "came on average", "predicted on average")
    return heads


def group_rows(by: ByGroup) -> list[tuple[str, ...]]:
    """Give a line for each group, and one for all rows at the end."""
    return [_line(one, by) for one in (*by.groups, by.whole)]


def _line(one: Group, by: ByGroup) -> tuple[str, ...]:
    value, interval = one.why, ""
    if one.value is not None and one.low is not None and one.high is not None:
        value, interval = number(one.value), f"{number(one.low)} to {number(one.high)}"
    line = (one.name, f"{one.n_rows:,}", value, interval)
    if one.came is None or one.predicted is None:
        return line if by.whole.came is None else (*line, "", "")
    write = percent if by.label else number
    return (*line, write(one.came), write(one.predicted))
