"""How a file is gone through block by block, and which columns are looked at as a whole before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from brinery.evaluation.evaluation import Ranges
from brinery.evaluation.threshold import Threshold
from brinery.model.card import Card
from brinery.schema.choices import Choices
from brinery.schema.coerced import Style
from brinery.schema.coercion import holds_numbers
from brinery.schema.columns import Schema
from brinery.schema.dates import DateStyle
from brinery.schema.matching import Matched, match
from brinery.schema.numbers import PLAIN, NumberStyle
from brinery.schema.settled import gone_through, in_question
from brinery.tables.blocks import Blocks, Uneven
from brinery.tables.csvstyle import CsvStyle
from brinery.tables.typedblocks import TypedBlocks

__all__ = ["Plan", "looked_at_first", "plan", "styles_of"]


@dataclass(frozen=True, eq=False)
class Plan:
    """How a file is gone through.

    Attributes
    ----------
    blocks : Blocks or TypedBlocks
    schema : Schema
    choices : Choices
    matched : Matched
        The features' columns.
    csv : CsvStyle
        The style in which the file came.
    names : list of str
        The names of its columns.
    held : tuple of str
        The features that the file holds as numbers.
    ranges : Ranges or None
        What the holdout says of how sure a prediction is.
    threshold : Threshold or None
        When a row is called the label that is sought.
    """

    blocks: Blocks | TypedBlocks
    schema: Schema
    choices: Choices
    matched: Matched
    csv: CsvStyle
    names: list[str]
    held: tuple[str, ...] = ()
    ranges: Ranges | None = None
    threshold: Threshold | None = None


def plan(blocks: Blocks | TypedBlocks, card: Card, choices: Choices) -> Plan | None:
    """See whether a file can be scored block by block; None where it has to be read whole.

    That is so where a column is missing or stands twice: much is to be said of such a file
    before any of it can be scored.
    """
    threshold = card.evaluation.threshold if card.evaluation else None
    try:
        first = next(iter(blocks)).table
    except Uneven:
        return None
    schema = card.schema
    matched = match(first, schema, choices)
    if len(matched.positions) < len(schema.features):
        return None
    names = first.column_names
    if any(names.count(names[at]) > 1 for at in matched.positions.values()):
        return None
    held = tuple(
        column.name
        for column in schema.features
        if column.kind == "number" and holds_numbers(first, matched.positions[column.name])
    )
    ranges = card.evaluation.ranges if card.evaluation else None
    csv = CsvStyle.like(first)
    return Plan(blocks, schema, choices, matched, csv, names, held, ranges, threshold)


def looked_at_first(plan: Plan) -> tuple[str, ...]:
    """Give the features of which only the whole column tells how they are written.

    Parameters
    ----------
    plan : Plan
    """
    asked = in_question(plan.schema, plan.matched.positions, plan.choices)
    return tuple(name for name in asked if name not in plan.held)


def styles_of(plan: Plan, asked: Iterable[str]) -> dict[str, Style] | None:
    """Go through the file for how some features are written; None where a person has to say.

    Parameters
    ----------
    plan : Plan
    asked : iterable of str
        The features, by name; those that are held as numbers come with them.

    Raises
    ------
    Uneven
        The file has to be read whole.
    """
    styles: dict[str, Style] = dict.fromkeys(plan.held, PLAIN)
    styles |= {name: _whole_style(plan, name) for name in asked}
    return None if any(_is_doubtful(style) for style in styles.values()) else styles


def _whole_style(plan: Plan, name: str) -> Style:
    column = next(one for one in plan.schema.features if one.name == name)
    at = plan.matched.positions[name]
    return gone_through(
        plan.blocks.cells(at), column, plan.choices, delimiter=plan.blocks.delimiter
    )


def _is_doubtful(style: Style) -> bool:
    return isinstance(style, NumberStyle | DateStyle) and style.doubtful
